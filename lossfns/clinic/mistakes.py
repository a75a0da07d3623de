"""Known mistakes of real losses, each a function that gives exactly its numbers.

They take what the reference takes, a case and its knobs, and return what the reference returns:
one value per example or entry, which is then averaged or summed as the loss in hand does, or one
number for the whole batch.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import lossfns
from lossfns.judging.misconceptions import MISCONCEPTIONS, Misconception
from lossfns.judging.mistakes import Mutant

Array = NDArray[Any]
Function = Callable[..., Any]

# What the exercises have no need of: mistakes that code makes rather than an idea.
OF_CODE = {
    "integer-accumulator": Misconception(
        "Losses are kept in an array of whole numbers",
        "Everything behind the point is cut off: a loss of 0.99 counts as 0.",
    ),
    "integer-division": Misconception(
        "The sum is divided as whole numbers are",
        "The mean moves in steps of 1, so nothing below 1 is ever seen.",
    ),
    "few-digits": Misconception(
        "Losses are kept, or added up, in few digits",
        "In half precision a sum stops growing: at 2048, adding 1 changes nothing.",
    ),
    "divided-twice": Misconception(
        "A mean is divided by N once more",
        "Loss and slopes shrink as the batch grows, and so does the learning rate in effect.",
    ),
    "label-off-by-one": Misconception(
        "Labels are counted from 1 where the classes are counted from 0",
        "Every example is taught its neighbour's class.",
    ),
    "squared-error-in-disguise": Misconception(
        "Squared error under the name of cross-entropy",
        "It trains, and goes quiet where the model is most wrong.",
    ),
    "smoothed-inside": Misconception(
        "Labels are smoothed inside",
        "The loss has a floor that nobody sees, and differs from one without smoothing.",
    ),
    "smoothing-ignored": Misconception(
        "The smoothing is not used",
        "The model is taught to be as sure as it can, which smoothing was to prevent.",
    ),
    "upstream-ignored": Misconception(
        "The gradient ignores what comes from above",
        "Weights, masks and the scale of mixed precision then change no slope.",
    ),
    "gradient-divided-by-n": Misconception(
        "The gradient is divided by N, the loss is not",
        "A step is N times too short, and shrinks as the batch grows.",
    ),
    "detached": Misconception(
        "No slope reaches the scores",
        "The loss is a number, and nothing learns from it.",
    ),
    "squared-distances": Misconception(
        "The distances are squared",
        "It is FaceNet's form: the margin is in squared units, and far points pull harder.",
    ),
    "hinge-left-out": Misconception(
        "What is satisfied goes on counting",
        "Below 0 the loss should rest; now it can be lowered for ever.",
    ),
    "margin-ignored": Misconception(
        "The margin is not used",
        "Being equal is enough: all points may fall together.",
    ),
    "squared-hinge": Misconception(
        "The hinge is squared",
        "Far outliers then rule the loss, which the straight line was to prevent.",
    ),
    "huber-over-delta": Misconception(
        "Huber's loss is divided by δ: smooth L1",
        "Both are called Huber; their learning rates differ by the factor δ.",
    ),
    "huber-jumps": Misconception(
        "The two pieces of Huber's loss do not meet",
        "At δ the loss jumps, though its slope does not notice.",
    ),
    "factor-two-forgotten": Misconception(
        "Dice without its factor 2",
        "A perfect mask then costs ½, and the loss never reaches 0.",
    ),
    "score-for-loss": Misconception(
        "The overlap is returned, not what is missing to 1",
        "Going downhill makes the masks worse.",
    ),
    "overlap-exchanged": Misconception(
        "Dice and Jaccard change places",
        "They rank masks alike, and have other values and slopes.",
    ),
    "directions-added": Misconception(
        "Both directions are added, not averaged",
        "The loss of a fresh model is 2 ln N, not ln N.",
    ),
    "scores-multiplied-out": Misconception(
        "The logarithm of the normaliser is left out",
        "A model can lower it by being unsure about everything.",
    ),
    "infinite-logit": Misconception(
        "A logit of +∞ becomes nan",
        "∞ − ∞ has no value; the limit has one: that class is certain.",
    ),
    "small-loss-lost": Misconception(
        "A loss smaller than the floats' step is lost",
        "1 + e^(−17) is 1 in single precision: the last digits of a sure model are all zeros.",
    ),
    "root-at-zero": Misconception(
        "A square root meets 0, where its slope is infinite",
        "Two equal points, and the gradient is nan: one duplicate spoils the whole model.",
    ),
    "empty-mask": Misconception(
        "An empty mask becomes 0/0",
        "One picture without the thing sought, and the loss of the batch is nan.",
    ),
    "empty-mask-punished": Misconception(
        "An empty mask, rightly guessed, costs 1",
        "Where there is nothing to find, the model is pushed to find something.",
    ),
    "masked-gradient-nan": Misconception(
        "A masked logit makes the gradient nan",
        "The loss looks healthy, and one step later every weight is nan.",
    ),
    "slope-lost": Misconception(
        "The loss is right, its slope is not",
        "What is most wrong gets no push, or one without a number.",
    ),
    "warns": Misconception(
        "The number is right, and NumPy warns on the way",
        "Where warnings are errors the program ends here.",
    ),
    "not-the-same-twice": Misconception(
        "Two calls on the same numbers differ",
        "Nothing that depends on chance, or on what came before, can be checked.",
    ),
}
TITLES = MISCONCEPTIONS | OF_CODE


def mutant(idea: str, function: Function, look: str) -> Mutant:
    """Return a known mistake; its sentence is the idea's title."""
    return Mutant(idea, function, f"{TITLES[idea].title}.", look)


