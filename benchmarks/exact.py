"""Every loss and gradient at hard arguments, and what it is there in 50 digits.

An exact value comes with the noise that no algorithm in floats can avoid, in units of the machine
epsilon: what the rounding of one difference of logits, or of the larger of two terms that cancel,
does to the result. An error is counted in ulp of the value plus so many eps.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

import lossfns

mpf, exp, log, log1p, expm1, fsum = (
    mpmath.mpf,
    mpmath.exp,
    mpmath.log,
    mpmath.log1p,
    mpmath.expm1,
    mpmath.fsum,
)
INF = mpf("inf")


@dataclass(frozen=True)
class Row:
    """A function of lossfns, random cases for it, and its exact values at one of them."""

    name: str
    draw: Callable[..., list[np.ndarray]]  # of a generator, the number of cases and a dtype
    exact: Callable[..., list[tuple[Any, Any]]]  # of one case: values, each with its noise
    bound: float = 4.0  # in ulp
    knobs: dict[str, Any] = field(default_factory=dict)
    last: tuple[Any, ...] = ()  # arguments that are the same in all cases
    one_by_one: bool = False  # a call takes one case, not a batch of them
    wide: bool = False  # computed in float64, so that this is the eps of the noise
    call: Callable[..., Any] | None = None  # in place of the function of that name
    naive: Callable[..., Any] | None = None  # as a textbook writes it

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{key}={value}" for key, value in self.knobs.items())])

    def ours(self, *case: np.ndarray) -> Any:
        function = self.call or getattr(lossfns, self.name)
        return function(*case, *self.last, **self.knobs)

    def truths(self, case: list[np.ndarray]) -> list[tuple[Any, Any]]:
        return self.exact(*(exactly(each) for each in case), *self.last, **self.knobs)


def exactly(array: np.ndarray) -> Any:
    """Return floats as lists of mpf and integers as lists of int."""
    if isinstance(array, np.ndarray) and array.ndim:
        return [exactly(each) for each in array]
    return mpf(float(array)) if isinstance(array, np.floating | np.ndarray) else int(array)


# Cases


def anywhere(rng, shape, dtype):
    """Ordinary numbers, any exponent, the ends of the range, zeros of both signs, ties."""
    info = np.finfo(dtype)
    ordinary = 3 * rng.standard_normal(shape)
    low, high = np.log2(float(info.smallest_subnormal)), np.log2(float(info.max))
    powers = np.exp2(rng.uniform(low, high, shape)) * rng.choice([-1, 1], shape)
    ends = [0, -0.0, 1, -1, info.tiny, info.smallest_subnormal, info.max, info.min, info.eps]
    corners = rng.choice(np.array([*ends, 1 - info.epsneg, 1 + info.eps, -info.tiny]), shape)
    whole = rng.integers(-3, 4, shape)
    kinds = rng.choice(5, shape, p=[0.4, 0.25, 0.1, 0.1, 0.15])
    values = np.choose(kinds, [ordinary, powers, corners, whole, 40 * ordinary])
    return np.clip(values, float(info.min), float(info.max)).astype(dtype)


def logits(rng, cases, dtype, classes=None):
    """Rows that are alike, sure, tied, far apart, shifted far away, and all over the range."""
    classes = classes or int(rng.integers(2, 6))
    shape = (cases, classes)
    rows = rng.standard_normal(shape)
    rows *= rng.choice([1e-6, 1e-3, 1, 1, 10, 40, 300, 1e4], (cases, 1))
    sure = rng.random(cases) < 0.3
    rows[sure, 0] += rng.choice([12, 17, 25, 40, 90, 700], sure.sum())
    rows = rng.permuted(rows, axis=1)
    shifted = rng.random(cases) < 0.1
    rows[shifted] += rng.choice([-1e4, 1e3, 64, 65, 1e15], (shifted.sum(), 1))
    tied = rng.random(cases) < 0.1
    rows[tied] = np.round(rows[tied])
    far = rng.random(cases) < 0.15
    rows[far] = anywhere(rng, (far.sum(), classes), dtype)
    limit = float(np.finfo(dtype).max)
    return np.clip(rows, -limit, limit).astype(dtype)


def labels_of(rng, cases, classes, dtype):
    """Half of them one-hot, half soft, in shares of 1/1024, which are exact in every dtype."""
    hot = np.eye(classes)[rng.integers(0, classes, cases)]
    shares = rng.dirichlet(rng.choice([0.1, 1, 10]) * np.ones(classes), cases)
    soft = np.floor(1024 * shares)
    soft[:, 0] += 1024 - soft.sum(axis=1)
    return np.where(rng.random((cases, 1)) < 0.5, hot, soft / 1024).astype(dtype)


def one(rng, cases, dtype):
    return [anywhere(rng, cases, dtype)]


def two(rng, cases, dtype):
    first, second = anywhere(rng, (2, cases), dtype)
    near = rng.random(cases) < 0.2
    second[near] = np.nextafter(first[near], dtype.type(0))
    return [first, second]


def three(rng, cases, dtype):
    return [*two(rng, cases, dtype), anywhere(rng, cases, dtype)]


def four(rng, cases, dtype):
    return [*two(rng, cases, dtype), *two(rng, cases, dtype)]


def not_negative(rng, cases, dtype):
    return [np.abs(anywhere(rng, cases, dtype))]


def probabilities(rng, cases, dtype):
    values = np.abs(anywhere(rng, cases, dtype))
    return [np.where(values > 1, rng.random(cases), values).astype(dtype)]


def counts(rng, cases, dtype):
    (z,) = one(rng, cases, dtype)
    sizes = rng.choice([1, 30, 1000, 6e4], cases)
    return [z, np.minimum(rng.poisson(sizes), 65504).astype(dtype)]


def binary(rng, cases, dtype):
    return [*one(rng, cases, dtype), rng.integers(0, 2, cases).astype(dtype)]


def binary_or_soft(rng, cases, dtype):
    z, y = binary(rng, cases, dtype)
    soft = rng.random(cases) < 0.5
    y[soft] = probabilities(rng, int(soft.sum()), dtype)[0]
    return [z, y]


def signed(rng, cases, dtype):
    z, y = binary(rng, cases, dtype)
    return [z, 2 * y - 1]


def row(rng, cases, dtype):
    return [logits(rng, cases, dtype)]


def soft(rng, cases, dtype):
    z = logits(rng, cases, dtype)
    return [z, labels_of(rng, *z.shape, dtype)]


def indexed(rng, cases, dtype):
    z = logits(rng, cases, dtype)
    return [z, rng.integers(0, z.shape[1], cases)]


def models(rng, cases, dtype):
    """Logits of a student and of a teacher: far apart, or nearly the same."""
    teacher = logits(rng, cases, dtype)
    nudge = rng.choice([1e-12, 1e-6, 1e-3, 1, 20], (cases, 1)) * rng.standard_normal(teacher.shape)
    other = logits(rng, cases, dtype, teacher.shape[1])
    limit = float(np.finfo(dtype).max)
    near = np.clip(teacher + nudge, -limit, limit).astype(dtype)
    return [np.where(rng.random((cases, 1)) < 0.7, near, other), teacher]


def distribution(rng, cases, classes, dtype):
    p = rng.random((cases, classes)) ** rng.choice([0, 1, 5, 30, 200], (cases, 1))
    p[rng.random(p.shape) < 0.1] = 0
    p[:, 0] = np.maximum(p[:, 0], 1e-3)
    p = rng.permuted(p, axis=1)
    return (p / p.sum(axis=1, keepdims=True)).astype(dtype)


def one_distribution(rng, cases, dtype):
    return [distribution(rng, cases, int(rng.integers(2, 6)), dtype)]


def two_distributions(rng, cases, dtype):
    """Two that have nothing to do with each other, or nearly agree."""
    (p,) = one_distribution(rng, cases, dtype)
    nudge = rng.choice([1e-14, 1e-9, 1e-5, 1e-2], (cases, 1)) * (rng.random(p.shape) - 0.5)
    near = np.maximum(p * (1 + nudge), 0)
    near = (near / near.sum(axis=1, keepdims=True)).astype(dtype)
    other = distribution(rng, cases, p.shape[1], dtype)
    return [p, np.where(rng.random((cases, 1)) < 0.6, near, other)]


def masks(rng, cases, dtype):
    """Beliefs of any size about few pixels, whose labels are hard, or shares of 1/64."""
    shape = (cases, int(rng.integers(2, 6)))
    p = np.reshape(probabilities(rng, shape[0] * shape[1], dtype)[0], shape)
    hard = rng.integers(0, 2, shape)
    y = np.where(rng.random((cases, 1)) < 0.6, hard, rng.integers(0, 65, shape) / 64)
    return [p, y.astype(dtype)]


def cells(rng, cases, dtype):
    losses = anywhere(rng, (cases, 4), dtype)
    keep = rng.random((cases, 4)) < 0.6
    keep[:, 0] = True
    losses[~keep] = np.nan
    return [losses, keep]


def features(rng, cases, dtype):
    """Pairs of four rows, some of them nearly found, of any length that a float has room for."""
    images, texts = rng.standard_normal((2, cases, 4, 3))
    texts += rng.choice([0, 3, 30], (cases, 1, 1)) * images
    low, high = (-12, 12) if dtype == np.float16 else (-100, 100)
    images *= np.exp2(rng.integers(low, high, (cases, 1, 1)))
    return [images.astype(dtype), texts.astype(dtype)]


def triplets(rng, cases, dtype):
    places = anywhere(rng, (3, cases, 3), dtype)
    alike = rng.random(cases) < 0.6
    places[:, alike] = rng.standard_normal((3, alike.sum(), 3))
    return list(places)


def words(rng, cases, dtype):
    width, drawn = 3, 2
    sizes = rng.choice([0.01, 1, 5, 30], (cases, 1))
    return [
        (sizes * rng.standard_normal((cases, width))).astype(dtype),
        rng.standard_normal((cases, width)).astype(dtype),
        rng.standard_normal((cases, drawn, width)).astype(dtype),
    ]


def speech(rng, cases, dtype):
    frames = rng.standard_normal((cases, 4, 3)) * rng.choice([1, 5, 30], (cases, 1, 1))
    return [frames.astype(dtype), rng.integers(1, 3, (cases, 2))]


def layer(rng, cases, dtype):
    weights = rng.standard_normal((cases, 3, 4)) * rng.choice([0.1, 1, 10], (cases, 1, 1))
    inputs = rng.standard_normal((cases, 2, 3))
    return [inputs.astype(dtype), weights.astype(dtype), rng.integers(0, 4, (cases, 2))]


def levels(rng, cases, dtype):
    scores = anywhere(rng, (cases, 2), dtype)
    steps = rng.choice([1e-3, 1, 30], (cases, 2)) * (0.1 + rng.random((cases, 2)))
    cuts = (rng.standard_normal((cases, 1)) + np.cumsum(steps, axis=1)).astype(dtype)
    cuts[:, 1] = np.maximum(cuts[:, 1], np.nextafter(cuts[:, 0], dtype.type(np.inf)))
    return [scores, rng.integers(0, 3, (cases, 2)), cuts]


def orders(rng, cases, dtype):
    z = logits(rng, cases, dtype)
    places = rng.permuted(np.tile(np.arange(z.shape[1]), (cases, 1)), axis=1)
    return [z, places[:, : int(rng.integers(1, z.shape[1] + 1))]]


# Exact values of numbers


def plain(formula):
    """A formula without noise: of each case one value."""
    return lambda *case, **knobs: [(formula(*case, **knobs), 0)]


def sigma(z):
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


def plus(z):
    """log(1 + e^z)"""
    return z + log1p(exp(-z)) if z > 0 else log1p(exp(z))


def difference(*signed):
    """The exact sum of floats, which 50 digits may not hold."""
    total = sum(
        Fraction(int(x.man) * (-1 if x < 0 else 1)) * Fraction(2) ** int(x.exp) for x in signed
    )
    return mpf(total.numerator) / total.denominator


def huber(p, t, delta):
    size = abs(p - t)
    return size**2 / 2 if size <= delta else delta * (size - mpf(delta) / 2)


def pinball(p, t, quantile):
    return mpf(quantile) * (t - p) if p < t else (1 - mpf(quantile)) * (p - t)


def pinball_grad(p, t, quantile):
    """At the kink each library has a subgradient of its own, so none is asked for."""
    slope = None if p == t else -mpf(quantile) if p < t else 1 - mpf(quantile)
    return [(slope, 0)]


def gaussian(m, t, s):
    square = (m - t) ** 2 * exp(-s)
    return [((s + square) / 2, abs(s) + square)]


def gaussian_grad(m, t, s):
    square = (m - t) ** 2 * exp(-s)
    return [((m - t) * exp(-s), 0), ((1 - square) / 2, 1 + square)]


def poisson(z, t, full=False):
    rate = exp(z)
    if not full:
        return [(rate - t * z, rate + abs(t * z))]
    loss = rate - t * z + mpmath.loggamma(t + 1)
    if not t:
        return [(loss, 0)]
    gap = z - log(t)
    return [(loss, abs(rate - t) * (abs(z) + abs(log(t))) + t * abs(expm1(gap) - gap))]


def poisson_grad(z, t):
    return [(exp(z) - t, exp(z) + t)]


def binary_loss(z, y):
    return [(y * plus(-z) + (1 - y) * plus(z), 0)]


def residual(z, y):
    """p - y and its noise: none at a hard label, or that of the larger of the two."""
    p, rest = sigma(z), sigma(-z)
    return (1 - y) * p - y * rest, 0 if y in (0, 1) else max(p, y)


def binary_grad(z, y):
    return [residual(z, y)]


def squeezed(z, y):
    off, noise = residual(z, y)
    return [(off**2, 2 * abs(off) * noise)]


def squeezed_grad(z, y):
    off, noise = residual(z, y)
    steep = 2 * sigma(z) * sigma(-z)
    return [(off * steep, noise * steep)]


def focal(z, y, gamma, alpha=None):
    s = z if y else -z
    share = 1 if alpha is None else mpf(alpha) if y else 1 - mpf(alpha)
    return [(share * sigma(-s) ** mpf(gamma) * plus(-s), 0)]


def focal_grad(z, y, gamma, alpha=None):
    s, sign = (z, -1) if y else (-z, 1)
    share = 1 if alpha is None else mpf(alpha) if y else 1 - mpf(alpha)
    slope = mpf(gamma) * sigma(s) * plus(-s) + sigma(-s)
    return [(sign * share * sigma(-s) ** mpf(gamma) * slope, 0)]


def pair(better, worse):
    x = worse - better
    return [(plus(x), sigma(x) * abs(x) / 4)]


def pair_grad(better, worse):
    x = worse - better
    return [(-sigma(x), sigma(x) * sigma(-x) * abs(x) / 4)]


def dpo_margin(a, b, c, d, beta):
    x = -mpf(beta) * difference(a, -c, -b, d)
    noise = mpf(beta) * (abs(a - c) + abs(b - d)) + abs(x)
    lost = noise > 2**20 and abs(x) < noise / 4  # two gains that cancel, and leave nothing sure
    return x, noise, lost


def dpo(a, b, c, d, beta):
    x, noise, lost = dpo_margin(a, b, c, d, beta)
    if lost:
        return [(None, 0)]
    return [(plus(x), sigma(x) * noise)]


def dpo_grad(a, b, c, d, beta):
    x, noise, lost = dpo_margin(a, b, c, d, beta)
    if lost:
        return [(None, 0)] * 2
    slope, about = mpf(beta) * sigma(x), mpf(beta) * sigma(x) * sigma(-x) * noise
    return [(-slope, about), (slope, about)]


def velocity(x, e, alpha_bar):
    signal, rest = mpmath.sqrt(mpf(alpha_bar)), mpmath.sqrt(1 - mpf(alpha_bar))
    return signal * e - rest * x, abs(signal * e) + abs(rest * x)


def velocity_loss(v, x, e, alpha_bar):
    target, noise = velocity(x, e, alpha_bar)
    off = v - target
    return [(off**2, 2 * abs(off) * (noise + abs(v)))]


def velocity_loss_grad(v, x, e, alpha_bar):
    target, noise = velocity(x, e, alpha_bar)
    return [(2 * (v - target), 2 * (noise + abs(v)))]


# Exact values of rows


class Softmax:
    """The probabilities of a row, the logarithms of it, and what rounded gaps do to them."""

    def __init__(self, z, gaps=None):
        self.z, self.top = z, z.index(max(z))
        self.gaps = [z[self.top] - each for each in z]
        terms = [exp(-gap) for gap in self.gaps]
        self.others = fsum(t for k, t in enumerate(terms) if k != self.top)
        self.p = [t / (1 + self.others) for t in terms]
        self.log_p = [-gap - log1p(self.others) for gap in self.gaps]
        # a gap is rounded by half an eps of itself; four ulp of a bound are its eighth
        sizes = [min(g, mpf(10) ** 4) for g in self.gaps] if gaps is None else gaps
        self.about = [g / 8 for g in sizes]
        self.mean = fsum(a * b for a, b in zip(self.p, self.about, strict=True))

    def rest(self, k):
        """1 - p of a class, with all its digits."""
        return fsum(p for j, p in enumerate(self.p) if j != k)

    def probability(self, k):
        return self.p[k], self.p[k] * (self.about[k] + self.mean)

    def log_probability(self, k):
        return self.log_p[k], self.mean + (0 if k == self.top else self.about[k] / 2)

    def residual(self, y):
        """p - y, and its noise: of the larger of the two where they may agree."""
        found = []
        for k, label in enumerate(y):
            p, noise = self.probability(k)
            if label == 1:
                found.append(
                    (-self.rest(k), fsum(self.probability(j)[1] for j in range(len(y)) if j != k))
                )
            elif label:
                off = (1 - label) * p - label * self.rest(k)
                found.append((off, noise + max(p, label)))
            else:
                found.append((p, noise))
        return found


def hot(z, label):
    return [int(k == label) for k in range(len(z))]


def soft_loss(z, y):
    s = Softmax(z)
    value = fsum(label * gap for label, gap in zip(y, s.gaps, strict=True)) + log1p(s.others)
    return [(value, s.mean)]


def index_loss(z, label):
    s = Softmax(z)
    return [(-s.log_p[label], s.log_probability(label)[1])]


def index_grad(z, label):
    return Softmax(z).residual(hot(z, label))


def squared_softmax(z, y):
    offs = Softmax(z).residual(y)
    return [(fsum(r**2 for r, _ in offs), fsum(2 * abs(r) * noise for r, noise in offs))]


def squared_softmax_grad(z, y, jacobian="exact"):
    s = Softmax(z)
    offs = s.residual(y)
    if jacobian == "diagonal":
        return [
            (
                2 * r * p * s.rest(k),
                2 * noise * p * s.rest(k) + 2 * abs(r) * p * (s.about[k] + s.mean + p),
            )
            for k, ((r, noise), p) in enumerate(zip(offs, s.p, strict=True))
        ]
    found = []
    for i, (r, noise) in enumerate(offs):
        pairs = [(s.p[j], *offs[j], s.about[j]) for j in range(len(z)) if j != i]
        value = 2 * s.p[i] * fsum(p * (r - other) for p, other, *_ in pairs)
        total = fsum(
            p * ((abs(r) + abs(other)) * (1 + s.about[i] + about + s.mean) + noise + n)
            for p, other, n, about in pairs
        )
        found.append((value, 2 * s.p[i] * total))
    return found


def focal_softmax(z, label, gamma):
    s = Softmax(z)
    loss, noise = -s.log_p[label], s.log_probability(label)[1]
    value = s.rest(label) ** mpf(gamma) * loss
    return [(value, value * (1 + gamma) * noise / loss if loss else 0)]


def focal_softmax_grad(z, label, gamma):
    s = Softmax(z)
    p, rest, loss = s.p[label], s.rest(label), -s.log_p[label]
    if not rest:
        return [(mpf(0), 0)] * len(z)
    volume = rest ** mpf(gamma) * (1 + mpf(gamma) * p * loss / rest)
    shaky = (1 + gamma) * s.log_probability(label)[1] / loss
    return [
        (volume * r, volume * (noise + abs(r) * shaky)) for r, noise in s.residual(hot(z, label))
    ]


def distilled(z, t, temperature):
    """log p and log q of both models, and how many digits their logits' differences cost."""
    T = mpf(temperature)
    p, q = Softmax([x / T for x in t]), Softmax([x / T for x in z])
    gaps = [b - a for a, b in zip(p.log_p, q.log_p, strict=True)]
    largest = max(abs(g) for g, each in zip(gaps, p.p, strict=True)) or mpf(1)
    apart = max(abs(a - b) for a, b in zip(z, t, strict=True)) / T
    cost = apart / largest + (min(max(p.gaps), 2000) + min(max(q.gaps), 2000)) / 8
    return T, p, q, gaps, largest, cost


