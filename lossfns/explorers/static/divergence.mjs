// Cross-entropy is a floor that no forecast can lower, and the price of the forecast.

import { allZero, format } from "../../web/static/format.mjs";
import { explorer } from "./explorer.mjs";
import { crossEntropy, entropy, inUnit, klDivergence, normalise } from "./maths.mjs";
import { barTable } from "./plot.mjs";

const WEATHER = ["sun", "cloud", "rain"];
const CLIMATE = [0.7, 0.2, 0.1];

const divergence = explorer({
  title: "A floor and a price",
  lead: "The weather follows p = (.7, .2, .1). You forecast q. The loss splits into what the weather costs anyone, H(p), and what your forecast costs you, KL(p‖q).",
  params: {
    weights: { key: "q", min: 0, max: 1, step: 0.01, size: [3, 3] },
    swapped: { options: [false, true] },
    unit: { options: ["nats", "bits"] },
  },
  question: {
    ask: "p = (.7, .2, .1). Can the average loss of a forecast, its cross-entropy, reach 0?",
    options: ["yes, when q = p", "yes, when q = (1, 0, 0)", "no: there is a floor"],
    answer: 2,
    why: `The best forecast is q = p, and it still pays H(p) = ${format(entropy(CLIMATE))} nats: nobody can be less surprised on average. Only the gap, KL, can reach 0. A forecast that gives 0 to what then happens pays ∞. And the gap is not a distance: swap the two and the price changes.`,
  },
  build(ui) {
    const stack = barTable("Cross-entropy = floor + price");
    const table = barTable("Class by class");

    function update({ weights, swapped, unit }) {
      const forecast = normalise(weights);
      const [p, q] = swapped ? [forecast, CLIMATE] : [CLIMATE, forecast];
      const floor = inUnit(entropy(p), unit);
      const price = inUnit(klDivergence(p, q), unit);
      const total = inUnit(crossEntropy(p, q), unit);
      const max = 3;
      const text = (value) => `${format(value)} ${unit}`;
      stack.draw(undefined, [
        [
          `floor: H(${swapped ? "q" : "p"})`,
          { value: floor, max, tone: "teal", text: text(floor) },
        ],
        [
          `price: KL(${swapped ? "q‖p" : "p‖q"})`,
          { value: price, start: floor, max, tone: "amber", text: text(price) },
        ],
        ["cross-entropy", { value: total, max, tone: "ce", text: text(total) }],
      ]);
      table.draw(
        ["", "p", "q"],
        WEATHER.map((name, k) => [
          name,
          { value: CLIMATE[k], max: 1, tone: "teal", text: format(CLIMATE[k], 2) },
          { value: forecast[k], max: 1, tone: "amber", text: format(forecast[k], 2) },
        ]),
      );
      const back = inUnit(klDivergence(q, p), unit);
      return (
        `${allZero(weights)}The loss is ${text(total)}: ${text(floor)} for anyone and ${text(price)} for this forecast. ` +
        `With the roles swapped the price is ${text(back)}.`
      );
    }

    return {
      controls: [
        ...WEATHER.map((name, index) => ui.number(`Forecast for ${name}`, "weights", { index })),
        ui.choice("Who happens, who forecasts", "swapped", {
          options: [
            [false, "p happens"],
            [true, "swapped: q happens"],
          ],
        }),
        ui.choice("Unit", "unit"),
        ui.presets([
          ["q = p", { weights: CLIMATE }],
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
