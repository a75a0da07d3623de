// Soft targets raise the floor; focus takes the loss away from easy examples.

import { format } from "../../web/static/format.mjs";
import { barTable, linePlot } from "../../web/static/plot.mjs";
import { explorer } from "./explorer.mjs";
import {
  easyShare,
  logit,
  sigmoidFocalLoss,
  smoothedCrossEntropy,
  smoothedFloor,
  surprisal,
} from "./maths.mjs";

const AXES = {
  x: {
    label: "probability of the true class",
    domain: [0.001, 0.999],
    ticks: [0.1, 0.3, 0.5, 0.7, 0.9],
  },
  y: { domain: [0, 5] },
};

const [EASY, HARD] = [0.95, 0.1];
const CROWD = easyShare(147, EASY, HARD, 0.5, 0);
const percent = (share) => `${format(100 * share, 1)}\u00a0%`;

// One for each view: asked is what the card was opened for.
const QUESTIONS = {
  smoothing: {
    ask: "Ten classes, targets smoothed with ε = 0.1. What is the lowest loss a model can reach?",
    options: ["0", "0.105, that is −ln 0.9", "about 0.5", "2.303, that is ln 10"],
    answer: 2,
    why: `The target is a distribution now, and cross-entropy cannot go below its entropy: ${format(smoothedFloor(0.1, 10))} nats (${format(smoothedFloor(1 / 9, 10))} where the other nine share ε, the ε/(K − 1) form). The best model answers 0.91, not 1. A loss that stops there is finished, not stuck.`,
  },
  focus: {
    ask: "147 easy examples (p = 0.95 for the truth) hold 76.6\u00a0% of the cross-entropy, one hard one (p = 0.1) the rest. Which γ leaves each side half of the focal loss?",
    options: ["about 0.4", "1", "2", "about 5"],
    answer: 0,
    why: `Focus shrinks each easy loss (${format(1 - HARD, 1)} / ${format(1 - EASY, 2)})^γ times as much as the hard one. So γ = ${format(logit(CROWD) / Math.log((1 - HARD) / (1 - EASY)), 2)} is enough; the usual γ = 2 leaves the crowd ${percent(easyShare(147, EASY, HARD, 0.5, 2))}. Whether the model gets better, only a measurement can say.`,
  },
};

const softening = explorer({
  title: "Soft targets and focus",
  lead: "Label smoothing moves a share ε of the target from the true class to all K classes. Focal loss turns down examples that are already right.",
  params: {
    view: { options: ["smoothing", "focus"] },
    smoothing: { key: "eps", min: 0, max: 0.9, step: 0.01 },
    classes: { key: "k", min: 2, max: 100, step: 1, whole: true },
    gamma: { min: 0, max: 5, step: 0.1 },
    alpha: { min: 0.05, max: 0.95, step: 0.05 },
    easy: { min: 1, max: 1000, step: 1, whole: true },
  },
  question: (model) => QUESTIONS[model.get("view")],
  build(ui) {
    const curve = linePlot({ signal: ui.signal });
    const bars = barTable("In numbers");

    function smooth({ smoothing, classes: k }) {
      const rest = smoothing / k;
      const top = 1 - smoothing + rest;
      const cost = (p) => smoothedCrossEntropy(p, smoothing, k);
      const floor = smoothedFloor(smoothing, k);
      const other = smoothedFloor((smoothing * k) / (k - 1), k);
      curve.draw({
        title: "Loss (the other classes share the rest)",
        ...AXES,
        curves: [
          { name: "cross-entropy", tone: "ce", f: surprisal },
          { name: "smoothed", tone: "teal", f: cost },
        ],
        marks: [{ x: Math.min(top, 0.999), y: floor, tone: "teal" }],
      });
      const max = Math.log(k);
      bars.draw(
        ["", "nats"],
        [
          ["floor, ε/K form", "teal", floor],
          ["floor, ε/(K − 1) form", "violet", other],
          ["a uniform guess, ln K", "ce", max],
        ].map(([name, tone, value]) => [name, { value, max, tone, text: format(value) }]),
      );
      return `With K = ${k} and ε = ${format(smoothing, 2)} the target is ${format(top)} for the true class and ${format(rest, 4)} for each other. The loss cannot go below ${format(floor)} nats.`;
    }

    function focus({ gamma, alpha, easy }) {
      const cost = (p) => sigmoidFocalLoss(logit(p), 1, 1, gamma);
      curve.draw({
        title: "Loss (before the weight α)",
        ...AXES,
        curves: [
          { name: "cross-entropy", tone: "ce", f: surprisal },
          { name: "focal", tone: "teal", f: cost },
        ],
        marks: [EASY, HARD].map((x) => ({ x, y: cost(x), tone: "teal" })),
      });
      const [plain, focal] = [
        easyShare(easy, EASY, HARD, 0.5, 0),
        easyShare(easy, EASY, HARD, alpha, gamma),
      ];
      bars.draw(
        ["", "share of the loss held by the easy examples"],
        [
          ["cross-entropy", "ce", plain],
          ["focal", "teal", focal],
        ].map(([name, tone, value]) => [name, { value, max: 1, tone, text: percent(value) }]),
      );
      return `${easy} easy examples (p = ${format(EASY, 2)} for the truth) stand against one hard one (p = ${format(HARD, 2)}). They hold ${percent(plain)} of the cross-entropy and ${percent(focal)} of the focal loss.`;
    }

    const knob = (view, trait, label) =>
      ui.number(label, trait, { get: (state) => (state.view === view ? state[trait] : undefined) });
    return {
      controls: [
        ui.choice("Look at", "view"),
        knob("smoothing", "smoothing", "Smoothing ε"),
        knob("smoothing", "classes", "Classes K"),
        knob("focus", "gamma", "Focus γ"),
        knob("focus", "alpha", "Weight α of the hard class"),
        knob("focus", "easy", "Easy examples for one hard"),
      ],
      stage: [curve.element, bars.element],
      update: (state) => (state.view === "smoothing" ? smooth(state) : focus(state)),
    };
  },
});

export { softening };
