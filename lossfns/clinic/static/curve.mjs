// A curve's outline: the few numbers by which its shape is judged, as in _curve.py. No DOM here.
import { greatestOf, leastOf, medianOf } from "./arrays.mjs";

// A curve in `most` pieces of equal length, or fewer if it has fewer values:
// { starts, middles, lows, highs }.
function outlineOf(values, most) {
  const pieces = Math.min(most, values.length);
  const starts = Array.from({ length: pieces + 1 }, (_, i) =>
    Math.floor((i * values.length) / Math.max(pieces, 1)),
  );
  if (pieces === values.length) {
    const every = Array.from(values);
    return { starts, middles: every, lows: every, highs: every };
  }
  const parts = starts.slice(0, -1).map((start, i) => values.slice(start, starts[i + 1]));
  return {
    starts,
    middles: parts.map(medianOf),
    lows: parts.map(leastOf),
    highs: parts.map(greatestOf),
  };
}

// How steadily a few values rise, from -1 to 1: Kendall's tau, with ties counted as neither.
function tendencyOf(values) {
  if (values.length < 2) return 0;
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < values.length; i += 1)
    for (let j = i + 1; j < values.length; j += 1) {
      sum += Math.sign(values[j] - values[i]);
      pairs += 1;
    }
  return sum / pairs;
}

// How well a curve's bends agree with those some values earlier, from -1 to 1, by lag first … last.
function repeatsOf(values, first, last) {
  const raw = values.slice(2).map((value, i) => value - 2 * values[i + 1] + values[i]);
  // No single jump may decide.
  const most = 3 * medianOf(raw.map(Math.abs));
  const bends = raw.map((bend) => Math.min(most, Math.max(-most, bend)));
  const agree = [];
  for (let lag = first; lag <= last; lag += 1) {
    let [both, here, before] = [0, 0, 0];
    for (let i = lag; i < bends.length; i += 1) {
      both += bends[i] * bends[i - lag];
      here += bends[i] ** 2;
      before += bends[i - lag] ** 2;
    }
    const size = Math.sqrt(here * before);
    agree.push(size ? both / size : 0);
  }
  return agree;
}

// The standard deviation of what is no trend in a few values, by their bends.
function noiseOf(values) {
  const bends = Array.from({ length: Math.max(0, values.length - 2) }, (_, i) =>
    Math.abs(values[i + 2] - values[i + 1] - (values[i + 1] - values[i])),
  );
  // A bend's variance is six times a value's, and its median 0.6745 of its deviation.
  return bends.length ? medianOf(bends) / (0.6745 * Math.sqrt(6)) : 0;
}

export { noiseOf, outlineOf, repeatsOf, tendencyOf };
