"""Exercises of chapter 2: squared error on a category."""

import numpy as np

from lossfns.activations import sigmoid, softmax
from lossfns.checks._cases import SIZES, classified, scores
from lossfns.checks._draws import three_probabilities
from lossfns.checks._exercise import Exercise
from lossfns.judging.mistakes import Mutant


def sigmoid_mse_gradient(logits, labels):
    p = 1 / (1 + np.exp(-logits))
    return 2 * (p - labels) * p * (1 - p)


def _scores():
    rng = np.random.default_rng(21)
    yield np.array([-4.5, 0.5]), np.array([1.0, 0.0])
    yield np.array([-2.0, -0.3, 1.7]), np.array([1.0, 1.0, 0.0])
    yield rng.normal(scale=2, size=10), rng.integers(0, 2, 10).astype(float)


SIGMOID = Exercise(
    id="attempts.sigmoid",
    chapter=2,
    objective="carry squared error's slope back through a sigmoid",
    minutes=6,
    reference=sigmoid_mse_gradient,
    probes=lambda: list(_scores()),
    cases=scores,
    hints=(
        "Two steps back: from the loss to the probability, and from the probability to the logit.",
        "The first slope is 2(p − y). The second is the sigmoid's own: p(1 − p). Multiply them.",
        "`p = 1 / (1 + np.exp(-logits))`\n`return 2 * (___ - ___) * ___ * (1 - ___)`",
    ),
    why="the chain rule multiplies the two slopes, and the second one dies at both ends.",
    mutants=(
        Mutant(
            "activation-slope-forgotten",
            lambda logits, labels: 2 * (sigmoid(logits) - labels),
            "These are 2(p − y), the slopes at the probability: the sigmoid's own is not in them.",
            "the chain rule's second factor: how p moves when the logit does",
        ),
        Mutant(
            "cross-entropy-nudge",
            lambda logits, labels: sigmoid(logits) - labels,
            "Your numbers are p − y: cross-entropy's slope, in which the sigmoid's cancels.",
            "squared error cancels nothing: 2(p − y) and then p(1 − p)",
        ),
        Mutant(
            "two-forgotten",
            lambda logits, labels: sigmoid_mse_gradient(logits, labels) / 2,
            "Each number is half of what it should be: the slope of (p − y)² in p is 2(p − y).",
            "the power rule, before the chain rule",
        ),
        Mutant(
            "sign-flipped",
            lambda logits, labels: -sigmoid_mse_gradient(logits, labels),
            "Every slope has the other sign: these are the pushes.",
            "p − y, in this order: too low a probability for a 1 must give a negative slope",
        ),
        Mutant(
            "logit-for-probability",
            lambda logits, labels: 2 * (logits - labels) * logits * (1 - logits),
            "Your numbers are those of the formula with the logit in the probability's place.",
            "the sigmoid: p = 1 / (1 + e^(−z)) comes before everything else",
        ),
    ),
)


def loudest(power):
    p = 1 / (power + 1)
    return p, power * p * (1 - p) ** power


LOUDEST = Exercise(
    id="attempts.loudest",
    chapter=2,
    objective="find where a push through a sigmoid is loudest",
    minutes=8,
    reference=loudest,
    probes=lambda: [(2,)],
    question=lambda power: (
        f"The label is 1 and the loss is (1 − p)^{power:g}, with p = sigmoid(z). At which p is the"
        " push at the logit z largest, and how large is it there? Three decimals."
    ),
    draw=lambda rng: (int(rng.integers(11, 81)) / 10,),
    decimals=3,
    hints=(
        "It is quiet at p = 0 and at p = 1. Write its size as a function of p, then find the top.",
        "With power n the size is n(1 − p)^(n−1) × p(1 − p) = n p (1 − p)^n. Set its slope to 0.",
        "(1 − p)^n − n p (1 − p)^(n−1) = 0, so 1 − p = ___ × p, so p = ___",
    ),
    why="at p = 1/(n + 1) the growing sigmoid slope and the shrinking error balance.",
    mutants=(
        Mutant(
            "loudest-at-half",
            lambda power: (0.5, power * 0.5 ** (power + 1)),
            "Your numbers are those at p = ½, where the sigmoid is steepest.",
            "the product of the error's slope and the sigmoid's, not one of them",
        ),
        Mutant(
            "steepest-in-probability",
            lambda power: (0.0, float(power)),
            "Your numbers say where the loss is steepest as a function of p, not of the logit.",
            "the sigmoid's factor p(1 − p), which is 0 at p = 0",
        ),
        Mutant(
            "two-forgotten",
            lambda power: (1 / (power + 1), loudest(power)[1] / power),
            "The place is right, but the size lacks the factor in front: the slope of x^n is"
            " n x^(n−1).",
            "the power rule",
        ),
        Mutant(
            "label-swapped",
            lambda power: (power / (power + 1), loudest(power)[1]),
            "The size is right, but your place is the one for a label of 0.",
            "which end is the wrong one for a label of 1",
        ),
    ),
)


