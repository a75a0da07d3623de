// The maths of lossfns that an explorer needs while the reader's hand moves: no DOM here.
// Names follow lossfns; tests compare every function with it.

const sum = (values) => values.reduce((total, value) => total + value, 0);

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

const errors = (values, label) => values.map((value, k) => value - (k === label ? 1 : 0));
const softmaxCrossEntropyGrad = (logits, label) => errors(softmax(logits), label);
const logitsSquaredErrorGrad = (logits, label) => errors(logits, label).map((error) => 2 * error);

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

// The lowest cross-entropy that a target smoothed over so many classes allows.
function smoothedFloor(smoothing, classes) {
  const rest = smoothing / classes;
  return weigh(1 - smoothing + rest, surprisal(1 - smoothing + rest)) + (classes - 1) * weigh(rest, surprisal(rest));
}

export { absoluteError, absoluteErrorGrad, crossEntropy, direction, entropy, klDivergence, logit, logitsSquaredErrorGrad, miss, normalise, sigmoid, sigmoidBinaryCrossEntropy, sigmoidBinaryCrossEntropyGrad, sigmoidFocalLoss, sigmoidSquaredError, sigmoidSquaredErrorGrad, smoothedFloor, softmax, softmaxCrossEntropyGrad, softmaxSquaredErrorGrad, softplus, squaredError, squaredErrorGrad, sum, surprisal };
