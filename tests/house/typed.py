"""What a type checker tells someone who uses lossfns: `make lint` reads this, nothing runs it."""

from typing import Any, assert_type

import matplotlib.axes
import numpy as np
from numpy.typing import NDArray

import lossfns
from lossfns.figures import plot_memory
from lossfns.quiz import Quiz, recall

FloatArray = NDArray[np.floating[Any]]


def arrays_come_back_as_arrays() -> None:
    """Probabilities and gradients have as many axes as what they were made from."""
    assert_type(lossfns.softmax([1.0, 2.0]), FloatArray)
    assert_type(lossfns.softmax_cross_entropy_grad([1.0, 2.0], [0, 1]), FloatArray)
    assert_type(lossfns.numerical_gradient(np.sin, [1.0]), NDArray[np.float64])


def a_loss_may_be_indexed_and_be_a_number() -> tuple[float, float]:
    """A loss is an array or, of one example, a number: what is done with it decides."""
    of_many = lossfns.squared_error([1.0, 2.0], [0.0, 0.0])[0]
    of_one = float(lossfns.squared_error(1.0, 0.0))
    return of_many, of_one


def one_number_comes_back_as_one() -> None:
    """A loss of a whole sequence or batch is a NumPy scalar."""
    assert_type(lossfns.ctc_loss([[0.0, 1.0]], [1]), np.floating[Any])
    assert_type(lossfns.Value(1.0).exp() * 2, lossfns.Value)


def the_course_has_types_too() -> None:
    """Figures and quizzes say what they take and give."""
    assert_type(plot_memory([1, 2], {"naive": [1.0, 2.0]}), matplotlib.axes.Axes)
    assert_type(recall("01_mean_squared_error"), Quiz)


def wrong_arguments_are_found() -> None:
    """An ignore that nothing needs is an error: each of these has to be one."""
    lossfns.softmax(object())  # type: ignore[arg-type]
    lossfns.huber_loss(1.0, 2.0, delta="1")  # type: ignore[arg-type]
    lossfns.squared_error(1.0, 2.0, 3.0)  # type: ignore[call-arg]
    plot_memory([1, 2], {"naive": [1.0, 2.0]}, ax="left")  # type: ignore[arg-type]
