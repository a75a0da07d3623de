"""Figures of chapter 6, third part: a spread that is learned, counts, levels, ranked lists."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.figures.style import PALETTE, axes
from lossfns.ranking import cumulative_logit_loss
from lossfns.regression import poisson_nll_loss


def plot_spreads(
    x: ArrayLike,
    y: ArrayLike,
    beliefs: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw the same data once for each model, with its mean and two standard deviations around it.

    Parameters
    ----------
    x, y : array_like of float, shape (N,)
        The data, `x` ascending.
    beliefs : dict of str to tuple of array_like, shape (N,)
        For each name the means and the standard deviations at `x`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 1.5 * len(beliefs)))
    ax.set_axis_off()
    height = 1 / len(beliefs)
    low, high = np.min(y), np.max(y)
    room = 0.35 * (high - low)
    for number, (name, (mean, deviation)) in enumerate(beliefs.items()):
        part = ax.inset_axes((0.0, 1 - (number + 0.92) * height, 1.0, 0.72 * height))
        mean, deviation = np.asarray(mean), np.asarray(deviation)
        part.fill_between(
            x,
            mean - 2 * deviation,
            mean + 2 * deviation,
            facecolor=PALETTE["teal"],
            edgecolor="none",
            alpha=0.25,
        )
        part.plot(x, y, "o", color=PALETTE["muted"], markersize=2, linestyle="none")
        part.plot(x, mean, color=PALETTE["teal"], linestyle="-")
        part.set(ylim=(low - room, high + room), title=name)
        part.set_xticks([])
    return ax


def plot_counts(observed: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw how often each count came, and how often a Poisson of the same mean expects it.

    Parameters
    ----------
    observed : array_like of int, shape (N,)
        How often 0, 1, … N - 1 was counted.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    observed = np.asarray(observed)
    counts = np.arange(len(observed))
    rate = np.average(counts, weights=observed)
    surprisal = poisson_nll_loss(np.full(len(counts), np.log(rate)), counts, full=True)
    expected = observed.sum() * np.exp(-surprisal)
    ax.bar(counts, observed, 0.6, color=PALETTE["violet"], label="observed")
    ax.plot(
        counts, expected, "o--", color=PALETTE["teal"], label=f"Poisson with a mean of {rate:.2f}"
    )
    ax.set_xticks(counts)
    ax.grid(False, axis="x")
    ax.set(xlabel="count", ylabel="how often", title="One number fits them all")
    ax.legend(loc="upper right")
    return ax


def plot_levels(cuts: Sequence[float] = (-4.0, -1.5, 0.5, 3.0), *, ax: Axes | None = None) -> Axes:
    """Draw the probability of every level against the score.

    Parameters
    ----------
    cuts : sequence of float
        Where one level ends and the next begins, rising.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    scores = np.linspace(min(cuts) - 3, max(cuts) + 3, 400)
    looks = (
        ("mse", "-"),
        ("amber", (0, (5, 1))),
        ("teal", "-."),
        ("violet", ":"),
        ("ce", "--"),
    )
    for cut in cuts:
        ax.axvline(cut, color=PALETTE["muted"], linestyle="-", linewidth=1)
    for level in range(len(cuts) + 1):
        colour, dashes = looks[level % len(looks)]
        loss = cumulative_logit_loss(scores, np.full(scores.shape, level), cuts)
        p = np.exp(-loss)
        ax.plot(scores, p, color=PALETTE[colour], linestyle=dashes)
        ax.text(
            scores[p.argmax()], p.max() + 0.03, f"{level + 1}", color=PALETTE[colour], ha="center"
        )
    ax.set(
        ylim=(0, 1.12),
        xlabel="score (grey: the cuts)",
        ylabel="probability of each level",
        title="One score, and every level has its share",
    )
    return ax


def plot_ranked_scores(scores: ArrayLike, classes: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the score of every item above its class, and the mean of each class.

    Parameters
    ----------
    scores : array_like of float, shape (N,)
    classes : array_like of int, shape (N,)
        What the items are; the scores' model was not told.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    scores, classes = np.asarray(scores), np.asarray(classes)
    known = np.unique(classes)
    means = [scores[classes == one].mean() for one in known]
    ax.plot(
        classes, scores, "o", color=PALETTE["muted"], alpha=0.35, markersize=3, linestyle="none"
    )
    ax.plot(known, means, "D-", color=PALETTE["teal"])
    ax.set_xticks(known)
    ax.set(
        xlabel="digit on the picture, never told",
        ylabel="score",
        title="An order of lists becomes a scale",
    )
    return ax
