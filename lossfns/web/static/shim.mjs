// On the site there is no kernel: this stands in for the notebook's widget model.
import { isRevealed, readAddress, writeAddress } from "./format.mjs";

function createModel(initial) {
  const state = { ...initial };
  const listeners = new Map();
  const emit = (event) => {
    for (const callback of [...(listeners.get(event) ?? [])]) callback();
  };
  return {
    get: (name) => state[name],
    set(name, value) {
      if (Object.is(state[name], value)) return;
      state[name] = value;
      emit(`change:${name}`);
      emit("change");
    },
    on: (event, callback) => listeners.set(event, [...(listeners.get(event) ?? []), callback]),
    off: (event, callback) =>
      listeners.set(
        event,
        (listeners.get(event) ?? []).filter((other) => other !== callback),
      ),
    save_changes() {},
  };
}

const whenLoaded = (act) =>
  document.readyState === "complete" ? act() : addEventListener("load", act, { once: true });

// Whether the reader came by a link to a place on the page, and the browser has done with bringing them
// there. After a reload, or back again, it brings them to where they were, and is not to be disturbed.
const cameToAPlace = () =>
  document.readyState === "complete" &&
  location.hash !== "" &&
  performance.getEntriesByType("navigation")[0]?.type === "navigate";

// Changes an element, such as an explorer that wakes late and has another height then: the place that
// a reader came to, below it, stays on the screen.
function inPeace(host, change) {
  if (!cameToAPlace()) return change();
  const bottom = () => host.getBoundingClientRect().bottom;
  const before = bottom();
  change();
  if (before < 0) scrollBy({ top: bottom() - before, behavior: "instant" });
}

// Draws a component outside the page and swaps it in, or in place, where it brings to life what the
// page shows already. A failure leaves the fallback.
function mount(host, name, { params = {}, inPlace = false, render }) {
  const controller = new AbortController();
  const fallback = inPlace && host.cloneNode(true);
  const el = inPlace ? host : document.createElement("div");
  try {
    const { values, notes } = readAddress(location.search, name, params);
    const revealed = isRevealed(location.search, name);
    const linked = revealed || notes.length > 0 || Object.keys(values).length > 0;
    const model = createModel({ ...JSON.parse(host.dataset.state), ...values });
    if (revealed) model.set("revealed", true);
    model.notes = notes;
    model.address = (answer) => writeAddress(location.href, name, params, model.get, answer);
    inPeace(host, () => {
      render({ model, el, host, signal: controller.signal });
      if (!inPlace) host.replaceChildren(el);
      host.dataset.live = "";
    });
    if (linked && !location.hash)
      whenLoaded(() => {
        // What holds it back opens, as it does for a browser's own search.
        host.dispatchEvent(new Event("beforematch", { bubbles: true }));
        host.scrollIntoView({ behavior: "instant" });
      });
  } catch (error) {
    controller.abort();
    if (inPlace) host.replaceChildren(...fallback.childNodes);
    console.error(`${name} could not start`, error);
  }
}

// What stands in a part that is held back comes to life when that opens. Until then it has no fields:
// a browser that looks for some to fill would lay out all that is hidden.
function whenOpen(host, act) {
  const held = host.closest(".held[hidden]");
  if (!held || location.search) return act();
  const fields = [...host.querySelectorAll("input, select, textarea, button")].map((field) => {
    const place = document.createComment("");
    field.replaceWith(place);
    return () => place.replaceWith(field);
  });
  const open = () => {
    watch.disconnect();
    removeEventListener("beforeprint", open);
    for (const putBack of fields) putBack();
    act();
  };
  const watch = new MutationObserver(open);
  watch.observe(held, { attributeFilter: ["hidden"] });
  addEventListener("beforeprint", open);
}

// Brings every <div data-kind="name"> of the page to life: explorers, whose place shows a picture
// until then, each in a task of its own, for the page answers its reader between two tasks.
function start(kind, registry) {
  const begin = kind === "explorer" ? setTimeout : (act) => act();
  const mountAll = () => {
    for (const host of document.querySelectorAll(`[data-${kind}]`)) {
      const name = host.dataset[kind];
      const act = () => begin(() => mount(host, name, registry[name]));
      if (Object.hasOwn(registry, name)) whenOpen(host, act);
    }
  };
  if (document.readyState !== "loading") mountAll();
  else document.addEventListener("DOMContentLoaded", mountAll, { once: true });
}

export { createModel, mount, start };
