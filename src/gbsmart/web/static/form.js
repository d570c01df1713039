// After a form came back: to what is wrong with it, or to the rows that were added. All of it works without.

const wrong = document.getElementById("problems");
const added = document.querySelector("form[data-focus]")?.dataset.focus;
if (wrong) wrong.focus();
else if (document.getElementById("preview")) document.getElementById("preview").scrollIntoView();
else if (added) {
  const place = document.getElementById(added);
  const inputs = place?.querySelectorAll("input:not([type=hidden]), select, textarea");
  place?.scrollIntoView({ block: "center" });
  inputs?.[inputs.length - 1]?.focus({ preventScroll: true });
}
