// Where a curve stays, and where it starts: values that are known. No DOM here.
import { deviationOf, leastOf, meanOf, medianOf, rangeOf } from "../arrays.mjs";
import { noiseOf, tendencyOf } from "../curve.mjs";
import { explainValue } from "../explain.mjs";
import { stemOf } from "../names.mjs";
import {
  entropyOf,
  fixedText,
  SMOOTHINGS,
  shownValue,
  smoothingFloor,
  softmaxFloor,
} from "../values.mjs";
import { endsOf, fillText, kept, percentText, shortText } from "./case.mjs";

// The first place from which on nearly all are near; the number of places if there is none.
function mostlySince(near, share) {
  let [count, first] = [0, near.length];
  for (let i = near.length - 1; i >= 0; i -= 1) {
    count += Number(near[i]);
    if (near[i] && count / (near.length - i) >= share) first = i;
  }
  return first;
}

const usually = ({ clock }, { thresholds: { flat } }) =>
  clock === "epoch" ? flat.epochs : flat.values;

// Where a curve's flat end begins, its level, and how many digits of that are sure.
function flatEnd({ log, words }, curve) {
  const line = words.thresholds.flat;
  const { middles, starts } = curve.shape;
  const count = curve.values.length;
  // A few are enough where they are the same.
  const enough = rangeOf(curve.values.slice(-line.epochs)) ? usually(log, words) : line.epochs;
  if (count < enough) return undefined;
  const level = medianOf(middles.slice(-Math.max(1, middles.length >> 2)));
  let [at, values, tail] = [0, [], []];
  for (const band of [line.band, line.still]) {
    const near = middles.map((middle) => Math.abs(middle - level) <= band * level);
    const begin = mostlySince(near, line.near);
    at = starts[begin];
    values = curve.values.subarray(at);
    tail = middles.slice(begin);
    if (values.length < Math.max(enough, line.share * count)) return undefined;
    // Within the narrow band it is flat even while it creeps down.
    if (band === line.still || tendencyOf(tail) >= -line.tendency) break;
  }
  // It may have crept there.
  values = values.subarray(values.length >> 1);
  tail = tail.slice(tail.length >> 1);
  const mean = meanOf(values);
  if (!(mean > 0 && mean < Infinity)) return undefined;
  const half = tail.length >> 1;
  const drift = half ? Math.abs(meanOf(tail.slice(half)) - meanOf(tail.slice(0, half))) / 2 : 0;
  const spread = Math.max(deviationOf(values) / Math.sqrt(values.length), drift, 1e-5 * mean);
  const digits = Math.floor(Math.log10(mean / spread));
  return digits > 0 ? { at, level: mean, digits: Math.min(digits, 5) } : undefined;
}

// Whether a flat end has digits enough to be compared with anything.
const isSharp = ({ words }, stretch) => stretch?.digits >= words.thresholds.flat.digits;

// Whether a curve has come down to a level.
const hasLearned = ({ words }, curve, level) =>
  level < words.thresholds.flat.learned * curve.shape.middles[0];

// Values at which a training stands that has learned nothing yet.
const UNLEARNED = new Set([
  "even-guess",
  "averaged-over-classes",
  "summed-over-batch",
  "bits",
  "squared-error-of-an-even-guess",
  "class-frequencies",
  "sigmoid-twice",
]);
// Values at which it stands whatever it has learned.
const STOPS = new Set([
  "softmax-twice",
  "sigmoid-twice",
  "smoothing-floor",
  "clip",
  "clip-share",
  "clip-floor",
  "float32-smallest",
  "bce-clamp",
  "bce-clamp-share",
  "class-frequencies",
]);

const toldText = ({ classes, counts }) => ({
  classes: classes === undefined ? "" : String(classes),
  counts: counts ? counts.join(" ") : "",
});

// The first thing that a level can be, given whether the curve had come down to it.
function levelExplained({ facts, words }, text, accuracy, learned) {
  const told = {
    ...toldText(facts),
    accuracy: accuracy === undefined ? "" : fixedText(accuracy, 4),
  };
  return explainValue(text, told, words).find(
    ({ id }) =>
      (STOPS.has(id) || (!learned && UNLEARNED.has(id))) &&
      !(id === "even-guess" && accuracy > 0.7),
  );
}

// An even guess that knows how common the classes are, nearly equally, and nothing else.
function nearlyEven({ facts: { classes }, words }, level, accuracy) {
  const line = words.thresholds.flat;
  if (!(classes > 1) || !(Math.abs(level / Math.log(classes) - 1) <= line.even)) return undefined;
  if (accuracy > line.right / classes) return undefined;
  const [known] = saidOfEvenGuess({ words }, classes);
  return known && { ...known, sure: "strong" };
}

