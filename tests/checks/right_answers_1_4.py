"""Right answers to the exercises of chapters 1 to 4, in styles that are not ours."""

import math
import statistics

import numpy as np
from scipy import special

# Chapter 1


def mse_loop(predictions, targets):
    total = 0.0
    for prediction, target in zip(predictions, targets, strict=True):
        total += (prediction - target) ** 2
    return total / len(targets)


def mse_dot(predictions, targets):
    errors = np.subtract(predictions, targets)
    return errors @ errors / errors.size


def mse_fsum(predictions, targets):
    squares = [math.pow(p - t, 2) for p, t in zip(predictions, targets, strict=True)]
    return math.fsum(squares) / len(squares)


def mse_spread_and_bias(predictions, targets):
    errors = predictions - targets
    return np.var(errors) + np.mean(errors) ** 2


def mse_gradient_loop(predictions, targets):
    slopes = []
    for i in range(len(predictions)):
        slopes.append((predictions[i] - targets[i]) * 2 / len(predictions))
    return slopes


def mse_gradient_of_parts(predictions, targets):
    ones = np.ones(predictions.shape) / predictions.size
    return -2.0 * np.multiply(targets - predictions, ones)


def mse_gradient_expanded(predictions, targets):
    return (2 / targets.shape[0]) * predictions - (2 / targets.shape[0]) * targets


def mse_column_flat(predictions, column):
    return ((column.ravel() - predictions) ** 2).mean()


def mse_column_of_pairs(predictions, column):
    return sum((row[0] - p) ** 2 for p, row in zip(predictions, column, strict=True)) / len(column)


def mse_column_raised(predictions, column):
    return np.square(predictions[:, None] - column).sum() / len(predictions)


def mse_column_diagonal(predictions, column):
    return np.mean(np.diagonal((predictions - column) ** 2))


