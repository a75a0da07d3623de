"""The races behind the race explorer, at every setting that it offers."""

import numpy as np

from lossfns.course.race import epochs_to_reach, race

LOSSES = ("cross_entropy", "squared_error")
STARTS = ("fresh", "confidently_wrong")
RATES = (0.03, 0.1, 0.3, 1.0)
LEVEL = 0.9
LONG, SHORT = 600, 100
SHOWN = sorted({0, *np.unique(np.geomspace(1, LONG, 26).round().astype(int)).tolist(), SHORT})


def epochs_run(loss, start):
    """Return how long a race is run: long only where squared error starts confidently wrong."""
    return LONG if (loss, start) == ("squared_error", "confidently_wrong") else SHORT


def run_race(loss, start, rate, means_removed):
    """Return one race: accuracy in tenths of a percent at the epochs shown, and the finish.

    The finish is the first epoch at 90 % for each of the three starts, or None.
    """
    length = epochs_run(loss, start)
    accuracies = race(loss, start=start, rate=rate, epochs=length, remove_means=means_removed)
    shown = [epoch for epoch in SHOWN if epoch <= length]
    return {
        "curves": np.rint(1000 * accuracies[:, shown]).astype(int).tolist(),
        "finish": epochs_to_reach(accuracies, LEVEL),
        "epochs": length,
    }


def setting(loss, start, rate, means_removed):
    """Return the name of a setting, as the explorer looks it up."""
    return f"{loss} {start} {rate:g} {str(means_removed).lower()}"


def race_table():
    """Return every race that the explorer offers, by the name of its setting."""
    return {
        "shown": SHOWN,
        "races": {
            setting(loss, start, rate, means): run_race(loss, start, rate, means)
            for loss in LOSSES
            for start in STARTS
            for rate in RATES
            for means in (True, False)
        },
    }
