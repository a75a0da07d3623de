// Which loss teaches the digits, at which learning rates?

import { h } from "../../web/static/element.mjs";
import { linePlot, numberTable } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";

const RACERS = [
  ["cross_entropy", "cross-entropy", "ce"],
  ["squared_error", "squared error", "mse"],
];
const RATES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

// When the three runs got there, "19, 20, 19", or the truth about those that did not.
const arrival = ({ finish }, epochs) => {
  const late = `not in ${epochs}`;
  return finish.every((epoch) => epoch === null)
    ? late
    : finish.map((epoch) => epoch ?? late).join(", ");
};

const race = explorer({
  title: "The race to 90 %",
  lead: "A linear classifier of handwritten digits learns with cross-entropy, and with squared error, both through softmax. Batches of 32, three runs each.",
  params: {
    start: { options: ["fresh", "confidently_wrong"] },
    rate: { options: RATES },
    means_removed: { key: "means", options: [true, false] },
  },
  question: (model) => {
    const { races, epochs } = model.get("data");
    const at = (loss, rate, means = true) =>
      arrival(races[`${loss} confidently_wrong ${rate} ${means}`], epochs.confidently_wrong);
    return {
      ask: "The model first learned wrong labels by heart: it is sure, and wrong. At rate 0.1, cross-entropy brings it to 90 % in about 20 epochs, squared error in about 550. Now squared error may choose a rate of its own. What does that change?",
      options: [
        "nothing: where it is flat, it is flat at any rate",
        "a little: a larger rate saves about half",
        "nearly all: a large rate closes the gap",
        "it makes things worse: at a larger rate it diverges",
      ],
      answer: 2,
      why: `At the rate 30: ${at("squared_error", 30)} epochs. The slope is small there, not zero, and a large rate repays it: that gap was a matter of the rate. What sets the losses apart is how many rates will do. Go through them, and then leave the pixel means in: cross-entropy gets there at every rate, squared error at none of them in all three runs.`,
    };
  },
  build(ui) {
    const { shown, epochs, races } = ui.model.get("data");
    const curve = linePlot({ signal: ui.signal, height: 320 });
    const numbers = numberTable("");
    const results = h(
      "div",
      { class: "ex-data ex-wide" },
      h("p", { class: "ex-label" }, "Epochs to 90 %, three runs each"),
      numbers.element,
    );

    function update({ start, rate, means_removed: means }) {
      const run = (loss, at) => races[`${loss} ${start} ${at} ${means}`];
      const last = Math.log10(epochs[start]);
      curve.draw({
        title: `Test accuracy after each epoch, rate ${rate}`,
        x: {
          label: "epochs (logarithmic)",
          domain: [0, last],
          ticks: [0, 1, 2, last],
          show: (value) => String(Math.round(10 ** value)),
        },
        y: { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 0.9, 1] },
        curves: RACERS.flatMap(([loss, name, tone]) =>
          run(loss, rate).curves.map((accuracies, i) => ({
            name: i ? `${name} ${i + 1}` : name,
            tone,
            named: !i,
            points: accuracies.map((value, k) => [Math.log10(shown[k]), value / 100]),
          })),
        ),
      });
      const arrivals = (at) => RACERS.map(([loss]) => arrival(run(loss, at), epochs[start]));
      numbers.draw(
        ["rate", ...RACERS.map(([, name]) => name)],
        RATES.map((at) => [at === rate ? `▸ ${at}` : String(at), ...arrivals(at)]),
      );
      const ends = arrivals(rate);
      return `A ${start.replace("_", " ")} start, rate ${rate}, pixel means ${means ? "removed" : "left in"}. Epochs to 90 %: ${RACERS.map(([, name], i) => `${name} ${ends[i]}`).join("; ")}.`;
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
