// What every finding needs: the curves of a log, and the words for what they show. No DOM here.
import { greatestOf, leastOf, whereFinite } from "../arrays.mjs";
import { outlineOf } from "../curve.mjs";
import { stemOf } from "../names.mjs";
import { fixedText, shownValue } from "../values.mjs";

// So many losses of a log are judged.
const MOST_LOSSES = 60;

const percentText = (share, digits = 1) => `${fixedText(100 * share, digits)}%`;

// As Python writes a number with so many digits: no zeros at its end, an exponent where it is long.
function shortText(value, digits) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) return `${Number(mantissa)}e${exponent}`;
  return String(Number(value.toFixed(digits - 1 - exponent)));
}

const fillText = (text, filling) =>
  text.replaceAll(/\{(\w+)\}/g, (_, name) =>
    typeof filling[name] === "string" ? filling[name] : shownValue(filling[name]),
  );

const kept = (values, keep) => values.filter((_, i) => keep(i));

// A curve without the nan that a table writes where it has nothing to say.
function withoutGaps({ steps, values }) {
  const wrong = (i) => Number.isNaN(values[i]);
  let [count, back] = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    count += Number(wrong(i));
    back += Number(i > 0 && wrong(i - 1) && !wrong(i));
  }
  if (!count || count === values.length) return { steps, values };
  const leading = wrong(0) && back === 1 && !wrong(values.length - 1);
  const sparse = back >= 2 && count >= 0.2 * values.length;
  if (!leading && !sparse) return { steps, values };
  const number = (i) => !wrong(i);
  return { steps: kept(steps, number), values: kept(values, number) };
}

// An accuracy from 0 to 1, also where it was logged in percent; undefined if it is no share.
function asShare({ steps, values, ...rest }) {
  const [at, numbers] = [whereFinite(steps, values), whereFinite(values)];
  const percent = greatestOf(numbers) > 1.5;
  const shares = percent ? numbers.map((share) => share / 100) : numbers;
  if (!shares.length || leastOf(shares) < 0 || greatestOf(shares) > 1) return undefined;
  return { ...rest, steps: at, values: shares };
}

// A log, what is told of it, and its losses as far as they are numbers.
function caseOf(log, facts, words) {
  const { findings, thresholds } = words;
  const of = (kind, { heldOut, run } = {}) =>
    log.series.filter(
      ({ means }) =>
        means.kind === kind &&
        (heldOut === undefined || means.heldOut === heldOut) &&
        (run === undefined || means.run === run),
    );
  function curveOf(series) {
    const whole = { ...series, ...withoutGaps(series) };
    const finite = (i) => Number.isFinite(whole.values[i]);
    const at = whole.values.findIndex((value) => !Number.isFinite(value));
    const broken = at < 0 ? undefined : at;
    // A nan that stays is the end; one among numbers is left out.
    const lasting = broken !== undefined && !whole.values.subarray(broken).some(Number.isFinite);
    const keep = lasting ? (i) => i < broken : finite;
    const [steps, values] =
      broken === undefined
        ? [whole.steps, whole.values]
        : [kept(whole.steps, keep), kept(whole.values, keep)];
    const { heldOut, run } = series.means;
    const [accuracy] = of("accuracy", { heldOut, run });
    let shape;
    return {
      name: series.name,
      means: series.means,
      whole,
      steps,
      values,
      broken,
      lasting,
      accuracy: accuracy && asShare(accuracy),
      get shape() {
        shape ??= outlineOf(values, thresholds.flat.pieces);
        return shape;
      },
    };
  }
  const curves = of("loss").slice(0, MOST_LOSSES).map(curveOf);
  const at = (step) => `${log.clock} ${shownValue(step)}`;
  return {
    log,
    facts,
    words,
    curves,
    of,
    at,
    // Each held-out loss with the training loss of its run that it belongs to.
    *pairs() {
      const judged = curves.filter(({ means, values }) => !means.free && values.length > 1);
      for (const held of judged) {
        if (!held.means.heldOut) continue;
        const partners = judged.filter(
          ({ means }) => !means.heldOut && means.run === held.means.run,
        );
        const same = partners.find(({ name }) => stemOf(name) === stemOf(held.name));
        if (same || partners.length === 1) yield [held, same ?? partners[0]];
      }
    },
    // The curves that can be judged by their shape: never negative, and meant to fall.
    *sound() {
      for (const curve of curves)
        if (curve.values.length && !curve.means.free && leastOf(curve.values) >= -1e-6) yield curve;
    },
    // Whether a curve is a term of a loss that falls: a term may rise, or stand still.
    isPartOfAFallingLoss({ name, means }) {
      const wholes = curves.filter(
        (whole) =>
          whole.values.length &&
          whole.means.run === means.run &&
          whole.means.heldOut === means.heldOut &&
          stemOf(whole.name) === "loss",
      );
      const falls = ({ values }) => {
        const ends = endsOf(values);
        return ends.at(-1) < ends[0];
      };
      return stemOf(name) !== "loss" && wholes.some(falls);
    },
    // A finding in the words of its id; `also` names sentences to add.
    finding(id, curve, [first, last], evidence, { also = [], sure = "strong" } = {}) {
      const text = findings[id];
      const filling = { name: curve.name, first: at(first), last: at(last), ...evidence };
      const parts = also.filter((part) => part !== "once").map((part) => text[part]);
      const says = [also.includes("once") ? text.once : text.says, ...parts].join(" ");
      return {
        id,
        where: { series: curve.name, first, last },
        evidence,
        says: fillText(says, filling).replaceAll(" ,", ",").replaceAll(" :", ":"),
        do: fillText(text.do, filling),
        see: text.see,
        sure,
      };
    },
  };
}

// A curve in ten pieces, for its beginning and its end.
const endsOf = (values) => outlineOf(values, 10).middles;

export { caseOf, endsOf, fillText, kept, percentText, shortText };
