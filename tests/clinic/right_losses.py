"""Right losses, written oddly: an audit must agree with every one of them."""

import math
from functools import partial

import numpy as np
import scipy.special
import scipy.stats


def lse(z):
    return np.logaddexp.reduce(z, axis=-1)


def by_logaddexp(logits, labels):
    return lse(logits) - logits[np.arange(len(labels)), labels]


def by_einsum(logits, one_hot):
    m = logits.max(axis=1)
    gap = np.log(np.einsum("nk->n", np.exp(logits - m[:, None])))
    finite = np.where(one_hot > 0, m[:, None] - logits, 0.0)
    return np.einsum("nk,nk->n", one_hot, finite) + gap


def by_loops(logits, labels):
    losses = []
    for row, label in zip(logits, labels, strict=True):
        m = max(row)
        losses.append(m + math.log(sum(math.exp(z - m) for z in row)) - row[label])
    return losses


def one_example_by_math(logits, label):
    m = max(logits)
    return m - float(logits[label]) + math.log(math.fsum(math.exp(z - m) for z in logits))


def classes_first(logits, labels):
    m = logits.max(axis=0)
    return (
        m
        + np.log(np.exp(logits - m).sum(axis=0))
        - np.take_along_axis(logits, labels[np.newaxis], axis=0).squeeze(0)
    )


def as_an_image(logits, labels):
    n, k, h, w = logits.shape
    rows = logits.transpose(0, 2, 3, 1).reshape(-1, k)
    return by_logaddexp(rows, labels.ravel()).reshape(n, h, w)


def labels_first_and_mean(y_true, y_pred):
    return by_logaddexp(y_pred, y_true).mean()


def a_sum_in_single_precision(logits, labels):
    return by_logaddexp(logits.astype(np.float32), labels).sum(dtype=np.float64)


def from_probabilities(p, labels):
    with np.errstate(divide="ignore"):
        return -np.log(p[np.arange(len(labels)), labels])


def from_normalised_weights(p, labels):
    with np.errstate(divide="ignore"):
        return np.log(p.sum(axis=1)) - np.log(p[np.arange(len(labels)), labels])


def from_log_probabilities(logp, labels):
    return -np.mean(np.take_along_axis(logp, labels[:, None], axis=1))


def by_xlogy(p, one_hot):
    return -scipy.special.xlogy(one_hot, p).sum(axis=1)


def as_softplus_of_gaps(logits, labels):
    gaps = logits - logits[np.arange(len(labels)), labels][:, None]
    gaps[np.arange(len(labels)), labels] = 0
    return lse(gaps)


def binary_by_logaddexp(z, y):
    return np.logaddexp(0, (1 - 2 * y) * z)


