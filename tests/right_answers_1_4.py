"""Right answers to the exercises of chapters 1 to 4, in styles that are not ours."""

import math
import statistics

import numpy as np

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
}
