"""Exercises of chapter 3: cross-entropy."""

import numpy as np

from lossfns import activations
from lossfns.checks._cases import classified, scores, some
from lossfns.checks._draws import three_probabilities
from lossfns.checks._exercise import Exercise
from lossfns.judging.mistakes import Mutant


def binary_cross_entropy(p, labels):
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def _probabilities():
    rng = np.random.default_rng(31)
    yield np.array([0.2, 0.9]), np.array([1.0, 0.0])
    yield np.array([0.011, 0.3, 0.6]), np.array([1.0, 0.0, 1.0])
    yield rng.uniform(0.01, 0.99, 12), rng.integers(0, 2, 12).astype(float)


def _more_probabilities(rng):
    for logits, labels in scores(rng):
        yield activations.sigmoid(logits).round(3).clip(0.001, 0.999), labels
    for label in (0.0, 1.0):
        yield rng.uniform(0.001, 0.01, 3), np.full(3, label)
        yield rng.uniform(0.99, 0.999, 3), np.full(3, label)
        tiny = np.array([1e-6, 2e-5, 3e-4])
        yield tiny, np.full(3, label)
        yield 1 - tiny, np.full(3, label)


BINARY = Exercise(
    id="ce.binary",
    chapter=3,
    objective="write binary cross-entropy for a whole array of guesses",
    minutes=5,
    reference=binary_cross_entropy,
    probes=lambda: list(_probabilities()),
    cases=_more_probabilities,
    hints=(
        "You pay for the probability that you gave to what really happened.",
        "−y log p − (1 − y) log(1 − p): one of the two terms is switched off by the label.",
        "`return -labels * np.log(___) - (1 - labels) * np.log(___)`",
    ),
    why="the label is a switch: it leaves −log of the probability given to the truth.",
    mutants=(
        Mutant(
            "one-term-only",
            lambda p, labels: -labels * np.log(p),
            "Label 1 costs what it should; label 0 costs nothing.",
            "what a guess of 0.9 should cost when the label is 0",
        ),
        Mutant(
            "minus-forgotten",
            lambda p, labels: labels * np.log(p) + (1 - labels) * np.log(1 - p),
            "Each loss has the right size and the wrong sign.",
            "the logarithm of a probability is never above 0, and a loss is never below",
        ),
        Mutant(
            "label-swapped",
            lambda p, labels: -labels * np.log(1 - p) - (1 - labels) * np.log(p),
            "Each loss is the one for the other label: label 1 pays for 1 − p.",
            "what a guess of 0.9 should cost when the label is 1: almost nothing",
        ),
        Mutant(
            "bits-for-nats",
            lambda p, labels: binary_cross_entropy(p, labels) / np.log(2),
            "Your losses are in bits.",
            "`np.log` is the natural one; each of your numbers is 1.4427 times too large",
        ),
        Mutant(
            "averaged-too-early",
            lambda p, labels: np.mean(binary_cross_entropy(p, labels)),
            "One number came back: the mean of those that are asked for.",
            "leave the mean to whoever calls the function",
        ),
    ),
)


def _sigmoid_slope(logits):
    return activations.sigmoid(logits) * activations.sigmoid(-logits)


def binary_gradient(logits, labels):
    return 1 / (1 + np.exp(-logits)) - labels


def _scores():
    rng = np.random.default_rng(32)
    yield np.array([-4.5, 0.5]), np.array([1.0, 0.0])
    yield np.array([-2.0, -0.3, 1.7]), np.array([1.0, 1.0, 0.0])
    yield rng.normal(scale=3, size=12), rng.integers(0, 2, 12).astype(float)


