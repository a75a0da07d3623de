// A quiz: its questions, what is known of the last time, how many are answered, and a new start.
import { button } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";
import { ask, tellIn } from "./ask.mjs";
import { openStore } from "./store.mjs";

// Brings the forms below an element to life and keeps each first answer; `answered(question, right)`
// hears of it too, `restarted()` of a new start. `mark` takes over what has been answered already:
// { question id: right }.
function enliven(root, { signal, answered = () => {}, restarted = () => {} }) {
  const marks = new Map(
    [...root.querySelectorAll(".quiz-question")].map((form) => {
      const last = h("p", { class: "quiz-before" });
      form.querySelector("legend").after(last);
      return [form, last];
    }),
  );
  const forms = [...marks.keys()];
  const score = h("p", { class: "quiz-score", role: "status" });
  const word = h("p", { class: "quiz-word", role: "status" });
  const store = openStore({ signal, changed: tell });
  const again = button("Start over", () => {
    for (const form of forms) form.reset();
    restarted();
    tell();
    forms[0].querySelector("input, button").focus();
  });
  const versionIn = ({ question, digest }) => `${question} ${digest}`;
  // What happened the last time is said as long as the question has not been answered now.
  function tell() {
    const outcomes = forms.map((form) => form.dataset.outcome).filter(Boolean);
    const right = outcomes.filter((outcome) => outcome === "right").length;
    again.hidden = outcomes.length === 0;
    tellIn(
      score,
      outcomes.length === 0
        ? ""
        : `${outcomes.length} of ${forms.length} answered, ${right} right at the first try.`,
    );
    const known = new Map(store.answers().map((answer) => [versionIn(answer), answer]));
    for (const [form, last] of marks) {
      if (form.dataset.outcome) continue;
      const answer = known.get(versionIn(form.dataset));
      tellIn(last, answer ? `Last time: ${answer.right ? "right" : "missed"}.` : "");
    }
    tellIn(word, store.word());
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
    const { question, digest } = form.dataset;
    ask(form, (right) => {
      store.add({ question, digest, right });
      answered(question, right);
      tell();
    });
  }
  tell();
  return { foot: [h("div", { class: "quiz-foot" }, score, again), word], mark, store, tell };
}

export { enliven };
