// The values that a loss stops at, as in _values.py. No DOM here.
import { greatestOf } from "./arrays.mjs";

const STEP = 2 ** -23;
const FINE_STEP = 2 ** -52;
const KERAS = " (Keras' and TensorFlow's)";
// A BCE of probabilities in Keras: first clipped, then 1e−7 is added inside the logarithm, rounded.
const ADDED_AGAIN = " (TensorFlow's Keras, which adds its 1e−7 once more behind the clip)";
const CLIPS = {
  "1e−7": [1e-7, KERAS],
  "2⁻²³": [STEP, " (the step of a float32: Keras' upper edge, scikit-learn)"],
  "2e−7": [2e-7, ADDED_AGAIN],
  "1e−7 + 2⁻²³": [1e-7 + STEP, ADDED_AGAIN],
  "2⁻²²": [2 * STEP, ADDED_AGAIN],
  "1e−8": [1e-8, ""],
  "1e−6": [1e-6, ""],
  "1e−5": [1e-5, ""],
  "1e−9": [1e-9, ""],
  "1e−10": [1e-10, ""],
  "1e−12": [1e-12, ""],
  "1e−16": [1e-16, ""],
  "1e−20": [1e-20, ""],
  "1e−15": [1e-15, " (scikit-learn of old)"],
  "2⁻⁵²": [FINE_STEP, " (the step of a float64: scikit-learn)"],
  "2⁻²⁴": [STEP / 2, " (the step of a float32 just below 1, and the smallest float16)"],
  "2⁻⁵³": [FINE_STEP / 2, " (the step of a float64 just below 1)"],
};
const COMMON_CLIPS = ["1e−7", "2⁻²³", "2e−7", "1e−7 + 2⁻²³", "2⁻²²"];
// Those that nobody ships, or that a library prints with more digits: few are no proof.
const RARE_CLIPS = ["1e−6", "1e−5", "1e−9", "1e−16", "1e−20"];
const SMALLEST = { "1.1755e−38": [2 ** -126, "normal"], "1.4e−45": [2 ** -149, "subnormal"] };
const CLAMP = 100;
const SMOOTHINGS = [0.1, 0.05, 0.2];
const FOR_FLOORS = [2, 3, 10, 100, 1000];
const FOR_SMOOTHING = [10, 100, 1000];
const FOR_AVERAGES = [2, 3, 8, 10, 20, 100, 256, 1000];
const FOR_BINARY = [3, 10, 100];
const FOR_BITS = [2, 3, 5, 10, 100, 1000, 32000, 50257, 131072];
const FOR_SQUARES = [2, 10];
const FOR_SHARES = [2, 10];
const FOR_PERPLEXITY = 10_000;

const known = (id, value, { span, assumes = 0, needs = [], least = 3, ...words } = {}) => {
  const [low, high] = span ?? [value, value];
  return { id, value, low, high, words, assumes, needs, least };
};

const total = (counts) => counts.reduce((sum, count) => sum + count, 0);
const softmaxFloor = (classes) => Math.log1p((classes - 1) / Math.E);

function smoothingFloor(classes, epsilon, others) {
  const rest = epsilon / (others ? classes - 1 : classes);
  const truth = 1 - (classes - 1) * rest;
  return -truth * Math.log(truth) - (classes - 1) * rest * Math.log(rest);
}

function entropyOf(counts) {
  const sum = total(counts);
  const shares = counts.filter(Boolean).map((count) => count / sum);
  return -total(shares.map((share) => share * Math.log(share)));
}

// With so many decimals; of two that are as near, the even one, as Python has it.
function fixedText(value, decimals) {
  const halves = value * 2 ** (decimals + 1);
  if (!Number.isInteger(halves) || halves % 2 === 0) return value.toFixed(decimals);
  const below = Math.floor(value * 10 ** decimals);
  return ((below + (below % 2 ? 1 : 0)) / 10 ** decimals).toFixed(decimals);
}

// A number for people: four decimals, as logs do, unless all is said with fewer.
function shownValue(value) {
  const size = Math.abs(value);
  let text;
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(4).split("e");
    text = `${Number(mantissa)}e${Number(exponent)}`;
  } else {
    text = fixedText(value, size < 0.1 ? 5 : 4);
    if (Math.abs(value - Number(text)) < 1e-9) text = text.replace(/\.?0+$/, "");
  }
  return text.replaceAll("-", "−");
}

const percentOf = (share) => `${shownValue(100 * share)} %`;