BINARY_GRADIENT = Exercise(
    id="ce.binary_gradient",
    chapter=3,
    objective="see the sigmoid's slope cancel in cross-entropy's slope at the logit",
    minutes=5,
    reference=binary_gradient,
    probes=lambda: list(_scores()),
    cases=scores,
    hints=(
        "Chain two slopes: the loss's in p, and the sigmoid's in z. Something cancels.",
        "∂L/∂p = (p − y) / (p(1 − p)) and ∂p/∂z = p(1 − p).",
        "`return 1 / (1 + np.exp(___)) - ___`",
    ),
    why="the loss's slope carries 1/(p(1 − p)), the sigmoid's carries p(1 − p), and p − y is left.",
    mutants=(
        Mutant(
            "activation-slope-kept",
            lambda logits, labels: binary_gradient(logits, labels) * _sigmoid_slope(logits),
            "Your numbers are p − y times the sigmoid's slope.",
            "the loss's slope in p, which has p(1 − p) below the line",
        ),
        Mutant(
            "gradient-at-probability",
            lambda logits, labels: binary_gradient(logits, labels) / _sigmoid_slope(logits),
            "Your numbers are the slopes at the probability, ∂L/∂p, not ∂L/∂z.",
            "one more factor of the chain rule, the sigmoid's slope",
        ),
        Mutant(
            "sign-flipped",
            lambda logits, labels: -binary_gradient(logits, labels),
            "Each slope has the right size and the other sign.",
            "a label of 1 with a low probability must give a negative slope",
        ),
        Mutant(
            "thresholded",
            lambda logits, labels: (logits > 0) - labels,
            "Your numbers are a yes or no minus the label, not a probability minus the label.",
            "p itself: a guess of 0.6 is not a guess of 1",
        ),
        Mutant(
            "logit-for-probability",
            lambda logits, labels: logits - labels,
            "Your numbers are the logit minus the label.",
            "the sigmoid: p comes before p − y",
        ),
    ),
)


def softmax(logits):
    exps = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return exps / np.sum(exps, axis=-1, keepdims=True)


def _logits():
    rng = np.random.default_rng(33)
    yield (np.array([[2.0, 1.0, 0.5]]),)
    yield (np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]]),)
    yield (rng.normal(size=(4, 5)),)
    yield (np.array([[1000.0, 999.0, 0, 0, 0, 0], [-1000, -1001, -1002, -999, -9, -5]] * 2),)


def _loud(rng):
    """Logits from −100,000 to 100,000 and labels, in eighths, which single precision holds."""
    for count, classes in ((1, 2), (3, 3), (4, 3), (2, 6)):
        logits = rng.integers(-800_000, 800_001, (count, classes)) / 8
        yield logits, rng.integers(0, classes, count)
    for shifts in ([99_990.0, -2990.0, 0.0], [-2000.0, -99_990.0, -700.0], [705.0, 715.0, 90.0]):
        eighths = rng.integers(-40, 41, (3, 4)) / 8
        yield eighths + np.array(shifts)[:, np.newaxis], rng.integers(0, 4, 3)
    yield np.array([[3000.0, 0.0, 2999.0]] * 3), np.arange(3)
    yield np.array([[-3000.0, 2.0, 0.5, 1.0]] * 2), np.array([1, 3])
    yield np.array([[-2998.0, -3000.0, -2998.5]] * 2), np.array([1, 0])
    yield np.array([[3000.0, 3000.0], [-3000.0, -3000.0]]), np.array([0, 1])
    yield np.array([[40.0, 0.0, -800.0, 75.0]] * 4), np.arange(4)


def _more_logits(rng):
    for logits, _ in (*classified(rng), *_loud(rng)):
        yield (logits,)


def _naive_softmax(logits):
    return np.exp(logits) / np.sum(np.exp(logits), axis=-1, keepdims=True)


def _globally_shifted(logits):
    return _naive_softmax(logits - np.max(logits))


