"""Figures of the scalar engine: a graph of numbers, and two moons with the line between them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.autograd import Value
from lossfns.figures.style import PALETTE, axes


def _depths(result: Value, names: Mapping[Value, str]) -> dict[Value, int]:
    """Depth of each named value: one more than that of the furthest of its inputs."""
    depths: dict[Value, int] = {}

    def depth(value: Value) -> int:
        if value not in depths:
            inputs = [depth(source) for source, _ in value._inputs if source in names]
            depths[value] = 1 + max(inputs, default=-1)
        return depths[value]

    depth(result)
    return depths


def plot_value_graph(result: Value, names: Mapping[Value, str], *, ax: Axes | None = None) -> Axes:
    """Draw the graph that a value was made from, downwards: each number, and its slope below it.

    Parameters
    ----------
    result : lossfns.Value
        The last value, on which `backward` was called.
    names : dict of lossfns.Value to str
        What to call each value, in the order in which they were made. Those without a name, such
        as constants, are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    depths = _depths(result, names)
    ax = axes(ax, figsize=(5.0, 0.4 + 0.8 * (max(depths.values()) + 1)))
    places: dict[Value, tuple[float, int]] = {}
    filled: dict[int, float] = {}
    for value in names:
        y = depths[value]
        above = [places[source][0] for source, _ in value._inputs if source in places]
        wanted = float(np.mean(above)) if above else -np.inf
        x = max(wanted, filled.get(y, -1.0) + 1.0)
        places[value], filled[y] = (x, y), x
    for value, (x, y) in places.items():
        for source, _ in value._inputs:
            if source in places:
                ax.annotate(
                    "",
                    (x, y - 0.35),
                    xytext=(places[source][0], places[source][1] + 0.35),
                    arrowprops={"arrowstyle": "->", "color": PALETTE["muted"]},
                )
        text = f"{names[value]}\n{value.data:.4f}\nslope {value.grad:.4f}".replace("-", "−")
        ax.text(
            x,
            y,
            text,
            ha="center",
            va="center",
            bbox={
                "boxstyle": "round",
                "facecolor": PALETTE["paper"],
                "edgecolor": PALETTE["muted"],
            },
        )
    x, y = np.array(list(places.values())).T
    ax.set_xlim(x.min() - 0.5, x.max() + 0.5)
    ax.set_ylim(y.max() + 0.5, y.min() - 0.5)
    ax.set_axis_off()
    ax.set_title("Down to the loss, and back up to the leaves")
    return ax


def plot_moons(
    points: ArrayLike, labels: ArrayLike, score: Callable[..., Any], *, ax: Axes | None = None
) -> Axes:
    """Draw two classes of points, and where a score between them is zero.

    Parameters
    ----------
    points : array_like, shape (N, 2)
    labels : array_like of bool, shape (N,)
    score : callable
        Takes points of shape (M, 2), returns their scores; positive means the class of True.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    points, labels = np.asarray(points), np.asarray(labels, dtype=bool)
    (left, bottom), (right, top) = points.min(axis=0) - 0.4, points.max(axis=0) + 0.4
    x, y = np.meshgrid(np.linspace(left, right, 60), np.linspace(bottom, top, 60))
    scores = np.reshape(score(np.column_stack([x.ravel(), y.ravel()])), x.shape)
    ax.contour(x, y, scores, levels=[0], colors=[PALETTE["ink"]], linewidths=2)
    for mask, marker, color in ((labels, "o", "violet"), (~labels, "^", "teal")):
        ax.plot(*points[mask].T, marker, color=PALETTE[color], linestyle="none", markersize=7)
    ax.set(xlabel="first input", ylabel="second input", title="Forty points and the line between")
    return ax
