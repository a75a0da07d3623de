"""Exercises of chapter 1: mean squared error."""

import numpy as np

from lossfns.checks._exercise import Exercise
from lossfns.judging.mistakes import Mutant


def mean_squared_error(predictions, targets):
    return np.mean((predictions - targets) ** 2)


def _pairs():
    rng = np.random.default_rng(1)
    yield np.array([3.0, 1.0]), np.array([1.0, 2.0])
    yield np.array([2.5, 0.0, 2.1, 7.8]), np.array([3.0, -0.5, 2.0, 7.5])
    yield rng.normal(size=7), rng.normal(size=7)
    yield rng.normal(size=12).astype(np.float32), rng.normal(size=12).astype(np.float32)


def _more_pairs(rng):
    def some(count, scale=3.0):
        return rng.normal(scale=scale, size=count).round(2)

    for count in (1, 1, 2, 3, 5, 8):
        yield some(count), some(count)
    for scale in (0.02, 1.0, 10.0, 50.0):
        yield some(4, scale), some(4, scale)
    targets = some(3)
    yield targets.copy(), targets
    yield targets + np.array([0.0, 0.75, 0.0]), targets
    yield targets + 1.25, targets
    yield targets - 0.5, targets
    yield targets + np.array([1.5, -1.5, 0.0]), targets
    yield np.zeros(3), targets
    yield np.full(4, 2.5), some(4)
    yield some(4), np.full(4, -1.5)
    yield -np.abs(some(5)), -np.abs(some(5))
    yield np.sort(some(5)), np.sort(some(5))
    yield rng.integers(-9, 10, 6) * 1.0, rng.integers(-9, 10, 6) * 1.0


VALUE = Exercise(
    id="mse.value",
    chapter=1,
    objective="turn predictions and targets into one mean squared error",
    minutes=4,
    reference=mean_squared_error,
    probes=lambda: list(_pairs()),
    cases=_more_pairs,
    hints=(
        "One number says how wrong all the guesses are together. Signs must not cancel.",
        "Subtract, square, then average: (1/N) Σ (prediction − target)².",
        "`return np.mean((___ - ___) ** 2)`",
    ),
    why="squaring first keeps errors of opposite sign apart, and the mean does not grow with N.",
    mutants=(
        Mutant(
            "sum-for-mean",
            lambda predictions, targets: np.sum((predictions - targets) ** 2),
            "These are the squares added up, not divided by how many there are.",
            "`np.mean`, or the sum divided by `len(predictions)`",
        ),
        Mutant(
            "absolute-for-square",
            lambda predictions, targets: np.mean(np.abs(predictions - targets)),
            "These are the errors' sizes averaged, not their squares.",
            "what an error of 2 costs: four times an error of 1, not twice",
        ),
        Mutant(
            "root-taken",
            lambda predictions, targets: np.sqrt(np.mean((predictions - targets) ** 2)),
            "Each number is the square root of the mean: the RMSE.",
            "leave the root out; it is for reading the error in the targets' unit",
        ),
        Mutant(
            "signs-cancel",
            lambda predictions, targets: np.mean(predictions - targets) ** 2,
            "Each number is the square of the average error.",
            "the order: square each error, then average",
        ),
        Mutant(
            "half-kept",
            lambda predictions, targets: np.mean((predictions - targets) ** 2) / 2,
            "Each number is half the mean of the squares.",
            "the formula of this chapter has no ½; some books put one there",
        ),
    ),
)


def mse_gradient(predictions, targets):
    return 2 * (predictions - targets) / len(predictions)


