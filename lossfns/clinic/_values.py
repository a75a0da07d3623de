"""The values that a loss stops at, each computed, with what would have to be true for it.

A value that follows from what was told assumes nothing; one that needs a guess at the number of
classes, at a clip or at a reduction assumes as many things. The fewer the better.
"""

from __future__ import annotations

import math
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lossfns.clinic._reading import Reading

WORDS = Path(__file__).parent / "words"
FLOAT32_EPSILON = 2.0**-23
KERAS = " (Keras' and TensorFlow's)"
# A BCE of probabilities in Keras: first clipped, then 1e−7 is added inside the logarithm, rounded.
ADDED_AGAIN = " (TensorFlow's Keras, which adds its 1e−7 once more behind the clip)"
# The clips that people meet, the commonest first.
CLIPS = {
    "1e−7": (1e-7, KERAS),
    "2⁻²³": (FLOAT32_EPSILON, " (the step of a float32: Keras' upper edge, scikit-learn)"),
    "2e−7": (2e-7, ADDED_AGAIN),
    "1e−7 + 2⁻²³": (1e-7 + FLOAT32_EPSILON, ADDED_AGAIN),
    "2⁻²²": (2 * FLOAT32_EPSILON, ADDED_AGAIN),
    "1e−8": (1e-8, ""),
    "1e−6": (1e-6, ""),
    "1e−5": (1e-5, ""),
    "1e−9": (1e-9, ""),
    "1e−10": (1e-10, ""),
    "1e−12": (1e-12, ""),
    "1e−16": (1e-16, ""),
    "1e−20": (1e-20, ""),
    "1e−15": (1e-15, " (scikit-learn of old)"),
    "2⁻⁵²": (sys.float_info.epsilon, " (the step of a float64: scikit-learn)"),
    "2⁻²⁴": (
        FLOAT32_EPSILON / 2,
        " (the step of a float32 just below 1, and the smallest float16)",
    ),
    "2⁻⁵³": (sys.float_info.epsilon / 2, " (the step of a float64 just below 1)"),
}
COMMON_CLIPS = ("1e−7", "2⁻²³", "2e−7", "1e−7 + 2⁻²³", "2⁻²²")
# Those that nobody ships, or that a library prints with more digits: few are no proof.
RARE_CLIPS = ("1e−6", "1e−5", "1e−9", "1e−16", "1e−20")
SMALLEST = {"1.1755e−38": (2.0**-126, "normal"), "1.4e−45": (2.0**-149, "subnormal")}
BCE_CLAMP = 100.0
SMOOTHINGS = (0.1, 0.05, 0.2)
# Where nothing is told: the counts of classes at which a rarer value is looked for.
FOR_FLOORS = (2, 3, 10, 100, 1000)
FOR_SMOOTHING = (10, 100, 1000)
FOR_AVERAGES = (2, 3, 8, 10, 20, 100, 256, 1000)
FOR_BINARY = (3, 10, 100)
FOR_BITS = (2, 3, 5, 10, 100, 1000, 32000, 50257, 131072)
FOR_SQUARES = (2, 10)
FOR_SHARES = (2, 10)
FOR_PERPLEXITY = 10_000


@dataclass(frozen=True)
class Facts:
    """What is told beside the number."""

    classes: int | None = None
    accuracy: Reading | None = None
    counts: tuple[float, ...] | None = None
    batch: int | None = None


@dataclass(frozen=True)
class Known:
    """A value, and what it would mean.

    Attributes
    ----------
    id : str
        Its name, as in ``words/explanations.toml``.
    value, low, high : float
        The value, and its bounds where a told accuracy leaves some.
    words : mapping
        What the text's placeholders stand for.
    assumes : int
        How many things it takes for granted.
    needs : tuple of str
        The facts that would make it surer.
    least : int
        How many digits must be given.
    """

    id: str
    value: float
    low: float
    high: float
    words: Mapping[str, Any] = field(default_factory=dict)
    assumes: int = 0
    needs: tuple[str, ...] = ()
    least: int = 3


