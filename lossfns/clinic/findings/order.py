"""What comes back in every round: a short last batch, and one order of the examples."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lossfns.clinic._curve import repeats
from lossfns.clinic.findings.case import Case, Curve, Finding, Floats, sound_curves, thresholds


def short_batches(case: Case) -> Iterator[Finding]:
    """A last batch of each epoch that steps out of line."""
    line = thresholds()["order"]
    for curve in sound_curves(case):
        ends = _epoch_ends(case, curve)
        if curve.series.means.held_out or len(ends) < line["ends"]:
            continue
        if len(curve) < line["least"] * len(ends):
            continue
        off = _out_of_line(curve.values)
        inner = ends[(ends >= 3) & (ends < len(curve) - 3)]
        last, others = off[inner], np.delete(off, inner)
        ordinary = float(np.median(others))
        far = float(np.sort(others)[int(0.9 * (len(others) - 1))])
        often = int((last > far).sum())
        if len(inner) < line["ends"] or np.median(last) < line["outlying"] * ordinary:
            continue
        if often >= line["often"] * len(last):
            evidence = {
                "often": float(often),
                "epochs": float(len(last)),
                "times": float(np.median(last)) / max(ordinary, 1e-9),
            }
            place = (curve.steps[ends[0]], curve.steps[ends[-1]])
            yield case.finding("short-batch", curve, place, evidence)


def _out_of_line(values: Floats) -> Floats:
    """How far each value lies from those before it and from those behind it, on the same side."""
    off = np.zeros(len(values))
    three = np.lib.stride_tricks.sliding_window_view(values, 3)
    middles = np.median(three, axis=1)
    a, b = values[3:-3] - middles[:-4], values[3:-3] - middles[4:]
    off[3:-3] = np.where(a * b > 0, np.minimum(np.abs(a), np.abs(b)), 0.0)
    return off


def _epoch_ends(case: Case, curve: Curve) -> NDArray[np.intp]:
    """The places of a curve's values that are the last of their epoch, if the log says so."""
    for epoch in case.log.of("epoch"):
        at = np.searchsorted(epoch.steps, curve.steps)
        if len(epoch) and at.max() < len(epoch) and case.log.clock != "epoch":
            counts = np.ceil(epoch.values[at] - 1e-3)
            ends = np.flatnonzero(np.diff(counts) > 0)
            return ends[ends > 1]
    return np.empty(0, np.intp)


def periodic(case: Case) -> Iterator[Finding]:
    """A curve that repeats its ups and downs."""
    line = thresholds()["order"]
    for curve in sound_curves(case):
        if curve.series.means.held_out or len(curve) < line["values"]:
            continue
        values = curve.values[-int(thresholds()["spike"]["pieces"]) :]
        relative = np.log(np.maximum(values, 1e-3 * float(values.max()) + 1e-12))
        least = int(line["least"])
        agreement = repeats(relative, range(least, 2 * (len(values) // int(line["rounds"])) + 1))
        # What repeats itself does so after two rounds as well; a smooth curve does at every lag.
        twice = agreement[least::2]
        both = np.minimum(agreement[: len(twice)], twice) - np.median(agreement)
        best = int(np.argmax(both))
        if both[best] < line["repeats"]:
            continue
        evidence = {"period": float(least + best), "agreement": float(agreement[best])}
        place = (curve.steps[0], curve.steps[-1])
        yield case.finding("periodic", curve, place, evidence)
