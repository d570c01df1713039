// Highlights octets and their row together, by pointer and by focus. Without it, the links still work.

for (const section of document.querySelectorAll(".explanation")) {
  const mark = (event, on) => {
    const row = event.target.closest("[data-row]")?.dataset.row;
    if (!row) return;
    for (const each of section.querySelectorAll(`[data-row="${CSS.escape(row)}"]`)) {
      each.classList.toggle("marked", on);
    }
  };
  for (const name of ["pointerover", "focusin"]) section.addEventListener(name, (event) => mark(event, true));
  for (const name of ["pointerout", "focusout"]) section.addEventListener(name, (event) => mark(event, false));
}
