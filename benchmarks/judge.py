"""How far are floats from exact values, in units of their last place?"""

import warnings
from math import inf

import mpmath
import numpy as np


def flat(results, cases):
    """Return one row per case of all that was computed for it, and as wide as that is."""
    parts = results if isinstance(results, tuple) else (results,)
    return np.concatenate([np.reshape(np.asarray(part), (cases, -1)) for part in parts], axis=1)


def two_floats(value):
    nearest = float(value)
    return nearest, float(value - nearest) if np.isfinite(nearest) else 0.0


class Truth:
    """The exact values of some cases, as sums of two floats, and what an error is counted in."""

    def __init__(self, row, cases, dtype):
        info = np.finfo(dtype)
        eps = float(np.finfo(np.float64 if row.wide else dtype).eps)
        with mpmath.workdps(50):
            truths = [row.truths([array[k] for array in cases]) for k in range(len(cases[0]))]
            self.known = np.array([[v is not None for v, _ in case] for case in truths])
            pairs = [[two_floats(v or 0) for v, _ in case] for case in truths]
            noise = np.array([[eps * float(n) for _, n in case] for case in truths])
        self.nearest, self.rest = np.moveaxis(np.array(pairs), -1, 0)
        self.largest = float(info.max)
        exponent = np.frexp(np.clip(np.abs(self.nearest), float(info.tiny), self.largest))[1] - 1
        self.unit = np.ldexp(1.0, exponent - info.nmant) + noise
        self.digits = info.nmant

    def off(self, found):
        """Return the error of each value in ulp; inf where it is nan or inf and should not be."""
        width = found.shape[1]  # a library may give the first gradient alone
        nearest, rest = self.nearest[:, :width], self.rest[:, :width]
        unit, known = self.unit[:, :width], self.known[:, :width]
        found = found.astype(np.float64)
        with np.errstate(all="ignore"):
            error = np.abs((found - nearest) - rest) / unit
            near_the_end = np.abs(nearest) + 16 * unit >= self.largest
        endless = np.isinf(found) & near_the_end & (np.sign(found) == np.sign(nearest))
        error[endless] = 0
        error[np.isnan(error)] = inf
        return np.where(known, error, 0)


def attempt(function, cases, one_by_one):
    """Return one row of results per case, and in how many cases it warned, and failed.

    All at once where that is quiet; else each case alone, to see which it was.
    """
    if not one_by_one:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return flat(function(*cases), len(cases[0])), 0, 0
        except Exception:  # of a library: whatever it is, the cases below tell
            pass
    rows, warned, failed = [], 0, 0
    for k in range(len(cases[0])):
        case = [array[k] if one_by_one else array[k : k + 1] for array in cases]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                rows.append(flat(function(*case), 1)[0])
            except Exception:
                rows.append(None)
                failed += 1
        warned += bool(caught)
    width = max((len(each) for each in rows if each is not None), default=1)
    lost = np.full(width, np.nan)
    return np.array([lost if each is None else each for each in rows]), warned, failed
