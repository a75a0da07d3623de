"""Figures of the explorers: what each shows at one state, for readers without scripts."""

import matplotlib.pyplot as plt
import numpy as np

from lossfns.attempts import sigmoid_squared_error
from lossfns.classification import sigmoid_binary_cross_entropy
from lossfns.figures.style import CROSS_ENTROPY, MSE, PALETTE


def plot_loss_against_probability(label=1, *, probability=None, ax=None):
    """Draw both losses of one yes-or-no guess against the probability given to "yes".

    Parameters
    ----------
    label : {1, 0}
        The true label.
    probability : float, optional
        A guess between 0 and 1, to be marked on both curves.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = plot_loss_against_probability(probability=0.01)
    >>> len(ax.lines)
    4
    """
    if ax is None:
        _, ax = plt.subplots()
    grid = np.linspace(0.001, 0.999, 400)
    curves = [
        ("MSE", sigmoid_squared_error, MSE, "o", 0.25),
        ("cross-entropy", sigmoid_binary_cross_entropy, CROSS_ENTROPY, "D", 0.15),
    ]
    for name, loss, style, marker, place in curves:

        def height(p, loss=loss):
            return loss(np.log(p / (1 - p)), np.full_like(p, label))

        ax.plot(grid, height(grid), **style)
        at = np.array([place if label == 1 else 1 - place])
        ax.annotate(
            name,
            (at[0], height(at)[0]),
            xytext=(6 if label == 1 else -6, 6),
            textcoords="offset points",
            ha="left" if label == 1 else "right",
            color=style["color"],
            fontweight="bold",
        )
        if probability is not None:
            guess = np.array([probability])
            ax.plot(guess, height(guess), marker, color=style["color"], markersize=8, clip_on=False)
    ax.axvspan(*((0, 0.1) if label == 1 else (0.9, 1)), color=PALETTE["grid"], alpha=0.5, zorder=0)
    ax.set(
        xlim=(0, 1),
        ylim=(0, 5),
        xlabel="probability p given to the label 1",
        ylabel="loss (cross-entropy in nats)",
        title=f"The true label is {label}; the confidently wrong zone is shaded",
    )
    return ax