def known(
    id: str,
    value: float,
    *,
    span: tuple[float, float] | None = None,
    assumes: int = 0,
    needs: tuple[str, ...] = (),
    least: int = 3,
    **words: Any,
) -> Known:
    low, high = span or (value, value)
    return Known(id, value, low, high, words, assumes, needs, least)


@lru_cache(1)
def named_classes() -> dict[int, tuple[str, int]]:
    """Return the counts known by name: whose they are, and how many digits are enough."""
    table = tomllib.loads((WORDS / "classes.toml").read_text(encoding="utf-8"))["classes"]
    return {int(count): (row.get("whose", ""), row["digits"]) for count, row in table.items()}


def softmax_floor(classes: int) -> float:
    """Return the lowest loss of probabilities taken for logits."""
    return math.log1p((classes - 1) / math.e)


def smoothing_floor(classes: int, epsilon: float, others: bool) -> float:
    """Return the entropy of a smoothed label, ε spread over all classes, or over the others."""
    rest = epsilon / (classes - 1 if others else classes)
    truth = 1 - (classes - 1) * rest
    return -truth * math.log(truth) - (classes - 1) * rest * math.log(rest)


def entropy(counts: tuple[float, ...]) -> float:
    """Return the entropy of class frequencies, in nats."""
    total = math.fsum(counts)
    return -math.fsum(n / total * math.log(n / total) for n in counts if n)


def _counts_of_classes(
    facts: Facts, otherwise: tuple[int, ...]
) -> list[tuple[int, int, tuple[str, ...]]]:
    """Return the counts of classes to look at, what each assumes, and what it needs."""
    if facts.classes is not None:
        return [(facts.classes, 0, ())] if facts.classes > 1 else []
    return [(classes, 1, ("classes",)) for classes in otherwise]


def even_guess(facts: Facts) -> Iterator[Known]:
    told = facts.classes
    for classes, (whose, digits) in named_classes().items():
        if classes != told:
            # Another count than the one told is worth saying only where it fits well.
            yield known(
                "even-guess",
                math.log(classes),
                assumes=3 if told else 1,
                needs=() if told else ("classes",),
                least=max(4, digits) if told else digits,
                classes=classes,
                whose=f" ({whose})" if whose else "",
            )
    if told and told > 1:
        yield known("even-guess", math.log(told), least=2, classes=told, whose="")
    if facts.batch and facts.batch > 1:
        pairs, views = facts.batch, 2 * facts.batch - 1
        for count, whose in ((pairs, "pairs"), (views, "other views")):
            yield known(
                "even-guess",
                math.log(count),
                assumes=2,
                classes=count,
                whose=f" (the {whose} of the batch, in a contrastive loss)",
            )


def class_frequencies(facts: Facts) -> Iterator[Known]:
    if facts.counts and (value := entropy(facts.counts)):
        yield known("class-frequencies", value, least=2)


def softmax_twice(facts: Facts) -> Iterator[Known]:
    for classes, assumes, needs in _counts_of_classes(facts, FOR_FLOORS):
        yield known(
            "softmax-twice",
            softmax_floor(classes),
            assumes=2 * assumes,
            needs=needs,
            classes=classes,
            others=classes - 1,
        )


def sigmoid_twice(facts: Facts) -> Iterator[Known]:
    if facts.classes not in (None, 2):
        return
    positive, negative = softmax_floor(2), math.log(2)
    needs = () if facts.counts else ("counts",)
    yield known("sigmoid-twice", positive, assumes=1, needs=needs, where="where the label is 1")
    yield known("sigmoid-twice", negative, assumes=2, needs=needs, where="where the label is 0")
    counts = facts.counts or (1.0, 1.0)
    share = counts[1] / math.fsum(counts)
    if 0 < share < 1:
        yield known(
            "sigmoid-twice",
            share * positive + (1 - share) * negative,
            assumes=0 if facts.counts else 2,
            needs=needs,
            where=f"where {percent(share)} of the labels are 1",
        )


