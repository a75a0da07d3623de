"""Figures of chapter 1: squared error, what it pulls towards, and its slope in training."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.figures.style import ABSOLUTE, MSE, PALETTE, axes


def plot_parabola(
    errors: Sequence[float] = (-2.4, -1.2, 0.8), *, rate: float = 0.25, ax: Axes | None = None
) -> Axes:
    """Draw squared error against the error, with one step downhill from each point.

    Parameters
    ----------
    errors : sequence of float
        Errors (prediction minus target) at which a step is drawn.
    rate : float
        Learning rate: the step is ``-rate`` times the slope.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    guesses = np.asarray(errors, dtype=float)
    losses, slopes = guesses**2, 2 * guesses

    grid = np.linspace(-3, 3, 121)
    ax.plot(grid, grid**2, **MSE)
    ax.plot(guesses, losses, "o", color=PALETTE["ink"], linestyle="none")
    ax.quiver(
        guesses,
        losses,
        -rate * slopes,
        np.zeros_like(guesses),
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.006,
        zorder=3,
        color=PALETTE["amber"],
    )
    for error, loss, slope in zip(guesses, losses, slopes, strict=True):
        side = 1 if error > 0 else -1
        ax.annotate(
            f"slope {slope:+.1f}".replace("-", "−"),
            (error, loss),
            xytext=(9 * side, -4),
            textcoords="offset points",
            ha="left" if error > 0 else "right",
        )
    ax.text(1.9, 2.05**2, "(ŷ − y)²", color=PALETTE["mse"], ha="right", va="bottom")
    ax.set(
        xlim=(-4, 4),
        ylim=(-0.6, 9.2),
        xlabel="error: prediction ŷ minus target y",
        ylabel="loss",
        title=f"One step of −{rate:g} × slope from three places",
    )
    return ax


def plot_gaussian(*, scale: float = 1.0, ax: Axes | None = None) -> Axes:
    """Draw a Gaussian's density and its negative logarithm, a parabola on a shelf.

    Parameters
    ----------
    scale : float
        Standard deviation of the Gaussian.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    errors = np.linspace(-3.2 * scale, 3.2 * scale, 129)
    shelf = np.log(scale * np.sqrt(2 * np.pi))
    surprise = errors**2 / (2 * scale**2) + shelf

    ax.plot(errors, np.exp(-surprise), color=PALETTE["violet"], linestyle=":")
    ax.plot(errors, surprise, **MSE)
    ax.axhline(shelf, color=PALETTE["muted"], linewidth=1)
    ax.text(1.3 * scale, 0.35, "density", color=PALETTE["violet"])
    ax.text(2.1 * scale, 3.6, "−log density", color=PALETTE["mse"], ha="right")
    ax.text(-3.2 * scale, shelf - 0.08, f"shelf {shelf:.3f}", color=PALETTE["muted"], va="top")
    ax.set(
        xlabel="error: target minus the bell's centre",
        ylabel="density, and −log density in nats",
        title="Under every bell curve hides a parabola",
    )
    return ax


def plot_best_constant(values: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw how squared and absolute error judge one constant guess for several values.

    Each curve is divided by its own minimum, so that both bottom out at 1.

    Parameters
    ----------
    values : array_like, shape (n,)
        The numbers that one constant has to stand for.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    values = np.asarray(values, dtype=float)
    mean, median = values.mean(), np.median(values)
    margin = 0.08 * np.ptp(values)
    guesses = np.union1d(
        np.linspace(values.min() - margin, values.max() + margin, 121), [mean, median]
    )
    errors = guesses[:, np.newaxis] - values
    squared = (errors**2).mean(axis=1)
    absolute = np.abs(errors).mean(axis=1)

    ax.plot(guesses, squared / squared.min(), **MSE)
    ax.plot(guesses, absolute / absolute.min(), **ABSOLUTE)
    ax.plot(values, np.full(values.shape, 0.5), "o", color=PALETTE["ink"], linestyle="none")
    for centre, name, shade, side in (
        (mean, "mean", MSE["color"], "left" if mean >= median else "right"),
        (median, "median", ABSOLUTE["color"], "right" if mean >= median else "left"),
    ):
        ax.plot([centre, centre], [0.5, 1], color=shade, linestyle="-", linewidth=1.2)
        ax.text(centre, 0.1, f" {name} {centre:g} ", color=shade, ha=side)
    ax.annotate(
        "squared error",
        (guesses[-1], squared[-1] / squared.min()),
        xytext=(-8, 0),
        textcoords="offset points",
        color=PALETTE["mse"],
        ha="right",
    )
    ax.annotate(
        "absolute error",
        (guesses[-1], absolute[-1] / absolute.min()),
        xytext=(0, -46),
        textcoords="offset points",
        color=ABSOLUTE["color"],
        ha="right",
    )
    ax.set(
        xlabel="the one constant guessed for all (dots: the values)",
        ylabel="loss ÷ lowest loss",
        title="One outlier: the mean follows it, the median stays",
        ylim=(0, None),
    )
    return ax


def plot_line_fit(
    inputs: ArrayLike,
    targets: ArrayLike,
    lines: Mapping[int, tuple[float, float]],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw data points and the line that training had reached after some steps.

    Parameters
    ----------
    inputs, targets : array_like, shape (n,)
        The data.
    lines : dict of int to (float, float)
        For a number of steps, the slope and the intercept reached.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    ends = np.array([np.min(inputs), np.max(inputs)])
    last = max(lines)

    ax.plot(inputs, targets, ".", color=PALETTE["muted"], linestyle="none", markersize=4)
    for steps, (slope, intercept) in lines.items():
        ax.plot(ends, slope * ends + intercept, **MSE, linewidth=3 if steps == last else 1.2)
        ax.annotate(
            f"step {steps}",
            (ends[1], slope * ends[1] + intercept),
            xytext=(4, 0),
            textcoords="offset points",
            color=PALETTE["mse"],
            va="center",
            annotation_clip=False,
        )
    ax.set(
        xlabel="body mass index, standardised",
        ylabel="disease progression after a year",
        title="Big moves first, small ones last",
    )
    ax.set_xlim(ends[0] - 0.2, ends[1] + 0.8)
    return ax


def plot_nudge_sizes(sizes: Mapping[str, ArrayLike], *, ax: Axes | None = None) -> Axes:
    """Draw how the size of the slope changes in training, on logarithmic axes.

    Parameters
    ----------
    sizes : dict of str to array_like
        For the name of a model, the norm of its gradient at each step.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    named = {name: np.asarray(norms) for name, norms in sizes.items()}
    for (name, norms), colour, dashes in zip(
        named.items(), ("mse", "teal"), ("-", "-."), strict=False
    ):
        ax.plot(norms, color=PALETTE[colour], linestyle=dashes)
        ax.annotate(
            name,
            (len(norms) - 1, norms[-1]),
            xytext=(5, 0),
            textcoords="offset points",
            color=PALETTE[colour],
            va="center",
        )
    ax.set_yscale("log")
    ax.set(xlabel="step", ylabel="size of the slope", title="The slope shrinks")
    longest = max(len(norms) for norms in named.values())
    ax.set_xlim(-0.03 * longest, 1.18 * longest)
    return ax