// The counts of classes to look at, with what each assumes and needs.
function countsOfClasses({ classes }, otherwise) {
  if (classes !== undefined) return classes > 1 ? [[classes, 0, []]] : [];
  return otherwise.map((count) => [count, 1, ["classes"]]);
}

function* evenGuess({ classes: told, batch }, names) {
  for (const { count, digits, whose } of names)
    if (count !== told)
      yield known("even-guess", Math.log(count), {
        assumes: told ? 3 : 1,
        needs: told ? [] : ["classes"],
        least: told ? Math.max(4, digits) : digits,
        classes: count,
        whose: whose ? ` (${whose})` : "",
      });
  if (told > 1) yield known("even-guess", Math.log(told), { least: 2, classes: told, whose: "" });
  if (batch > 1)
    for (const [count, whose] of [
      [batch, "pairs"],
      [2 * batch - 1, "other views"],
    ])
      yield known("even-guess", Math.log(count), {
        assumes: 2,
        classes: count,
        whose: ` (the ${whose} of the batch, in a contrastive loss)`,
      });
}

function* classFrequencies({ counts }) {
  const value = counts && entropyOf(counts);
  if (value) yield known("class-frequencies", value, { least: 2 });
}

function* softmaxTwice(facts) {
  for (const [classes, assumes, needs] of countsOfClasses(facts, FOR_FLOORS))
    yield known("softmax-twice", softmaxFloor(classes), {
      assumes: 2 * assumes,
      needs,
      classes,
      others: classes - 1,
    });
}

function* sigmoidTwice({ classes, counts }) {
  if (classes !== undefined && classes !== 2) return;
  const [positive, negative] = [softmaxFloor(2), Math.log(2)];
  const needs = counts ? [] : ["counts"];
  yield known("sigmoid-twice", positive, { assumes: 1, needs, where: "where the label is 1" });
  yield known("sigmoid-twice", negative, { assumes: 2, needs, where: "where the label is 0" });
  const told = counts ?? [1, 1];
  const share = told[1] / total(told);
  if (share > 0 && share < 1)
    yield known("sigmoid-twice", share * positive + (1 - share) * negative, {
      assumes: counts ? 0 : 2,
      needs,
      where: `where ${percentOf(share)} of the labels are 1`,
    });
}

function* clips() {
  for (const [clip, [size, whose]] of Object.entries(CLIPS))
    yield known("clip", -Math.log(size), {
      least: RARE_CLIPS.includes(clip) || whose === ADDED_AGAIN ? 5 : 3,
      clip,
      whose,
    });
  for (const clip of ["1e−7", "2⁻²³", "2⁻²⁴"]) {
    const [size, whose] = CLIPS[clip];
    yield known("clip-floor", -Math.log1p(-size), { assumes: 1, clip, whose });
  }
}

// The shares of wrong answers (least, likely, most), with what each assumes and needs.
function wrongShares(facts) {
  const { accuracy, counts } = facts;
  if (accuracy) {
    // Whoever writes 0.1 means a tenth, not all that is rounded to it.
    const width = Math.min(accuracy.unit / 2, 0.0005);
    const wrong = 1 - accuracy.value;
    return [[[Math.max(wrong - width, 0), wrong, Math.min(wrong + width, 1)], 0, []]];
  }
  if (counts) {
    const wrong = 1 - greatestOf(counts) / total(counts);
    return [[[wrong, wrong, wrong], 1, ["accuracy"]]];
  }
  return countsOfClasses(facts, FOR_SHARES).map(([classes, assumes]) => {
    const wrong = 1 - 1 / classes;
    return [[wrong, wrong, wrong], 1 + assumes, ["accuracy"]];
  });
}

function* clipShare(facts) {
  const told = facts.accuracy || facts.counts || facts.classes;
  for (const [[least, likely, most], assumes, needs] of wrongShares(facts))
    for (const clip of told ? Object.keys(CLIPS) : COMMON_CLIPS) {
      const [size, whose] = CLIPS[clip];
      const height = -Math.log(size);
      // Two classes, where nothing is told: only a binary loss adds again.
      if (likely > 0 && likely < 1 && (told || likely === 0.5 || whose !== ADDED_AGAIN))
        yield known("clip-share", likely * height, {
          span: [least * height, most * height],
          assumes: 1 + assumes,
          needs,
          least: facts.accuracy ? 3 : 4,
          clip,
          whose,
          wrong: percentOf(likely),
        });
    }
}

function* floatSmallest() {
  for (const [smallest, [size, kind]] of Object.entries(SMALLEST))
    yield known("float32-smallest", -Math.log(size), { smallest, kind });
}

