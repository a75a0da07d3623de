// Runs before the first paint, so that a stored theme does not flash, formulas do not jump, and no
// prediction's answer shows before its script can hold it back.
try {
  document.body.dataset.theme = localStorage.getItem("theme") || "auto";
} catch {
  document.body.dataset.theme = "auto";
}
for (const font of ["1em KaTeX_Main", "italic 1em KaTeX_Math"]) document.fonts.load(font);
// Deferred scripts have run by then, or failed: whatever no script holds back is shown.
document.documentElement.classList.add("holds");
for (const listen of [
  (show) => addEventListener("DOMContentLoaded", show),
  (show) => setTimeout(show, 10000),
])
  listen(() => document.documentElement.classList.remove("holds"));