GRADIENT = Exercise(
    id="mse.gradient",
    chapter=1,
    objective="give every prediction its own slope",
    minutes=5,
    reference=mse_gradient,
    probes=lambda: list(_pairs()),
    cases=_more_pairs,
    hints=(
        "Move one prediction a little and keep the others still. How fast does the mean change?",
        "The slope for prediction i is (2/N) (prediction − target). N is how many there are.",
        "`return 2 * (___ - ___) / len(___)`",
    ),
    why="each prediction stands in one of the N squares, whose slope is 2 × error, weighed 1/N.",
    mutants=(
        Mutant(
            "one-over-n-forgotten",
            lambda predictions, targets: 2 * (predictions - targets),
            "These are the slopes of the sum of the squares, N times those of the mean.",
            "the mean's 1/N stands before every square, so it stands before every slope",
        ),
        Mutant(
            "two-forgotten",
            lambda predictions, targets: (predictions - targets) / len(predictions),
            "Each slope is half of what it should be: the slope of e² is 2e.",
            "the power rule, on one squared error",
        ),
        Mutant(
            "sign-flipped",
            lambda predictions, targets: 2 * (targets - predictions) / len(predictions),
            "Each slope has the right size and the other sign.",
            "the gradient says which way is up; the minus belongs to the step",
        ),
        Mutant(
            "one-slope-for-all",
            lambda predictions, targets: np.mean(2 * (predictions - targets)),
            "One number came back, the sum of the slopes that are asked for: twice the mean error.",
            "as many slopes must come back as there are predictions: divide, but don't add",
        ),
        Mutant(
            "loss-for-gradient",
            lambda predictions, targets: (predictions - targets) ** 2 / len(predictions),
            "These are each prediction's share of the loss, not the slopes of it.",
            "the sign: a guess that is too low must get a negative slope",
        ),
    ),
)


def mse_of_column(predictions, column):
    targets = np.reshape(column, np.shape(predictions))
    return np.mean((predictions - targets) ** 2)


def _columns():
    for predictions, targets in _pairs():
        yield predictions, targets[:, np.newaxis]


def _more_columns(rng):
    for predictions, targets in _more_pairs(rng):
        yield predictions, targets[:, np.newaxis]


COLUMN = Exercise(
    id="mse.column",
    chapter=1,
    objective="stop (N,) and (N, 1) from making N × N errors",
    minutes=5,
    reference=mse_of_column,
    probes=lambda: list(_columns()),
    cases=_more_columns,
    hints=(
        "Look at the shape of `predictions - column`. How many errors should N guesses have?",
        "Give the column the shape of the predictions first; then it is the MSE you know.",
        "`targets = np.reshape(column, ___)`, then the mean of the squares.",
    ),
    why="with equal shapes each prediction meets its own target and no other.",
    mutants=(
        Mutant(
            "broadcast",
            lambda predictions, column: np.mean((predictions - column) ** 2),
            "Every prediction was compared with every target: N × N errors, averaged.",
            "`(predictions - column).shape`; then `np.reshape` or `column[:, 0]`",
        ),
        Mutant(
            "axis-left-out",
            lambda predictions, column: np.mean((predictions - column) ** 2, axis=0),
            "Every prediction was compared with every target, and one axis was averaged.",
            "`(predictions - column).shape`; an axis after the fact does not mend it",
        ),
        Mutant(
            "signs-cancel",
            lambda predictions, column: (np.mean(predictions) - np.mean(column)) ** 2,
            "Each number is the square of the average error: opposite signs cancel.",
            "bring both to one shape, subtract, square, and average last",
        ),
        Mutant(
            "sum-for-mean",
            lambda predictions, column: np.sum((predictions - column[:, 0]) ** 2),
            "These are the N squares added up, not divided by N.",
            "`np.mean`, or divide by N",
        ),
    ),
)


def best_constants(targets):
    return np.mean(targets), np.median(targets)


def _unsorted():
    rng = np.random.default_rng(2)
    yield (np.array([9.0, 1.0, 2.0]),)
    yield (np.array([2.0, 90.0, 1.0, 4.0, 3.0]),)
    yield (rng.exponential(size=11) * 10,)


def _more_targets(rng):
    def some(count, scale=5.0):
        return rng.normal(scale=scale, size=count).round(2)

    for count in (1, 3, 3, 5, 5, 7, 9, 13):
        yield (some(count),)
    for scale in (0.02, 1.0, 1000.0):
        yield (some(5, scale),)
    yield (np.sort(some(7)),)
    yield (np.sort(some(7))[::-1].copy(),)
    yield (np.full(5, some(1)[0]),)
    yield (-np.abs(some(7)),)
    yield (np.abs(some(7)) + 100,)
    yield (rng.permutation(np.repeat(some(3), (1, 2, 4))),)
    yield (rng.permutation(np.repeat(some(2), (2, 5))),)
    yield (rng.permutation(np.append(np.zeros(4), some(3))),)
    for count in (4, 6, 8):
        yield (rng.permutation(np.append(some(count, 1.0), 900.0)),)
    yield (rng.integers(-9, 10, 9) * 1.0,)


