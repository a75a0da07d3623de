// Explorer 1: one guess, two losses. Where is each of them loud?
import { explorer } from "./explorer.mjs";
import { format } from "./format.mjs";
import { logit, miss, sigmoid, sigmoidBinaryCrossEntropy, sigmoidBinaryCrossEntropyGrad, sigmoidSquaredError, sigmoidSquaredErrorGrad } from "./maths.mjs";
import { barTable, linePlot } from "./plot.mjs";

const verdict = (wrongness) =>
  wrongness > 0.9 ? "very wrong" : wrongness > 0.5 ? "wrong" : wrongness > 0.1 ? "nearly right" : "right";

const loss = explorer({
  title: "The loss explorer",
  lead: "The model gives probability p to the answer “yes”. Two losses judge the same guess. Move p, or its logit, and watch which loss speaks up.",
  params: {
    probability: { key: "p", min: 0.00001, max: 0.99999, step: 0.01 },
    label: { key: "y", options: [0, 1] },
    axis: { options: ["probability", "logit"] },
  },
  question: {
    ask: "The label is 1 and the model says p = 0.01. How many times larger is cross-entropy’s nudge at the logit than squared error’s?",
    options: ["about twice", "about 5 times", "about 50 times", "about 1000 times"],
    answer: 2,
    why: `Exactly ${format(1 / (2 * 0.01 * 0.99), 1)} times: the ratio is 1 / (2p(1 − p)). Squared error’s nudge carries the slope of the sigmoid, p(1 − p), which dies just when the model is most wrong; cross-entropy’s slope cancels it. The ratio is as large at p = 0.99, where both may be quiet: so look at the sizes, not at the ratio alone.`,
  },
  build(ui) {
    const pick = (x) => ui.set({
      probability: ui.model.get("axis") === "logit" ? sigmoid(x) : Math.min(0.99999, Math.max(0.00001, x)),
    });
    const values = linePlot({ signal: ui.signal, pick });
    const nudges = linePlot({ signal: ui.signal, pick });
    const bars = barTable("Both losses at this guess (values in nats; only nudges may be compared)");

    function update({ probability: p, label, axis }) {
      const z = logit(p);
      const wrong = miss(z, label);
      const mse = { loss: sigmoidSquaredError(z, label), nudge: sigmoidSquaredErrorGrad(z, label) };
      const ce = { loss: sigmoidBinaryCrossEntropy(z, label), nudge: sigmoidBinaryCrossEntropyGrad(z, label) };
      const ratio = ce.nudge / mse.nudge;
      const onLogit = axis === "logit";
      const toLogit = onLogit ? (x) => x : logit;
      const x = onLogit
        ? { label: "logit z", domain: [-11.5, 11.5], ticks: [-10, -5, 0, 5, 10] }
        : { label: "probability p", domain: [0.00001, 0.99999], ticks: [0.01, 0.2, 0.4, 0.6, 0.8, 0.99] };
      const zone = (onLogit ? [-11.5, logit(0.1), logit(0.9), 11.5] : [0.00001, 0.1, 0.9, 0.99999]).slice(label ? 0 : 2);
      const bands = [{ from: zone[0], to: zone[1], words: "confidently wrong" }];
      const at = onLogit ? z : p;
      const left = label === 1;
      const lines = (mseOf, ceOf, places) => [
        { name: "MSE", tone: "mse", f: (v) => mseOf(toLogit(v), label), label: places[0] },
        { name: "cross-entropy", tone: "ce", f: (v) => ceOf(toLogit(v), label), label: places[1] },
      ];
      const side = (position) => (left ? position : onLogit ? -position : 1 - position);
      const end = left ? "start" : "end";
      values.draw({
        title: "The loss", x,
        y: onLogit ? { domain: [0, 12], ticks: [0, 4, 8, 12] } : { domain: [0, 5], ticks: [0, 1, 2, 3, 4, 5] },
        alt: `Loss against the ${axis}: squared error is ${format(mse.loss)}, cross-entropy ${format(ce.loss)}.`,
        curves: lines(sigmoidSquaredError, sigmoidBinaryCrossEntropy,
          onLogit ? [[side(-4), end, -10], [side(-6), end, -8]] : [[side(0.14), end, -7], [side(0.13), end, -4]]),
        marks: [{ x: at, y: mse.loss, tone: "mse" }, { x: at, y: ce.loss, tone: "ce" }], bands,
      });
      nudges.draw({
        title: "The nudge at the logit", x,
        y: left ? { domain: [-1, 0], ticks: [-1, -0.75, -0.5, -0.25, 0] } : { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1] },
        alt: `Nudge at the logit against the ${axis}: squared error ${format(mse.nudge)}, cross-entropy ${format(ce.nudge)}.`,
        curves: lines(sigmoidSquaredErrorGrad, sigmoidBinaryCrossEntropyGrad,
          onLogit ? [[side(-1.2), "middle", left ? -12 : 20], [side(-6), "middle", left ? -10 : 18]]
            : [[side(0.3), end, left ? -12 : 20], [side(0.42), end, left ? 18 : -8]]),
        marks: [{ x: at, y: mse.nudge, tone: "mse" }, { x: at, y: ce.nudge, tone: "ce" }], bands,
      });
      const row = (name, tone, { loss: value, nudge }) => [
        name, format(value), { value: Math.abs(nudge), max: 1, tone, text: format(nudge, 4) }];
      bars.draw(["", "loss", "nudge at the logit"], [row("MSE", "mse", mse), row("cross-entropy", "ce", ce)]);
      return `At p = ${format(p)} (logit ${format(z, 2)}) with label ${label} the model is ${verdict(wrong)}. `
        + `Both losses push p ${left ? "up" : "down"}; cross-entropy pushes ${format(ratio, 1)} times as hard.`;
    }

    return {
      controls: [
        ui.number("Probability p", "probability", {
          words: (p) => `p = ${p.toFixed(3)}, ${verdict(miss(logit(p), ui.model.get("label")))}` }),
        ui.number("Logit z", "probability", {
          rule: { min: -11.5, max: 11.5, step: 0.1, digits: 3 },
          words: (z) => `logit ${z.toFixed(1)}, p = ${sigmoid(z).toFixed(3)}`,
          get: (state) => logit(state.probability), put: (z) => ({ probability: sigmoid(z) }) }),
        ui.choice("True label", "label", [[1, "1: yes"], [0, "0: no"]]),
        ui.choice("Draw against", "axis", [["probability", "probability"], ["logit", "logit"]]),
        ui.presets("Go to", ["p = 0.01", { probability: 0.01 }], ["z = −5", { probability: sigmoid(-5) }],
          ["z = −10", { probability: sigmoid(-10) }], ["p = 1/3: MSE at its loudest", { probability: 1 / 3, label: 1 }]),
      ],
      stage: [values.element, nudges.element, bars.element],
      update,
    };
  },
});

export { loss };
