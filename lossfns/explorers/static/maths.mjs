// The maths of lossfns that an explorer needs while the reader's hand moves: no DOM here.
// Names follow lossfns; tests compare every function with it.

const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
const logit = (p) => Math.log(p) - Math.log1p(-p);
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

// The probability that the model gives away from the label, without cancellation.
const miss = (z, label) => sigmoid(label === 1 ? -z : z);
const direction = (label) => (label === 1 ? -1 : 1);

const sigmoidBinaryCrossEntropy = (z, label) => softplus(label === 1 ? -z : z);
const sigmoidBinaryCrossEntropyGrad = (z, label) => direction(label) * miss(z, label);
const sigmoidSquaredError = (z, label) => miss(z, label) ** 2;
const sigmoidSquaredErrorGrad = (z, label) =>
  2 * direction(label) * miss(z, label) * sigmoid(z) * sigmoid(-z);

export { direction, logit, miss, sigmoid, sigmoidBinaryCrossEntropy, sigmoidBinaryCrossEntropyGrad, sigmoidSquaredError, sigmoidSquaredErrorGrad, softplus };