def distillation(z, t, temperature):
    T, p, q, gaps, _, cost = distilled(z, t, temperature)
    # p (e^gap - 1 - gap): over the classes the added terms cancel, and no summand is negative
    terms = [
        a * (expm1(g) - g) if abs(g) < 1 else b - a - a * g
        for a, b, g in zip(p.p, q.p, gaps, strict=True)
    ]
    return [(T**2 * fsum(terms), T**2 * fsum(terms) * cost)]


def distillation_grad(z, t, temperature):
    T, p, q, gaps, largest, cost = distilled(z, t, temperature)
    found = []
    for a, b, g in zip(p.p, q.p, gaps, strict=True):
        change = a * expm1(g) if abs(g) < 1 else b - a
        found.append((T * change, T * cost * max(abs(change), a * largest)))
    return found


def log_sum(z):
    s = Softmax(z)
    return [(max(z) + log1p(s.others), s.mean + max(abs(max(z)), log1p(s.others)))]


def surprise(p, q):
    """-sum p log q, where what never happens costs nothing."""
    return fsum(a * (-log(b) if b else INF) for a, b in zip(p, q, strict=True) if a)


def wasted(p, q):
    """p log(p / q) - p + q"""
    return fsum(
        (a * log(a / b) if b else INF) - a + b if a else b for a, b in zip(p, q, strict=True)
    )


