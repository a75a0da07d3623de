"""The race to 90 % on the handwritten digits."""

from lossfns.explorers._races import LOSSES, RATES, STARTS, setting
from lossfns.explorers.explorer import Data, Explorer
from lossfns.figures.explorers import plot_training_curves
from lossfns.figures.style import CROSS_ENTROPY, MSE
from lossfns.web.component import Choice

NAMES = {"cross_entropy": ("cross-entropy", CROSS_ENTROPY), "squared_error": ("squared error", MSE)}


class RaceExplorer(Explorer):
    """Which loss teaches the digits, at which learning rates?

    Parameters
    ----------
    start : {"confidently_wrong", "fresh"}
        Where the weights begin.
    rate : {0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0}
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

    def _run(self, loss, rate):
        return self.data["races"][setting(loss, self.start, rate, self.means_removed)]

    def finishes(self, loss):
        """Return when a loss gets there from this start, at every rate.

        Parameters
        ----------
        loss : {"cross_entropy", "squared_error"}

        Returns
        -------
        dict of float to list of int or None
            For each rate, the first epoch at 90 % of the test images in each of three runs; None
            for a run that does not get there in 150 epochs, or 600 from a confidently wrong start.

        Examples
        --------
        >>> RaceExplorer(start="fresh").finishes("squared_error")[0.03]
        [46, 48, 54]
        """
        return {rate: self._run(loss, rate)["finish"] for rate in RATES}

    def _draw(self, ax):
        curves = [
            (*NAMES[loss], run) for loss in LOSSES for run in self._run(loss, self.rate)["curves"]
        ]
        plot_training_curves(
            self.data["shown"],
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
        late = f"not in {self.data['epochs'][self.start]}"
        finishes = [self.finishes(loss) for loss in LOSSES]
        rows = [
            [f"{rate:g}", *(", ".join(str(epoch or late) for epoch in f[rate]) for f in finishes)]
            for rate in RATES
        ]
        means = "removed" if self.means_removed else "left in"
        start = self.start.replace("_", " ")
        caption = f"Epochs to 90 %, three runs: a {start} start, pixel means {means}"
        return caption, ["rate", *(NAMES[loss][0] for loss in LOSSES)], rows
