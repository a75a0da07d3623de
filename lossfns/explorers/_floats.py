"""What floats make of the plain formulas: the table behind the float explorer.

A browser's own float32 differs from NumPy's, so each number is computed here in its dtype.
"""

import numpy as np

import lossfns

DTYPES = ("float16", "float32", "float64")
CLIP = 1e-15
ROWS = ("exp(−z)", "sigmoid", "naive loss", "naive slope", "stable loss", "stable slope")
_SIZES = (
    *(0, 1, 2, 4, 6, 7, 7.7, 8, 9, 10, 11, 11.2, 12, 14, 16, 16.7, 17, 20, 25, 30, 34, 35, 36),
    *(36.8, 37, 40, 60, 88, 89, 100, 104, 110, 300, 700, 709, 710, 745, 800),
)
LOGITS = tuple(sorted({sign * size for size in _SIZES for sign in (-1.0, 1.0)}))


def naive_sigmoid(logits):
    """Return 1 / (1 + exp(-z)) as written, in the dtype of the logits."""
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-logits))


def naive_loss(logits, label):
    """Return the clipped binary cross-entropy of a naive sigmoid, and its slope by the chain rule.

    Where the clip holds the probability, nothing flows back through it: the slope is 0.
    """
    dtype = logits.dtype
    low, high = dtype.type(CLIP), dtype.type(1 - CLIP)
    label = dtype.type(label)
    one = dtype.type(1)
    with np.errstate(all="ignore"):
        p = naive_sigmoid(logits)
        clipped = np.clip(p, low, high)
        loss = -(label * np.log(clipped) + (one - label) * np.log(one - clipped))
        slope = -label / clipped + (one - label) / (one - clipped)
        return loss, slope * ((p >= low) & (p <= high)) * p * (one - p)


def _rows(logits, label):
    labels = np.full(logits.shape, label)
    with np.errstate(all="ignore"):
        exponential = np.exp(-logits)
    return [
        exponential,
        naive_sigmoid(logits),
        *naive_loss(logits, label),
        lossfns.sigmoid_binary_cross_entropy(logits, labels),
        lossfns.sigmoid_binary_cross_entropy_grad(logits, labels),
    ]


def _text(value):
    # JSON has no infinity and no nan; JavaScript and Python both read these words.
    if np.isfinite(value):
        return float(f"{value:.4g}")
    return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def first_logit(dtype, fails):
    """Return the smallest positive logit of a dtype for which `fails` holds, by bisection."""
    kind = np.dtype(dtype).type
    low, high = kind(0), kind(1000)
    while np.nextafter(low, high) < high:
        middle = kind((low + high) / 2)
        if fails(np.array(middle)):
            high = middle
        else:
            low = middle
    return float(high)


def float_table():
    """Return the table: for each dtype and label, the rows `ROWS` at each of `LOGITS`.

    Also, for each dtype, the first positive logit at which the sigmoid is exactly 1, and the
    first at which exp(z) overflows.
    """
    tables, limits = {}, {}
    for dtype in DTYPES:
        logits = np.array(LOGITS, dtype=dtype)
        tables[dtype] = [
            [[_text(value) for value in row] for row in _rows(logits, label)] for label in (0, 1)
        ]
        with np.errstate(over="ignore"):
            limits[dtype] = {
                "one": round(first_logit(dtype, lambda z: naive_sigmoid(z) == 1), 2),
                "overflow": round(first_logit(dtype, lambda z: np.isinf(np.exp(z))), 2),
            }
    short = [int(logit) if logit.is_integer() else logit for logit in LOGITS]
    return {"logits": short, "rows": list(ROWS), "tables": tables, "limits": limits}