function* clamped(facts) {
  yield known("bce-clamp", CLAMP);
  const nothing = Object.values(facts).every((fact) => fact === undefined);
  for (const [[least, likely, most], assumes, needs] of wrongShares(facts))
    if (likely > 0 && likely < 1 && (!nothing || likely === 0.5))
      yield known("bce-clamp-share", likely * CLAMP, {
        span: [least * CLAMP, most * CLAMP],
        assumes: 1 + assumes,
        needs,
        least: 2,
        wrong: percentOf(likely),
      });
}

function* squares(facts) {
  for (const [classes, assumes, needs] of countsOfClasses(facts, FOR_SQUARES)) {
    const sum = 1 - 1 / classes;
    const rest = { assumes: 1 + assumes, needs, classes };
    const id = "squared-error-of-an-even-guess";
    yield known(id, sum, { ...rest, reduction: "summed over the classes" });
    yield known(id, sum / classes, { ...rest, reduction: "averaged over the classes" });
  }
}

function* smoothing(facts) {
  for (const [classes, assumes, needs] of countsOfClasses(facts, FOR_SMOOTHING))
    for (const epsilon of facts.classes || classes === 10 ? SMOOTHINGS : SMOOTHINGS.slice(0, 1))
      for (const others of [false, true])
        yield known("smoothing-floor", smoothingFloor(classes, epsilon, others), {
          assumes: 1 + assumes,
          needs,
          classes,
          epsilon,
          spread: `ε/${others ? classes - 1 : classes}`,
          receiver: others ? "other class" : "class",
        });
}

function* averaged(facts) {
  for (const [classes, assumes, needs] of countsOfClasses(facts, FOR_AVERAGES))
    yield known("averaged-over-classes", Math.log(classes) / classes, {
      assumes: 1 + assumes,
      needs,
      classes,
    });
}

function* binaryOverClasses(facts) {
  for (const [classes, assumes, needs] of countsOfClasses(facts, FOR_BINARY))
    yield known("binary-over-classes", entropyOf([1, classes - 1]), {
      assumes: 1 + assumes,
      needs,
      classes,
    });
}

function* inBits(facts) {
  for (const [classes, assumes, needs] of countsOfClasses(facts, FOR_BITS))
    yield known("bits", Math.log2(classes), {
      assumes: 1 + assumes,
      needs,
      least: needs.length && classes > 1000 ? 5 : 3,
      classes,
    });
}

function* perplexities(facts, names) {
  const large = names.map(({ count }) => count).filter((count) => count >= FOR_PERPLEXITY);
  for (const [classes, assumes, needs] of countsOfClasses(facts, large)) {
    const inner = { ...facts, classes };
    const guesses = [...evenGuess(inner, names)].filter((of) => of.words.classes === classes);
    for (const of of [...guesses, ...(facts.classes ? softmaxTwice(inner) : [])])
      yield known("perplexity", of.id === "even-guess" ? classes : Math.exp(of.value), {
        assumes: 1 + assumes + of.assumes,
        needs,
        inner: of,
      });
  }
  for (const of of classFrequencies(facts))
    yield known("perplexity", Math.exp(of.value), { assumes: 1, inner: of });
}

const SUMMED = [
  evenGuess,
  classFrequencies,
  softmaxTwice,
  sigmoidTwice,
  clips,
  clipShare,
  floatSmallest,
  clamped,
  smoothing,
];

function* summed(facts, names) {
  const { batch } = facts;
  if (batch === undefined || batch === 1) return;
  for (const family of SUMMED)
    for (const of of family(facts, names))
      if (of.id !== "clip-floor")
        yield known("summed-over-batch", batch * of.value, {
          span: [batch * of.low, batch * of.high],
          assumes: of.assumes + 1,
          needs: of.needs,
          least: Math.max(of.least, of.assumes < 2 ? 3 : 4),
          batch,
          inner: of,
        });
}

// In the order in which they are named where they assume equally much.
const FAMILIES = [
  floatSmallest,
  clips,
  clamped,
  evenGuess,
  classFrequencies,
  sigmoidTwice,
  softmaxTwice,
  clipShare,
  squares,
  smoothing,
  averaged,
  binaryOverClasses,
  inBits,
  perplexities,
  summed,
];

// Every value that the facts allow, those that assume least first.
function knownValues(facts, names) {
  const values = FAMILIES.flatMap((family) => [...family(facts, names)]);
  return values.sort((left, right) => left.assumes - right.assumes);
}

export { entropyOf, fixedText, knownValues, SMOOTHINGS, shownValue, smoothingFloor, softmaxFloor };
