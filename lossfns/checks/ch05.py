"""Exercises of chapter 5: losses that survive floats."""

import numpy as np

from lossfns import activations
from lossfns.checks._exercise import Exercise
from lossfns.judging.mistakes import Mutant


def log_sigmoid(logits):
    return -np.logaddexp(0, -logits)


def _extremes():
    rng = np.random.default_rng(51)
    yield (np.array([-2.0, 1.0]),)
    yield (np.array([-720.0, 40.0]),)
    yield (np.array([-1000.0, 0.0, 1000.0]),)
    yield (np.append(rng.normal(scale=30, size=6), [-90, 90]),)


def _any_logits(rng):
    yield (np.zeros(1),)
    yield (np.full(3, rng.normal()),)
    yield (np.round(rng.normal(scale=3, size=5)),)
    yield (np.arange(-7, 7) + rng.uniform(0.1, 0.9, 14),)
    for scale, size in ((1e-6, 2), (0.3, 1), (30, 4), (300, 6)):
        yield (np.minimum(rng.uniform(-2, 2, size) * scale, 85),)
    yield (rng.uniform(10, 40, 4),)
    for sign, size in ((-1, 3), (1, 2)):
        yield (rng.uniform(*((-700, -100) if sign < 0 else (40, 85)), size),)
        yield (sign * rng.uniform(750, 5000, size),)


LOG_SIGMOID = Exercise(
    id="stable.log_sigmoid",
    chapter=5,
    objective="write the logarithm of a sigmoid so that no logit breaks it",
    minutes=6,
    reference=log_sigmoid,
    probes=lambda: list(_extremes()),
    cases=_any_logits,
    atol=0,
    hints=(
        "Write the logarithm of the fraction out before you compute anything.",
        "log(1 / (1 + e^(−z))) = −log(e^0 + e^(−z)): a log-sum-exp of two terms.",
        "`return -np.logaddexp(0, ___)`",
    ),
    why="`logaddexp` takes the larger exponent out first, so nothing overflows or rounds away.",
    mutants=(
        Mutant(
            "one-plus-tiny",
            lambda logits: np.log(1 / (1 + np.exp(-logits))),
            "These logarithms are 0 where 1 + e^(−z) rounds to 1, and −inf where e^(−z) overflows.",
            "the fraction's logarithm on paper, then `np.logaddexp`",
        ),
        Mutant(
            "exp-overflow",
            lambda logits: -np.log1p(np.exp(-logits)),
            "All is right down to a logit of −709. Below it e^(−z) overflows, and −inf came.",
            "`np.logaddexp(0, -logits)`, which never computes the large exponential",
        ),
        Mutant(
            "log-of-zero",
            lambda logits: np.log(activations.sigmoid(logits)),
            "These are the logarithms of rounded probabilities: 0 where p rounds to 1, −inf at 0.",
            "one formula for the logarithm, without the probability in between",
        ),
        Mutant(
            "clip-hides",
            lambda logits: np.log(np.clip(activations.sigmoid(logits), 1e-15, 1)),
            "Nothing moves below a logit of −34.54: these are the numbers of a clip at 1e-15.",
            "one formula for the logarithm, without the probability in between",
        ),
        Mutant(
            "label-swapped",
            lambda logits: -np.logaddexp(0, logits),
            "This is the logarithm of 1 − p.",
            "the sign of the logit inside: a large logit must give nearly 0",
        ),
        Mutant(
            "correction-left-out",
            lambda logits: np.minimum(logits, 0),
            "These are the numbers of the straight line min(z, 0): right far out, wrong around 0.",
            "the rest: −log(1 + e^(−|z|)), which is −0.6931 at 0",
        ),
    ),
)


def stable_binary_cross_entropy(logits, labels):
    return np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))