def clip(facts: Facts) -> Iterator[Known]:
    for written, (size, whose) in CLIPS.items():
        least = 5 if written in RARE_CLIPS or whose == ADDED_AGAIN else 3
        yield known("clip", -math.log(size), least=least, clip=written, whose=whose)
    for written in ("1e−7", "2⁻²³", "2⁻²⁴"):
        size, whose = CLIPS[written]
        yield known("clip-floor", -math.log1p(-size), assumes=1, clip=written, whose=whose)


def _wrong_shares(facts: Facts) -> list[tuple[tuple[float, float, float], int, tuple[str, ...]]]:
    """Return the shares of wrong answers (least, likely, most), what each assumes and needs."""
    if facts.accuracy is not None:
        # Whoever writes 0.1 means a tenth, not all that is rounded to it.
        width = min(facts.accuracy.unit / 2, 0.0005)
        wrong = 1 - facts.accuracy.value
        return [((max(wrong - width, 0), wrong, min(wrong + width, 1)), 0, ())]
    if facts.counts:
        wrong = 1 - max(facts.counts) / math.fsum(facts.counts)
        return [((wrong,) * 3, 1, ("accuracy",))]
    return [
        ((1 - 1 / classes,) * 3, 1 + assumes, ("accuracy",))
        for classes, assumes, _ in _counts_of_classes(facts, FOR_SHARES)
    ]


def clip_share(facts: Facts) -> Iterator[Known]:
    told = facts.accuracy or facts.counts or facts.classes
    for (least, likely, most), assumes, needs in _wrong_shares(facts):
        for written in CLIPS if told else COMMON_CLIPS:
            size, whose = CLIPS[written]
            # Two classes, where nothing is told: only a binary loss adds again.
            if 0 < likely < 1 and (told or likely == 0.5 or whose != ADDED_AGAIN):
                height = -math.log(size)
                yield known(
                    "clip-share",
                    likely * height,
                    span=(least * height, most * height),
                    assumes=1 + assumes,
                    needs=needs,
                    least=3 if facts.accuracy else 4,
                    clip=written,
                    whose=whose,
                    wrong=percent(likely),
                )


def float32_smallest(facts: Facts) -> Iterator[Known]:
    for written, (size, kind) in SMALLEST.items():
        yield known("float32-smallest", -math.log(size), smallest=written, kind=kind)


def bce_clamp(facts: Facts) -> Iterator[Known]:
    yield known("bce-clamp", BCE_CLAMP)
    for (least, likely, most), assumes, needs in _wrong_shares(facts):
        # Without a fact only the half is known by sight.
        if 0 < likely < 1 and (facts != Facts() or likely == 0.5):
            yield known(
                "bce-clamp-share",
                likely * BCE_CLAMP,
                span=(least * BCE_CLAMP, most * BCE_CLAMP),
                assumes=1 + assumes,
                needs=needs,
                least=2,
                wrong=percent(likely),
            )


def smoothing(facts: Facts) -> Iterator[Known]:
    for classes, assumes, needs in _counts_of_classes(facts, FOR_SMOOTHING):
        for epsilon in SMOOTHINGS if facts.classes or classes == 10 else SMOOTHINGS[:1]:
            for others in (False, True):
                yield known(
                    "smoothing-floor",
                    smoothing_floor(classes, epsilon, others),
                    assumes=1 + assumes,
                    needs=needs,
                    classes=classes,
                    epsilon=epsilon,
                    spread=f"ε/{classes - 1 if others else classes}",
                    receiver="other class" if others else "class",
                )


def averaged(facts: Facts) -> Iterator[Known]:
    for classes, assumes, needs in _counts_of_classes(facts, FOR_AVERAGES):
        yield known(
            "averaged-over-classes",
            math.log(classes) / classes,
            assumes=1 + assumes,
            needs=needs,
            classes=classes,
        )


def binary_over_classes(facts: Facts) -> Iterator[Known]:
    for classes, assumes, needs in _counts_of_classes(facts, FOR_BINARY):
        yield known(
            "binary-over-classes",
            entropy((1, classes - 1)),
            assumes=1 + assumes,
            needs=needs,
            classes=classes,
        )