def _log_p(z: Array) -> Array:
    return np.asarray(lossfns.log_softmax(z))


def _cost(log_p: Array, y: Array) -> Array:
    return np.asarray(-(y * log_p).sum(axis=-1))


def _cross_entropy(z: Array, y: Array) -> Array:
    return np.asarray(lossfns.softmax_cross_entropy(z, y))


def _binary(z: Array, y: Array) -> Array:
    return np.asarray(lossfns.sigmoid_binary_cross_entropy(z, y))


def _of_columns(z: Array, y: Array) -> Any:
    return -_log_p(z)[:, y.argmax(axis=-1)].mean()


def _over_everything(z: Array, y: Array) -> Array:
    return _cost(z - lossfns.logsumexp(z.ravel()), y)


def _rest_too(z: Array, y: Array) -> Array:
    p = lossfns.softmax(z)
    return np.asarray(-(y * np.log(p) + (1 - y) * np.log1p(-p)))


SOFTMAX = (
    mutant(
        "softmax-twice",
        lambda z, y: _cross_entropy(lossfns.softmax(z), y),
        "hand over the logits themselves, or take the loss that expects probabilities",
    ),
    mutant(
        "classes-averaged",
        lambda z, y: _cross_entropy(z, y) / z.shape[-1],
        "a sum over the classes, then a mean over the examples only",
    ),
    mutant(
        "softmax-over-batch",
        lambda z, y: _cost(lossfns.log_softmax(z, axis=0), y),
        "the axis of the softmax: the classes', with keepdims",
    ),
    mutant("softmax-over-everything", _over_everything, "the axis of the softmax's sum"),
    mutant("labels-of-whole-batch", _of_columns, "`log_p[np.arange(len(y)), y]` for `log_p[:, y]`"),
    mutant(
        "sigmoid-for-softmax",
        lambda z, y: _cost(lossfns.log_sigmoid(z), y),
        "one softmax over the classes, if just one of them is true",
    ),
    mutant(
        "one-against-rest",
        lambda z, y: _rest_too(z, y).sum(axis=-1),
        "only the true class's term, −log p",
    ),
    mutant(
        "one-against-rest",
        lambda z, y: _rest_too(z, y).mean(axis=-1),
        "only the true class's term, −log p",
    ),
    mutant(
        "one-against-rest",
        lambda z, y: _binary(z, y).sum(axis=-1),
        "one softmax over the classes, if just one of them is true",
    ),
    mutant(
        "one-against-rest",
        lambda z, y: _binary(z, y).mean(axis=-1),
        "one softmax over the classes, if just one of them is true",
    ),
    mutant("log-left-out", lambda z, y: _cost(lossfns.softmax(z), y), "the logarithm of p"),
    mutant(
        "squared-error-in-disguise",
        lambda z, y: ((lossfns.softmax(z) - y) ** 2).sum(axis=-1),
        "−log of the true class's probability",
    ),
    mutant(
        "squared-error-in-disguise",
        lambda z, y: ((lossfns.softmax(z) - y) ** 2).mean(axis=-1),
        "−log of the true class's probability",
    ),
    mutant(
        "maximum-not-added",
        lambda z, y: _cross_entropy(z, y) - z.max(axis=-1),
        "add the maximum back after the logarithm, or take it from the true logit as well",
    ),
    mutant(
        "maximum-for-logsumexp",
        lambda z, y: z.max(axis=-1) - (z * y).sum(axis=-1),
        "the logarithm of the sum of exponentials",
    ),
    mutant(
        "scores-multiplied-out",
        lambda z, y: np.exp(z).sum(axis=-1) - (z * y).sum(axis=-1),
        "the logarithm of the sum of exponentials",
    ),
    mutant(
        "label-off-by-one",
        lambda z, y: _cross_entropy(z, np.roll(y, -1, axis=-1)),
        "how your labels are counted: from 0",
    ),
    mutant(
        "label-off-by-one",
        lambda z, y: _cross_entropy(z, np.roll(y, 1, axis=-1)),
        "how your labels are counted: from 0",
    ),
    mutant(
        "label-term-left-out",
        lambda z, y: -_log_p(z).sum(axis=-1),
        "where the labels come in",
    ),
    mutant(
        "label-term-left-out",
        lambda z, y: lossfns.logsumexp(z),
        "where the labels come in",
    ),
    *(
        mutant(
            "smoothed-inside",
            partial(
                lambda z, y, smoothing: _cross_entropy(z, lossfns.smooth_labels(y, smoothing)),
                smoothing=smoothing,
            ),
            f"a smoothing of {smoothing}, which you did not ask for",
        )
        for smoothing in (0.1, 0.05, 0.2)
    ),
)


def _half_true(z: Array, y: Array) -> Array:
    return np.asarray(-y * lossfns.log_sigmoid(z))


