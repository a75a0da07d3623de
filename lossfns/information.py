"""Surprise and what is built from it: entropy, cross-entropy, divergences, perplexity.

Distributions are non-negative and sum to 1 along `axis` (within the square root of their dtype's
machine epsilon); others are refused, never rescaled. 0 log 0 counts as 0. The unit is the nat;
`base=2` gives bits.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from lossfns._blocks import elementwise, per_example
from lossfns._numerics import excess, sum_rows, weighted
from lossfns._validation import (
    FloatArray,
    Floats,
    distributions,
    float_arrays,
    in_unit_interval,
    not_negative,
    number,
)
from lossfns.masks import over_kept

CLOSE = 0.5  # a sum of this many nats is large beside the rounding of its terms


def surprisal(p: ArrayLike, *, base: float = np.e) -> Floats:
    """Surprise at an outcome of probability `p`: -log(p).

    Parameters
    ----------
    p : array_like of float, any shape
        Probabilities, each between 0 and 1; they need not sum to 1.
    base : float, default e
        Base of the logarithm, greater than 1: e gives nats, 2 gives bits.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape; inf where `p` is 0.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a probability lies outside [0, 1] or `base` is not greater than 1.

    References
    ----------
    C. E. Shannon, "A Mathematical Theory of Communication", Bell System Technical Journal 27, 1948.

    Examples
    --------
    The sun rose; snow in Miami in July; the impossible happened:

    >>> from lossfns import surprisal
    >>> print(*surprisal([0.999, 0.001, 0.0]).round(4))
    0.001 6.9078 inf
    """
    dtype, (p,) = float_arrays(p=p)
    in_unit_interval(p, "p")
    scale = _nats(base)

    def formula(p: FloatArray, out: FloatArray) -> None:
        np.log(p, out=out)
        out /= -scale
        out += 0

    return elementwise(formula, p, dtype=dtype)


def entropy(p: ArrayLike, *, base: float = np.e, axis: int = -1) -> Floats:
    """Average surprise of a distribution: -Σ p log p.

    Parameters
    ----------
    p : array_like of float, shape (..., outcomes, ...)
        Distributions along `axis`.
    base : float, default e
        Base of the logarithm, greater than 1: e gives nats, 2 gives bits.
    axis : int, default -1
        The axis of the outcomes.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `p` without `axis`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If `p` does not hold distributions along `axis`, or `base` is not greater than 1.

    Examples
    --------
    A certain outcome breaks the formula as written, and so does hiding that behind a tiny number:

    >>> import numpy as np
    >>> from lossfns import entropy
    >>> certain = np.array([1.0, 0.0])
    >>> with np.errstate(divide="ignore", invalid="ignore"):
    ...     print(-np.sum(certain * np.log(certain)))
    nan
    >>> print(-np.sum(certain * np.log(np.maximum(certain, 1e-15))))
    -0.0
    >>> print(entropy(certain))
    0.0
    >>> print(entropy([0.5, 0.5], base=2))
    1.0
    """
    dtype, (p,) = distributions(axis, p=p)
    scale = _nats(base)
    return per_example(lambda p: _expected(p, p) / scale, p, axis=axis, dtype=dtype)


def cross_entropy(
    p: ArrayLike,
    q: ArrayLike,
    *,
    base: float = np.e,
    axis: int = -1,
    where: ArrayLike | None = None,
) -> Floats:
    """Average surprise of someone who expects `q` when `p` happens: -Σ p log q.

    Parameters
    ----------
    p, q : array_like of float, equal shapes (..., outcomes, ...)
        Distributions along `axis`: what happens, and what was expected.
    base : float, default e
        Base of the logarithm, greater than 1: e gives nats, 2 gives bits.
    axis : int, default -1
        The axis of the outcomes.
    where : array_like of bool, the shape of the result, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `p` without `axis`; inf where something happens that `q` calls impossible.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If the shapes differ, `p` or `q` does not hold distributions along `axis`, or `base` is not
        greater than 1.

    See Also
    --------
    softmax_cross_entropy : The same from logits, without the underflow of small probabilities.

    Examples
    --------
    Clipping turns an infinite cost into a number that depends on the clip:

    >>> import numpy as np
    >>> from lossfns import cross_entropy
    >>> p, q = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    >>> print(-np.sum(p * np.log(np.clip(q, 1e-15, 1))).round(2))
    34.54
    >>> print(cross_entropy(p, q))
    inf
    >>> print(cross_entropy([0.9, 0.1], [0.8, 0.2]).round(4))
    0.3618
    """
    if where is not None:
        return over_kept(partial(cross_entropy, base=base), where, axis=axis, p=p, q=q)
    dtype, (p, q) = distributions(axis, p=p, q=q)
    scale = _nats(base)
    return per_example(lambda p, q: _expected(p, q) / scale, p, q, axis=axis, dtype=dtype)


def kl_divergence(
    p: ArrayLike,
    q: ArrayLike,
    *,
    base: float = np.e,
    axis: int = -1,
    where: ArrayLike | None = None,
) -> Floats:
    """Surprise wasted by expecting `q` when `p` happens: Σ p log(p / q).

    It is cross_entropy(p, q) - entropy(p), never negative, 0 only for equal distributions, and not
    symmetric [1]_.

    Parameters
    ----------
    p, q : array_like of float, equal shapes (..., outcomes, ...)
        Distributions along `axis`: what happens, and what was expected.
    base : float, default e
        Base of the logarithm, greater than 1: e gives nats, 2 gives bits.
    axis : int, default -1
        The axis of the outcomes.
    where : array_like of bool, the shape of the result, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `p` without `axis`; inf where something happens that `q` calls impossible.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If the shapes differ, `p` or `q` does not hold distributions along `axis`, or `base` is not
        greater than 1.

    Notes
    -----
    The sum is taken of p log(p / q) - p + q. The added terms cancel over two distributions, and
    each summand is then never negative and exact to a few ulp, so nothing cancels however close `p`
    and `q` are. Where rounding keeps them from adding up to the same, Σ p log(p / q) as it is
    written differs by as much: by |Σ p - Σ q|.

    References
    ----------
    .. [1] S. Kullback and R. A. Leibler, "On Information and Sufficiency", Annals of Mathematical
       Statistics 22(1), 79-86, 1951.

    Examples
    --------
    For two nearly equal distributions the textbook sum drowns in rounding, here below zero:

    >>> import numpy as np
    >>> from lossfns import kl_divergence
    >>> p, q = np.array([0.4, 0.6]), np.array([0.4 + 1e-9, 0.6 - 1e-9])
    >>> print(f"{np.sum(p * np.log(p / q)):.0e} {kl_divergence(p, q):.4e}")
    -9e-17 2.0833e-18
    >>> print(kl_divergence([0.9, 0.1], [0.8, 0.2], base=2).round(4))
    0.0529
    """
    if where is not None:
        return over_kept(partial(kl_divergence, base=base), where, axis=axis, p=p, q=q)
    dtype, (p, q) = distributions(axis, p=p, q=q)
    scale = _nats(base)
    return per_example(lambda p, q: _divergence(p, q, q - p) / scale, p, q, axis=axis, dtype=dtype)


def js_divergence(
    p: ArrayLike,
    q: ArrayLike,
    *,
    base: float = np.e,
    axis: int = -1,
    where: ArrayLike | None = None,
) -> Floats:
    """Jensen-Shannon divergence: the mean KL divergence of `p` and of `q` from their average.

    It is symmetric, always finite, and at most log 2: 0.6931 nats, or one bit [1]_.

    Parameters
    ----------
    p, q : array_like of float, equal shapes (..., outcomes, ...)
        Distributions along `axis`.
    base : float, default e
        Base of the logarithm, greater than 1: e gives nats, 2 gives bits.
    axis : int, default -1
        The axis of the outcomes.
    where : array_like of bool, the shape of the result, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `p` without `axis`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If the shapes differ, `p` or `q` does not hold distributions along `axis`, or `base` is not
        greater than 1.

    References
    ----------
    .. [1] J. Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Transactions on
       Information Theory 37(1), 145-151, 1991.

    Examples
    --------
    >>> from lossfns import js_divergence, kl_divergence
    >>> p, q = [1.0, 0.0], [0.0, 1.0]
    >>> print(kl_divergence(p, q), js_divergence(p, q, base=2))
    inf 1.0
    """
    if where is not None:
        return over_kept(partial(js_divergence, base=base), where, axis=axis, p=p, q=q)
    dtype, (p, q) = distributions(axis, p=p, q=q)
    scale = _nats(base)

    return per_example(lambda p, q: _mean_divergence(p, q) / scale, p, q, axis=axis, dtype=dtype)


def perplexity(nll: ArrayLike) -> Floats:
    """Number of equally likely choices that would be as surprising: exp(nll) [1]_.

    Take the mean of the losses first: the mean of perplexities is another, larger number.

    Parameters
    ----------
    nll : array_like of float, any shape
        Mean negative log-likelihood (cross-entropy) in **nats**; not negative.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, at least 1; inf where the exponential overflows.

    Raises
    ------
    TypeError
        If `nll` does not hold real numbers.
    ValueError
        If `nll` is negative.

    References
    ----------
    .. [1] F. Jelinek, R. L. Mercer, L. R. Bahl and J. K. Baker, "Perplexity: a measure of the
       difficulty of speech recognition tasks", J. Acoust. Soc. Am. 62(S1), S63, 1977.

    Examples
    --------
    A uniform guess over 44 characters is worth 44 choices:

    >>> import numpy as np
    >>> from lossfns import perplexity
    >>> print(perplexity(np.log(44)).round(4))
    44.0
    """
    dtype, (nll,) = float_arrays(nll=nll)
    not_negative(nll, "nll")
    return elementwise(np.exp, nll, dtype=dtype)


def _nats(base: float) -> float:
    return math.log(number(base, "base", "a number greater than 1", lambda base: base > 1))


def _expected(p: FloatArray, q: FloatArray) -> FloatArray:
    """Return -Σ p log q of rows; what never happens costs nothing."""
    terms = np.log(q)
    terms *= p
    total = sum_rows(terms)
    return -(total if np.isfinite(total).all() else sum_rows(weighted(p, np.log(q))))


def _divergence(p: FloatArray, q: FloatArray, gap: FloatArray) -> FloatArray:
    """Return Σ p log(p / q) - p + q of rows, where gap = q - p; exact to a few ulp.

    Where the sum is large its terms can be added as they are. Where it is small they cancel, term
    by term, and each needs more care.
    """
    terms = q / p
    np.fmin(terms, np.finfo(p.dtype).max, out=terms)  # for p = 0; beyond it q alone counts
    tiny = terms.min(axis=1) < np.finfo(p.dtype).tiny  # such a quotient has lost digits
    np.log(terms, out=terms)
    terms *= p
    np.subtract(gap, terms, out=terms)
    total = sum_rows(terms)
    close = tiny | ~(total > CLOSE)  # nan too
    if close.any():
        total[close] = sum_rows(_excess(p[close], q[close], gap[close]))
    return total


def _mean_divergence(p: FloatArray, q: FloatArray) -> FloatArray:
    """Return ½ Σ p log(2p / (p + q)) + ½ Σ q log(2q / (p + q)) of rows, in the same two ways."""
    both = p + q
    total = _logged(p, both) + _logged(q, both)
    close = ~(total > CLOSE / 2)
    if close.any():
        # ½ KL(p, ½(p + q)) = ¼ KL(2p, p + q), whose second argument can't underflow; and
        # (p + q) - 2p is q - p, which is exact where they are close
        p, q, both = p[close], q[close], both[close]
        gap = q - p
        total[close] = sum_rows(_excess(2 * p, both, gap) + _excess(2 * q, both, -gap)) / 2
    return total / 2


def _logged(p: FloatArray, both: FloatArray) -> FloatArray:
    terms = p / both
    terms *= 2
    np.fmax(terms, np.finfo(p.dtype).tiny, out=terms)  # for p = 0, which counts nothing
    np.log(terms, out=terms)
    terms *= p
    return sum_rows(terms)


def _excess(p: FloatArray, q: FloatArray, gap: FloatArray) -> FloatArray:
    """Return p log(p / q) - p + q, where gap = q - p: never negative, exact to a few ulp."""
    ratio = np.minimum(q / p, np.finfo(p.dtype).max)  # beyond it p log(q / p) is nothing beside q
    log_ratio = np.log(ratio)
    tiny = ratio < np.finfo(p.dtype).tiny  # it has lost digits
    if tiny.any():
        log_ratio[tiny] = np.log(q[tiny]) - np.log(p[tiny])
    apart = np.maximum(gap - weighted(p, log_ratio), 0)
    close = (gap > -0.4 * p) & (gap < 0.65 * p)
    return np.where(p == 0, q, np.where(close, p * excess(gap / p), apart))
