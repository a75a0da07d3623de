// One guess, two losses. Where is each of them loud?

import { format, signed } from "../../web/static/format.mjs";
import { barTable, linePlot } from "../../web/static/plot.mjs";
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
    ask: "The label is 1 and the model says p = 0.01. How many times harder does cross-entropy push the logit than squared error?",
    options: ["about twice", "about 5 times", "about 50 times", "about 1000 times"],
    answer: 2,
    why: `Exactly ${format(1 / (2 * 0.01 * 0.99), 1)} times: the ratio is 1 / (2p(1 − p)). Squared error’s push carries the slope of the sigmoid, p(1 − p), which dies just when the model is most wrong; cross-entropy’s own 1/p cancels it. The ratio is as large at p = 0.99, where both may be quiet: look at the sizes too.`,
  },
  build(ui) {
    const pick = (x) =>
      ui.set({ probability: ui.model.get("axis") === "logit" ? sigmoid(x) : Number(x.toFixed(5)) });
    const values = linePlot({ signal: ui.signal, low: 134, name: "loss", pick });
    const pushes = linePlot({ signal: ui.signal, low: 134, name: "push", pick });
    const bars = barTable("At this guess: compare the pushes");

    function update({ probability: p, label, axis }) {
      const z = logit(p);
      const onLogit = axis === "logit";
      const x = onLogit
        ? { label: "logit z", domain: [-11.5, 11.5], ticks: [-10, -5, 0, 5, 10] }
        : { label: "probability p", domain: [MIN, MAX], ticks: [0.01, 0.2, 0.4, 0.6, 0.8, 0.99] };
      const [low, high] = x.domain;
      const edge = (onLogit ? logit : (at) => at)(label ? 0.1 : 0.9);
      const zone = { from: label ? low : edge, to: label ? edge : high };
      const heights = onLogit ? { domain: [0, 12], parts: 2 } : { domain: [0, 5] };
      const results = {};
      function show(plot, title, words, y, losses) {
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
        plot.draw({ title, x, y, bands: [{ ...zone, words }], curves, marks });
      }
      show(values, "The loss", "confidently wrong", heights, [
        ["squared", "mse", sigmoidSquaredError],
        ["cross-entropy", "ce", sigmoidBinaryCrossEntropy],
      ]);
      const push = (slope) => (at, truth) => -slope(at, truth);
      show(pushes, "The push on z (+ is up)", "", { domain: label ? [0, 1] : [-1, 0], parts: 2 }, [
        ["squared", "mse", push(sigmoidSquaredErrorGrad)],
        ["cross-entropy", "ce", push(sigmoidBinaryCrossEntropyGrad)],
      ]);
      const [loss, force] = Object.values(results);
      bars.draw(
        ["", "loss", "push on the logit"],
        [
          ["squared error", "mse"],
          ["cross-entropy", "ce"],
        ].map(([name, tone], i) => [
          name,
          format(loss[i]),
          { value: force[i], max: 1, tone, signed: true, text: signed(force[i], 4) },
        ]),
      );
      return (
        `At p = ${format(p)} (logit ${format(z, 2)}) with label ${label} the model is ${verdict(miss(z, label))}. ` +
        `Both losses push p ${label ? "up" : "down"}; cross-entropy pushes ${format(force[1] / force[0], 1)} times as hard.`
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
          ["p = 1/3: squared error at its loudest", { probability: 1 / 3, label: 1 }],
        ]),
      ],
      stage: [values.element, pushes.element, bars.element],
      update,
    };
  },
});

export { loss };