BINARY = (
    mutant(
        "sigmoid-twice",
        lambda z, y: _binary(lossfns.sigmoid(z), y),
        "hand over the logits themselves, or take the loss that expects probabilities",
    ),
    mutant("one-term-only", _half_true, "the term for label 0: −(1 − y) log(1 − p)"),
    mutant(
        "one-term-only",
        lambda z, y: -(1 - y) * lossfns.log_sigmoid(-z),
        "the term for label 1: −y log p",
    ),
    mutant("label-swapped", lambda z, y: _binary(z, 1 - y), "which label goes with log p"),
    mutant(
        "label-term-left-out", lambda z, y: lossfns.softplus(z), "the term −y z, or its equivalent"
    ),
    mutant(
        "log-left-out",
        lambda z, y: -(y * lossfns.sigmoid(z) + (1 - y) * lossfns.sigmoid(-z)),
        "the logarithm of p",
    ),
    mutant(
        "squared-error-in-disguise",
        lambda z, y: (lossfns.sigmoid(z) - y) ** 2,
        "−log of the true label's probability",
    ),
    mutant(
        "softmax-over-batch",
        lambda z, y: (
            -(y * lossfns.log_softmax(z, axis=0) + (1 - y) * np.log1p(-lossfns.softmax(z, axis=0)))
        ),
        "a sigmoid for each entry",
    ),
    mutant(
        "softmax-for-sigmoids",
        lambda z, y: -(y * _log_p(z)),
        "a sigmoid for each entry",
    ),
)


def _focal(z: Array, y: Array, weigh: Function, focus: Function) -> Array:
    signed = (2 * y - 1) * z
    return np.asarray(weigh(y) * focus(signed, z) * lossfns.softplus(-signed))


def _balanced(alpha: float | None) -> Function:
    return lambda y: 1.0 if alpha is None else np.where(y == 1, alpha, 1 - alpha)


def _hard(gamma: float) -> Function:
    return lambda signed, _: lossfns.sigmoid(-signed) ** gamma


FOCAL = (
    mutant(
        "alpha-on-both",
        lambda z, y, alpha, gamma: _focal(
            z, y, lambda _: 0.25 if alpha is None else alpha, _hard(gamma)
        ),
        "α where y = 1, and 1 − α where y = 0",
    ),
    mutant(
        "alpha-turned-around",
        lambda z, y, alpha, gamma: _focal(
            z, y, _balanced(None if alpha is None else 1 - alpha), _hard(gamma)
        ),
        "α where y = 1, and 1 − α where y = 0",
    ),
    mutant(
        "alpha-for-gamma",
        lambda z, y, alpha, gamma: _focal(
            z, y, _balanced(gamma), _hard(0.25 if alpha is None else alpha)
        ),
        "the order in which α and γ are handed over",
    ),
    mutant(
        "truth-forgotten",
        lambda z, y, alpha, gamma: _focal(
            z, y, _balanced(alpha), lambda _, z: lossfns.sigmoid(-z) ** gamma
        ),
        "the factor is (1 − p_t)^γ, with p_t = 1 − p where y = 0",
    ),
    mutant(
        "easy-kept-loud",
        lambda z, y, alpha, gamma: _focal(
            z, y, _balanced(alpha), lambda signed, _: lossfns.sigmoid(signed) ** gamma
        ),
        "the factor is (1 − p_t)^γ, not p_t^γ",
    ),
    mutant(
        "sigmoid-twice",
        lambda z, y, alpha, gamma: lossfns.sigmoid_focal_loss(
            lossfns.sigmoid(z), y, alpha=alpha, gamma=gamma
        ),
        "hand over the logits themselves",
    ),
    mutant(
        "one-term-only",
        lambda z, y, alpha, gamma: y * lossfns.sigmoid_focal_loss(z, y, alpha=alpha, gamma=gamma),
        "the term for label 0",
    ),
)


def _focal_of_k(factor: Callable[[Array, float], Array]) -> Function:
    def loss(z: Array, y: Array, gamma: float) -> Array:
        p_true = (lossfns.softmax(z) * y).sum(axis=-1)
        return np.asarray(factor(p_true, gamma) * _cross_entropy(z, y))

    return loss


FOCAL_OF_K = (
    mutant(
        "easy-kept-loud",
        _focal_of_k(lambda p, gamma: p**gamma),
        "the factor is (1 − p_t)^γ, not p_t^γ",
    ),
    mutant("weights-ignored", _focal_of_k(lambda p, gamma: p**0), "where γ comes in"),
    mutant(
        "softmax-twice",
        lambda z, y, gamma: _focal_of_k(lambda p, gamma: (1 - p) ** gamma)(
            lossfns.softmax(z), y, gamma
        ),
        "hand over the logits themselves",
    ),
    mutant(
        "classes-averaged",
        lambda z, y, gamma: (
            _focal_of_k(lambda p, gamma: (1 - p) ** gamma)(z, y, gamma) / z.shape[-1]
        ),
        "a sum over the classes",
    ),
    mutant(
        "one-against-rest",
        lambda z, y, gamma: lossfns.sigmoid_focal_loss(z, y, gamma=gamma).sum(axis=-1),
        "one softmax over the classes, if just one of them is true",
    ),
)