def shared(p, q):
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return (wasted(p, middle) + wasted(q, middle)) / 2


def smoothed(y, smoothing):
    return [((1 - mpf(smoothing)) * each + mpf(smoothing) / len(y), 0) for each in y]


def overlap(p, y, alpha=0.5, beta=0.5, smoothing=0.0, axis=-1):
    alpha, beta = mpf(alpha), mpf(beta)
    hits = fsum(a * b for a, b in zip(p, y, strict=True)) + mpf(smoothing)
    alarms = alpha * fsum(a * (1 - b) for a, b in zip(p, y, strict=True))
    return hits, alarms + beta * fsum((1 - a) * b for a, b in zip(p, y, strict=True)), alpha, beta


def tversky(p, y, **knobs):
    hits, mistakes, *_ = overlap(p, y, **knobs)
    whole = hits + mistakes
    return [(mistakes / whole if whole else mpf(0), 0)]


def tversky_grad(p, y, **knobs):
    hits, mistakes, alpha, beta = overlap(p, y, **knobs)
    whole = hits + mistakes
    if not whole:
        return [(mpf(0), 0)] * len(y)
    outside, inside = alpha * hits / whole**2, (beta * hits + mistakes) / whole**2
    return [
        (
            (1 - each) * outside - each * inside,
            (1 - each) * outside + each * inside if 0 < each < 1 else 0,
        )
        for each in y
    ]


