"""Exercises of chapter 6: losses you'll hear about."""

import numpy as np

from lossfns import activations
from lossfns.checks._exercise import Exercise
from lossfns.judging.mistakes import Mutant


def decide(logits, threshold):
    return 1 / (1 + np.exp(-logits)) >= threshold


def _thresholds():
    rng = np.random.default_rng(61)
    yield np.array([0.3, -0.2]), 0.5
    yield np.array([0.0, 1.0, -3.0]), 0.5
    yield np.array([0.3, 1.0, 3.0]), 0.9
    yield np.array([-3.0, -1.0, 0.7, 0.2]), 0.2
    yield rng.normal(scale=2, size=20), 0.7


def _around_thresholds(rng):
    yield np.array([0.0]), 0.5
    yield np.array([0.0, -3.0, 0.0, -0.0, 1.0]), 0.5
    yield np.zeros(3), rng.uniform(0.6, 0.9)
    yield np.array([0.0, -4.0, 0.0]), rng.uniform(0.1, 0.4)
    for threshold in (0.5, *rng.uniform(0.1, 0.85, 7)):
        border = np.log(threshold / (1 - threshold))
        yield border + 1e-4 * np.array([-1, 1]), threshold
        yield border + np.array([-3, -2, -1, 1, 2, 3]) * rng.uniform(0.1, 0.9, 6), threshold
    for threshold in (0.01, 0.25, 0.8, 0.999):
        yield rng.uniform(-9, 9, rng.integers(1, 9)), threshold
    for threshold in rng.uniform(0.52, 0.72, 3):
        yield np.arange(-4, 4, 0.5) + rng.uniform(0, 0.5, 16), threshold
    yield rng.uniform(-30, 30, 12), 0.3


DECIDE = Exercise(
    id="more.decide",
    chapter=6,
    objective="turn logits into decisions at a threshold on the probability",
    minutes=4,
    reference=decide,
    probes=lambda: list(_thresholds()),
    cases=_around_thresholds,
    hints=(
        "Which space does the threshold live in, and which space do the logits live in?",
        "Compare sigmoid(z) with the threshold; or z with log(t / (1 − t)).",
        "`return 1 / (1 + np.exp(___)) >= ___`",
    ),
    why="the sigmoid brings the logit into the space in which the threshold was chosen.",
    mutants=(
        Mutant(
            "logit-for-probability",
            lambda logits, threshold: logits >= threshold,
            "These are the logits themselves, compared with a threshold on the probability.",
            "sigmoid first: a probability of 0.5 is a logit of 0",
        ),
        Mutant(
            "threshold-ignored",
            lambda logits, threshold: logits >= 0,
            "These are the answers at a threshold of one half, whatever the threshold.",
            "the second argument",
        ),
        Mutant(
            "label-swapped",
            lambda logits, threshold: activations.sigmoid(logits) < threshold,
            "Yes and no are exchanged: these say yes below the threshold.",
            "the direction of the comparison",
        ),
        Mutant(
            "sigmoid-twice",
            lambda logits, threshold: activations.sigmoid(activations.sigmoid(logits)) >= threshold,
            "These are the answers of a sigmoid of a sigmoid: all lies between 0.5 and 0.73.",
            "what goes in: logits, so one sigmoid",
        ),
        Mutant(
            "threshold-left-out",
            lambda logits, threshold: 1 / (1 + np.exp(-logits)) > threshold,
            "All is right but the border: a probability of exactly the threshold got a no.",
            "a logit of 0 at the threshold 0.5: *at least* includes it",
        ),
    ),
)


