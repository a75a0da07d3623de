"""Cross-entropy is a floor and what the forecast wastes."""

import numpy as np

import lossfns
from lossfns.explorers.explorer import Explorer, normalised
from lossfns.figures.information import plot_cross_entropy_split
from lossfns.web.component import Choice, Numbers
from lossfns.web.fallback import shown

CLIMATE = (0.7, 0.2, 0.1)


class DivergenceExplorer(Explorer):
    """What does a forecast cost beyond the floor that nobody can go below?

    Parameters
    ----------
    weights : sequence of 3 floats, 0 to 1
        The forecast for sun, cloud and rain; their shares are q. All zero counts as all equal.
    swapped : bool
        Whether q happens and p = (.7, .2, .1) is forecast, instead of the reverse.
    unit : {"nats", "bits"}
        Of the loss.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> round(DivergenceExplorer(weights=[1, 1, 1]).divergence, 4)
    0.2968
    >>> DivergenceExplorer(weights=[1, 1, 0]).divergence
    inf
    """

    component = "divergence"

    weights = Numbers((1.0, 1.0, 1.0), low=0, high=1, sizes=(3, 3))
    swapped = Choice(False, (False, True))
    unit = Choice("nats", ("nats", "bits"))

    @property
    def _pair(self):
        pair = np.array(CLIMATE), normalised(self.weights)
        return pair[::-1] if self.swapped else pair

    @property
    def _base(self):
        return 2 if self.unit == "bits" else np.e

    @property
    def divergence(self):
        """What the forecast costs beyond the floor: KL, in the unit."""
        return float(lossfns.kl_divergence(*self._pair, base=self._base))

    def _draw(self, ax):
        happens, forecast = self._pair
        forecasts = {"the best forecast": happens}
        if np.isfinite(self.divergence):
            forecasts["this forecast"] = forecast
        plot_cross_entropy_split(happens, forecasts, ax=ax)

    def _alt(self):
        return (
            "Cross-entropy as a stacked bar: the floor, which is the entropy of what happens, and "
            "above it the divergence, which is what the forecast wastes."
        )

    def _table(self):
        happens, forecast = self._pair
        values = [
            ("floor, H", lossfns.entropy(happens, base=self._base)),
            ("waste, KL", self.divergence),
            ("cross-entropy", lossfns.cross_entropy(happens, forecast, base=self._base)),
            (
                "waste with the roles swapped",
                lossfns.kl_divergence(forecast, happens, base=self._base),
            ),
        ]
        rows = [[name, shown(value)] for name, value in values]
        forecast = ", ".join(f"{q:.2f}" for q in forecast)
        return f"The forecast ({forecast})", ["", self.unit], rows
