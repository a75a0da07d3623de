"""One number for five targets, one of them an outlier."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

import lossfns
from lossfns.explorers.explorer import Explorer
from lossfns.figures.regression import plot_best_constant
from lossfns.web.component import Choice, Number
from lossfns.web.fallback import shown, signed

Measure: TypeAlias = Callable[..., Any]

# For each loss the constant that it likes best, the loss itself and its gradient.
MEASURES: tuple[tuple[str, Measure, Measure, Measure], ...] = (
    ("squared", np.mean, lossfns.squared_error, lossfns.squared_error_grad),
    ("absolute", np.median, lossfns.absolute_error, lossfns.absolute_error_grad),
)


class ParabolaExplorer(Explorer):
    """Where does one outlier pull the best constant, under squared and absolute error?

    Parameters
    ----------
    prediction : float, -1 to 21
        The one number that stands for all targets.
    outlier : float, 0 to 20
        The fifth target, beside 1, 2, 3 and 4.
    loss : {"squared", "absolute"}
        The loss shown.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> ParabolaExplorer(prediction=6)
    ParabolaExplorer(loss='squared', outlier=20.0, prediction=6.0, revealed=False)
    """

    component = "parabola"

    prediction = Number(3.0, low=-1, high=21)
    outlier = Number(20.0, low=0, high=20)
    loss = Choice("squared", ("squared", "absolute"))

    @property
    def targets(self):
        """The five targets."""
        return np.array([1.0, 2.0, 3.0, 4.0, self.outlier])

    def _draw(self, ax):
        plot_best_constant(self.targets, ax=ax)

    def _alt(self):
        return (
            f"Mean squared and mean absolute error of one number for 1, 2, 3, 4 and "
            f"{self.outlier:g}: the mean has the lowest squared error, the median the lowest "
            "absolute error."
        )

    def _table(self):
        rows = [
            [
                name,
                shown(best(self.targets), 2),
                shown(loss(np.full(5, self.prediction), self.targets).mean(), 2),
                signed(-grad(np.full(5, self.prediction), self.targets).sum(), 1),
            ]
            for name, best, loss, grad in MEASURES
        ]
        caption = f"The prediction {self.prediction:g} for 1, 2, 3, 4 and {self.outlier:g}"
        return caption, ["error", "best number", "mean loss", "sum of pushes"], rows