def bits(facts: Facts) -> Iterator[Known]:
    for classes, assumes, needs in _counts_of_classes(facts, FOR_BITS):
        yield known(
            "bits",
            math.log2(classes),
            assumes=1 + assumes,
            needs=needs,
            least=5 if needs and classes > 1000 else 3,
            classes=classes,
        )


def squares(facts: Facts) -> Iterator[Known]:
    for classes, assumes, needs in _counts_of_classes(facts, FOR_SQUARES):
        total = 1 - 1 / classes
        for value, reduction in (
            (total, "summed over the classes"),
            (total / classes, "averaged over the classes"),
        ):
            yield known(
                "squared-error-of-an-even-guess",
                value,
                assumes=1 + assumes,
                needs=needs,
                classes=classes,
                reduction=reduction,
            )


def perplexities(facts: Facts) -> Iterator[Known]:
    large = tuple(classes for classes in named_classes() if classes >= FOR_PERPLEXITY)
    for classes, assumes, needs in _counts_of_classes(facts, large):
        told = facts.classes is not None
        inner = replace(facts, classes=classes)
        for of in [*_told(even_guess, inner), *(softmax_twice(inner) if told else ())]:
            yield known(
                "perplexity",
                classes if of.id == "even-guess" else math.exp(of.value),
                assumes=1 + assumes + of.assumes,
                needs=needs,
                inner=of,
            )
    for of in class_frequencies(facts):
        yield known("perplexity", math.exp(of.value), assumes=1, inner=of)


def _told(family: Any, facts: Facts) -> list[Known]:
    """Return a family's values for the told count of classes alone."""
    return [of for of in family(facts) if of.words["classes"] == facts.classes]


def summed(facts: Facts) -> Iterator[Known]:
    if facts.batch is None or facts.batch == 1:
        return
    for family in SUMMED:
        for of in family(facts):
            if of.id != "clip-floor":
                yield Known(
                    "summed-over-batch",
                    facts.batch * of.value,
                    facts.batch * of.low,
                    facts.batch * of.high,
                    {"batch": facts.batch, "inner": of},
                    of.assumes + 1,
                    of.needs,
                    max(of.least, 3 if of.assumes < 2 else 4),
                )


SUMMED = (
    even_guess,
    class_frequencies,
    softmax_twice,
    sigmoid_twice,
    clip,
    clip_share,
    float32_smallest,
    bce_clamp,
    smoothing,
)
# In the order in which they are named where they assume equally much.
FAMILIES = (
    float32_smallest,
    clip,
    bce_clamp,
    even_guess,
    class_frequencies,
    sigmoid_twice,
    softmax_twice,
    clip_share,
    squares,
    smoothing,
    averaged,
    binary_over_classes,
    bits,
    perplexities,
    summed,
)


@lru_cache(16)
def known_values(facts: Facts) -> tuple[Known, ...]:
    """Return every value that the facts allow, those that assume least first."""
    values = [value for family in FAMILIES for value in family(facts)]
    return tuple(sorted(values, key=lambda value: value.assumes))


def shown(value: float) -> str:
    """Write a number for people: four decimals, as logs do, unless all is said with fewer.

    Examples
    --------
    >>> [shown(value) for value in (8.05905, 87.336545, 0.25, 50257, 0.0216609, 1.1920929e-07)]
    ['8.0590', '87.3365', '0.25', '50257', '0.02166', '1.1921e−7']
    """
    size = abs(value)
    if value and not 1e-3 <= size < 1e6:
        mantissa, exponent = f"{value:.4e}".split("e")
        text = f"{float(mantissa):g}e{int(exponent)}"
    else:
        text = f"{value:.{5 if size < 0.1 else 4}f}"
        if abs(value - float(text)) < 1e-9:
            text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def percent(share: float) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> percent(0.2753)
    '27.53 %'
    """
    return f"{shown(100 * share)} %"