def _single_precision():
    rng = np.random.default_rng(52)
    yield np.array([-2.0, 1.0], np.float32), np.array([1, 0], np.float32)
    yield np.array([20.0, -40.0, 3.0], np.float32), np.array([1, 1, 0], np.float32)
    yield np.array([100.0, -100.0, 89.0], np.float32), np.array([0, 1, 1], np.float32)
    yield rng.normal(scale=20, size=8).astype(np.float32), np.tile(np.array([0, 1], np.float32), 4)


def _both_labels(rng):
    for scale, size in ((0, 1), (1e-3, 2), (1, 1), (3, 5), (20, 4), (70, 6), (300, 3), (5000, 2)):
        logits = rng.uniform(0.4, 1, size).astype(np.float32) * np.float32(scale)
        yield logits, np.ones(size, np.float32)
        yield -logits, np.ones(size, np.float32)
        logits[::2] *= -1
        yield logits, np.zeros(size, np.float32)
        yield logits, rng.integers(0, 2, size).astype(np.float32)


def _clipped(logits, labels):
    p = np.clip(activations.sigmoid(logits), 1e-15, 1 - 1e-15)
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def _as_on_paper(logits, labels):
    p = 1 / (1 + np.exp(-logits))
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


BINARY = Exercise(
    id="stable.binary",
    chapter=5,
    objective="make binary cross-entropy survive single precision",
    minutes=10,
    reference=stable_binary_cross_entropy,
    probes=lambda: list(_single_precision()),
    cases=_both_labels,
    rtol=1e-5,
    hints=(
        "Write the loss in the logit, without a probability. Then see which exponent can be large.",
        "log(1 + e^z) − y z, and log(1 + e^z) = max(z, 0) + log(1 + e^(−|z|)).",
        "`return np.maximum(logits, 0) - ___ + np.log1p(np.exp(___))`",
    ),
    why="the only exponential left is e^(−|z|), which can't overflow, and no p rounds to 0 or 1.",
    mutants=(
        Mutant(
            "log-of-zero",
            _as_on_paper,
            "These are logarithms of p and 1 − p, which round to 0 in single precision.",
            "the loss written in the logit, without a probability",
        ),
        Mutant(
            "clip-does-nothing",
            lambda logits, labels: _clipped(logits.astype(np.float32), labels),
            "These are the numbers of a clip at 1 − 1e-15, which in single precision is 1.",
            "`np.float32(1 - 1e-15) == 1`, and then a formula without a probability",
        ),
        Mutant(
            "clip-hides",
            lambda logits, labels: _clipped(logits.astype(np.float64), labels),
            "The loss stops at 34.54: these are the numbers of double precision and a clip.",
            "a logit of −100 with label 1: its loss is 100, and its slope −1",
        ),
        Mutant(
            "exp-overflow",
            lambda logits, labels: np.log1p(np.exp(logits)) - logits * labels,
            "All is right up to a logit of 88. Above it e^z is beyond single precision.",
            "max(z, 0) + log(1 + e^(−|z|)) in place of log(1 + e^z)",
        ),
        Mutant(
            "label-term-left-out",
            lambda logits, labels: stable_binary_cross_entropy(logits, 0 * labels),
            "These are the losses of label 0, whatever the label: −z y is missing.",
            "a logit of 100 with label 1: it is right, and must cost nothing",
        ),
        Mutant(
            "label-swapped",
            lambda logits, labels: stable_binary_cross_entropy(logits, 1 - labels),
            "These are the losses of the other label: label 1 pays for 1 − p.",
            "which of −log p and −log(1 − p) is log(1 + e^z)",
        ),
        Mutant(
            "absolute-left-out",
            lambda logits, labels: (
                np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-logits))
            ),
            "Where z is negative, these are the numbers of e^(−z) in place of e^(−|z|).",
            "a negative logit: e^(−z) is large there, and max(z, 0) has counted nothing",
        ),
    ),
)


def logsumexp(logits):
    largest = np.max(logits, axis=-1, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0)
    return np.log(np.sum(np.exp(logits - largest), axis=-1)) + largest[..., 0]


