"""Seven trainings, and what went wrong in each."""

import numpy as np

from lossfns.course.race import digits
from lossfns.explorers._clinic import CASES, IMAGES
from lossfns.explorers.explorer import Data, Explorer
from lossfns.figures.explorers import plot_training_curves
from lossfns.figures.style import CROSS_ENTROPY, PALETTE
from lossfns.web.component import Choice
from lossfns.web.fallback import shown

STYLES = {
    "training": CROSS_ENTROPY,
    "validation": {"color": PALETTE["violet"], "linestyle": ":"},
}


def class_counts() -> list[int]:
    """Return how often each digit is among the images that the seven trainings saw.

    Examples
    --------
    >>> sum(class_counts())
    300
    """
    counts: list[int] = np.bincount(digits().train_labels[:IMAGES]).tolist()
    return counts


class ClinicExplorer(Explorer):
    """What is the cause of each of seven training curves?

    Parameters
    ----------
    case : int, 1 to 7
        The training shown.
    diagnosis : {"", "smoothed", "signed", "naive", "blank", "overconfident", "twice", "clipped"}
        The cause chosen for it, empty before.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> ClinicExplorer(case=2, diagnosis="naive").correct
    False
    """

    component = "clinic"
    _figure_answers = False

    case = Choice(1, (1, 2, 3, 4, 5, 6, 7))
    diagnosis = Choice(
        "", ("", "smoothed", "signed", "naive", "blank", "overconfident", "twice", "clipped")
    )
    data = Data("clinic")

    @property
    def correct(self):
        """Whether the diagnosis is the case's cause."""
        return self.diagnosis == list(CASES)[self.case - 1]

    def _curve(self, name):
        return [float(value) for value in self.data[self.case - 1][name]]

    def _draw(self, ax):
        plot_training_curves(
            self.data[self.case - 1]["epochs"],
            [(name, style, self._curve(name)) for name, style in STYLES.items()],
            title=f"Case {self.case}: what is the cause?",
            ax=ax,
        )
        ax.set_ylim(min(0, ax.get_ylim()[0]), None)

    def _alt(self):
        return f"Training and validation loss of case {self.case} against the epochs of training."

    def _table(self):
        names = ("training", "validation", "accuracy")
        epochs = self.data[self.case - 1]["epochs"]
        rows = [
            [str(epochs[i]), *(shown(self._curve(name)[i]) for name in names)]
            for i in range(0, len(epochs), 5)
        ]
        caption = f"Case {self.case}: loss, and accuracy on the validation images"
        return caption, ["epoch", "training loss", "validation loss", "accuracy"], rows
