// One curve against another: training and held out, factors, accuracy. No DOM here.
import { commonOf, greatestOf, leastOf, meanOf, medianOf, placeIn, rangeOf } from "../arrays.mjs";
import { outlineOf, tendencyOf } from "../curve.mjs";
import { endsOf, percentText } from "./case.mjs";

// The middle one of an accuracy's values at a step, before and after it.
function around({ steps, values }, step) {
  const at = placeIn(steps, step);
  return medianOf(values.slice(Math.max(0, at - 1), at + 2));
}

// The mean of a curve's few values up to a step.
function averageUpTo({ steps, values }, step) {
  const end = placeIn(steps, step, true);
  const few = values.slice(Math.max(0, end - Math.max(3, Math.trunc(values.length / 20))), end);
  return few.length ? meanOf(few) : undefined;
}

// A held-out loss that rises again: over-confidence or overfitting.
function* risingFound(one) {
  const line = one.words.thresholds["held-out"];
  for (const [held, training] of one.pairs()) {
    yield;
    if (held.values.length < line.values || leastOf(held.values) < -1e-6) continue;
    const { starts, middles } = outlineOf(held.values, line.pieces);
    const count = middles.length;
    const smooth = middles.map((_, i) => medianOf(middles.slice(Math.max(0, i - 1), i + 2)));
    const best = leastOf(smooth);
    const low = smooth.indexOf(best);
    const end = meanOf(middles.slice(-Math.max(2, Math.trunc(count / 10))));
    if (end < (1 + line.rise) * best || count - low < Math.max(3, line.after * count)) continue;
    const noise = medianOf(middles.slice(1).map((middle, i) => Math.abs(middle - middles[i])));
    if (tendencyOf(smooth.slice(low)) < line.tendency || end - best < 2 * noise) continue;
    const step = held.steps[starts[low]];
    const was = averageUpTo(training, step);
    const now = endsOf(training.values).at(-1);
    // Training went up as well: that is another fault.
    if (was !== undefined && now > 1.05 * was) continue;
    const evidence = { best, value: end, training: now };
    const place = [step, held.steps.at(-1)];
    const { accuracy } = held;
    if (!accuracy || accuracy.values.length < line.values) {
      yield one.finding("overfitting", held, place, evidence, { also: ["unknown"], sure: "weak" });
      continue;
    }
    const before = around(accuracy, step);
    const shares = accuracy.values;
    const after = meanOf(shares.slice(-Math.max(2, Math.trunc(shares.length / 10))));
    Object.assign(evidence, { before: percentText(before), after: percentText(after) });
    if (after < before - line.lost)
      yield one.finding("overfitting", held, place, evidence, { also: ["worse"] });
    else yield one.finding("over-confident", held, place, evidence);
  }
}

// A held-out loss that is the training loss.
function* sameData(one) {
  const line = one.words.thresholds["held-out"];
  for (const [held, training] of one.pairs()) {
    yield;
    const [steps, ours, theirs] = commonOf(held, training);
    if (steps.length < line.values) continue;
    if (rangeOf(ours) <= 1e-9 + 0.01 * greatestOf(ours.map(Math.abs))) continue;
    const share = ours.filter((value, i) => value === theirs[i]).length / steps.length;
    if (share < line.same) continue;
    const evidence = { share: percentText(share, 0), other: training.name };
    const place = [steps[0], steps.at(-1)];
    yield one.finding("same-data", held, place, evidence, { sure: "exact" });
  }
}

// [steps, the held-out values, the training curve averaged since the value before].
function besideEach(held, training) {
  const [steps, values, means] = [[], [], []];
  let at = 0;
  held.steps.forEach((step, i) => {
    const start = at;
    let sum = 0;
    while (at < training.steps.length && training.steps[at] <= step) {
      sum += training.values[at];
      at += 1;
    }
    if (at > start) {
      steps.push(step);
      values.push(held.values[i]);
      means.push(sum / (at - start));
    }
  });
  return [steps, values, means];
}