SOFTMAX = Exercise(
    id="ce.softmax",
    chapter=3,
    objective="write a softmax that survives large logits",
    minutes=8,
    reference=softmax,
    probes=lambda: list(_logits()),
    cases=_more_logits,
    hints=(
        "Only the differences between logits count. So choose where zero lies, in each row.",
        "e^(z − m) / Σ e^(z − m), with m the largest logit of the row: no exponent is above 0.",
        "`exps = np.exp(logits - np.max(logits, axis=___, keepdims=True))`, then divide by the"
        " row's sum.",
    ),
    why="subtracting the row's maximum changes nothing on paper and keeps every exponent at or"
    " below 0.",
    mutants=(
        Mutant(
            "exp-overflow",
            _naive_softmax,
            "Right, but nan where a logit is too large for `np.exp`, or a whole row too small.",
            "`np.exp(1000)`; then subtract each row's maximum first",
        ),
        Mutant(
            "softmax-over-batch",
            lambda logits: activations.softmax(logits, axis=0),
            "Your columns sum to 1, not your rows: the examples share out one probability.",
            "`axis=-1`: each row must sum to 1",
        ),
        Mutant(
            "softmax-over-everything",
            lambda logits: (
                np.exp(logits - np.max(logits)) / np.sum(np.exp(logits - np.max(logits)))
            ),
            "All your numbers together sum to 1: the rows share out one probability.",
            "`axis=-1, keepdims=True` in the sum: each row must sum to 1",
        ),
        Mutant(
            "one-shift-for-all",
            _globally_shifted,
            "Right, but nan in every row that lies far below the largest logit of the batch.",
            "`axis=-1, keepdims=True` in the maximum, so that every row has its own",
        ),
        Mutant(
            "sigmoid-for-softmax",
            activations.sigmoid,
            "Each number is the sigmoid of its own logit.",
            "the sum of a row: exclusive classes must share out exactly 1",
        ),
    ),
)


def cross_entropy_with_labels(logits, labels):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels]


def _classified():
    rng = np.random.default_rng(34)
    yield np.array([[2.0, 1.0, 0.5]]), np.array([2])
    yield np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]]), np.array([1, 0])
    yield rng.normal(size=(5, 4)), np.array([3, 0, 1, 1, 2])
    yield np.array([[0.0, 50.0, 0, 1], [1000, 0, 10, 0]] * 3), np.array([0, 1, 1, 0, 2, 2])


def _more_classified(rng):
    yield from classified(rng)
    yield from _loud(rng)


def _picked(values, labels):
    return values[np.arange(len(labels)), labels]


CATEGORICAL = Exercise(
    id="ce.categorical",
    chapter=3,
    objective="write softmax cross-entropy from logits and class numbers",
    minutes=10,
    reference=cross_entropy_with_labels,
    probes=lambda: list(_classified()),
    cases=_more_classified,
    hints=(
        "Stay in the logarithm: the log of a softmax needs no softmax.",
        "−log p_c = log Σ e^(z − m) − (z_c − m), with m the largest logit of the row.",
        "`shifted = logits - ___`\n`log_p = shifted - np.log(___)`\n"
        "then minus the entry of each row's label: `log_p[np.arange(len(labels)), ___]`",
    ),
    why="the logarithm never meets a probability that has rounded to 0.",
    mutants=(
        Mutant(
            "softmax-twice",
            lambda logits, labels: cross_entropy_with_labels(
                activations.softmax(logits, axis=1), labels
            ),
            "Your numbers are those of a softmax applied twice.",
            "what goes in: the loss takes logits, so give it no probabilities",
        ),
        Mutant(
            "exp-overflow",
            lambda logits, labels: -np.log(_picked(_naive_softmax(logits), labels)),
            "Right, but nan where e^z overflows, and inf where a probability rounds to 0.",
            "subtract each row's maximum, and stay in the logarithm",
        ),
        Mutant(
            "log-of-zero",
            lambda logits, labels: -np.log(_picked(activations.softmax(logits, axis=1), labels)),
            "Right, but inf wherever the true class's probability rounds to 0.",
            "log p = z − m − log Σ e^(z − m), which needs no p",
        ),
        Mutant(
            "clip-hides",
            lambda logits, labels: (
                -np.log(np.clip(_picked(activations.softmax(logits, axis=1), labels), 1e-15, 1))
            ),
            "The loss stops at 34.54, whatever the logits: that is −log of a clip at 1e-15.",
            "log p = z − m − log Σ e^(z − m), which needs no clip",
        ),
        Mutant(
            "one-against-rest",
            lambda logits, labels: (
                cross_entropy_with_labels(logits, labels)
                - np.sum(np.log(1 - activations.softmax(logits, axis=1)), axis=1)
                + np.log(1 - _picked(activations.softmax(logits, axis=1), labels))
            ),
            "Your numbers are a binary cross-entropy for each class of the softmax, added up.",
            "−log p of the true class alone: the others are already in its denominator",
        ),
        Mutant(
            "log-left-out",
            lambda logits, labels: -_picked(activations.softmax(logits, axis=1), labels),
            "Your numbers are −p of the true class, without a logarithm.",
            "a loss that takes log-probabilities, given probabilities, does exactly this",
        ),
        Mutant(
            "bits-for-nats",
            lambda logits, labels: cross_entropy_with_labels(logits, labels) / np.log(2),
            "Your losses are in bits.",
            "`np.log` is the natural one; each of your numbers is 1.4427 times too large",
        ),
        Mutant(
            "averaged-too-early",
            lambda logits, labels: np.mean(cross_entropy_with_labels(logits, labels)),
            "One number came back: the mean of those that are asked for.",
            "leave the mean to whoever calls the function",
        ),
    ),
)


