// What does this curve say? As in diagnose.py, the same findings in the same order. No DOM here.
//
// A finder is a generator of findings; where it yields nothing, it may be paused.
import { readFacts } from "./explain.mjs";
import { brokenFound, underZero, zeroShown } from "./findings/broken.mjs";
import { caseOf } from "./findings/case.mjs";
import { flatFound, floorFound, startFound } from "./findings/levels.mjs";
import { periodicFound, shortBatch } from "./findings/order.mjs";
import {
  accuracyStuck,
  factorFound,
  risingFound,
  sameData,
  trainingWorse,
} from "./findings/pairs.mjs";
import { blownUp, spikeFound } from "./findings/shapes.mjs";

// In the order in which they are told.
const FINDERS = [
  brokenFound,
  zeroShown,
  underZero,
  flatFound,
  floorFound,
  startFound,
  spikeFound,
  blownUp,
  risingFound,
  sameData,
  trainingWorse,
  factorFound,
  shortBatch,
  periodicFound,
  accuracyStuck,
];

// A generator whose result is what the curves of a log show, the gravest first; it yields where it
// may pause. `told` is as for explainValue; throws Refused.
function* diagnose(log, told, words) {
  const one = caseOf(log, readFacts(told), words);
  const means = new Map(log.series.map(({ name, means: said }) => [name, said]));
  // A curve is often logged twice, and its parts with it: each fault is told once for each run.
  const found = new Map();
  for (const find of FINDERS) {
    yield;
    for (const finding of find(one)) {
      yield;
      if (!finding) continue;
      const key = JSON.stringify([finding.id, means.get(finding.where.series).run]);
      if (!found.has(key)) found.set(key, finding);
    }
  }
  return [...found.values()];
}

export { diagnose };
