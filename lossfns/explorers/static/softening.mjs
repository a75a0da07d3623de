// Explorer 7: soft targets raise the floor; focus takes the loss away from easy examples.
import { explorer } from "./explorer.mjs";
import { format } from "./format.mjs";
import { direction, logit, sigmoidFocalLoss, smoothedFloor, surprisal } from "./maths.mjs";
import { barTable, linePlot } from "./plot.mjs";

const AXES = {
  x: { label: "probability of the true class", domain: [0.001, 0.999], ticks: [0.1, 0.3, 0.5, 0.7, 0.9] },
  y: { domain: [0, 5] },
};

const softening = explorer({
  title: "Soft targets and focus",
  lead: "Two changes to cross-entropy. Label smoothing moves a share ε of the target from the true class to all K classes. Focal loss turns down examples that are already right.",
  params: {
    view: { options: ["smoothing", "focus"] },
    smoothing: { key: "eps", min: 0, max: 0.9, step: 0.01 },
    classes: { key: "k", min: 2, max: 100, step: 1, whole: true },
    gamma: { min: 0, max: 5, step: 0.5 },
    alpha: { min: 0.05, max: 0.95, step: 0.05 },
    easy: { min: 1, max: 1000, step: 1, whole: true },
  },
  question: {
    ask: "Ten classes, targets smoothed with ε = 0.1. What is the lowest loss a model can reach?",
    options: ["0", "0.105, that is −ln 0.9", "about 0.5", "2.303, that is ln 10"],
    answer: 2,
    why: `The target is a distribution now, and cross-entropy cannot go below its entropy: ${format(smoothedFloor(0.1, 10))} nats (${format(smoothedFloor(1 / 9, 10))} where the other nine share ε, the ε/(K − 1) form). The best model answers 0.91, not 1. A loss that stops there is finished, not stuck.`,
  },
  build(ui) {
    const curve = linePlot({ signal: ui.signal });
    const bars = barTable("In numbers");

    function smooth({ smoothing, classes: k }) {
      const rest = smoothing / k;
      const top = 1 - smoothing + rest;
      const weigh = (share, p) => (share === 0 ? 0 : share * surprisal(p));
      const cost = (p) => weigh(top, p) + (k - 1) * weigh(rest, (1 - p) / (k - 1));
      const floor = smoothedFloor(smoothing, k);
      const other = smoothedFloor(Math.min(1, (smoothing * k) / (k - 1)), k);
      curve.draw({
        title: "Loss against the probability of the true class (the others share the rest)",
        ...AXES,
        curves: [
          { name: "cross-entropy", tone: "ce", f: surprisal, label: [0.06, "start", 0] },
          { name: "smoothed", tone: "teal", f: cost, label: [0.45, "start", -12] },
        ],
        marks: [{ x: Math.min(top, 0.999), y: floor, tone: "teal" }],
      });
      const row = (name, value, tone) => [name, { value, max: Math.log(k), tone, text: format(value) }];
      bars.draw(["", "nats"], [row("floor, ε/K form", floor, "teal"), row("floor, ε/(K − 1) form", other, "violet"), row("a uniform guess, ln K", Math.log(k), "ce")]);
      return `With K = ${k} and ε = ${format(smoothing, 2)} the target is ${format(top)} for the true class and ${format(rest, 4)} for each other. The loss cannot go below ${format(floor)} nats.`;
    }

    function focus({ gamma, alpha, easy }) {
      const at = (label, weight, power) => (p) => sigmoidFocalLoss(-direction(label) * logit(p), label, weight, power);
      curve.draw({
        title: "Loss against the probability given to the truth",
        ...AXES,
        curves: [
          { name: "cross-entropy", tone: "ce", f: surprisal, label: [0.1, "start", -4] },
          { name: "focal", tone: "teal", f: at(1, 1, gamma), label: [0.28, "end", 16] },
        ],
        marks: [0.95, 0.1].map((x) => ({ x, y: at(1, 1, gamma)(x), tone: "teal" })),
      });
      const share = (weight, power) => {
        const many = easy * at(0, weight, power)(0.95);
        return many / (many + at(1, weight, power)(0.1));
      };
      const row = (name, tone, value) => [name, { value, max: 1, tone, text: `${format(100 * value, 1)} %` }];
      const [plain, focal] = [share(0.5, 0), share(alpha, gamma)];
      bars.draw(["", "share of the loss held by the easy examples"], [row("cross-entropy", "ce", plain), row("focal", "teal", focal)]);
      return `${easy} easy examples (p = 0.95 for the truth) stand against one hard one (p = 0.10). They hold ${format(100 * plain, 1)} % of the cross-entropy and ${format(100 * focal, 1)} % of the focal loss.`;
    }

    const inView = (view, trait) => ({ get: (state) => (state.view === view ? state[trait] : undefined), put: (value) => ({ [trait]: value }) });
    return {
      controls: [
        ui.choice("Look at", "view", ["smoothing", "focus"]),
        ui.number("Smoothing ε", "smoothing", inView("smoothing", "smoothing")), ui.number("Classes K", "classes", inView("smoothing", "classes")),
        ui.number("Focus γ", "gamma", inView("focus", "gamma")), ui.number("Weight α of the hard class", "alpha", inView("focus", "alpha")),
        ui.number("Easy examples for one hard", "easy", inView("focus", "easy")),
      ],
      stage: [curve.element, bars.element],
      update: (state) => (state.view === "smoothing" ? smooth(state) : focus(state)),
    };
  },
});

export { softening };
