"""What every loss is tried on: ordinary inputs, which any right one gets right, and extremes.

An extreme grows with a scale, so that the smallest failing input can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lossfns.clinic.conventions import LOGITS, YES_PROBABILITIES, Array, Case, Form

INF = np.inf
FAR = (10.0, 20.0, 50.0, 100.0, 1000.0, 1e4, 1e9)
ONE_CASE = (1.0,)
MANY = 3000.0  # examples in the large batch


@dataclass(frozen=True)
class Extreme:
    """Inputs on which losses break.

    says : what is extreme about them
    case : makes them from a scale
    scales : the smallest first
    ideas : the mistake behind each kind of failure
    minor : such a failure is mentioned, and the loss still agrees
    exact : digits near 0 are asked for
    slopes : whether the slope is compared too
    kink : whether any finite slope will do
    among : only for scores handed over in one of these forms; all if empty
    """

    says: str
    case: Callable[[float], Case]
    scales: tuple[float, ...] = FAR
    ideas: Mapping[str, str] = field(default_factory=dict)
    minor: bool = False
    exact: bool = False
    slopes: bool = True
    kink: bool = False
    among: tuple[Form, ...] = ()


def _drawn(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _scores(rng: np.random.Generator, *shape: int, most: float = 2.5) -> Array:
    return rng.normal(scale=1.5, size=shape).clip(-most, most).round(2)


def _one_hot(labels: Array, classes: int) -> Array:
    return np.eye(classes)[labels]


SIZES = ((3, 4), (2, 5), (4, 3), (1, 3))


def classified() -> list[Case]:
    """Return logits and one-hot labels, both of shape (N, K)."""
    rng = _drawn(1)
    cases: list[Case] = [(_scores(rng, n, k), _one_hot(rng.integers(0, k, n), k)) for n, k in SIZES]
    return [*cases, (np.full((2, 3), 0.5), _one_hot(np.array([2, 0]), 3))]


def soft() -> list[Case]:
    """Return logits and labels that are distributions."""
    rng = _drawn(2)
    return [(_scores(rng, n, k), rng.dirichlet(np.full(k, 2.0), n)) for n, k in SIZES]


def yes_or_no() -> list[Case]:
    """Return logits and labels 0 or 1, both of shape (N, D)."""
    rng = _drawn(3)
    sizes = ((3, 2), (2, 4), (4, 3), (1, 3))
    cases = [(_scores(rng, n, d), np.arange(n * d).reshape(n, d) % 2 * 1.0) for n, d in sizes]
    return [*cases, (np.zeros((2, 3)), np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]))]


def numbers() -> list[Case]:
    """Return predictions and targets, both of shape (N, D), with errors small and large.

    The offset keeps every error away from where usual losses bend.
    """
    rng = _drawn(4)
    sizes = ((3, 2), (2, 4), (4, 3), (1, 3))
    return [(_scores(rng, n, d) * 3 + 0.045, _scores(rng, n, d)) for n, d in sizes]


def with_variances() -> list[Case]:
    """Return means, targets and logarithms of variances."""
    rng = _drawn(5)
    return [(p, t, _scores(rng, *p.shape, most=1.5)) for p, t in numbers()]


def counted() -> list[Case]:
    """Return logarithms of rates, and counts."""
    rng = _drawn(6)
    return [(z, rng.integers(0, 6, z.shape) * 1.0) for z, _ in numbers()]


def two_distributions() -> list[Case]:
    """Return two sets of logits, both of shape (N, K)."""
    rng = _drawn(7)
    return [(_scores(rng, n, k), _scores(rng, n, k)) for n, k in SIZES]


def masks() -> list[Case]:
    """Return logits and masks, both of shape (N, H, W)."""
    rng = _drawn(8)
    shapes = ((2, 3, 4), (3, 2, 2), (1, 2, 3))
    return [
        (_scores(rng, *shape), np.maximum(rng.integers(0, 2, shape), np.eye(*shape[1:])))
        for shape in shapes
    ]


def triplets() -> list[Case]:
    """Return anchors, positives and negatives: some satisfied, some not."""
    rng = _drawn(9)
    cases: list[Case] = []
    for n, d in ((4, 3), (3, 2), (1, 2)):
        anchor = _scores(rng, n, d)
        near, far = rng.normal(size=(2, n, d))
        push = np.linspace(0.2, 3.0, n)[:, None]
        cases.append((anchor, anchor + near.round(2), anchor + (push * far).round(2)))
    return cases


def paired() -> list[Case]:
    """Return two sets of features, both of shape (N, D)."""
    rng = _drawn(10)
    return [(_scores(rng, n, d), _scores(rng, n, d)) for n, d in ((3, 4), (4, 2), (2, 3))]


def answers(count: int) -> list[Case]:
    """Return scores of whole answers, each of shape (N,)."""
    rng = _drawn(11)
    return [tuple(_scores(rng, n) for _ in range(count)) for n in (3, 4, 1)]


def weighted() -> list[Case]:
    """Return logits, one-hot labels and a weight for each class."""
    rng = _drawn(12)
    return [(z, y, np.round(rng.uniform(0.5, 4.0, z.shape[-1]), 2)) for z, y in classified()]


def sequences() -> list[Case]:
    """Return logits (B, T, K), labels (B, T) and what counts: rows of uneven length."""
    rng = _drawn(13)
    cases: list[Case] = []
    for kept in ([4, 1], [3, 2, 1]):
        b, t, k = len(kept), 4, 3
        keep = np.arange(t) < np.array(kept)[:, None]
        labels = rng.integers(0, k, (b, t))
        labels[:, 0] = 0
        cases.append((_scores(rng, b, t, k), labels, keep))
    return cases


def words() -> list[Case]:
    """Return the vectors of a word, of one that stands near it, and of some drawn at random."""
    rng = _drawn(17)
    return [(_scores(rng, d), _scores(rng, d), _scores(rng, k, d)) for k, d in ((3, 2), (2, 4))]


def spoken() -> list[Case]:
    """Return logits (T, K) and the labels of a sequence; 0 is the blank."""
    rng = _drawn(18)
    return [(_scores(rng, 4, 3), np.array([1, 2])), (_scores(rng, 6, 4), np.array([3, 3, 1]))]


def noised() -> list[Case]:
    """Return predicted velocities, data, noise and the share ᾱ that is left of the data."""
    rng = _drawn(19)
    return [
        (*(_scores(rng, n, d) for _ in range(3)), np.full((n, d), share))
        for n, d, share in ((3, 2, 0.25), (2, 4, 0.7), (4, 3, 0.5))
    ]


def _pair(z: Any, y: Any) -> Case:
    return np.array(z, float), np.array(y, float)


def _large_classified(scale: float) -> Case:
    rng = _drawn(14)
    return _scores(rng, int(scale), 3), _one_hot(rng.integers(0, 3, int(scale)), 3)


def _large_yes_or_no(scale: float) -> Case:
    rng = _drawn(15)
    return _scores(rng, int(scale), 1), rng.integers(0, 2, (int(scale), 1)) * 1.0


def _large_numbers(scale: float) -> Case:
    rng = _drawn(16)
    return _scores(rng, int(scale), 1), _scores(rng, int(scale), 1)


def large(case: Callable[[float], Case]) -> Extreme:
    """Return the extreme of many examples."""
    ideas = dict.fromkeys(("wrong", "inf", "flat"), "few-digits")
    return Extreme("a large batch", case, (MANY,), ideas, slopes=False)


SMALL = {"wrong": "small-loss-lost", "flat": "small-loss-lost"}
INFINITE = dict.fromkeys(("nan", "inf", "wrong", "slope"), "infinite-logit")
NOTHING = {"nan": "zero-log-zero", "slope": "masked-gradient-nan", "inf": "zero-log-zero"}
OVERFLOW = {"nan": "exp-overflow", "inf": "exp-overflow"}

_FAR_CLASSES = (
    Extreme("a sure and right logit", lambda s: _pair([[s, 0]], [[1, 0]]), ideas=OVERFLOW),
    Extreme("a logit far above the true one", lambda s: _pair([[s, 0]], [[0, 1]])),
    Extreme(
        "all logits far below 0",
        lambda s: _pair([[-s, -s - 1]], [[0, 1]]),
        (10.0, 100.0, 200.0, 1000.0),
        {"nan": "log-of-zero"},
    ),
    Extreme(
        "rows far apart",
        lambda s: _pair([[s, s - 1], [0, 1]], [[0, 1], [1, 0]]),
        (10.0, 100.0, 200.0, 1000.0),
        dict.fromkeys(("nan", "inf", "flat", "slope"), "one-shift-for-all"),
    ),
)
CLASSES = (
    *_FAR_CLASSES,
    Extreme(
        "a class that is ruled out (−∞)",
        lambda s: _pair([[0, -INF, 1]], [[1, 0, 0]]),
        ONE_CASE,
        NOTHING,
    ),
    Extreme(
        "a logit of +∞",
        lambda s: _pair([[1, 1, INF]], [[0, 0, 1]]),
        ONE_CASE,
        INFINITE,
        minor=True,
        among=(LOGITS,),
    ),
    Extreme(
        "a very small loss",
        lambda s: _pair([[s, 0]], [[1, 0]]),
        (10.0, 16.9424, 37.0437),
        SMALL,
        minor=True,
        exact=True,
        slopes=False,
        among=(LOGITS,),
    ),
    large(_large_classified),
)
SMOOTHED_CLASSES = (*_FAR_CLASSES, large(_large_classified))
_SURE = (
    ("a sure and right yes", lambda s: _pair([[s, 0]], [[1, 1]])),
    ("a sure and right no", lambda s: _pair([[-s, 0]], [[0, 0]])),
)
YES_OR_NO = (
    *(
        Extreme(says, case, ideas={"nan": "one-plus-tiny", "inf": "exp-overflow"}, among=(LOGITS,))
        for says, case in _SURE
    ),
    *(
        Extreme(says, case, ideas={"nan": "zero-log-zero"}, among=(YES_PROBABILITIES,))
        for says, case in _SURE
    ),
    Extreme("a sure and wrong no", lambda s: _pair([[-s, 0]], [[1, 1]])),
    Extreme(
        "a sure and wrong yes",
        lambda s: _pair([[s, 0]], [[0, 0]]),
        ideas={"inf": "one-plus-tiny"},
    ),
    Extreme(
        "probabilities of exactly 0 and 1, and right",
        lambda s: _pair([[INF, -INF]], [[1, 0]]),
        ONE_CASE,
        dict.fromkeys(("nan", "inf"), "zero-log-zero"),
        slopes=False,
        among=(YES_PROBABILITIES,),
    ),
    Extreme(
        "logits of ±∞, and right",
        lambda s: _pair([[INF, -INF]], [[1, 0]]),
        ONE_CASE,
        INFINITE,
        minor=True,
        slopes=False,
        among=(LOGITS,),
    ),
    Extreme(
        "a very small loss",
        lambda s: _pair([[s, -s]], [[1, 0]]),
        (10.0, 16.9424, 37.0437),
        SMALL,
        minor=True,
        exact=True,
        slopes=False,
        among=(LOGITS,),
    ),
    large(_large_yes_or_no),
)
NUMBERS = (
    Extreme(
        "no error at all",
        lambda s: _pair([[s, 2.5]], [[s, 2.5]]),
        (1.0, 1e6),
        {"slope": "root-at-zero"},
        kink=True,
    ),
    Extreme("a large error", lambda s: _pair([[s, 0.5]], [[0, 0]]), (1e3, 1e6, 1e9, 1e15)),
    Extreme("a large error", lambda s: _pair([[-s, 0.5]], [[0, 0]]), (1e3, 1e6, 1e9, 1e15)),
    large(_large_numbers),
)
VARIANCES = (
    Extreme(
        "a small variance",
        lambda s: (np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]]), np.array([[-s, 0.0]])),
        (5.0, 10.0, 15.0, 20.0, 25.0),
    ),
    Extreme(
        "a large variance",
        lambda s: (np.array([[1.0, 0.0]]), np.array([[2.0, 0.0]]), np.array([[s, 0.0]])),
        (5.0, 20.0, 50.0),
    ),
)
COUNTS = (
    Extreme("a small rate", lambda s: _pair([[-s, 0]], [[1, 1]]), (5.0, 10.0, 20.0, 40.0)),
    Extreme("a large rate", lambda s: _pair([[s, 0]], [[3, 1]]), (5.0, 10.0, 20.0)),
)
DISTRIBUTIONS = (
    Extreme("a forecast far off", lambda s: _pair([[s, 0, 0]], [[0, 0.5, 0]])),
    Extreme(
        "an outcome that never happens (p = 0)",
        lambda s: _pair([[0.5, 0]], [[0, -INF]]),
        ONE_CASE,
        NOTHING,
    ),
    Extreme(
        "an outcome that both rule out",
        lambda s: _pair([[0.5, 0, -INF]], [[0, 0, -INF]]),
        ONE_CASE,
        NOTHING,
    ),
)
TWO_WAYS = (
    Extreme("distributions far apart", lambda s: _pair([[s, 0]], [[0, s]])),
    Extreme(
        "outcomes that one of them rules out",
        lambda s: _pair([[0.5, 0, -INF]], [[0, -INF, 1]]),
        ONE_CASE,
        NOTHING,
    ),
    Extreme(
        "an outcome that both rule out",
        lambda s: _pair([[0.5, 0, -INF]], [[0, 1, -INF]]),
        ONE_CASE,
        NOTHING,
    ),
)
MASKS = (
    Extreme(
        "an empty mask, and nothing guessed",
        lambda s: _pair(np.full((1, 2, 2), -s), np.zeros((1, 2, 2))),
        (2000.0,),
        {
            **dict.fromkeys(("nan", "inf", "slope"), "empty-mask"),
            **dict.fromkeys(("flat", "wrong"), "empty-mask-punished"),
        },
        slopes=False,
    ),
    Extreme(
        "sure and right", lambda s: _pair([[[s, -s], [s, -s]]], [[[1, 0], [1, 0]]]), slopes=False
    ),
)
TRIPLETS = (
    Extreme(
        "an anchor that is its own positive",
        lambda s: (np.array([[1.0, 2.0]]), np.array([[1.0, 2.0]]), np.array([[1.0, 2.1]])),
        ONE_CASE,
        {"slope": "root-at-zero"},
        kink=True,
    ),
    Extreme(
        "three equal points",
        lambda s: (np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 2))),
        ONE_CASE,
        {"slope": "root-at-zero"},
        kink=True,
    ),
)
PAIRS = (
    Extreme("the worse far above", lambda s: _pair([0, 0], [s, 0])),
    Extreme("the better far above", lambda s: _pair([s, 0], [0, 0]), ideas=OVERFLOW),
)
GAINS = (
    Extreme(
        "the worse has gained far more",
        lambda s: (np.zeros(2), np.array([s, 0]), np.zeros(2), np.zeros(2)),
    ),
)


def _with_weights(one: Extreme) -> Extreme:
    return replace(one, case=lambda scale: (*one.case(scale), np.array([1.0, 2.0])))


WEIGHTS = tuple(map(_with_weights, _FAR_CLASSES))
WORDS = (
    Extreme(
        "a neighbour far on the other side",
        lambda s: (np.array([s, 0.0]), np.array([-1.0, 0.0]), np.zeros((2, 2))),
    ),
    Extreme(
        "a stranger far on the same side",
        lambda s: (np.array([s, 0.0]), np.zeros(2), np.array([[1.0, 0.0], [0.0, 1.0]])),
    ),
)
SPOKEN = (
    Extreme(
        "frames that are sure of the blank",
        lambda s: (np.array([[s, 0.0], [s, 0.0], [s, 0.0]]), np.array([1])),
        (10.0, 100.0, 1000.0),
    ),
)
SEQUENCES = (
    Extreme(
        "a batch in which nothing counts",
        lambda s: (np.zeros((1, 2, 3)), np.ones((1, 2), int), np.zeros((1, 2), bool)),
        ONE_CASE,
        dict.fromkeys(("nan", "inf", "slope"), "all-ignored-nan"),
        slopes=False,
    ),
    Extreme(
        "a logit far above the true one",
        lambda s: (np.array([[[s, 0.0]]]), np.ones((1, 1), int), np.ones((1, 1), bool)),
    ),
)
