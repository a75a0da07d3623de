"""Exercises of chapter 4: information theory."""

import numpy as np

from lossfns.checks._exercise import Exercise, Mutant


def entropy(p):
    safe = np.where(p > 0, p, 1)
    return np.sum(-p * np.log(safe), axis=-1)


def _distributions():
    rng = np.random.default_rng(41)
    yield (np.array([0.9, 0.1]),)
    yield (np.array([1.0, 0.0]),)
    yield (np.array([0.5, 0.0, 0.3, 0.2]),)
    yield (rng.dirichlet(np.ones(3), 4),)


ENTROPY = Exercise(
    id="info.entropy",
    chapter=4,
    objective="average the surprise of a distribution, zeros included",
    minutes=6,
    reference=entropy,
    probes=lambda: list(_distributions()),
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
            "The formula is right, but 0 × log 0 is nan in floats.",
            "`np.where(p > 0, p, 1)` inside the logarithm: log 1 is 0",
        ),
        Mutant(
            "bits-for-nats",
            lambda p: entropy(p) / np.log(2),
            "You used the logarithm to base 2: your entropies are in bits.",
            "`np.log` is the natural one; each of your numbers is 1.4427 times too large",
        ),
        Mutant(
            "minus-forgotten",
            lambda p: -entropy(p),
            "Your entropies are negative: a minus is missing.",
            "surprise is minus log p",
        ),
        Mutant(
            "surprise-unweighted",
            lambda p: np.sum(-np.log(np.where(p > 0, p, 1)), axis=-1),
            "You added the surprises up, each once.",
            "an average: each surprise is weighed by how often it happens",
        ),
        Mutant(
            "mean-over-outcomes",
            lambda p: np.mean(-p * np.log(np.where(p > 0, p, 1)), axis=-1),
            "You divided by the number of outcomes as well.",
            "the weights p already add up to 1: `np.sum`, not `np.mean`",
        ),
        Mutant(
            "axis-left-out",
            lambda p: np.sum(-p * np.log(np.where(p > 0, p, 1))),
            "You added over all rows: one number came for several distributions.",
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
    yield np.array([0.9, 0.1]), np.array([0.8, 0.2])
    yield np.array([1.0, 0.0]), np.array([0.7, 0.3])
    yield np.array([0.5, 0.5, 0.0]), np.array([1.0, 0.0, 0.0])
    yield rng.dirichlet(np.ones(3), 4), rng.dirichlet(np.ones(3), 4)


def _plain_cross_entropy(p, q):
    return np.sum(-p * np.log(np.where(p > 0, q, 1)), axis=-1)


DIVERGENCE = Exercise(
    id="info.divergence",
    chapter=4,
    objective="measure the surprise that a wrong forecast wastes",
    minutes=8,
    reference=kl_divergence,
    probes=lambda: list(_forecasts()),
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
            "The formula is right, but where p is 0, 0 × log 0 is nan in floats.",
            "`np.where(p > 0, p, 1)` inside the logarithm, and the same for q",
        ),
        Mutant(
            "divergence-swapped",
            lambda p, q: kl_divergence(q, p),
            "You swapped the arguments: this is KL(q‖p).",
            "who provides the weather and who the forecast: the weights are what happens, p",
        ),
        Mutant(
            "weighted-by-forecast",
            lambda p, q: np.sum(
                np.where(p > 0, q, 0)
                * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p * q > 0, q, 1))),
                axis=-1,
            ),
            "The logarithm is right, but you weighed it by q. Such a sum can be negative.",
            "the weights: what really happens, p",
        ),
        Mutant(
            "cross-entropy-for-divergence",
            _plain_cross_entropy,
            "You returned the whole cross-entropy: the entropy of p is still in it.",
            "KL(p‖p), which must be 0",
        ),
        Mutant(
            "bits-for-nats",
            lambda p, q: kl_divergence(p, q) / np.log(2),
            "You used the logarithm to base 2: your divergences are in bits.",
            "`np.log` is the natural one; each of your numbers is 1.4427 times too large",
        ),
        Mutant(
            "mean-over-outcomes",
            lambda p, q: kl_divergence(p, q) / p.shape[-1],
            "You divided by the number of outcomes as well.",
            "`np.sum` along the outcomes; a mean belongs over examples only",
        ),
        Mutant(
            "clip-hides",
            lambda p, q: kl_divergence(p, np.clip(q, 1e-15, 1)),
            "You clipped q, so the impossible costs a number that only the clip explains.",
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


def _expected_bits(probabilities):
    return np.sum(-probabilities * np.log2(probabilities))


CODE = Exercise(
    id="info.code_length",
    chapter=4,
    objective="turn surprise into the length of a coded message",
    minutes=6,
    reference=message_bits,
    probes=lambda: list(_messages()),
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
            "You used the natural logarithm: your length is in nats.",
            "`np.log2`, or divide by ln 2",
        ),
        Mutant(
            "mean-for-sum",
            lambda message, probabilities: np.mean(-np.log2(probabilities[message])),
            "You returned the bits per symbol, not of the whole message.",
            "a sum: a message twice as long needs twice the bits",
        ),
        Mutant(
            "whole-bits",
            lambda message, probabilities: np.sum(np.ceil(-np.log2(probabilities[message]))),
            "You rounded every symbol up to whole bits.",
            "the whole message at once: arithmetic coding shares a bit between symbols",
        ),
        Mutant(
            "expected-for-actual",
            lambda message, probabilities: len(message) * _expected_bits(probabilities),
            "You returned what a message of this length costs on average.",
            "this message: look up the probability of each of its symbols",
        ),
        Mutant(
            "uniform-code",
            lambda message, probabilities: len(message) * np.log2(len(probabilities)),
            "You gave every symbol a code of the same length.",
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


PERPLEXITY = Exercise(
    id="info.perplexity",
    chapter=4,
    objective="compute a perplexity over batches of unequal length",
    minutes=6,
    reference=perplexity,
    probes=lambda: list(_batches()),
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
            "You averaged the perplexities of the tokens, 1/p.",
            "the order: mean first, exp last. One token of p = 0.01 must not shout down the rest",
        ),
        Mutant(
            "mean-of-batch-means",
            lambda batches: np.exp(np.mean([np.mean(-np.log(p)) for p in batches])),
            "You averaged each batch, and then the averages: short batches count too much.",
            "the number of tokens in each batch; join the batches first",
        ),
        Mutant(
            "base-mixed",
            lambda batches: 2 ** np.mean(-np.log(np.concatenate(batches))),
            "You took the natural logarithm, and 2 to its power.",
            "one base for both: `np.log` with `np.exp`, `np.log2` with `2 **`",
        ),
        Mutant(
            "sum-for-mean",
            lambda batches: np.exp(np.sum(-np.log(np.concatenate(batches)))),
            "You took the exp of the summed surprise.",
            "the mean: perplexity must not grow with the length of the text",
        ),
        Mutant(
            "exp-left-out",
            lambda batches: np.mean(-np.log(np.concatenate(batches))),
            "You returned the mean surprise itself, the cross-entropy.",
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


def _floor_of_rows(counts, weights):
    """The average of the rows' entropies, with the given weights."""
    return np.sum(weights * entropy(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)))


FLOOR = Exercise(
    id="info.bigram_floor",
    chapter=4,
    objective="find the exact floor of a next-character model from counts",
    minutes=12,
    reference=bigram_floor,
    probes=lambda: list(_counts()),
    hints=(
        "Each row is a distribution: what follows this character. The floor is their average"
        " entropy. Averaged how?",
        "Σ counts × (−log p(next | current)) / Σ counts, with p the counts over their row's total.",
        "`p = counts / np.maximum(totals, 1)`\n"
        "`surprise = -np.log(np.where(counts > 0, p, 1))`\n"
        "`return np.sum(___ * surprise) / ___`",
    ),
    why="no model that sees one character can beat the counts themselves, weighed as they occur.",
    mutants=(
        Mutant(
            "rows-weighted-equally",
            lambda counts: _floor_of_rows(counts, 1 / np.sum(np.any(counts, axis=1))),
            "You averaged the rows' entropies with equal weights.",
            "how often each row is met: a frequent character counts more",
        ),
        Mutant(
            "joint-for-conditional",
            lambda counts: entropy(np.ravel(counts / np.sum(counts))),
            "You took the entropy of the pairs: the first character's own is in it.",
            "divide each row by its own total, not by the grand total",
        ),
        Mutant(
            "context-ignored",
            lambda counts: entropy(np.sum(counts, axis=0) / np.sum(counts)),
            "You took the entropy of the next character without looking at the current one.",
            "one distribution for each row",
        ),
        Mutant(
            "axis-swapped",
            lambda counts: bigram_floor(counts.T),
            "You divided by the columns' totals: what comes before, not what follows.",
            "`axis=1`: a row belongs to the current character",
        ),
        Mutant(
            "bits-for-nats",
            lambda counts: bigram_floor(counts) / np.log(2),
            "You used the logarithm to base 2: your floor is in bits.",
            "`np.log` is the natural one; your number is 1.4427 times too large",
        ),
        Mutant(
            "zero-log-zero",
            lambda counts: (
                np.sum(counts * -np.log(counts / np.sum(counts, axis=1, keepdims=True)))
                / np.sum(counts)
            ),
            "The formula is right, but pairs that never occur give 0 × log 0, which is nan.",
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
            "You multiplied by ln 2 to get bits.",
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
