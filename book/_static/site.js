// A box that scrolls sideways must be reachable by keyboard; one that does not must not be a stop.
const boxes = document.querySelectorAll(".figure-scroll, .table-wrapper, .math-wrapper, pre");
const watch = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
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
