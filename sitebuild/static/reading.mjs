// How far a reader is on a chapter's page, and, the next time, where they left off. It is kept in
// this browser alone, moves nothing by itself, and says nothing to a screen reader unasked.

import { h } from "../../lossfns/web/static/element.mjs";
import { goOn, KEY, readPlaces, writePlaces } from "./places.mjs";

// Who stays in a section for so long reads it, and does not only pass.
const STAY = 3000;
const article = document.querySelector("article");
const title = article.querySelector("h1");
const { page } = document.documentElement.dataset;

// As the eye reads it: a formula once, and not the sign that links to the heading.
const wordsOf = (heading) => {
  const copy = heading.cloneNode(true);
  for (const extra of copy.querySelectorAll(".headerlink, .katex-mathml")) extra.remove();
  return copy.textContent.trim();
};

const places = () => readPlaces(courseStorage.getItem(KEY));
const forget = (name) => {
  const left = places();
  if (name) left.delete(name);
  if (name && left.size) courseStorage.setItem(KEY, writePlaces(left));
  else courseStorage.removeItem(KEY);
};

// Stands over the foot of the page's first screen, and nowhere else.
function offer(words, address, name) {
  const link = h("a", { href: address }, words[1]);
  const button = h("button", { type: "button" }, "Forget");
  const box = h("p", { class: "left-off" }, h("span", {}, words[0], " ", link), button);
  const show = (shown) => {
    box.hidden = !shown;
    document.documentElement.toggleAttribute("data-left-off", shown);
  };
  const away = () => {
    show(false);
    box.remove();
    sight.disconnect();
  };
  const sight = new IntersectionObserver(([{ isIntersecting }]) => {
    show(isIntersecting || box.contains(document.activeElement));
  });
  link.addEventListener("click", () => setTimeout(away));
  button.addEventListener("click", () => {
    forget(name);
    away();
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  });
  article.prepend(box);
  sight.observe(title);
}

function offerCourse() {
  const links = [...document.querySelectorAll(".sidebar-tree a.reference")];
  const pages = links.map((link) => ({
    address: link.getAttribute("href"),
    title: link.textContent.trim(),
  }));
  const next = goOn(places(), pages);
  if (!next) return;
  const chapter = next.title.match(/^\d+\w? ·/)?.[0].replace(" ·", "");
  const where = next.heading
    ? `${chapter ? `chapter ${chapter}` : next.title}, “${next.heading}”`
    : next.title;
  offer(["Continue:", where], next.address);
}

function offerPage() {
  const place = places().get(page);
  const section = place?.done === false ? document.getElementById(place.id) : null;
  const heading = section?.querySelector("h2, h3");
  if (heading && heading.getBoundingClientRect().top > innerHeight)
    offer(["You were at", wordsOf(heading)], `#${place.id}`, page);
}

function markProgress() {
  const mark = h("div", { class: "progress" });
  document.body.append(mark);
  if (CSS.supports("animation-timeline: scroll()")) return;
  const draw = () => {
    const { scrollHeight, clientHeight } = document.documentElement;
    mark.style.transform = `scaleX(${scrollY / Math.max(1, scrollHeight - clientHeight)})`;
  };
  addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
}

function keepPlace() {
  const sections = [...article.querySelectorAll("section section[id]")];
  const onLine = new Set();
  let atEnd = false;
  let staying;
  const keep = () => {
    const section = sections.findLast((one) => onLine.has(one));
    if (!section || document.hidden) return;
    const heading = wordsOf(section.querySelector("h2, h3"));
    const place = { id: section.id, heading, at: Date.now(), done: atEnd };
    courseStorage.setItem(KEY, writePlaces(places().set(page, place)));
  };
  const wait = () => {
    clearTimeout(staying);
    staying = setTimeout(keep, STAY);
  };
  // A line across the upper part of the window: what is on it is being read.
  const line = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        onLine[isIntersecting ? "add" : "delete"](target);
      wait();
    },
    { rootMargin: "-30% 0px -70% 0px" },
  );
  for (const section of sections) line.observe(section);
  new IntersectionObserver(([{ isIntersecting }]) => {
    atEnd = isIntersecting;
    wait();
  }).observe(document.querySelector("footer"));
}

// A link to a place on the page, or a page that comes back where it was, is what the reader wants.
const fromTheTop = () => !location.hash && !location.search && scrollY < innerHeight / 2;
const greet = () => {
  // To ask where the page is makes a browser lay it out: not for a reader who has no place.
  if (places().size && fromTheTop()) page ? offerPage() : offerCourse();
};
if (page) {
  markProgress();
  keepPlace();
}
addEventListener("load", () => setTimeout(greet));

export { wordsOf };
