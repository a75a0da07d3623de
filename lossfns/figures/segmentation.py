"""Figures of the segmentation miniature: Dice's slope, and what an empty mask costs."""

import numpy as np
from matplotlib.axes import Axes

from lossfns.activations import sigmoid
from lossfns.classification import sigmoid_binary_cross_entropy_grad
from lossfns.figures.style import CROSS_ENTROPY, PALETTE, THIRD, Style, axes
from lossfns.segmentation import dice_loss

SMOOTHED: tuple[Style, ...] = (
    {"color": PALETTE["violet"], "linestyle": ":"},
    THIRD,
    {"color": PALETTE["amber"], "linestyle": (0, (5, 1))},
)


def plot_overlap_slopes(dice: float = 0.5, *, ax: Axes | None = None) -> Axes:
    """Draw the slopes at the logit of one pixel under cross-entropy and Dice, inside and outside.

    Each loss is measured by its own largest slope, since Dice's depends on the size of the mask.

    Parameters
    ----------
    dice : float
        The Dice score of the whole mask, between 0 and 1.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    logits = np.linspace(-8, 8, 161)
    p = sigmoid(logits)
    largest = (1 - dice / 2) / 4  # inside the mask, at p = 1/2
    for label in (1, 0):
        cross = sigmoid_binary_cross_entropy_grad(logits, np.full_like(logits, label))
        overlap = (dice / 2 - label) * p * (1 - p) / largest
        ax.plot(logits, cross, **CROSS_ENTROPY)
        ax.plot(logits, overlap, **THIRD)
    for words, place, look in (
        ("cross-entropy,\noutside", (8, 0.78), CROSS_ENTROPY),
        ("Dice, outside", (8, 0.12), THIRD),
        ("cross-entropy,\ninside", (-8, -0.78), CROSS_ENTROPY),
        ("Dice, inside", (-8, -0.12), THIRD),
    ):
        side = "right" if place[0] > 0 else "left"
        ax.text(*place, words, ha=side, va="center", color=look["color"])
    ax.set(
        xlabel="logit of the pixel",
        ylabel="share of the largest slope",
        ylim=(-1.15, 1.15),
        title="Surely wrong: one shouts, the other is silent",
    )
    return ax


def plot_empty_mask(
    smoothings: tuple[float, ...] = (1e-5, 1.0), *, pixels: int = 576, ax: Axes | None = None
) -> Axes:
    """Draw what Dice costs on a picture with an empty mask, against how much is believed in it.

    Parameters
    ----------
    smoothings : tuple of float
        Up to three, all above 0.
    pixels : int
        Of the picture; the belief is spread evenly.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    beliefs = np.geomspace(1e-8, pixels, 121)
    pictures = np.repeat(beliefs[:, None, None] / pixels, pixels, axis=2)
    for smoothing, look in zip(smoothings, SMOOTHED, strict=False):
        losses = dice_loss(pictures, np.zeros_like(pictures), smoothing=smoothing)
        ax.plot(beliefs, losses, **look)
        ax.annotate(
            f"smoothing {smoothing:g}",
            (smoothing, 0.5),
            (-6, 4),
            textcoords="offset points",
            ha="right",
            color=look["color"],
        )
    ax.set_xscale("log")
    ax.set(
        xlabel="pixels believed in, all together",
        ylabel="Dice loss of the empty mask",
        title="Nothing is there: where does belief cost?",
    )
    return ax
