// Runs before the first paint, so that a stored theme does not flash, formulas do not jump, and no
// prediction's answer shows before its script can hold it back.
//
// Storage may be refused, or full: what theme and search keep there then lives as long as the page.
const kept = new Map();
const attempt = (use) => {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
};
window.courseStorage = {
  getItem: (key) => kept.get(key) ?? attempt((storage) => storage.getItem(key)),
  setItem(key, value) {
    kept.set(key, value);
    attempt((storage) => storage.setItem(key, value));
  },
  removeItem(key) {
    kept.delete(key);
    attempt((storage) => storage.removeItem(key));
  },
};
document.body.dataset.theme = courseStorage.getItem("theme") || "auto";
for (const font of ["1em KaTeX_Main", "italic 1em KaTeX_Math"]) document.fonts.load(font);
// Deferred scripts have run by then, or failed: whatever no script holds back is shown.
document.documentElement.classList.add("holds");
for (const listen of [
  (show) => addEventListener("DOMContentLoaded", show),
  (show) => setTimeout(show, 10000),
])
  listen(() => document.documentElement.classList.remove("holds"));