def binary_by_maximum(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


def binary_with_signs(logits, labels):
    return np.mean(np.logaddexp(0, -labels * logits))


def binary_one_by_one(z, y):
    return max(z, 0) - y * z + math.log1p(math.exp(-abs(z)))


def binary_each_row(y_true, y_pred):
    return np.mean(np.logaddexp(0, (1 - 2 * y_true) * y_pred), axis=-1)


def binary_from_probabilities(p, y):
    with np.errstate(divide="ignore"):
        return -np.log(np.where(y == 1, p, 1 - p))


def divergence_by_rel_entr(p, q):
    return scipy.special.rel_entr(p, q).sum(axis=-1)


def divergence_q_first(q, p):
    return scipy.stats.entropy(p, q, axis=-1).mean()


def focal_by_powers(logits, targets, alpha=0.25, gamma=2):
    signed = np.where(targets > 0, logits, -logits)
    return (
        np.where(targets > 0, alpha, 1 - alpha)
        * np.exp(-gamma * np.logaddexp(0, signed))
        * np.logaddexp(0, -signed)
    )


def smoothed_by_two_terms(logits, labels, smoothing=0.1):
    logp = logits - lse(logits)[:, None]
    true = -logp[np.arange(len(labels)), labels]
    return ((1 - smoothing) * true - smoothing * logp.mean(axis=1)).mean()


def distilled_by_rel_entr(student, teacher, T=4.0):
    p, log_q = scipy.special.softmax(teacher / T, axis=1), student / T - lse(student / T)[:, None]
    return (
        T
        * T
        * np.sum(-scipy.special.entr(p) - np.where(p > 0, p * np.where(p > 0, log_q, 0), 0), axis=1)
    )


def squared_as_a_dot_product(p, t):
    return np.vdot(p - t, p - t) / p.size


def squared_expanded(p, t):
    return np.square(np.subtract(p, t)).sum(-1)


def absolute_by_maximum(target, prediction):
    return np.maximum(prediction - target, target - prediction).mean()


def huber_by_clip(p, t, delta=1.5):
    inside = np.clip(p - t, -delta, delta)
    return inside * (p - t) - inside**2 / 2


def pinball_by_maximum(t, p, quantile=0.9):
    return np.maximum(quantile * (t - p), (quantile - 1) * (t - p))


def nll_by_scipy(mean, target, std):
    return -scipy.stats.norm.logpdf(target, mean, std)


def triplet_by_hypot(anchor, positive, negative):
    near = np.sqrt(((anchor - positive) ** 2).sum(-1))
    return np.maximum(near - np.sqrt(((anchor - negative) ** 2).sum(-1)) + 0.2, 0).mean()


def clip_of_similarities(cosines):
    rows, columns = 20 * cosines, 20 * cosines.T
    return (np.mean(lse(rows) - np.diag(rows)) + np.mean(lse(columns) - np.diag(columns))) / 2


def dice_of_flat_batch(probabilities, targets):
    p, y = probabilities.ravel(), targets.ravel()
    return 1 - (2 * p @ y + 1) / (p.sum() + y.sum() + 1)


def masked_by_marker(logits, labels):
    keep = labels != -100
    rows, true = logits[keep], labels[keep]
    return by_logaddexp(rows, true).sum() / max(len(true), 1)


def weighted_by_repetition(logits, labels, weight):
    w = weight[labels]
    return np.average(by_logaddexp(logits, labels), weights=w)


def by_name_alone(*, logits, labels):
    return by_logaddexp(logits, labels).mean()


def labels_first_by_name_alone(*, y_true, y_pred):
    return by_logaddexp(y_pred, y_true).mean()


def told_how_to_reduce(logits, labels, reduction):
    return getattr(by_logaddexp(logits, labels), reduction)()


def labels_in_a_column(logits, labels):
    true = np.take_along_axis(logits, labels, axis=1)
    return np.mean(lse(logits) - true[:, 0])


def binary_in_a_column(z, y):
    assert z.shape == y.shape == (len(z), 1)
    return np.mean(np.logaddexp(0, z) - y * z)


def binary_by_dot_products(z, y):
    ((total,),) = np.logaddexp(0, -z) @ y.T + np.logaddexp(0, z) @ (1 - y).T
    return total / y.shape[1]


def means_of_rows_added_up(prediction, target):
    return np.square(prediction - target).mean(axis=-1).sum()


def divergence_of_a_quotient(p, q):
    with np.errstate(all="ignore"):
        return np.where(p > 0, p * np.log(p / q), 0).sum(axis=-1)


CROSS_ENTROPY = "softmax_cross_entropy"
BINARY = "sigmoid_binary_cross_entropy"
RIGHT = [
    (by_logaddexp, CROSS_ENTROPY, "logits, then class indices"),
    (by_einsum, CROSS_ENTROPY, "logits, then one-hot labels"),
    (by_loops, CROSS_ENTROPY, "logits, then class indices"),
    (one_example_by_math, CROSS_ENTROPY, "one example at a time"),
    (classes_first, CROSS_ENTROPY, "classes along the first axis"),
    (as_an_image, CROSS_ENTROPY, "classes along axis 1"),
    (labels_first_and_mean, CROSS_ENTROPY, "class indices, then logits"),
    (a_sum_in_single_precision, CROSS_ENTROPY, "logits, then class indices"),
    (from_probabilities, CROSS_ENTROPY, "probabilities, then class indices"),
    (from_normalised_weights, CROSS_ENTROPY, "probabilities, then class indices"),
    (from_log_probabilities, CROSS_ENTROPY, "log-probabilities, then class indices"),
    (by_xlogy, CROSS_ENTROPY, "probabilities, then one-hot labels"),
    (as_softplus_of_gaps, "softmax_cross_entropy_with_integer_labels", "logits"),
    (binary_by_logaddexp, BINARY, "logits, then labels 0 and 1"),
    (binary_by_maximum, BINARY, "logits, then labels 0 and 1"),
    (binary_with_signs, BINARY, "labels −1 and +1"),
    (binary_one_by_one, BINARY, "plain numbers, one at a time"),
    (binary_each_row, BINARY, "labels 0 and 1, then logits"),
    (binary_from_probabilities, BINARY, "probabilities, then labels 0 and 1"),
    (divergence_by_rel_entr, "kl_divergence", "what happens (p) as probabilities, then"),
    (divergence_q_first, "kl_divergence", "what is expected (q) as probabilities, then"),
    (focal_by_powers, "sigmoid_focal_loss", "logits"),
    (smoothed_by_two_terms, "label_smoothing", "logits, then class indices"),
    (squared_as_a_dot_product, "squared_error", "predictions, then targets"),
    (squared_expanded, "squared_error", "predictions, then targets"),
    (absolute_by_maximum, "absolute_error", "targets, then predictions"),
    (huber_by_clip, "huber_loss", "predictions"),
    (pinball_by_maximum, "pinball_loss", "targets, then predictions"),
    (nll_by_scipy, "gaussian_nll_loss", "standard deviations"),
    (triplet_by_hypot, "triplet_loss", "anchors"),
    (clip_of_similarities, "clip_loss", "the cosines of all pairs"),
    (dice_of_flat_batch, "dice_loss", "probabilities"),
    (masked_by_marker, "masked_cross_entropy", "−100 where ignored"),
    (weighted_by_repetition, "weighted_cross_entropy", "a weight for each class"),
    (partial(huber_by_clip, delta=0.5), "huber_loss", "predictions"),
    (by_name_alone, CROSS_ENTROPY, "logits, then class indices"),
    (labels_first_by_name_alone, CROSS_ENTROPY, "class indices, then logits"),
    (told_how_to_reduce, CROSS_ENTROPY, "logits, then class indices"),
    (labels_in_a_column, CROSS_ENTROPY, "labels in one column"),
    (binary_in_a_column, BINARY, "one column"),
    (binary_by_dot_products, BINARY, "one row of shape (1, N)"),
    (means_of_rows_added_up, "squared_error", "predictions"),
    (divergence_of_a_quotient, "kl_divergence", "what happens (p) as probabilities"),
]