def dice(p, y, smoothing=0.0, axis=-1):
    return tversky(p, y, smoothing=smoothing / 2)


def dice_grad(p, y, smoothing=0.0, axis=-1):
    return tversky_grad(p, y, smoothing=smoothing / 2)


def jaccard(p, y, axis=-1):
    return tversky(p, y, alpha=1, beta=1)


def jaccard_grad(p, y, axis=-1):
    return tversky_grad(p, y, alpha=1, beta=1)


def mean_of_kept(losses, keep):
    kept = [each for each, counts in zip(losses, keep, strict=True) if counts]
    return [(difference(*kept) / len(kept), fsum(abs(x) for x in kept) / len(kept))]


def mean_of_kept_grad(losses, keep):
    return [(mpf(1) / sum(keep) if counts else mpf(0), 0) for counts in keep]


def level(score, label, cuts):
    """The two logits of a level, and its width; None where there is no cut."""
    above = score - cuts[label] if label < len(cuts) else -INF
    below = cuts[label - 1] - score if label else -INF
    return above, below, cuts[label] - cuts[label - 1] if 0 < label < len(cuts) else INF


def shaky(x):
    return sigma(x) * abs(x) if mpmath.isfinite(x) else mpf(0)


def cumulative(scores, labels, cuts):
    found = []
    for score, label in zip(scores, labels, strict=True):
        above, below, gap = level(score, label, cuts)
        width = log1p(-exp(-gap)) if gap < INF else mpf(0)
        value = (plus(above) if above > -INF else 0) + (plus(below) if below > -INF else 0) - width
        found.append((value, shaky(above) + shaky(below) + (gap / expm1(gap) if gap < INF else 0)))
    return found


def cumulative_grad(scores, labels, cuts):
    found, at_cuts = [], [[mpf(0), mpf(0)] for _ in cuts]
    for score, label in zip(scores, labels, strict=True):
        above, below, gap = level(score, label, cuts)
        higher = sigma(above) if above > -INF else mpf(0)
        lower = sigma(below) if below > -INF else mpf(0)
        about = higher + lower + shaky(above) + shaky(below)
        found.append((higher - lower, about))
        crowded = 1 / expm1(gap) if gap < INF else mpf(0)
        if label < len(cuts):
            at_cuts[label][0] -= higher + crowded
            at_cuts[label][1] += about + 3 * crowded
        if label:
            at_cuts[label - 1][0] += lower + crowded
            at_cuts[label - 1][1] += about + 3 * crowded
    return [*found, *map(tuple, at_cuts)]


def picks(z, order):
    left = list(range(len(z)))
    for item in order:
        if len(left) > 1:
            yield left, left.index(item), Softmax([z[k] for k in left])
        left = [k for k in left if k != item]


def plackett(z, order):
    parts = [(-s.log_p[at], s.log_probability(at)[1]) for _, at, s in picks(z, order)]
    return [(fsum(v for v, _ in parts), fsum(n for _, n in parts))]


def plackett_grad(z, order):
    values, noises = [[mpf(0)] for _ in z], [mpf(0)] * len(z)
    for left, at, s in picks(z, order):
        for k, (r, noise) in zip(left, s.residual(hot(left, at)), strict=True):
            values[k].append(r)
            noises[k] += noise
    several = [sum(1 for v in each if v) > 1 for each in values]
    return [
        (fsum(v), n + (fsum(abs(x) for x in v) if many else 0))
        for v, n, many in zip(values, noises, several, strict=True)
    ]


