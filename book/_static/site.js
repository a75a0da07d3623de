// A box that scrolls sideways must be reachable by keyboard; one that does not must not be a stop.
const boxes = document.querySelectorAll(".figure-scroll, .table-wrapper, .math-wrapper, pre");
const watch = new ResizeObserver((entries) => {
  const wide = entries.map(({ target }) => target.scrollWidth > target.clientWidth);
  entries.forEach(({ target }, place) => {
    if (wide[place]) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  });
});
for (const box of boxes) watch.observe(box);

// A drawer's switch is a checkbox: Enter works it too, and Escape shuts the drawer.
const switches = [...document.querySelectorAll(".sidebar-toggle")];
addEventListener("keydown", (event) => {
  const one = switches.find((box) => box === event.target);
  if (event.key === "Enter" && one) one.click();
  const open = switches.find((box) => box.checked);
  if (event.key === "Escape" && open) {
    open.checked = false;
    open.focus();
  }
});

// Escape takes a copy button's word away, until the pointer comes again.
const WORD = "o-tooltip--left";
addEventListener("keydown", ({ key }) => {
  const button = key === "Escape" && document.querySelector(".copybtn:hover");
  if (!button) return;
  button.classList.remove(WORD);
  button.addEventListener("pointerleave", () => button.classList.add(WORD), { once: true });
});

// A link to what is folded opens it; not every browser does so by itself.
const unfold = () => {
  const target = document.querySelector(":target");
  let opened = false;
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    opened ||= !fold.open;
    fold.open = true;
  }
  if (opened) target.scrollIntoView();
};
for (const event of ["load", "hashchange"]) addEventListener(event, unfold);

// A chapter becomes a talk by F8, by its link, or by its address; what that takes is loaded then.
const door = document.querySelector("[data-talk-door]");
let asked = false;
const talk = () => {
  if (window.courseTalk) courseTalk.begin();
  if (asked) return;
  asked = true;
  const folder = `${document.documentElement.dataset.content_root}_static/`;
  const script = Object.assign(document.createElement("script"), { src: `${folder}present.js` });
  const styles = { rel: "stylesheet", href: `${folder}present.css` };
  const link = Object.assign(document.createElement("link"), styles);
  link.addEventListener("load", () => document.body.append(script));
  document.head.append(link);
};
const isTalk = () => new URLSearchParams(location.search).has("present");
if (door) {
  door.addEventListener("click", (event) => {
    event.preventDefault();
    talk();
  });
  addEventListener("keydown", (event) => {
    const other = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
    if (event.key !== "F8" || other || document.documentElement.matches(".talk")) return;
    event.preventDefault();
    talk();
  });
  for (const event of ["DOMContentLoaded", "popstate"])
    addEventListener(event, () => {
      if (isTalk() && !window.courseTalk) talk();
    });
}