def _smoothed(
    change: Callable[[Array, float, int], Array],
) -> Callable[[Array, Array, float], Array]:
    return lambda z, y, smoothing: _cost(_log_p(z), change(y, smoothing, z.shape[-1]))


SMOOTHING = (
    mutant(
        "smoothing-over-others",
        _smoothed(lambda y, s, k: y * (1 - s) + (1 - y) * s / (k - 1)),
        "ε/K for every class, the true one too, if papers and libraries are to be matched",
    ),
    mutant(
        "does-not-sum-to-one",
        _smoothed(lambda y, s, k: y * (1 - s) + (1 - y) * s / k),
        "ε/K for every class, the true one too",
    ),
    mutant(
        "does-not-sum-to-one",
        _smoothed(lambda y, s, k: y * (1 - s) + (1 - y) * s),
        "ε shared out: ε/K for every class",
    ),
    mutant(
        "does-not-sum-to-one",
        _smoothed(lambda y, s, k: y * (1 - s) + s / (k - 1)),
        "ε/K for every class, and 1 − ε times the label",
    ),
    mutant(
        "does-not-sum-to-one",
        _smoothed(lambda y, s, k: y * (1 - s) + s),
        "ε shared out: ε/K for every class",
    ),
    mutant(
        "smoothing-not-taken-away",
        _smoothed(lambda y, s, k: y + s / k),
        "1 − ε times the label",
    ),
    mutant(
        "smoothing-turned-around",
        _smoothed(lambda y, s, k: y * s + (1 - s) / k),
        "which of the two is ε",
    ),
    mutant("smoothing-ignored", _smoothed(lambda y, s, k: y), "where ε comes in"),
    mutant(
        "softmax-twice",
        lambda z, y, smoothing: _cross_entropy(
            lossfns.softmax(z), lossfns.smooth_labels(y, smoothing)
        ),
        "hand over the logits themselves",
    ),
    mutant(
        "classes-averaged",
        lambda z, y, smoothing: (
            _cross_entropy(z, lossfns.smooth_labels(y, smoothing)) / z.shape[-1]
        ),
        "a sum over the classes",
    ),
)


def _both(z_q: Array, z_p: Array) -> tuple[Array, Array, Array, Array]:
    return lossfns.softmax(z_q), lossfns.softmax(z_p), _log_p(z_q), _log_p(z_p)


def _divergence(form: Callable[[Array, Array, Array, Array], Array]) -> Function:
    return lambda z_q, z_p: form(*_both(z_q, z_p)).sum(axis=-1)


DIVERGENCE = (
    mutant(
        "divergence-swapped",
        _divergence(lambda q, p, log_q, log_p: q * (log_q - log_p)),
        "Σ p log(p/q): p is what happens, and weighs",
    ),
    mutant(
        "mean-over-outcomes",
        lambda z_q, z_p: (
            _divergence(lambda q, p, log_q, log_p: p * (log_p - log_q))(z_q, z_p) / z_q.shape[-1]
        ),
        'the sum over the outcomes; in PyTorch `reduction="batchmean"`',
    ),
    mutant(
        "cross-entropy-for-divergence",
        _divergence(lambda q, p, log_q, log_p: -p * log_q),
        "the entropy of p, which is to be subtracted",
    ),
    mutant(
        "weighted-by-forecast",
        _divergence(lambda q, p, log_q, log_p: q * (log_p - log_q)),
        "what happens, p, weighs",
    ),
    mutant(
        "difference-of-entropies",
        _divergence(lambda q, p, log_q, log_p: p * log_p - q * log_q),
        "p weighs both logarithms",
    ),
    mutant(
        "probability-for-logarithm",
        _divergence(lambda q, p, log_q, log_p: p * (log_p - q)),
        "log q, not q, if the function expects logarithms",
    ),
    mutant(
        "probability-for-logarithm",
        _divergence(lambda q, p, log_q, log_p: p * (p - log_q)),
        "log p, not p, in the difference",
    ),
    mutant(
        "surprise-unweighted",
        _divergence(lambda q, p, log_q, log_p: log_p - log_q),
        "each term weighed by p",
    ),
)


def _distilled(
    teacher: Function, student: Function, factor: Function, *, swapped: bool = False
) -> Function:
    def loss(z_s: Array, z_t: Array, temperature: float) -> Array:
        p, q = teacher(z_t, temperature), student(z_s, temperature)
        if swapped:
            p, q = q, p
        return np.asarray(factor(temperature) * lossfns.kl_divergence(p, q))

    return loss


def _soft(z: Array, temperature: float) -> Array:
    return lossfns.softmax(z / temperature)


def _hard_z(z: Array, temperature: float) -> Array:
    return lossfns.softmax(z)