// A training loss above the held-out one throughout, by more than an average's delay.
function* trainingWorse(one) {
  const line = one.words.thresholds["held-out"];
  for (const [held, training] of one.pairs()) {
    yield;
    const [steps, values, beside] = besideEach(held, training);
    if (steps.length < line.values + 1 || leastOf(values) <= 0 || leastOf(beside) <= 0) continue;
    // What an epoch's average tells of is older than what the held-out loss tells of.
    const ratios = beside.slice(0, -1).map((mean, i) => Math.min(mean, beside[i + 1]) / values[i]);
    const late = ratios.slice(ratios.length >> 1);
    const often = (all, least) => all.filter((ratio) => ratio > least).length / all.length;
    if (often(ratios, 1) >= line.often && often(late, 1 + line.worse) >= line.often) {
      const evidence = { times: medianOf(ratios), other: training.name };
      const place = [steps[0], steps.at(-1)];
      yield one.finding("training-worse", held, place, evidence, { sure: "weak" });
    }
  }
}

// So many losses are compared with each other.
const COMPARED = 12;

// The factor from one curve to another, if it is the same all along.
function ratioOf({ words }, ours, theirs) {
  const line = words.thresholds.ratio;
  const [steps, a, b] = commonOf(ours, theirs);
  if (steps.length < line.values || leastOf(a) <= 0 || leastOf(b) <= 0) return undefined;
  const ratios = outlineOf(
    b.map((value, i) => value / a[i]),
    20,
  ).middles;
  const middle = medianOf(ratios);
  const falls = [a, b].map(endsOf).every((shape) => shape.at(-1) < (1 - line.fall) * shape[0]);
  return rangeOf(ratios) > line.spread * middle || !falls ? undefined : middle;
}

// Two losses that differ by a constant factor.
function* factorFound(one) {
  const line = one.words.thresholds.ratio;
  const curves = [...one.sound()]
    .filter(({ values }) => values.length >= line.values)
    .slice(0, COMPARED);
  for (const [i, ours] of curves.entries())
    for (const theirs of curves.slice(i + 1)) {
      yield;
      const ratio = ratioOf(one, ours, theirs);
      if (ratio === undefined) continue;
      const [small, great, factor] = ratio > 1 ? [ours, theirs, ratio] : [theirs, ours, 1 / ratio];
      const named = [ours, theirs].some(({ name }) => /bit|bpc|bpb/i.test(name));
      const place = [great.steps[0], great.steps.at(-1)];
      const evidence = { other: small.name, factor };
      const whole = Math.round(factor);
      if (Math.abs(factor * Math.log(2) - 1) <= line.band)
        yield one.finding("bits-and-nats", great, place, evidence, {
          sure: named ? "exact" : "strong",
        });
      else if (whole >= 2 && whole <= line.most && Math.abs(factor / whole - 1) <= line.band)
        yield one.finding("accumulation", great, place, { ...evidence, factor: whole });
    }
}

// A loss that falls while its accuracy stays where it is.
function* accuracyStuck(one) {
  const line = one.words.thresholds["stuck-accuracy"];
  for (const curve of one.sound()) {
    yield;
    const { accuracy, values } = curve;
    if (!accuracy || accuracy.values.length < line.values || values.length < line.values) continue;
    const { middles } = outlineOf(accuracy.values, 20);
    if (rangeOf(middles) > line.range || medianOf(middles) > line.most) continue;
    const ends = endsOf(values);
    if (ends.at(-1) >= (1 - line.fall) * ends[0]) continue;
    const evidence = {
      from: ends[0],
      to: ends.at(-1),
      accuracy: accuracy.name,
      value: percentText(medianOf(middles)),
    };
    const place = [curve.steps[0], curve.steps.at(-1)];
    yield one.finding("accuracy-stuck", curve, place, evidence);
  }
}

export { accuracyStuck, factorFound, risingFound, sameData, trainingWorse };
