"""Losses for learning from preferences: of two answers, people liked one better."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lossfns._blocks import elementwise
from lossfns._numerics import sigmoid_of, softplus_of
from lossfns._validation import FloatArray, FloatDType, Floats, equal_shapes, number


def pair_loss(better: ArrayLike, worse: ArrayLike) -> Floats:
    """Surprisal of a preference under the scores of a pair, elementwise: -log σ(better - worse).

    The model behind it (Bradley and Terry) says that an answer wins with probability σ of how much
    higher its score is. Reward models are trained with it: binary cross-entropy whose logit is the
    difference, whose label is always 1. Only differences count: adding a number to all scores
    changes nothing, so the scores have no zero of their own.

    Parameters
    ----------
    better, worse : array_like of float, equal shapes
        Scores of the answer that was preferred and of the other one.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in nats; log 2 where the scores are equal.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ.

    References
    ----------
    R. A. Bradley, M. E. Terry, Rank Analysis of Incomplete Block Designs, Biometrika 39, 1952.

    L. Ouyang et al., Training language models to follow instructions with human feedback, 2022,
    arXiv:2203.02155, equation 1.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import pair_loss
    >>> pair_loss([2.0, 0.0, -2.0], [0.0, 0.0, 0.0]).round(4)
    array([0.1269, 0.6931, 2.1269])

    The formula as it is written breaks for a pair that is far apart; this does not:

    >>> with np.errstate(over="ignore", divide="ignore"):
    ...     print(-np.log(1 / (1 + np.exp(1000.0))))
    inf
    >>> pair_loss(0.0, 1000.0)
    np.float64(1000.0)
    """
    dtype, (better, worse) = equal_shapes(better=better, worse=worse)

    def formula(better: FloatArray, worse: FloatArray, out: FloatArray) -> None:
        softplus_of(worse - better, out)

    return elementwise(formula, better, worse, dtype=dtype)


def pair_loss_grad(better: ArrayLike, worse: ArrayLike) -> Floats:
    """Gradient of `pair_loss` with respect to the better scores: -σ(worse - better).

    With respect to the worse ones it is the negative of this: what one gains, the other loses.
    Parameters and errors are those of `pair_loss`.

    Examples
    --------
    A pair in the right order by far is left alone; one in the wrong order gets the full push:

    >>> from lossfns import pair_loss_grad
    >>> pair_loss_grad([5.0, 0.0, -5.0], [0.0, 0.0, 0.0]).round(3)
    array([-0.007, -0.5  , -0.993])
    """
    dtype, (better, worse) = equal_shapes(better=better, worse=worse)

    def formula(better: FloatArray, worse: FloatArray, out: FloatArray) -> None:
        sigmoid_of(worse - better, out)
        np.subtract(0, out, out=out)

    return elementwise(formula, better, worse, dtype=dtype)


def dpo_loss(
    policy_better: ArrayLike,
    policy_worse: ArrayLike,
    reference_better: ArrayLike,
    reference_worse: ArrayLike,
    *,
    beta: float = 0.1,
) -> Floats:
    """Direct preference optimisation: `pair_loss` of how much each answer gained, elementwise.

    -log σ(β [(policy_better - reference_better) - (policy_worse - reference_worse)]). The score of
    an answer is β times the logarithm of how much likelier the policy makes it than the reference
    does, so no reward model is needed.

    Parameters
    ----------
    policy_better, policy_worse : array_like of float, equal shapes
        Log-probabilities, in nats, of whole answers (their tokens' summed, not averaged) under the
        model in training.
    reference_better, reference_worse : array_like of float, same shape
        The same under the model that it started from, which stays as it is.
    beta : float, default 0.1
        Positive. A large one ties the policy to the reference.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in nats; log 2 where the policy is the reference.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, or `beta` is not positive.

    Notes
    -----
    Log-probabilities are not refused above 0: densities have such.

    References
    ----------
    R. Rafailov et al., Direct Preference Optimization: Your Language Model is Secretly a Reward
    Model, 2023, arXiv:2305.18290, equation 7.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import dpo_loss
    >>> print(dpo_loss(-12.0, -15.0, -12.0, -15.0).round(4))
    0.6931

    Only the *difference* of the two gains counts. The loss falls here although the preferred answer
    became a hundred times less likely: the other one fell further.

    >>> fall = np.log(100)
    >>> print(dpo_loss(-12.0 - fall, -15.0 - 3 * fall, -12.0, -15.0).round(4))
    0.3351
    """
    dtype, answers, beta = _answers(
        policy_better, policy_worse, reference_better, reference_worse, beta
    )

    def formula(*answers_and_out: FloatArray) -> None:
        *answers, out = answers_and_out
        softplus_of(_doubt(beta, *answers), out)

    return elementwise(formula, *answers, dtype=dtype)


def dpo_loss_grad(
    policy_better: ArrayLike,
    policy_worse: ArrayLike,
    reference_better: ArrayLike,
    reference_worse: ArrayLike,
    *,
    beta: float = 0.1,
) -> tuple[Floats, Floats]:
    """Gradients of `dpo_loss` with respect to both of the policy's log-probabilities.

    -β σ(-margin) at the better answer and its negative at the worse one, where the margin is what
    stands in the loss's σ. Parameters and errors are those of `dpo_loss`.

    Returns
    -------
    tuple of ndarray or NumPy scalar
        At `policy_better` and at `policy_worse`, in their shape.

    Examples
    --------
    Both answers move, by the same amount, whatever their likelihoods:

    >>> from lossfns import dpo_loss_grad
    >>> print(*dpo_loss_grad(-12.0, -15.0, -12.0, -15.0, beta=0.5))
    -0.25 0.25
    """
    dtype, answers, beta = _answers(
        policy_better, policy_worse, reference_better, reference_worse, beta
    )

    def formula(*answers_and_out: FloatArray) -> None:
        *answers, out = answers_and_out
        sigmoid_of(_doubt(beta, *answers), out)
        out *= beta

    slope = elementwise(formula, *answers, dtype=dtype)
    return 0 - slope, slope


def _answers(
    policy_better: ArrayLike,
    policy_worse: ArrayLike,
    reference_better: ArrayLike,
    reference_worse: ArrayLike,
    beta: float,
) -> tuple[FloatDType, list[FloatArray], float]:
    """Return dtype, the four log-probabilities and `beta`."""
    dtype, answers = equal_shapes(
        policy_better=policy_better,
        policy_worse=policy_worse,
        reference_better=reference_better,
        reference_worse=reference_worse,
    )
    return dtype, answers, number(beta, "beta", "a positive number", lambda value: value > 0)


def _doubt(
    beta: float,
    policy_better: FloatArray,
    policy_worse: FloatArray,
    reference_better: FloatArray,
    reference_worse: FloatArray,
) -> FloatArray:
    """Return the margin with its sign changed."""
    doubt = policy_worse - reference_worse
    doubt -= policy_better - reference_better
    doubt *= beta
    lost = ~np.isfinite(doubt)
    if lost.any():  # perhaps only a part of it is too large
        answers = (policy_worse, reference_worse, policy_better, reference_better)
        worse, its_reference, better, reference = (each[lost] / 4 for each in answers)
        doubt[lost] = 4 * (beta * ((worse - its_reference) - (better - reference)))
    return doubt