DISTILLATION = (
    mutant(
        "temperature-square-forgotten",
        _distilled(_soft, _soft, lambda t: 1.0),
        "the factor T²",
    ),
    mutant(
        "temperature-not-squared",
        _distilled(_soft, _soft, lambda t: t),
        "the factor T², not T",
    ),
    mutant(
        "temperature-on-one-side",
        _distilled(_soft, _hard_z, lambda t: t**2),
        "student and teacher are both divided by T",
    ),
    mutant(
        "temperature-on-one-side",
        _distilled(_hard_z, _soft, lambda t: t**2),
        "student and teacher are both divided by T",
    ),
    mutant(
        "temperature-ignored",
        _distilled(_hard_z, _hard_z, lambda t: t**2),
        "the logits divided by T",
    ),
    mutant(
        "divergence-swapped",
        _distilled(_soft, _soft, lambda t: t**2, swapped=True),
        "the teacher is what happens: it weighs",
    ),
    mutant(
        "mean-over-outcomes",
        lambda z_s, z_t, temperature: (
            lossfns.distillation_loss(z_s, z_t, temperature=temperature) / z_s.shape[-1]
        ),
        'the sum over the classes; in PyTorch `reduction="batchmean"`',
    ),
    mutant(
        "cross-entropy-for-divergence",
        lambda z_s, z_t, temperature: (
            temperature**2 * _cross_entropy(z_s / temperature, _soft(z_t, temperature))
        ),
        "the teacher's entropy, which is to be subtracted",
    ),
    mutant(
        "temperature-square-forgotten",
        lambda z_s, z_t, temperature: _cross_entropy(z_s / temperature, _soft(z_t, temperature)),
        "the factor T², and the teacher's entropy",
    ),
)


def _error(change: Callable[[Array], Any]) -> Function:
    return lambda p, t, **knobs: change(p - t)


def _crossed(change: Callable[[Array], Any]) -> Function:
    return lambda p, t, **knobs: change(p.ravel() - t.ravel()[:, None]).mean()


SQUARED = (
    mutant("half-kept", _error(lambda e: e**2 / 2), "the ½ before the square"),
    mutant("absolute-for-square", _error(np.abs), "the square of the error"),
    mutant("root-taken", _error(lambda e: np.sqrt(np.mean(e**2))), "leave the root out"),
    mutant("root-taken", _error(lambda e: np.sqrt(np.sum(e**2))), "leave the root out"),
    mutant(
        "signs-cancel",
        _error(lambda e: np.mean(e) ** 2),
        "square each error first, then average",
    ),
    mutant("broadcast", _crossed(np.square), "the two shapes: (N,) and (N, 1) make N × N errors"),
)
ABSOLUTE = (
    mutant(
        "signs-cancel",
        _error(lambda e: np.abs(np.mean(e))),
        "the sizes first, then the mean",
    ),
    mutant("signs-cancel", _error(np.mean), "the sizes first, then the mean"),
    mutant("broadcast", _crossed(np.abs), "the two shapes: (N,) and (N, 1) make N × N errors"),
)
HUBER = (
    mutant(
        "huber-over-delta",
        lambda p, t, delta: lossfns.huber_loss(p, t, delta=delta) / delta,
        "δ before the straight part, and ½ e² inside",
    ),
    mutant(
        "huber-jumps",
        lambda p, t, delta: np.where(
            np.abs(p - t) <= delta, (p - t) ** 2 / 2, delta * np.abs(p - t)
        ),
        "δ (|e| − δ/2) outside",
    ),
    mutant(
        "huber-jumps",
        lambda p, t, delta: np.where(
            np.abs(p - t) <= delta, (p - t) ** 2 / 2, np.abs(p - t) - delta / 2
        ),
        "δ (|e| − δ/2) outside: the factor δ",
    ),
)
PINBALL = (
    mutant(
        "quantile-turned-around",
        lambda p, t, quantile: lossfns.pinball_loss(p, t, quantile=1 - quantile),
        "which side costs τ: a target above the prediction",
    ),
    mutant("quantile-ignored", lambda p, t, quantile: np.abs(p - t), "where τ comes in"),
    mutant(
        "squared-pinball",
        lambda p, t, quantile: np.where(t > p, quantile, 1 - quantile) * (p - t) ** 2,
        "the size of the error, not its square",
    ),
    mutant(
        "one-side-only",
        lambda p, t, quantile: quantile * np.maximum(t - p, 0),
        "the side where the prediction is too high costs 1 − τ",
    ),
)
GAUSSIAN = (
    mutant(
        "log-left-out",
        lambda m, t, s, full: (t - m) ** 2 * np.exp(-s) / 2,
        "½ log of the variance",
    ),
    mutant(
        "root-left-out",
        lambda m, t, s, full: (s + (t - m) ** 2 * np.exp(-s / 2)) / 2,
        "the error is divided by the variance, not by its root",
    ),
    mutant("minus-forgotten", lambda m, t, s, full: (-s + (t - m) ** 2 * np.exp(s)) / 2, "e^−s"),
)
POISSON = (
    mutant("log-left-out", lambda z, t, full: np.exp(z) * (1 - t), "rate − target × log rate"),
    mutant(
        "one-term-only", lambda z, t, full: -t * z, "the rate itself, which stops it from growing"
    ),
)
HINGE = (
    mutant("squared-hinge", lambda z, y: lossfns.hinge_loss(z, 2 * y - 1) ** 2, "no square"),
    mutant(
        "margin-ignored",
        lambda z, y: np.maximum(0, -(2 * y - 1) * z),
        "1 − y × score",
    ),
    mutant("hinge-left-out", lambda z, y: 1 - (2 * y - 1) * z, "the maximum with 0"),
    mutant("label-swapped", lambda z, y: lossfns.hinge_loss(z, 1 - 2 * y), "the labels' sign"),
)


def _distance(a: Array, b: Array) -> Array:
    return np.asarray(np.linalg.norm(a - b, axis=-1))


