"""The races behind the race explorer, at every setting that it offers."""

import numpy as np

from lossfns.course.race import epochs_to_reach, race

LOSSES = ("cross_entropy", "squared_error")
STARTS = ("fresh", "confidently_wrong")
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
LEVEL = 0.9
# Both losses get the same number of epochs: the way back from a wrong start is longer.
EPOCHS = {"fresh": 150, "confidently_wrong": 600}
# Nearly even on a logarithmic axis.
SHOWN = (1, 2, 3, 5, 8, 11, 15, 21, 29, 41, 57, 80, 111, 150, 219, 306, 428, 600)


def run_race(loss, start, rate, means_removed):
    """Return one race: accuracy in percent at the epochs shown, and the finish.

    The finish is the first epoch at 90 % for each of the three starts, or None.
    """
    length = EPOCHS[start]
    accuracies = race(loss, start=start, rate=rate, epochs=length, remove_means=means_removed)
    shown = [epoch for epoch in SHOWN if epoch <= length]
    return {
        "curves": np.rint(100 * accuracies[:, shown]).astype(int).tolist(),
        "finish": epochs_to_reach(accuracies, LEVEL),
    }


def setting(loss, start, rate, means_removed):
    """Return the name of a setting, as the explorer looks it up."""
    return f"{loss} {start} {rate:g} {str(means_removed).lower()}"


def race_table():
    """Return every race that the explorer offers, by the name of its setting."""
    return {
        "shown": SHOWN,
        "epochs": EPOCHS,
        "races": {
            setting(loss, start, rate, means): run_race(loss, start, rate, means)
            for loss in LOSSES
            for start in STARTS
            for rate in RATES
            for means in (True, False)
        },
    }
