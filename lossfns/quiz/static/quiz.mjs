// A quiz: its questions, how many are answered, and a way to start over.
import { button, h } from "../../web/static/controls.mjs";
import { ask } from "./ask.mjs";

// Brings the forms below an element to life. `answered(form, right)` hears of each first answer,
// `restarted()` of a new start; `mark` takes over what is known already: { question id: right }.
function enliven(root, { answered, restarted = () => {} }) {
  const forms = [...root.querySelectorAll(".quiz-question")];
  const score = h("p", { class: "quiz-score", role: "status" });
  const again = button("Start over", () => {
    for (const form of forms) form.reset();
    restarted();
    tell();
    forms[0].querySelector("input, button").focus();
  });
  function tell() {
    const outcomes = forms.map((form) => form.dataset.outcome).filter(Boolean);
    const right = outcomes.filter((outcome) => outcome === "right").length;
    again.hidden = outcomes.length === 0;
    score.textContent = outcomes.length === 0 ? ""
      : `${outcomes.length} of ${forms.length} answered, ${right} right at the first try.`;
  }
  function mark(known) {
    for (const form of forms) {
      const { question, outcome } = form.dataset;
      if (question in known) form.dataset.outcome = known[question] ? "right" : "missed";
      else if (outcome) form.reset();
    }
    tell();
  }
  for (const form of forms) {
    ask(form, (right) => {
      answered(form, right);
      tell();
    });
  }
  tell();
  return { foot: h("div", { class: "quiz-foot" }, score, again), mark };
}

// In a notebook: the forms come from Python, and what was answered is shared with it, and with
// every other view of the same quiz.
function render({ model, el, signal }) {
  const frame = h("div");
  frame.innerHTML = model.get("form");
  const share = (progress) => {
    model.set("progress", progress);
    model.save_changes();
  };
  const { foot, mark } = enliven(frame, {
    answered: ({ dataset }, right) => share({ ...model.get("progress"), [dataset.question]: right }),
    restarted: () => share({}),
  });
  const refresh = () => mark(model.get("progress"));
  model.on("change:progress", refresh);
  signal.addEventListener("abort", () => model.off("change:progress", refresh));
  refresh();
  frame.firstElementChild.append(foot);
  el.append(frame);
}

const quiz = { render };

export { enliven, quiz };
