// Shows a box only while its condition holds: data-when = {"name", "test", "values"}.
function answers(form, name) {
  const found = [];
  for (const box of form.elements) {
    if (box.name !== name && !(box.name ?? "").startsWith(`${name}.`) && !(box.name ?? "").startsWith(`${name}/`)) continue;
    if ((box.type === "radio" || box.type === "checkbox") && !box.checked) continue;
    if (box.value && !box.closest("[hidden]")) found.push(box.value);
  }
  return found;
}

function holds(form, when) {
  const given = answers(form, when.name);
  if (when.test === "answered") return (given.length > 0) === when.values[0];
  return given.some((value) => when.values.includes(value));
}

export function conditions(root) {
  const boxes = [...root.querySelectorAll("[data-when]")];
  if (!boxes.length) return;
  const form = boxes[0].closest("form");
  if (!form) return;
  const settle = () => {
    // Twice, because a box may depend on one that is itself hidden.
    for (let turn = 0; turn < 2; turn++) for (const box of boxes) box.hidden = !holds(form, JSON.parse(box.dataset.when));
  };
  form.addEventListener("change", settle);
  form.addEventListener("input", settle);
  settle();
}
