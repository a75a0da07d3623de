"""Bugs that real losses have shipped, made again from their descriptions.

Each comes with what it is meant to be and the mistake that an audit must name.
"""

import numpy as np


def log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax(z):
    return np.exp(log_softmax(z))


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def picked(log_p, labels):
    return -log_p[np.arange(len(labels)), labels]


def mean_over_all_axes(logits, one_hot):
    return -np.mean(one_hot * log_softmax(logits))


def one_maximum_for_the_whole_array(logits, labels):
    shifted = logits - logits.max()
    return picked(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), labels)


def forgotten_class_axis(logits, labels):
    return picked(logits - logits.max() - np.log(np.exp(logits - logits.max()).sum()), labels)


def softmax_over_the_batch(logits, labels):
    return picked(log_softmax(logits.T).T, labels).mean()


def softmax_twice(logits, labels):
    return picked(log_softmax(softmax(logits)), labels).mean()


def sigmoid_twice(logits, labels):
    z = sigmoid(logits)
    return np.mean(np.logaddexp(0, z) - labels * z)


def exponential_without_a_shift(logits, labels):
    return np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels]


def logarithm_of_a_softmax(logits, labels):
    return picked(np.log(softmax(logits)), labels)


def clipped_at_1e7(probabilities, labels):
    p = np.clip(probabilities, 1e-7, 1 - 1e-7)
    return np.mean(-labels * np.log(p) - (1 - labels) * np.log(1 - p))


def clip_that_float32_rounds_away(probabilities, labels):
    p = np.clip(probabilities, 1e-12, 1 - 1e-12)
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def binary_as_on_paper(logits, labels):
    p = 1 / (1 + np.exp(-logits))
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def soft_labels_times_minus_infinity(logits, labels):
    return -(labels * log_softmax(logits)).sum(axis=-1)


def small_number_in_the_logarithm(probabilities, one_hot):
    return -(one_hot * np.log(probabilities + 1e-10)).sum(axis=1)


def zero_log_zero(p, q):
    return (p * np.log(p / q)).sum(axis=-1)


def arguments_swapped(p, q):
    return (q * (np.log(q) - np.log(p))).sum(axis=-1)


def probabilities_where_logarithms_belong(logits, target):
    return (target * (np.log(target) - softmax(logits))).sum(axis=-1)


def mean_over_the_outcomes(p, q):
    return np.mean(p * np.log(p / q))


def entropy_not_subtracted(p, q):
    return -(p * np.log(q)).sum(axis=-1)


def alpha_on_both_classes(logits, targets, alpha=0.25, gamma=2.0):
    p = sigmoid(logits)
    right = np.where(targets == 1, p, 1 - p)
    return -alpha * (1 - right) ** gamma * np.log(right)


def alpha_on_the_wrong_class(logits, targets, alpha=0.25, gamma=2.0):
    signed = np.where(targets == 1, logits, -logits)
    weight = np.where(targets == 0, alpha, 1 - alpha)
    return (weight * sigmoid(-signed) ** gamma * np.logaddexp(0, -signed)).mean()


def factor_looks_at_p_alone(logits, targets, alpha=0.25, gamma=2.0):
    weight = np.where(targets == 1, alpha, 1 - alpha)
    signed = np.where(targets == 1, logits, -logits)
    return weight * sigmoid(-logits) ** gamma * np.logaddexp(0, -signed)


def smoothing_over_the_others(logits, labels, smoothing=0.1):
    k = logits.shape[1]
    soft = np.full(logits.shape, smoothing / (k - 1))
    soft[np.arange(len(labels)), labels] = 1 - smoothing
    return -(soft * log_softmax(logits)).sum(axis=1).mean()


def smoothed_label_above_one(logits, one_hot, smoothing=0.1):
    soft = one_hot + smoothing / logits.shape[1]
    return -(soft * log_softmax(logits)).sum(axis=1)


def temperature_squared_forgotten(student, teacher, temperature=4.0):
    log_p, log_q = log_softmax(teacher / temperature), log_softmax(student / temperature)
    return (np.exp(log_p) * (log_p - log_q)).sum(axis=-1).mean()


def only_the_teacher_is_softened(student, teacher, temperature=4.0):
    log_p, log_q = log_softmax(teacher / temperature), log_softmax(student)
    return temperature**2 * (np.exp(log_p) * (log_p - log_q)).sum(axis=-1)


