// Asks before leaving a form with changes that were not saved.
export function unsaved(root) {
  for (const form of root.querySelectorAll("form[data-keep]")) {
    let changed = false;
    form.addEventListener("input", () => (changed = true));
    form.addEventListener("submit", () => (changed = false));
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  }
}
