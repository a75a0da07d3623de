// What is this number? As in explain.py, same ids in the same order. No DOM here.
import { covers, Refused, readTyped, stripped } from "./reading.mjs";
import { knownValues, shownValue } from "./values.mjs";

const LARGEST = 1e9;
// A whole number has no decimals, so a sign before three digits stands for thousands: 50,257.
const THOUSANDS = /^\s*[1-9]\d{0,2}([.,' _\u00a0\u202f’]\d{3})+\s*$/;

function readCount(typed, field) {
  if (typed === "") return undefined;
  const whole = THOUSANDS.test(typed) ? typed.replaceAll(/\D/g, "") : typed;
  const { value } = readTyped(whole, field);
  if (!(value >= 1 && value <= LARGEST && Number.isInteger(value)))
    throw new Refused(field, `A whole number from 1 to ${LARGEST}, please.`);
  return value;
}

function readShare(typed) {
  if (typed === "") return undefined;
  const reading = readTyped(typed, "accuracy");
  if (!(reading.value >= 0 && reading.value <= 1))
    throw new Refused("accuracy", "A share from 0 to 1, please, or a number with a % sign.");
  return reading;
}

function readCounts(typed) {
  if (typed === "") return undefined;
  const parts = stripped(typed, "[]() ").split(/[\s,;]+/);
  const counts = parts.filter(Boolean).map((part) => readTyped(part, "counts").value);
  const refuse = (message) => {
    throw new Refused("counts", message);
  };
  if (counts.length < 2) refuse("One number for each class, please, two at least.");
  if (!counts.every((count) => count >= 0 && count < Infinity))
    refuse("Counts can't be negative, infinite or nan.");
  const sum = counts.reduce((left, right) => left + right);
  if (!(sum > 0 && sum < Infinity)) refuse("Not all of them can be 0, nor too large to add up.");
  return counts;
}

function readFacts({ classes = "", accuracy = "", counts = "", batch = "" }) {
  const told = {
    classes: readCount(classes.trim(), "classes"),
    accuracy: readShare(accuracy.trim()),
    counts: readCounts(counts.trim()),
    batch: readCount(batch.trim(), "batch"),
  };
  if (!told.counts) return told;
  if (told.classes !== undefined && told.classes !== told.counts.length)
    throw new Refused(
      "counts",
      `${told.counts.length} counts, but ${told.classes} classes: one for each, please.`,
    );
  return { ...told, classes: told.counts.length };
}

function explainSpecial({ value }, { classes }) {
  const found = (id, rest) => [{ id, value, needs: [], sure: "exact", words: {}, ...rest }];
  if (Number.isNaN(value)) return found("not-a-number");
  if (!Number.isFinite(value)) return found("infinite");
  if (value < 0) return found("below-zero");
  if (value !== 0) return undefined;
  if (classes === undefined) return found("one-output", { needs: ["classes"], sure: "weak" });
  return classes === 1 ? found("one-output") : [];
}

const near = (left, right) =>
  Math.abs(left - right) <= 1e-6 * Math.max(Math.abs(left), Math.abs(right));

// Whether a number is a value's rounding (true), is it cut off (false), or neither.
function fits(reading, { value, low, high, least }) {
  // Written out, or as good as: 0.25 is a quarter, and two digits are all it has.
  if (near(reading.value, value)) return true;
  const short = low === high && Math.abs(value * 1e6 - Math.round(value * 1e6)) < 1e-6;
  if (reading.digits < least || short) return undefined;
  const [rounded, cut] = covers(reading, low, high);
  // Cut off, it takes a digit more to go by than rounded.
  if (rounded) return true;
  return cut && reading.digits > least ? false : undefined;
}

function sureness({ digits }, { assumes }) {
  if (assumes === 0) return digits >= 3 ? "exact" : "strong";
  return assumes === 1 && digits >= 4 ? "strong" : "weak";
}

// A text with its placeholders filled.
function fill(text, { value, words }, explanations) {
  const { inner } = words;
  const filling = { ...words, value };
  if (inner) {
    filling.inner = inner.value;
    filling.meaning = fill(explanations[inner.id].says, inner, explanations);
  }
  return text.replaceAll(/\{(\w+)\}/g, (_, name) =>
    typeof filling[name] === "string" ? filling[name] : shownValue(filling[name]),
  );
}

// Explanations of a typed number, those that assume least first; `words` holds the texts and the
// counts of classes that are known by name. Throws Refused.
function explainValue(typed, told, words) {
  const reading = readTyped(typed, "value");
  const facts = readFacts(told);
  const order = (fit) => [fit.known.assumes, fit.cut, fit.place];
  const found =
    explainSpecial(reading, facts) ??
    knownValues(facts, words.classes)
      .map((known, place) => ({ known, place, fit: fits(reading, known) }))
      .filter(({ fit }) => fit !== undefined)
      .map(({ known, place, fit }) => ({ known, place, cut: Number(!fit) }))
      .sort((left, right) => {
        const [a, b] = [order(left), order(right)];
        return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
      })
      .map(({ known }) => ({ ...known, sure: sureness(reading, known) }));
  return found.map((known) => {
    const { says, do: advice, see } = words.explanations[known.id];
    return {
      id: known.id,
      value: known.value,
      says: fill(says, known, words.explanations),
      do: fill(advice, known, words.explanations),
      see,
      needs: known.needs,
      sure: known.sure,
    };
  });
}

export { explainValue, Refused, readFacts };