# Exact values of whole batches


def units(rows):
    lengths = [mpmath.sqrt(mpmath.fdot(x, x)) for x in rows]
    return [[v / n for v in x] for x, n in zip(rows, lengths, strict=True)], lengths


def cosines(images, texts, log_scale):
    scale = exp(mpf(log_scale))
    a, m = units(images)
    b, n = units(texts)
    table = [[scale * mpmath.fdot(x, y) for y in b] for x in a]
    return scale, a, b, m, n, table, scale * (len(a[0]) + 8) / 4


def clip(images, texts, log_scale):
    *_, table, step = cosines(images, texts, log_scale)
    columns = [list(each) for each in zip(*table, strict=True)]
    losses = [-Softmax(rows[k]).log_p[k] for rows in (table, columns) for k in range(len(table))]
    mean = fsum(losses) / len(losses)
    return [(mean, step * min(1, 4 * mean))]


def through(at, images, texts, log_scale):
    """The slopes of both features and of the scale's logarithm, from those of the logits."""
    scale, a, b, m, n, table, step = cosines(images, texts, log_scale)
    found = []
    for slopes, mine, theirs, lengths in (
        (at, a, b, m),
        ([list(each) for each in zip(*at, strict=True)], b, a, n),
    ):
        for i, (x, length) in enumerate(zip(mine, lengths, strict=True)):
            pull = [
                scale * fsum(s * y[k] for s, y in zip(slopes[i], theirs, strict=True))
                for k in range(len(x))
            ]
            along = mpmath.fdot(pull, x)
            found += [
                ((v - along * w) / length, scale * step / length)
                for v, w in zip(pull, x, strict=True)
            ]
    total = fsum(
        s * z for line, row in zip(at, table, strict=True) for s, z in zip(line, row, strict=True)
    )
    return [*found, (total, scale * step)]


def clip_grad(images, texts, log_scale):
    table = cosines(images, texts, log_scale)[5]
    rows = [Softmax(each).residual(hot(each, k)) for k, each in enumerate(table)]
    columns = [
        Softmax(list(each)).residual(hot(each, k))
        for k, each in enumerate(zip(*table, strict=True))
    ]
    size = len(table)
    at = [
        [(rows[i][j][0] + columns[j][i][0]) / (2 * size) for j in range(size)] for i in range(size)
    ]
    return through(at, images, texts, log_scale)


def doubts(images, texts, log_scale, bias):
    table = cosines(images, texts, log_scale)[5]
    return [
        [(z + bias) * (-1 if i == j else 1) for j, z in enumerate(line)]
        for i, line in enumerate(table)
    ]


def siglip(images, texts, log_scale, bias):
    table = doubts(images, texts, log_scale, bias)
    step = cosines(images, texts, log_scale)[6] + abs(mpf(bias))
    flat = [x for line in table for x in line]
    value = fsum(map(plus, flat)) / len(table)
    return [(value, step * fsum(map(sigma, flat)) / len(table))]


def siglip_grad(images, texts, log_scale, bias):
    table = doubts(images, texts, log_scale, bias)
    at = [
        [sigma(x) * (-1 if i == j else 1) / len(table) for j, x in enumerate(line)]
        for i, line in enumerate(table)
    ]
    step = cosines(images, texts, log_scale)[6] + abs(mpf(bias))
    flat = [x for line in at for x in line]
    factor = 1 + abs(mpf(bias)) / exp(mpf(log_scale))
    slopes = [
        (value, noise * factor * len(table))
        for value, noise in through(at, images, texts, log_scale)
    ]
    return [*slopes, (fsum(flat), (1 + step) * fsum(abs(x) for x in flat))]


def distances(anchor, positive, negative, margin):
    to, away = (
        [difference(x, -y) for x, y in zip(a, b, strict=True)]
        for a, b in ((positive, anchor), (anchor, negative))
    )
    near, far = (mpmath.sqrt(mpmath.fdot(d, d)) for d in (to, away))
    return to, away, near, far, near - far + mpf(margin), near + far + mpf(margin)


def triplet(anchor, positive, negative, margin):
    *_, missing, noise = distances(anchor, positive, negative, margin)
    return [(max(missing, mpf(0)), noise)]


def triplet_grad(anchor, positive, negative, margin):
    to, away, near, far, missing, noise = distances(anchor, positive, negative, margin)
    if abs(missing) < 8 * noise * mpf(2) ** -10 and abs(missing) < noise * mpf(2) ** -8:
        return [(None, 0)] * (3 * len(to))  # too close to the kink to tell in every dtype
    on = missing > 0
    at_positive = [d / near if on and near else mpf(0) for d in to]
    at_negative = [d / far if on and far else mpf(0) for d in away]
    at_anchor = [(-p - n, abs(p) + abs(n)) for p, n in zip(at_positive, at_negative, strict=True)]
    return [*at_anchor, *((v, 0) for v in at_positive), *((v, 0) for v in at_negative)]


def scored(center, context, negatives):
    """Each dot product as the logit of a mistake, and how well it is known."""
    terms = [[x * y for x, y in zip(center, other, strict=True)] for other in (context, *negatives)]
    xs = [fsum(t) for t in terms]
    return [-xs[0], *xs[1:]], [len(t) * fsum(abs(x) for x in t) for t in terms]


def sampling(center, context, negatives):
    xs, sizes = scored(center, context, negatives)
    values = [plus(x) for x in xs]
    return [(fsum(values), fsum(sigma(x) * size for x, size in zip(xs, sizes, strict=True)))]


def sampling_grad(center, context, negatives):
    xs, sizes = scored(center, context, negatives)
    signs = [-1] + [1] * len(negatives)
    pushes = [s * sigma(x) for s, x in zip(signs, xs, strict=True)]
    about = [sigma(x) * sigma(-x) * size for x, size in zip(xs, sizes, strict=True)]
    others = [context, *negatives]
    d_center = [
        (
            fsum(push * o[k] for push, o in zip(pushes, others, strict=True)),
            fsum(
                (abs(push) + a) * abs(o[k])
                for push, a, o in zip(pushes, about, others, strict=True)
            ),
        )
        for k in range(len(center))
    ]
    d_others = [
        (push * x, a * abs(x)) for push, a in zip(pushes, about, strict=True) for x in center
    ]
    return d_center + d_others


def likelihood(rows, path):
    ways = [mpf(1), mpf(1)] + [mpf(0)] * (len(path) - 2)
    for t, probabilities in enumerate(rows):
        if t:
            ways = [
                ways[s]
                + (ways[s - 1] if s else 0)
                + (ways[s - 2] if s > 1 and path[s] not in (0, path[s - 2]) else 0)
                for s in range(len(path))
            ]
        ways = [way * probabilities[c] for way, c in zip(ways, path, strict=True)]
    return ways[-1] + ways[-2]