def _log_of_shifted(logits):
    """Return what is added to the largest logit; where all are -inf, that logit, as above."""
    largest = np.max(logits, axis=-1)
    return logsumexp(logits) - np.where(np.isfinite(largest), largest, 0)


def _masked():
    rng = np.random.default_rng(53)
    yield (np.array([[1.0, 2.0]]),)
    yield (np.array([[1000.0, 1000.0], [-1000.0, -1001.0]]),)
    yield (np.array([[-np.inf, 0.0, 1.0], [-np.inf, -np.inf, -np.inf]]),)
    yield (rng.normal(scale=5, size=(3, 7)),)


def _any_rows(rng):
    yield (np.zeros((1, 1)),)
    yield (np.full((2, 3), -np.inf),)
    yield (np.full((2, 4), rng.normal(scale=3)),)
    yield (np.round(rng.normal(scale=2, size=(4, 5))),)
    for shape in ((1, 1), (1, 4), (3, 1), (4, 4), (2, 5), (5, 2)):
        logits = rng.normal(scale=2, size=shape)
        yield (logits,)
        yield (logits + 900 * rng.integers(-3, 4, (shape[0], 1)),)
        yield (logits + 900 * rng.integers(-3, 4, shape),)
        yield (np.where(rng.random(shape) < 0.4, -np.inf, logits * 20),)
    yield (rng.normal(scale=1e-6, size=(2, 3)),)
    yield (-900 * rng.integers(1, 4, (3, 1)) - rng.uniform(0, 4, (3, 2)),)


def _shifted_back(logits, largest):
    return np.log(np.sum(np.exp(logits - largest), axis=-1)) + np.squeeze(largest)


LOGSUMEXP = Exercise(
    id="stable.logsumexp",
    chapter=5,
    objective="write a log-sum-exp for large, small and masked logits",
    minutes=8,
    reference=logsumexp,
    probes=lambda: list(_masked()),
    cases=_any_rows,
    hints=(
        "Take the largest logit of each row out of the sum before you exponentiate.",
        "m + log Σ e^(z − m). Where a whole row is −inf, m = 0 will do: the sum is then 0.",
        "`largest = np.max(logits, axis=-1, keepdims=True)`\n"
        "`largest = np.where(np.isfinite(largest), ___, 0)`\n"
        "then the log of the shifted sum, plus ___",
    ),
    why="the largest term becomes e^0 = 1, so the sum neither overflows nor vanishes.",
    mutants=(
        Mutant(
            "exp-overflow",
            lambda logits: np.log(np.sum(np.exp(logits), axis=-1)),
            "All is right but what is far from 0: e^1000 overflows, and e^(−1000) rounds to 0.",
            "subtract each row's largest logit first, and add it again at the end",
        ),
        Mutant(
            "maximum-not-added",
            lambda logits: logsumexp(logits) - np.maximum(np.max(logits, axis=-1), -1e300),
            "Each number is too small by its row's largest logit.",
            "the last step: + m",
        ),
        Mutant(
            "one-shift-for-all",
            lambda logits: _shifted_back(logits, np.max(logits)),
            "Rows far below the largest logit of the whole batch vanish: one shift for all.",
            "`axis=-1, keepdims=True` in the maximum",
        ),
        Mutant(
            "masked-row-nan",
            lambda logits: np.where(np.isneginf(logits).all(axis=-1), np.nan, logsumexp(logits)),
            "All is right but a row of −inf alone: −inf minus −inf is nan.",
            "`np.where(np.isfinite(largest), largest, 0)`",
        ),
        Mutant(
            "bits-after-exp",
            lambda logits: logsumexp(logits) + (1 / np.log(2) - 1) * _log_of_shifted(logits),
            "The logarithm is to base 2, and the largest logit was added in nats.",
            "`np.log`, which undoes `np.exp`",
        ),
        Mutant(
            "maximum-for-logsumexp",
            lambda logits: np.max(logits, axis=-1),
            "These are the largest logits: a hard maximum, not a soft one.",
            "two equal logits: the result must lie log 2 above them",
        ),
    ),
)


