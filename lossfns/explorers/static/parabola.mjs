// One number for five targets, one of them an outlier.

import { format, signed } from "../../web/static/format.mjs";
import { barTable, linePlot } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";
import {
  absoluteError,
  absoluteErrorGrad,
  mean,
  median,
  squaredError,
  squaredErrorGrad,
  sum,
} from "./maths.mjs";

const LOSSES = {
  squared: {
    name: "squared error",
    value: squaredError,
    slope: squaredErrorGrad,
    bestName: "mean",
    best: mean,
    tone: "mse",
    top: 150,
    loudest: 40,
  },
  absolute: {
    name: "absolute error",
    value: absoluteError,
    slope: absoluteErrorGrad,
    bestName: "median",
    best: median,
    tone: "amber",
    top: 15,
    loudest: 2,
  },
};

const parabola = explorer({
  title: "One number for all",
  lead: "One prediction must stand for five targets: 1, 2, 3, 4 and an outlier. Each target pushes the prediction towards itself. Which push wins?",
  params: {
    prediction: { min: -1, max: 21, step: 0.1 },
    outlier: { min: 0, max: 20, step: 0.5 },
    loss: { options: ["squared", "absolute"] },
  },
  question: {
    ask: "The targets are 1, 2, 3, 4 and 20. Which single prediction has the lowest mean squared error?",
    options: [
      "3, the middle one",
      "6, the average",
      "10.5, halfway to the outlier",
      "20, the outlier",
    ],
    answer: 1,
    why: "Squared error’s slope, 2(ŷ − y), grows with the error, so one far target outshouts four near ones: the best number is the mean. Absolute error’s slope has one size, so it only counts heads: its best number is the median, 3. Move the outlier and see which minimum follows.",
  },
  build(ui) {
    const pick = (x) => ui.set({ prediction: Number(x.toFixed(1)) });
    const curve = linePlot({ signal: ui.signal, pick });
    const pushes = barTable("The push of each target on ŷ (+ is up)");

    function update({ prediction, outlier, loss }) {
      const { name, value, slope, bestName, best: bestOf, tone, top, loudest } = LOSSES[loss];
      const targets = [1, 2, 3, 4, outlier];
      const best = bestOf(targets);
      const cost = (x) => mean(targets.map((target) => value(x, target)));
      const total = Number(sum(targets.map((target) => -slope(prediction, target))).toFixed(9));
      curve.draw({
        title: `Mean ${name}`,
        x: {
          label: "prediction ŷ (▲ targets, ■ best)",
          domain: [-1, 21],
          ticks: [0, 5, 10, 15, 20],
        },
        y: { domain: [0, top], parts: 3 },
        curves: [{ name, tone, f: cost }],
        marks: [
          ...targets.map((target) => ({ x: target, y: 0, tone: "violet" })),
          { x: best, y: cost(best), tone: "teal" },
          { x: prediction, y: cost(prediction), tone },
        ],
      });
      pushes.draw(
        ["target", "error", "push"],
        [
          ...targets.map((target) => [
            String(target),
            format(prediction - target, 1),
            {
              value: -slope(prediction, target),
              max: loudest,
              tone,
              signed: true,
              text: signed(-slope(prediction, target), 1),
            },
          ]),
          [
            "sum",
            "",
            { value: total, max: loudest, tone: "ink", signed: true, text: signed(total, 1) },
          ],
        ],
      );
      const way =
        Math.abs(total) < 0.05
          ? "They balance"
          : `Together they push it ${total > 0 ? "up" : "down"}`;
      return (
        `At ŷ = ${format(prediction, 1)} the mean ${name} is ${format(cost(prediction), 2)}. ${way}; ` +
        `the lowest point is at ${format(best, 2)}, the ${bestName}.`
      );
    }

    return {
      controls: [
        ui.number("Prediction ŷ", "prediction"),
        ui.number("Outlier", "outlier"),
        ui.choice("Loss", "loss"),
        ui.presets([
          ["the middle, 3", { prediction: 3 }],
          ["the mean with 20, 6", { prediction: 6, outlier: 20 }],
        ]),
      ],
      stage: [curve.element, pushes.element],
      update,
    };
  },
});

export { parabola };
