"""Figures of chapter 6: the slopes of other losses, quantile lines, weights and focus."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.activations import sigmoid
from lossfns.attempts import sigmoid_squared_error, sigmoid_squared_error_grad
from lossfns.classification import (
    hinge_loss,
    hinge_loss_grad,
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
    sigmoid_focal_loss_grad,
)
from lossfns.figures.style import ABSOLUTE, CROSS_ENTROPY, MSE, PALETTE, THIRD, Style, axes
from lossfns.regression import (
    absolute_error_grad,
    huber_loss_grad,
    pinball_loss_grad,
    squared_error_grad,
)

HINGE: Style = {"color": PALETTE["violet"], "linestyle": ":"}
FOCAL: Style = THIRD
SMOOTHED: Style = {"color": PALETTE["amber"], "linestyle": (0, (5, 1))}


def plot_error_nudges(*, delta: float = 1.0, quantile: float = 0.9, ax: Axes | None = None) -> Axes:
    """Draw the slope of four losses for a number, against the error.

    Parameters
    ----------
    delta : float
        Where Huber's parabola becomes a line.
    quantile : float
        The quantile that the pinball loss asks for.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    # an even number of points, so that none stands on the kink at 0
    errors = np.linspace(-3, 3, 600)
    truth = np.zeros_like(errors)
    curves = (
        ("squared", squared_error_grad(errors, truth), MSE, (1.12, 2.6), "right"),
        (
            "absolute",
            absolute_error_grad(errors, truth),
            ABSOLUTE,
            (2.95, 1.06),
            "right",
        ),
        (
            f"Huber, δ = {delta:g}",
            huber_loss_grad(errors, truth, delta=delta),
            {"color": PALETTE["violet"], "linestyle": (0, (5, 1))},
            (-2.95, -1.42),
            "left",
        ),
        (
            f"pinball, {quantile:g}",
            pinball_loss_grad(errors, truth, quantile=quantile),
            THIRD,
            (2.95, 0.22),
            "right",
        ),
    )
    for name, nudges, style, place, side in curves:
        ax.plot(errors, nudges, **style)
        ax.text(*place, name, color=style["color"], ha=side)
    ax.axhline(0, color=PALETTE["muted"], linestyle="-", linewidth=1)
    ax.set(
        ylim=(-3.2, 3.2),
        xlabel="error: guess − truth",
        ylabel="slope",
        title="Loud in proportion, always the same, capped, tilted",
    )
    return ax


def plot_quantile_lines(
    x: ArrayLike,
    y: ArrayLike,
    lines: Mapping[float, tuple[float, float]],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw data and a straight line for each quantile.

    Parameters
    ----------
    x, y : array_like of float, shape (n,)
        The data.
    lines : dict of float to tuple (slope, intercept)
        A line for each quantile.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    ax.plot(x, y, "o", color=PALETTE["muted"], alpha=0.45, markersize=3.5, linestyle="none")
    ends = np.array([np.min(x), np.max(x)])
    for (quantile, (slope, intercept)), style in zip(
        sorted(lines.items(), reverse=True),
        [("teal", "-."), ("violet", ":"), ("amber", (0, (5, 1)))],
        strict=False,
    ):
        colour, dashes = PALETTE[style[0]], style[1]
        ax.plot(ends, slope * ends + intercept, color=colour, linestyle=dashes)
        ax.annotate(
            f"{quantile:g}",
            (ends[1], slope * ends[1] + intercept),
            xytext=(5, 0),
            textcoords="offset points",
            color=colour,
            va="center",
        )
    ax.set(
        xlabel="body mass index, standardised",
        ylabel="disease progression",
        title="A line for each quantile",
    )
    return ax


def plot_margin_losses(*, ax: Axes | None = None) -> Axes:
    """Draw what three losses charge for a right answer, against its score.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    scores = np.linspace(-4, 4, 600)
    ones = np.ones_like(scores)
    curves = (
        ("squared error (Brier)", sigmoid_squared_error, MSE, (-3.9, 1.12)),
        ("cross-entropy", sigmoid_binary_cross_entropy, CROSS_ENTROPY, (-3.9, 1.85)),
        ("hinge", hinge_loss, HINGE, (-2.6, 4.0)),
    )
    for name, loss, style, place in curves:
        ax.plot(scores, loss(scores, ones), **style)
        ax.text(*place, name, color=style["color"])
    ax.set(
        xlabel="score of the right answer",
        ylabel="loss",
        title="Hinge is a ramp that ends at 1",
    )
    return ax


def plot_nudge_comparison(
    *, smoothing: float = 0.1, gamma: float = 2.0, ax: Axes | None = None
) -> Axes:
    """Draw how five losses push the logit of a right answer, up or down, against that logit.

    Parameters
    ----------
    smoothing : float
        The label smoothing of the one that is smoothed; two classes.
    gamma : float
        The focusing parameter of the focal loss.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 3.8))
    logits = np.linspace(-6, 6, 600)
    ones = np.ones_like(logits)
    smoothed = (1 - smoothing) * ones + smoothing / 2
    curves = (
        ("Brier", -sigmoid_squared_error_grad(logits, ones), MSE, (-3.6, 0.2)),
        (
            "cross-entropy",
            -sigmoid_binary_cross_entropy_grad(logits, ones),
            CROSS_ENTROPY,
            (1.15, 0.33),
        ),
        (
            f"smoothed, ε = {smoothing:g}",
            -sigmoid_binary_cross_entropy_grad(logits, smoothed),
            SMOOTHED,
            (-5.9, 0.78),
        ),
        (
            f"focal, γ = {gamma:g}",
            -sigmoid_focal_loss_grad(logits, ones, gamma=gamma),
            FOCAL,
            (-4.6, 1.16),
        ),
        ("hinge", -hinge_loss_grad(logits, ones), HINGE, (1.1, 0.93)),
    )
    for name, push, style, place in curves:
        ax.plot(logits, push, **style)
        ax.text(*place, name, color=style["color"])
    ax.axhline(0, color=PALETTE["muted"], linestyle="-", linewidth=1)
    ax.set(
        ylim=(-0.12, 1.28),
        xlabel="logit (for hinge: score) of the right answer",
        ylabel="push upwards",
        title="Who is still pushing, how hard, and until when?",
    )
    return ax


