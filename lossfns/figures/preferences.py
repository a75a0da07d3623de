"""Figures of the preferences page: where DPO took two answers, step by step and on its loss."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.figures.style import CROSS_ENTROPY, PALETTE, Style, axes
from lossfns.preferences import dpo_loss, pair_loss, pair_loss_grad

BETTER: Style = {"color": PALETTE["teal"], "linestyle": "-"}
WORSE: Style = {"color": PALETTE["amber"], "linestyle": (0, (5, 1))}
PUSH = {"arrowstyle": "-|>", "color": PALETTE["violet"], "linewidth": 2.5}


def plot_pair_loss(*, reach: float = 6.0, ax: Axes | None = None) -> Axes:
    """Draw a pair's loss, and the push on either score, against how far the better one leads.

    Parameters
    ----------
    reach : float
        How far the axis goes either way.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    lead = np.linspace(-reach, reach, 201)
    losses, pushes = pair_loss(lead, 0 * lead), -pair_loss_grad(lead, 0 * lead)
    ax.axvline(0, color=PALETTE["muted"], linewidth=0.8)
    for values, look, name, at, above in (
        (losses, CROSS_ENTROPY, "loss", 60, 6),
        (pushes, BETTER, "push: the better up", 3, 6),
        (-pushes, WORSE, "push: the worse down", 3, -14),
    ):
        ax.plot(lead, values, **look)
        ax.annotate(
            name,
            (lead[at], values[at]),
            (4, above),
            textcoords="offset points",
            color=look["color"],
        )
    ax.text(-0.95 * reach, 0.3, "wrong order", color=PALETTE["muted"])
    ax.text(0.95 * reach, 0.3, "right order", color=PALETTE["muted"], ha="right")
    ax.set(
        ylim=(-2, reach + 0.2),
        xlabel="score of the better minus score of the worse",
        title="One loss, two pushes",
    )
    return ax


def plot_gains(better: ArrayLike, worse: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw what the better and the worse answers gained in log-likelihood, step by step.

    Parameters
    ----------
    better, worse : array_like, shape (steps,)
        Mean gains over all pairs, in nats; the first are those of step 0.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    better, worse = np.asarray(better), np.asarray(worse)
    steps = np.arange(len(better))
    ax.axhline(0, color=PALETTE["muted"], linewidth=0.8)
    ax.fill_between(steps, worse, better, color=PALETTE["grid"])
    middle, last = len(steps) // 2, len(steps) - 1
    for gains, look, name, above in (
        (better, BETTER, "better answers", True),
        (worse, WORSE, "worse answers", False),
    ):
        ax.plot(steps, gains, **look)
        ax.annotate(
            name,
            (middle, gains[middle]),
            (0, 6 if above else -6),
            textcoords="offset points",
            va="bottom" if above else "top",
            ha="left" if above else "right",
            color=look["color"],
        )
    ax.annotate(
        "margin\n÷ β",
        (last, (better[-1] + worse[-1]) / 2),
        (4, 0),
        textcoords="offset points",
        va="center",
        annotation_clip=False,
    )
    ax.set(xlabel="step", ylabel="gain, nats per answer", title="What the answers gained")
    return ax


def plot_preference_plane(
    better: ArrayLike, worse: ArrayLike, *, beta: float, ax: Axes | None = None
) -> Axes:
    """Draw a training's way over the plane of DPO's loss; lines join what costs the same.

    Parameters
    ----------
    better, worse : array_like, shape (steps,)
        Mean gains over all pairs, in nats; the first are those of step 0.
    beta : float
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 4.2))
    better, worse = np.asarray(better), np.asarray(worse)
    reach = 1.15 * max(np.abs(better).max(), np.abs(worse).max())
    for lead in np.array([-0.7, -0.35, 0.0, 0.8]) * reach:
        x, y = 0.9 * reach + min(lead, 0), 0.9 * reach - max(lead, 0)
        line = np.array([-2 * reach, min(x, y) - 0.08 * reach])  # up to the number at its end
        ax.plot(
            line + max(lead, 0),
            line - min(lead, 0),
            color=CROSS_ENTROPY["color"],
            linestyle="--",
            linewidth=1.0,
        )
        loss = dpo_loss(lead, 0, 0, 0, beta=beta)
        ax.text(x, y, f"{loss:.2f}", ha="center", va="center", color=CROSS_ENTROPY["color"])
    ax.axhline(0, color=PALETTE["muted"], linewidth=0.8)
    ax.axvline(0, color=PALETTE["muted"], linewidth=0.8)
    ax.annotate("", (0.25 * reach, -0.25 * reach), xytext=(0, 0), arrowprops=PUSH)
    ax.text(0.27 * reach, -0.2 * reach, "push", color=PALETTE["violet"], va="center")
    ax.plot(better, worse, color=PALETTE["violet"], linestyle="-")
    ax.plot(better[-1], worse[-1], "o", color=PALETTE["violet"])
    ax.annotate(
        "the run",
        (better[-1], worse[-1]),
        (10, -3),
        textcoords="offset points",
        color=PALETTE["violet"],
        va="center",
    )
    ax.grid(False)
    ax.set_aspect("equal")
    ax.set(
        xlim=(-reach, reach),
        ylim=(-reach, reach),
        xlabel="gain of the better answer, nats",
        ylabel="gain of the worse one, nats",
        title=f"DPO's loss, β = {beta:g}",
    )
    return ax
