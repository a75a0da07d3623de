"""Figures of the diffusion miniature: two roads to noise, and who errs at which noise level."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.diffusion import velocity
from lossfns.figures.style import PALETTE, THIRD, Style, axes

LOOKS: tuple[Style, ...] = (
    THIRD,
    {"color": PALETTE["violet"], "linestyle": ":"},
    {"color": PALETTE["amber"], "linestyle": (0, (5, 1))},
)
ARROW = 0.42  # drawn length of a velocity of 1


def plot_two_paths(alpha_bar: float = 0.5, *, ax: Axes | None = None) -> Axes:
    """Draw how image and noise are mixed along a circle and along a line, with both velocities.

    Parameters
    ----------
    alpha_bar : float
        Where on the circle the dot stands; the other dot stands halfway along the line.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 3.6))
    angles = np.linspace(0, np.pi / 2, 91)
    circle, line = LOOKS[:2]
    ax.plot(np.cos(angles), np.sin(angles), **circle)
    ax.plot([1, 0], [0, 1], **line)
    on_circle = np.sqrt([alpha_bar, 1 - alpha_bar])
    # the velocity of the unit vectors of image and noise themselves
    turning = velocity(np.array([1.0, 0.0]), np.array([0.0, 1.0]), alpha_bar)
    for place, arrow, look in (
        (on_circle, turning, circle),
        (np.array([0.5, 0.5]), np.array([-1.0, 1.0]), line),
    ):
        ax.plot(*place, "o", color=look["color"])
        ax.annotate(
            "",
            tuple(place + ARROW * arrow),
            tuple(place),
            arrowprops={"arrowstyle": "-|>", "color": look["color"], "linewidth": 2},
        )
    formula = "v = √ᾱ · noise − √(1 − ᾱ) · image"
    ax.annotate(
        formula, tuple(on_circle), (10, 6), textcoords="offset points", color=circle["color"]
    )
    ax.text(0.02, 0.44, "noise − image", color=line["color"])
    ax.set(
        xlabel="share of the image",
        ylabel="share of the noise",
        xlim=(-0.05, 1.75),
        ylim=(-0.05, 1.12),
        aspect="equal",
        title="Two roads from the image to noise, two velocities",
    )
    ax.set_xticks([0, 0.5, 1])
    ax.set_yticks([0, 0.5, 1])
    return ax


def plot_error_by_noise(
    steps: ArrayLike,
    errors: Mapping[str, ArrayLike],
    *,
    ignorant: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the squared error of the guessed image against the noise level, one line per network.

    Parameters
    ----------
    steps : array_like, shape (levels,)
        The steps of the noise schedule, few noise first.
    errors : dict of str to array_like, shape (levels,)
        For the name of up to three networks, the mean squared error of the image at each step.
    ignorant : float, optional
        The error of guessing the mean image; a thin line marks it.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    for (name, values), look in zip(errors.items(), LOOKS, strict=False):
        ax.plot(steps, values, label=name, **look)
    if ignorant is not None:
        ax.axhline(ignorant, color=PALETTE["muted"], linewidth=1)
        ax.text(np.asarray(steps)[0], ignorant, "always the mean image", va="bottom")
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0.9), title="the network predicts")
    ax.set(
        xlabel="step of the noise schedule",
        ylabel="squared error of the image",
        title="One loss formula, three targets: their errors",
    )
    return ax
