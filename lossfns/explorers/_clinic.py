"""Seven trainings of one small network on handwritten digits, each with its own fault."""

from typing import Any

import numpy as np

import lossfns
from lossfns.course.race import digits

CLASSES = 10
HIDDEN = 32
IMAGES = 300
BATCH_SIZE = 32
RATE = 0.5
SMOOTHING = 0.1
CLIP = 1e-7  # as in Keras
GREYS = 16  # how many times too large the images are that nobody scaled


def plain(logits, one_hot):
    """Softmax and cross-entropy from the logits: loss and slope, as they should be."""
    loss = lossfns.softmax_cross_entropy(logits, one_hot)
    return loss, lossfns.softmax_cross_entropy_grad(logits, one_hot)


def softmax_twice(logits, one_hot):
    """Probabilities handed to a loss that takes logits."""
    p = lossfns.softmax(logits)
    slope = lossfns.softmax_cross_entropy_grad(p, one_hot)
    mean = (p * slope).sum(axis=-1, keepdims=True)
    return lossfns.softmax_cross_entropy(p, one_hot), p * (slope - mean)


def naive_half(logits, one_hot):
    """The plain formulas in half precision: exp overflows at 11.1, and inf / inf is nan."""
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits.astype(np.float16))
        p = exponentials / exponentials.sum(axis=-1, keepdims=True)
        loss = -np.log((p * one_hot).sum(axis=-1))
        return loss, (p - one_hot).astype(np.float64)


def signed_labels(logits, one_hot):
    """Labels of -1 and +1, as the hinge loss wants them, in binary cross-entropy."""
    labels = 2 * one_hot - 1
    loss = np.logaddexp(0, logits) - labels * logits
    return loss.mean(axis=-1), (lossfns.sigmoid(logits) - labels) / CLASSES


def smoothed(logits, one_hot):
    """Cross-entropy against smoothed labels."""
    return plain(logits, lossfns.smooth_labels(one_hot, SMOOTHING))


def clipped(logits, one_hot):
    """Cross-entropy from probabilities that are held within a clip, where no slope is left."""
    p = (lossfns.softmax(logits) * one_hot).sum(axis=-1)
    held = np.clip(p, CLIP, 1 - CLIP)
    slopes = lossfns.softmax_cross_entropy_grad(logits, one_hot)
    return -np.log(held), np.where((p == held)[:, None], slopes, 0.0)


def train(loss, *, epochs, rate=RATE, scale=1.0):
    """Train a network of 64, 32 and 10 units and return its three curves.

    Parameters
    ----------
    loss : callable
        From logits and one-hot labels to the loss of each example and its slope.
    epochs : int
        How often the 300 training images are gone through.
    rate : float
        Learning rate.
    scale : float
        What the images are multiplied by before the network sees them.

    Returns
    -------
    dict
        ``"training"`` and ``"validation"`` (mean loss) and ``"accuracy"`` (share of the 450
        validation images), each before training and after each epoch.
    """
    generator = np.random.default_rng(0)
    data = digits(remove_means=False)
    images, truth = scale * data.train_images[:IMAGES], np.eye(CLASSES)[data.train_labels[:IMAGES]]
    unseen, unseen_truth = scale * data.test_images, np.eye(CLASSES)[data.test_labels]
    first = generator.normal(size=(64, HIDDEN)) / 8
    second = generator.normal(size=(HIDDEN, CLASSES)) / np.sqrt(HIDDEN)
    first_bias, second_bias = np.zeros(HIDDEN), np.zeros(CLASSES)
    curves: dict[str, list[Any]] = {"training": [], "validation": [], "accuracy": []}
    for epoch in range(epochs + 1):
        if epoch:
            order = generator.permutation(IMAGES)
            for batch in np.split(order, range(BATCH_SIZE, IMAGES, BATCH_SIZE)):
                hidden = np.maximum(images[batch] @ first + first_bias, 0)
                slopes = loss(hidden @ second + second_bias, truth[batch])[1] / len(batch)
                back = (slopes @ second.T) * (hidden > 0)
                second -= rate * hidden.T @ slopes
                second_bias -= rate * slopes.sum(axis=0)
                first -= rate * images[batch].T @ back
                first_bias -= rate * back.sum(axis=0)
        for name, inputs, labels in (
            ("training", images, truth),
            ("validation", unseen, unseen_truth),
        ):
            logits = np.maximum(inputs @ first + first_bias, 0) @ second + second_bias
            curves[name].append(loss(logits, labels)[0].mean(dtype=np.float64))
        curves["accuracy"].append((logits.argmax(axis=-1) == data.test_labels).mean())
    return curves


