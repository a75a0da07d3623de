// A chapter as a talk, from the chapter's own text: the screen in turn shows, the rest of the page
// waits where it is. Nothing is moved or copied, so leaving the talk leaves the page as it was.
import { h } from "../../lossfns/web/static/element.mjs";
import { afterSkipping, clock, late, placeOf, readTalk, stopsOf, writeTalk } from "./talk.mjs";

const root = document.documentElement;
const article = document.querySelector("article");
const { page } = root.dataset;
const BEGAN = "measuring-wrongness.talk";
// A clock that began longer ago belongs to another lesson.
const LONGEST = 6 * 3600000;
const FITS = ["0", "1", "2", "3"];
const FOLDS =
  ":is(section, .held) > details[data-talk], [data-talk] :is(details.hide, .quiz-answer)";
const HEADING = ":scope > :is(h1, h2, h3, h4)";
// What takes a key for itself.
const WRITES = "input:not([type=radio], [type=checkbox], [type=range]), select, textarea";
const MOVES = "input, [role=slider]";
const PAGES = "[type=range], [role=slider]";
const PRESSES = "a, button, summary, label, input";

const theirs = (key) => {
  if (key === "Escape" || key === "F8") return ":not(*)";
  if (key === " ") return `${WRITES}, ${PRESSES}`;
  return `${WRITES}, ${key.startsWith("Page") ? PAGES : MOVES}`;
};

function* blocksOf(box) {
  for (const one of box.children)
    if (one.matches("section, .held")) yield* blocksOf(one);
    else yield one;
}

const begins = (block) =>
  block.matches(".screen") ||
  block.querySelector(".screen") ||
  (/^H\d$/.test(block.tagName) && block.parentElement.matches(".screen"));

function screensOf() {
  const screens = [];
  for (const section of article.querySelectorAll(":scope > section"))
    for (const block of blocksOf(section)) {
      if (begins(block)) screens.push([]);
      screens.at(-1)?.push(block);
    }
  return screens;
}

// When the clock began, and when it was stopped, or 0. Storage may be refused: it then lives as long
// as the page.
const kept = {
  get() {
    try {
      const [began, rested = 0] = sessionStorage.getItem(BEGAN).split(" ").map(Number);
      return [began, rested];
    } catch {
      return [0, 0];
    }
  },
  set(began, rested = 0) {
    try {
      if (began) sessionStorage.setItem(BEGAN, `${began} ${rested}`);
      else sessionStorage.removeItem(BEGAN);
    } catch {}
  },
};