def transcript(frames, labels):
    rows = [Softmax(z).p for z in frames]
    return rows, [0, *(each for label in labels for each in (label, 0))]


def ctc(frames, labels):
    rows, path = transcript(frames, labels)
    value = -log(likelihood(rows, path))
    return [(value, len(frames) / 2 * max(1, value))]


def ctc_grad(frames, labels):
    rows, path = transcript(frames, labels)
    whole = likelihood(rows, path)
    found = []
    for t, probabilities in enumerate(rows):
        for k, p in enumerate(probabilities):
            only = [x * (c == k) for c, x in enumerate(probabilities)]
            occupied = likelihood([*rows[:t], only, *rows[t + 1 :]], path) / whole
            found.append((p - occupied, len(frames) / 2 * max(1, -log(whole))))
    return found


def layered(inputs, weights, labels):
    """The softmax of each position, whose logits are known to D ulp of their products' sizes."""
    columns = list(zip(*weights, strict=True))
    for x, label in zip(inputs, labels, strict=True):
        products = [[a * b for a, b in zip(x, w, strict=True)] for w in columns]
        z = [fsum(each) for each in products]
        sizes = [len(x) * fsum(abs(v) for v in each) * 8 for each in products]
        yield x, label, Softmax(z, [s + sizes[z.index(max(z))] for s in sizes]), columns


def linear(inputs, weights, labels):
    return [
        (-s.log_p[label], s.mean + s.about[label] * s.rest(label))
        for _, label, s, _ in layered(inputs, weights, labels)
    ]


def linear_grad(inputs, weights, labels):
    d_inputs = []
    d_weights = [[[mpf(0), mpf(0)] for _ in weights[0]] for _ in weights]
    for x, label, s, columns in layered(inputs, weights, labels):
        slopes = s.residual(hot(s.z, label))
        for i in range(len(x)):
            products = [
                (r * w[i], (n + abs(r)) * abs(w[i]))
                for (r, n), w in zip(slopes, columns, strict=True)
            ]
            d_inputs.append((fsum(v for v, _ in products), fsum(n for _, n in products)))
            for j, (r, noise) in enumerate(slopes):
                d_weights[i][j][0] += r * x[i]
                d_weights[i][j][1] += (noise + abs(r)) * abs(x[i])
    return d_inputs + [tuple(cell) for line in d_weights for cell in line]


# In place of functions that stand for no loss alone


def merged(z, labels):
    """The loss from parts of one class each, merged from the last to the first."""
    parts = [
        lossfns.partial_cross_entropy(z[:, k : k + 1], labels, first_class=k)
        for k in range(z.shape[1])
    ]
    whole = parts[-1]
    for part in reversed(parts[:-1]):
        whole = lossfns.merge_cross_entropy(part, whole)
    return lossfns.finish_cross_entropy(whole)


def shards(inputs, weights, labels):
    parts = [
        lossfns.partial_linear_cross_entropy(
            inputs, weights[:, first : first + 2], labels, first_class=first
        )
        for first in (0, 2)
    ]
    return lossfns.merge_cross_entropy(*parts)


def sharded(inputs, weights, labels):
    return lossfns.finish_cross_entropy(shards(inputs, weights, labels))


def sharded_grad(inputs, weights, labels):
    whole = shards(inputs, weights, labels)
    slopes = [
        lossfns.partial_linear_slopes(
            inputs, weights[:, first : first + 2], labels, whole, first_class=first
        )
        for first in (0, 2)
    ]
    (left, d_left), (right, d_right) = slopes
    return left + right, np.concatenate([d_left, d_right], axis=1)


# As textbooks write them


def n_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def n_softmax(z):
    terms = np.exp(z)
    return terms / terms.sum(axis=-1, keepdims=True)


def n_hot(z, labels):
    return np.eye(z.shape[-1], dtype=z.dtype)[labels]


def n_binary(z, y):
    p = n_sigmoid(z)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def n_true(z, y):
    p = n_sigmoid(z)
    return y * p + (1 - y) * (1 - p)


def n_focal(z, y, gamma=2.0):
    p = n_true(z, y)
    return -((1 - p) ** gamma) * np.log(p)


def n_focal_grad(z, y, gamma=2.0):
    p = n_true(z, y)
    return (2 * y - 1) * (1 - p) ** gamma * (gamma * p * np.log(p) + p - 1)


def n_soft(z, y):
    return -(y * np.log(n_softmax(z))).sum(axis=-1)


def n_index(z, labels):
    return -np.log(n_softmax(z)[np.arange(len(z)), labels])


def n_squeezed_grad(z, y):
    p = n_softmax(z)
    u = 2 * (p - y)
    return p * (u - (p * u).sum(axis=-1, keepdims=True))


def n_kl(p, q):
    return (p * np.log(p / q)).sum(axis=-1)


def n_js(p, q):
    middle = (p + q) / 2
    return (n_kl(p, middle) + n_kl(q, middle)) / 2


def n_distillation(z, t, temperature=4.0):
    p, q = n_softmax(t / temperature), n_softmax(z / temperature)
    return temperature**2 * n_kl(p, q)


def n_distillation_grad(z, t, temperature=4.0):
    return temperature * (n_softmax(z / temperature) - n_softmax(t / temperature))


def n_huber(p, t):
    size = np.abs(p - t)
    return np.where(size <= 1, size**2 / 2, size - 0.5)


def n_dpo(a, b, c, d):
    return -np.log(n_sigmoid(0.1 * ((a - c) - (b - d))))


def n_dpo_grad(a, b, c, d):
    slope = 0.1 * n_sigmoid(-0.1 * ((a - c) - (b - d)))
    return -slope, slope


def n_triplet(a, p, n):
    near, far = (np.sqrt(((x - a) ** 2).sum(axis=-1)) for x in (p, n))
    return np.maximum(near - far + 1, 0)


def n_velocity(x, e, alpha_bar):
    return np.sqrt(alpha_bar) * e - np.sqrt(1 - alpha_bar) * x


def n_overlap(p, y):
    return 1 - 2 * (p * y).sum(axis=-1) / (p.sum(axis=-1) + y.sum(axis=-1))


def n_jaccard(p, y):
    both = (p * y).sum(axis=-1)
    return 1 - both / (p.sum(axis=-1) + y.sum(axis=-1) - both)


def n_units(x):
    return x / np.sqrt((x**2).sum(axis=-1, keepdims=True))


def n_clip(images, texts):
    p = 10 * n_units(images) @ n_units(texts).T
    return -(np.log(np.diag(n_softmax(p))) + np.log(np.diag(n_softmax(p.T)))).mean() / 2


