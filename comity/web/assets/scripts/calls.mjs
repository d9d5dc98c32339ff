// Two short tones every three seconds while this person is called, where they turned the sound on. It is off by default.
const KEY = "comity-call-sound";

function beep(context) {
  for (const [start, pitch] of [[0, 740], [0.25, 988]]) {
    const tone = context.createOscillator(), volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + start);
    tone.stop(context.currentTime + start + 0.18);
  }
}

function wanted() {
  try { return localStorage.getItem(KEY) === "on"; } catch { return false; }
}

function show(page) {
  for (const button of page.querySelectorAll("[data-sound]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(wanted()));
    button.textContent = wanted() ? button.dataset.on : button.dataset.off;
  }
}

export function calls(page) {
  let context = null;
  show(page);
  page.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-sound]")) return;
    try { localStorage.setItem(KEY, wanted() ? "off" : "on"); } catch { return; }
    show(page);
  });
  page.addEventListener("htmx:after:swap", () => show(page));
  setInterval(() => {
    if (!wanted() || !page.querySelector("[data-ring]")) return;
    if (!navigator.userActivation?.hasBeenActive) return; // a browser asks for a click on the page first
    context ??= new AudioContext();
    beep(context);
  }, 3000);
}