function accuracySince({ accuracy }, step) {
  const since = accuracy && kept(accuracy.values, (i) => accuracy.steps[i] >= step);
  return since?.length ? meanOf(since) : undefined;
}

// A finding in the words of a known value.
function levelFinding(one, text, { curve, begin, level, known, accuracy, sure }) {
  const where = { series: curve.name, first: curve.steps[begin], last: curve.steps.at(-1) };
  const evidence = { value: level, exact: known.value };
  if (accuracy !== undefined) evidence.accuracy = accuracy;
  const says = fillText(one.words.findings[text].says, {
    name: curve.name,
    value: shownValue(level),
    first: one.at(where.first),
    last: one.at(where.last),
    meaning: known.says,
    accuracy: accuracy === undefined ? "" : percentText(accuracy),
  });
  return { id: known.id, where, evidence, says, do: known.do, see: known.see, sure };
}

// What is said of an even guess, if there is a choice: one explanation, or none.
function saidOfEvenGuess({ words }, classes) {
  const found =
    classes > 1 ? explainValue(String(Math.log(classes)), toldText({ classes }), words) : [];
  return found.filter(({ id }) => id === "even-guess").slice(0, 1);
}

// So many classes are thought of where a noisy stretch is all there is to go by.
const COMMON = [2, 10, 100, 1000];

// A curve that goes up and down about a value that is known, and goes nowhere.
function noisyEnd(one, curve) {
  const line = one.words.thresholds.flat;
  const begin = Math.floor(curve.values.length / 10);
  const values = curve.values.subarray(begin);
  if (values.length < line.values) return undefined;
  const [level, half] = [meanOf(values), values.length >> 1];
  const scatter = deviationOf(values);
  const error = scatter / Math.sqrt(values.length);
  const drift = Math.abs(meanOf(values.subarray(half)) - meanOf(values.subarray(0, half)));
  if (!(level > 0 && level < Infinity) || drift > 2 * line.errors * error) return undefined;
  if (scatter > line.noisy * level) return undefined;
  const accuracy = accuracySince(curve, curve.steps[begin]);
  const { classes, counts } = one.facts;
  const candidates = [];
  const exact = counts && entropyOf(counts);
  if (exact) {
    const found = explainValue(String(exact), toldText({ counts }), one.words);
    candidates.push(...found.filter(({ id }) => id === "class-frequencies"));
  }
  if (!hasLearned(one, curve, level))
    for (const count of classes ? [classes] : COMMON)
      if (!(accuracy > line.right / count)) candidates.push(...saidOfEvenGuess(one, count));
  const share = classes ? line.even : line.untold;
  const known = candidates.find(
    ({ value }) => Math.abs(level - value) <= Math.min(share * value, line.errors * error),
  );
  const sure = classes ? "strong" : "weak";
  return known && levelFinding(one, "noisy", { curve, begin, level, known, accuracy, sure });
}

// What a flat end's level is, if that is known.
function flatLevel(one, curve, stretch) {
  const { at: begin, level, digits } = stretch;
  const accuracy = accuracySince(curve, curve.steps[begin]);
  const text = shortText(level, digits);
  if (!Number(text)) return undefined;
  const learned = hasLearned(one, curve, level);
  const known =
    (isSharp(one, stretch) ? levelExplained(one, text, accuracy, learned) : undefined) ??
    (learned ? undefined : nearlyEven(one, level, accuracy));
  const sure = known?.sure;
  return known && levelFinding(one, "flat", { curve, begin, level, known, accuracy, sure });
}

// A curve that ends flat, at a value that is known.
function* flatFound(one) {
  for (const curve of one.sound()) {
    yield;
    const stretch = flatEnd(one, curve);
    const found = (stretch && flatLevel(one, curve, stretch)) ?? noisyEnd(one, curve);
    if (found) yield found;
    else if (
      stretch?.at === 0 &&
      rangeOf(curve.values) === 0 &&
      curve.values.length >= usually(one.log, one.words) &&
      !one.isPartOfAFallingLoss(curve)
    ) {
      const place = [curve.steps[0], curve.steps.at(-1)];
      yield one.finding("frozen", curve, place, { value: stretch.level }, { sure: "exact" });
    }
  }
}