def n_siglip(images, texts):
    z = 10 * n_units(images) @ n_units(texts).T - 10
    sign = 2 * np.eye(len(z), dtype=z.dtype) - 1
    return -np.log(n_sigmoid(sign * z)).sum() / len(z)


def n_sampling(center, context, negatives):
    return -np.log(n_sigmoid(context @ center)) - np.log(n_sigmoid(-(negatives @ center))).sum()


def n_linear(inputs, weights, labels):
    return n_index(inputs @ weights, labels)


def n_cumulative(scores, labels, cuts):
    edges = np.concatenate([[-np.inf], cuts, [np.inf]]).astype(scores.dtype)
    return -np.log(n_sigmoid(edges[labels + 1] - scores) - n_sigmoid(edges[labels] - scores))


def n_plackett(z, order):
    terms = np.exp(np.take_along_axis(z, order, -1))
    left = np.exp(z).sum(axis=-1, keepdims=True) - np.cumsum(terms, axis=-1) + terms
    return -np.log(terms / left).sum(axis=-1)


def n_ctc(frames, labels):
    rows = n_softmax(frames)
    path = [0, *(each for label in labels for each in (label, 0))]
    ways = np.zeros(len(path))
    ways[:2] = 1
    for t, p in enumerate(rows):
        if t:
            jumps = [s > 1 and path[s] not in (0, path[s - 2]) for s in range(len(path))]
            ways = ways + np.append(0, ways[:-1]) + np.append([0, 0], ways[:-2]) * jumps
        ways = ways * p[path]
    return -np.log(ways[-1] + ways[-2])


