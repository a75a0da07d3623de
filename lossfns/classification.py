"""Losses for predicting a category, computed from logits (or scores), each with its gradient."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._blocks import block_of, classes_last, elementwise, per_class, per_example, tiles
from lossfns._numerics import (
    direction,
    log1p_exp_minus_size,
    shift,
    sigmoid_and_rest,
    sigmoid_of,
    sigmoid_residual,
    softmax_residual,
    softplus_of,
    sum_of_others,
    weighted,
    weighted_sum,
)
from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    binary,
    cast,
    categorical,
    class_axis,
    distributions,
    equal_shapes,
    float_array,
    float_arrays,
    integer_labels,
    number,
    slopes,
)
from lossfns.blockwise import (
    PartialCrossEntropy,
    finish_cross_entropy,
    label_slope,
    pick,
    softmax_into,
    summary_of_rows,
)
from lossfns.masks import kept, over_kept


def sigmoid_binary_cross_entropy(
    logits: ArrayLike, labels: ArrayLike, *, where: ArrayLike | None = None
) -> Floats:
    """Cross-entropy of a sigmoid's probability, elementwise: -y log p - (1 - y) log(1 - p).

    Parameters
    ----------
    logits : array_like of float, any shape
    labels : array_like, same shape
        0 or 1, or a probability between them. For several categories that may be true at once,
        give each its own logit and label.
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in nats, never negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ or a label lies outside [0, 1].

    Examples
    --------
    Clipping the probability caps the loss, and its gradient with it:

    >>> import numpy as np
    >>> from lossfns import sigmoid_binary_cross_entropy
    >>> p = 1 / (1 + np.exp(40.0))
    >>> print(-np.log(np.clip(p, 1e-15, 1 - 1e-15)).round(2))
    34.54
    >>> print(sigmoid_binary_cross_entropy(-40.0, 1))
    40.0
    >>> print(sigmoid_binary_cross_entropy(-4.5, 1).round(4))
    4.511
    """
    if where is not None:
        return over_kept(sigmoid_binary_cross_entropy, where, logits=logits, labels=labels)
    dtype, logits, labels = binary(logits, labels)
    return elementwise(_binary_cross_entropy, logits, labels, dtype=dtype)


def sigmoid_binary_cross_entropy_grad(
    logits: ArrayLike, labels: ArrayLike, *, where: ArrayLike | None = None
) -> Floats:
    """Gradient of `sigmoid_binary_cross_entropy` with respect to the logits: p - y.

    Parameters and errors are those of `sigmoid_binary_cross_entropy`.

    Examples
    --------
    >>> from lossfns import sigmoid_binary_cross_entropy_grad
    >>> sigmoid_binary_cross_entropy_grad([-4.5, 0.0, 4.5], [1, 1, 1]).round(4)
    array([-0.989, -0.5  , -0.011])
    """
    if where is not None:
        return over_kept(sigmoid_binary_cross_entropy_grad, where, logits=logits, labels=labels)
    dtype, logits, labels = binary(logits, labels)
    return elementwise(sigmoid_residual, logits, labels, dtype=dtype)


def softmax_cross_entropy(
    logits: ArrayLike, labels: ArrayLike, *, axis: int = -1, where: ArrayLike | None = None
) -> Floats:
    """Cross-entropy of a softmax's probabilities with labels that are distributions: -Σ y log p.

    Parameters
    ----------
    logits : array_like of float, shape (..., classes, ...)
    labels : array_like, same shape
        Distributions along `axis`, one-hot or soft.
    axis : int, default -1
        The axis of the classes.
    where : array_like of bool, the shape of the result, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `logits` without `axis`, in nats; at least the entropy of the labels.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If the shapes differ, `axis` does not exist or is empty, or `labels` are not distributions.

    See Also
    --------
    softmax_cross_entropy_with_integer_labels : For class numbers; needs far less memory.

    Examples
    --------
    Subtracting the maximum does not save the naive form: the small probability underflows.

    >>> import numpy as np
    >>> from lossfns import softmax, softmax_cross_entropy
    >>> with np.errstate(divide="ignore"):
    ...     print(-np.log(softmax([1000.0, 0.0])[1]))
    inf
    >>> print(softmax_cross_entropy([1000.0, 0.0], [0, 1]))
    1000.0
    >>> print(softmax_cross_entropy([2.0, 1.0, 0.5, -1.0, 0.1], [0, 0, 1, 0, 0]).round(4))
    2.0824
    """
    if where is not None:
        return over_kept(softmax_cross_entropy, where, axis=axis, logits=logits, labels=labels)
    dtype, logits, labels = categorical(logits, labels, axis)
    return per_example(_cross_entropy, logits, labels, axis=axis, dtype=dtype)


def softmax_cross_entropy_grad(
    logits: ArrayLike, labels: ArrayLike, *, axis: int = -1, where: ArrayLike | None = None
) -> FloatArray:
    """Gradient of `softmax_cross_entropy` with respect to the logits: p - y.

    Parameters and errors are those of `softmax_cross_entropy`; the result has the shape of
    `logits` and sums to zero along `axis`.

    Notes
    -----
    Exact to 4 ulp, and half an ulp for each unit of spread of the logits, where the label is
    one-hot. A soft label may agree with p, and then the difference cancels: so many ulp of the
    larger of the two is all that can be promised, since p itself is no better known.

    Labels whose sum is 1 only nearly, as float16 or float32 leave it, are taken as they are: the
    entries then sum to what is missing, and central differences differ by as much at one class.

    Examples
    --------
    >>> from lossfns import softmax_cross_entropy_grad
    >>> softmax_cross_entropy_grad([2.0, 1.0, 0.5, -1.0, 0.1], [0, 0, 1, 0, 0]).round(4)
    array([ 0.5585,  0.2055, -0.8754,  0.0278,  0.0835])
    """
    if where is not None:
        return over_kept(softmax_cross_entropy_grad, where, axis=axis, logits=logits, labels=labels)
    dtype, logits, labels = categorical(logits, labels, axis)
    return per_class(softmax_residual, logits, labels, axis=axis, dtype=dtype)


def softmax_cross_entropy_with_integer_labels(
    logits: ArrayLike, labels: ArrayLike, *, axis: int = -1, where: ArrayLike | None = None
) -> Floats:
    """Cross-entropy of a softmax's probabilities with class numbers: -log p[label].

    The logits are read block by block, with a running maximum and sum (`partial_cross_entropy`), so
    that a vocabulary of any size costs about a megabyte beyond them.

    Parameters
    ----------
    logits : array_like of float, shape (..., classes, ...)
    labels : array_like of int
        The shape of `logits` without `axis`; each in 0 … classes - 1.
    axis : int, default -1
        The axis of the classes.
    where : array_like of bool, the shape of `labels`, optional
        True where a position counts; the others cost 0, whatever stands there: their label may be
        any integer. (To leave out classes, set their logits to -inf.)

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `labels`, in nats, never negative.

    Raises
    ------
    TypeError
        If `logits` are not real numbers, or `labels` or `axis` are not integers (bool is not).
    ValueError
        If the shapes don't fit, `axis` does not exist or is empty, or a label is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import softmax_cross_entropy_with_integer_labels
    >>> logits = np.array([[2.0, 1.0, 0.5, -1.0, 0.1], [0.0, 1000.0, 0.0, 0.0, 0.0]])
    >>> with np.errstate(over="ignore", invalid="ignore"):
    ...     p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    ...     print(-np.log(p[[0, 1], [2, 1]]).round(4))
    [2.0824    nan]
    >>> softmax_cross_entropy_with_integer_labels(logits, [2, 1]).round(4)
    array([2.0824, 0.    ])

    A label of -100 marks what does not count. It is no class, and without `where` it is refused:

    >>> labels = np.array([2, -100])
    >>> softmax_cross_entropy_with_integer_labels(logits, labels, where=labels != -100).round(4)
    array([2.0824, 0.    ])
    """
    logits, labels, axis, keep = _indexed(logits, labels, axis, where)
    loss = finish_cross_entropy(summary_of_rows(classes_last(logits, axis), labels))
    return cast(loss if keep is None else np.where(keep, loss, 0), logits.dtype)


def softmax_cross_entropy_with_integer_labels_grad(
    logits: ArrayLike, labels: ArrayLike, *, axis: int = -1, where: ArrayLike | None = None
) -> FloatArray:
    """Gradient of `softmax_cross_entropy_with_integer_labels` with respect to the logits: p - y.

    Here y is 1 at the label and 0 elsewhere. The result has the shape of `logits` and is the only
    array of that size; parameters and errors are those of
    `softmax_cross_entropy_with_integer_labels`.

    Examples
    --------
    What the true class gains, the others share:

    >>> from lossfns import softmax_cross_entropy_with_integer_labels_grad
    >>> softmax_cross_entropy_with_integer_labels_grad([2.0, 1.0, 0.5, -1.0, 0.1], 2).round(4)
    array([ 0.5585,  0.2055, -0.8754,  0.0278,  0.0835])
    """
    logits, labels, axis, keep = _indexed(logits, labels, axis, where)
    grad = np.empty_like(logits)
    with np.errstate(all="ignore"):
        summary = softmax_into(classes_last(grad, axis), classes_last(logits, axis))
        whole = PartialCrossEntropy(*summary, pick(classes_last(logits, axis), labels))
        at_label = np.asarray(slopes(label_slope(whole), logits.dtype))
        if logits.ndim == 2 and axis == 1:
            grad[np.arange(len(labels)), labels] = at_label
        else:
            np.put_along_axis(
                grad, np.expand_dims(labels, axis), np.expand_dims(at_label, axis), axis
            )
    if keep is not None:
        classes_last(grad, axis)[~keep] = 0
    return grad


def hinge_loss(scores: ArrayLike, labels: ArrayLike, *, where: ArrayLike | None = None) -> Floats:
    """Hinge loss, elementwise: max(0, 1 - label * score).

    Nothing to pay beyond a margin of 1; the score is not a probability, nor a logit [1]_.

    Parameters
    ----------
    scores : array_like of float, any shape
    labels : array_like, same shape
        -1 or +1.
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, never negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ or a label is neither -1 nor +1.

    References
    ----------
    .. [1] C. Cortes and V. Vapnik, "Support-Vector Networks", Machine Learning 20, 273-297, 1995.

    Examples
    --------
    >>> from lossfns import hinge_loss
    >>> hinge_loss([-1.4, -0.9, 0.95], [1, -1, 1])
    array([2.4 , 0.1 , 0.05])

    With labels of 0 and 1 the formula would charge 1 for every example of class 0, whatever its
    score:

    >>> hinge_loss([-9.0, 9.0], [0, 1])
    Traceback (most recent call last):
    ValueError: labels must be -1 or +1, got 0.0
    """
    if where is not None:
        return over_kept(hinge_loss, where, scores=scores, labels=labels)
    dtype, scores, labels = _signed(scores, labels)

    def formula(scores: FloatArray, labels: FloatArray, out: FloatArray) -> None:
        np.multiply(labels, scores, out=out)
        np.subtract(1, out, out=out)
        np.maximum(out, 0, out=out)

    return elementwise(formula, scores, labels, dtype=dtype)


def hinge_loss_grad(
    scores: ArrayLike, labels: ArrayLike, *, where: ArrayLike | None = None
) -> Floats:
    """Gradient of `hinge_loss` with respect to the scores: -label inside the margin, else 0.

    At the kink, label * score = 1, it is the subgradient 0. Parameters and errors are those of
    `hinge_loss`.

    Examples
    --------
    >>> from lossfns import hinge_loss_grad
    >>> hinge_loss_grad([-1.4, -0.9, 0.95, 1.0], [1, -1, 1, 1])
    array([-1.,  1., -1.,  0.])
    """
    if where is not None:
        return over_kept(hinge_loss_grad, where, scores=scores, labels=labels)
    dtype, scores, labels = _signed(scores, labels)

    def formula(scores: FloatArray, labels: FloatArray, out: FloatArray) -> None:
        # the sign of what is missing, and nothing where nothing is
        np.multiply(labels, scores, out=out)
        np.subtract(1, out, out=out)
        np.maximum(out, 0, out=out)
        direction(out)
        out *= labels
        np.subtract(0, out, out=out)

    return elementwise(formula, scores, labels, dtype=dtype)


def sigmoid_focal_loss(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    alpha: float | None = None,
    gamma: float = 2.0,
    where: ArrayLike | None = None,
) -> Floats:
    """Binary cross-entropy that turns down what is already right, elementwise.

    -a (1 - p_t)^gamma log p_t, where p_t is the probability given to the true label, and a is
    `alpha` for label 1 and 1 - `alpha` for label 0 (1 for both without `alpha`) [1]_.

    Parameters
    ----------
    logits : array_like of float, any shape
    labels : array_like, same shape
        0 or 1.
    alpha : float, optional
        Weight of label 1, between 0 and 1.
    gamma : float, default 2.0
        How fast easy examples fade; not negative. 0 gives the cross-entropy.
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in nats, never negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, a label is neither 0 nor 1, or `alpha` or `gamma` is out of range.

    Notes
    -----
    Loss and gradient are exact to 8 ulp, and 3 more for each unit of `gamma`: a power multiplies
    the relative error of its base.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal Loss for Dense Object
       Detection", ICCV 2017, arXiv:1708.02002.

    Examples
    --------
    At p_t = 0.9 the loss is a hundred times smaller than cross-entropy:

    >>> import numpy as np
    >>> from lossfns import sigmoid_binary_cross_entropy, sigmoid_focal_loss
    >>> z = np.log(9.0)
    >>> print((sigmoid_binary_cross_entropy(z, 1) / sigmoid_focal_loss(z, 1)).round(6))
    100.0
    """
    if where is not None:
        return over_kept(
            partial(sigmoid_focal_loss, alpha=alpha, gamma=gamma),
            where,
            logits=logits,
            labels=labels,
        )
    dtype, logits, labels = _two_classes(logits, labels)
    alpha, gamma = _alpha(alpha), _gamma(gamma)

    def formula(logits: FloatArray, labels: FloatArray, out: FloatArray) -> None:
        # with s = ±1 for the labels and m = s z, p_t = sigmoid(m) and -log p_t = softplus(-m)
        sign = 2 * labels - 1
        doubt = -sign * logits
        weights = _share(sign, alpha) * sigmoid_of(doubt) ** gamma
        np.copyto(out, weighted(weights, softplus_of(doubt)))

    return elementwise(formula, logits, labels, dtype=dtype)


def sigmoid_focal_loss_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    alpha: float | None = None,
    gamma: float = 2.0,
    where: ArrayLike | None = None,
) -> Floats:
    """Gradient of `sigmoid_focal_loss` with respect to the logits.

    s a (1 - p_t)^gamma (gamma p_t log p_t + p_t - 1), with s = +1 for label 1 and -1 for label 0.
    Parameters and errors are those of `sigmoid_focal_loss`.

    Examples
    --------
    The gradient fades less than the loss does, and below p_t = 0.3 it is louder than that of
    cross-entropy:

    >>> import numpy as np
    >>> from lossfns import sigmoid_binary_cross_entropy_grad, sigmoid_focal_loss_grad
    >>> p = np.array([0.058, 0.9])
    >>> z = np.log(p / (1 - p))
    >>> sigmoid_binary_cross_entropy_grad(z, [1, 1]).round(4)
    array([-0.942, -0.1  ])
    >>> sigmoid_focal_loss_grad(z, [1, 1]).round(4)
    array([-1.129 , -0.0029])
    """
    if where is not None:
        return over_kept(
            partial(sigmoid_focal_loss_grad, alpha=alpha, gamma=gamma),
            where,
            logits=logits,
            labels=labels,
        )
    dtype, logits, labels = _two_classes(logits, labels)
    alpha, gamma = _alpha(alpha), _gamma(gamma)

    def formula(logits: FloatArray, labels: FloatArray, out: FloatArray) -> None:
        sign = 2 * labels - 1
        margin = sign * logits
        p, missing = sigmoid_and_rest(margin)
        slope = -gamma * weighted(p, softplus_of(-margin)) - missing
        np.multiply(sign * _share(sign, alpha) * missing**gamma, slope, out=out)
        out += 0

    return elementwise(formula, logits, labels, dtype=dtype)


def softmax_focal_loss(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    where: ArrayLike | None = None,
) -> Floats:
    """Cross-entropy of one of K that turns down what is already right: -(1 - p_t)^gamma log p_t.

    p_t is the softmax's probability of the labelled class. `sigmoid_focal_loss` asks yes or no
    [1]_; with two classes the two agree.

    Parameters
    ----------
    logits : array_like of float, shape (..., classes, ...)
    labels : array_like of int
        The shape of `logits` without `axis`; each in 0 … classes - 1.
    gamma : float, default 2.0
        How fast easy examples fade; not negative. 0 gives the cross-entropy.
    axis : int, default -1
        The axis of the classes.
    where : array_like of bool, the shape of `labels`, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `labels`, in nats, never negative. Multiply by a weight per class yourself.

    Raises
    ------
    TypeError
        If `logits` are not real numbers, or `labels` or `axis` are not integers (bool is not).
    ValueError
        If the shapes don't fit, `axis` does not exist or is empty, a label is out of range, or
        `gamma` is negative.

    Notes
    -----
    As for `sigmoid_focal_loss`, each unit of `gamma` costs 3 ulp more: a power multiplies the
    rounding errors of what it is a power of.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal Loss for Dense Object
       Detection", ICCV 2017, arXiv:1708.02002.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import softmax_focal_loss
    >>> logits = np.log([[0.9, 0.05, 0.05], [0.1, 0.1, 0.8]])
    >>> print(*softmax_focal_loss(logits, [0, 0]).round(4))
    0.0011 1.8651
    """
    dtype, (wide,) = float_arrays(logits=logits)
    gamma = _gamma(gamma)
    loss = softmax_cross_entropy_with_integer_labels(wide, labels, axis=axis, where=where)
    with np.errstate(all="ignore"):
        return cast((-np.expm1(-loss)) ** gamma * loss, dtype)


def softmax_focal_loss_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    where: ArrayLike | None = None,
) -> FloatArray:
    """Gradient of `softmax_focal_loss` with respect to the logits: p - y, times a volume.

    The volume, (1 - p_t)^gamma [1 - gamma p_t log p_t / (1 - p_t)], is the same for all classes of
    an example. Parameters and errors are those of `softmax_focal_loss`; the result has the shape of
    `logits` and sums to zero along `axis`.

    Examples
    --------
    Right and sure, it whispers; wrong and sure, it is louder than p - y:

    >>> import numpy as np
    >>> from lossfns import softmax_focal_loss_grad
    >>> logits = np.log([[0.9, 0.05, 0.05], [0.1, 0.1, 0.8]])
    >>> softmax_focal_loss_grad(logits, [0, 0]).round(4)
    array([[-0.0029,  0.0014,  0.0014],
           [-1.102 ,  0.1224,  0.9796]])
    """
    dtype, (wide,) = float_arrays(logits=logits)
    gamma = _gamma(gamma)
    logits, labels, axis, keep = _indexed(wide, labels, axis, where)
    with np.errstate(all="ignore"):
        loss = softmax_cross_entropy_with_integer_labels(logits, labels, axis=axis, where=keep)
        residual = softmax_cross_entropy_with_integer_labels_grad(
            logits, labels, axis=axis, where=keep
        )
        loss = np.expand_dims(loss, axis)
        missing = -np.take_along_axis(residual, np.expand_dims(labels, axis), axis)
        steeper = gamma * weighted(np.exp(-loss), loss / missing)
        volume = missing**gamma * (1 + steeper)
        return slopes(np.where(missing == 0, 0, volume * residual), dtype)


def smooth_labels(labels: ArrayLike, smoothing: float, *, axis: int = -1) -> FloatArray:
    """Mix labels with the uniform distribution: (1 - smoothing) y + smoothing / K [1]_.

    K is the number of classes. (Some toolkits share `smoothing` among the K - 1 wrong classes
    instead; with this form the true class gets its part too.)

    Parameters
    ----------
    labels : array_like, shape (..., classes, ...)
        Distributions along `axis`, such as one-hot labels.
    smoothing : float
        Between 0 (nothing changes) and 1 (uniform).
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray
        Same shape; distributions along `axis`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If `labels` are not distributions along `axis` or `smoothing` lies outside [0, 1].

    References
    ----------
    .. [1] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the Inception
       Architecture for Computer Vision", CVPR 2016, arXiv:1512.00567.

    Examples
    --------
    >>> from lossfns import smooth_labels
    >>> smooth_labels([1, 0, 0], 0.1).round(4)
    array([0.9333, 0.0333, 0.0333])
    """
    dtype, (labels,) = distributions(axis, labels=labels)
    smoothing = number(
        smoothing, "smoothing", "a number between 0 and 1", lambda value: 0 <= value <= 1
    )
    uniform = smoothing / labels.shape[axis]

    def formula(labels: FloatArray, out: FloatArray) -> None:
        np.multiply(labels, 1 - smoothing, out=out)
        out += uniform

    return elementwise(formula, labels, dtype=dtype)


def _binary_cross_entropy(logits: FloatArray, labels: FloatArray, out: FloatArray) -> None:
    # -y log p - (1 - y) log(1 - p) = log(1 + e^-|z|) + |z| times the share of the less likely
    # label; and that product is the larger of (1 - y) z and -y z
    minus = labels - 1
    minus *= logits
    np.multiply(labels, logits, out=out)
    np.minimum(minus, out, out=minus)
    log1p_exp_minus_size(logits, out)
    out -= minus
    if not out.max(initial=0) < np.inf:  # no share of an infinite logit is nothing
        share = np.abs(labels - (logits > 0))
        log1p_exp_minus_size(logits, out)
        out += weighted(share, np.abs(logits))


def _cross_entropy(logits: FloatArray, labels: FloatArray) -> FloatArray:
    # -Σ y log p = Σ y (m - z) + log(1 + Σ' e^(z - m)), because the labels sum to 1;
    # Σ' leaves out one largest, whose term is 1
    shifted = shift(logits)[1]
    terms = np.exp(shifted)
    others = sum_of_others(terms, np.ones_like(terms[:, :1]))[:, 0]
    loss = np.log1p(others) - weighted_sum(labels, shifted)
    endless = np.isinf(loss)
    if endless.any():  # a gap between logits may overflow, and its share of the loss may not
        half = shift(logits[endless] / 2)[1]
        loss[endless] = -2 * weighted_sum(labels[endless], half)
    return loss


def _indexed(
    logits: ArrayLike, labels: ArrayLike, axis: int, where: ArrayLike | None
) -> tuple[FloatArray, NDArray[np.intp], int, NDArray[np.bool_] | None]:
    logits = float_array(logits, "logits")
    axis = class_axis(logits, "logits", axis)
    shape = logits.shape[:axis] + logits.shape[axis + 1 :]
    keep = None if where is None else kept(where, shape)
    # Not `over_kept`, which would copy the kept rows of logits: they are computed all, as they lie.
    return logits, integer_labels(labels, shape, logits.shape[axis], keep=keep), axis, keep


def _signed(scores: ArrayLike, labels: ArrayLike) -> tuple[FloatDType, FloatArray, FloatArray]:
    dtype, (scores, labels) = equal_shapes(scores=scores, labels=labels)
    return dtype, scores, _either(labels, -1, 1, "labels must be -1 or +1")


def _two_classes(logits: ArrayLike, labels: ArrayLike) -> tuple[FloatDType, FloatArray, FloatArray]:
    dtype, (logits, labels) = equal_shapes(logits=logits, labels=labels)
    return dtype, logits, _either(labels, 0, 1, "labels must be 0 or 1")


def _either(labels: FloatArray, first: int, second: int, complaint: str) -> FloatArray:
    """Return the labels, and refuse all but the two; nan passes."""
    for tile in tiles(labels.shape, block_of(labels)):
        part = labels[tile]
        known = part == first
        known |= part == second
        if not known.all():
            other = ~known & ~np.isnan(part)
            if other.any():
                raise ValueError(f"{complaint}, got {part[other][0]}")
    return labels


def _share(sign: FloatArray, alpha: float | None) -> FloatArray | float:
    """Return `alpha` for label 1, whose sign is +1, and 1 - `alpha` for the other."""
    if alpha is None:
        return 1.0
    share: FloatArray = np.maximum(sign * alpha, sign * (alpha - 1))
    return share


def _alpha(value: float | None) -> float | None:
    if value is None:
        return None
    return number(value, "alpha", "a number between 0 and 1", lambda alpha: 0 <= alpha <= 1)


def _gamma(value: float) -> float:
    return number(value, "gamma", "a number that is not negative", lambda gamma: gamma >= 0)
