"""Figures of the language model: what follows a letter, and the loss on its way to the floor."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.figures.style import CROSS_ENTROPY, PALETTE, Style, axes

SNAPSHOTS: tuple[Style, ...] = (
    {"marker": "o", "color": PALETTE["muted"], "markerfacecolor": "none"},
    {"marker": "x", "color": PALETTE["violet"]},
    {"marker": "D", "color": PALETTE["ce"]},
)


def plot_next_letter(
    frequencies: ArrayLike,
    predictions: Mapping[str, ArrayLike],
    letters: Sequence[str],
    *,
    shown: int = 14,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each letter comes next, and what a model says of it at several moments.

    The height of a mark above its bar is the slope at that logit: probability minus frequency.

    Parameters
    ----------
    frequencies : array_like, shape (K,)
        Share of each letter among those that came next.
    predictions : dict of str to array_like, shape (K,)
        For up to three moments, the model's probabilities.
    letters : sequence of str, length K
        What each class stands for.
    shown : int
        How many letters to draw, the most frequent first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    frequencies = np.asarray(frequencies)
    order = np.argsort(-frequencies, kind="stable")[:shown]
    places = np.arange(len(order))
    ax.bar(
        places,
        frequencies[order],
        facecolor=PALETTE["grid"],
        edgecolor=PALETTE["muted"],
        label="came next in the text",
    )
    for (name, probabilities), look in zip(predictions.items(), SNAPSHOTS, strict=False):
        ax.plot(places, np.asarray(probabilities)[order], linestyle="none", label=name, **look)
    names = {" ": "space", "\n": "end of\nline"}
    ax.set_xticks(places, [names.get(letters[k], letters[k]) for k in order])
    ax.grid(axis="x", visible=False)
    ax.legend(loc="upper right")
    ax.set(ylabel="probability", title="The bars are the truth, the marks are the guess")
    return ax


def plot_language_training(
    losses: ArrayLike, floor: float, *, held_out: ArrayLike | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the loss of next-letter training against its floor, step by step.

    Parameters
    ----------
    losses : array_like, shape (steps,)
        Mean cross-entropy on the training text before each step.
    floor : float
        The least that this kind of model can reach on it.
    held_out : array_like, shape (steps,), optional
        The same on a text that was not trained on.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    losses = np.asarray(losses)
    steps = np.arange(1, len(losses) + 1)
    ax.plot(steps, losses, **CROSS_ENTROPY)
    ax.axhline(floor, color=PALETTE["muted"], linestyle=":", linewidth=1.5)
    ax.annotate(
        f"the floor, {floor:.4f}",
        (1, floor),
        xytext=(0, -14),
        textcoords="offset points",
        color=PALETTE["muted"],
    )
    if held_out is None:
        ax.text(2, losses[1] + 0.08, "all the text", color=CROSS_ENTROPY["color"])
    else:
        held_out = np.asarray(held_out)
        best = int(np.argmin(held_out))
        ax.plot(steps, held_out, color=PALETTE["violet"], linestyle="-.")
        ax.plot(steps[best], held_out[best], "o", color=PALETTE["violet"], linestyle="none")
        ax.annotate(
            "its best",
            (steps[best], held_out[best]),
            xytext=(0, -16),
            textcoords="offset points",
            ha="center",
            color=PALETTE["violet"],
        )
        last = steps[-1]
        for values, name, color in (
            (held_out, "sonnet 116, never seen", PALETTE["violet"]),
            (losses, "sonnet 18, trained on", CROSS_ENTROPY["color"]),
        ):
            ax.annotate(
                name,
                (last, values[-1]),
                xytext=(0, 8),
                textcoords="offset points",
                ha="right",
                color=color,
            )
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_ylim(floor - 0.25, losses[0] + 0.2)
    ax.set(
        xlabel="step",
        ylabel="nats per character",
        title="Down to the floor" if held_out is None else "Two texts, one of them unseen",
    )
    return ax