TRIPLET = (
    mutant(
        "squared-distances",
        lambda a, p, n, margin: np.maximum(_distance(a, p) ** 2 - _distance(a, n) ** 2 + margin, 0),
        "whether your margin is meant in squared units",
    ),
    mutant(
        "roles-exchanged",
        lambda a, p, n, margin: lossfns.triplet_loss(a, n, p, margin=margin),
        "the positive's distance counts up, the negative's down",
    ),
    mutant(
        "hinge-left-out",
        lambda a, p, n, margin: _distance(a, p) - _distance(a, n) + margin,
        "the maximum with 0",
    ),
    mutant(
        "margin-ignored",
        lambda a, p, n, margin: np.maximum(_distance(a, p) - _distance(a, n), 0),
        "where the margin comes in",
    ),
)


def _grid(a: Array, b: Array, scale: float, *, unit: bool = True) -> Array:
    if unit:
        a, b = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (a, b))
    return np.asarray(scale * a @ b.T)


def _pairs(grid: Array) -> Any:
    return -np.diag(_log_p(grid)).mean()


CLIP = (
    mutant(
        "one-direction-only",
        lambda a, b, scale: _pairs(_grid(a, b, scale)),
        "the columns too: each text picks its image",
    ),
    mutant(
        "one-direction-only",
        lambda a, b, scale: _pairs(_grid(a, b, scale).T),
        "the rows too: each image picks its text",
    ),
    mutant(
        "directions-added",
        lambda a, b, scale: 2 * lossfns.clip_loss(a, b, log_scale=np.log(scale)),
        "the mean of both directions",
    ),
    mutant(
        "features-not-normalised",
        lambda a, b, scale: (
            (_pairs(_grid(a, b, scale, unit=False)) + _pairs(_grid(a, b, scale, unit=False).T)) / 2
        ),
        "every row divided by its length",
    ),
    mutant(
        "scale-not-exponentiated",
        lambda a, b, scale: lossfns.clip_loss(a, b, log_scale=np.log(np.log(scale))),
        "`exp` of the learned scale",
    ),
    mutant(
        "scale-turned-around",
        lambda a, b, scale: lossfns.clip_loss(a, b, log_scale=-np.log(scale)),
        "multiply by the scale, divide by the temperature",
    ),
)


def _sigmoid_pairs(a: Array, b: Array, scale: float, bias: float, yes: Function) -> Any:
    return _binary(_grid(a, b, scale) + bias, yes(len(a))).sum()


SIGLIP = (
    mutant(
        "classes-averaged",
        lambda a, b, scale, bias: _sigmoid_pairs(a, b, scale, bias, np.eye) / len(a) ** 2,
        "the sum over all pairs divided by N, not by N²",
    ),
    mutant(
        "sum-for-mean",
        lambda a, b, scale, bias: _sigmoid_pairs(a, b, scale, bias, np.eye),
        "the sum over all pairs divided by N",
    ),
    mutant(
        "negatives-pulled-in",
        lambda a, b, scale, bias: (
            _sigmoid_pairs(a, b, scale, bias, lambda n: np.ones((n, n))) / len(a)
        ),
        "label 1 on the diagonal only",
    ),
    mutant(
        "softmax-for-sigmoids",
        lambda a, b, scale, bias: lossfns.clip_loss(a, b, log_scale=np.log(scale)),
        "a sigmoid for each pair",
    ),
    mutant(
        "label-swapped",
        lambda a, b, scale, bias: (
            _sigmoid_pairs(a, b, scale, bias, lambda n: 1 - np.eye(n)) / len(a)
        ),
        "label 1 on the diagonal",
    ),
)


def _overlap(z: Array, y: Array, batch: bool) -> tuple[Array, Array, Array]:
    p = lossfns.sigmoid(z)
    axes = None if batch else (-2, -1)
    return (p * y).sum(axis=axes), p.sum(axis=axes), y.sum(axis=axes)


def _dice(form: Callable[[Array, Array, float], Array]) -> Function:
    def loss(z: Array, y: Array, smoothing: float, batch: bool, squared: bool) -> Array:
        hits, guessed, there = _overlap(z, y, batch)
        return form(hits, guessed + there, smoothing)

    return loss


DICE = (
    mutant(
        "factor-two-forgotten",
        _dice(lambda hits, sizes, s: 1 - (hits + s) / (sizes + s)),
        "2 × the hits",
    ),
    mutant(
        "score-for-loss",
        _dice(lambda hits, sizes, s: (2 * hits + s) / (sizes + s)),
        "1 − the coefficient",
    ),
    mutant(
        "minus-forgotten",
        _dice(lambda hits, sizes, s: -(2 * hits + s) / (sizes + s)),
        "1 − the coefficient: the slope is right, the value is not",
    ),
    mutant(
        "overlap-exchanged",
        _dice(lambda hits, sizes, s: 1 - (hits + s) / (sizes - hits + s)),
        "2 TP / (2 TP + FP + FN)",
    ),
)


def _jaccard(form: Callable[[Array, Array, float], Array]) -> Function:
    return lambda z, y, smoothing, batch: _dice(form)(z, y, smoothing, batch, False)


