// A quiz in a notebook: the forms come from Python, which hears of every first answer.
import { h } from "../../web/static/element.mjs";
import { enliven } from "./enliven.mjs";
import { record } from "./record.mjs";

function render({ model, el, signal }) {
  const frame = h("div");
  frame.innerHTML = model.get("form");
  // Views in several tabs may be answered at once: each says what happened, and Python alone adds
  // it up. Until it has, its word does not take back what was answered here.
  const unheard = new Map();
  const say = (what) => {
    try {
      model.send(what);
    } catch {
      // A kernel that is gone adds nothing up; the reasons are said and the answer is kept anyway.
    }
  };
  const { foot, mark, store, tell } = enliven(frame, {
    signal,
    answered(question, right) {
      unheard.set(question, right);
      say({ question, right });
    },
    restarted() {
      unheard.clear();
      say({ restarted: true });
    },
  });
  function refresh() {
    const progress = model.get("progress");
    for (const question of Object.keys(progress)) unheard.delete(question);
    mark({ ...Object.fromEntries(unheard), ...progress });
  }
  model.on("change:progress", refresh);
  signal.addEventListener("abort", () => model.off("change:progress", refresh));
  refresh();
  const where =
    "They stay in this browser, for this Jupyter address alone; nobody else sees them. Export them here, import them on the review page of the course's site, and what you missed comes back.";
  frame.firstElementChild.append(
    ...foot,
    h(
      "details",
      { class: "quiz-kept" },
      h("summary", {}, "Your answers"),
      h("div", { class: "quiz-record" }, h("p", {}, where), ...record(store, tell)),
    ),
  );
  el.append(frame);
}

const quiz = { render };

export { quiz };
