"""Figures of chapter 5: how far each float reaches, and what a clip does to the push."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from lossfns.activations import sigmoid
from lossfns.attempts import sigmoid_squared_error, sigmoid_squared_error_grad
from lossfns.classification import sigmoid_binary_cross_entropy, sigmoid_binary_cross_entropy_grad
from lossfns.figures.style import CROSS_ENTROPY, MSE, PALETTE, Style, axes

FORMATS = (np.float16, np.float32, np.float64)
CLIPPED: Style = {"color": PALETTE["amber"], "linestyle": (0, (5, 1))}


def float_reach(dtype: type[np.floating[Any]]) -> tuple[float, float, float]:
    """Return the sizes of logit from which a float format gives up.

    Parameters
    ----------
    dtype : numpy floating dtype

    Returns
    -------
    tuple of float
        Where 1 / (1 + exp(-z)) rounds to 1, where exp(z) overflows, and where exp(-z) rounds to 0.

    Examples
    --------
    >>> import numpy as np
    >>> [round(size, 1) for size in float_reach(np.float32)]
    [16.6, 88.7, 104.0]
    """
    info = np.finfo(dtype)
    # half of the smallest number still rounds to 0, and half a step above 1 back to 1
    smallest = np.log(2.0) - np.log(float(info.smallest_subnormal))
    return float(np.log(2 / float(info.eps))), float(np.log(float(info.max))), float(smallest)


def plot_float_reach(*, ax: Axes | None = None) -> Axes:
    """Draw, for float16, float32 and float64, from which logits on the plain formulas fail.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    rows = np.arange(len(FORMATS))
    sizes = np.array([float_reach(dtype) for dtype in FORMATS])
    ax.hlines(rows, 1, sizes[:, 2], color=PALETTE["grid"], linewidth=6, zorder=1)
    for column, (name, colour, marker, below) in enumerate(
        (
            ("σ(z) is 1", "amber", "s", False),
            ("exp(z) is inf", "ce", "X", True),
            ("exp(−z) is 0", "violet", "o", False),
        )
    ):
        ax.plot(
            sizes[:, column],
            rows,
            marker,
            color=PALETTE[colour],
            linestyle="none",
            markersize=9,
            label=name,
        )
        for row in rows:
            ax.annotate(
                f"{sizes[row, column]:.1f}",
                (sizes[row, column], row),
                xytext=(0, -18 if below else 10),
                textcoords="offset points",
                ha="center",
                color=PALETTE[colour],
            )
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_yticks(rows, [dtype.__name__ for dtype in FORMATS])
    ax.set(xlim=(3, 1500), ylim=(2.6, -0.6), xlabel="size of the logit")
    ax.set_title("Where each format gives up", pad=26)
    ax.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=3)
    ax.grid(False, axis="y")
    return ax


def plot_clip(quantity: str = "nudge", *, clip: float = 1e-15, ax: Axes | None = None) -> Axes:
    """Draw what clipping the probability before the logarithm does to cross-entropy.

    Parameters
    ----------
    quantity : {"nudge", "loss"}
        The size of the push on the logit, or the loss itself, for a right answer of 1.
    clip : float
        The probability is held between `clip` and 1 - `clip`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `quantity` is neither of the two.
    """
    if quantity not in ("nudge", "loss"):
        raise ValueError(f'quantity must be "nudge" or "loss", got {quantity!r}')
    ax = axes(ax)
    logits = np.linspace(-60, 10, 1401)
    labels = np.ones_like(logits)
    p = sigmoid(logits)
    places: tuple[tuple[float, float], ...]
    if quantity == "loss":
        curves = (
            sigmoid_squared_error(logits, labels),
            sigmoid_binary_cross_entropy(logits, labels),
            -np.log(np.clip(p, clip, 1 - clip)),
        )
        places = ((-59, 2.5), (-52, 53), (-59, 1 - np.log(clip)))
        ax.set(ylabel="loss in nats", title="The loss stops at the clip …", ylim=(-2, 63))
    else:
        free = (p >= clip) & (p <= 1 - clip)
        curves = (
            -sigmoid_squared_error_grad(logits, labels),
            -sigmoid_binary_cross_entropy_grad(logits, labels),
            np.where(free, 1 - p, 0),
        )
        places = ((-28, 0.05), (-59, 0.92), (-59, 0.05))
        ax.set(ylabel="size of the push", title="… and its push is gone", ylim=(-0.04, 1.06))
    named = (("squared error", MSE), ("from the logit", CROSS_ENTROPY), ("clipped", CLIPPED))
    for values, place, (name, style) in zip(curves, places, named, strict=True):
        ax.plot(logits, values, **style)
        ax.text(*place, name, color=style["color"])
    ax.set(xlabel="logit z of the right answer")
    return ax