JACCARD = (
    mutant(
        "overlap-exchanged",
        _jaccard(lambda hits, sizes, s: 1 - (2 * hits + s) / (sizes + s)),
        "TP / (TP + FP + FN)",
    ),
    mutant(
        "score-for-loss",
        _jaccard(lambda hits, sizes, s: (hits + s) / (sizes - hits + s)),
        "1 − the index",
    ),
    mutant(
        "true-class-counted",
        _jaccard(lambda hits, sizes, s: 1 - (hits + s) / (sizes + s)),
        "the union counts the hits once: Σ p + Σ y − Σ p y",
    ),
)
PAIR = (
    mutant(
        "roles-exchanged", lambda b, w: lossfns.pair_loss(w, b), "better − worse, in this order"
    ),
    mutant("log-left-out", lambda b, w: -lossfns.sigmoid(b - w), "the logarithm"),
    mutant("hinge-left-out", lambda b, w: w - b, "log σ of the difference"),
)
DPO = (
    mutant(
        "roles-exchanged",
        lambda pb, pw, rb, rw, beta: lossfns.dpo_loss(pw, pb, rw, rb, beta=beta),
        "better − worse, in this order",
    ),
    mutant(
        "truth-forgotten",
        lambda pb, pw, rb, rw, beta: lossfns.pair_loss(beta * pb, beta * pw),
        "the reference's log-probabilities",
    ),
    mutant(
        "minus-forgotten",
        lambda pb, pw, rb, rw, beta: lossfns.pair_loss(beta * (pb + rb), beta * (pw + rw)),
        "the reference's log-probabilities are subtracted",
    ),
    mutant(
        "weights-ignored",
        lambda pb, pw, rb, rw, beta: lossfns.pair_loss(pb - rb, pw - rw),
        "the factor β",
    ),
)
WEIGHTED = (
    mutant(
        "weighted-mean-over-n",
        lambda z, y, w: (_cross_entropy(z, y) * (y @ w)).mean(),
        "the sum of the weights that were used",
    ),
    mutant(
        "weights-of-all-classes",
        lambda z, y, w: (_cross_entropy(z, y) * (y @ w)).sum() / w.sum(),
        "the weights of the examples in this batch, not of each class once",
    ),
    mutant("weights-ignored", lambda z, y, w: _cross_entropy(z, y).mean(), "where weights come in"),
    mutant(
        "divergence-swapped",
        lambda z, y, w: (_cross_entropy(z, y) / (y @ w)).sum() / (1 / (y @ w)).sum(),
        "multiply by the weight",
    ),
)


def _dots(center: Array, context: Array, negatives: Array) -> tuple[Any, Array]:
    return context @ center, negatives @ center


def _spread(near: Any, strangers: Array, count: int = 1) -> Any:
    return lossfns.softplus(-near) + np.sum(lossfns.softplus(strangers)) / count


def _sampled(form: Callable[[Any, Array], Any]) -> Function:
    return lambda center, context, negatives: form(*_dots(center, context, negatives))


NEGATIVES = (
    mutant(
        "negatives-averaged",
        _sampled(lambda near, far: _spread(near, far, len(far))),
        "the sum over the negatives",
    ),
    mutant(
        "negatives-pulled-in",
        _sampled(lambda near, far: _spread(near, -far)),
        "label 0 for the negatives: log σ of minus the product",
    ),
    mutant(
        "softmax-for-sigmoids",
        _sampled(lambda near, far: lossfns.logsumexp(np.append(far, near)) - near),
        "a sigmoid for each word",
    ),
    mutant("one-term-only", _sampled(lambda near, far: _spread(near, far[:0])), "the negatives"),
)


def _best_path(z: Array, labels: Array) -> Any:
    """The surprise of the likeliest alignment, found by dynamic programming."""
    log_p = _log_p(z)
    states = np.zeros(2 * len(labels) + 1, int)
    states[1::2] = labels
    best = np.full(len(states), -np.inf)
    best[:2] = log_p[0, states[:2]]
    for frame in log_p[1:]:
        moves = [best, np.append(-np.inf, best[:-1])]
        skip = np.append([-np.inf, -np.inf], best[:-2])
        skip[2:][states[2:] == states[:-2]] = -np.inf
        best = np.max([*moves, np.where(states == 0, -np.inf, skip)], axis=0) + frame[states]
    return -best[-2:].max()


CTC = (
    mutant("best-path-only", _best_path, "a sum over all alignments: logsumexp for max"),
    mutant(
        "mean-for-sum",
        lambda z, labels: lossfns.ctc_loss(z, labels) / len(labels),
        "the whole sequence's surprise; PyTorch's mean divides it by the number of labels",
    ),
    mutant(
        "mean-for-sum",
        lambda z, labels: lossfns.ctc_loss(z, labels) / len(z),
        "the whole sequence's surprise, not that of a frame",
    ),
)
VELOCITY = (
    mutant(
        "root-left-out",
        lambda v, x, e, share: (v - share * e + (1 - share) * x) ** 2,
        "√ᾱ ε − √(1 − ᾱ) x",
    ),
    mutant(
        "state-for-velocity",
        lambda v, x, e, share: (v - np.sqrt(share) * x - np.sqrt(1 - share) * e) ** 2,
        "√ᾱ ε − √(1 − ᾱ) x",
    ),
    mutant("straight-line", lambda v, x, e, share: (v - e + x) ** 2, "√ᾱ ε − √(1 − ᾱ) x"),
    mutant(
        "roles-exchanged",
        lambda v, x, e, share: (v - np.sqrt(share) * x + np.sqrt(1 - share) * e) ** 2,
        "√ᾱ multiplies the noise",
    ),
)


