// Softmax, a shift, a temperature, and pushes that sum to zero.

import { format, signed } from "../../web/static/format.mjs";
import { barTable } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";
import { softmax, sum, temperedCrossEntropyGrad } from "./maths.mjs";

const mixer = explorer({
  title: "The softmax mixer",
  lead: "Logits go in, probabilities come out. Shift all logits, heat or cool them, and watch the shares, and how cross-entropy pushes each logit.",
  params: {
    logits: { key: "z", min: -6, max: 6, step: 0.1, size: [3, 5] },
    label: { key: "y", options: [0, 1, 2, 3, 4] },
    shift: { min: -100, max: 100, step: 1 },
    temperature: { key: "t", min: 0.1, max: 10, step: 0.1 },
  },
  question: {
    ask: "Add 100 to every logit. What happens to the probabilities?",
    options: [
      "nothing",
      "they all come closer to equal",
      "the largest takes almost everything",
      "they overflow",
    ],
    answer: 0,
    why: "Only differences between logits count: e¹⁰⁰ stands above and below the line and cancels. That is why the pushes, (y − p) / T, always sum to zero: a common push would change nothing. A temperature, though, divides the differences: T > 1 makes the shares more equal, T < 1 sharper. (Code that computes e¹⁰⁰⁰ before it divides does overflow: subtract the largest logit first.)",
  },
  build(ui) {
    const trueClass = ui.choice("True class", "label", {
      get: ({ label, logits }) => Math.min(label, logits.length - 1),
    });
    const bars = barTable("Softmax of (z + shift) / T, and the push");

    function update({ logits, label, shift, temperature }) {
      const shifted = logits.map((z) => z + shift);
      const inputs = shifted.map((z) => z / temperature);
      const target = Math.min(label, logits.length - 1);
      const p = softmax(inputs);
      const pushes = temperedCrossEntropyGrad(shifted, target, temperature).map((slope) => -slope);
      for (const [k, option] of trueClass.querySelectorAll("label").entries())
        option.hidden = k >= logits.length;
      const largest = Math.max(1, ...pushes.map(Math.abs));
      const row = (name, input, share, push) => [
        name,
        input,
        { value: share, max: 1, tone: "violet", text: format(share) },
        { value: push, max: largest, tone: "ce", signed: true, text: signed(push) },
      ];
      bars.draw(
        ["class", "input", "probability", "push"],
        [
          ...p.map((share, k) =>
            row(k === target ? `${k} (true)` : String(k), format(inputs[k], 2), share, pushes[k]),
          ),
          ["sum", "", format(sum(p)), format(Number(sum(pushes).toFixed(9)) || 0)],
        ],
      );
      return (
        `Class ${target}, the true one, gets ${format(p[target])} of the probability and is pushed up with ${format(pushes[target])}; ` +
        `the others share the same push downwards. Shift ${format(shift, 0)}, temperature ${format(temperature, 1)}.`
      );
    }

    const resize = (count) => () => ({
      logits: Array.from({ length: count }, (_, k) => ui.model.get("logits")[k] ?? 0),
      label: Math.min(ui.model.get("label"), count - 1),
    });
    return {
      controls: [
        ui.presets(
          [3, 4, 5].map((count) => [String(count), resize(count)]),
          "Classes",
        ),
        ...[0, 1, 2, 3, 4].map((index) => ui.number(`Logit ${index}`, "logits", { index })),
        ui.number("Shift of all logits", "shift"),
        ui.number("Temperature T", "temperature"),
        trueClass,
        ui.presets([
          ["shift 100", { shift: 100 }],
          ["T = 10", { temperature: 10 }],
          ["T = 0.1", { temperature: 0.1 }],
          ["start again", { logits: [2, 1, 0.5, -1, 0.1], label: 2, shift: 0, temperature: 1 }],
        ]),
      ],
      stage: [bars.element],
      update,
    };
  },
});

export { mixer };
