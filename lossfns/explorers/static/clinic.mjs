// Seven trainings gone wrong, or not; the diagnosis is the answer.

import { choiceControl } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";
import { format } from "../../web/static/format.mjs";
import { linePlot, lostBands } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";

const clinic = explorer({
  title: "The loss-curve clinic",
  lead: "Seven real trainings of one small network on handwritten digits. Read the curves, name the cause.",
  params: {
    case: { options: [1, 2, 3, 4, 5, 6, 7] },
    diagnosis: {
      options: ["", "smoothed", "signed", "naive", "blank", "overconfident", "twice", "clipped"],
    },
  },
  question: {
    ask: "Ten classes. A training loss stays at 2.303 from the first step to the last. What does the model say about each image?",
    options: [
      "the same for every image",
      "a random class each time",
      "always the wrong class, surely",
    ],
    answer: 0,
    why: `2.303 is ln 10: what a uniform answer over ten classes costs. A random but certain answer would cost far more. So a loss has landmarks: know ln K, know your floor, and a curve becomes a symptom. Now find the causes of seven of them.`,
  },
  build(ui) {
    const cases = ui.model.get("data");
    const losses = linePlot({ signal: ui.signal, low: 150, name: "loss" });
    const accuracy = linePlot({ signal: ui.signal, low: 130, name: "accuracy" });
    const diagnosis = choiceControl({
      label: "What is the cause?",
      wide: true,
      options: cases
        .map(({ cause, name }) => [cause, name])
        .sort(([, a], [, b]) => (a < b ? -1 : 1)),
      change: (cause) => ui.set({ diagnosis: cause }),
    });
    const verdict = h("p", { role: "status" });

    function update({ case: number, diagnosis: guess }) {
      const { cause, epochs, ...series } = cases[number - 1];
      const points = (name) => epochs.map((epoch, i) => [epoch, Number(series[name][i])]);
      const last = epochs.at(-1);
      const x = { label: "epoch", domain: [0, last], parts: 2 };
      const lowest = Math.min(...series.training.map(Number).filter(Number.isFinite), 0);
      const end = Number(series.training.at(-1));
      const y =
        lowest < 0
          ? { domain: [-2, 1], parts: 3 }
          : { domain: [0, end < 0.1 ? 0.5 : end < 0.6 ? 1 : end > 2.5 ? 20 : 2.5] };
      const final = (name, digits) => format(Number(series[name].at(-1)), digits);
      losses.draw({
        title: "Loss",
        x,
        y,
        curves: [
          { name: "training", tone: "ce", points: points("training") },
          { name: "validation", tone: "violet", points: points("validation") },
        ],
        bands: lostBands(points("training"), "the loss is nan"),
      });
      accuracy.draw({
        title: "Validation accuracy",
        x,
        y: { domain: [0, 1], parts: 4 },
        curves: [{ name: "accuracy", tone: "teal", points: points("accuracy") }],
      });
      diagnosis.set(guess);
      const right = guess === cause;
      verdict.replaceChildren(
        ...(guess
          ? [
              h("strong", {}, right ? "✓ Yes. " : "✗ Not this one. Its sign is another: "),
              cases.find((item) => item.cause === guess).sign,
            ]
          : []),
      );
      return `Case ${number}: training loss ends at ${final("training")}, validation loss at ${final("validation")}, accuracy at ${final("accuracy")}.`;
    }

    return {
      controls: [
        ui.choice("Case", "case", { put: (k) => ({ case: k, diagnosis: "" }) }),
        h("div", { class: "ex-wide" }, diagnosis.element, verdict),
      ],
      stage: [losses.element, accuracy.element],
      update,
    };
  },
});

export { clinic };
