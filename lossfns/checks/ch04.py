"""Exercises of chapter 4: information theory."""

import numpy as np

from lossfns.checks._cases import shares
from lossfns.checks._exercise import Exercise
from lossfns.judging.mistakes import Mutant


def entropy(p):
    safe = np.where(p > 0, p, 1)
    return np.sum(-p * np.log(safe), axis=-1)


def _distributions():
    rng = np.random.default_rng(41)
    yield (np.array([[0.9, 0.1], [1.0, 0.0]]),)
    yield (np.array([0.5, 0.0, 0.3, 0.2]),)
    yield (rng.dirichlet(np.ones(3), 4),)


# Distributions along the last axis: one, several, and tables of them.
SHAPES = ((2,), (3,), (7,), (1, 3), (2, 2), (3, 3), (2, 5), (5, 2), (4, 3), (2, 3, 4), (3, 2, 2))


def _more_distributions(rng):
    for shape in (*SHAPES, (1, 1), (2, 1, 3)):
        yield (shares(rng, shape),)
        yield (shares(rng, shape, least=1),)
    for count in (1, 2, 5):
        yield (np.eye(count),)
        yield (np.full((2, count), 1 / count),)
    yield (rng.permutation(np.array([0.0, 0.0, 0.25, 0.75])),)
    yield (rng.permutation(np.array([1e-5, 1e-3, 0.09, 0.90899])),)
    yield (np.sort(shares(rng, (3, 4))),)


ENTROPY = Exercise(
    id="info.entropy",
    chapter=4,
    objective="average the surprise of a distribution, zeros included",
    minutes=6,
    reference=entropy,
    probes=lambda: list(_distributions()),
    cases=_more_distributions,
    hints=(
        "Surprise is −log p. Average it: each surprise comes as often as its p says.",
        "−Σ p log p along the last axis, where 0 log 0 counts as 0.",
        "`safe = np.where(p > 0, ___, 1)`\n`return np.sum(-p * np.log(___), axis=-1)`",
    ),
    why="what never happens surprises nobody: p log p goes to 0 with p.",
    mutants=(
        Mutant(
            "zero-log-zero",
            lambda p: np.sum(-p * np.log(p), axis=-1),
            "Right, but nan wherever a probability is 0: 0 × log 0 is nan in floats.",
            "`np.where(p > 0, p, 1)` inside the logarithm: log 1 is 0",
        ),
        Mutant(
            "bits-for-nats",
            lambda p: entropy(p) / np.log(2),
            "Your entropies are in bits.",
            "`np.log` is the natural one; each of your numbers is 1.4427 times too large",
        ),
        Mutant(
            "minus-forgotten",
            lambda p: -entropy(p),
            "Each entropy has the right size and the wrong sign.",
            "surprise is minus log p",
        ),
        Mutant(
            "surprise-unweighted",
            lambda p: np.sum(-np.log(np.where(p > 0, p, 1)), axis=-1),
            "Your numbers are the surprises added up, each once.",
            "an average: each surprise is weighed by how often it happens",
        ),
        Mutant(
            "mean-over-outcomes",
            lambda p: np.mean(-p * np.log(np.where(p > 0, p, 1)), axis=-1),
            "Each entropy is K times too small: divided by the number of outcomes.",
            "the weights p already add up to 1: `np.sum`, not `np.mean`",
        ),
        Mutant(
            "axis-left-out",
            lambda p: np.sum(-p * np.log(np.where(p > 0, p, 1))),
            "One number came back: the sum of the entropies of all rows.",
            "`axis=-1`: one entropy for each row",
        ),
    ),
)


def kl_divergence(p, q):
    happens = p > 0
    log_ratio = np.log(np.where(happens, p, 1)) - np.log(np.where(happens, q, 1))
    return np.sum(p * log_ratio, axis=-1)


def _forecasts():
    rng = np.random.default_rng(42)
    yield np.array([[0.9, 0.1], [1.0, 0.0]]), np.array([[0.8, 0.2], [0.7, 0.3]])
    yield np.array([0.5, 0.3, 0.2, 0.0]), np.array([1.0, 0.0, 0.0, 0.0])
    yield rng.dirichlet(np.ones(3), 4), rng.dirichlet(np.ones(3), 4)


