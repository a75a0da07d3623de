// A quiz: its questions, how many are answered, and a way to start over.
import { button, h } from "../../explorers/static/controls.mjs";
import { ask } from "./ask.mjs";

// Brings the forms below an element to life; `answered(form, right)` hears of each first answer.
function enliven(root, answered) {
  const forms = [...root.querySelectorAll(".quiz-question")];
  const score = h("p", { class: "quiz-score", role: "status" });
  const again = button("Start over", () => {
    for (const form of forms) form.reset();
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
  for (const form of forms) {
    ask(form, (right) => {
      answered(form, right);
      tell();
    });
  }
  tell();
  return h("div", { class: "quiz-foot" }, score, again);
}

// In a notebook: the forms come from Python, and what was answered goes back there.
function render({ model, el }) {
  const frame = h("div");
  frame.innerHTML = model.get("form");
  const foot = enliven(frame, ({ dataset }, right) => {
    model.set("progress", { ...model.get("progress"), [dataset.question]: right });
    model.save_changes();
  });
  frame.firstElementChild.append(foot);
  el.append(frame);
}

const quiz = { render };

export { enliven, quiz };