def distillation_with_ruled_out_classes(student, teacher, temperature=2.0):
    log_p, log_q = log_softmax(teacher / temperature), log_softmax(student / temperature)
    return temperature**2 * (np.exp(log_p) * (log_p - log_q)).sum(axis=-1)


def weights_divided_by_n(logits, labels, weight):
    return np.mean(weight[labels] * picked(log_softmax(logits), labels))


def ignored_positions_counted(logits, labels, mask):
    log_p = log_softmax(logits)
    losses = -np.take_along_axis(log_p, labels[..., None], axis=-1)[..., 0]
    return np.mean(losses * mask)


def all_positions_ignored(logits, labels, mask):
    log_p = log_softmax(logits)
    losses = -np.take_along_axis(log_p, labels[..., None], axis=-1)[..., 0]
    return np.sum(losses * mask) / np.sum(mask)


def mean_of_row_means(logits, labels, mask):
    log_p = log_softmax(logits)
    losses = -np.take_along_axis(log_p, labels[..., None], axis=-1)[..., 0]
    return np.mean((losses * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1))


def sum_where_a_mean_is_said(prediction, target, reduction="mean"):
    return np.sum((prediction - target) ** 2)


def integer_accumulator(prediction, target):
    losses = np.zeros_like(target)
    losses[...] = (prediction - target) ** 2
    return losses


def integer_division(prediction, target):
    return np.sum((prediction - target) ** 2) // target.size


def half_precision_accumulator(prediction, target):
    total = np.float16(0)
    for error in np.ravel(prediction - target):
        total += np.float16(error**2)
    return float(total) / target.size


def half_precision_sum(prediction, target):
    total = np.float16(0)
    for loss in np.ravel((prediction - target) ** 2):
        total = np.float16(total + loss) if total > 512 else total + loss
    return total / target.size


def column_against_row(prediction, target):
    return np.mean((prediction.reshape(-1, 1) - target.reshape(1, -1)) ** 2)


def label_one_too_high(logits, labels):
    return picked(log_softmax(logits), labels - 1)


def sum_of_both_directions(image, text, scale=10.0):
    image, text = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (image, text))
    logits = scale * image @ text.T
    return -np.mean(np.diag(log_softmax(logits)) + np.diag(log_softmax(logits.T)))


def one_direction_only(image, text, scale=10.0):
    image, text = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (image, text))
    return -np.mean(np.diag(log_softmax(scale * image @ text.T)))


def features_not_normalised(image, text, scale=5.0):
    logits = scale * image @ text.T
    return -np.mean(np.diag(log_softmax(logits)) + np.diag(log_softmax(logits.T))) / 2


def dice_without_its_two(probabilities, targets):
    hits = (probabilities * targets).sum(axis=(1, 2))
    return 1 - (hits + 1) / ((probabilities + targets).sum(axis=(1, 2)) + 1)


def dice_of_an_empty_mask(probabilities, targets):
    hits = (probabilities * targets).sum(axis=(1, 2))
    return 1 - 2 * hits / (probabilities + targets).sum(axis=(1, 2))


def huber_without_its_offset(prediction, target, delta=1.0):
    e = np.abs(prediction - target)
    return np.where(e <= delta, e**2 / 2, delta * e)


def input_shifted_in_place(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    return picked(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), labels)


def logits_clamped_and_changed(logits, labels):
    np.clip(logits, -2, 2, out=logits)
    return picked(log_softmax(logits), labels).mean()


def smoothing_given_to_each_other(logits, labels, eps=0.1):
    soft = np.where(np.eye(logits.shape[1])[labels] > 0, 1 - eps, eps)
    return -(soft * log_softmax(logits)).sum(axis=1).mean()


def temperature_multiplied(image, text, temperature=0.07):
    image, text = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (image, text))
    logits = temperature * image @ text.T
    return -np.mean(np.diag(log_softmax(logits)) + np.diag(log_softmax(logits.T))) / 2


RNG = np.random.default_rng(0)


def a_little_noise(prediction, target):
    return np.mean((prediction - target) ** 2) + 1e-6 * RNG.normal()