def _more_forecasts(rng):
    for shape in SHAPES:
        yield shares(rng, shape), shares(rng, shape, least=1)
        yield shares(rng, shape, least=1), shares(rng, shape, least=1)
        yield shares(rng, shape), shares(rng, shape)
    p = shares(rng, (3, 4), least=1)
    yield p, p.copy()
    yield p, p[:, ::-1].copy()
    yield np.eye(3), shares(rng, (3, 3), least=1)
    yield np.eye(3), np.eye(3)[[0, 2, 1]]
    yield shares(rng, (2, 4), least=1), np.full((2, 4), 0.25)
    yield np.full((2, 4), 0.25), shares(rng, (2, 4), least=1)
    yield np.array([0.6, 0.4, 0.0]), np.array([0.1, 0.9, 0.0])
    yield np.array([0.0, 0.3, 0.7]), np.array([0.45, 0.0, 0.55])
    yield np.array([0.3, 0.7, 0.0]), np.array([1e-6, 0.5, 0.499999])
    yield np.ones((2, 1)), np.ones((2, 1))


def _plain_cross_entropy(p, q):
    return np.sum(-p * np.log(np.where(p > 0, q, 1)), axis=-1)


DIVERGENCE = Exercise(
    id="info.divergence",
    chapter=4,
    objective="measure the surprise that a wrong forecast wastes",
    minutes=8,
    reference=kl_divergence,
    probes=lambda: list(_forecasts()),
    cases=_more_forecasts,
    hints=(
        "What happens follows p. How much more surprised is someone who expects q?",
        "Σ p log(p / q) along the last axis. Where p is 0 nothing is added; where only q is 0, ∞.",
        "`happens = p > 0`\n"
        "`log_ratio = np.log(np.where(happens, p, 1)) - np.log(np.where(happens, ___, 1))`\n"
        "`return np.sum(___ * log_ratio, axis=-1)`",
    ),
    why="the average is taken over what happens, p, so it can't be negative, and q = 0 can cost ∞.",
    mutants=(
        Mutant(
            "zero-log-zero",
            lambda p, q: np.sum(p * np.log(p / q), axis=-1),
            "Right, but nan wherever p is 0: 0 × log 0 is nan in floats.",
            "`np.where(p > 0, p, 1)` inside the logarithm, and the same for q",
        ),
        Mutant(
            "divergence-swapped",
            lambda p, q: kl_divergence(q, p),
            "Your numbers are KL(q‖p).",
            "who provides the weather and who the forecast: the weights are what happens, p",
        ),
        Mutant(
            "weighted-by-forecast",
            lambda p, q: np.sum(
                np.where(p > 0, q, 0)
                * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p * q > 0, q, 1))),
                axis=-1,
            ),
            "Your numbers are Σ q log(p / q): weighed by the forecast. Such a sum can be negative.",
            "the weights: what really happens, p",
        ),
        Mutant(
            "cross-entropy-for-divergence",
            _plain_cross_entropy,
            "Your numbers are the whole cross-entropy: the entropy of p is still in them.",
            "KL(p‖p), which must be 0",
        ),
        Mutant(
            "bits-for-nats",
            lambda p, q: kl_divergence(p, q) / np.log(2),
            "Your divergences are in bits.",
            "`np.log` is the natural one; each of your numbers is 1.4427 times too large",
        ),
        Mutant(
            "mean-over-outcomes",
            lambda p, q: kl_divergence(p, q) / p.shape[-1],
            "Each divergence is K times too small: divided by the number of outcomes.",
            "`np.sum` along the outcomes; a mean belongs over examples only",
        ),
        Mutant(
            "clip-hides",
            lambda p, q: kl_divergence(p, np.clip(q, 1e-15, 1)),
            "Right, but the impossible costs a number, not infinity: that of a clip at 1e-15.",
            "what it costs to call impossible what happens: infinity",
        ),
    ),
)


def message_bits(message, probabilities):
    return np.sum(-np.log2(probabilities[message]))


def _messages():
    rng = np.random.default_rng(43)
    yield np.array([0, 1, 0]), np.array([0.75, 0.25])
    yield np.array([2, 0, 0, 1, 0, 0]), np.array([0.6, 0.3, 0.1])
    yield rng.integers(0, 5, 40), rng.dirichlet(np.ones(5))