// The floors that the facts allow, each with what a wrong answer costs beyond it.
function* floorsOf({ facts, words }) {
  const named = (id, floor, told) =>
    explainValue(shortText(floor, 6), told, words)
      .filter((known) => known.id === id)
      .slice(0, 1);
  const { classes, counts } = facts;
  for (const count of classes ? [classes] : [10, 3, 4, 5, 6, 7, 20, 100, 1000])
    for (const known of named("softmax-twice", softmaxFloor(count), { classes: String(count) }))
      yield [known, 1];
  if (counts?.length === 2) {
    const share = counts[1] / (counts[0] + counts[1]);
    const floor = share * softmaxFloor(2) + (1 - share) * Math.log(2);
    for (const known of named("sigmoid-twice", floor, toldText({ classes: 2, counts })))
      yield [known, 0.5];
  }
  if (classes > 1)
    for (const epsilon of SMOOTHINGS)
      for (const others of [false, true]) {
        const floor = smoothingFloor(classes, epsilon, others);
        for (const known of named("smoothing-floor", floor, { classes: String(classes) }))
          yield [known, 0];
      }
}

// The share of its whole fall that a curve falls in the last third.
function stillFalling({ values }) {
  const tenths = endsOf(values);
  const fall = tenths[0] - tenths.at(-1);
  return fall > 0 ? (tenths.at(tenths.length > 3 ? -4 : 0) - tenths.at(-1)) / fall : 1;
}

// The least value of a loss on any data of its run: no part of it may pass a floor.
function leastBeside({ curves }, { name, means }) {
  const same = curves.filter(
    (one) => one.values.length && one.means.run === means.run && stemOf(one.name) === stemOf(name),
  );
  return Math.min(...same.map(({ values }) => leastOf(values)));
}

// A curve that has come down to a floor, and stands above it by its wrong answers alone.
function* floorFound(one) {
  const line = one.words.thresholds.floor;
  const told = one.facts.classes !== undefined;
  for (const curve of one.sound()) {
    yield;
    const count = curve.values.length;
    const begin = Math.trunc(count * (1 - line.share));
    const level = meanOf(curve.values.subarray(begin));
    if (count < 5 || !hasLearned(one, curve, level)) continue;
    const accuracy = accuracySince(curve, curve.steps[begin]);
    // What is nowhere said to be right may stand on a told floor, and nowhere near it.
    const possible =
      accuracy === undefined
        ? told && isSharp(one, flatEnd(one, curve))
        : stillFalling(curve) <= line[told ? "falling" : "falling-untold"];
    if (!possible) continue;
    const least = leastBeside(one, curve);
    for (const [known, wrong] of floorsOf(one)) {
      const floor = known.value;
      let [above, near, right] = [level - floor, line.alone * floor, 0];
      if (accuracy !== undefined) {
        above -= (1 - accuracy) * wrong;
        near = line[known.id] * floor;
        right = line[told ? `${known.id}-right` : "right-untold"];
      }
      const stands = !(accuracy < right) && Math.abs(above) <= near;
      if (stands && least >= floor * (1 - 1e-4)) {
        const sure = "strong";
        yield levelFinding(one, "floor", { curve, begin, level, known, accuracy, sure });
        break;
      }
    }
  }
}

// Whether so many micro-batches, heads or workers are likely: a few, or a power of two.
const isCount = (times) => times >= 2 && (times <= 6 || Number.isInteger(Math.log2(times)));

// A first value far from ln K.
function* startFound(one) {
  const { classes } = one.facts;
  if (!(classes >= 2)) return;
  const line = one.words.thresholds.start;
  const even = Math.log(classes);
  for (const curve of one.sound()) {
    yield;
    if (curve.means.heldOut || curve.values.length < line.values) continue;
    // It never was anywhere else.
    if (flatEnd(one, curve)?.at === 0) continue;
    const first = curve.values[0];
    const place = [curve.steps[0], curve.steps[0]];
    const times = Math.round(first / even);
    const evidence = { value: first, classes, even, times: first / even };
    const early = curve.values.subarray(0, line.values);
    const steady = early.every((value) => Math.abs(value / first - 1) <= line.steady);
    if (steady && isCount(times) && Math.abs(first / even / times - 1) <= line.same)
      yield one.finding("summed", curve, place, { ...evidence, times }, { sure: "weak" });
    else if (Math.abs(first - even) <= line.noise * noiseOf(curve.values.subarray(0, line.early)))
      continue;
    else if (first > line.high * even) yield one.finding("confident-start", curve, place, evidence);
    else if (first < line.low * even && one.log.clock === "step" && curve.steps[0] <= 1)
      yield one.finding("low-start", curve, place, evidence);
  }
}

export { flatFound, floorFound, startFound };
