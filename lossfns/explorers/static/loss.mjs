// One guess, two losses. Where is each of them loud?

import { format } from "../../web/static/format.mjs";
import { explorer } from "./explorer.mjs";
import {
  logit,
  miss,
  sigmoid,
  sigmoidBinaryCrossEntropy,
  sigmoidBinaryCrossEntropyGrad,
  sigmoidSquaredError,
  sigmoidSquaredErrorGrad,
} from "./maths.mjs";
import { barTable, linePlot } from "./plot.mjs";

const [MIN, MAX] = [0.00001, 0.99999];

const verdict = (wrongness) =>
  wrongness > 0.9
    ? "very wrong"
    : wrongness > 0.5
      ? "wrong"
      : wrongness > 0.1
        ? "nearly right"
        : "right";

const loss = explorer({
  title: "The loss explorer",
  lead: "The model gives probability p to the answer “yes”. Two losses judge the same guess. Move p, or its logit, and watch which loss speaks up.",
  params: {
    probability: { key: "p", min: MIN, max: MAX, step: 0.01 },
    label: { key: "y", options: [0, 1] },
    axis: { options: ["probability", "logit"] },
  },
  question: {
    ask: "The label is 1 and the model says p = 0.01. How many times larger is cross-entropy’s nudge at the logit than squared error’s?",
    options: ["about twice", "about 5 times", "about 50 times", "about 1000 times"],
    answer: 2,
    why: `Exactly ${format(1 / (2 * 0.01 * 0.99), 1)} times: the ratio is 1 / (2p(1 − p)). Squared error’s nudge carries the slope of the sigmoid, p(1 − p), which dies just when the model is most wrong; cross-entropy’s slope cancels it. The ratio is as large at p = 0.99, where both may be quiet: look at the sizes too.`,
  },
  build(ui) {
    const pick = (x) =>
      ui.set({ probability: ui.model.get("axis") === "logit" ? sigmoid(x) : Number(x.toFixed(5)) });
    const values = linePlot({ signal: ui.signal, pick });
    const nudges = linePlot({ signal: ui.signal, pick });
    const bars = barTable(
      "Both losses at this guess (cross-entropy in nats; only nudges may be compared)",
    );

    function update({ probability: p, label, axis }) {
      const z = logit(p);
      const onLogit = axis === "logit";
      const x = onLogit
        ? { label: "logit z", domain: [-11.5, 11.5], ticks: [-10, -5, 0, 5, 10] }
        : { label: "probability p", domain: [MIN, MAX], ticks: [0.01, 0.2, 0.4, 0.6, 0.8, 0.99] };
      const [low, high] = x.domain;
      const edge = (onLogit ? logit : (at) => at)(label ? 0.1 : 0.9);
      const bands = [
        { from: label ? low : edge, to: label ? edge : high, words: "confidently wrong" },
      ];
      const results = {};
      function show(plot, title, y, losses) {
        const curves = losses.map(([name, tone, f]) => ({
          name,
          tone,
          f: (at) => f(onLogit ? at : logit(at), label),
        }));
        results[title] = losses.map((row) => row[2](z, label));
        const marks = curves.map(({ tone }, i) => ({
          x: onLogit ? z : p,
          y: results[title][i],
          tone,
        }));
        plot.draw({ title, x, y, bands, curves, marks });
      }
      show(values, "The loss", onLogit ? { domain: [0, 12], parts: 4 } : { domain: [0, 5] }, [
        ["MSE", "mse", sigmoidSquaredError],
        ["cross-entropy", "ce", sigmoidBinaryCrossEntropy],
      ]);
      show(nudges, "The nudge at z", { domain: label ? [-1, 0] : [0, 1], parts: 4 }, [
        ["MSE", "mse", sigmoidSquaredErrorGrad],
        ["cross-entropy", "ce", sigmoidBinaryCrossEntropyGrad],
      ]);
      const [loss, nudge] = Object.values(results);
      bars.draw(
        ["", "loss", "nudge at the logit"],
        [
          ["MSE", "mse"],
          ["cross-entropy", "ce"],
        ].map(([name, tone], i) => [
          name,
          format(loss[i]),
          { value: Math.abs(nudge[i]), max: 1, tone, text: format(nudge[i], 4) },
        ]),
      );
      return (
        `At p = ${format(p)} (logit ${format(z, 2)}) with label ${label} the model is ${verdict(miss(z, label))}. ` +
        `Both losses push p ${label ? "up" : "down"}; cross-entropy pushes ${format(nudge[1] / nudge[0], 1)} times as hard.`
      );
    }

    return {
      controls: [
        ui.number("Probability p", "probability", {
          words: (p) => `p = ${p.toFixed(3)}, ${verdict(miss(logit(p), ui.model.get("label")))}`,
        }),
        ui.number("Logit z", "probability", {
          rule: { min: -11.5, max: 11.5, step: 0.1, digits: 3 },
          words: (z) => `logit ${z.toFixed(1)}, p = ${sigmoid(z).toFixed(3)}`,
          get: (state) => logit(state.probability),
          put: (z) => ({ probability: sigmoid(z) }),
        }),
        ui.choice("True label", "label", {
          options: [
            [1, "1: yes"],
            [0, "0: no"],
          ],
        }),
        ui.choice("Draw against", "axis"),
        ui.presets([
          ["p = 0.01", { probability: 0.01 }],
          ["z = −5", { probability: sigmoid(-5) }],
          ["z = −10", { probability: sigmoid(-10) }],
          ["p = 1/3: MSE at its loudest", { probability: 1 / 3, label: 1 }],
        ]),
      ],
      stage: [values.element, nudges.element, bars.element],
      update,
    };
  },
});

export { loss };