def constants_sorted(targets):
    ordered = sorted(targets)
    return sum(ordered) / len(ordered), ordered[len(ordered) // 2]


def constants_from_statistics(targets):
    values = [float(target) for target in targets]
    return statistics.fmean(values), statistics.median(values)


def constants_searched(targets):
    costs = [np.abs(targets - guess).sum() for guess in targets]
    return np.array([targets.mean(), targets[np.argmin(costs)]])


def constants_percentile(targets):
    return np.average(targets), np.percentile(targets, 50)


def line_loop(slope, intercept, x, y, rate):
    d_slope = d_intercept = 0.0
    for xi, yi in zip(x, y, strict=True):
        error = slope * xi + intercept - yi
        d_slope += 2 * error * xi / len(x)
        d_intercept += 2 * error / len(x)
    return slope - rate * d_slope, intercept - rate * d_intercept


def line_means(slope, intercept, x, y, rate):
    error = y - (intercept + slope * x)
    return slope + 2 * rate * np.mean(error * x), intercept + 2 * rate * np.mean(error)


def line_matrix(slope, intercept, x, y, rate):
    design = np.column_stack([x, np.ones(len(x))])
    theta = np.array([slope, intercept])
    return theta - rate * 2 / len(y) * design.T @ (design @ theta - y)


# Chapter 2


def sigmoid_loop(logits, labels):
    slopes = []
    for z, y in zip(logits, labels, strict=True):
        p = 1 / (1 + math.exp(-z))
        slopes.append(2 * (p - y) * p * (1 - p))
    return slopes


def sigmoid_expit(logits, labels):
    p = special.expit(logits)
    return (p - labels) * 2 * special.expit(-logits) * p


def sigmoid_tanh(logits, labels):
    half = np.tanh(logits / 2)
    return (half + 1 - 2 * labels) * (1 - half**2) / 4


def sigmoid_two_labels(logits, labels):
    p = np.exp(logits) / (1 + np.exp(logits))
    return np.where(labels == 1, -2 * p * (1 - p) ** 2, 2 * p**2 * (1 - p))


def softmax_jacobians(logits, labels):
    rows = []
    for z, y in zip(logits, labels, strict=True):
        p = np.exp(z) / np.exp(z).sum()
        rows.append((np.diag(p) - np.outer(p, p)) @ (2 * (p - y)))
    return np.array(rows)


def softmax_einsum(logits, labels):
    p = special.softmax(logits, axis=-1)
    jacobian = np.einsum("ni,ij->nij", p, np.eye(p.shape[1])) - np.einsum("ni,nj->nij", p, p)
    return 2 * np.einsum("nij,nj->ni", jacobian, p - labels)


def softmax_entries(logits, labels):
    p = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum(axis=1)[:, None]
    grad = np.zeros(p.shape)
    for n in range(p.shape[0]):
        for i in range(p.shape[1]):
            for j in range(p.shape[1]):
                grad[n, i] += 2 * (p[n, j] - labels[n, j]) * p[n, j] * ((i == j) - p[n, i])
    return grad


def wrong_way_gradient(p, labels):
    y = np.eye(p.shape[1])[labels]
    u = 2 * (p - y)
    grad = p * (u - (p * u).sum(axis=1, keepdims=True))
    return (grad < 0) & (y == 0)


def wrong_way_loop(p, labels):
    marks = np.zeros(p.shape, dtype=bool)
    for n, c in enumerate(labels):
        for k in range(p.shape[1]):
            marks[n, k] = k != c and p[n, k] + p[n, c] < p[n] @ p[n]
    return marks


def wrong_way_columns(p, labels):
    true = np.take_along_axis(p, labels.reshape(-1, 1), axis=1)
    wrong = np.arange(p.shape[1]) != labels.reshape(-1, 1)
    return wrong & (np.einsum("nk,nk->n", p, p)[:, None] > p + true)


# Chapter 3


def binary_loop(p, labels):
    return [-math.log(q) if y == 1 else -math.log(1 - q) for q, y in zip(p, labels, strict=True)]


def binary_truth(p, labels):
    return -np.log(labels * p + (1 - labels) * (1 - p))


def binary_xlogy(p, labels):
    return -special.xlogy(labels, p) - special.xlog1py(1 - labels, -p)


def binary_tiny_added(p, labels):
    return -(labels * np.log(p + 1e-15) + (1 - labels) * np.log(1 - p + 1e-15))


def binary_clipped(p, labels):
    q = np.clip(p, 1e-7, 1 - 1e-7)
    return np.where(labels == 1, -np.log(q), -np.log1p(-q))


def nudge_loop(logits, labels):
    return [1 / (1 + math.exp(-z)) - y for z, y in zip(logits, labels, strict=True)]


def nudge_chained(logits, labels):
    p = special.expit(logits)
    return (p - labels) / (p * (1 - p)) * (p * (1 - p))


def nudge_two_labels(logits, labels):
    return np.where(labels > 0.5, -1 / (1 + np.exp(logits)), 1 / (1 + np.exp(-logits)))


def nudge_tanh(logits, labels):
    return 0.5 * np.tanh(0.5 * logits) + 0.5 - labels


def softmax_rows(logits):
    rows = []
    for row in logits:
        exps = [math.exp(z - max(row)) for z in row]
        rows.append([e / sum(exps) for e in exps])
    return rows


def softmax_logarithm(logits):
    return np.exp(logits - special.logsumexp(logits, axis=1, keepdims=True))


def softmax_pairwise(logits):
    return 1 / np.exp(logits[:, None, :] - logits[:, :, None]).sum(axis=2)


def softmax_transposed(logits):
    exps = np.exp(logits.T - logits.max(axis=1))
    return (exps / exps.sum(axis=0)).T


def categorical_logsumexp(logits, labels):
    return special.logsumexp(logits, axis=1) - logits[range(len(labels)), labels]


def categorical_loop(logits, labels):
    losses = []
    for row, label in zip(logits, labels, strict=True):
        top = max(row)
        losses.append(top + math.log(sum(math.exp(z - top) for z in row)) - row[label])
    return losses


def categorical_one_hot(logits, labels):
    one_hot = np.eye(logits.shape[-1])[labels]
    return -np.einsum("nk,nk->n", one_hot, special.log_softmax(logits, axis=-1))


def categorical_log_add_exp(logits, labels):
    chosen = np.take_along_axis(logits, labels[:, None], axis=1)
    return np.logaddexp.reduce(logits - chosen, axis=1)


def gradient_one_hot(logits, labels):
    y = (np.arange(logits.shape[1]) == labels[:, None]).astype(float)
    return (special.softmax(logits, axis=1) - y) / logits.shape[0]


def gradient_naive_loop(logits, labels):
    grad = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    for n in range(len(labels)):
        grad[n][labels[n]] -= 1
    return (grad / len(grad)).tolist()


def gradient_subtract_at(logits, labels):
    grad = special.softmax(logits, axis=1) / len(logits)
    np.subtract.at(grad, (np.arange(len(labels)), labels), 1 / len(logits))
    return grad


def train_with_ones(images, labels, classes, rate, steps):
    x = np.hstack([images, np.ones((len(images), 1))])
    theta = np.zeros((x.shape[1], classes))
    for _ in range(steps):
        p = special.softmax(x @ theta, axis=1)
        p[np.arange(len(x)), labels] -= 1
        theta -= rate / len(x) * x.T @ p
    return theta[:-1], theta[-1]


def train_one_by_one(images, labels, classes, rate, steps):
    w, b = np.zeros((len(images[0]), classes)), np.zeros(classes)
    for _ in range(steps):
        dw, db = np.zeros(w.shape), np.zeros(classes)
        for x, label in zip(images, labels, strict=True):
            nudge = np.exp(x @ w + b)
            nudge /= nudge.sum()
            nudge[label] -= 1
            dw += np.outer(x, nudge)
            db += nudge
        w, b = w - rate * dw / len(labels), b - rate * db / len(labels)
    return [w, b]


# Chapter 4


def entropy_special(p):
    return special.entr(p).sum(axis=-1)


def entropy_clipped(p):
    return -np.sum(p * np.log(np.clip(p, 1e-12, 1)), axis=-1)


def entropy_tiny_added(p):
    return -(p * np.log(p + 1e-15)).sum(-1)


def entropy_along(p):
    def of_one(row):
        return -sum(q * math.log(q) for q in row if q > 0)

    return np.apply_along_axis(of_one, -1, p)


def divergence_special(p, q):
    return special.rel_entr(p, q).sum(axis=-1)


def divergence_where(p, q):
    return np.where(p > 0, p * np.log(p / q), 0).sum(axis=-1)


def divergence_two_entropies(p, q):
    return -special.xlogy(p, q).sum(axis=-1) + special.xlogy(p, p).sum(axis=-1)


def divergence_loop(p, q):
    if p.ndim > 1:
        return np.array([divergence_loop(a, b) for a, b in zip(p, q, strict=True)])
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += a * math.log(a / b) if b > 0 else math.inf
    return total


def bits_loop(message, probabilities):
    bits = 0
    for symbol in message:
        bits -= math.log2(probabilities[symbol])
    return bits


def bits_product(message, probabilities):
    return -np.log(np.prod(probabilities[message])) / np.log(2)


def bits_counted(message, probabilities):
    counts = np.bincount(message, minlength=len(probabilities))
    return -counts @ np.log2(probabilities)


def perplexity_loop(batches):
    total, tokens = 0.0, 0
    for batch in batches:
        for p in batch:
            total -= math.log(p)
            tokens += 1
    return math.exp(total / tokens)


def perplexity_product(batches):
    p = np.concatenate(batches)
    return np.prod(p) ** (-1 / len(p))


def perplexity_bits(batches):
    p = [value for batch in batches for value in batch]
    return 2 ** -np.mean(np.log2(p))


def perplexity_weighted(batches):
    sizes = [len(batch) for batch in batches]
    means = [-np.log(batch).mean() for batch in batches]
    return np.exp(np.average(means, weights=sizes))


def floor_loop(counts):
    total = 0.0
    for row in counts:
        for count in row:
            if count > 0:
                total -= count * math.log(count / row.sum())
    return total / counts.sum()


def floor_of_joint(counts):
    joint = counts / counts.sum()
    return special.entr(joint).sum() - special.entr(joint.sum(axis=1)).sum()


def floor_of_rows(counts):
    rows = counts[counts.sum(axis=1) > 0]
    p = rows / rows.sum(axis=1, keepdims=True)
    return np.average(special.entr(p).sum(axis=1), weights=rows.sum(axis=1))


RIGHT = {
    "mse.value": [mse_loop, mse_dot, mse_fsum, mse_spread_and_bias],
    "mse.gradient": [mse_gradient_loop, mse_gradient_of_parts, mse_gradient_expanded],
    "mse.column": [
        mse_column_flat,
        mse_column_of_pairs,
        mse_column_raised,
        mse_column_diagonal,
    ],
    "mse.best_constants": [
        constants_sorted,
        constants_from_statistics,
        constants_searched,
        constants_percentile,
    ],
    "mse.line": [line_loop, line_means, line_matrix],
    "attempts.sigmoid": [sigmoid_loop, sigmoid_expit, sigmoid_tanh, sigmoid_two_labels],
    "attempts.softmax": [softmax_jacobians, softmax_einsum, softmax_entries],
    "attempts.wrong_way": [wrong_way_gradient, wrong_way_loop, wrong_way_columns],
    "ce.binary": [binary_loop, binary_truth, binary_xlogy, binary_tiny_added, binary_clipped],
    "ce.binary_gradient": [nudge_loop, nudge_chained, nudge_two_labels, nudge_tanh],
    "ce.softmax": [softmax_rows, softmax_logarithm, softmax_pairwise, softmax_transposed],
    "ce.categorical": [
        categorical_logsumexp,
        categorical_loop,
        categorical_one_hot,
        categorical_log_add_exp,
    ],
    "ce.gradient": [gradient_one_hot, gradient_naive_loop, gradient_subtract_at],
    "ce.train": [train_with_ones, train_one_by_one],
    "info.entropy": [entropy_special, entropy_clipped, entropy_tiny_added, entropy_along],
    "info.divergence": [
        divergence_special,
        divergence_where,
        divergence_two_entropies,
        divergence_loop,
    ],
    "info.code_length": [bits_loop, bits_product, bits_counted],
    "info.perplexity": [
        perplexity_loop,
        perplexity_product,
        perplexity_bits,
        perplexity_weighted,
    ],
    "info.bigram_floor": [floor_loop, floor_of_joint, floor_of_rows],
}
