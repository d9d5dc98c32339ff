// Shows how much of an upload is sent. Without it the browser sends the form by itself.
export function upload(root) {
  const form = root.querySelector("form[data-upload]");
  if (!form) return;
  const [line, failed] = [form.querySelector("[data-upload-progress]"), form.querySelector("[data-upload-failed]")];
  const [bar, percent] = [line.querySelector("progress"), line.querySelector("[data-upload-percent]")];
  const button = form.querySelector("button");
  const show = (part) => {
    bar.value = part;
    percent.textContent = `${part} %`;
  };
  const ended = (broken) => {
    line.hidden = true;
    failed.hidden = !broken;
    button.disabled = false;
  };

  form.addEventListener("submit", (event) => {
    if (![...form.querySelectorAll("input[type=file]")].some((box) => box.files.length)) return;
    event.preventDefault();
    const way = new XMLHttpRequest();
    way.open("POST", form.action);
    way.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    way.upload.addEventListener("progress", (now) => show(Math.floor((now.loaded * 100) / now.total)));
    way.addEventListener("error", () => ended(true));
    way.addEventListener("load", () => {
      if (way.status === 204) return location.assign(location.pathname);
      // What went wrong is told by the page that the form would have led to.
      const told = new DOMParser().parseFromString(way.responseText, "text/html").querySelector("main");
      if (told) root.querySelector("main").replaceWith(told);
      else ended(true);
    });
    way.send(new FormData(form));
    show(0);
    line.hidden = false;
    failed.hidden = true;
    button.disabled = true;
  });
}