def _more_messages(rng):
    for length, symbols in ((1, 2), (1, 5), (2, 3), (3, 3), (5, 2), (4, 7), (9, 4), (12, 3)):
        yield rng.integers(0, symbols, length), shares(rng, (symbols,), least=2)
    probabilities = shares(rng, (4,), least=3)
    for symbol in range(4):
        yield np.full(symbol + 1, symbol), probabilities
    yield np.arange(4), probabilities
    yield np.array([3, 1, 3, 3, 1]), probabilities
    yield np.sort(rng.integers(0, 4, 8)), np.sort(probabilities)
    yield np.array([0, 0, 1]), np.array([0.99, 0.01])
    yield np.array([2, 0, 2, 1]), np.array([0.5, 0.25, 0.25])
    yield np.array([1, 2, 0, 2]), np.full(3, 1 / 3)
    yield np.array([0, 0]), np.array([1.0])
    yield np.array([1, 1, 0]), np.array([0.9999, 0.0001])


def _expected_bits(probabilities):
    return np.sum(-probabilities * np.log2(probabilities))


CODE = Exercise(
    id="info.code_length",
    chapter=4,
    objective="turn surprise into the length of a coded message",
    minutes=6,
    reference=message_bits,
    probes=lambda: list(_messages()),
    cases=_more_messages,
    hints=(
        "An ideal code spends on a symbol exactly its surprise, in bits.",
        "Σ −log₂ p(symbol), over the symbols of the message as they come.",
        "`return np.sum(-np.log2(probabilities[___]))`",
    ),
    why="probabilities multiply along a message, so their surprises add.",
    mutants=(
        Mutant(
            "nats-for-bits",
            lambda message, probabilities: np.sum(-np.log(probabilities[message])),
            "Your length is in nats.",
            "`np.log2`, or divide by ln 2",
        ),
        Mutant(
            "mean-for-sum",
            lambda message, probabilities: np.mean(-np.log2(probabilities[message])),
            "These are the bits per symbol, not of the whole message.",
            "a sum: a message twice as long needs twice the bits",
        ),
        Mutant(
            "whole-bits",
            lambda message, probabilities: np.sum(np.ceil(-np.log2(probabilities[message]))),
            "This is the length with every symbol rounded up to whole bits.",
            "the whole message at once: arithmetic coding shares a bit between symbols",
        ),
        Mutant(
            "expected-for-actual",
            lambda message, probabilities: len(message) * _expected_bits(probabilities),
            "This is what a message of this length costs on average.",
            "this message: look up the probability of each of its symbols",
        ),
        Mutant(
            "uniform-code",
            lambda message, probabilities: len(message) * np.log2(len(probabilities)),
            "This is the length when every symbol gets equally many bits.",
            "short codes for frequent symbols: −log₂ p",
        ),
    ),
)


def perplexity(batches):
    surprises = np.concatenate([-np.log(p) for p in batches])
    return np.exp(np.mean(surprises))


def _batches():
    rng = np.random.default_rng(44)
    yield ([np.array([0.5, 0.1]), np.array([0.25])],)
    yield ([np.array([0.9]), np.array([0.2, 0.3, 0.01])],)
    yield ([rng.uniform(0.01, 1, count) for count in (3, 8, 1)],)


def _more_batches(rng):
    lengths = ((1,), (4,), (1, 2), (2, 1), (3, 3), (1, 1, 5), (5, 2, 1), (2, 4, 3, 1), (6, 1))
    for counts in lengths:
        yield ([rng.integers(1, 100, count) / 100 for count in counts],)
    yield ([np.array([0.37]), np.array([0.37, 0.37])],)
    yield ([np.ones(2), np.ones(1)],)
    yield ([np.ones(1), rng.uniform(0.2, 0.8, 3).round(2)],)
    yield ([rng.uniform(0.001, 0.01, 3), np.array([0.999])],)
    yield ([np.array([0.001]), rng.uniform(0.9, 1, 4).round(3)],)
    yield ([np.array([1e-6, 0.5]), np.array([2e-5])],)
    yield ([np.sort(rng.uniform(0.1, 1, 4)), np.sort(rng.uniform(0.1, 1, 2))],)


