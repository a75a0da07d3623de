"""Soft targets and focus."""

import numpy as np

import lossfns
from lossfns.explorers._questions import questions
from lossfns.explorers.explorer import Explorer
from lossfns.figures.explorers import plot_focal_loss, plot_smoothed_loss
from lossfns.web.component import Choice, Number
from lossfns.web.fallback import shown

EASY, HARD = 0.95, 0.1
VIEWS = ("smoothing", "focus")


class SofteningExplorer(Explorer):
    """How far can a smoothed loss fall, and who holds the loss under focus?

    Parameters
    ----------
    view : {"smoothing", "focus"}
        Which of the two is shown.
    smoothing : float, 0 to 0.9
        The share of the target that is spread over all classes.
    classes : int, 2 to 100
        How many there are.
    gamma : float, 0 to 5
        How strongly focal loss turns down easy examples.
    alpha : float, 0.05 to 0.95
        The weight of the hard examples' class; the easy ones weigh 1 - alpha.
    easy : int, 1 to 1000
        How many easy examples stand against one hard one.
    revealed : bool
        Whether the question asked first has been answered or skipped.

    Raises
    ------
    traitlets.TraitError
        For a value out of range; the message names the trait and the range.

    Examples
    --------
    >>> explorer = SofteningExplorer(smoothing=0.1, classes=10)
    >>> round(explorer.floor, 3)
    0.5
    """

    component = "softening"

    view = Choice("smoothing", VIEWS)
    smoothing = Number(0.1, low=0, high=0.9)
    classes = Number(10, low=2, high=100, whole=True)
    gamma = Number(2.0, low=0, high=5)
    alpha = Number(0.5, low=0.05, high=0.95)
    easy = Number(147, low=1, high=1000, whole=True)

    @property
    def floor(self):
        """The lowest loss that the smoothed target allows, in nats."""
        target = lossfns.smooth_labels(np.eye(self.classes)[0], self.smoothing)
        return float(lossfns.entropy(target))

    def easy_share(self, *, alpha, gamma):
        """Return the share of the whole loss that the easy examples hold."""
        logits = np.log([(1 - EASY) / EASY, HARD / (1 - HARD)])
        labels = np.array([0, 1])
        many, one = lossfns.sigmoid_focal_loss(logits, labels, alpha=alpha, gamma=gamma)
        return float(self.easy * many / (self.easy * many + one))

    def _question(self):
        return questions(self.component)[VIEWS.index(self.view)]

    def _draw(self, ax):
        if self.view == "smoothing":
            plot_smoothed_loss(self.smoothing, self.classes, ax=ax)
        else:
            plot_focal_loss(self.gamma, ax=ax)

    def _alt(self):
        if self.view == "smoothing":
            return (
                "Loss against the probability of the true class, with a one-hot and a smoothed "
                f"target; the smoothed one never falls below {shown(self.floor)}."
            )
        return (
            "Focal loss and cross-entropy against the probability given to the truth; focal loss "
            "is far lower where the answer is already right."
        )

    def _table(self):
        if self.view == "smoothing":
            caption = f"ε = {self.smoothing:g}, K = {self.classes}"
            # The true class keeps 1 - ε; the others share ε.
            others = np.full(self.classes, self.smoothing / (self.classes - 1))
            others[0] = 1 - self.smoothing
            rows = [
                ["lowest loss, ε/K form", shown(self.floor)],
                ["lowest loss, ε/(K − 1) form", shown(lossfns.entropy(others))],
                ["a uniform guess, ln K", shown(np.log(self.classes))],
            ]
            return caption, ["", "nats"], rows
        caption = f"Share of the loss held by {self.easy} easy examples against one hard one"
        rows = [
            [name, f"{shown(100 * self.easy_share(alpha=alpha, gamma=gamma), 1)} %"]
            for name, alpha, gamma in [
                ("cross-entropy", 0.5, 0.0),
                ("focal", self.alpha, self.gamma),
            ]
        ]
        return caption, ["loss", "share"], rows