LOG_TEN, LOG_HUNDRED = float(np.log(10)), float(np.log(100))
ROWS = [
    Row("sigmoid", one, plain(sigma), naive=n_sigmoid),
    Row("softplus", one, plain(plus), naive=lambda z: np.log(1 + np.exp(z))),
    Row("log_sigmoid", one, plain(lambda z: -plus(-z)), naive=lambda z: np.log(n_sigmoid(z))),
    Row("logsumexp", row, log_sum, naive=lambda z: np.log(np.exp(z).sum(axis=-1))),
    Row(
        "softmax",
        row,
        lambda z: [Softmax(z).probability(k) for k in range(len(z))],
        naive=n_softmax,
    ),
    Row(
        "log_softmax",
        row,
        lambda z: [Softmax(z).log_probability(k) for k in range(len(z))],
        naive=lambda z: np.log(n_softmax(z)),
    ),
    Row(
        "surprisal",
        probabilities,
        plain(lambda p: -log(p) if p else INF),
        naive=lambda p: -np.log(p),
    ),
    Row("perplexity", not_negative, plain(exp), naive=np.exp),
    Row(
        "entropy",
        one_distribution,
        plain(lambda p: surprise(p, p)),
        8,
        naive=lambda p: -(p * np.log(p)).sum(axis=-1),
    ),
    Row(
        "cross_entropy",
        two_distributions,
        plain(surprise),
        8,
        naive=lambda p, q: -(p * np.log(q)).sum(axis=-1),
    ),
    Row("kl_divergence", two_distributions, plain(wasted), 8, naive=n_kl),
    Row("js_divergence", two_distributions, plain(shared), 8, naive=n_js),
    Row(
        "smooth_labels",
        one_distribution,
        smoothed,
        last=(0.1,),
        naive=lambda y, s: (1 - s) * y + s / y.shape[-1],
    ),
    Row("squared_error", two, plain(lambda p, t: (p - t) ** 2), naive=lambda p, t: (p - t) ** 2),
    Row("squared_error_grad", two, plain(lambda p, t: 2 * (p - t)), naive=lambda p, t: 2 * (p - t)),
    Row("absolute_error", two, plain(lambda p, t: abs(p - t)), naive=lambda p, t: np.abs(p - t)),
    Row(
        "absolute_error_grad",
        two,
        plain(lambda p, t: mpmath.sign(p - t)),
        naive=lambda p, t: np.sign(p - t),
    ),
    Row("huber_loss", two, plain(huber), knobs={"delta": 1.0}, naive=n_huber),
    Row("huber_loss", two, plain(huber), knobs={"delta": 0.01}),
    Row(
        "huber_loss_grad",
        two,
        plain(lambda p, t, delta: min(max(p - t, -mpf(delta)), mpf(delta))),
        knobs={"delta": 1.0},
        naive=lambda p, t: np.clip(p - t, -1, 1),
    ),
    Row(
        "pinball_loss",
        two,
        plain(pinball),
        knobs={"quantile": 0.9},
        naive=lambda p, t: np.maximum(0.9 * (t - p), -0.1 * (t - p)),
    ),
    Row("pinball_loss", two, plain(pinball), knobs={"quantile": 0.01}),
    Row(
        "pinball_loss_grad",
        two,
        pinball_grad,
        knobs={"quantile": 0.9},
        naive=lambda p, t: np.where(p < t, -0.9, 0.1) * (p != t),
    ),
    Row(
        "gaussian_nll_loss",
        three,
        gaussian,
        6,
        naive=lambda m, t, s: (s + (t - m) ** 2 / np.exp(s)) / 2,
    ),
    Row(
        "gaussian_nll_loss_grad",
        three,
        gaussian_grad,
        6,
        naive=lambda m, t, s: ((m - t) / np.exp(s), (1 - (t - m) ** 2 / np.exp(s)) / 2),
    ),
    Row("poisson_nll_loss", counts, poisson, naive=lambda z, t: np.exp(z) - t * z),
    Row("poisson_nll_loss", counts, poisson, 8, knobs={"full": True}),
    Row("poisson_nll_loss_grad", counts, poisson_grad, naive=lambda z, t: np.exp(z) - t),
    Row("sigmoid_binary_cross_entropy", binary_or_soft, binary_loss, naive=n_binary),
    Row(
        "sigmoid_binary_cross_entropy_grad",
        binary_or_soft,
        binary_grad,
        naive=lambda z, y: n_sigmoid(z) - y,
    ),
    Row("sigmoid_focal_loss", binary, focal, 14, {"gamma": 2.0}, naive=n_focal),
    Row("sigmoid_focal_loss", binary, focal, 9.5, {"gamma": 0.5, "alpha": 0.25}),
    Row("sigmoid_focal_loss", binary, focal, 23, {"gamma": 5.0, "alpha": 0.75}),
    Row("sigmoid_focal_loss_grad", binary, focal_grad, 14, {"gamma": 2.0}, naive=n_focal_grad),
    Row("sigmoid_focal_loss_grad", binary, focal_grad, 9.5, {"gamma": 0.5, "alpha": 0.25}),
    Row(
        "sigmoid_squared_error",
        binary_or_soft,
        squeezed,
        8,
        naive=lambda z, y: (n_sigmoid(z) - y) ** 2,
    ),
    Row(
        "sigmoid_squared_error_grad",
        binary_or_soft,
        squeezed_grad,
        8,
        naive=lambda z, y: 2 * (n_sigmoid(z) - y) * n_sigmoid(z) * (1 - n_sigmoid(z)),
    ),
    Row(
        "hinge_loss",
        signed,
        plain(lambda s, y: max(1 - y * s, mpf(0))),
        naive=lambda s, y: np.maximum(0, 1 - y * s),
    ),
    Row(
        "hinge_loss_grad",
        signed,
        plain(lambda s, y: -y if y * s < 1 else mpf(0)),
        naive=lambda s, y: np.where(y * s < 1, -y, 0),
    ),
    Row("pair_loss", two, pair, naive=lambda a, b: -np.log(n_sigmoid(a - b))),
    Row("pair_loss_grad", two, pair_grad, naive=lambda a, b: n_sigmoid(a - b) - 1),
    Row("dpo_loss", four, dpo, knobs={"beta": 0.1}, naive=n_dpo),
    Row("dpo_loss_grad", four, dpo_grad, knobs={"beta": 0.1}, naive=n_dpo_grad),
    Row("softmax_cross_entropy", soft, soft_loss, naive=n_soft),
    Row(
        "softmax_cross_entropy_grad",
        soft,
        lambda z, y: Softmax(z).residual(y),
        naive=lambda z, y: n_softmax(z) - y,
    ),
    Row("softmax_cross_entropy_with_integer_labels", indexed, index_loss, naive=n_index),
    Row(
        "softmax_cross_entropy_with_integer_labels_grad",
        indexed,
        index_grad,
        naive=lambda z, y: n_softmax(z) - n_hot(z, y),
    ),
    Row("partial_cross_entropy, merge, finish", indexed, index_loss, 6, call=merged),
    Row("softmax_focal_loss", indexed, focal_softmax, 14, {"gamma": 2.0}),
    Row("softmax_focal_loss", indexed, focal_softmax, 9.5, {"gamma": 0.5}),
    Row("softmax_focal_loss_grad", indexed, focal_softmax_grad, 14, {"gamma": 2.0}),
    Row(
        "softmax_squared_error",
        soft,
        squared_softmax,
        8,
        naive=lambda z, y: ((n_softmax(z) - y) ** 2).sum(axis=-1),
    ),
    Row("softmax_squared_error_grad", soft, squared_softmax_grad, 8, naive=n_squeezed_grad),
    Row("softmax_squared_error_grad", soft, squared_softmax_grad, 8, {"jacobian": "diagonal"}),
    Row(
        "distillation_loss",
        models,
        distillation,
        16,
        {"temperature": 4.0},
        wide=True,
        naive=n_distillation,
    ),
    Row(
        "distillation_loss_grad",
        models,
        distillation_grad,
        16,
        {"temperature": 4.0},
        wide=True,
        naive=n_distillation_grad,
    ),
    Row("distillation_loss", models, distillation, 16, {"temperature": 0.5}, wide=True),
    Row("distillation_loss", models, distillation, 16, {"temperature": 1e8}, wide=True),
    Row("distillation_loss_grad", models, distillation_grad, 16, {"temperature": 1e8}, wide=True),
    Row("velocity", two, lambda *case: [velocity(*case)], last=(0.36,), naive=n_velocity),
    Row(
        "velocity_loss",
        three,
        velocity_loss,
        last=(0.36,),
        naive=lambda v, x, e, a: (v - n_velocity(x, e, a)) ** 2,
    ),
    Row(
        "velocity_loss_grad",
        three,
        velocity_loss_grad,
        last=(0.36,),
        naive=lambda v, x, e, a: 2 * (v - n_velocity(x, e, a)),
    ),
    Row("triplet_loss", triplets, triplet, knobs={"margin": 1.0}, naive=n_triplet),
    Row("triplet_loss_grad", triplets, triplet_grad, 8, {"margin": 1.0}),
    Row("dice_loss", masks, dice, 8, {"axis": -1}, naive=n_overlap),
    Row("dice_loss_grad", masks, dice_grad, 8, {"axis": -1}),
    Row("jaccard_loss", masks, jaccard, 8, {"axis": -1}, naive=n_jaccard),
    Row("jaccard_loss_grad", masks, jaccard_grad, 8, {"axis": -1}),
    Row("tversky_loss", masks, tversky, 8, {"axis": -1, "alpha": 0.3, "beta": 0.7}),
    Row("tversky_loss_grad", masks, tversky_grad, 8, {"axis": -1, "alpha": 0.3, "beta": 0.7}),
    Row(
        "masked_mean",
        cells,
        mean_of_kept,
        one_by_one=True,
        wide=True,
        naive=lambda losses, keep: (losses * keep).sum() / keep.sum(),
    ),
    Row("masked_mean_grad", cells, mean_of_kept_grad, one_by_one=True),
    Row("cumulative_logit_loss", levels, cumulative, one_by_one=True, naive=n_cumulative),
    Row("cumulative_logit_loss_grad", levels, cumulative_grad, one_by_one=True),
    Row("plackett_luce_loss", orders, plackett, naive=n_plackett),
    Row("plackett_luce_loss_grad", orders, plackett_grad),
    Row("clip_loss", features, clip, 4, {"log_scale": LOG_TEN}, (), True, True, naive=n_clip),
    Row("clip_loss", features, clip, 4, {"log_scale": LOG_HUNDRED}, (), True, True),
    Row("clip_loss_grad", features, clip_grad, 4, {"log_scale": LOG_TEN}, (), True, True),
    Row(
        "siglip_loss",
        features,
        siglip,
        4,
        {"log_scale": LOG_TEN, "bias": -10.0},
        (),
        True,
        True,
        naive=n_siglip,
    ),
    Row(
        "siglip_loss_grad",
        features,
        siglip_grad,
        4,
        {"log_scale": LOG_TEN, "bias": -10.0},
        (),
        True,
        True,
    ),
    Row("negative_sampling_loss", words, sampling, 4, {}, (), True, True, naive=n_sampling),
    Row("negative_sampling_loss_grad", words, sampling_grad, 4, {}, (), True, True),
    Row("ctc_loss", speech, ctc, 4, {}, (), True, True, naive=n_ctc),
    Row("ctc_loss_grad", speech, ctc_grad, 4, {}, (), True, True),
    Row("linear_cross_entropy_with_integer_labels", layer, linear, one_by_one=True, naive=n_linear),
    Row("linear_cross_entropy_with_integer_labels_grad", layer, linear_grad, one_by_one=True),
    Row("partial_linear_cross_entropy", layer, linear, one_by_one=True, call=sharded),
    Row("partial_linear_slopes", layer, linear_grad, one_by_one=True, call=sharded_grad),
]
