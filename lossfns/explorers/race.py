"""The race to 90 % on the handwritten digits."""

from lossfns.explorers._races import LOSSES, RATES, STARTS, setting
from lossfns.explorers.explorer import Data, Explorer
from lossfns.figures.explorers import plot_training_curves
from lossfns.figures.style import CROSS_ENTROPY, MSE
from lossfns.web.component import Choice

NAMES = {"cross_entropy": ("cross-entropy", CROSS_ENTROPY), "squared_error": ("MSE", MSE)}


class RaceExplorer(Explorer):
    """Which loss teaches the digits first, and under which recipe?

    Parameters
    ----------
    start : {"confidently_wrong", "fresh"}
        Where the weights begin.
    rate : {0.03, 0.1, 0.3, 1.0}
        Learning rate.
    means_removed : bool
        Whether each pixel's mean is taken away first.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    See Also
    --------
    lossfns.course.race.race : The training itself.

    Examples
    --------
    >>> RaceExplorer(rate=1)
    RaceExplorer(means_removed=True, rate=1.0, revealed=False, start='confidently_wrong')
    """

    component = "race"

    start = Choice("confidently_wrong", STARTS)
    rate = Choice(0.1, RATES)
    means_removed = Choice(True, (True, False))
    data = Data("race")

    def _run(self, loss):
        return self.data["races"][setting(loss, self.start, self.rate, self.means_removed)]

    def _draw(self, ax):
        curves = [
            (*NAMES[loss], [value / 10 for value in run[1:]])
            for loss in LOSSES
            for run in self._run(loss)["curves"]
        ]
        plot_training_curves(
            self.data["shown"][1:],
            curves,
            title="The race to 90 %, three starts each",
            log=True,
            ylabel="test accuracy in %",
            ax=ax,
        )

    def _alt(self):
        return (
            "Test accuracy of a linear classifier of digits against the epochs of training, three "
            "runs with cross-entropy and three with squared error."
        )

    def _table(self):
        rows = []
        for loss in LOSSES:
            run = self._run(loss)
            late = f"not reached in {run['epochs']}"
            finish = ", ".join(str(epoch or late) for epoch in run["finish"])
            rows.append([NAMES[loss][0], finish])
        means = "removed" if self.means_removed else "left in"
        start = self.start.replace("_", " ")
        caption = f"A {start} start, rate {self.rate:g}, pixel means {means}"
        return caption, ["loss", "epochs to 90 %, three runs"], rows