def cross_entropy_gradient(logits, labels):
    exps = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = exps / np.sum(exps, axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


def _labelled():
    rng = np.random.default_rng(35)
    yield np.array([[2.0, 1.0, 0.5], [0.0, 1.0, 3.0]]), np.array([2, 0])
    yield np.array([[0.1, 0.2, -3.0], [2.0, -1.0, 0.5], [0, 0, 0]]), np.array([1, 0, 2])
    yield rng.normal(scale=2, size=(5, 4)), np.array([3, 0, 1, 1, 2])


def _labels_of_the_batch(logits, labels):
    p = activations.softmax(logits, axis=1)
    p[:, labels] -= 1
    return p / len(labels)


GRADIENT = Exercise(
    id="ce.gradient",
    chapter=3,
    objective="write the gradient of a batch's mean cross-entropy",
    minutes=8,
    reference=cross_entropy_gradient,
    probes=lambda: list(_labelled()),
    cases=classified,
    hints=(
        "For one example the slope is what the model said minus what was so.",
        "(p − y) / N, with y one-hot: 1 at the label, 0 elsewhere. N is the number of examples.",
        "`p = softmax of each row`\n`p[np.arange(len(labels)), ___] -= 1`\n`return p / ___`",
    ),
    why="softmax and log cancel to p − y, and the mean shares it out by 1/N.",
    mutants=(
        Mutant(
            "one-over-n-forgotten",
            lambda logits, labels: cross_entropy_gradient(logits, labels) * len(labels),
            "This is the gradient of the sum, N times that of the mean.",
            "divide by the number of examples",
        ),
        Mutant(
            "classes-averaged",
            lambda logits, labels: cross_entropy_gradient(logits, labels) / logits.shape[1],
            "Every number is K times too small: divided by the number of entries.",
            "the mean runs over the examples alone: divide by N",
        ),
        Mutant(
            "sign-flipped",
            lambda logits, labels: -cross_entropy_gradient(logits, labels),
            "Each slope has the right size and the other sign.",
            "the true class's slope must be negative",
        ),
        Mutant(
            "number-for-one-hot",
            lambda logits, labels: (
                (activations.softmax(logits, axis=1) - labels[:, np.newaxis]) / len(labels)
            ),
            "Your numbers are the probabilities minus the class number, divided by N.",
            "one-hot labels: `np.eye(classes)[labels]`",
        ),
        Mutant(
            "labels-of-whole-batch",
            _labels_of_the_batch,
            "In every row, 1 is subtracted at the labels of all examples, not at the row's own.",
            "`p[:, labels]` is whole columns; pair the labels with `np.arange(len(labels))`",
        ),
        Mutant(
            "true-class-only",
            lambda logits, labels: (
                cross_entropy_gradient(logits, labels) * np.eye(logits.shape[1])[labels]
            ),
            "The true class's slope is right; every wrong class has 0.",
            "the row sums: what the true class gains, the others must lose",
        ),
        Mutant(
            "softmax-over-batch",
            lambda logits, labels: (
                (activations.softmax(logits, axis=0) - np.eye(logits.shape[1])[labels])
                / len(labels)
            ),
            "Your numbers are those of a softmax down the columns: the examples share out 1.",
            "`axis=1`: each example's classes must sum to 1",
        ),
    ),
)


def train(images, labels, classes, rate, steps):
    weights, biases = np.zeros((images.shape[1], classes)), np.zeros(classes)
    truth = np.eye(classes)[labels]
    for _ in range(steps):
        logits = images @ weights + biases
        exps = np.exp(logits - np.max(logits, axis=1, keepdims=True))
        p = exps / np.sum(exps, axis=1, keepdims=True)
        slopes = (p - truth) / len(images)
        weights = weights - rate * images.T @ slopes
        biases = biases - rate * np.sum(slopes, axis=0)
    return weights, biases


def _small_sets():
    rng = np.random.default_rng(36)
    for count, pixels, classes, rate, steps in ((3, 2, 3, 0.5, 2), (8, 4, 5, 1.0, 5)):
        images = rng.uniform(size=(count, pixels))
        yield images, rng.integers(0, classes, count), classes, rate, steps
    yield rng.normal(size=(20, 6)) + 1, rng.integers(0, 3, 20), 3, 0.3, 20


def _more_sets(rng):
    sizes = ((1, 1, 2), (1, 3, 4), (2, 5, 3), (4, 4, 4), (3, 1, 3), (5, 3, 6), (7, 2, 3), (6, 3, 2))
    for count, pixels, classes in sizes:
        images, labels = some(rng, (count, pixels), 1.0), rng.integers(0, classes, count)
        yield images, labels, classes, rng.integers(1, 15) / 10, int(rng.integers(1, 4))
    yield some(rng, (4, 2), 1.0), np.array([1, 2, 2, 1]), 4, 0.5, 3
    yield some(rng, (3, 2), 1.0), np.zeros(3, int), 3, 0.5, 4
    yield np.abs(some(rng, (4, 3), 1.0)), np.array([2, 0, 1, 2]), 3, 1.0, 1
    yield np.zeros((3, 2)), np.array([0, 1, 1]), 2, 0.7, 3
    yield np.ones((3, 2)), np.array([2, 0, 2]), 3, 0.2, 5
    yield some(rng, (3, 4), 1.0), np.array([1, 0, 2]), 3, 0.4, 0
    yield some(rng, (5, 3), 1.0), np.array([1, 0, 2, 2, 1]), 3, 0.05, 6
    yield some(rng, (4, 2), 1.0), np.ones(4, int), 3, 9.0, 2


def _train_with(nudge, *, biased=True, axis=1):
    """Return a training loop that differs from the reference in one place."""

    def trained(images, labels, classes, rate, steps):
        weights, biases = np.zeros((images.shape[1], classes)), np.zeros(classes)
        truth = np.eye(classes)[labels]
        for _ in range(steps):
            nudges = nudge(activations.softmax(images @ weights + biases, axis=axis), truth)
            weights = weights - rate * images.T @ nudges
            biases = biases - rate * biased * np.sum(nudges, axis=0)
        return weights, biases

    return trained


def _squared_error_nudge(p, truth):
    u = 2 * (p - truth)
    return p * (u - np.sum(p * u, axis=1, keepdims=True)) / len(p)


TRAIN = Exercise(
    id="ce.train",
    chapter=3,
    objective="train a classifier with a loss and a gradient of your own",
    minutes=20,
    reference=train,
    probes=lambda: list(_small_sets()),
    cases=_more_sets,
    hints=(
        "Guess, truth, slope, shift: four lines in a loop. The loss itself is not even needed.",
        "logits = images × weights + biases; slopes = (p − y)/N; the weights' gradient is imagesᵀ"
        " × slopes, the biases' is the slopes' sum over the examples.",
        "`for _ in range(steps):`\n"
        "`    p = softmax of images @ weights + biases`\n"
        "`    slopes = (p - truth) / len(images)`\n"
        "`    weights = weights - rate * ___ @ slopes`\n"
        "`    biases = biases - rate * ___`",
    ),
    why="the chain rule hands each logit's slope to the weights, times the pixel they were"
    " multiplied by.",
    mutants=(
        Mutant(
            "sign-flipped",
            _train_with(lambda p, truth: (truth - p) / len(p)),
            "Your steps lead uphill: each one makes the loss larger.",
            "the minus in new = old − rate × gradient, and p − y in this order",
        ),
        Mutant(
            "one-over-n-forgotten",
            _train_with(lambda p, truth: p - truth),
            "Your steps are those of the sum of the losses, N times longer than the mean's.",
            "divide the slopes by the number of images",
        ),
        Mutant(
            "squared-error-nudge",
            _train_with(_squared_error_nudge),
            "Your weights are those of squared error behind the softmax, not of cross-entropy.",
            "the slope p − y, without the way back through the softmax",
        ),
        Mutant(
            "bias-left-out",
            _train_with(lambda p, truth: (p - truth) / len(p), biased=False),
            "Your biases never move.",
            "their slope is the sum of the logits' slopes over the examples",
        ),
        Mutant(
            "softmax-over-batch",
            _train_with(lambda p, truth: (p - truth) / len(p), axis=0),
            "Your weights are those of a softmax down the columns: the images share out 1.",
            "`axis=1`: each image's classes must sum to 1",
        ),
    ),
)


def by_hand(p):
    nudges = p - np.array([1, 0, 0])
    return -np.log(p[0]), nudges[0], nudges[1], nudges[2]


BY_HAND = Exercise(
    id="ce.by_hand",
    chapter=3,
    objective="work out cross-entropy and its three slopes for three classes",
    minutes=5,
    reference=by_hand,
    probes=lambda: [(np.array([0.2, 0.5, 0.3]),)],
    question=lambda p: (
        f"Three classes, guessed {p[0]:g}, {p[1]:g} and {p[2]:g}; the first one is true. Give the"
        " cross-entropy in nats and its slopes at the three logits, to two decimals."
    ),
    draw=lambda rng: (three_probabilities(rng),),
    decimals=2,
    hints=(
        "The loss looks at one of the three numbers only; the slopes look at all.",
        "Loss −log p of the true class; slopes p − y, with y one-hot.",
        "−ln(p₁); p₁ − ___, p₂ − ___, p₃ − ___",
    ),
    why="what the true class gains, the wrong ones share: the three slopes sum to zero.",
    mutants=(
        Mutant(
            "bits-for-nats",
            lambda p: (-np.log2(p[0]), *by_hand(p)[1:]),
            "The slopes are right; your loss is in bits.",
            "the natural logarithm: multiply your loss by 0.693",
        ),
        Mutant(
            "one-against-rest",
            lambda p: (-np.log(p[0]) - np.log(1 - p[1]) - np.log(1 - p[2]), *by_hand(p)[1:]),
            "The slopes are right; your loss adds a binary cross-entropy for each wrong class.",
            "−log p of the true class alone",
        ),
        Mutant(
            "sign-flipped",
            lambda p: (by_hand(p)[0], *(-nudge for nudge in by_hand(p)[1:])),
            "The loss is right, but every slope has the other sign: those are the pushes.",
            "p − y, in this order",
        ),
        Mutant(
            "squared-error-nudge",
            lambda p: (by_hand(p)[0], *(2 * nudge for nudge in by_hand(p)[1:])),
            "The loss is right; your slopes are twice too large, the slope of (p − y)² in p.",
            "p − y: cross-entropy has no square, so no 2",
        ),
        Mutant(
            "true-class-only",
            lambda p: (by_hand(p)[0], by_hand(p)[1], 0.0, 0.0),
            "The loss is right, but the wrong classes get 0.",
            "the sum of the three slopes, which must be zero",
        ),
    ),
)

EXERCISES = (BINARY, BINARY_GRADIENT, SOFTMAX, CATEGORICAL, GRADIENT, TRAIN, BY_HAND)
