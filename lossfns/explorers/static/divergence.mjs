// Cross-entropy is a floor that no forecast can lower, and what a forecast wastes.

import { allZero, format } from "../../web/static/format.mjs";
import { barTable } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";
import { crossEntropy, entropy, inUnit, klDivergence, normalise } from "./maths.mjs";

const WEATHER = ["sun", "cloud", "rain"];
const CLIMATE = [0.7, 0.2, 0.1];

const divergence = explorer({
  title: "The weather and your forecast",
  lead: "The weather follows P = (.7, .2, .1). You forecast Q, and pay −log q of what then happens. Move the forecast: what does it cost on average?",
  params: {
    weights: { key: "q", min: 0, max: 1, step: 0.01, size: [3, 3] },
    swapped: { options: [false, true] },
    unit: { options: ["nats", "bits"] },
  },
  question: {
    ask: "P = (.7, .2, .1). Can the average loss of a forecast, its cross-entropy, reach 0?",
    options: ["yes, when Q = P", "yes, when Q = (1, 0, 0)", "no: there is a floor"],
    answer: 2,
    why: `The best forecast is Q = P, and it still pays H(P) = ${format(entropy(CLIMATE))} nats: nobody can be less surprised on average. Only the waste, KL, can reach 0. A forecast that gives 0 to what then happens pays ∞. And the waste is no distance: swap the two and it changes.`,
  },
  build(ui) {
    const stack = barTable("Cross-entropy = floor + waste");
    const table = barTable("Class by class");

    function update({ weights, swapped, unit }) {
      const forecast = normalise(weights);
      const [p, q] = swapped ? [forecast, CLIMATE] : [CLIMATE, forecast];
      const floor = inUnit(entropy(p), unit);
      const waste = inUnit(klDivergence(p, q), unit);
      const total = inUnit(crossEntropy(p, q), unit);
      const max = 3;
      const text = (value) => `${format(value)} ${unit}`;
      stack.draw(
        ["", unit],
        [
          [
            `floor: H(${swapped ? "Q" : "P"})`,
            { value: floor, max, tone: "teal", text: format(floor) },
          ],
          [
            `waste: KL(${swapped ? "Q‖P" : "P‖Q"})`,
            { value: waste, start: floor, max, tone: "amber", text: format(waste) },
          ],
          ["cross-entropy", { value: total, max, tone: "ce", text: format(total) }],
        ],
      );
      table.draw(
        ["", "P", "Q"],
        WEATHER.map((name, k) => [
          name,
          { value: CLIMATE[k], max: 1, tone: "teal", text: format(CLIMATE[k], 2) },
          { value: forecast[k], max: 1, tone: "amber", text: format(forecast[k], 2) },
        ]),
      );
      const back = inUnit(klDivergence(q, p), unit);
      return (
        `${allZero(weights)}The loss is ${text(total)}: ${text(floor)} for anyone and ${text(waste)} wasted by this forecast. ` +
        `With the roles swapped the waste is ${text(back)}.`
      );
    }

    return {
      controls: [
        ...WEATHER.map((name, index) => ui.number(`Forecast for ${name}`, "weights", { index })),
        ui.choice("Who happens, who forecasts", "swapped", {
          options: [
            [false, "P happens"],
            [true, "swapped: Q happens"],
          ],
        }),
        ui.choice("Unit", "unit"),
        ui.presets([
          ["Q = P", { weights: CLIMATE }],
          ["equal", { weights: [1, 1, 1] }],
          ["never rain", { weights: [0.8, 0.2, 0] }],
          ["upside down", { weights: [0.1, 0.2, 0.7] }],
        ]),
      ],
      stage: [stack.element, table.element],
      update,
    };
  },
});

export { divergence };
