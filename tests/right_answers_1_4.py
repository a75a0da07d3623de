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
            marks[n, k] = k != c and p[n, k] + p[n, c] < sum(q * q for q in p[n])
    return marks


def wrong_way_columns(p, labels):
    true = np.take_along_axis(p, labels.reshape(-1, 1), axis=1)
    wrong = np.arange(p.shape[1]) != labels.reshape(-1, 1)
    return wrong & (np.einsum("nk,nk->n", p, p)[:, None] > p + true)


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
}
