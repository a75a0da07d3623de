"""Draw what several chapters ask about."""

import numpy as np
from numpy.typing import NDArray


def three_probabilities(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return three probabilities in whole hundredths, each such triple as likely as any other.

    Examples
    --------
    >>> three_probabilities(np.random.default_rng(0))
    array([0.64, 0.2 , 0.16])
    """
    cuts = np.sort(rng.choice(np.arange(1, 100), 2, replace=False))
    return np.diff([0, *cuts, 100]) / 100
