// A box that scrolls sideways must be reachable by keyboard; one that does not must not be a stop.
const boxes = document.querySelectorAll(".figure-scroll, .table-wrapper, .math-wrapper, pre");
const watch = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of boxes) watch.observe(box);
