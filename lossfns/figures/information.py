"""Figures of chapter 4: surprise, entropy as an area, the floor, proper scores, code lengths."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.figures.style import CROSS_ENTROPY, MSE, PALETTE, axes
from lossfns.information import cross_entropy, entropy, kl_divergence, surprisal


def plot_surprisal(marks: Mapping[str, float] | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw surprise, in nats, against probability.

    Parameters
    ----------
    marks : dict of str to float, optional
        Events to mark: their names and probabilities.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    probabilities = np.concatenate([np.geomspace(5e-4, 0.02, 40), np.linspace(0.025, 1, 120)])
    ax.plot(probabilities, surprisal(probabilities), **CROSS_ENTROPY)
    for name, p in (marks or {}).items():
        height = surprisal(p)
        ax.plot(p, height, "o", color=PALETTE["ink"], linestyle="none")
        ax.annotate(
            f"{name}\n{height:.4f}",
            (p, height),
            xytext=(-8, 8) if p > 0.5 else (10, 0),
            textcoords="offset points",
            ha="right" if p > 0.5 else "left",
            va="bottom" if p > 0.5 else "center",
        )
    ax.set(
        xlabel="probability p that was given to what happened",
        ylabel="surprise −log p, in nats",
        title="The less you expected it, the more it tells you",
        ylim=(-0.3, 8),
    )
    return ax


def plot_surprise_areas(
    probabilities: ArrayLike, names: Sequence[str], *, base: float = np.e, ax: Axes | None = None
) -> Axes:
    """Draw each outcome as a block, as wide as its probability and as high as its surprise.

    Parameters
    ----------
    probabilities : array_like of float, shape (outcomes,)
        A distribution.
    names : sequence of str
        What to write in the blocks.
    base : float
        Base of the logarithm: e for nats, 2 for bits.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    widths = np.asarray(probabilities, dtype=float)
    total = entropy(widths, base=base)
    heights = surprisal(widths, base=base)
    lefts = np.cumsum(widths) - widths
    unit = {2: "bits", np.e: "nats"}.get(base, f"log base {base:g}")
    colours = [PALETTE[name] for name in ("violet", "teal", "amber", "muted")]
    for number, (name, left, width, height) in enumerate(
        zip(names, lefts, widths, heights, strict=True)
    ):
        if width == 0:
            continue
        colour = colours[number % len(colours)]
        ax.bar(left, height, width, align="edge", facecolor=colour, alpha=0.25, edgecolor=colour)
        ax.annotate(
            f"{name}\n{width * height:.2f}",
            (left + width / 2, height),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
        )
    ax.set(
        xlim=(0, 1),
        ylim=(0, 1.3 * heights[np.isfinite(heights)].max() or 1),
        xlabel="probability (width)",
        ylabel=f"surprise in {unit} (height)",
        title=f"Entropy is the whole area: {total:.2f} {unit}",
    )
    return ax


def plot_cross_entropy_split(
    p: ArrayLike, forecasts: Mapping[str, ArrayLike], *, ax: Axes | None = None
) -> Axes:
    """Draw the cross-entropy of several forecasts as entropy (the floor) and KL divergence.

    Parameters
    ----------
    p : array_like of float, shape (outcomes,)
        What happens.
    forecasts : dict of str to array_like
        What was expected, by name.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    floor = float(entropy(p))
    names = list(forecasts)
    gaps = [kl_divergence(p, q) for q in forecasts.values()]
    ax.bar(names, floor, 0.5, facecolor=PALETTE["grid"], edgecolor=PALETTE["muted"])
    ax.bar(
        names,
        gaps,
        0.5,
        bottom=floor,
        facecolor=PALETTE["paper"],
        edgecolor=PALETTE["ce"],
        hatch="///",
    )
    for place, (gap, q) in enumerate(zip(gaps, forecasts.values(), strict=True)):
        ax.text(place, floor / 2, f"H(P)\n{floor:.4f}", ha="center", va="center")
        ax.annotate(
            f"H(P, Q) = {cross_entropy(p, q):.4f}\nKL = {gap:.4f}",
            (place, floor + gap),
            xytext=(0, 4),
            textcoords="offset points",
            color=PALETTE["ce"],
            ha="center",
        )
    ax.set(
        xlim=(-0.65, len(names) - 0.35),
        ylim=(0, 1.35 * (floor + max(gaps))),
        ylabel="nats",
        title="The loss is a floor plus what the forecast wastes",
    )
    ax.grid(False, axis="x")
    return ax


def plot_proper_scores(p: float, *, ax: Axes | None = None) -> Axes:
    """Draw the expected cross-entropy and Brier score of every forecast for one event.

    Parameters
    ----------
    p : float
        How often the event really happens.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    forecasts = np.union1d(np.linspace(0.01, 0.99, 99), [p])
    pairs = np.stack([1 - forecasts, forecasts], axis=1)
    log_scores = cross_entropy(np.broadcast_to([1 - p, p], pairs.shape), pairs)
    brier_scores = p * (1 - forecasts) ** 2 + (1 - p) * forecasts**2
    for scores, name, style in (
        (log_scores, "cross-entropy", CROSS_ENTROPY),
        (brier_scores, "squared error (Brier)", MSE),
    ):
        ax.plot(forecasts, scores, **style)
        lowest = scores.argmin()
        ax.plot(forecasts[lowest], scores[lowest], "o", color=style["color"], linestyle="none")
        ax.annotate(
            name,
            (forecasts[25], scores[25]),
            xytext=(6, 6),
            textcoords="offset points",
            color=style["color"],
        )
    ax.axvline(p, color=PALETTE["muted"], linestyle="-", linewidth=1)
    ax.set(
        xlabel="forecast q",
        ylabel="average score, lower is better",
        title=f"Two roads, one valley: both are lowest at q = {p:g}",
        ylim=(0, 2.5),
    )
    return ax


def plot_code_lengths(
    probabilities: ArrayLike, lengths: ArrayLike, *, ax: Axes | None = None
) -> Axes:
    """Draw the length of each symbol's code word against the symbol's surprise in bits.

    Parameters
    ----------
    probabilities : array_like of float, shape (symbols,)
        A distribution.
    lengths : array_like of int, shape (symbols,)
        Bits in each symbol's code word.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    surprises = surprisal(probabilities, base=2)
    ends = np.array([0, max(surprises.max(), np.max(lengths)) + 0.5])
    ax.plot(ends, ends, color=PALETTE["muted"], linestyle="-", linewidth=1)
    ax.plot(surprises, lengths, "o", color=PALETTE["violet"], linestyle="none")
    ax.annotate(
        "ideal: exactly its surprise",
        (ends[1] / 3, ends[1] / 3),
        xytext=(10, -14),
        textcoords="offset points",
        color=PALETTE["muted"],
    )
    ax.set(
        xlabel="surprise −log₂ p of the character, in bits",
        ylabel="bits in its code word",
        title="A code word is about as long as its letter is surprising",
        xlim=ends,
        ylim=ends,
    )
    return ax