def kl_from_logits(p_logits, q_logits):
    log_p = p_logits - np.logaddexp.reduce(p_logits, axis=-1, keepdims=True)
    log_q = q_logits - np.logaddexp.reduce(q_logits, axis=-1, keepdims=True)
    return np.sum(np.exp(log_p) * (log_p - log_q), axis=-1)


def _two_models():
    rng = np.random.default_rng(54)
    yield np.array([[0.0, 1.0]]), np.array([[2.0, 0.5]])
    yield np.array([[1000.0, 999.0]]), np.array([[998.0, 1000.0]])
    yield rng.normal(size=(2, 3)) + 1, rng.normal(size=(2, 3))
    yield np.array([[0.0, 1000.0, 1.0], [5, 5, 5]]), np.array([[900.0, 0.0, 1.0], [0, 1, 2]])
    yield rng.normal(scale=3, size=(3, 6)), rng.normal(scale=3, size=(3, 6))


def _any_two(rng):
    for shape in ((1, 1), (1, 3), (4, 1), (3, 3), (2, 5), (5, 2)):
        p, q = rng.normal(scale=2, size=(2, *shape))
        yield p, q + rng.normal()
        yield p, p + rng.normal(size=(shape[0], 1))
        yield p + rng.uniform(-500, 500, (shape[0], 1)), q
        yield tuple(rng.uniform(-500, 500, (2, *shape)))
    # One logit far above many, so that no shift but the largest will do; and models far apart.
    spike = np.zeros((2, 12))
    spike[[0, 1], rng.permutation(12)[:2]] = 1000
    yield spike, rng.normal(scale=2, size=(2, 12))
    yield rng.normal(scale=2, size=(2, 12)), spike
    for shift in (-900, 900):
        yield rng.normal(size=(2, 3)), rng.normal(size=(2, 3)) + shift
    yield np.full((2, 3), 4.0), np.round(rng.normal(scale=3, size=(2, 3)))
    yield np.round(rng.normal(scale=3, size=(2, 4))), np.zeros((2, 4))
    yield tuple(rng.normal(scale=0.01, size=(2, 3, 2)))


def _plain_softmax(logits):
    return np.exp(logits) / np.sum(np.exp(logits), axis=-1, keepdims=True)


def _mixed(weights, first, second):
    return np.sum(weights * (first - second), axis=-1)


DIVERGENCE = Exercise(
    id="stable.divergence",
    chapter=5,
    objective="compute a KL divergence from logits without leaving log space",
    minutes=10,
    reference=kl_from_logits,
    probes=lambda: list(_two_models()),
    cases=_any_two,
    hints=(
        "Turn both sets of logits into log-probabilities; leave log space only for the weights.",
        "log p = z − logsumexp(z), the same for q; then Σ e^(log p) (log p − log q).",
        "`log_p = p_logits - np.logaddexp.reduce(p_logits, axis=-1, keepdims=True)`\n"
        "`log_q = ___`\n`return np.sum(___ * (log_p - log_q), axis=-1)`",
    ),
    why="a probability may round to 0, but its logarithm is still there to be subtracted.",
    mutants=(
        Mutant(
            "exp-overflow",
            lambda p, q: _mixed(_plain_softmax(p), *map(np.log, map(_plain_softmax, (p, q)))),
            "All is right but where e^z overflows or rounds to 0: that gives nan.",
            "log p = z − logsumexp(z), straight from the logits",
        ),
        Mutant(
            "logits-for-log-probabilities",
            lambda p, q: _mixed(activations.softmax(p), p, q),
            "These are differences of logits, not of log-probabilities: the sum can be negative.",
            "add 1 to all logits of q: nothing may change",
        ),
        Mutant(
            "probability-for-logarithm",
            lambda p, q: _mixed(
                activations.softmax(p), activations.log_softmax(p), activations.softmax(q)
            ),
            "These are the numbers of log p − q, where log p − log q belongs.",
            "one space for both: log p − log q",
        ),
        Mutant(
            "log-of-zero",
            lambda p, q: _mixed(
                activations.softmax(p),
                np.log(activations.softmax(p)),
                np.log(activations.softmax(q)),
            ),
            "All is right but where a softmax rounds to 0: its logarithm is −inf.",
            "log p = z − logsumexp(z), straight from the logits",
        ),
        Mutant(
            "divergence-swapped",
            lambda p, q: kl_from_logits(q, p),
            "These are KL(q‖p): the arguments are swapped.",
            "the weights are the first argument's probabilities",
        ),
        Mutant(
            "weighted-by-forecast",
            lambda p, q: _mixed(
                activations.softmax(q), activations.log_softmax(p), activations.log_softmax(q)
            ),
            "The logarithms are right, their weights are q. Such a sum can be negative.",
            "the weights: what really happens, p",
        ),
        Mutant(
            "mean-over-outcomes",
            lambda p, q: kl_from_logits(p, q) / p.shape[-1],
            "These are means over the classes: the sums, divided by K.",
            "`np.sum` along the classes; a mean belongs over examples only",
        ),
    ),
)


