"""Figures of the bill: memory against the number of tokens, and sums that are merged."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.blockwise import partial_cross_entropy
from lossfns.figures.style import CROSS_ENTROPY, PALETTE, THIRD, Style, axes

LOOKS: tuple[Style, ...] = (
    {"color": PALETTE["amber"], "linestyle": (0, (5, 1))},
    THIRD,
    CROSS_ENTROPY,
)


def plot_memory(
    tokens: Sequence[int], megabytes: Mapping[str, Sequence[float]], *, ax: Axes | None = None
) -> Axes:
    """Draw the memory that ways of computing a loss hold, against the number of tokens.

    Parameters
    ----------
    tokens : sequence of int
    megabytes : dict of str to sequence of float
        For up to three ways, what each holds at that many tokens.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    for (name, values), look in zip(megabytes.items(), LOOKS, strict=False):
        ax.plot(tokens, values, marker="o", **look)
        ax.annotate(
            name,
            (tokens[-1], values[-1]),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=look["color"],
        )
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(tokens[0] * 0.85, tokens[-1] * 2.4)
    ax.set_xticks(tokens, [str(number) for number in tokens])
    ax.set_xticks([], minor=True)
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set(
        xlabel="positions", ylabel="megabytes", title="Held at once, beyond the logits themselves"
    )
    return ax


def plot_shards(logits: ArrayLike, shards: int, *, ax: Axes | None = None) -> Axes:
    """Draw the terms of the softmax's sum as each shard has them, and as the whole needs them.

    Parameters
    ----------
    logits : array_like, shape (K,)
    shards : int
        How many pieces of equal size the classes are cut into.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 3.2))
    logits = np.asarray(logits, dtype=float)
    pieces = np.split(logits, shards)
    maxima = np.repeat([piece.max() for piece in pieces], len(pieces[0]))
    places = np.arange(len(logits))
    ax.bar(
        places,
        np.exp(logits - maxima),
        facecolor="none",
        edgecolor=PALETTE["muted"],
        linestyle=":",
        linewidth=1.5,
        label="each worker, by its own maximum",
    )
    ax.bar(
        places,
        np.exp(logits - logits.max()),
        width=0.5,
        color=PALETTE["ce"],
        label="all of them, by the largest",
    )
    for k, piece in enumerate(pieces):
        total = partial_cross_entropy(piece, 0).total
        middle = (k + 0.5) * len(piece) - 0.5
        ax.text(
            middle,
            1.06,
            f"worker {k + 1}\nmaximum {piece.max():g}\ntotal {total:.2f}".replace("-", "−"),
            ha="center",
            va="bottom",
        )
        if k:
            ax.axvline(k * len(piece) - 0.5, 0, 0.74, color=PALETTE["muted"], linewidth=1)
    ax.set_ylim(0, 2)
    ax.set_yticks([0, 0.5, 1])
    ax.set_xticks(places, [f"{value:g}".replace("-", "−") for value in logits])
    ax.grid(axis="x", visible=False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.0), ncols=1)
    ax.set(xlabel="logit", ylabel="term of the sum", title="One softmax in shards")
    return ax
