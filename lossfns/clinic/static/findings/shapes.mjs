// Sudden rises, and curves that run away. No DOM here.
import { greatestOf, leastOf, meanOf, medianOf, quantileOf } from "../arrays.mjs";
import { outlineOf } from "../curve.mjs";
import { kept } from "./case.mjs";

// Whether the learning rate was raised shortly before a piece: a restart, as planned.
function rateRose(one, curve, piece, { starts }) {
  const step = curve.steps[starts[piece]];
  const since = curve.steps[starts[Math.max(0, piece - 5)]];
  return one.of("rate", { run: curve.means.run }).some(({ steps, values }) => {
    const near = kept(values, (i) => steps[i] >= since && steps[i] <= step);
    return near.length > 1 && greatestOf(near) > 2 * leastOf(near);
  });
}

// How far the largest of some values may lie out, by how heavy their tail is: taken for a power law,
// with Hill's estimate of its exponent.
function reachOf(values, chance) {
  const few = Math.max(10, Math.floor(values.length / 50));
  if (values.length <= 2 * few) return 0;
  const top = new Float64Array(values).sort().subarray(-few - 1);
  if (!(top[0] > 0)) return 0;
  return top[0] * (few / chance) ** meanOf(top.subarray(1).map((one) => Math.log(one / top[0])));
}

// Where the greatest sudden rise begins and ends, from which level, and how high.
function greatestRise(one, curve) {
  const line = one.words.thresholds.spike;
  const shape = outlineOf(curve.values, line.pieces);
  const { starts, middles, lows, highs } = shape;
  const count = middles.length;
  const first = curve.shape.middles[0];
  const begin = Math.max(Math.trunc(line.skip * count), 5);
  const [levels, ranges, rises] = [[], [], []];
  for (let at = begin; at < count; at += 1) {
    const from = Math.max(0, at - line.before);
    levels.push(medianOf(middles.slice(from, at)));
    ranges.push(greatestOf(highs.slice(from, at)) - leastOf(lows.slice(from, at)));
    rises.push(highs[at] - levels.at(-1));
  }
  let best;
  let end = 0;
  rises.forEach((rise, at) => {
    const least = Math.max(line.noise * ranges[at], line.rise * levels[at], line.size * first);
    if (rise <= least || at < end || at >= rises.length - line.tail) return;
    const back = middles
      .slice(begin + at + 1)
      .findIndex((middle) => middle <= levels[at] + ranges[at]);
    end = back < 0 ? rises.length : at + 1 + back;
    if (end - at > Math.max(line.length * count, 3) || rateRose(one, curve, begin + at, shape))
      return;
    // Where values far out are ordinary, one more of them is no spike.
    const others = rises.filter((_, i) => i < at || i >= end);
    const ordinary = line.unlike * quantileOf(others, line.ordinary);
    if (rise < Math.max(ordinary, reachOf(others, line.chance))) return;
    if (!best || rise > rises[best.at]) best = { at, end };
  });
  if (!best) return undefined;
  const from = starts[begin + best.at];
  const piece = curve.values.subarray(from, starts[begin + best.at + 1]);
  const highest = from + piece.indexOf(greatestOf(piece));
  return {
    begin: highest,
    end: Math.max(starts[begin + best.end], highest + 1),
    level: levels[best.at],
    top: greatestOf(highs.slice(begin + best.at, begin + best.end)),
  };
}

// A sudden rise out of the ordinary, and whether the curve came back.
function* spikeFound(one) {
  for (const curve of one.sound()) {
    yield;
    const spike = curve.means.heldOut ? undefined : greatestRise(one, curve);
    if (!spike) continue;
    const { begin, end, level, top } = spike;
    const back = end < curve.values.length;
    const evidence = { level, value: top };
    if (back) evidence.steps = `${end - begin} value${end - begin > 1 ? "s" : ""}`;
    const place = [curve.steps[begin], back ? curve.steps[end] : curve.steps.at(-1)];
    const also = [back ? "recovered" : "lasting"];
    yield one.finding("spike", curve, place, evidence, { also });
  }
}

// A training loss that ends far above what it had reached.
function* blownUp(one) {
  const line = one.words.thresholds["blow-up"];
  for (const curve of one.sound()) {
    yield;
    const count = curve.values.length;
    if (curve.means.heldOut || count < line.values) continue;
    const tail = Math.max(3, Math.trunc(line.share * count));
    const end = medianOf(curve.values.subarray(-tail));
    const { starts, middles } = outlineOf(curve.values, Math.min(line.pieces, count >> 2));
    const [start, best] = [middles[0], leastOf(middles)];
    const at = starts[middles.indexOf(best)];
    const won = Math.max(start - best, line.fall * start);
    const risen = end > best + line.rise * won && end > 1.5 * best;
    // It never came down. What grows towards a level may be meant to: a target that moves.
    const half = middles[middles.length >> 1];
    const bent = end - half > line.bend * (half - start);
    if (risen && (start - best >= line.fall * start || bent) && !one.isPartOfAFallingLoss(curve)) {
      const place = [curve.steps[at], curve.steps.at(-1)];
      yield one.finding("blow-up", curve, place, { best, value: end });
    }
  }
}

export { blownUp, spikeFound };