def merge(maximum, total, block):
    largest = np.maximum(maximum, np.max(block))
    total = total * np.exp(maximum - largest) + np.sum(np.exp(block - largest))
    return largest, total


def _block_steps():
    rng = np.random.default_rng(55)
    yield 0.0, 1.0, np.array([1.0, -1.0])
    yield -np.inf, 0.0, np.array([3.0, 2.0])
    yield 5.0, 1.5, np.array([4.0, -2.0, 0.5])
    yield -800.0, 2.5, np.array([900.0, 899.0, 0.0])
    yield 900.0, 1.25, rng.normal(size=6)


def _any_step(rng):
    for size in (1, 2, 5):
        yield -np.inf, 0.0, rng.normal(scale=3, size=size)
    yield -np.inf, 0.0, -rng.uniform(800, 900, 3)
    for center in (-40, 0, 700):
        for offset, size in ((-900, 2), (-6, 3), (-1, 1), (0, 2), (1, 4), (2, 1), (6, 5), (900, 3)):
            maximum = center + rng.normal()
            largest = maximum + offset * rng.uniform(0.8, 1)
            block = largest - np.append(0, rng.exponential(4, size - 1))
            yield maximum, rng.uniform(1, 9), rng.permutation(block)
    # The two maxima almost the same, on either side of 0.
    for center in (-60, 60):
        for gap in (-0.3, -0.01, -0.002, 0.002, 0.01, 0.3):
            maximum = center + rng.normal()
            yield (
                maximum,
                rng.uniform(1, 9),
                np.array([maximum - rng.exponential(2), maximum + gap]),
            )
    yield 2.0, 3.0, np.full(3, 2.0)
    yield 0.0, 1.0, np.round(rng.normal(scale=3, size=6))


def _block_only(maximum, total, block):
    largest = np.max(block)
    return largest, total * np.exp(maximum - largest) + np.sum(np.exp(block - largest))


