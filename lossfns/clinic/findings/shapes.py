"""Shapes that a training curve should not have: a spike, and running away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lossfns.clinic._curve import Outline, before, outline
from lossfns.clinic.findings.case import (
    Case,
    Curve,
    Finding,
    Floats,
    is_part_of_a_falling_loss,
    sound_curves,
    thresholds,
)


def spikes(case: Case) -> Iterator[Finding]:
    """A sudden rise out of the ordinary, and whether the curve came back."""
    for curve in sound_curves(case):
        if curve.series.means.held_out:
            continue
        spike = _spike(case, curve)
        if spike is None:
            continue
        begin, end, level, top = spike
        back = end < len(curve)
        evidence: dict[str, float | str] = {"level": level, "value": top}
        last = curve.steps[end if back else -1]
        if back:
            count = end - begin
            evidence["steps"] = f"{count} value{'s' if count > 1 else ''}"
        also = ("recovered",) if back else ("lasting",)
        yield case.finding("spike", curve, (curve.steps[begin], last), evidence, also)


def _spike(case: Case, curve: Curve) -> tuple[int, int, float, float] | None:
    """Where the greatest sudden rise begins and ends, from which level, and how high."""
    line = thresholds()["spike"]
    shape = outline(curve.values, int(line["pieces"]))
    count = len(shape)
    first = float(curve.shape.middles[0])
    begin = max(int(line["skip"] * count), 5)
    levels, ranges = before(shape, int(line["before"]), begin)
    rises = shape.highs[begin:] - levels
    least = np.maximum(line["noise"] * ranges, line["rise"] * levels)
    sudden = np.flatnonzero(rises > np.maximum(least, line["size"] * first))
    best: tuple[int, int] | None = None
    end = 0
    for at in sudden.tolist():
        if at < end or at >= len(rises) - line["tail"]:
            continue
        back = np.flatnonzero(shape.middles[begin + at + 1 :] <= levels[at] + ranges[at])
        end = at + 1 + int(back[0]) if len(back) else len(rises)
        if end - at > max(line["length"] * count, 3) or _rate_rose(case, curve, begin + at, shape):
            continue
        # Where values far out are ordinary, one more of them is no spike.
        others = np.delete(rises, np.arange(at, end))
        ordinary = line["unlike"] * np.quantile(others, line["ordinary"])
        if rises[at] < max(ordinary, _reach(others, line["chance"])):
            continue
        if best is None or rises[at] > rises[best[0]]:
            best = at, end
    if best is None:
        return None
    at, end = best
    from_value = _highest(curve, shape, begin + at)
    top = float(shape.highs[begin + at : begin + end].max())
    stop = max(int(shape.starts[begin + end]), from_value + 1)
    return from_value, stop, float(levels[at]), top


def _reach(values: Floats, chance: float) -> float:
    """How far the largest of some values may lie out, by how heavy their tail is.

    The tail is taken for a power law, with Hill's estimate of its exponent.
    """
    few = max(10, len(values) // 50)
    if len(values) <= 2 * few:
        return 0.0
    top = np.sort(values)[-few - 1 :]
    if top[0] <= 0:
        return 0.0
    return float(top[0] * (few / chance) ** np.log(top[1:] / top[0]).mean())


def _highest(curve: Curve, shape: Outline, piece: int) -> int:
    a, b = shape.starts[piece], shape.starts[piece + 1]
    return int(a + np.argmax(curve.values[a:b]))


def _rate_rose(case: Case, curve: Curve, piece: int, shape: Outline) -> bool:
    """Whether the learning rate was raised shortly before a piece: a restart, as planned."""
    step = curve.steps[shape.starts[piece]]
    since = curve.steps[shape.starts[max(0, piece - 5)]]
    for rate in case.log.of("rate", run=curve.series.means.run):
        near = rate.values[(rate.steps >= since) & (rate.steps <= step)]
        if len(near) > 1 and near.max() > 2 * near.min():
            return True
    return False


def blow_ups(case: Case) -> Iterator[Finding]:
    """A training loss that ends far above what it had reached."""
    line = thresholds()["blow-up"]
    for curve in sound_curves(case):
        if curve.series.means.held_out or len(curve) < line["values"]:
            continue
        tail = max(3, int(line["share"] * len(curve)))
        end = float(np.median(curve.values[-tail:]))
        shape = outline(curve.values, min(int(line["pieces"]), len(curve) // 4))
        start, best = float(shape.middles[0]), float(shape.middles.min())
        at = int(shape.starts[int(np.argmin(shape.middles))])
        won = max(start - best, line["fall"] * start)
        risen = end > best + line["rise"] * won and end > 1.5 * best
        if start - best < line["fall"] * start:
            # It never came down. What grows towards a level may be meant to: a target that moves.
            half = float(shape.middles[len(shape) // 2])
            risen = risen and end - half > line["bend"] * (half - start)
        if risen and not is_part_of_a_falling_loss(case, curve):
            place = (curve.steps[at], curve.steps[-1])
            yield case.finding("blow-up", curve, place, {"best": best, "value": end})
