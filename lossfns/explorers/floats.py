"""What floats make of the plain formulas."""

import numpy as np

from lossfns.explorers.explorer import Data, Explorer
from lossfns.figures.explorers import plot_float_losses
from lossfns.web.component import Choice, Number
from lossfns.web.fallback import shown

# The logits drawn, as in floats.mjs.
REACH = {"float16": 20, "float32": 120, "float64": 800}


class FloatsExplorer(Explorer):
    """Where do the naive sigmoid and its clipped loss break, in each dtype?

    Parameters
    ----------
    logit : float, -800 to 800
        The nearest one in the computed table is shown.
    label : {1, 0}
        The true label.
    dtype : {"float16", "float32", "float64"}
        In which NumPy computed the numbers.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> FloatsExplorer(dtype="float16").data["limits"]["float16"]["overflow"]
    11.09
    """

    component = "floats"

    logit = Number(17.0, low=-800, high=800)
    label = Choice(1, (0, 1))
    dtype = Choice("float32", tuple(REACH))
    data = Data("floats")

    @property
    def _rows(self):
        return np.array(self.data["tables"][self.dtype][self.label], dtype=float)

    def _draw(self, ax):
        logits = np.array(self.data["logits"])
        near = np.abs(logits) <= REACH[self.dtype]
        plot_float_losses(logits[near], self._rows[2, near], self._rows[4, near], ax=ax)

    def _alt(self):
        return (
            f"Naive and stable loss against the logit in {self.dtype} for the label "
            f"{self.label}; the naive line flattens at the clip and stops where it is nan."
        )

    def _table(self):
        logits = np.array(self.data["logits"])
        at = int(np.abs(logits - self.logit).argmin())
        rows = [
            [name, shown(value, 4)]
            for name, value in zip(self.data["rows"], self._rows[:, at], strict=True)
        ]
        return f"At z = {logits[at]:g} with the label {self.label}", ["", self.dtype], rows
