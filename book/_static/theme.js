// Runs before the first paint, so that a stored theme does not flash, formulas do not jump, and no
// prediction's answer shows before its script can hold it back.
//
// Storage may be refused, or full: what the page keeps there then lives as long as the page.
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
    if (attempt((storage) => storage.setItem(key, value)) === null) kept.set(key, value);
    else kept.delete(key);
  },
  removeItem(key) {
    kept.delete(key);
    attempt((storage) => storage.removeItem(key));
  },
};
document.body.dataset.theme = courseStorage.getItem("theme") || "auto";
// Text that held a formula would move when its font comes, so it waits for it, but not for long.
const root = document.documentElement.classList;
const formulas = ["1em KaTeX_Main", "italic 1em KaTeX_Math"].map((font) =>
  document.fonts.load(font),
);
const late = new Promise((give) => setTimeout(give, 1500));
root.add("waits");
Promise.race([Promise.allSettled(formulas), late]).then(() => root.remove("waits"));
// Deferred scripts have run by the end, or failed: what no prediction's button can open is shown.
root.replace("no-js", "holds");
function showTheRest() {
  root.remove("holds");
  for (const held of document.querySelectorAll(".held[hidden]"))
    if (!document.querySelector(`[aria-controls="${held.id}"]`)) held.removeAttribute("hidden");
}
addEventListener("DOMContentLoaded", showTheRest);
setTimeout(showTheRest, 10000);
// A talk's page shows nothing until its script, which begins late, has chosen the screen.
if (document.documentElement.dataset.page && /[?&]present\b/.test(location.search)) {
  root.add("presents");
  setTimeout(() => root.remove("presents"), 4000);
}
