// The plain formulas in three dtypes, as NumPy computed them.

import { h } from "../../web/static/element.mjs";
import { format } from "../../web/static/format.mjs";
import { linePlot, lostBands, numberTable } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";

const RANGES = { float16: [-20, 20], float32: [-120, 120], float64: [-800, 800] };

// What is drawn: name, tone and row of the table.
const LINES = [
  ["stable", "teal", 4],
  ["naive", "amber", 2],
];

const floats = explorer({
  title: "Break the float",
  lead: "The formula 1 / (1 + exp(−z)), then −log p with the usual clip at 1e−15, against the form that starts from the logit. All numbers are NumPy’s, each in its own dtype.",
  params: {
    logit: { key: "z", min: -800, max: 800, step: 1 },
    label: { key: "y", options: [0, 1] },
    dtype: { options: ["float16", "float32", "float64"] },
  },
  question: (model) => ({
    ask: "float32, label 1, clipped at 1e−15. The logit grows from 0. Where does the naive loss first fail?",
    options: [
      "at z = 16.7, with nan",
      "at z = 89, with an overflow",
      "at z = 710, with an overflow",
      "nowhere: the clip protects it",
    ],
    answer: 0,
    why: `From z = ${model.get("data").limits.float32.one} on, 1 + exp(−z) rounds to 1, and so does the sigmoid. The upper clip, 1 − 1e−15, is itself 1 in float32, so 0 · log 0 = nan comes out of a perfect prediction. exp(−z) overflows only below z = −${model.get("data").limits.float32.overflow}. Where the lower clip does bite (z below −34.5), the loss stays at 34.54 and the slope becomes exactly 0: the safety clip brings the vanished push back.`,
  }),
  build(ui) {
    const { logits, rows, tables, limits } = ui.model.get("data");
    const curve = linePlot({
      signal: ui.signal,
      pick: (z) => ui.set({ logit: logits[nearest(z)] }),
    });
    const numbers = numberTable("");
    const results = h("div", { class: "ex-data ex-wide" }, numbers.element);
    const read = new Map();
    // The rows of one table, read once: JSON knows no nan, so it holds texts.
    function valuesOf(dtype, label) {
      const key = `${dtype} ${label}`;
      if (!read.has(key))
        read.set(
          key,
          tables[dtype][label].map((row) => row.map(Number)),
        );
      return read.get(key);
    }

    function nearest(z) {
      return logits.reduce(
        (best, value, i) => (Math.abs(value - z) < Math.abs(logits[best] - z) ? i : best),
        0,
      );
    }

    function update({ logit, label, dtype }) {
      const at = nearest(logit);
      const values = valuesOf(dtype, label);
      const domain = RANGES[dtype];
      const top = domain[1];
      const points = (row) => logits.map((z, i) => [z, row[i]]).filter(([z]) => Math.abs(z) <= top);
      curve.draw({
        title: "Loss against the logit",
        x: { label: "logit z", domain, parts: 4 },
        y: { domain: [0, top], parts: 4 },
        curves: LINES.map(([name, tone, k]) => ({ name, tone, points: points(values[k]) })),
        marks: LINES.map(([, tone, k]) => ({ x: logits[at], y: values[k][at], tone })).filter(
          ({ x, y }) => Math.abs(x) <= top && Number.isFinite(y),
        ),
        bands: lostBands(points(values[2]), "the naive loss is nan or ∞"),
      });
      const broken = (k) => {
        if (k === 0) return values[0][at] === Infinity ? "overflow" : "";
        if (k === 1)
          return values[1][at] === 0 || logits[at] >= limits[dtype].one ? "rounded away" : "";
        if (k > 3) return "";
        const [value, truth] = [values[k][at], values[k + 2][at]];
        if (value === 0 && truth !== 0) return "exactly 0, and it isn’t";
        return Math.abs(value - truth) <= 0.01 * Math.abs(truth) ? "" : "wrong";
      };
      numbers.draw(
        ["", dtype, ""],
        rows.map((name, k) => [name, format(values[k][at], 4), broken(k) && `⚠ ${broken(k)}`]),
      );
      const said = broken(2).startsWith("exactly")
        ? "The true loss is small, but it is not 0."
        : broken(2) || broken(3)
          ? "The naive form is broken here."
          : "The naive form still holds here.";
      return (
        `At z = ${format(logits[at], 1)} with label ${label} in ${dtype} the naive loss is ${values[2][at] === 0 ? "exactly 0" : format(values[2][at])} and its slope ${format(values[3][at])}; ` +
        `the stable ones are ${format(values[4][at])} and ${format(values[5][at])}. ${said} ` +
        `In ${dtype} this sigmoid is 1 from ${limits[dtype].one}, and exp(−z) overflows below −${limits[dtype].overflow}.`
      );
    }

    return {
      controls: [
        ui.number("Logit z", "logit", { places: logits }),
        ui.choice("Label", "label", { options: [1, 0] }),
        ui.choice("dtype", "dtype"),
        ui.presets([
          ["perfect, and nan", { logit: 17, label: 1, dtype: "float32" }],
          ["the clip’s dead slope", { logit: -40, label: 1, dtype: "float64" }],
          ["half precision", { logit: 8, label: 0, dtype: "float16" }],
          ["overflow", { logit: -710, label: 1, dtype: "float64" }],
          ["a 0 that isn’t", { logit: -20, label: 0, dtype: "float32" }],
        ]),
      ],
      stage: [curve.element, results],
      update,
    };
  },
});

export { floats };