MERGE = Exercise(
    id="stable.merge",
    chapter=5,
    objective="take a log-sum-exp block by block, with a running maximum and sum",
    minutes=12,
    reference=merge,
    probes=lambda: list(_block_steps()),
    cases=_any_step,
    hints=(
        "The running sum was measured from the old maximum. What if the new block holds a larger"
        " logit?",
        "new maximum M = max(m, block); new sum = old sum × e^(m − M) + Σ e^(block − M).",
        "`largest = np.maximum(maximum, np.max(block))`\n"
        "`total = total * np.exp(___) + np.sum(np.exp(___))`",
    ),
    why="e^(m − M) brings the old sum to the new measure, so no block must be seen twice.",
    mutants=(
        Mutant(
            "old-sum-not-rescaled",
            lambda maximum, total, block: (
                merge(maximum, total, block)[0],
                total + merge(maximum, 0, block)[1],
            ),
            "The old sum is in there as it was, measured from another maximum than the new terms.",
            "old sum × e^(old maximum − new maximum)",
        ),
        Mutant(
            "rescaled-upwards",
            lambda maximum, total, block: (
                merge(maximum, total, block)[0],
                total * np.exp(merge(maximum, total, block)[0] - maximum)
                + merge(maximum, 0, block)[1],
            ),
            "The old sum is rescaled the wrong way: it grows when the maximum does.",
            "the sign of the exponent: old maximum − new maximum, never above 0",
        ),
        Mutant(
            "maximum-kept",
            lambda maximum, total, block: (maximum, total + np.sum(np.exp(block - maximum))),
            "The maximum that comes back is the old one: a larger logit overflows.",
            "the new maximum: the larger of the old one and the block's",
        ),
        Mutant(
            "block-forgets",
            _block_only,
            "The maximum that comes back is the block's alone, whatever the running one was.",
            "a block whose logits are all small: the old sum must not be scaled up",
        ),
        Mutant(
            "new-terms-off",
            lambda maximum, total, block: (
                merge(maximum, total, block)[0],
                total * np.exp(maximum - merge(maximum, total, block)[0])
                + np.sum(np.exp(block - np.max(block))),
            ),
            "The new terms are measured from the block's own maximum, not from the running one.",
            "one measure for both: block − new maximum",
        ),
    ),
)


def by_hand(logit, floor):
    return -np.log(floor), -logit, 0.0, -1.0


def _deep(rng):
    return -int(rng.integers(40, 200)), float(10.0 ** -rng.integers(7, 16))


BY_HAND = Exercise(
    id="stable.by_hand",
    chapter=5,
    objective="say what a clip does to a very wrong guess: to its loss and to its slope",
    minutes=5,
    reference=by_hand,
    probes=lambda: [(-40, 1e-15)],
    question=lambda logit, floor: (
        f"The label is 1, the logit {logit}, and the code computes −log of sigmoid(z) clipped from"
        f" below at {floor:.0e}. What loss does it print? What is the true loss? What gradient at"
        " the logit does automatic differentiation find? What is the true one? Two decimals."
    ),
    draw=_deep,
    decimals=2,
    hints=(
        "Which is smaller, the probability or the clip? What does the output depend on then?",
        "Clipped: −ln(clip). True: −log sigmoid(z) is nearly −z here. Behind a clip, the slope is"
        " that of a constant.",
        "−ln(10^−n) = n × 2.3026; true loss ___; slope of a constant ___; p − 1 with p near 0: ___",
    ),
    why="beyond the clip the loss is a constant, and a constant has no slope.",
    mutants=(
        Mutant(
            "clip-thought-harmless",
            lambda logit, floor: (-logit, -logit, -1.0, -1.0),
            "These are the numbers without the clip.",
            "the size of e^(logit) beside the clip: the clip is larger",
        ),
        Mutant(
            "nudge-thought-kept",
            lambda logit, floor: (-np.log(floor), -logit, -1.0, -1.0),
            "The losses are right; the gradient found is that without the clip.",
            "how the clipped loss changes when the logit moves a little: not at all",
        ),
        Mutant(
            "sign-flipped",
            lambda logit, floor: (-np.log(floor), -logit, 0.0, 1.0),
            "All is right but the sign of the last gradient.",
            "p − y with y = 1 and p nearly 0",
        ),
        Mutant(
            "activation-slope-kept",
            lambda logit, floor: (-np.log(floor), -logit, 0.0, 0.0),
            "All is right but the true gradient. It does not vanish; squared error's would.",
            "p − y: nothing there goes quiet when p goes to 0",
        ),
        Mutant(
            "bits-for-nats",
            lambda logit, floor: (-np.log2(floor), -logit / np.log(2), 0.0, -1.0),
            "Both losses are in bits.",
            "the natural logarithm",
        ),
    ),
)

EXERCISES = (LOG_SIGMOID, BINARY, LOGSUMEXP, DIVERGENCE, MERGE, BY_HAND)
