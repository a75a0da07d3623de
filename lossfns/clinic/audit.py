"""Say what a loss function computes, and where it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lossfns.judging.display import Message


@dataclass(frozen=True, repr=False)
class Audit(Message):
    """What an audit found, as one page of text or HTML.

    like : what the loss was meant to be
    outcome : "agrees", "differs", "unstable" or "cannot call"
    mistake : the id of the known mistake that gives exactly these numbers, or that is behind the
        first failure at an extreme; None if there is none
    limits : ids of what fails at the very limits (a logit of +∞, a loss below the floats' step),
        which does not count against a loss
    takes, returns : the convention that was found, in words
    framework : the one it was called in
    """

    like: str
    outcome: str
    mistake: str | None = None
    limits: tuple[str, ...] = ()
    takes: str = ""
    returns: str = ""
    framework: str = ""


def audit(
    loss: Callable[..., Any],
    *,
    like: str,
    gradient: Callable[..., Any] | None = None,
    framework: str | None = None,
) -> Audit:
    """Find out what a loss function computes, and whether it is what it is meant to be.

    Parameters
    ----------
    loss : callable
        A loss in NumPy, PyTorch, JAX or Keras. How it takes its arguments is found out: logits or
        probabilities, class indices or one-hot, their order, the class axis, whether it returns
        one value per example, a sum or a mean. Anything else it needs must have a default.
    like : str
        What it is meant to be: a loss of this package, ``"label_smoothing"``,
        ``"weighted_cross_entropy"`` or ``"masked_cross_entropy"``.
    gradient : callable, optional
        Its gradient with respect to the scores, with the same arguments. Without it the slope is
        the framework's own, in NumPy that of central differences.
    framework : {"numpy", "torch", "jax", "keras"}, optional
        Found out from the code if not given.

    Returns
    -------
    Audit
        In a notebook it shows itself. `outcome` is "agrees", "differs", "unstable" (right on
        ordinary inputs, wrong at an extreme, the smallest of which is shown) or "cannot call".

    Raises
    ------
    TypeError
        If `loss` or `gradient` can't be called.
    ValueError
        If `like` or `framework` is not known.

    See Also
    --------
    assert_loss : For a test.
    lossfns.explorers.explore_loss : Draws a loss of one yes-or-no guess.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.clinic import audit
    >>> found = audit(lambda p, y: np.mean((p - y) ** 2), like="squared_error")
    >>> found.outcome, found.returns
    ('agrees', 'the mean over all entries')
    >>> def cross_entropy(logits, labels):
    ...     p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    ...     return -np.log(p[np.arange(len(labels)), labels])
    >>> found = audit(cross_entropy, like="softmax_cross_entropy")
    >>> found.outcome, found.mistake
    ('unstable', 'exp-overflow')
    """
    # What it needs is loaded when it is needed: the clinic has other doors.
    from lossfns.clinic.examination import examine

    return examine(loss, like, gradient, framework)


def assert_loss(
    loss: Callable[..., Any],
    *,
    like: str,
    gradient: Callable[..., Any] | None = None,
    framework: str | None = None,
) -> None:
    """Raise an AssertionError with the page of `audit` unless a loss agrees.

    Parameters and errors are those of `audit`.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.clinic import assert_loss
    >>> assert_loss(lambda p, y: np.abs(p - y).sum(), like="absolute_error")
    >>> assert_loss(lambda p, y: np.abs(p - y), like="squared_error")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: ✗ differs from squared_error: Absolute errors are averaged.
    ...
    """
    found = audit(loss, like=like, gradient=gradient, framework=framework)
    assert found.outcome == "agrees", repr(found)
