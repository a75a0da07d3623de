// What the diagnosis needs of arrays: medians, means, bounds, places in sorted steps. No DOM here.

// The k-th smallest of a Float64Array, which gets reordered.
function select(values, k) {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i += 1;
      while (values[j] > pivot) j -= 1;
      if (i > j) break;
      [values[i], values[j]] = [values[j], values[i]];
      i += 1;
      j -= 1;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return values[k];
  }
  return values[k];
}

const leastOf = (values) => values.reduce((least, value) => Math.min(least, value), Infinity);
const greatestOf = (values) => values.reduce((most, value) => Math.max(most, value), -Infinity);
const rangeOf = (values) => greatestOf(values) - leastOf(values);
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
const meanOf = (values) => sumOf(values) / values.length;

function medianOf(values) {
  if (!values.length) return NaN;
  const copy = Float64Array.from(values);
  const half = copy.length >> 1;
  const upper = select(copy, half);
  // After selecting, all before the middle is at most as great.
  return copy.length % 2 ? upper : (greatestOf(copy.subarray(0, half)) + upper) / 2;
}

// A share of the values lies below: between two of them in proportion.
function quantileOf(values, share) {
  const copy = Float64Array.from(values);
  const place = share * (copy.length - 1);
  const low = Math.floor(place);
  const lower = select(copy, low);
  if (low === place) return lower;
  return lower + (place - low) * (leastOf(copy.subarray(low + 1)) - lower);
}

function deviationOf(values) {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

// Where a step would stand among sorted steps: before its equals, or behind them.
function placeIn(steps, step, behind = false) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step || (behind && steps[middle] === step)) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The first place for which something holds from there on, of `count`; 0 if it always does.
function afterLast(count, breaks) {
  for (let i = count - 1; i >= 0; i -= 1) if (breaks(i)) return i + 1;
  return 0;
}

// [steps, a's values, b's values] where two curves, sorted by their steps, share a step.
function commonOf(a, b) {
  const [steps, ofA, ofB] = [[], [], []];
  let [i, j] = [0, 0];
  while (i < a.steps.length && j < b.steps.length) {
    if (a.steps[i] < b.steps[j]) i += 1;
    else if (a.steps[i] > b.steps[j]) j += 1;
    else {
      steps.push(a.steps[i]);
      ofA.push(a.values[i]);
      ofB.push(b.values[j]);
      i += 1;
      j += 1;
    }
  }
  return [steps, ofA, ofB];
}

export {
  afterLast,
  commonOf,
  deviationOf,
  greatestOf,
  leastOf,
  meanOf,
  medianOf,
  placeIn,
  quantileOf,
  rangeOf,
  sumOf,
};