CONSTANTS = Exercise(
    id="mse.best_constants",
    chapter=1,
    objective="say which single guess each loss likes best",
    minutes=5,
    reference=best_constants,
    probes=lambda: list(_unsorted()),
    cases=_more_targets,
    hints=(
        "At the best guess the pushes cancel. Squared error pushes by distance; absolute error"
        " only by side.",
        "Squared error: the distances above and below must be equal. Absolute error: as many"
        " targets above as below.",
        "`return np.___(targets), np.___(targets)`",
    ),
    why="at the mean the distances balance, at the median the head counts do.",
    mutants=(
        Mutant(
            "mean-median-swapped",
            lambda targets: (np.median(targets), np.mean(targets)),
            "The two numbers are right, but change places: the median came first.",
            "which of the two is dragged along by one outlier, and which loss shouts at it",
        ),
        Mutant(
            "mean-for-every-loss",
            lambda targets: (np.mean(targets), np.mean(targets)),
            "Both numbers are the mean.",
            "absolute error: its slope is +1 or −1, so only the head count matters",
        ),
        Mutant(
            "midrange-for-median",
            lambda targets: (np.mean(targets), (np.min(targets) + np.max(targets)) / 2),
            "Your second number lies halfway between the smallest and the largest target.",
            "the target that has as many others below it as above it",
        ),
        Mutant(
            "unsorted-median",
            lambda targets: (np.mean(targets), targets[len(targets) // 2]),
            "Your second number is the middle of the list as it came, not of the sorted list.",
            "`np.median`, or `np.sort` first",
        ),
    ),
)


def descend(slope, intercept, x, y, rate):
    at_guess = 2 * (slope * x + intercept - y) / len(x)
    return slope - rate * np.sum(at_guess * x), intercept - rate * np.sum(at_guess)


def _lines():
    rng = np.random.default_rng(3)
    yield 0.0, 1.0, np.array([1.0, 3.0]), np.array([2.0, 5.0]), 0.1
    yield -1.5, 0.5, rng.normal(size=5), rng.normal(size=5), 0.05
    yield 0.7, -2.0, rng.normal(size=9) + 1, rng.normal(size=9), 0.3


def _more_lines(rng):
    def some(count, scale=2.0):
        return rng.normal(scale=scale, size=count).round(2)

    for count in (1, 1, 2, 3, 4, 6, 10):
        yield *some(2), some(count), some(count), float(rng.integers(5, 100)) / 100
    for rate in (0.01, 0.5, 1.0, 3.0):
        yield *some(2), some(3), some(3), rate
    yield 0.0, 0.0, some(4), some(4), 0.2
    yield 0.0, some(1)[0], some(4), some(4), 0.2
    yield some(1)[0], 0.0, some(4), some(4), 0.2
    yield *some(2), np.zeros(3), some(3), 0.3
    yield *some(2), some(3), np.zeros(3), 0.3
    yield *some(2), np.full(3, 1.5), some(3), 0.3
    yield *some(2), np.abs(some(5)), np.abs(some(5)), 0.1
    yield *some(2), -np.abs(some(5)), some(5), 0.1
    yield *some(2), some(4, 20.0), some(4, 20.0), 0.05
    x = some(4)
    yield 1.5, -0.75, x, 1.5 * x - 0.75, 0.4


def _one_after_the_other(slope, intercept, x, y, rate):
    slope = descend(slope, intercept, x, y, rate)[0]
    return slope, descend(slope, intercept, x, y, rate)[1]


def _scaled_step(factor):
    """Return the step taken with a gradient that is wrong by a factor."""
    return lambda slope, intercept, x, y, rate: descend(slope, intercept, x, y, rate * factor(x))


def _without_x(slope, intercept, x, y, rate):
    shift = intercept - descend(slope, intercept, x, y, rate)[1]
    return slope - shift, intercept - shift


LINE = Exercise(
    id="mse.line",
    chapter=1,
    objective="carry the loss back to a line's slope and intercept, and take one step",
    minutes=10,
    reference=descend,
    probes=lambda: list(_lines()),
    cases=_more_lines,
    hints=(
        "First how the loss rises with every prediction. Each then passes that on to the two"
        " numbers that made it.",
        "Call it at_guess. Slope: Σ at_guess × x. Intercept: Σ at_guess. New = old − rate ×"
        " gradient, both from the old line.",
        "`at_guess = 2 * (slope * x + intercept - y) / len(x)`\n"
        "`return slope - rate * np.sum(___), intercept - rate * np.sum(___)`",
    ),
    why="the chain rule hands what each prediction gets to the slope, times the x it was"
    " multiplied by.",
    mutants=(
        Mutant(
            "sign-flipped",
            _scaled_step(lambda x: -1),
            "Your step has the right length and leads the other way: uphill.",
            "the minus in new = old − rate × gradient",
        ),
        Mutant(
            "one-over-n-forgotten",
            _scaled_step(len),
            "Your step is N times too long, that of the sum of the squares.",
            "where the number of examples enters: once, at the predictions",
        ),
        Mutant(
            "two-forgotten",
            _scaled_step(lambda x: 0.5),
            "Your step is half as long as it should be.",
            "the slope of e², which is 2e",
        ),
        Mutant(
            "input-left-out-of-chain",
            _without_x,
            "The slope moved exactly as far as the intercept.",
            "∂(slope × x + intercept) / ∂slope, which is x",
        ),
        Mutant(
            "half-updated",
            _one_after_the_other,
            "The slope is right; the intercept is what a gradient taken at the new slope gives.",
            "compute both gradients, then change both numbers",
        ),
    ),
)


def by_hand(predictions, targets):
    errors = predictions - targets
    mse = np.mean(errors**2)
    slopes = 2 * errors / len(errors)
    return mse, slopes[0], slopes[-1]


def _ask(predictions, targets):
    guesses = ", ".join(f"{value:g}" for value in predictions)
    truths = ", ".join(f"{value:g}" for value in targets)
    return (
        f"Predictions {guesses}; targets {truths}. Give the mean squared error, the slope at the"
        " first prediction and the slope at the last one, to two decimals."
    )


def _draw(rng):
    return rng.integers(-6, 7, 4) / 2, rng.integers(-6, 7, 4) / 2


BY_HAND = Exercise(
    id="mse.by_hand",
    chapter=1,
    objective="work out a mean squared error and its slopes with a pencil",
    minutes=5,
    reference=by_hand,
    probes=lambda: [(np.array([1.0, 4.0, -2.0, 0.5]), np.array([2.0, 1.0, -1.0, 3.0]))],
    question=_ask,
    draw=_draw,
    decimals=2,
    hints=(
        "Write the four errors down first, with their signs.",
        "MSE = (1/N) Σ error²; the slope at prediction i is (2/N) × its error. N is 4.",
        "errors e₁ … e₄; MSE = (e₁² + e₂² + e₃² + e₄²) / 4; slopes e₁ / 2 and e₄ / 2",
    ),
    why="an error's sign chooses the direction, its size the loudness, and 1/N shares it out.",
    mutants=(
        Mutant(
            "sum-for-mean",
            lambda *given: tuple(4 * part for part in by_hand(*given)),
            "All three numbers are four times too large: those of the sum.",
            "the 1/N, once in the loss and once in each slope",
        ),
        Mutant(
            "one-over-n-forgotten",
            lambda *given: (by_hand(*given)[0], *(4 * part for part in by_hand(*given)[1:])),
            "The loss is right, but the slopes are four times too large.",
            "the loss is a mean, so its slope carries the 1/N too",
        ),
        Mutant(
            "two-forgotten",
            lambda *given: (by_hand(*given)[0], *(part / 2 for part in by_hand(*given)[1:])),
            "The loss is right, but the slopes are half as large as they should be.",
            "the slope of e², which is 2e",
        ),
        Mutant(
            "sign-flipped",
            lambda *given: (by_hand(*given)[0], *(-part for part in by_hand(*given)[1:])),
            "The loss is right, but both slopes have the other sign.",
            "error = prediction − target, in this order",
        ),
        Mutant(
            "root-taken",
            lambda *given: (np.sqrt(by_hand(*given)[0]), *by_hand(*given)[1:]),
            "The slopes are right, but the first number is the loss's square root.",
            "leave the root out",
        ),
    ),
)

EXERCISES = (VALUE, GRADIENT, COLUMN, CONSTANTS, LINE, BY_HAND)