def softmax_mse_gradient(logits, labels):
    exps = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = exps / np.sum(exps, axis=1, keepdims=True)
    u = 2 * (p - labels)
    return p * (u - np.sum(p * u, axis=1, keepdims=True))


def _rows():
    rng = np.random.default_rng(22)
    yield np.log([[0.2, 0.5, 0.3]]), np.array([[1.0, 0.0, 0.0]])
    yield np.log([[0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]), np.eye(3)[[0, 2]]
    yield rng.normal(scale=2, size=(5, 4)), np.eye(4)[[3, 0, 1, 1, 2]]


def _more_rows(rng):
    for logits, labels in classified(rng):
        yield logits, np.eye(logits.shape[1])[labels]


SOFTMAX = Exercise(
    id="attempts.softmax",
    chapter=2,
    objective="carry squared error's slope back through a softmax, exactly",
    minutes=10,
    reference=softmax_mse_gradient,
    probes=lambda: list(_rows()),
    cases=_more_rows,
    hints=(
        "A logit moves every probability of its row: up its own, down all the others.",
        "With u = 2(p − y): the slope at logit i is p_i (u_i − Σ_j p_j u_j).",
        "`p = ___; u = 2 * (p - labels)`\n`return p * (u - np.sum(___, axis=1, keepdims=True))`",
    ),
    why="the softmax's slopes are p_i(1 − p_i) for its own logit and −p_i p_j for the others.",
    mutants=(
        Mutant(
            "diagonal-jacobian",
            lambda logits, labels: (
                2 * (softmax(logits) - labels) * softmax(logits) * (1 - softmax(logits))
            ),
            "These are the diagonal's slopes alone: each probability's slope in its own logit.",
            "the row sums of your answer: a true gradient at the logits sums to zero",
        ),
        Mutant(
            "activation-slope-forgotten",
            lambda logits, labels: 2 * (softmax(logits) - labels),
            "These are 2(p − y), the slopes at the probabilities: the softmax's are not in them.",
            "the chain rule's second factor, here a whole matrix for each row",
        ),
        Mutant(
            "cross-entropy-nudge",
            lambda logits, labels: softmax(logits) - labels,
            "Your numbers are p − y: the slope of cross-entropy.",
            "u = 2(p − y), and then the way back through the softmax",
        ),
        Mutant(
            "two-forgotten",
            lambda logits, labels: softmax_mse_gradient(logits, labels) / 2,
            "Each number is half of what it should be: the slope of a square has a factor 2.",
            "u = 2(p − y)",
        ),
        Mutant(
            "sign-flipped",
            lambda logits, labels: -softmax_mse_gradient(logits, labels),
            "Every slope has the other sign: these are the pushes.",
            "p − y, in this order: the true class's slope must be negative",
        ),
        Mutant(
            "softmax-over-batch",
            lambda logits, labels: _through_softmax(softmax(logits, axis=0), labels),
            "Your numbers are those of a softmax down the columns: the examples share out 1.",
            "`axis=1`: each example's classes must sum to 1",
        ),
    ),
)


def _through_softmax(p, labels):
    u = 2 * (p - labels)
    return p * (u - np.sum(p * u, axis=1, keepdims=True))


def pushed_the_wrong_way(p, labels):
    rows = np.arange(len(p))
    true = p[rows, labels][:, np.newaxis]
    pushed = p + true < np.sum(p**2, axis=1, keepdims=True)
    pushed[rows, labels] = False
    return pushed


def _guesses():
    rng = np.random.default_rng(23)
    yield np.array([[0.1, 0.8, 0.1]]), np.array([0])
    yield np.array([[0.2, 0.5, 0.3], [0.01, 0.7, 0.29]]), np.array([0, 0])
    yield rng.dirichlet(np.ones(5), 12), rng.integers(0, 5, 12)


def _more_guesses(rng):
    for count, classes in (*SIZES, (8, 3), (6, 6), (4, 11)):
        p = np.maximum(rng.dirichlet(np.full(classes, 0.7), count), 0.001)
        yield p / np.sum(p, axis=1, keepdims=True), rng.integers(0, classes, count)
    # Loud wrong classes, so that many weak ones are pushed.
    for count, classes in ((1, 3), (1, 5), (4, 4), (5, 3), (3, 6)):
        weights = np.append(rng.uniform(3, 9), rng.uniform(0.1, 1, classes - 1))
        p = rng.permuted(np.tile(weights / np.sum(weights), (count, 1)), axis=1)
        yield p, np.argmin(p, axis=1)
        yield p, rng.integers(0, classes, count)
        yield p, np.argmax(p, axis=1)
    yield np.full((2, 4), 0.25), np.array([3, 0])
    yield np.array([[0.4, 0.1, 0.4, 0.1]] * 4), np.arange(4)
    # Here p_k + p_true is Σ p² exactly, whichever way it is computed: pushed neither way.
    yield np.array([[0.0, 1.0]]), np.array([0])
    # And here only almost.
    border = np.array([[3.0, 2, 1, 1, 1]] * 3) / 8
    for hair in (1e-5, -1e-5):
        yield border + np.array([hair, 0, 0, -hair, 0]), np.array([2, 3, 4])
    noise = rng.normal(scale=3e-5, size=(12, 5))
    yield border[0] + noise - np.mean(noise, axis=1, keepdims=True), np.tile([2, 3, 4], 4)


def _wrong_ones(pushed, labels):
    pushed[np.arange(len(pushed)), labels] = False
    return pushed


def _true(p, labels):
    return p[np.arange(len(p)), labels][:, np.newaxis]


WRONG_WAY = Exercise(
    id="attempts.wrong_way",
    chapter=2,
    objective="find the wrong classes that exact squared error pushes up",
    minutes=12,
    reference=pushed_the_wrong_way,
    probes=lambda: list(_guesses()),
    cases=_more_guesses,
    hints=(
        "Descent pushes a logit up where its exact gradient is negative. For which wrong classes?",
        "Wrong class k is pushed up exactly when p_k + p_true < Σ p². The true class never counts.",
        "`true = p[np.arange(len(p)), labels][:, np.newaxis]`\n"
        "`pushed = p + true < ___`, then set the true class's entries to `False`",
    ),
    why="the exact slope at a wrong class is 2 p_k (p_k + p_true − Σ p²), so its sign is the"
    " bracket's.",
    mutants=(
        Mutant(
            "true-class-counted",
            lambda p, labels: p + _true(p, labels) < np.sum(p**2, axis=1, keepdims=True),
            "The true class is marked as well: that it is pushed up is right.",
            "set its entry to `False` in every row",
        ),
        Mutant(
            "sign-flipped",
            lambda p, labels: _wrong_ones(
                p + _true(p, labels) > np.sum(p**2, axis=1, keepdims=True), labels
            ),
            "The wrong classes that are pushed down are marked.",
            "descent steps against the gradient: up is where it is negative",
        ),
        Mutant(
            "true-class-left-out",
            lambda p, labels: _wrong_ones(p < np.sum(p**2, axis=1, keepdims=True), labels),
            "The wrong classes with p_k alone below Σ p² are marked: p_true is not in it.",
            "the bracket p_k + p_true − Σ p²",
        ),
        Mutant(
            "strongest-for-weakest",
            lambda p, labels: _wrong_ones(p == np.max(p, axis=1, keepdims=True), labels),
            "The likeliest class is marked wherever it is wrong: that one is never pushed up.",
            "Σ p² is never larger than the largest p, so look at the weak classes",
        ),
    ),
)


def uniform_guess(classes):
    cross_entropy = 1 / classes - 1
    squared_error = 2 / classes * cross_entropy
    return cross_entropy, squared_error, cross_entropy / squared_error


def _uniform_mutant(factor):
    """Return the answer of someone whose squared-error slope is wrong by a factor."""

    def answer(classes):
        cross_entropy, squared_error, ratio = uniform_guess(classes)
        return cross_entropy, squared_error * factor(classes), ratio / factor(classes)

    return answer


UNIFORM = Exercise(
    id="attempts.uniform",
    chapter=2,
    objective="say how much louder cross-entropy starts when there are many classes",
    minutes=6,
    reference=uniform_guess,
    probes=lambda: [(10,)],
    question=lambda classes: (
        f"A fresh model gives each of {classes:,} classes the same probability. At the true class's"
        " logit: what is cross-entropy's slope, what is the exact slope of the squared error"
        " summed over the classes, and how many times larger is the first? Three decimals,"
        " rounded last."
    ),
    draw=lambda rng: (int(rng.integers(4, 1101)),),
    decimals=3,
    hints=(
        "Put p = 1/K everywhere. Cross-entropy's slope is p − y.",
        "Exact: 2p_i(u_i − Σ p_j u_j) with u = p − y. At a uniform guess the sum is 0.",
        "1/K − 1; then 2/K times that; the ratio is K/___",
    ),
    why="at a uniform guess the way back through the softmax shrinks every slope by 1/K, and the"
    " square brings a 2.",
    mutants=(
        Mutant(
            "diagonal-jacobian",
            _uniform_mutant(lambda classes: 1 - 1 / classes),
            "Your second slope is the diagonal shortcut's.",
            "the other classes: Σ p_j u_j, which is 0 here, not p_i u_i",
        ),
        Mutant(
            "activation-slope-forgotten",
            _uniform_mutant(lambda classes: classes),
            "Your second slope stops at the probability: 2(p − y).",
            "the softmax between the logit and the probability",
        ),
        Mutant(
            "two-forgotten",
            _uniform_mutant(lambda classes: 0.5),
            "Your second slope lacks the square's factor 2.",
            "the slope of (p − y)², which is 2(p − y)",
        ),
        Mutant(
            "classes-averaged",
            _uniform_mutant(lambda classes: 1 / classes),
            "Your squared error is averaged over the classes, so its slope is K times smaller.",
            "the question: summed over the classes",
        ),
        Mutant(
            "sign-flipped",
            lambda classes: (
                -uniform_guess(classes)[0],
                -uniform_guess(classes)[1],
                classes / 2,
            ),
            "Both slopes have the other sign: these are the pushes.",
            "p − y at the true class: it is below 1, so the slope is negative",
        ),
    ),
)


def by_hand(p):
    loss = (1 - p[0]) ** 2 + p[1] ** 2 + p[2] ** 2
    shortcut = 2 * (p[0] - 1) * p[0] * (1 - p[0])
    exact = 2 * p[0] * (p[0] - 1 - (np.sum(p**2) - p[0]))
    return loss, shortcut, exact


BY_HAND = Exercise(
    id="attempts.by_hand",
    chapter=2,
    objective="work out squared error's two slopes for three classes, the shortcut and the exact",
    minutes=5,
    reference=by_hand,
    probes=lambda: [(np.array([0.1, 0.7, 0.2]),)],
    question=lambda p: (
        f"Three classes, guessed {p[0]:g}, {p[1]:g} and {p[2]:g}; the first one is true. Give the"
        " squared error summed over the classes, the diagonal shortcut's slope at the first"
        " logit, and the exact slope there. Three decimals."
    ),
    draw=lambda rng: (three_probabilities(rng),),
    decimals=3,
    hints=(
        "Write u = p − y for the three classes first.",
        "Shortcut: 2 u₁ p₁(1 − p₁). Exact: 2 p₁ (u₁ − Σ p_j u_j).",
        "Σ p_j u_j = p₁² + p₂² + p₃² − p₁ = ___, so exact = 2 × p₁ × (___ − ___)",
    ),
    why="the exact slope counts that the other probabilities fall when the first logit rises.",
    mutants=(
        Mutant(
            "diagonal-jacobian",
            lambda p: (by_hand(p)[0], by_hand(p)[1], by_hand(p)[1]),
            "Both slopes are the shortcut's.",
            "the terms −p_i p_j, in which the other classes answer",
        ),
        Mutant(
            "activation-slope-forgotten",
            lambda p: (by_hand(p)[0], 2 * (p[0] - 1), 2 * (p[0] - 1)),
            "Both slopes stop at the probability: 2(p − y).",
            "the way back through the softmax",
        ),
        Mutant(
            "two-forgotten",
            lambda p: (by_hand(p)[0], by_hand(p)[1] / 2, by_hand(p)[2] / 2),
            "Both slopes lack the square's factor 2.",
            "the slope of (p − y)²",
        ),
        Mutant(
            "sign-flipped",
            lambda p: (by_hand(p)[0], -by_hand(p)[1], -by_hand(p)[2]),
            "Both slopes have the other sign: these are the pushes.",
            "p − y at the true class: it is below 1, so the slope is negative",
        ),
        Mutant(
            "true-class-only",
            lambda p: ((1 - p[0]) ** 2, by_hand(p)[1], by_hand(p)[2]),
            "The slopes are right, but your loss counts the true class alone.",
            "all three squares: what the wrong classes were given costs too",
        ),
        Mutant(
            "classes-averaged",
            lambda p: tuple(part / 3 for part in by_hand(p)),
            "All three numbers are a third of what is asked for: the mean over the classes.",
            "the question: summed over the classes",
        ),
    ),
)

EXERCISES = (SIGMOID, LOUDEST, SOFTMAX, WRONG_WAY, UNIFORM, BY_HAND)
