"""The bank's numbers: a named function of lossfns and its arguments, written as data.

A specification is a table such as::

    { call = "squared_error", args = [[2.5, 0.0], [3.0, -0.5]], reduce = "mean", digits = 4 }

An argument may be a specification itself. After the call, in this order: `item` picks one number,
`reduce` takes the "mean" or the "sum", `times` multiplies by a number, `over` divides by another
specification. `digits` says how many decimals are shown.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import lossfns

FIELDS: dict[str, tuple[Any, str]] = {
    "call": (str, "a name"),
    "args": (list, "a list"),
    "kwargs": (dict, "a table"),
    "item": ((int, list), "an index or a list of them"),
    "reduce": (str, "a name"),
    "times": ((int, float), "a number"),
    "over": (dict, "a table"),
    "digits": (int, "a whole number"),
}
REDUCTIONS: dict[str, Callable[..., Any]] = {"mean": np.mean, "sum": np.sum}
DIGITS = 4


def compute(spec):
    """Compute what a specification stands for.

    Parameters
    ----------
    spec : dict
        As described above.

    Returns
    -------
    float or ndarray
        One number, or as many as the function returns.

    Raises
    ------
    ValueError
        An unknown field, function or reduction, or arguments that the function refuses.

    Examples
    --------
    >>> compute({"call": "surprisal", "args": [0.5], "times": -1})
    -0.6931471805599453
    """
    unknown = sorted(set(spec) - set(FIELDS))
    if unknown:
        raise ValueError(f"expected only the fields {', '.join(FIELDS)}, got {', '.join(unknown)}")
    for field in ("call", "args", *spec):
        kind, words = FIELDS[field]
        if not isinstance(spec.get(field), kind) or isinstance(spec.get(field), bool):
            raise ValueError(f"{field} must be {words}, got {spec.get(field)!r}")
    name = spec["call"]
    function = getattr(lossfns, name, None)
    if name not in lossfns.__all__ or not callable(function) or isinstance(function, type):
        raise ValueError(f"call must name a function of lossfns, got {name!r}")
    arguments = [compute(value) if isinstance(value, dict) else value for value in spec["args"]]
    try:
        value = np.asarray(function(*arguments, **spec.get("kwargs", {})))
        value = value[tuple(np.atleast_1d(spec["item"]))] if "item" in spec else value
    except (TypeError, ValueError, IndexError) as error:
        raise ValueError(f"{name} refuses the arguments: {error}") from error
    if "reduce" in spec:
        if spec["reduce"] not in REDUCTIONS:
            raise ValueError(f'reduce must be "mean" or "sum", got {spec["reduce"]!r}')
        value = REDUCTIONS[spec["reduce"]](value)
    value = value * spec.get("times", 1)
    if "over" in spec:
        value = value / compute(spec["over"])
    return float(value) if np.ndim(value) == 0 else value


def tolerance(value):
    """How far a reader's number may lie from a value and still be it.

    As far as the value rounded to two significant digits, so that it may be rounded but not to
    one digit; and half a percent in any case, which hand-rounded steps on the way cost.

    Examples
    --------
    >>> ln_2 = 0.693147
    >>> [abs(typed - ln_2) <= tolerance(ln_2) for typed in (0.69, 0.694, 0.7)]
    [True, True, False]
    """
    return max(abs(float(f"{value:.1e}") - value), 0.005 * abs(value))


def shown(value, digits=DIGITS):
    """Write a number, or several, for people: fixed digits and a true minus sign.

    Examples
    --------
    >>> shown([-0.392, 0.32]), shown(11013.7, 0), shown(float("inf"))
    ('[−0.3920, 0.3200]', '11,014', '∞')
    """
    if np.ndim(value):
        return f"[{', '.join(shown(item, digits) for item in value)}]"
    if np.isinf(value):
        return "−∞" if value < 0 else "∞"
    # Adding zero turns a rounded −0.0 into 0.0.
    return f"{round(float(value), digits) + 0:,.{digits}f}".replace("-", "−")
