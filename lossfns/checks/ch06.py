"""Exercises of chapter 6: losses you'll hear about."""

import numpy as np

from lossfns import activations
from lossfns.checks._exercise import Exercise, Mutant


def decide(logits, threshold):
    return 1 / (1 + np.exp(-logits)) >= threshold


def _thresholds():
    rng = np.random.default_rng(61)
    yield np.array([0.3, -0.2]), 0.5
    yield np.array([0.3, 1.0, 3.0]), 0.9
    yield np.array([-3.0, -1.0, 0.7, 0.2]), 0.2
    yield rng.normal(scale=2, size=20), 0.7


DECIDE = Exercise(
    id="more.decide",
    chapter=6,
    objective="turn logits into decisions at a threshold on the probability",
    minutes=4,
    reference=decide,
    probes=lambda: list(_thresholds()),
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
            "You compared the logits themselves with a threshold on the probability.",
            "sigmoid first: a probability of 0.5 is a logit of 0",
        ),
        Mutant(
            "threshold-ignored",
            lambda logits, threshold: logits >= 0,
            "You asked for a probability of one half, whatever the threshold.",
            "the second argument",
        ),
        Mutant(
            "label-swapped",
            lambda logits, threshold: activations.sigmoid(logits) < threshold,
            "You say yes below the threshold.",
            "the direction of the comparison",
        ),
        Mutant(
            "sigmoid-twice",
            lambda logits, threshold: activations.sigmoid(activations.sigmoid(logits)) >= threshold,
            "You applied the sigmoid twice: everything then lies between 0.5 and 0.73.",
            "what goes in: logits, so one sigmoid",
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


def _soft(labels, classes, true, others):
    return np.where(np.eye(classes)[labels] == 1, true, others)


SMOOTH = Exercise(
    id="more.smooth",
    chapter=6,
    objective="smooth labels in the usual ε/K form",
    minutes=5,
    reference=smooth_labels,
    probes=lambda: list(_hard_labels()),
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
            "You spread ε over the other classes: ε/(K − 1). Some speech toolkits do so.",
            "the usual form: the true class gets a share of ε as well",
        ),
        Mutant(
            "does-not-sum-to-one",
            lambda labels, classes, smoothing: _soft(
                labels, classes, 1 - smoothing, smoothing / classes
            ),
            "Your rows don't sum to 1: the true class is left at 1 − ε.",
            "add ε/K to every class, the true one included",
        ),
        Mutant(
            "smoothing-not-taken-away",
            lambda labels, classes, smoothing: _soft(
                labels, classes, 1 + smoothing / classes, smoothing / classes
            ),
            "You added ε/K and took nothing away from the true class: it is above 1.",
            "(1 − ε) × one-hot",
        ),
        Mutant(
            "smoothing-turned-around",
            lambda labels, classes, smoothing: smooth_labels(labels, classes, 1 - smoothing),
            "You gave ε to the label and 1 − ε to the uniform part.",
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
            "You weighed both labels with α.",
            "label 0 gets 1 − α: otherwise α is only a learning rate",
        ),
        Mutant(
            "alpha-turned-around",
            lambda logits, labels, alpha, gamma: focal_loss(logits, labels, 1 - alpha, gamma),
            "You gave 1 − α to label 1 and α to label 0.",
            "α belongs to label 1, the rare one",
        ),
        Mutant(
            "alpha-for-gamma",
            lambda logits, labels, alpha, gamma: focal_loss(logits, labels, gamma, alpha),
            "You exchanged α and γ: the weight became the exponent.",
            "γ is the power of (1 − p_t), α the weight before it",
        ),
        Mutant(
            "truth-forgotten",
            lambda logits, labels, alpha, gamma: (
                focal_loss(logits, labels, alpha, 0) * (1 - activations.sigmoid(logits)) ** gamma
            ),
            "Your factor is (1 − p)^γ for both labels: it turns down every yes, right or wrong.",
            "p_t, the probability of the truth",
        ),
        Mutant(
            "easy-kept-loud",
            lambda logits, labels, alpha, gamma: (
                focal_loss(logits, labels, alpha, 0) * _of_truth(logits, labels) ** gamma
            ),
            "Your factor is p_t^γ: it turns down what is hard.",
            "which examples the focal loss should leave loud",
        ),
        Mutant(
            "minus-forgotten",
            lambda logits, labels, alpha, gamma: -focal_loss(logits, labels, alpha, gamma),
            "Your losses are negative: a minus is missing.",
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
            "You divided by the number of examples, not by the sum of their weights.",
            "all losses equal to 1: what should the mean be?",
        ),
        Mutant(
            "weights-of-all-classes",
            lambda losses, labels, weights: np.sum(weights[labels] * losses) / np.sum(weights),
            "You divided by the sum of the classes' weights, each class once.",
            "the weights of the examples: a class that comes twice counts twice",
        ),
        Mutant(
            "weights-ignored",
            lambda losses, labels, weights: np.mean(losses),
            "You took the plain mean: the weights do nothing.",
            "`weights[labels]`, the weight of each example",
        ),
        Mutant(
            "sum-for-mean",
            lambda losses, labels, weights: np.sum(weights[labels] * losses),
            "You returned the weighted sum and divided by nothing.",
            "a mean: twice the batch must not give twice the loss",
        ),
        Mutant(
            "mean-of-batch-means",
            _class_means,
            "You averaged each class first, and weighed the averages.",
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
            "The factor T² is missing.",
            "what happens to the gradient when T grows",
        ),
        Mutant(
            "temperature-not-squared",
            lambda s, t, temperature: distillation(s, t, temperature) / temperature,
            "You multiplied by T, not by T².",
            "two divisions by T: in the student's logits, and in the difference of the softmaxes",
        ),
        Mutant(
            "divergence-swapped",
            lambda s, t, temperature: distillation(t, s, temperature),
            "You swapped the models: this is KL(student‖teacher).",
            "who says what happens: the teacher, so its probabilities are the weights",
        ),
        Mutant(
            "temperature-on-one-side",
            lambda s, t, temperature: temperature**2 * _divergence(_at(t, temperature), _at(s, 1)),
            "You softened the teacher and left the student hard.",
            "a student equal to its teacher: its loss must be 0",
        ),
        Mutant(
            "temperature-ignored",
            lambda s, t, temperature: temperature**2 * _divergence(_at(t, 1), _at(s, 1)),
            "You never divided the logits by T.",
            "both sets of logits, divided by T before the softmax",
        ),
        Mutant(
            "cross-entropy-for-divergence",
            lambda s, t, temperature: (
                temperature**2 * -np.sum(np.exp(_at(t, temperature)) * _at(s, temperature), axis=-1)
            ),
            "You returned the cross-entropy: the teacher's entropy is still in it.",
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


PINBALL = Exercise(
    id="more.pinball",
    chapter=6,
    objective="write the loss whose best answer is a quantile",
    minutes=6,
    reference=pinball,
    probes=lambda: list(_demands()),
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
            "Your two sides are exchanged: this is the loss of the quantile 1 − q.",
            "which side is dear when q = 0.9: being too low",
        ),
        Mutant(
            "quantile-ignored",
            lambda predictions, targets, quantile: np.abs(predictions - targets) / 2,
            "You cost both sides alike: this is the median's loss.",
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
            "Your losses can be negative: the maximum of the two lines is missing.",
            "`np.maximum`",
        ),
        Mutant(
            "squared-pinball",
            lambda predictions, targets, quantile: (
                pinball(predictions, targets, quantile) * np.abs(predictions - targets)
            ),
            "You squared the errors: that gives an expectile, not a quantile.",
            "two straight lines, without a square",
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
            "You spread ε over the other classes only: ε/(K − 1).",
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
            "The label is right; your floor is in bits.",
            "the natural logarithm: multiply by 0.693",
        ),
        Mutant(
            "true-class-only",
            lambda classes, smoothing: (
                *by_hand(classes, smoothing)[:2],
                -np.log(by_hand(classes, smoothing)[0]),
            ),
            "The label is right; your floor pays for the true class alone, with weight 1.",
            "all K terms, each with the label's own weight",
        ),
        Mutant(
            "one-term-only",
            lambda classes, smoothing: (
                *by_hand(classes, smoothing)[:2],
                -by_hand(classes, smoothing)[0] * np.log(by_hand(classes, smoothing)[0]),
            ),
            "The label is right; your floor leaves out the K − 1 other classes.",
            "what each of them adds: −other × ln(other)",
        ),
    ),
)

EXERCISES = (DECIDE, SMOOTH, FOCAL, WEIGHTED, DISTILLATION, PINBALL, BY_HAND)