CASES: dict[str, dict[str, Any]] = {
    "blank": {"loss": plain, "epochs": 60, "scale": 0.0},
    "twice": {"loss": softmax_twice, "epochs": 60},
    "naive": {"loss": naive_half, "epochs": 20},
    "signed": {"loss": signed_labels, "epochs": 60, "rate": 0.002},
    "overconfident": {"loss": plain, "epochs": 200},
    "smoothed": {"loss": smoothed, "epochs": 200},
    "clipped": {"loss": clipped, "epochs": 20, "scale": GREYS},
}
"""The faults, in the order of the clinic's seven cases."""


ONE_HOT = np.eye(CLASSES)[0]
UNIFORM = lossfns.softmax_cross_entropy(np.zeros(CLASSES), ONE_HOT)
TWICE = lossfns.softmax_cross_entropy(ONE_HOT, ONE_HOT)
CERTAIN = -np.log(CLIP)
FLOOR = lossfns.entropy(lossfns.smooth_labels(ONE_HOT, SMOOTHING))
SIGNS = {
    "blank": (
        "the inputs arrive as zeros",
        f"Flat at ln K = {UNIFORM:.3f} for ten classes: the model says the same for every image. "
        "What it sees does not reach it: look at the inputs and at the rate.",
    ),
    "twice": (
        "softmax is applied twice",
        f"It learns, slowly, and can never pass log(1 + 9/e) = {TWICE:.3f}: the second softmax "
        "sees only numbers from 0 to 1. Hand the logits to the loss.",
    ),
    "naive": (
        "exp overflows in a naive softmax",
        "A good start, then nan at once and for ever: somewhere inf / inf or 0 · log 0 appeared, "
        "here because exp overflows half precision at a logit of "
        f"{np.log(np.finfo(np.float16).max):.1f}. The loss from logits does not.",
    ),
    "signed": (
        "labels −1 and +1 in a loss for 0 and 1",
        "A cross-entropy below zero means that a target lies outside [0, 1]: the loss has no "
        "bottom any more, and pushing the wrong scores down pays for ever.",
    ),
    "overconfident": (
        "it grows over-confident",
        "Validation loss rises while validation accuracy holds or rises: a few wrong answers are "
        "given with ever more certainty, and each costs more. Calibration suffers, not accuracy; "
        "smoothing, or stopping early, helps.",
    ),
    "smoothed": (
        "the labels are smoothed",
        "A flat end above zero with good accuracy is a floor, not a fault: with "
        f"ε = {SMOOTHING} and ten classes no model gets below {FLOOR:.3f}.",
    ),
    "clipped": (
        "the probabilities are clipped",
        "It jumps to one height and never moves again: the share of wrong answers times "
        f"{CERTAIN:.3f} = −log(1e−7). Large inputs made the model certain in a few steps, and "
        "beyond the clip no slope leads back. Scale the inputs; hand logits to the loss.",
    ),
}
"""For each fault its name, and the sign by which it is known."""


def clinic_curves(points=20):
    """Return, for each fault, its name, its sign, the epochs shown and the curves, to 4 digits."""
    cases = []
    for cause, recipe in CASES.items():
        curves = train(**recipe)
        shown = list(range(0, recipe["epochs"] + 1, recipe["epochs"] // points))
        series = {
            name: [
                float(f"{values[epoch]:.4g}") if np.isfinite(values[epoch]) else "NaN"
                for epoch in shown
            ]
            for name, values in curves.items()
        }
        name, sign = SIGNS[cause]
        cases.append({"cause": cause, "name": name, "sign": sign, "epochs": shown, **series})
    return cases
