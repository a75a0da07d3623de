// Explorer 9: six trainings gone wrong, or not; the diagnosis is the answer.
import { explorer } from "./explorer.mjs";
import { format } from "./format.mjs";
import { choiceControl, h } from "./controls.mjs";
import { smoothedFloor, softmax, surprisal } from "./maths.mjs";
import { linePlot } from "./plot.mjs";

// A perfect softmax, taken for logits.
const DOUBLE = surprisal(softmax([1, 0, 0, 0, 0, 0, 0, 0, 0, 0])[0]);
// Each cause: its name, and the sign by which it is known.
const CAUSES = {
  smoothed: ["the labels are smoothed", `A flat end above zero with good accuracy is a floor, not a fault: with ε = 0.1 and ten classes no model gets below ${format(smoothedFloor(0.1, 10))}.`],
  signed: ["labels −1 and +1 in a loss for 0 and 1", "A cross-entropy below zero means that a target lies outside [0, 1]: the loss has no bottom any more, and pushing the wrong scores down pays for ever."],
  naive: ["exp overflows in a naive softmax", "A good start, then nan at once and for ever: somewhere inf / inf or 0 · log 0 appeared, here because exp overflows half precision at a logit of 11.1. The loss from logits does not."],
  blank: ["the inputs arrive as zeros", `Flat at ln K = ${format(Math.log(10))} for ten classes: the model says the same for every image. What it sees does not reach it: look at the inputs and at the rate.`],
  overconfident: ["it grows over-confident", "Validation loss rises while validation accuracy holds or rises: a few wrong answers are given with ever more certainty, and each costs more. Calibration suffers, not accuracy; smoothing, or stopping early, helps."],
  twice: ["softmax is applied twice", `It learns, slowly, and can never pass log(1 + 9/e) = ${format(DOUBLE)}: the second softmax sees only numbers from 0 to 1. Hand the logits to the loss.`],
};

const clinic = explorer({
  title: "The loss-curve clinic",
  lead: "Six real trainings of one small network on handwritten digits. Read the curves, name the cause.",
  params: {
    case: { min: 1, max: 6, step: 1, whole: true },
    diagnosis: { options: ["", ...Object.keys(CAUSES)] },
  },
  question: {
    ask: "Ten classes. A training loss stays at 2.303 from the first step to the last. What does the model say about each image?",
    options: ["the same for every image", "a random class each time", "always the wrong class, surely"],
    answer: 0,
    why: `2.303 is ln 10: what a uniform answer over ten classes costs. A random but certain answer would cost far more. So a loss has landmarks: know ln K, know your floor, and a curve becomes a symptom. Now find the causes of six of them.`,
  },
  build(ui) {
    const cases = ui.model.get("data");
    const losses = linePlot({ signal: ui.signal });
    const accuracy = linePlot({ signal: ui.signal });
    const diagnosis = choiceControl({
      label: "What is the cause?", wide: true,
      options: Object.entries(CAUSES).map(([cause, [name]]) => [cause, name]),
      change: (cause) => ui.set({ diagnosis: cause }),
    });
    const verdict = h("p", { role: "status" });

    function update({ case: number, diagnosis: guess }) {
      const { cause, epochs, ...series } = cases[number - 1];
      const points = (name) => epochs.map((epoch, i) => [epoch, Number(series[name][i])]);
      const last = epochs.at(-1);
      const x = { label: "epoch", domain: [0, last], parts: 2 };
      const lowest = Math.min(...series.training.map(Number).filter(Number.isFinite), 0);
      const end = Number(series.training.at(-1));
      const y = lowest < 0 ? { domain: [-2, 1], parts: 3 } : { domain: [0, end < 0.1 ? 0.5 : end < 0.6 ? 1 : 2.5] };
      const final = (name, digits) => format(Number(series[name].at(-1)), digits);
      losses.draw({
        title: "Loss", x, y,
        curves: [
          { name: "training", tone: "ce", points: points("training"), label: [last * 0.3, "start", end < 0.1 ? -5 : 22] },
          { name: "validation", tone: "violet", points: points("validation"), label: [last * 0.3, "start", -18] },
        ],
      });
      accuracy.draw({
        title: "Validation accuracy", x, y: { domain: [0, 1], parts: 4 },
        curves: [{ name: "accuracy", tone: "teal", points: points("accuracy") }],
      });
      diagnosis.set(guess);
      const right = guess === cause;
      verdict.replaceChildren(...(guess ? [h("strong", {}, right ? "✓ Yes. " : "✗ Not this one. Its sign is another: "), CAUSES[guess][1]] : []));
      return `Case ${number}: training loss ends at ${final("training")}, validation loss at ${final("validation")}, accuracy at ${final("accuracy")}.`;
    }

    return {
      controls: [ui.choice("Case", "case", [1, 2, 3, 4, 5, 6], (k) => ({ case: k, diagnosis: "" }))],
      stage: [losses.element, accuracy.element, h("div", { class: "ex-wide" }, diagnosis.element, verdict)],
      update,
    };
  },
});

export { clinic };