PERPLEXITY = Exercise(
    id="info.perplexity",
    chapter=4,
    objective="compute a perplexity over batches of unequal length",
    minutes=6,
    reference=perplexity,
    probes=lambda: list(_batches()),
    cases=_more_batches,
    hints=(
        "To how many equally likely choices does the average surprise amount? Every token counts"
        " the same.",
        "exp of the mean of −ln p, over all tokens of all batches.",
        "`surprises = np.concatenate([___ for p in batches])`\n`return np.exp(___)`",
    ),
    why="one mean over all tokens, and one exp after it, of the same base as the logarithm.",
    mutants=(
        Mutant(
            "mean-of-exponentials",
            lambda batches: np.mean(1 / np.concatenate(batches)),
            "Your number is the mean of the tokens' own perplexities, 1/p.",
            "the order: mean first, exp last. One token of p = 0.01 must not shout down the rest",
        ),
        Mutant(
            "mean-of-batch-means",
            lambda batches: np.exp(np.mean([np.mean(-np.log(p)) for p in batches])),
            "Your number comes from the mean of the batches' means: short batches count too much.",
            "the number of tokens in each batch; join the batches first",
        ),
        Mutant(
            "base-mixed",
            lambda batches: 2 ** np.mean(-np.log(np.concatenate(batches))),
            "Your number is 2 to the power of the mean surprise in nats.",
            "one base for both: `np.log` with `np.exp`, `np.log2` with `2 **`",
        ),
        Mutant(
            "bits-after-exp",
            lambda batches: np.exp(np.mean(-np.log2(np.concatenate(batches)))),
            "Your number is e to the power of the mean surprise in bits.",
            "one base for both: `np.log` with `np.exp`, `np.log2` with `2 **`",
        ),
        Mutant(
            "sum-for-mean",
            lambda batches: np.exp(np.sum(-np.log(np.concatenate(batches)))),
            "Your number is the exp of the summed surprise.",
            "the mean: perplexity must not grow with the length of the text",
        ),
        Mutant(
            "exp-left-out",
            lambda batches: np.mean(-np.log(np.concatenate(batches))),
            "Your number is the mean surprise itself, the cross-entropy.",
            "one `np.exp` around it",
        ),
    ),
)


def bigram_floor(counts):
    totals = np.sum(counts, axis=1, keepdims=True)
    p = counts / np.maximum(totals, 1)
    surprise = -np.log(np.where(counts > 0, p, 1))
    return np.sum(counts * surprise) / np.sum(counts)


def _counts():
    rng = np.random.default_rng(45)
    yield (np.array([[3, 1], [2, 2]]),)
    yield (np.array([[5, 0, 1], [0, 0, 0], [2, 6, 2]]),)
    yield (rng.poisson(2, (6, 6)),)


def _more_counts(rng):
    for kinds in (2, 2, 3, 3, 4, 5):
        counts = rng.poisson(3, (kinds, kinds))
        counts[0, 1] += 1
        yield (counts,)
        yield (counts * (rng.uniform(size=(kinds, kinds)) < 0.5) + np.eye(kinds, k=1),)
    for empty in (0, 2):
        counts = rng.integers(1, 9, (3, 3))
        counts[empty] = 0
        yield (counts,)
        yield (counts.T.copy(),)
    yield (np.array([[0.0, 0.0, 0.0], [4.0, 1.0, 2.0], [0.0, 0.0, 0.0]]),)
    yield (np.array([[7, 0, 0], [0, 0, 2], [0, 5, 0]]),)
    yield (np.array([[90, 10], [1, 1]]),)
    yield (np.array([[0, 1, 0], [2, 0, 3], [0, 0, 0]]),)
    yield (np.array([[3, 2], [0, 1]]),)
    yield (rng.integers(1_000, 9_000, (3, 3)),)
    yield (np.full((4, 4), 2),)
    yield (np.array([[6]]),)


def _floor_of_rows(counts, weights):
    """The average of the rows' entropies, with the given weights."""
    return np.sum(weights * entropy(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)))


FLOOR = Exercise(
    id="info.bigram_floor",
    chapter=4,
    objective="find the lowest training loss of a next-character model from counts",
    minutes=12,
    reference=bigram_floor,
    probes=lambda: list(_counts()),
    cases=_more_counts,
    hints=(
        "Each row is a distribution: what follows this character. The floor is their average"
        " entropy. Averaged how?",
        "Σ counts × (−log p(next | current)) / Σ counts, with p the counts over their row's total.",
        "`p = counts / np.maximum(totals, 1)`\n"
        "`surprise = -np.log(np.where(counts > 0, p, 1))`\n"
        "`return np.sum(___ * surprise) / ___`",
    ),
    why="on the text that was counted, no model that sees one character beats the counts.",
    mutants=(
        Mutant(
            "rows-weighted-equally",
            lambda counts: _floor_of_rows(counts, 1 / np.sum(np.any(counts, axis=1))),
            "Your number is the rows' entropies averaged with equal weights.",
            "how often each row is met: a frequent character counts more",
        ),
        Mutant(
            "joint-for-conditional",
            lambda counts: entropy(np.ravel(counts / np.sum(counts))),
            "Your number is the entropy of the pairs: the first character's own is in it.",
            "divide each row by its own total, not by the grand total",
        ),
        Mutant(
            "context-ignored",
            lambda counts: entropy(np.sum(counts, axis=0) / np.sum(counts)),
            "Your number is the entropy of the next character when the current one is not known.",
            "one distribution for each row",
        ),
        Mutant(
            "axis-swapped",
            lambda counts: bigram_floor(counts.T),
            "Your number is the floor for what comes before a character, not for what follows it.",
            "`axis=1`: a row belongs to the current character",
        ),
        Mutant(
            "bits-for-nats",
            lambda counts: bigram_floor(counts) / np.log(2),
            "Your floor is in bits.",
            "`np.log` is the natural one; your number is 1.4427 times too large",
        ),
        Mutant(
            "zero-log-zero",
            lambda counts: (
                np.sum(counts * -np.log(counts / np.sum(counts, axis=1, keepdims=True)))
                / np.sum(counts)
            ),
            "Right, but nan wherever a pair never occurs: 0 × log 0 is nan in floats.",
            "`np.where(counts > 0, p, 1)` inside the logarithm, and no row total of 0",
        ),
    ),
)


