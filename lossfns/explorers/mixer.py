"""Softmax, a shift, a temperature."""

import numpy as np

import lossfns
from lossfns.explorers.explorer import Explorer
from lossfns.figures.classification import plot_softmax_nudges
from lossfns.web.component import Choice, Number, Numbers
from lossfns.web.fallback import shown, signed


class MixerExplorer(Explorer):
    """What do a common shift and a temperature do to a softmax and its pushes?

    Parameters
    ----------
    logits : sequence of 3 to 5 floats, -6 to 6
        One for each class.
    label : {0, 1, 2, 3, 4}
        The true class; with fewer classes, at most the last one.
    shift : float, -100 to 100
        Added to every logit.
    temperature : float, 0.1 to 10
        Divides every shifted logit.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> MixerExplorer(logits=[1, 2, 3], temperature=2).shift
    0.0
    """

    component = "mixer"
    _figure_answers = False

    logits = Numbers((2.0, 1.0, 0.5, -1.0, 0.1), low=-6, high=6, sizes=(3, 5))
    label = Choice(2, (0, 1, 2, 3, 4))
    shift = Number(0.0, low=-100, high=100)
    temperature = Number(1.0, low=0.1, high=10)

    @property
    def inputs(self):
        """What the softmax gets: the logits, shifted and divided by the temperature."""
        return (np.array(self.logits) + self.shift) / self.temperature

    @property
    def _target(self):
        return min(self.label, len(self.logits) - 1)

    def _draw(self, ax):
        plot_softmax_nudges(self.inputs, self._target, ax=ax)

    def _alt(self):
        return (
            f"Softmax probabilities of {len(self.logits)} classes as bars, with an arrow at each "
            f"for cross-entropy's push; only class {self._target}, the true one, goes up."
        )

    def _table(self):
        probabilities = lossfns.softmax(self.inputs)
        pushes = (
            -lossfns.softmax_cross_entropy_with_integer_labels_grad(self.inputs, self._target)
            / self.temperature
        )
        rows = [
            [str(k), shown(self.inputs[k], 2), shown(probabilities[k]), signed(pushes[k])]
            for k in range(len(self.logits))
        ]
        caption = f"Softmax of (z + {self.shift:g}) / {self.temperature:g}"
        return caption, ["class", "input", "probability", "push on the logit"], rows
