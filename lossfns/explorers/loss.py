"""One guess, squared error and cross-entropy."""

import numpy as np

import lossfns
from lossfns.explorers.explorer import Explorer
from lossfns.figures.explorers import plot_loss_against_probability
from lossfns.web.component import Choice, Number
from lossfns.web.fallback import shown, signed


class LossExplorer(Explorer):
    """Where is each loss loud? Squared error and cross-entropy at one guess.

    Parameters
    ----------
    probability : float, 0.00001 to 0.99999
        The probability that the model gives to the label 1.
    label : {1, 0}
        The true label.
    axis : {"probability", "logit"}
        What the curves are drawn against.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> LossExplorer(probability=0.2)
    LossExplorer(axis='probability', label=1, probability=0.2, revealed=False)
    """

    component = "loss"
    _figure_answers = False

    probability = Number(0.01, low=0.00001, high=0.99999)
    label = Choice(1, (0, 1))
    axis = Choice("probability", ("probability", "logit"))

    @property
    def logit(self):
        """The logit of the probability."""
        return float(np.log(self.probability) - np.log1p(-self.probability))

    def _draw(self, ax):
        plot_loss_against_probability(self.label, probability=self.probability, ax=ax)

    def _alt(self):
        return (
            "Squared error and cross-entropy against the probability of the label 1, "
            f"when the true label is {self.label}."
        )

    def _table(self):
        logits = np.array([self.logit])
        labels = np.array([self.label])
        rows = [
            [
                name,
                shown(getattr(lossfns, loss)(logits, labels)[0], 4),
                signed(-getattr(lossfns, loss + "_grad")(logits, labels)[0], 4),
            ]
            for name, loss in [
                ("squared error", "sigmoid_squared_error"),
                ("cross-entropy", "sigmoid_binary_cross_entropy"),
            ]
        ]
        caption = f"At p = {self.probability:g} with the true label {self.label}"
        return caption, ["loss", "value", "push on the logit"], rows
