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

// Loops, for a curve may have a million values. What holds a nan has no least value.
function leastOf(values) {
  let least = Infinity;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] < least) least = values[i];
    else if (Number.isNaN(values[i])) return NaN;
  }
  return least;
}
function greatestOf(values) {
  let most = -Infinity;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] > most) most = values[i];
    else if (Number.isNaN(values[i])) return NaN;
  }
  return most;
}
const rangeOf = (values) => greatestOf(values) - leastOf(values);
function meanOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i];
  return sum / values.length;
}

function medianOf(values) {
  if (!values.length) return NaN;
  const copy = new Float64Array(values);
  const half = copy.length >> 1;
  const upper = select(copy, half);
  // After selecting, all before the middle is at most as great.
  return copy.length % 2 ? upper : (greatestOf(copy.subarray(0, half)) + upper) / 2;
}

// The values at the places that are finite by some others; the values themselves where all are.
function whereFinite(values, others = values) {
  for (let i = 0; i < others.length; i += 1)
    if (!Number.isFinite(others[i])) return values.filter((_, k) => Number.isFinite(others[k]));
  return values;
}

// A share of the values lies below: between two of them in proportion.
function quantileOf(values, share) {
  const copy = new Float64Array(values);
  const place = share * (copy.length - 1);
  const low = Math.floor(place);
  const lower = select(copy, low);
  if (low === place) return lower;
  return lower + (place - low) * (leastOf(copy.subarray(low + 1)) - lower);
}

function deviationOf(values) {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += (values[i] - mean) ** 2;
  return Math.sqrt(sum / values.length);
}

// The k-th smallest of some values, counted from 0.
const selectedOf = (values, k) => select(new Float64Array(values), k);

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
  selectedOf,
  whereFinite,
};