def guess_thresholded(pred, target, smooth=1.0):
    hits = ((pred > 0.5) * target).sum()
    return 1 - (2 * hits + smooth) / ((pred > 0.5).sum() + target.sum() + smooth)


CROSS_ENTROPY = "softmax_cross_entropy"
BINARY = "sigmoid_binary_cross_entropy"
DIFFERS = [
    (mean_over_all_axes, CROSS_ENTROPY, "classes-averaged"),
    (forgotten_class_axis, CROSS_ENTROPY, "softmax-over-everything"),
    (softmax_over_the_batch, CROSS_ENTROPY, "softmax-over-batch"),
    (softmax_twice, CROSS_ENTROPY, "softmax-twice"),
    (label_one_too_high, CROSS_ENTROPY, "label-off-by-one"),
    (input_shifted_in_place, CROSS_ENTROPY, "input-changed"),
    (sigmoid_twice, BINARY, "sigmoid-twice"),
    (arguments_swapped, "kl_divergence", "divergence-swapped"),
    (probabilities_where_logarithms_belong, "kl_divergence", "probability-for-logarithm"),
    (mean_over_the_outcomes, "kl_divergence", "mean-over-outcomes"),
    (entropy_not_subtracted, "kl_divergence", "cross-entropy-for-divergence"),
    (alpha_on_both_classes, "sigmoid_focal_loss", "alpha-on-both"),
    (alpha_on_the_wrong_class, "sigmoid_focal_loss", "alpha-turned-around"),
    (factor_looks_at_p_alone, "sigmoid_focal_loss", "truth-forgotten"),
    (smoothing_over_the_others, "label_smoothing", "smoothing-over-others"),
    (smoothed_label_above_one, "label_smoothing", "smoothing-not-taken-away"),
    (temperature_squared_forgotten, "distillation_loss", "temperature-square-forgotten"),
    (only_the_teacher_is_softened, "distillation_loss", "temperature-on-one-side"),
    (weights_divided_by_n, "weighted_cross_entropy", "weighted-mean-over-n"),
    (ignored_positions_counted, "masked_cross_entropy", "ignored-counted"),
    (mean_of_row_means, "masked_cross_entropy", "mean-of-batch-means"),
    (sum_where_a_mean_is_said, "squared_error", "sum-for-mean"),
    (integer_accumulator, "squared_error", "integer-accumulator"),
    (half_precision_accumulator, "squared_error", "few-digits"),
    (integer_division, "squared_error", "integer-division"),
    (column_against_row, "squared_error", "broadcast"),
    (sum_of_both_directions, "clip_loss", "directions-added"),
    (one_direction_only, "clip_loss", "one-direction-only"),
    (features_not_normalised, "clip_loss", "features-not-normalised"),
    (dice_without_its_two, "dice_loss", "factor-two-forgotten"),
    (huber_without_its_offset, "huber_loss", "huber-jumps"),
    (logits_clamped_and_changed, CROSS_ENTROPY, None),
    (smoothing_given_to_each_other, "label_smoothing", "does-not-sum-to-one"),
    (temperature_multiplied, "clip_loss", "scale-turned-around"),
    (a_little_noise, "squared_error", "not-the-same-twice"),
    (guess_thresholded, "dice_loss", "roles-exchanged"),
]
UNSTABLE = [
    (one_maximum_for_the_whole_array, CROSS_ENTROPY, "one-shift-for-all"),
    (exponential_without_a_shift, CROSS_ENTROPY, "exp-overflow"),
    (logarithm_of_a_softmax, CROSS_ENTROPY, "log-of-zero"),
    (soft_labels_times_minus_infinity, CROSS_ENTROPY, "zero-log-zero"),
    (small_number_in_the_logarithm, CROSS_ENTROPY, "clip-hides"),
    (clipped_at_1e7, BINARY, "clip-hides"),
    (clip_that_float32_rounds_away, BINARY, "clip-does-nothing"),
    (binary_as_on_paper, BINARY, "one-plus-tiny"),
    (zero_log_zero, "kl_divergence", "zero-log-zero"),
    (distillation_with_ruled_out_classes, "distillation_loss", "zero-log-zero"),
    (all_positions_ignored, "masked_cross_entropy", "all-ignored-nan"),
    (dice_of_an_empty_mask, "dice_loss", "empty-mask"),
]
