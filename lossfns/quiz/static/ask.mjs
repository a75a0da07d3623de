// One question comes to life: answered by hand, checked on request, reasons said politely.
import { button } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";
import { grade } from "./grade.mjs";
import { readNumber } from "./number.mjs";

const LETTERS = "ABCDEFGHIJ";
const NOTHING = {
  single: "Choose one first.",
  sign: "Choose one first.",
  bug: "Choose a line first.",
  multiple: "Choose at least one first.",
  numeric: "Write a number, such as 0.25, −2, 8/27, ln 2 or 25 %.",
};

// Only what is new is said: a live region may speak the same words again.
function tellIn(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

// What the folded answers say: the key, and the reason for each option.
function readAnswers(form, kind) {
  const items = [...form.querySelectorAll(".quiz-answer li")];
  const options = items.filter((item) => item.dataset.option !== undefined);
  const number = (item, name) => Number(item.dataset[name]);
  const why = (item) => [...item.querySelector(".quiz-why").cloneNode(true).childNodes];
  return {
    key: {
      kind,
      right: options
        .filter((item) => "right" in item.dataset)
        .map((item) => number(item, "option")),
      values: options.map((item) => ({
        value: number(item, "value"),
        tolerance: number(item, "tolerance"),
      })),
    },
    reason: (option) =>
      why(
        items.find((item) =>
          option === "otherwise"
            ? "otherwise" in item.dataset
            : item.dataset.option === String(option),
        ),
      ),
  };
}

const typedIn = (form) => form.querySelector(".quiz-entry input").value;

// Why there is no answer yet: of a number, what of it was not understood.
function missing(form, kind) {
  const fault = kind === "numeric" ? readNumber(typedIn(form)).fault : "";
  return fault ? `${fault} ${NOTHING.numeric}` : NOTHING[kind];
}

// The answer given, or undefined where there is none yet.
function readAnswer(form, kind) {
  if (kind === "order")
    return [...form.querySelectorAll(".quiz-order > li")].map((item) =>
      Number(item.dataset.option),
    );
  if (kind === "numeric") {
    const { numbers } = readNumber(typedIn(form));
    return numbers.length ? numbers : undefined;
  }
  const chosen = [...form.querySelectorAll(".quiz-options input:checked")].map((input) =>
    Number(input.value),
  );
  return chosen.length ? chosen : undefined;
}

// Two buttons to each item: no dragging is needed, and none is offered.
function makeMovable(form, say) {
  const list = form.querySelector(".quiz-order");
  const shuffled = [...list.children];
  form.addEventListener("reset", () => list.append(...shuffled));
  const move = (item, step) => {
    const items = [...list.children];
    const place = items.indexOf(item) + step;
    if (place < 0 || place >= items.length)
      return say(step < 0 ? "This is the first already." : "This is the last already.");
    if (step < 0) items[place].before(item);
    else items[place].after(item);
    item.querySelector(step < 0 ? ".quiz-up" : ".quiz-down").focus();
    say(`Now in place ${place + 1} of ${items.length}.`);
  };
  for (const item of list.children) {
    const text = item.querySelector(".quiz-text");
    text.id = `quiz-${Math.random().toString(36).slice(2)}`;
    const mover = (sign, label, name, step) =>
      button(sign, () => move(item, step), {
        class: `ex-button ${name}`,
        "aria-label": label,
        "aria-describedby": text.id,
      });
    item.append(
      h(
        "span",
        { class: "quiz-moves" },
        mover("↑", "Move up", "quiz-up", -1),
        mover("↓", "Move down", "quiz-down", 1),
      ),
    );
  }
}

// `answered(right)` hears of the first answer only; what is tried afterwards is for learning.
function ask(form, answered) {
  const { kind } = form.dataset;
  const { key, reason } = readAnswers(form, kind);
  const answers = form.querySelector(".quiz-answer");
  // A status is to be spoken whole; Orca does so only where that is written down.
  const status = h("div", {
    class: "quiz-status",
    role: "status",
    "aria-atomic": "true",
    tabindex: "-1",
  });
  const say = (...content) =>
    status.replaceChildren(
      ...content.map((line) => (typeof line === "string" ? h("p", {}, line) : line)),
    );
  const text = (option) => [
    ...form.querySelector(`.quiz-order > [data-option="${option}"] .quiz-text`).cloneNode(true)
      .childNodes,
  ];

  function settle(right) {
    if (form.dataset.outcome) return;
    form.dataset.outcome = right ? "right" : "missed";
    answered(right);
  }
  function verdict(right, word) {
    return h(
      "p",
      { class: "quiz-verdict" },
      h("span", { "aria-hidden": "true" }, right ? "✓ " : "✗ "),
      word,
    );
  }
  function line({ option, as }) {
    const holds = key.right.includes(option);
    if (kind === "order") return h("p", {}, h("em", {}, ...text(option)), " ", ...reason(option));
    if (kind === "numeric") return h("p", {}, ...reason(option));
    const name =
      kind !== "multiple"
        ? `${LETTERS[option]}: `
        : `${LETTERS[option]} ${holds ? (as === "missed" ? "holds too" : "holds") : "does not hold"}: `;
    return h("p", {}, h("strong", {}, name), ...reason(option));
  }
  function check() {
    const answer = readAnswer(form, kind);
    if (answer === undefined) return say(missing(form, kind));
    const { right, say: lines } = grade(key, answer);
    settle(right);
    const [good, bad] =
      kind === "order"
        ? ["Right, every one in its place.", "Not yet. These stand in another place:"]
        : ["Right.", "Not yet."];
    say(verdict(right, right ? good : bad), ...lines.map(line));
  }
  function show() {
    say(
      form.dataset.outcome
        ? "The answer stands below."
        : "The answer stands below. The question counts as missed.",
    );
    settle(false);
    answers.hidden = false;
    answers.open = true;
  }

  answers.hidden = true;
  for (const control of form.querySelectorAll("input, summary"))
    control.dataset.lmSuppressShortcuts = "true";
  if (kind === "order") makeMovable(form, (words) => say(words));
  answers.before(
    ...(kind === "card"
      ? turnable()
      : [
          h(
            "div",
            { class: "ex-row" },
            button("Check", () => {}, { type: "submit", class: "ex-button ex-primary" }),
            button("Show the answer", show),
          ),
          status,
        ]),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (kind !== "card") check();
  });
  // JupyterLab swallows the key press by which a browser would submit.
  form.querySelector(".quiz-entry input")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    check();
  });

  // A card has nothing to check: the reader turns it and says whether it was known.
  function turnable() {
    const part = (name) =>
      h("p", {}, ...answers.querySelector(`[data-${name}]`).cloneNode(true).childNodes);
    // What was said first is what counts, so nothing else is asked then.
    const finish = (right) => {
      settle(right);
      status.focus({ preventScroll: true });
      grades.hidden = true;
      say(
        part("back"),
        ...(right
          ? [verdict(true, "Good. It comes back later.")]
          : [verdict(false, "It comes back soon."), part("trap")]),
      );
    };
    const grades = h(
      "div",
      { class: "ex-row", hidden: "" },
      button("I knew it", () => finish(true)),
      button("Not yet", () => finish(false)),
    );
    const turn = button(
      "Turn the card",
      () => {
        grades.hidden = Boolean(form.dataset.outcome);
        say(part("back"), ...(grades.hidden ? [] : ["Did you know it?"]));
      },
      { class: "ex-button ex-primary" },
    );
    form.addEventListener("reset", () => (grades.hidden = true));
    return [h("div", { class: "ex-row" }, turn), status, grades];
  }

  form.addEventListener("reset", () => {
    delete form.dataset.outcome;
    answers.hidden = true;
    say();
  });
}

export { ask, missing, readAnswer, readAnswers, tellIn };
