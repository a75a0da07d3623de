"""Surprise as height, probability as width, entropy as area."""

import numpy as np

import lossfns
from lossfns.explorers.explorer import Explorer, normalised
from lossfns.figures.information import plot_surprise_areas
from lossfns.web.component import Choice, Numbers
from lossfns.web.fallback import shown

OUTCOMES = ("sun", "cloud", "rain", "snow")


class SurpriseExplorer(Explorer):
    """Which mix of four outcomes is the most surprising on average?

    Parameters
    ----------
    weights : sequence of 4 floats, 0 to 10
        Of sun, cloud, rain and snow; their shares are the probabilities. All zero counts as
        all equal.
    unit : {"bits", "nats"}
        Of surprise.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> SurpriseExplorer(unit="nats").probabilities
    array([0.5  , 0.25 , 0.125, 0.125])
    """

    component = "surprise"
    _figure_answers = False

    weights = Numbers((4.0, 2.0, 1.0, 1.0), low=0, high=10, sizes=(4, 4))
    unit = Choice("bits", ("bits", "nats"))

    @property
    def probabilities(self):
        """The weights as a distribution."""
        return normalised(self.weights)

    @property
    def _base(self):
        return 2 if self.unit == "bits" else np.e

    def _draw(self, ax):
        plot_surprise_areas(self.probabilities, OUTCOMES, base=self._base, ax=ax)

    def _alt(self):
        average = lossfns.entropy(self.probabilities, base=self._base)
        return (
            "Four blocks, each as wide as an outcome is probable and as high as it is "
            f"surprising; their area, the entropy, is {shown(average)} {self.unit}."
        )

    def _table(self):
        probabilities = self.probabilities
        surprisals = lossfns.surprisal(probabilities, base=self._base)
        rows = [
            [name, shown(p), shown(s), shown(p * s if p else 0.0)]
            for name, p, s in zip(OUTCOMES, probabilities, surprisals, strict=True)
        ]
        average = lossfns.entropy(probabilities, base=self._base)
        rows.append(["average", "", "", shown(average)])
        return f"Surprise in {self.unit}", ["outcome", "p", "surprise", "p × surprise"], rows