def smooth_labels(labels, classes, smoothing):
    return (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes


def _hard_labels():
    rng = np.random.default_rng(62)
    yield np.array([0]), 2, 0.1
    yield np.array([2, 0]), 3, 0.3
    yield rng.integers(0, 7, 5), 7, 0.1


def _any_labels(rng):
    for examples, classes in ((1, 2), (1, 5), (3, 3), (4, 2), (2, 6), (7, 4)):
        labels = rng.integers(0, classes, examples)
        yield labels, classes, rng.uniform(0.05, 0.95)
        yield np.full(examples, classes - 1), classes, rng.uniform(0.05, 0.95)
    yield np.array([2, 2, 0, 2]), 5, 0.0
    yield np.array([1, 0, 3]), 4, 1.0
    yield rng.permutation(6), 6, 0.5
    yield np.arange(4), 4, 0.2


def _soft(labels, classes, true, others):
    return np.where(np.eye(classes)[labels] == 1, true, others)


SMOOTH = Exercise(
    id="more.smooth",
    chapter=6,
    objective="smooth labels in the usual ε/K form",
    minutes=5,
    reference=smooth_labels,
    probes=lambda: list(_hard_labels()),
    cases=_any_labels,
    hints=(
        "Mix two distributions: the one-hot label, and the same share for every class.",
        "(1 − ε) × one-hot + ε / K, for every class, the true one included.",
        "`return (1 - smoothing) * np.eye(classes)[labels] + ___`",
    ),
    why="a mixture of two distributions sums to 1 by itself.",
    mutants=(
        Mutant(
            "smoothing-over-others",
            lambda labels, classes, smoothing: _soft(
                labels, classes, 1 - smoothing, smoothing / (classes - 1)
            ),
            "Here ε goes to the other classes alone: ε/(K − 1). Some speech toolkits do so.",
            "the usual form: the true class gets a share of ε as well",
        ),
        Mutant(
            "does-not-sum-to-one",
            lambda labels, classes, smoothing: _soft(
                labels, classes, 1 - smoothing, smoothing / classes
            ),
            "These rows don't sum to 1: the true class has 1 − ε, the others ε/K.",
            "add ε/K to every class, the true one included",
        ),
        Mutant(
            "smoothing-not-taken-away",
            lambda labels, classes, smoothing: _soft(
                labels, classes, 1 + smoothing / classes, smoothing / classes
            ),
            "The true class is above 1: it has its ε/K, and nothing was taken away.",
            "(1 − ε) × one-hot",
        ),
        Mutant(
            "smoothing-turned-around",
            lambda labels, classes, smoothing: smooth_labels(labels, classes, 1 - smoothing),
            "The label has the share ε here, and the uniform part 1 − ε.",
            "ε = 0 must leave the label as it is",
        ),
    ),
)


def focal_loss(logits, labels, alpha, gamma):
    p = 1 / (1 + np.exp(-logits))
    p_true = np.where(labels == 1, p, 1 - p)
    alpha_true = np.where(labels == 1, alpha, 1 - alpha)
    return -alpha_true * (1 - p_true) ** gamma * np.log(p_true)


def _detections():
    rng = np.random.default_rng(63)
    yield np.array([2.0, -1.0]), np.array([1, 0]), 0.25, 2.0
    yield np.array([-2.0, 0.5, 1.5]), np.array([1, 0, 0]), 0.4, 1.5
    yield rng.normal(scale=2, size=8), rng.integers(0, 2, 8), 0.25, 2.0


def _any_detections(rng):
    for gamma, size in ((0.0, 2), (0.5, 1), (1.0, 4), (2.0, 3), (rng.uniform(2, 4), 5)):
        logits = rng.normal(scale=2, size=size)
        yield logits, np.ones(size, int), rng.uniform(0.1, 0.9), gamma
        yield logits, np.zeros(size, int), rng.uniform(0.1, 0.9), gamma
        yield rng.uniform(-10, 10, size), rng.integers(0, 2, size), rng.uniform(0.1, 0.9), gamma
    yield np.zeros(2), np.array([0, 1]), 0.3, 1.5
    yield np.arange(-4, 5) + rng.uniform(0.1, 0.9, 9), rng.permutation(9) % 2, 0.75, 0.7
    yield np.full(3, rng.normal()), np.array([1, 0, 0]), 0.5, 3.0
    yield rng.normal(scale=2, size=4), np.array([0, 1, 1, 0]), 1.0, 2.0
    yield rng.normal(scale=2, size=4), np.array([0, 1, 1, 0]), 0.0, 1.0


def _focal(p, alpha, gamma):
    return -alpha * (1 - p) ** gamma * np.log(p)


def _of_truth(logits, labels):
    return activations.sigmoid(np.where(labels == 1, logits, -logits))


FOCAL = Exercise(
    id="more.focal",
    chapter=6,
    objective="write the focal loss with its α and γ in the right places",
    minutes=8,
    reference=focal_loss,
    probes=lambda: list(_detections()),
    cases=_any_detections,
    hints=(
        "First the probability of the truth, p_t, whatever the label. Then turn down what is easy.",
        "−α_t (1 − p_t)^γ log p_t, with α_t = α for label 1 and 1 − α for label 0.",
        "`p_true = np.where(labels == 1, p, ___)`\n"
        "`alpha_true = np.where(labels == 1, alpha, ___)`\n"
        "then −α_t × (1 − p_t)^___ × log p_t",
    ),
    why="(1 − p_t)^γ is nearly 0 for what is easy, and α_t balances the two labels.",
    mutants=(
        Mutant(
            "alpha-on-both",
            lambda logits, labels, alpha, gamma: _focal(_of_truth(logits, labels), alpha, gamma),
            "Both labels have the weight α here.",
            "label 0 gets 1 − α: otherwise α is only a learning rate",
        ),
        Mutant(
            "alpha-turned-around",
            lambda logits, labels, alpha, gamma: focal_loss(logits, labels, 1 - alpha, gamma),
            "Here label 1 has the weight 1 − α, and label 0 has α.",
            "α belongs to label 1, the rare one",
        ),
        Mutant(
            "alpha-for-gamma",
            lambda logits, labels, alpha, gamma: focal_loss(logits, labels, gamma, alpha),
            "These are the losses with α and γ exchanged.",
            "γ is the power of (1 − p_t), α the weight before it",
        ),
        Mutant(
            "truth-forgotten",
            lambda logits, labels, alpha, gamma: (
                focal_loss(logits, labels, alpha, 0) * (1 - activations.sigmoid(logits)) ** gamma
            ),
            "The factor is (1 − p)^γ for both labels: it turns down every yes, right or wrong.",
            "p_t, the probability of the truth",
        ),
        Mutant(
            "easy-kept-loud",
            lambda logits, labels, alpha, gamma: (
                focal_loss(logits, labels, alpha, 0) * _of_truth(logits, labels) ** gamma
            ),
            "The factor is p_t^γ here: it turns down what is hard.",
            "which examples the focal loss should leave loud",
        ),
        Mutant(
            "minus-forgotten",
            lambda logits, labels, alpha, gamma: -focal_loss(logits, labels, alpha, gamma),
            "All is right but the sign: these losses are negative.",
            "the logarithm of a probability is never above 0, and a loss is never below",
        ),
    ),
)


def weighted_mean(losses, labels, weights):
    return np.sum(weights[labels] * losses) / np.sum(weights[labels])


def _weighted():
    rng = np.random.default_rng(64)
    yield np.array([1.0, 3.0]), np.array([0, 1]), np.array([1.0, 0.1])
    yield np.array([0.5, 2.0, 1.0]), np.array([1, 1, 0]), np.array([3.0, 0.5])
    yield rng.exponential(size=9), rng.integers(0, 3, 9), np.array([0.1, 2.0, 5.0])


def _any_weights(rng):
    for examples, classes in ((1, 2), (1, 1), (3, 3), (4, 2), (2, 5), (7, 4)):
        weights = rng.uniform(0.1, 5, classes)
        labels = rng.integers(0, classes, examples)
        yield rng.exponential(size=examples), labels, weights
        yield rng.exponential(size=examples), np.sort(labels)[::-1].copy(), np.round(weights) + 1
        yield rng.exponential(size=examples), np.full(examples, classes - 1), weights
    yield np.ones(4), np.array([0, 2, 2, 1]), rng.uniform(0.1, 5, 3)
    yield np.array([0.0, 2.0, 0.0, 1.0]), np.array([1, 0, 1, 1]), rng.uniform(0.1, 5, 2)
    yield rng.exponential(size=5), np.array([0, 1, 2, 0, 2]), np.array([0.0, 1.5, 0.4])
    yield 1000 * rng.exponential(size=4), np.array([3, 0, 3, 1]), rng.uniform(0.1, 5, 4)
    yield rng.exponential(size=3), np.array([2, 0, 1]), np.full(3, 2.0)
    yield rng.exponential(size=3), np.array([1, 0, 1]), rng.uniform(0.01, 0.2, 2)


def _class_means(losses, labels, weights):
    present = np.unique(labels)
    means = np.array([np.mean(losses[labels == label]) for label in present])
    return np.sum(weights[present] * means) / np.sum(weights[present])


WEIGHTED = Exercise(
    id="more.weighted",
    chapter=6,
    objective="average losses under class weights",
    minutes=5,
    reference=weighted_mean,
    probes=lambda: list(_weighted()),
    cases=_any_weights,
    hints=(
        "Each example brings the weight of its own class. By what do you divide a weighted sum?",
        "Σ w × loss / Σ w, where w is the weight of the example's class.",
        "`w = weights[___]`, then the sum of `w * losses` over the sum of ___",
    ),
    why="dividing by the weights that were used keeps the loss of a constant batch constant.",
    mutants=(
        Mutant(
            "weighted-mean-over-n",
            lambda losses, labels, weights: np.mean(weights[labels] * losses),
            "This is the weighted sum, divided by the number of examples, not by their weights.",
            "all losses equal to 1: what should the mean be?",
        ),
        Mutant(
            "weights-of-all-classes",
            lambda losses, labels, weights: np.sum(weights[labels] * losses) / np.sum(weights),
            "This is the weighted sum over the sum of the classes' weights, each class once.",
            "the weights of the examples: a class that comes twice counts twice",
        ),
        Mutant(
            "weights-ignored",
            lambda losses, labels, weights: np.mean(losses),
            "This is the plain mean: the weights do nothing.",
            "`weights[labels]`, the weight of each example",
        ),
        Mutant(
            "sum-for-mean",
            lambda losses, labels, weights: np.sum(weights[labels] * losses),
            "This is the weighted sum, divided by nothing.",
            "a mean: twice the batch must not give twice the loss",
        ),
        Mutant(
            "mean-of-batch-means",
            _class_means,
            "This is the weighted mean of the classes' means: a frequent class counts once.",
            "one sum over all examples above, one below",
        ),
    ),
)


def distillation(student_logits, teacher_logits, temperature):
    student, teacher = student_logits / temperature, teacher_logits / temperature
    log_q = student - np.logaddexp.reduce(student, axis=-1, keepdims=True)
    log_p = teacher - np.logaddexp.reduce(teacher, axis=-1, keepdims=True)
    return temperature**2 * np.sum(np.exp(log_p) * (log_p - log_q), axis=-1)


def _lessons():
    rng = np.random.default_rng(65)
    yield np.array([[0.0, 1.0]]), np.array([[2.0, -1.0]]), 2.0
    yield rng.normal(size=(2, 3)), rng.normal(scale=2, size=(2, 3)), 4.0
    yield rng.normal(scale=3, size=(4, 6)), rng.normal(scale=3, size=(4, 6)), 1.5


def _any_lessons(rng):
    for shape in ((1, 2), (1, 4), (3, 1), (3, 3), (2, 5), (5, 2)):
        student, teacher = rng.normal(scale=2, size=(2, *shape))
        yield student, teacher, rng.uniform(1.5, 6)
        yield student, teacher + rng.normal(), 1.0
        yield student, student + rng.normal(size=(shape[0], 1)), rng.uniform(0.5, 0.9)
    yield np.full((2, 3), 4.0), np.round(rng.normal(scale=3, size=(2, 3))), 2.0
    yield np.round(rng.normal(scale=3, size=(2, 4))), np.zeros((2, 4)), 3.0
    yield *rng.normal(scale=0.1, size=(2, 3, 2)), 0.5
    yield *rng.uniform(-10, 10, size=(2, 3, 4)), 1.25


def _divergence(log_p, log_q):
    return np.sum(np.exp(log_p) * (log_p - log_q), axis=-1)


def _at(logits, temperature):
    return activations.log_softmax(logits / temperature)


DISTILLATION = Exercise(
    id="more.distillation",
    chapter=6,
    objective="write the distillation loss: direction, temperature and T²",
    minutes=8,
    reference=distillation,
    probes=lambda: list(_lessons()),
    cases=_any_lessons,
    hints=(
        "Soften both models by the same temperature. The teacher says what happens.",
        "T² × KL(teacher ‖ student), both from logits divided by T.",
        "`log_p`, `log_q` = log-softmax of teacher / T and student / T\n"
        "T^___ × Σ e^(log p) × (___ − ___)",
    ),
    why="softening by T shrinks the gradient by about 1/T², and T² brings it back.",
    mutants=(
        Mutant(
            "temperature-square-forgotten",
            lambda s, t, temperature: distillation(s, t, temperature) / temperature**2,
            "All is right but the factor T²: it is missing.",
            "what happens to the gradient when T grows",
        ),
        Mutant(
            "temperature-not-squared",
            lambda s, t, temperature: distillation(s, t, temperature) / temperature,
            "All is right but the factor: T stands where T² belongs.",
            "two divisions by T: in the student's logits, and in the difference of the softmaxes",
        ),
        Mutant(
            "divergence-swapped",
            lambda s, t, temperature: distillation(t, s, temperature),
            "This is KL(student‖teacher): the models are swapped.",
            "who says what happens: the teacher, so its probabilities are the weights",
        ),
        Mutant(
            "temperature-on-one-side",
            lambda s, t, temperature: temperature**2 * _divergence(_at(t, temperature), _at(s, 1)),
            "Only the teacher is softened here; the student is as hard as before.",
            "a student equal to its teacher: its loss must be 0",
        ),
        Mutant(
            "temperature-ignored",
            lambda s, t, temperature: temperature**2 * _divergence(_at(t, 1), _at(s, 1)),
            "These are the numbers of logits that were never divided by T.",
            "both sets of logits, divided by T before the softmax",
        ),
        Mutant(
            "cross-entropy-for-divergence",
            lambda s, t, temperature: (
                temperature**2 * -np.sum(np.exp(_at(t, temperature)) * _at(s, temperature), axis=-1)
            ),
            "This is the cross-entropy: the teacher's entropy is still in it.",
            "a student equal to its teacher: its loss must be 0",
        ),
    ),
)


def pinball(predictions, targets, quantile):
    errors = targets - predictions
    return np.maximum(quantile * errors, (quantile - 1) * errors)


def _demands():
    rng = np.random.default_rng(66)
    yield np.array([3.0, 1.0]), np.array([1.0, 2.0]), 0.9
    yield np.array([2.0, 2.0, 2.0]), np.array([1.0, 2.0, 4.0]), 0.25
    yield rng.normal(size=8), rng.normal(size=8), 0.7


def _any_demands(rng):
    for quantile in (0.5, 0.05, *rng.uniform(0.1, 0.9, 3)):
        size = rng.integers(1, 6)
        targets = rng.normal(scale=3, size=size)
        distances = rng.exponential(size=size)
        yield targets - distances, targets, quantile
        yield targets + distances, targets, quantile
        yield targets + rng.normal(size=size), targets, quantile
    yield np.zeros(1), np.zeros(1), 0.3
    yield np.array([2.0, -1.0, 0.0]), np.array([2.0, 1.0, 0.0]), 0.8
    yield -rng.exponential(size=3) - 1, rng.exponential(size=3), 0.6
    yield rng.uniform(-1000, 1000, 4), rng.uniform(-1000, 1000, 4), 0.99
    yield np.full(4, 1.5), np.round(rng.normal(scale=3, size=4)), 0.2
    yield rng.normal(scale=0.01, size=2), np.zeros(2), 0.4


PINBALL = Exercise(
    id="more.pinball",
    chapter=6,
    objective="write the loss whose best answer is a quantile",
    minutes=6,
    reference=pinball,
    probes=lambda: list(_demands()),
    cases=_any_demands,
    hints=(
        "For the 0.9 quantile, being too low must cost nine times as much as being too high.",
        "With e = target − prediction: q e where e is positive, (q − 1) e where it is negative.",
        "`errors = targets - predictions`\nthen `np.maximum` of q × errors and ___ × errors",
    ),
    why="at the q quantile a share q of the targets lies below, and the two slopes balance.",
    mutants=(
        Mutant(
            "quantile-turned-around",
            lambda predictions, targets, quantile: pinball(predictions, targets, 1 - quantile),
            "The two sides are exchanged: this is the loss of the quantile 1 − q.",
            "which side is dear when q = 0.9: being too low",
        ),
        Mutant(
            "quantile-ignored",
            lambda predictions, targets, quantile: np.abs(predictions - targets) / 2,
            "Both sides cost alike: this is the median's loss.",
            "q for one side, 1 − q for the other",
        ),
        Mutant(
            "one-side-only",
            lambda predictions, targets, quantile: np.maximum(
                quantile * (targets - predictions), 0
            ),
            "Being too high costs nothing.",
            "the other side: (1 − q) times how far too high",
        ),
        Mutant(
            "signs-cancel",
            lambda predictions, targets, quantile: quantile * (targets - predictions),
            "These are the numbers of one line, q times the error: they can be negative.",
            "`np.maximum`",
        ),
        Mutant(
            "squared-pinball",
            lambda predictions, targets, quantile: (
                pinball(predictions, targets, quantile) * np.abs(predictions - targets)
            ),
            "These grow with the squared error: that gives an expectile, not a quantile.",
            "two straight lines, without a square",
        ),
    ),
)


def adjusted_loss(logits, labels, shares):
    shifted = logits + np.log(shares)
    total = np.log(np.sum(np.exp(shifted), axis=1))
    return total - shifted[np.arange(len(labels)), labels]


def _lopsided():
    rng = np.random.default_rng(67)
    yield np.array([[0.0, 0.0]]), np.array([1]), np.array([0.9, 0.1])
    yield np.array([[1.0, 0.5, -1.0], [0.0, 2.0, 1.0]]), np.array([2, 0]), np.array([0.7, 0.2, 0.1])
    yield rng.normal(scale=2, size=(6, 4)), rng.integers(0, 4, 6), rng.dirichlet(np.full(4, 2.0))


def _any_shares(rng):
    for examples, classes in ((1, 2), (1, 5), (3, 3), (4, 2), (2, 6), (6, 4)):
        shares = 0.9 * rng.dirichlet(np.ones(classes)) + 0.1 / classes
        labels = rng.integers(0, classes, examples)
        yield rng.normal(scale=2, size=(examples, classes)), labels, shares
        yield rng.uniform(-10, 10, (examples, classes)), labels, shares
        yield np.zeros((examples, classes)), np.full(examples, classes - 1), shares
    yield rng.normal(size=(3, 4)), np.array([1, 1, 3]), np.full(4, 0.25)
    yield np.full((2, 3), 5.0), np.array([0, 2]), np.array([0.01, 0.09, 0.9])
    yield (
        np.round(rng.normal(scale=3, size=(4, 3))),
        np.array([2, 0, 1, 2]),
        np.array([0.5, 0.3, 0.2]),
    )


def _label_logits(logits, labels):
    return np.take_along_axis(logits, labels[:, np.newaxis], axis=1)[:, 0]


def _plain(logits, labels):
    return activations.logsumexp(logits) - _label_logits(logits, labels)


def _adjusted_in_bits(logits, labels, shares):
    shifted = logits + np.log2(shares)
    return activations.logsumexp(shifted) / np.log(2) - _label_logits(shifted, labels)


ADJUSTED = Exercise(
    id="more.adjusted",
    chapter=6,
    objective="shift the logits by how common each class is",
    minutes=6,
    reference=adjusted_loss,
    probes=lambda: list(_lopsided()),
    cases=_any_shares,
    hints=(
        "Tell the softmax how common each class is, so that the logits need not learn it.",
        "Softmax cross-entropy of z + log π, where π are the shares.",
        "`shifted = logits + ___`\n"
        "then log Σ exp(shifted) of each row, minus the shifted logit of its label",
    ),
    why="p is proportional to share × e^z, so z is left to say what the picture says.",
    mutants=(
        Mutant(
            "shift-turned-round",
            lambda logits, labels, shares: adjusted_loss(logits, labels, 1 / shares),
            "The logarithms are subtracted here: that is the shift of a decision after training.",
            "in training they are added: a frequent class gets a head start",
        ),
        Mutant(
            "shift-without-logarithm",
            lambda logits, labels, shares: _plain(logits + shares, labels),
            "The shares themselves were added to the logits.",
            "a logit is a logarithm, so add logarithms",
        ),
        Mutant(
            "bits-on-logits",
            lambda logits, labels, shares: _plain(logits + np.log2(shares), labels),
            "The logarithms of the shares are to base 2.",
            "`np.log`: logits are in nats",
        ),
        Mutant(
            "bits-after-exp",
            _adjusted_in_bits,
            "Each logarithm is to base 2, although the logits are in nats.",
            "`np.log` in both places: it undoes `np.exp`",
        ),
        Mutant(
            "shift-ignored",
            lambda logits, labels, shares: _plain(logits, labels),
            "This is the plain cross-entropy: the shares do nothing.",
            "`logits + np.log(shares)`",
        ),
        Mutant(
            "weights-for-shift",
            lambda logits, labels, shares: _plain(logits, labels) / shares[labels],
            "This is the cross-entropy times a weight, one over the share of the label.",
            "a shift inside the softmax, not a factor before the loss",
        ),
        Mutant(
            "shift-at-label-only",
            lambda logits, labels, shares: _plain(logits, labels) - np.log(shares[labels]),
            "Only the label's logit is shifted: in the sum over the classes the shift is missing.",
            "shift all logits first, then take the softmax",
        ),
        Mutant(
            "minus-forgotten",
            lambda logits, labels, shares: -adjusted_loss(logits, labels, shares),
            "All is right but the sign: these losses are negative.",
            "log Σ exp first, the label's logit taken away from it",
        ),
    ),
)


def gaussian_slopes(means, log_variances, targets, beta):
    variances = np.exp(log_variances)
    errors = means - targets
    weights = variances**beta
    return weights * errors / variances, weights * (1 - errors**2 / variances) / 2


def _measured():
    rng = np.random.default_rng(68)
    yield np.array([0.0]), np.log([4.0]), np.array([2.0]), 0.0
    yield np.array([1.0, 3.0]), np.array([0.0, 1.0]), np.array([2.0, 0.0]), 0.5
    yield *rng.normal(size=(3, 5)), 1.0


def _any_measured(rng):
    for beta in (0.0, 0.5, 1.0, *rng.uniform(0.1, 0.9, 3)):
        size = rng.integers(1, 6)
        means, targets = rng.normal(scale=2, size=(2, size))
        yield means, rng.uniform(-3, 3, size), targets, beta
        yield targets, rng.uniform(-3, 3, size), targets, beta
        yield targets - rng.exponential(size=size), np.zeros(size), targets, beta
    errors = rng.uniform(0.5, 3, 4)
    yield errors, 2 * np.log(errors), np.zeros(4), 0.25
    yield np.full(3, 1.5), np.array([-3.0, 0.0, 3.0]), np.zeros(3), 0.75
    yield rng.normal(size=2), rng.uniform(1, 3, 2), 100 * rng.normal(size=2), 0.5


def _with_slope_of_the_weight(means, log_variances, targets, beta):
    at_means, at_spreads = gaussian_slopes(means, log_variances, targets, beta)
    loss = (log_variances + (means - targets) ** 2 / np.exp(log_variances)) / 2
    return at_means, at_spreads + beta * np.exp(beta * log_variances) * loss


GAUSSIAN = Exercise(
    id="more.gaussian",
    chapter=6,
    objective="write the slopes of a mean and its spread, with the weight that keeps it learning",
    minutes=7,
    reference=gaussian_slopes,
    probes=lambda: list(_measured()),
    cases=_any_measured,
    hints=(
        "Take the loss's two slopes first. Then one more factor for both, a plain number.",
        "σ^(2β) × (μ − y) / σ², and σ^(2β) × ½ (1 − (μ − y)² / σ²), with σ² = e^s.",
        "`variances = np.exp(log_variances)`, `errors = means - targets`\n"
        "`weights = variances ** ___`\n"
        "`return weights * errors / ___, weights * (1 - ___) / 2`",
    ),
    why="a factor without a slope changes how loudly an example is heard, not where it is at rest.",
    mutants=(
        Mutant(
            "weight-left-out",
            lambda means, s, targets, beta: gaussian_slopes(means, s, targets, 0),
            "These are the slopes for β = 0, whatever β is.",
            "both slopes times the variance to the power β",
        ),
        Mutant(
            "weight-with-slope",
            _with_slope_of_the_weight,
            "At the log-variance the factor was differentiated as well.",
            "the factor is held fixed: a plain number",
        ),
        Mutant(
            "deviation-for-variance",
            lambda means, s, targets, beta: gaussian_slopes(means, 2 * s, targets, beta),
            "Here e^s is the standard deviation; it is squared once more.",
            "s is the logarithm of the *variance*",
        ),
        Mutant(
            "slope-at-variance",
            lambda means, s, targets, beta: (
                gaussian_slopes(means, s, targets, beta)[0],
                gaussian_slopes(means, s, targets, beta)[1] / np.exp(s),
            ),
            "The second slope is the one at the variance; the one at its logarithm is asked for.",
            "the chain rule: times the variance once more",
        ),
        Mutant(
            "half-left-out",
            lambda means, s, targets, beta: (
                gaussian_slopes(means, s, targets, beta)[0],
                2 * gaussian_slopes(means, s, targets, beta)[1],
            ),
            "The first slopes are right, the second ones twice too large.",
            "the ½ before the whole loss: in the first slope the square's 2 cancels it",
        ),
        Mutant(
            "sign-flipped",
            lambda means, s, targets, beta: tuple(
                -part for part in gaussian_slopes(means, s, targets, beta)
            ),
            "All is right but the sign of both slopes: these are pushes.",
            "a mean that is too high has a positive slope",
        ),
        Mutant(
            "error-turned",
            lambda means, s, targets, beta: (
                -gaussian_slopes(means, s, targets, beta)[0],
                gaussian_slopes(means, s, targets, beta)[1],
            ),
            "The second slopes are right, the first ones have the wrong sign.",
            "a mean that is too high has a positive slope",
        ),
    ),
)


def level_loss(scores, labels, cuts):
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    above = 1 / (1 + np.exp(edges - scores[:, np.newaxis]))
    rows = np.arange(len(scores))
    return -np.log(above[rows, labels] - above[rows, labels + 1])


def _graded():
    rng = np.random.default_rng(69)
    yield np.array([0.0]), np.array([1]), np.array([-1.0, 1.0])
    yield np.array([0.5, -2.0, 1.0]), np.array([2, 0, 1]), np.array([-0.5, 1.5])
    yield rng.normal(scale=2, size=6), rng.integers(0, 5, 6), np.array([-2.0, -0.5, 0.2, 3.0])


def _any_grades(rng):
    for levels in (2, 3, 4, 6):
        cuts = np.cumsum(rng.uniform(0.2, 1.5, levels - 1)) - rng.uniform(1, 3)
        yield rng.normal(scale=2, size=3), rng.integers(0, levels, 3), cuts
        yield rng.normal(scale=2, size=levels), np.arange(levels), cuts
        yield np.zeros(2), np.array([0, levels - 1]), cuts
        yield rng.uniform(-8, 8, 5), rng.integers(0, levels, 5), cuts
        yield rng.normal(size=1), np.array([levels // 2]), cuts
    yield np.array([1.0, 1.0]), np.array([1, 2]), np.array([-1.0, 1.0, 1.5])
    yield np.full(4, rng.normal()), np.array([3, 1, 1, 2]), np.array([-4.0, 0.0, 4.0])


def _question(scores, cut):
    """The logit of being above a cut; the outermost cuts are beyond everything."""
    return activations.softplus(cut - scores), activations.softplus(scores - cut)


def _edges(labels, cuts):
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    return edges[labels], edges[labels + 1]


LEVELS = Exercise(
    id="more.levels",
    chapter=6,
    objective="turn a score and its cuts into the surprise of a level",
    minutes=7,
    reference=level_loss,
    probes=lambda: list(_graded()),
    cases=_any_grades,
    hints=(
        "What is the probability of being above a cut? A level lies above one and not the next.",
        "−log [σ(s − lower cut) − σ(s − upper cut)]; beyond the ends, cuts at −∞ and ∞.",
        "`edges` = −∞, the cuts, ∞\n"
        "`above = 1 / (1 + np.exp(edges - scores[:, None]))`\n"
        "then −log of `above` at the label's edge minus `above` at ___",
    ),
    why="the levels share what lies between their cuts, so their probabilities sum to 1.",
    mutants=(
        Mutant(
            "upper-cut-ignored",
            lambda scores, labels, cuts: _question(scores, _edges(labels, cuts)[0])[0],
            "This is the surprise of *at least* this level.",
            "the upper cut: what lies above it belongs to other levels",
        ),
        Mutant(
            "lower-cut-ignored",
            lambda scores, labels, cuts: _question(scores, _edges(labels, cuts)[1])[1],
            "This is the surprise of *at most* this level.",
            "the lower cut: what lies below it belongs to other levels",
        ),
        Mutant(
            "cuts-multiplied",
            lambda scores, labels, cuts: (
                _question(scores, _edges(labels, cuts)[0])[0]
                + _question(scores, _edges(labels, cuts)[1])[1]
            ),
            "Two probabilities are multiplied here: above the one cut, and not above the other.",
            "the two are not independent: take the difference",
        ),
        Mutant(
            "all-cuts-asked",
            lambda scores, labels, cuts: sum(
                np.where(labels > k, *_question(scores, cut)) for k, cut in enumerate(cuts)
            ),
            "This adds up a yes-or-no loss for every cut.",
            "one level, one probability: between its two cuts",
        ),
        Mutant(
            "levels-turned-round",
            lambda scores, labels, cuts: level_loss(scores, len(cuts) - labels, cuts),
            "The levels are counted from the top.",
            "level 0 lies below the first cut, where the score is low",
        ),
        Mutant(
            "minus-forgotten",
            lambda scores, labels, cuts: -level_loss(scores, labels, cuts),
            "All is right but the sign: these losses are negative.",
            "the logarithm of a probability is never above 0, and a loss is never below",
        ),
    ),
)


def by_hand(classes, smoothing):
    others = smoothing / classes
    true = 1 - smoothing + others
    floor = -true * np.log(true) - (classes - 1) * others * np.log(others)
    return true, others, floor


def _over_others(classes, smoothing):
    others = smoothing / (classes - 1)
    true = 1 - smoothing
    return true, others, -true * np.log(true) - smoothing * np.log(others)


BY_HAND = Exercise(
    id="more.by_hand",
    chapter=6,
    objective="find the floor that label smoothing puts under the loss",
    minutes=5,
    reference=by_hand,
    probes=lambda: [(10, 0.1)],
    question=lambda classes, smoothing: (
        f"Label smoothing with ε = {smoothing:g} over {classes} classes, in the usual ε/K form."
        " What does the label give the true class, what does it give each other class, and what is"
        " the smallest cross-entropy that any model can reach, in nats? Three decimals."
    ),
    draw=lambda rng: (int(rng.integers(3, 51)), int(rng.integers(5, 41)) / 100),
    decimals=3,
    hints=(
        "The best a model can do is to say exactly what the label says. What does that cost?",
        "True: 1 − ε + ε/K. Others: ε/K. Floor: the entropy of the label.",
        "−true × ln(true) − (K − 1) × other × ln(___)",
    ),
    why="cross-entropy is at least the label's own entropy, and a smoothed label has some.",
    mutants=(
        Mutant(
            "smoothing-over-others",
            _over_others,
            "Here ε goes to the other classes only: ε/(K − 1).",
            "the usual form: every class gets ε/K, the true one too",
        ),
        Mutant(
            "floor-thought-zero",
            lambda classes, smoothing: (*by_hand(classes, smoothing)[:2], 0.0),
            "The label is right, but no model can reach 0 on it.",
            "the cross-entropy of a model that says exactly what the label says",
        ),
        Mutant(
            "bits-for-nats",
            lambda classes, smoothing: (
                *by_hand(classes, smoothing)[:2],
                by_hand(classes, smoothing)[2] / np.log(2),
            ),
            "The label is right; the floor is in bits.",
            "the natural logarithm: multiply by 0.693",
        ),
        Mutant(
            "true-class-only",
            lambda classes, smoothing: (
                *by_hand(classes, smoothing)[:2],
                -np.log(by_hand(classes, smoothing)[0]),
            ),
            "The label is right; the floor pays for the true class alone, with weight 1.",
            "all K terms, each with the label's own weight",
        ),
        Mutant(
            "one-term-only",
            lambda classes, smoothing: (
                *by_hand(classes, smoothing)[:2],
                -by_hand(classes, smoothing)[0] * np.log(by_hand(classes, smoothing)[0]),
            ),
            "The label is right; the floor leaves out the K − 1 other classes.",
            "what each of them adds: −other × ln(other)",
        ),
    ),
)

EXERCISES = (
    DECIDE,
    SMOOTH,
    FOCAL,
    WEIGHTED,
    ADJUSTED,
    DISTILLATION,
    PINBALL,
    GAUSSIAN,
    LEVELS,
    BY_HAND,
)
