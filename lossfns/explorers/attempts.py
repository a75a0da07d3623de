"""Three attempts at a loss for three classes."""

import numpy as np

import lossfns
from lossfns.explorers.explorer import Explorer
from lossfns.figures.attempts import plot_wrong_way
from lossfns.web.component import Choice, Numbers
from lossfns.web.fallback import shown, signed

CLASSES = ("cat", "dog", "bird")


class AttemptsExplorer(Explorer):
    """Which way does each of three attempts push three logits?

    Parameters
    ----------
    logits : sequence of 3 floats, -6 to 6
        Of cat, dog and bird.
    label : {0, 1, 2}
        The true class.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> AttemptsExplorer(logits=[0.5, 1.5, 0.9])
    AttemptsExplorer(label=0, logits=(0.5, 1.5, 0.9), revealed=False)
    """

    component = "attempts"

    logits = Numbers((0.0, 2.0, 0.0), low=-6, high=6, sizes=(3, 3))
    label = Choice(0, (0, 1, 2))

    @property
    def probabilities(self):
        """The softmax of the logits."""
        return lossfns.softmax(np.array(self.logits))

    def _draw(self, ax):
        order = [self.label, *(k for k in range(3) if k != self.label)]
        plot_wrong_way(
            [self.probabilities[order].round(2)], classes=[CLASSES[k] for k in order], ax=ax
        )

    def _alt(self):
        return (
            "The triangle of all guesses over three classes. Near the corners of the two wrong "
            "classes, 39.54 % of it, squared error through softmax pushes a wrong class up."
        )

    def _table(self):
        logits = np.array(self.logits)
        one_hot = np.eye(3)[self.label]
        exact, diagonal = (
            lossfns.softmax_squared_error_grad(logits, one_hot, jacobian=jacobian)
            for jacobian in ("exact", "diagonal")
        )
        slopes = [
            ("1 squared, shortcut", diagonal),
            ("1 squared, exact", exact),
            ("2 squared, on logits", lossfns.squared_error_grad(logits, one_hot)),
            ("3 cross-entropy", lossfns.softmax_cross_entropy_grad(logits, one_hot)),
        ]
        rows = [["probability", *map(shown, self.probabilities)]]
        rows += [[name, *map(signed, -values)] for name, values in slopes]
        caption = f"The push on each logit; the true class is {CLASSES[self.label]}"
        return caption, ["", *CLASSES], rows