def by_hand(p, q):
    entropy = -np.sum(p * np.log(p))
    cross_entropy = -np.sum(p * np.log(q))
    return entropy, cross_entropy, (cross_entropy - entropy) / np.log(2)


def _two(rng):
    shares = rng.choice(np.arange(1, 100), 2, replace=False) / 100
    return np.array([shares[0], 1 - shares[0]]), np.array([shares[1], 1 - shares[1]])


BY_HAND = Exercise(
    id="info.by_hand",
    chapter=4,
    objective="split a forecast's surprise into what was needed and what was wasted",
    minutes=5,
    reference=by_hand,
    probes=lambda: [(np.array([0.9, 0.1]), np.array([0.8, 0.2]))],
    question=lambda p, q: (
        f"It is sunny with probability {p[0]:g}; the forecast says {q[0]:g}. Give the weather's"
        " entropy in nats, the forecast's cross-entropy in nats, and the KL divergence in bits."
        " Three decimals, rounded last."
    ),
    draw=_two,
    decimals=3,
    hints=(
        "Write −ln of all four probabilities first. What happens is the weather, not the forecast.",
        "Entropy: weather × surprise of the weather. Cross-entropy: weather × surprise of the"
        " forecast. KL: the difference.",
        "−p ln p − (1−p) ln(1−p); −p ln q − (1−p) ln(1−q); (second − first) / ln ___",
    ),
    why="cross-entropy is what was needed plus what was wasted, and ln 2 nats are one bit.",
    mutants=(
        Mutant(
            "nats-for-bits",
            lambda p, q: (*by_hand(p, q)[:2], by_hand(p, q)[2] * np.log(2)),
            "Your third number is in nats.",
            "a bit is ln 2 nats: divide by 0.693",
        ),
        Mutant(
            "conversion-turned-around",
            lambda p, q: (*by_hand(p, q)[:2], by_hand(p, q)[2] * np.log(2) ** 2),
            "Your third number is the one in nats times ln 2.",
            "a bit is smaller than a nat, so there must be more of them: divide",
        ),
        Mutant(
            "bits-for-nats",
            lambda p, q: tuple(part / np.log(2) for part in by_hand(p, q)[:2]) + by_hand(p, q)[2:],
            "Your first two numbers are in bits.",
            "the natural logarithm for those two",
        ),
        Mutant(
            "divergence-swapped",
            lambda p, q: (*by_hand(p, q)[:2], by_hand(q, p)[2]),
            "Your third number has weather and forecast swapped.",
            "what happens is the weather: its probabilities are the weights",
        ),
        Mutant(
            "difference-of-entropies",
            lambda p, q: (
                *by_hand(p, q)[:2],
                (by_hand(q, p)[0] - by_hand(p, q)[0]) / np.log(2),
            ),
            "Your third number is the difference of the two entropies.",
            "cross-entropy minus entropy: it is never negative, the difference of entropies can be",
        ),
        Mutant(
            "weighted-by-forecast",
            lambda p, q: (by_hand(p, q)[0], by_hand(q, p)[1], by_hand(p, q)[2]),
            "Your second number weighs the weather's surprise by the forecast.",
            "the weights are what happens, the surprises are the forecast's",
        ),
    ),
)

EXERCISES = (ENTROPY, DIVERGENCE, CODE, PERPLEXITY, FLOOR, BY_HAND)