def _positions(z: Array, y: Array) -> Array:
    return np.asarray(lossfns.softmax_cross_entropy_with_integer_labels(z, y))


def _row_means(z: Array, y: Array, keep: Array) -> Any:
    return ((_positions(z, y) * keep).sum(axis=-1) / np.maximum(keep.sum(axis=-1), 1)).mean()


MASKED = (
    mutant(
        "ignored-counted",
        lambda z, y, keep: (_positions(z, y) * keep).mean(),
        "divide by the number of positions that count",
    ),
    mutant("ignored-kept", lambda z, y, keep: _positions(z, y).mean(), "where the mask comes in"),
    mutant(
        "mean-of-batch-means",
        _row_means,
        "one sum over all positions, divided once",
    ),
    mutant(
        "token-zero-left-out",
        lambda z, y, keep: (
            (_positions(z, y) * (keep & (y != 0))).sum() / max((keep & (y != 0)).sum(), 1)
        ),
        "token 0 is a token like any other",
    ),
    mutant(
        "roles-exchanged",
        lambda z, y, keep: (_positions(z, y) * ~keep).sum() / max((~keep).sum(), 1),
        "what 1 means in the mask: counted, or ignored",
    ),
)


def _along_the_batch(losses: Array) -> Array:
    return losses.mean(axis=0) if losses.ndim == 2 else np.full(losses.shape, np.nan)


def generic(reference: Function, *, logarithmic: bool, whole: bool) -> tuple[Mutant, ...]:
    """Return the mistakes that any loss can make, of one reference.

    logarithmic : whether the loss is in nats
    whole : whether the reference gives one number for the batch
    """

    def changed(change: Callable[[Array], Any]) -> Function:
        return lambda *case, **knobs: change(np.asarray(reference(*case, **knobs)))

    bases = (
        mutant("bits-for-nats", changed(lambda r: r / np.log(2)), "`np.log`, not `np.log2`"),
        mutant("common-logarithm", changed(lambda r: r / np.log(10)), "`np.log`, not `np.log10`"),
    )
    averages = (
        mutant(
            "integer-division",
            changed(lambda r: np.floor(r.sum() / max(r.size, 1))),
            "`/`, not `//`",
        ),
        mutant("axis-left-out", changed(_along_the_batch), "the mean over all axes, or the last"),
        mutant("divided-twice", changed(lambda r: r.mean() / max(r.size, 1)), "one division by N"),
        mutant(
            "divided-twice",
            changed(lambda r: r.mean() / max(np.shape(r)[:1] or (1,))),
            "one division by N",
        ),
    )
    return (
        mutant("minus-forgotten", changed(np.negative), "the sign"),
        *(bases if logarithmic else ()),
        mutant("integer-accumulator", changed(np.trunc), "the dtype of what you add up in"),
        *(() if whole else averages),
    )


BLIND_OVER_N = "blind-over-n"  # known by what it comes back with: see `named_slope`


def named_slope(name: str, each: bool) -> str:
    """Return the mistake behind a wrong slope of one loss per example, or of their sum."""
    if name != BLIND_OVER_N:
        return name
    return "upstream-ignored" if each else "gradient-divided-by-n"


# What a wrong slope is of the right one, of the one without upstream, of N and K, of the scores.
Wrong = Callable[[Array, Array, int, int, Array], Array]
SLOPES: tuple[tuple[str, Wrong, str], ...] = (
    ("detached", lambda s, bare, n, k, z: 0 * s, "`detach`, `.item()`, `.data`, an argmax"),
    ("upstream-ignored", lambda s, bare, n, k, z: bare, "multiply by the gradient that comes in"),
    ("sign-flipped", lambda s, bare, n, k, z: -s, "the sign of the gradient"),
    ("gradient-divided-by-n", lambda s, bare, n, k, z: s / n, "divide what the loss divides"),
    (
        # Under a mean this is right but for the gradient that comes in, which is told above.
        BLIND_OVER_N,
        lambda s, bare, n, k, z: bare / n,
        "multiply by the gradient that comes in, and divide by N only what is a mean",
    ),
    ("one-over-n-forgotten", lambda s, bare, n, k, z: s * n, "the mean's 1/N"),
    ("one-over-n-forgotten", lambda s, bare, n, k, z: s * z.size, "the mean's 1/N"),
    ("classes-averaged", lambda s, bare, n, k, z: s / k, "a factor 1/K"),
    ("two-forgotten", lambda s, bare, n, k, z: s / 2, "a factor 2"),
    (
        "activation-slope-kept",
        lambda s, bare, n, k, z: s * lossfns.sigmoid(z) * lossfns.sigmoid(-z),
        "the sigmoid's slope cancels: p − y",
    ),
    (
        "gradient-at-probability",
        lambda s, bare, n, k, z: s / (lossfns.sigmoid(z) * lossfns.sigmoid(-z)),
        "the sigmoid's slope, if logits are handed over",
    ),
)
