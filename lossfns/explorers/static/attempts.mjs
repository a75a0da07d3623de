// Three attempts at a loss for three classes, and which way each pushes.

import { h } from "../../web/static/element.mjs";
import { clamp, format, signed } from "../../web/static/format.mjs";
import { barTable, onDrag, s } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";
import {
  logitsSquaredErrorGrad,
  softmax,
  softmaxCrossEntropyGrad,
  softmaxSquaredErrorGrad,
  sum,
} from "./maths.mjs";

const ANIMALS = ["cat", "dog", "bird"];
const CORNERS = [
  [160, 24],
  [20, 266],
  [300, 266],
];

const place = (p) => [0, 1].map((axis) => sum(p.map((share, k) => share * CORNERS[k][axis])));
const path = (points) =>
  `M${points.map((point) => place(point).map((v) => v.toFixed(1))).join("L")}Z`;

// Where exact squared error pushes class k up although `strong` is the wrong class in the lead:
// 2 p_label p_k < p_strong (2 p_strong - 1).
function wrongWay(label, strong) {
  const other = 3 - label - strong;
  const point = (top, k) => {
    const p = [];
    [p[strong], p[other], p[label]] = [top, k, 1 - top - k];
    return p;
  };
  const edge = (side) =>
    Array.from({ length: 41 }, (_, i) => {
      const top = 0.5 + ((1 / Math.sqrt(3) - 0.5) * i) / 40;
      const gap = Math.sqrt(Math.max(0, (1 - top) ** 2 - 2 * top * (2 * top - 1)));
      return point(top, (1 - top + side * gap) / 2);
    });
  return path([...edge(-1), ...edge(1).reverse(), point(1, 0)]);
}

const attempts = explorer({
  title: "Three attempts and where they push",
  lead: "Three classes, one true. Each loss pushes each logit; squared errors are summed over the classes. A good loss pushes the true class up and the others down, hard when the model is wrong.",
  params: {
    logits: { key: "z", min: -6, max: 6, step: 0.1, size: [3, 3] },
    label: { key: "y", options: [0, 1, 2] },
  },
  question: {
    ask: "Squared error on the probabilities, its gradient taken exactly: can a step push a wrong class up?",
    options: [
      "no, never",
      "yes, the strongest wrong class",
      "yes, a weaker wrong class",
      "only with just two classes",
    ],
    answer: 2,
    why: `When one wrong class takes most of the probability, squared error lowers it by raising every other class, right or wrong. It happens exactly where p(k) + p(true) < Σ p², which is ${format(100 * (1 - Math.PI / (3 * Math.sqrt(3))), 2)} % of all three-class guesses: the shaded region. The shortcut can never show it, and attempt 3 never does it.`,
  },
  build(ui) {
    const region = s("path", { class: "ex-band" });
    const point = s("circle", { r: 8, class: "ex-mark ex-ink" });
    const names = CORNERS.map(([x, y], k) =>
      s("text", {
        x: [x, -24, 344][k],
        y: y + (k ? 26 : -8),
        "text-anchor": ["middle", "start", "end"][k],
        class: "ex-axis",
      }),
    );
    const triangle = s(
      "svg",
      {
        class: "ex-plot ex-simplex",
        viewBox: "-24 -12 368 312",
        width: 368,
        height: 312,
        role: "img",
      },
      s("path", { class: "ex-outline", d: `M${CORNERS.join("L")}Z` }),
      region,
      point,
      ...names,
    );
    onDrag(triangle, (across, down) => {
      const cat = (278 - 312 * down) / 242;
      const bird = (368 * across - 44 - 140 * cat) / 280;
      const logs = [cat, 1 - cat - bird, bird].map((p) => Math.log(Math.max(p, 0.001)));
      const middle = sum(logs) / 3;
      ui.set({
        logits: logs.map((z) => clamp(Number((z - middle).toFixed(2)), { min: -6, max: 6 })),
      });
    });
    const figure = h(
      "figure",
      { class: "ex-figure" },
      h(
        "figcaption",
        { class: "ex-label" },
        "All guesses",
        h("span", { class: "ex-key" }, "exact squared error pushes a wrong class up"),
      ),
      triangle,
    );
    const bars = barTable("The push on each logit (+ is up, ⚠ the wrong way)", "ex-stacked");

    function update({ logits, label }) {
      const p = softmax(logits);
      const [x, y] = place(p);
      point.setAttribute("cx", x);
      point.setAttribute("cy", y);
      region.setAttribute(
        "d",
        ANIMALS.map((_, k) => (k === label ? "" : wrongWay(label, k))).join(""),
      );
      const titles = ANIMALS.map((name, k) => name + (k === label ? " (true)" : ""));
      const guess = ANIMALS.map((name, k) => `${name} ${format(p[k])}`).join(", ");
      for (const [k, name] of names.entries()) name.textContent = titles[k];
      triangle.setAttribute("aria-label", `The guess in the triangle of all guesses: ${guess}.`);
      const exact = softmaxSquaredErrorGrad(logits, label, "exact");
      const ce = softmaxCrossEntropyGrad(logits, label);
      const row = (name, tone, slopes) => [
        name,
        ...slopes.map((slope, k) => {
          const wrong = (k === label ? slope : -slope) > 1e-12;
          const text = signed(-slope) + (wrong ? " ⚠" : "");
          return { value: -slope, max: 1, tone, signed: true, text };
        }),
      ];
      bars.draw(
        ["", ...titles],
        [
          ["p", ...p.map((share) => format(share))],
          row("1 squared, shortcut", "violet", softmaxSquaredErrorGrad(logits, label, "diagonal")),
          row("1 squared, exact", "mse", exact),
          row("2 squared, on logits", "teal", logitsSquaredErrorGrad(logits, label)),
          row("3 cross-entropy", "ce", ce),
        ],
      );
      const up = ANIMALS.filter((_, k) => k !== label && exact[k] < -1e-12);
      return (
        `The model gives ${guess}; true is ${ANIMALS[label]}. ` +
        (up.length
          ? `Exact squared error pushes ${up.join(" and ")} up: the wrong way. `
          : "Exact squared error pushes no class the wrong way here. ") +
        `On the true class cross-entropy is ${format(ce[label] / exact[label], 2)} times as loud.`
      );
    }

    const at = (...p) => [
      p.join(", "),
      { logits: p.map((share) => Number(Math.log(share).toFixed(4))) },
    ];
    return {
      controls: [
        ...ANIMALS.map((name, index) => ui.number(`Logit of ${name}`, "logits", { index })),
        ui.choice("True class", "label", { options: ANIMALS.map((name, k) => [k, name]) }),
        ui.presets([
          at(0.2, 0.5, 0.3),
          at(0.1, 0.8, 0.1),
          at(0.01, 0.7, 0.29),
          ["uniform", { logits: [0, 0, 0] }],
        ]),
      ],
      stage: [figure, bars.element],
      update,
    };
  },
});

export { attempts };
