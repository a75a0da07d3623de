"""Right answers to the exercises of chapters 5 to 7, in other styles than the solutions."""

import math

import numpy as np
import scipy.special


def log_sigmoid_in_two_branches(logits):
    return np.where(
        logits >= 0,
        -np.log1p(np.exp(-np.abs(logits))),
        logits - np.log1p(np.exp(-np.abs(logits))),
    )


def log_sigmoid_by_scipy(logits):
    return scipy.special.log_expit(logits)


def log_sigmoid_in_a_loop(logits):
    result = []
    for z in logits:
        if z > 0:
            result.append(-math.log1p(math.exp(-z)))
        else:
            result.append(z - math.log1p(math.exp(z)))
    return result


def binary_by_label(logits, labels):
    return np.where(labels == 1, np.logaddexp(0, -logits), np.logaddexp(0, logits))


def binary_with_signs(logits, labels):
    return np.logaddexp(0, (1 - 2 * labels) * logits)


def binary_by_scipy(logits, labels):
    log_p, log_rest = scipy.special.log_expit(logits), scipy.special.log_expit(-logits)
    return -(labels * log_p + (1 - labels) * log_rest)


def binary_in_a_loop(logits, labels):
    losses = []
    for z, y in zip(logits, labels, strict=True):
        wrong = -z if y == 1 else z
        losses.append(max(wrong, 0) + math.log1p(math.exp(-abs(wrong))))
    return losses


def logsumexp_reduced(logits):
    return np.logaddexp.reduce(logits, axis=1)


def logsumexp_by_scipy(logits):
    return scipy.special.logsumexp(logits, axis=-1)


def logsumexp_in_a_loop(logits):
    result = []
    for row in logits:
        largest = max(row)
        if largest == -math.inf:
            result.append(-math.inf)
            continue
        result.append(largest + math.log(sum(math.exp(z - largest) for z in row)))
    return result


def logsumexp_pair_by_pair(logits):
    result = np.full(len(logits), -np.inf)
    for k in range(logits.shape[1]):
        result = np.logaddexp(result, logits[:, k])
    return result


def divergence_by_scipy(p_logits, q_logits):
    log_p = scipy.special.log_softmax(p_logits, axis=1)
    log_q = scipy.special.log_softmax(q_logits, axis=1)
    return np.einsum("nk,nk->n", np.exp(log_p), log_p - log_q)


def divergence_by_expected_difference(p_logits, q_logits):
    p = scipy.special.softmax(p_logits, axis=1)
    shift = scipy.special.logsumexp(q_logits, axis=1) - scipy.special.logsumexp(p_logits, axis=1)
    return np.sum(p * (p_logits - q_logits), axis=1) + shift


def divergence_in_a_loop(p_logits, q_logits):
    result = []
    for p_row, q_row in zip(p_logits, q_logits, strict=True):
        p_top, q_top = max(p_row), max(q_row)
        p_sum = sum(math.exp(z - p_top) for z in p_row)
        q_sum = sum(math.exp(z - q_top) for z in q_row)
        total = 0.0
        for p_z, q_z in zip(p_row, q_row, strict=True):
            log_p = p_z - p_top - math.log(p_sum)
            log_q = q_z - q_top - math.log(q_sum)
            total += math.exp(log_p) * (log_p - log_q)
        result.append(total)
    return result


def merge_in_two_branches(maximum, total, block):
    largest = block.max()
    if largest > maximum:
        total = total * np.exp(maximum - largest)
        maximum = largest
    return maximum, total + np.exp(block - maximum).sum()


def merge_one_by_one(maximum, total, block):
    for z in block:
        if z <= maximum:
            total = total + math.exp(z - maximum)
        else:
            total = total * math.exp(maximum - z) + 1
            maximum = z
    return maximum, total


def merge_in_log_space(maximum, total, block):
    largest = max(maximum, max(block))
    everything = np.logaddexp(np.logaddexp.reduce(block), maximum + np.log(total))
    return largest, np.exp(everything - largest)


RIGHT = {
    "stable.log_sigmoid": [
        log_sigmoid_in_two_branches,
        log_sigmoid_by_scipy,
        log_sigmoid_in_a_loop,
    ],
    "stable.binary": [binary_by_label, binary_with_signs, binary_by_scipy, binary_in_a_loop],
    "stable.logsumexp": [
        logsumexp_reduced,
        logsumexp_by_scipy,
        logsumexp_in_a_loop,
        logsumexp_pair_by_pair,
    ],
    "stable.divergence": [
        divergence_by_scipy,
        divergence_by_expected_difference,
        divergence_in_a_loop,
    ],
    "stable.merge": [merge_in_two_branches, merge_one_by_one, merge_in_log_space],
}