def plot_focal_volume(gammas: Sequence[float] = (1, 2, 5), *, ax: Axes | None = None) -> Axes:
    """Draw the focal loss's push as a multiple of cross-entropy's.

    Parameters
    ----------
    gammas : sequence of float
        The focusing parameters to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    p = np.linspace(0.001, 0.999, 500)
    logits, ones = np.log(p) - np.log1p(-p), np.ones_like(p)
    plain = sigmoid_binary_cross_entropy_grad(logits, ones)
    ax.axhline(1, **CROSS_ENTROPY)
    ax.text(0.99, 1.03, "cross-entropy", color=CROSS_ENTROPY["color"], ha="right")
    for gamma, dashes in zip(gammas, ("-", "-.", ":"), strict=False):
        volume = sigmoid_focal_loss_grad(logits, ones, gamma=gamma) / plain
        ax.plot(p, volume, color=PALETTE["teal"], linestyle=dashes)
        at = np.argmin(np.abs(volume - 0.45))
        ax.annotate(
            f"γ = {gamma:g}",
            (p[at], volume[at]),
            xytext=(5, 4),
            textcoords="offset points",
            color=PALETTE["teal"],
        )
    ax.set(
        ylim=(0, 1.6),
        xlabel="probability given to the truth",
        ylabel="push ÷ cross-entropy's push",
        title="A volume knob that each example turns itself",
    )
    return ax


def plot_weighted_probability(
    weights: Sequence[float] = (1, 9, 99), *, ax: Axes | None = None
) -> Axes:
    """Draw the probability that weighted cross-entropy teaches, against the true one.

    Parameters
    ----------
    weights : sequence of float
        How much more a positive example weighs than a negative one.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    truth = np.linspace(0.001, 0.999, 500)
    heights = np.linspace(0.45, 0.85, len(weights))
    for weight, height, dashes in zip(weights, heights, ("--", "-.", ":"), strict=False):
        said = sigmoid(np.log(truth) - np.log1p(-truth) + np.log(weight))
        colour = PALETTE["ce"] if weight == 1 else PALETTE["violet"]
        ax.plot(truth, said, color=colour, linestyle=dashes)
        at = np.argmin(np.abs(said - height))
        ax.annotate(
            f"weight {weight:g}",
            (truth[at], said[at]),
            xytext=(8, -8),
            textcoords="offset points",
            color=colour,
        )
    ax.set(
        xlabel="how often the answer is really yes",
        ylabel="probability the model learns to say",
        title="A class weight bends the probabilities",
    )
    return ax
