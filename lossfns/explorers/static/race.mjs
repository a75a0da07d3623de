// Who teaches the digits first, and under which recipe?

import { h } from "../../web/static/controls.mjs";
import { format } from "../../web/static/format.mjs";
import { explorer } from "./explorer.mjs";
import { linePlot, table } from "./plot.mjs";

const RACERS = [
  ["cross_entropy", "cross-entropy", "ce"],
  ["squared_error", "MSE", "mse"],
];

// "19, 20, 19 epochs" for the three runs, or the truth about those that never arrive.
function arrival({ finish, epochs }) {
  if (finish.every((epoch) => epoch === null)) return `not reached in ${epochs} epochs`;
  return `${finish.map((epoch) => epoch ?? `not reached in ${epochs}`).join(", ")} epochs`;
}

const race = explorer({
  title: "The race to 90 %",
  lead: "A linear classifier of handwritten digits, trained on cross-entropy and on squared error through softmax. Batches of 32, three random starts each.",
  params: {
    start: { options: ["fresh", "confidently_wrong"] },
    rate: { options: [0.03, 0.1, 0.3, 1] },
    means_removed: { key: "means", options: [true, false] },
  },
  question: (model) => {
    const at = (loss) => arrival(model.get("data").races[`${loss} confidently_wrong 0.1 true`]);
    return {
      ask: "The model first learns wrong labels by heart, so it is sure and wrong. Then both losses retrain it at rate 0.1. Cross-entropy needs about 20 epochs for 90 %. And squared error?",
      options: [
        "about as many",
        "2 to 5 times as many",
        "more than 20 times as many",
        "it never gets there",
      ],
      answer: 2,
      why: `Cross-entropy: ${at("cross_entropy")}; squared error: ${at("squared_error")}. Its nudge dies where the model is sure and wrong, so it hardly starts. From a fresh start there is no such gap: squared error is a few times slower at the same rate, and a larger rate takes even that away. And the recipe matters as much as the loss: leave the pixel means in, and see.`,
    };
  },
  build(ui) {
    const { shown, races } = ui.model.get("data");
    const curve = linePlot({ signal: ui.signal, height: 320 });
    const results = h("div", { class: "ex-data ex-wide" });

    function update({ start, rate, means_removed: means }) {
      const runs = RACERS.map(([loss, name, tone]) => ({
        name,
        tone,
        ...races[`${loss} ${start} ${rate} ${means}`],
      }));
      const last = Math.log10(Math.max(...runs.map((run) => run.epochs)));
      const ends = runs.map((run) => arrival(run));
      curve.draw({
        title: "Test accuracy after each epoch",
        x: {
          label: "epochs (logarithmic)",
          domain: [0, last],
          ticks: [...new Set([0, 1, 2, last])],
          show: (value) => String(Math.round(10 ** value)),
        },
        y: { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 0.9, 1] },
        curves: runs.flatMap(({ name, tone, curves }) =>
          curves.map((accuracies, i) => ({
            name: i ? `${name} ${i + 1}` : name,
            tone,
            named: !i,
            points: accuracies.slice(1).map((value, k) => [Math.log10(shown[k + 1]), value / 1000]),
          })),
        ),
      });
      results.replaceChildren(
        table(
          ["loss", "reaches 90 % after", "accuracy at the end"],
          runs.map(({ name, curves, epochs }, i) => [
            name,
            ends[i],
            `${curves.map((run) => format(run.at(-1) / 10, 1)).join(", ")} % (epoch ${epochs})`,
          ]),
        ),
      );
      return `A ${start.replace("_", " ")} start, rate ${rate}, pixel means ${means ? "removed" : "left in"}: ${runs.map((run, i) => `${run.name} ${ends[i]}`).join("; ")}.`;
    }

    return {
      controls: [
        ui.choice("Start", "start", {
          options: [
            ["confidently_wrong", "sure and wrong"],
            ["fresh", "fresh"],
          ],
        }),
        ui.choice("Learning rate", "rate"),
        ui.choice("Pixel means", "means_removed", {
          options: [
            [true, "removed"],
            [false, "left in"],
          ],
        }),
      ],
      stage: [curve.element, results],
      update,
    };
  },
});

export { race };
