// What comes back with every epoch. No DOM here.
import { greatestOf, medianOf, selectedOf } from "../arrays.mjs";
import { repeatsOf } from "../curve.mjs";
import { kept } from "./case.mjs";

// The places of a curve's values that are the last of their epoch, if the log says so.
function epochEnds(one, curve) {
  if (one.log.clock === "epoch") return [];
  for (const { steps, values } of one.of("epoch")) {
    const ends = [];
    let [place, before] = [0, Infinity];
    for (let i = 0; i < curve.steps.length; i += 1) {
      while (steps[place] < curve.steps[i]) place += 1;
      const count = Math.ceil(values[place] - 1e-3);
      if (count > before && i > 2) ends.push(i - 1);
      before = count;
    }
    if (place < steps.length) return ends;
  }
  return [];
}

// How far each value lies from those before it and from those behind it, on the same side.
function outOfLine(values) {
  const off = new Float64Array(values.length);
  const middle = (i) => {
    const [a, b, c] = [values[i], values[i + 1], values[i + 2]];
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  };
  for (let i = 3; i < values.length - 3; i += 1) {
    const [before, behind] = [values[i] - middle(i - 3), values[i] - middle(i + 1)];
    if (before * behind > 0) off[i] = Math.min(Math.abs(before), Math.abs(behind));
  }
  return off;
}

// A last batch of each epoch that steps out of line.
function* shortBatch(one) {
  const line = one.words.thresholds.order;
  for (const curve of one.sound()) {
    yield;
    const count = curve.values.length;
    const ends = epochEnds(one, curve);
    if (curve.means.heldOut || ends.length < line.ends || count < line.least * ends.length)
      continue;
    yield;
    const off = outOfLine(curve.values);
    const inner = ends.filter((end) => end >= 3 && end < count - 3);
    if (inner.length < line.ends) continue;
    const last = inner.map((end) => off[end]);
    const isEnd = new Set(inner);
    const others = kept(off, (i) => !isEnd.has(i));
    yield;
    const ordinary = medianOf(others);
    const far = selectedOf(others, Math.trunc(0.9 * (others.length - 1)));
    const often = last.filter((value) => value > far).length;
    if (medianOf(last) < line.outlying * ordinary || often < line.often * last.length) continue;
    const times = medianOf(last) / Math.max(ordinary, 1e-9);
    const place = [curve.steps[ends[0]], curve.steps[ends.at(-1)]];
    yield one.finding("short-batch", curve, place, { often, epochs: last.length, times });
  }
}

// A curve that repeats its ups and downs.
function* periodicFound(one) {
  const { order: line, spike } = one.words.thresholds;
  for (const curve of one.sound()) {
    yield;
    if (curve.means.heldOut || curve.values.length < line.values) continue;
    const values = Array.from(curve.values.subarray(-spike.pieces));
    const least = 1e-3 * greatestOf(values) + 1e-12;
    const relative = values.map((value) => Math.log(Math.max(value, least)));
    const last = 2 * Math.trunc(values.length / line.rounds);
    const agreement = repeatsOf(relative, line.least, last);
    // What repeats itself does so after two rounds as well; a smooth curve does at every lag.
    const usual = medianOf(agreement);
    const twice = agreement.filter((_, i) => i >= line.least && (i - line.least) % 2 === 0);
    const both = twice.map((value, i) => Math.min(agreement[i], value) - usual);
    const best = both.indexOf(greatestOf(both));
    if (best < 0 || both[best] < line.repeats) continue;
    const evidence = { period: line.least + best, agreement: agreement[best] };
    const place = [curve.steps[0], curve.steps.at(-1)];
    yield one.finding("periodic", curve, place, evidence);
  }
}

export { periodicFound, shortBatch };
