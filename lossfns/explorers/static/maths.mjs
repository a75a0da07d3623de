// The maths of lossfns that an explorer needs while the reader's hand moves: no DOM here.
// Names follow lossfns; tests compare every function with it.

const sum = (values) => values.reduce((total, value) => total + value, 0);
const mean = (values) => sum(values) / values.length;
// Of an odd number of values.
const median = (values) => [...values].sort((a, b) => a - b)[(values.length - 1) / 2];

const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
const logit = (p) => Math.log(p) - Math.log1p(-p);
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

function softmax(logits) {
  const largest = Math.max(...logits);
  const parts = logits.map((z) => Math.exp(z - largest));
  const total = sum(parts);
  return parts.map((part) => part / total);
}

const squaredError = (prediction, target) => (prediction - target) ** 2;
const squaredErrorGrad = (prediction, target) => 2 * (prediction - target);
const absoluteError = (prediction, target) => Math.abs(prediction - target);
const absoluteErrorGrad = (prediction, target) => Math.sign(prediction - target);

// The probability that the model gives away from the label, without cancellation.
const miss = (z, label) => sigmoid(label === 1 ? -z : z);
const direction = (label) => (label === 1 ? -1 : 1);

const sigmoidBinaryCrossEntropy = (z, label) => softplus(label === 1 ? -z : z);
const sigmoidBinaryCrossEntropyGrad = (z, label) => direction(label) * miss(z, label);
const sigmoidSquaredError = (z, label) => miss(z, label) ** 2;
const sigmoidSquaredErrorGrad = (z, label) =>
  2 * direction(label) * miss(z, label) * sigmoid(z) * sigmoid(-z);

function sigmoidFocalLoss(z, label, alpha, gamma) {
  const weight = label === 1 ? alpha : 1 - alpha;
  return weight * miss(z, label) ** gamma * sigmoidBinaryCrossEntropy(z, label);
}

// What `count` easy examples hold of the focal loss beside a hard one; both are given by the
// probability of their own truth, 0 for the easy ones and 1 for the hard one.
function easyShare(count, easy, hard, alpha, gamma) {
  const many = count * sigmoidFocalLoss(-logit(easy), 0, alpha, gamma);
  return many / (many + sigmoidFocalLoss(logit(hard), 1, alpha, gamma));
}

const errors = (values, label) => values.map((value, k) => value - (k === label ? 1 : 0));
const softmaxCrossEntropyGrad = (logits, label) => errors(softmax(logits), label);
const logitsSquaredErrorGrad = (logits, label) => errors(logits, label).map((error) => 2 * error);

// With respect to the logits, before the temperature divides them.
const temperedCrossEntropyGrad = (logits, label, temperature) =>
  softmaxCrossEntropyGrad(
    logits.map((z) => z / temperature),
    label,
  ).map((slope) => slope / temperature);

// The exact gradient uses the whole Jacobian of the softmax, the shortcut its diagonal.
function softmaxSquaredErrorGrad(logits, label, jacobian) {
  const p = softmax(logits);
  const u = errors(p, label);
  const mean = sum(p.map((share, k) => share * u[k]));
  return p.map((share, k) => 2 * share * (jacobian === "exact" ? u[k] - mean : u[k] * (1 - share)));
}

// Weights as a distribution; all zero counts as all equal.
function normalise(weights) {
  const total = sum(weights);
  return weights.map((weight) => (total > 0 ? weight / total : 1 / weights.length));
}

const surprisal = (p) => (p === 1 ? 0 : -Math.log(p));
const weigh = (p, cost) => (p === 0 ? 0 : p * cost);
const crossEntropy = (p, q) => sum(p.map((share, k) => weigh(share, surprisal(q[k]))));
const entropy = (p) => crossEntropy(p, p);
const klDivergence = (p, q) =>
  Math.max(0, sum(p.map((share, k) => weigh(share, Math.log(share) - Math.log(q[k])))));

const perplexity = Math.exp;
const inUnit = (nats, unit) => (unit === "bits" ? nats / Math.LN2 : nats);

// The cross-entropy of a smoothed target where the model gives p to the true class and shares the
// rest equally; and the lowest that the target allows.
function smoothedCrossEntropy(p, smoothing, classes) {
  const rest = smoothing / classes;
  return (
    weigh(1 - smoothing + rest, surprisal(p)) +
    (classes - 1) * weigh(rest, surprisal((1 - p) / (classes - 1)))
  );
}
const smoothedFloor = (smoothing, classes) =>
  smoothedCrossEntropy(1 - smoothing + smoothing / classes, smoothing, classes);

export {
  absoluteError,
  absoluteErrorGrad,
  crossEntropy,
  easyShare,
  entropy,
  inUnit,
  klDivergence,
  logit,
  logitsSquaredErrorGrad,
  mean,
  median,
  miss,
  normalise,
  perplexity,
  sigmoid,
  sigmoidBinaryCrossEntropy,
  sigmoidBinaryCrossEntropyGrad,
  sigmoidFocalLoss,
  sigmoidSquaredError,
  sigmoidSquaredErrorGrad,
  smoothedCrossEntropy,
  smoothedFloor,
  softmax,
  softmaxCrossEntropyGrad,
  softmaxSquaredErrorGrad,
  softplus,
  squaredError,
  squaredErrorGrad,
  sum,
  surprisal,
  temperedCrossEntropyGrad,
};
