// What the hand moves and the ear hears: number and choice controls, the live summary.
import { h } from "./element.mjs";
import { clamp, parseValue } from "./format.mjs";

// An element's children become what is described, each a text or [tag, attributes, ...children]. What
// is so already is not touched: the browser lays out anew only what moved. An attribute `style:left`
// is a style, which a page's policy lets a script set one by one.
const described = new WeakMap();

function patch(parent, wanted) {
  let node = parent.firstChild;
  for (const one of wanted) {
    const fits =
      node && (typeof one === "string" ? node.nodeType === 3 : node.localName === one[0]);
    if (!fits) {
      const made =
        typeof one === "string"
          ? document.createTextNode(one)
          : document.createElementNS(parent.namespaceURI, one[0]);
      if (node) node.replaceWith(made);
      else parent.append(made);
      node = made;
    }
    if (typeof one !== "string") describe(node, one);
    else if (node.data !== one) node.data = one;
    node = node.nextSibling;
  }
  while (node) {
    const next = node.nextSibling;
    node.remove();
    node = next;
  }
}

function describe(element, [, attributes, ...children]) {
  const before = described.get(element) ?? {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(attributes)])) {
    const value = attributes[name];
    if (value === before[name]) continue;
    if (name.startsWith("style:")) element.style.setProperty(name.slice(6), value ?? "");
    else if (value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  described.set(element, attributes);
  patch(element, children);
}

const button = (text, click, attributes = {}) =>
  h("button", { type: "button", class: "ex-button", click, ...attributes }, text);

// One number under three hands: a range, a box and two step buttons. With `places`, a sorted
// list, the range and the buttons go from one place to the next.
function numberControl({ label, rule, words, places, change }) {
  const { min, max, step, digits = 6 } = rule;
  const shown = (value) => String(Number(value.toFixed(digits)));
  let current = min;
  let typing = false;
  // The range runs over whole steps; what lies beyond the rule is brought back to its edge.
  const [first, last] = places
    ? [0, places.length - 1]
    : [Math.floor(min / step + 1e-9), Math.ceil(max / step - 1e-9)];
  const unit = places ? 1 : step;
  const toPlace = (value) =>
    places.findIndex(
      (place, i) => i === last || Math.abs(place - value) <= Math.abs(places[i + 1] - value),
    );
  const fromStep = (i) =>
    places ? places[clamp(i, { min: 0, max: last })] : clamp(Number((i * step).toFixed(10)), rule);
  const toStep = (value) => (places ? toPlace(value) : value / step);
  const range = h("input", {
    type: "range",
    min: first * unit,
    max: last * unit,
    step: unit,
    "aria-label": label,
    input: () => take(fromStep(Math.round(range.value / unit))),
  });
  const box = h("input", {
    type: "number",
    step,
    inputmode: "decimal",
    "aria-label": `${label}, from ${min} to ${max}`,
    input: () => {
      typing = true;
      if (!parseValue(box.value, rule).note) take(Number(box.value));
      typing = false;
    },
    change: () => {
      const { value = current, note: word } = parseValue(box.value, rule);
      take(value, word);
      box.value = shown(value);
    },
  });
  const note = h("span", { class: "ex-note", role: "status" });
  // A step goes to the next whole multiple: from -4.595 by 0.1 to -4.5.
  const go = (sign) => take(fromStep(sign * (Math.floor(sign * toStep(current) + 1e-9) + 1)));
  const element = h(
    "div",
    { class: "ex-number", role: "group", "aria-label": label },
    h("span", { class: "ex-label", "aria-hidden": "true" }, label),
    h(
      "span",
      { class: "ex-box" },
      button("−", () => go(-1), { "aria-label": `${label}: less` }),
      box,
      button("+", () => go(1), { "aria-label": `${label}: more` }),
    ),
    range,
    note,
  );

  function take(value, word = "") {
    note.textContent = word;
    if (value !== current) change(value);
  }
  function set(value) {
    current = value;
    const [at, text] = [toStep(value) * unit, shown(value)];
    if (Number(range.value) !== at) range.value = at;
    const said = words ? words(value) : text;
    if (said !== range.getAttribute("aria-valuetext")) range.setAttribute("aria-valuetext", said);
    if (!typing && box.value !== text) box.value = text;
  }
  return { element, set };
}

// One of a few, each a value or [value, text]: native radio buttons in a row.
function choiceControl({ label, options, change, wide = false }) {
  const name = `ex-${Math.random().toString(36).slice(2)}`;
  const inputs = options.map((option) => {
    const [value, text] = Array.isArray(option) ? option : [option, String(option)];
    const input = h("input", { type: "radio", name, change: () => change(value) });
    return { value, input, element: h("label", {}, input, h("span", {}, text)) };
  });
  const element = h(
    "fieldset",
    { class: wide ? "ex-options" : "ex-choice" },
    h("legend", { class: "ex-label" }, label),
    h("div", { class: "ex-segments" }, ...inputs.map((item) => item.element)),
  );
  const set = (value) => {
    for (const item of inputs) item.input.checked = item.value === value;
  };
  return { element, set };
}

// One polite sentence about the state, said when the hand rests.
function liveSummary(signal) {
  const element = h("p", { class: "ex-summary", role: "status" });
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer));
  function say(text) {
    clearTimeout(timer);
    timer = setTimeout(() => (element.textContent = text), element.textContent ? 400 : 0);
  }
  return { element, say };
}

export { button, choiceControl, liveSummary, numberControl, patch };