function present(routes) {
  const screens = screensOf();
  let [stops, place, shown, route] = [[], 0, 0, ""];
  let [began, rested, ticking] = [0, 0, 0];

  const count = h("p", { class: "talk-count", role: "status" });
  const time = h("span", { role: "timer" });
  const watch = h("button", { type: "button", class: "talk-clock", click: rest }, time);
  const hurry = h("span", { class: "talk-late" });
  const skip = h("button", { type: "button", click: leap }, "Skip");
  const notes = h("button", { type: "button", "aria-pressed": "false", click: note }, "Notes");
  const said = h("p", { class: "talk-said", hidden: "" });
  const key = (label, words, click) =>
    h("button", { type: "button", class: "talk-step", "aria-label": words, click }, label);
  const bar = h(
    "nav",
    { class: "talk-bar", "aria-label": "Talk" },
    said,
    key("←", "Back", back),
    key("→", "Next", next),
    count,
    watch,
    hurry,
    skip,
    h("span", { class: "talk-gap" }),
    notes,
    h("button", { type: "button", class: "talk-handout", click: () => print() }, "Handout"),
    h("button", { type: "button", click: () => leave(true) }, "Leave"),
  );

  const on = () => root.classList.contains("talk");
  const elapsed = () => (rested || Date.now()) - began;
  const headingOf = (number) =>
    screens[number - 1][0].closest("section").querySelector(HEADING) ?? article.querySelector("h1");

  function tick() {
    time.textContent = clock(elapsed());
    watch.title = rested ? "Start the clock again" : "Stop the clock";
    const minutes = late(elapsed(), stops[place]);
    const words = minutes ? `${minutes} min late` : "";
    if (hurry.textContent !== words) hurry.textContent = words;
  }
  function start() {
    const now = Date.now();
    [began, rested] = kept.get();
    if (!(began <= now && now - began < LONGEST)) [began, rested] = [now, 0];
    kept.set(began, rested);
    clearInterval(ticking);
    if (!rested) ticking = setInterval(tick, 1000);
  }
  // The clock stops, and begins anew.
  function rest() {
    if (rested) {
      kept.set(0);
      start();
    } else {
      rested = Date.now();
      kept.set(began, rested);
      clearInterval(ticking);
    }
    tick();
  }

  // Type as large as the screen has room for; what has no room in the smallest scrolls.
  function fit() {
    if (!on()) return;
    for (const size of FITS) {
      root.dataset.fit = size;
      if (article.scrollHeight <= article.clientHeight + 1) return;
    }
  }

  function fold() {
    const open = root.classList.contains("talk-notes");
    const folds = [...article.querySelectorAll(FOLDS)];
    if (open) for (const one of folds) one.open = true;
    said.hidden = !open;
    said.textContent = stops[place].ask || (folds.length ? "" : "No notes on this screen.");
    said.hidden ||= !said.textContent;
  }
  function note() {
    const open = root.classList.toggle("talk-notes");
    notes.setAttribute("aria-pressed", String(open));
    fold();
    fit();
  }

  const mark = (number, value) => {
    for (const block of screens[number - 1] ?? []) {
      if (value) block.dataset.talk = value;
      else delete block.dataset.talk;
    }
  };
  function show(number) {
    mark(shown, "");
    if (shown) delete headingOf(shown).dataset.talk;
    shown = number;
    const held = screens[number - 1][0].closest(".held[hidden]");
    if (held) article.querySelector(`[aria-controls="${held.id}"]`)?.click();
    mark(number, "now");
    const heading = headingOf(number);
    heading.dataset.talk ||= "again";
    article.scrollTop = 0;
    count.textContent = `${place + 1} of ${stops.length}`;
    const onward = afterSkipping(stops, place);
    skip.hidden = !stops[place].skip || onward < 0;
    skip.textContent = `Skip to ${onward + 1}`;
    fold();
    fit();
    tick();
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  // For the handout: where each screen begins, and where it ends.
  function frame(wanted) {
    screens.forEach((blocks, index) => {
      const last = blocks.findLast((one) => !one.matches("details, .screen-skip, span"));
      if (wanted) {
        blocks[0].dataset.number = index + 1;
        last.dataset.last = "";
      } else {
        delete blocks[0].dataset.number;
        delete last.dataset.last;
      }
    });
  }

  // A screen of this page shows; another page's is gone to.
  function go(to, way) {
    place = to;
    const stop = stops[to];
    const search = writeTalk(location.search, { screen: stop.screen, route });
    if (stop.page !== page)
      location.href = `${root.dataset.content_root}${stop.page}.html${search}`;
    else {
      if (way) history[way](null, "", search);
      show(stop.screen);
    }
  }
  // Nearly a screen further, or to where the plot of an explorer begins.
  function onward() {
    const most = 0.85 * article.clientHeight;
    const plot = article.querySelector("[data-talk] .ex-body")?.getBoundingClientRect().top - 16;
    return plot > 40 && plot < most ? plot : most;
  }
  function next() {
    const below = article.scrollHeight - article.clientHeight - article.scrollTop;
    const asks = article.querySelector(
      "[data-talk] .quiz-guess form:not([data-outcome]) [aria-controls]",
    );
    if (below > 4) article.scrollBy(0, onward());
    else if (asks) {
      asks.click();
      fit();
    } else if (place + 1 < stops.length) go(place + 1, "replaceState");
    else count.textContent = "The end";
  }
  function back() {
    if (place) go(place - 1, "replaceState");
  }
  function leap() {
    const onward = afterSkipping(stops, place);
    if (onward >= 0) go(onward, "replaceState");
  }

  // The screen that holds an element, or 0.
  const screenWith = (element) =>
    element
      ? 1 +
        screens.findIndex((blocks) =>
          blocks.some(
            (one) =>
              one.contains(element) ||
              (one.parentElement === element && element.matches("section")),
          ),
        )
      : 0;
  // What a reader has before them, so that a talk begins there.
  const inSight = () =>
    screens.findLastIndex(
      ([first]) => !first.closest(".held[hidden]") && first.getBoundingClientRect().top < 100,
    ) + 1;
  const target = () => document.getElementById(location.hash.slice(1));

  function begin() {
    const asked = readTalk(location.search);
    const from = screenWith(target()) || asked?.screen || (asked ? 1 : inSight()) || 1;
    const screen = Math.min(screens.length, Math.max(1, from));
    route = Object.hasOwn(routes, asked?.route) ? asked.route : "";
    stops = stopsOf({ page, count: screens.length, route: routes[route] });
    if (!on()) {
      root.classList.add("talk");
      frame(true);
      document.body.append(bar);
      start();
    }
    root.classList.remove("presents");
    // A route without a screen begins at its own first one, on whatever page that is.
    if (route && !asked.screen && !location.hash) {
      go(0, "replaceState");
      return;
    }
    place = placeOf(stops, page, screen);
    const search = writeTalk(location.search, { screen, route });
    history[asked ? "replaceState" : "pushState"](null, "", search);
    show(screen);
  }
  function leave(asked) {
    if (!on()) return;
    const heading = headingOf(shown);
    const first = screens[shown - 1][0];
    mark(shown, "");
    frame(false);
    delete heading.dataset.talk;
    delete root.dataset.fit;
    root.classList.remove("talk", "talk-notes");
    notes.setAttribute("aria-pressed", "false");
    bar.remove();
    clearInterval(ticking);
    kept.set(0);
    if (asked) history.pushState(null, "", writeTalk(location.search) || location.pathname);
    first.scrollIntoView();
    heading.focus({ preventScroll: true });
  }

  const KEYS = {
    ArrowRight: next,
    PageDown: next,
    " ": next,
    ArrowLeft: back,
    PageUp: back,
    Home: () => go(0, "pushState"),
    End: () => go(stops.length - 1, "pushState"),
    F8: note,
    Escape: () => leave(true),
  };
  addEventListener("keydown", (event) => {
    const { key: pressed, target: at } = event;
    if (!on() || event.ctrlKey || event.metaKey || event.altKey) return;
    // Sphinx takes Escape on every page, to undo what a search marked there.
    if (event.defaultPrevented && pressed !== "Escape") return;
    const act = event.shiftKey ? { " ": back, ArrowRight: leap }[pressed] : KEYS[pressed];
    if (!act || at.matches(theirs(pressed))) return;
    event.preventDefault();
    act();
  });
  addEventListener("popstate", () => (readTalk(location.search) ? begin() : leave(false)));
  addEventListener("hashchange", () => on() && location.hash && begin());
  addEventListener("resize", fit);
  // What a press opens is as large as there is room for.
  article.addEventListener("click", () => requestAnimationFrame(fit));
  document.fonts.ready.then(fit);
  window.courseTalk = { begin };
  begin();
}

export { present };
