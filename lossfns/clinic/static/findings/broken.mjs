// What is no number, or none that a loss can have. No DOM here.
import { afterLast, commonOf, greatestOf, leastOf, medianOf } from "../arrays.mjs";
import { kept } from "./case.mjs";

// The gradient's norm before a step and its usual size, if it had grown.
function normBefore(one, curve, step) {
  for (const norm of one.of("norm", { run: curve.means.run })) {
    const before = kept(
      norm.values,
      (i) => norm.steps[i] < step && Number.isFinite(norm.values[i]),
    );
    const usual = medianOf(before);
    const latest = greatestOf(before.slice(-3));
    if (before.length > 3 && latest > 5 * usual) return [latest, usual];
  }
  return undefined;
}

// The first value of a run that is nan or infinite, and what came before.
function* brokenFound(one) {
  const first = new Map();
  const breaks = (curve) => curve.whole.steps[curve.broken];
  for (const curve of one.curves) {
    if (curve.broken === undefined) continue;
    const best = first.get(curve.means.run);
    if (!best || breaks(curve) < breaks(best)) first.set(curve.means.run, curve);
  }
  for (const curve of first.values()) {
    const { broken: at, lasting } = curve;
    const { steps, values } = curve.whole;
    const id = Number.isNaN(values[at]) ? "not-a-number" : "infinite";
    const before = values.subarray(0, at);
    const value = Number.isNaN(values[at]) ? "nan" : values[at] > 0 ? "inf" : "-inf";
    const evidence = { value, before: "", level: "" };
    const also = lasting ? [] : ["once"];
    if (before.length) {
      evidence.before = before.at(-1);
      const grown = greatestOf(before.subarray(-3));
      const least = leastOf(before);
      const norm = normBefore(one, curve, steps[at]);
      if (before.length > 1 && grown > 2 * least) {
        Object.assign(evidence, { before: grown, level: least });
        also.push("grown");
      } else if (norm) {
        Object.assign(evidence, { norm: norm[0], level: norm[1] });
        also.push("norm");
      } else {
        evidence.level = medianOf(before);
        also.push("sudden");
      }
    }
    const last = lasting ? steps.at(-1) : steps[at];
    yield one.finding(id, curve, [steps[at], last], evidence, { also, sure: "exact" });
  }
}

// A loss of exactly 0 beside a gradient whose norm is nan.
function* zeroShown(one) {
  for (const curve of one.curves)
    for (const norm of one.of("norm", { run: curve.means.run })) {
      yield;
      const [steps, loss, size] = commonOf(curve, norm);
      const both = steps.filter((_, i) => loss[i] === 0 && Number.isNaN(size[i]));
      if (both.length >= 3) {
        const place = [both[0], both.at(-1)];
        const evidence = { values: both.length };
        yield one.finding("nan-shown-as-zero", curve, place, evidence, { sure: "exact" });
      }
    }
}

// A value that no cross-entropy can have.
function* underZero(one) {
  for (const curve of one.curves) {
    if (curve.means.free || !curve.values.length) continue;
    const at = curve.values.findIndex((value) => value < -1e-6);
    if (at < 0) continue;
    const evidence = { value: curve.values[at], least: leastOf(curve.values) };
    const last = afterLast(curve.values.length, (i) => curve.values[i] < -1e-6) - 1;
    yield one.finding("below-zero", curve, [curve.steps[at], curve.steps[last]], evidence);
  }
}

export { brokenFound, underZero, zeroShown };
