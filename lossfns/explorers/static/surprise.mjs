// Surprise as height, probability as width, entropy as area.

import { allZero, format } from "../../web/static/format.mjs";
import { barTable, linePlot } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";
import { entropy, inUnit, normalise, perplexity, surprisal } from "./maths.mjs";

const OUTCOMES = ["sun", "cloud", "rain", "snow"];
const TONES = ["amber", "teal", "mse", "violet"];

const surprise = explorer({
  title: "Surprise has an area",
  lead: "Each outcome is a block: as wide as it is probable, as high as it is surprising, −log p. The area of all blocks is the average surprise: the entropy.",
  params: {
    weights: { key: "w", min: 0, max: 10, step: 0.1, size: [4, 4] },
    unit: { options: ["bits", "nats"] },
  },
  question: {
    ask: "Four outcomes. Which mix is the most surprising on average?",
    options: [
      "one certain",
      "one likely, three rare",
      "all four equally likely",
      "it depends on nats or bits",
    ],
    answer: 2,
    why: "A rare outcome is a tall block, but a narrow one; a certain one has no height at all. The area is largest when all blocks are the same: log 4, which is 2 bits or 1.386 nats. In bits the height is also the length of a good code word: ½, ¼, ⅛, ⅛ get 1, 2, 3 and 3 bits, and 1.75 on average, the entropy.",
  },
  build(ui) {
    const areas = linePlot({ signal: ui.signal });
    const parts = barTable("Width × height = share of the average");

    function update({ weights, unit }) {
      const p = normalise(weights);
      const heights = p.map((share) => inUnit(surprisal(share), unit));
      const average = inUnit(entropy(p), unit);
      const top = unit === "bits" ? 7 : 5;
      const boxes = [];
      let from = 0;
      for (const [k, share] of p.entries()) {
        boxes.push({
          from,
          to: from + share,
          height: heights[k],
          tone: TONES[k],
          name: OUTCOMES[k],
        });
        from += share;
      }
      areas.draw({
        title: `Surprise in ${unit}; the line is the average, ${format(average, 2)}`,
        x: { label: "probability", domain: [0, 1], parts: 4 },
        y: { domain: [0, top], parts: top },
        boxes,
        curves: [
          {
            name: "average",
            tone: "ink",
            points: [
              [0, average],
              [1, average],
            ],
            named: false,
          },
        ],
      });
      parts.draw(
        ["outcome", "p", "surprise", "p × surprise"],
        p.map((share, k) => {
          const area = share === 0 ? 0 : share * heights[k];
          return [
            OUTCOMES[k],
            format(share),
            format(heights[k]),
            { value: area, max: 1, tone: TONES[k], text: format(area) },
          ];
        }),
      );
      return (
        `${allZero(weights)}The average surprise is ${format(average)} ${unit}, of at most ${format(inUnit(Math.log(4), unit))}: ` +
        `like a fair choice among ${format(perplexity(entropy(p)), 2)} outcomes.`
      );
    }

    return {
      controls: [
        ...OUTCOMES.map((name, index) => ui.number(`Weight of ${name}`, "weights", { index })),
        ui.choice("Unit", "unit"),
        ui.presets([
          ["½ ¼ ⅛ ⅛", { weights: [4, 2, 1, 1] }],
          ["all equal", { weights: [1, 1, 1, 1] }],
          ["one likely", { weights: [7, 1, 1, 1] }],
          ["one certain", { weights: [1, 0, 0, 0] }],
        ]),
      ],
      stage: [areas.element, parts.element],
      update,
    };
  },
});

export { surprise };
