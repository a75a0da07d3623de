import math
import operator
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lossfns
from lossfns import numerical_gradient
from lossfns.autograd import Value

UNARY = {
    "neg": operator.neg,
    "exp": lambda x: x.tanh().exp(),  # bounded, so that a chain of them stays finite
    "log": lambda x: (x * x + 1).log(),
    "tanh": lambda x: x.tanh(),
    "relu": lambda x: x.relu(),
    "sigmoid": lambda x: x.sigmoid(),
    "square": lambda x: x**2,
    "inverse square": lambda x: (x * x + 1) ** -2,
    "number on the left": lambda x: 2 - 3 * x + 1 / (x * x + 1),
    "number on the right": lambda x: (x - 2) * 3 + x / 4,
}
BINARY = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": lambda x, y: x / (y * y + 1),
}


def run(program, leaves):
    """Each step appends one operation on numbers computed so far; the last one is the result."""
    values = list(leaves)
    for name, first, second in program:
        x, y = values[first % len(values)], values[second % len(values)]
        values.append((UNARY[name](x) if name in UNARY else BINARY[name](x, y)).tanh())
    return values[-1]


@given(
    program=st.lists(
        st.tuples(st.sampled_from([*UNARY, *BINARY]), st.integers(0, 50), st.integers(0, 50)),
        min_size=1,
        max_size=25,
    ),
    numbers=st.lists(st.floats(-3, 3), min_size=2, max_size=2),
)
def test_any_expression_gets_the_value_and_the_gradients_that_torch_gives(program, numbers):
    ours = [Value(x) for x in numbers]
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in numbers]
    result, reference = run(program, ours), run(program, theirs)
    result.backward()
    gradients = torch.autograd.grad(reference, theirs, allow_unused=True)
    assert result.data == pytest.approx(reference.item(), rel=1e-9, abs=1e-12)
    for value, gradient in zip(ours, gradients, strict=True):
        expected = 0.0 if gradient is None else gradient.item()
        assert value.grad == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("x", [-800.0, -40.0, -1.5, -1e-9, 0.3, 40.0, 800.0])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Value.sigmoid, torch.sigmoid),
        (Value.softplus, lambda x: torch.logaddexp(x, torch.zeros_like(x))),
        (Value.tanh, torch.tanh),
        (Value.relu, torch.relu),
        (lambda x: x**3, lambda x: x**3),
        (lambda x: x**-0.5, lambda x: x**-0.5),
        (lambda x: 5 / x, lambda x: 5 / x),
        (lambda x: (x / 100).exp(), lambda x: (x / 100).exp()),
    ],
)
def test_each_function_is_right_far_from_zero_too(ours, theirs, x):
    value, reference = Value(x), torch.tensor(x, dtype=torch.float64, requires_grad=True)
    result, expected = ours(value), theirs(reference)
    result.backward()
    expected.backward()
    assert result.data == pytest.approx(expected.item(), rel=1e-12, nan_ok=True)
    assert value.grad == pytest.approx(reference.grad.item(), rel=1e-12, abs=1e-15, nan_ok=True)


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=6), st.integers(0, 5))
def test_softmax_cross_entropy_built_on_top_nudges_the_logits_by_p_minus_y(logits, label):
    label %= len(logits)
    leaves = [Value(z) for z in logits]
    loss = sum(z.exp() for z in leaves).log() - leaves[label]
    loss.backward()
    nudges = [z.grad for z in leaves]
    p_minus_y = lossfns.softmax(logits) - np.eye(len(logits))[label]
    np.testing.assert_allclose(nudges, p_minus_y, rtol=1e-9, atol=1e-12)
    assert loss.data == pytest.approx(
        lossfns.softmax_cross_entropy_with_integer_labels(logits, label), abs=1e-12
    )


@given(st.floats(-1e4, 1e4), st.sampled_from([0.0, 1.0]))
def test_sigmoid_cross_entropy_built_on_top_nudges_the_logit_by_p_minus_y(logit, label):
    leaf = Value(logit)
    loss = leaf.softplus() - label * leaf
    loss.backward()
    assert leaf.grad == pytest.approx(lossfns.sigmoid(logit) - label, abs=1e-12)
    expected = lossfns.sigmoid_binary_cross_entropy(logit, label)
    assert loss.data == pytest.approx(expected, rel=1e-12, abs=1e-11)


def test_gradients_agree_with_central_differences():
    def neuron(point):
        w, x, b = point
        return ((w * x + b).tanh() ** 2 + (w / x).exp()).log()

    leaves = [Value(v) for v in (0.7, -1.3, 0.2)]
    neuron(leaves).backward()
    numerical = numerical_gradient(lambda p: neuron([Value(v) for v in p]).data, [0.7, -1.3, 0.2])
    np.testing.assert_allclose([leaf.grad for leaf in leaves], numerical, rtol=1e-8)


def test_a_value_used_twice_collects_both_contributions():
    x = Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0


def test_every_value_on_the_way_has_its_gradient():
    x = Value(2.0)
    square = x * x
    loss = 3 * square
    loss.backward()
    assert (loss.grad, square.grad, x.grad) == (1.0, 3.0, 12.0)


def test_calling_backward_twice_does_not_double_the_gradients():
    x = Value(3.0)
    loss = (x * x) * 2
    loss.backward()
    loss.backward()
    assert x.grad == 12.0


def test_gradients_left_by_another_loss_are_forgotten():
    x = Value(3.0)
    (x * 100).backward()
    (x * 2).backward()
    assert x.grad == 2.0


def test_a_graph_deeper_than_the_recursion_limit_is_walked():
    x = Value(1.0)
    total = x
    for _ in range(100_000):
        total = total + 1
    total.backward()
    assert (total.data, x.grad) == (100_001.0, 1.0)


def test_a_graph_with_exponentially_many_paths_is_walked_once():
    x = Value(1.0)
    total = x
    for _ in range(60):
        total = total + total
    total.backward()
    assert x.grad == 2.0**60


def test_a_leaf_may_be_moved_and_the_expression_built_again():
    x = Value(5.0)
    for _ in range(100):
        loss = (x - 2) ** 2
        loss.backward()
        x.data -= 0.1 * x.grad
    assert x.data == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("expression", "x", "data", "grad"),
    [
        (lambda x: 1 / x, 0.0, math.inf, -math.inf),
        (lambda x: 1 / x, -0.0, -math.inf, -math.inf),
        (lambda x: x / 0, 0.0, math.nan, math.inf),
        (lambda x: x / x, 1e-310, 1.0, math.nan),
        (lambda x: x / 49, 49.0, 1.0, 1 / 49),
        (lambda x: x.log(), 0.0, -math.inf, math.inf),
        (lambda x: x.log(), -1.0, math.nan, math.nan),
        (lambda x: x.exp(), 1000.0, math.inf, math.inf),
        (lambda x: x.exp(), -math.inf, 0.0, 0.0),
        (lambda x: x * x, 1e200, math.inf, 2e200),
        (lambda x: x**0, 0.0, 1.0, 0.0),
        (lambda x: x**-1, 0.0, math.inf, -math.inf),
        (lambda x: x**0.5, 0.0, 0.0, math.inf),
        (lambda x: x**0.5, -1.0, math.nan, math.nan),
        (lambda x: x - x, math.inf, math.nan, 0.0),
        (lambda x: x * 0, math.inf, math.nan, 0.0),
        (lambda x: x.relu(), 0.0, 0.0, 0.0),
        (lambda x: x.relu(), math.nan, math.nan, math.nan),
        (lambda x: x.tanh(), math.inf, 1.0, 0.0),
        (lambda x: x.sigmoid(), -math.inf, 0.0, 0.0),
        (lambda x: x.softplus(), math.inf, math.inf, 1.0),
        (lambda x: x.softplus(), math.nan, math.nan, math.nan),
    ],
)
def test_at_the_borders_values_behave_as_floats_do_without_error_or_warning(
    expression, x, data, grad
):
    leaf = Value(x)
    result = expression(leaf)
    result.backward()
    assert (result.data, leaf.grad) == pytest.approx((data, grad), nan_ok=True)


def test_numpy_numbers_work_on_either_side():
    x = Value(np.float32(2.0))
    result = np.float64(3.0) * x + np.int64(1) - x / np.float64(4.0)
    assert isinstance(result, Value)
    result.backward()
    assert (result.data, x.grad) == (6.5, 2.75)


def test_a_number_prints_with_its_gradient():
    x = Value(3)
    (x * x).backward()
    assert repr(x) == "Value(data=3.0, grad=6.0)"


@pytest.mark.parametrize("wrong", ["1", None, 1j, [1.0], np.ones(2), np.array(1.0)])
@pytest.mark.parametrize(
    "use",
    [
        Value,
        lambda wrong: Value(1.0) + wrong,
        lambda wrong: wrong * Value(1.0),
        lambda wrong: wrong - Value(1.0),
        lambda wrong: Value(1.0) / wrong,
    ],
)
def test_what_is_not_a_real_number_is_refused_by_name(use, wrong):
    with pytest.raises(TypeError, match="data must be a real number, got"):
        use(wrong)


@pytest.mark.parametrize("wrong", ["2", Value(2.0), 1j])
def test_an_exponent_that_is_not_a_plain_number_is_refused_by_name(wrong):
    with pytest.raises(TypeError, match="exponent must be a real number, got"):
        Value(1.0) ** wrong


def test_no_operation_lets_a_floating_point_warning_out():
    extremes = [-math.inf, -1e308, -1.0, -5e-324, 0.0, 5e-324, 1.0, 1e308, math.inf, math.nan]
    unary = [Value.exp, Value.log, Value.tanh, Value.relu, Value.sigmoid, Value.softplus]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for x in extremes:
            for function in [*unary, lambda v: v**3, lambda v: v**-2.5]:
                function(Value(x)).backward()
            for y in extremes:
                for function in [operator.add, operator.sub, operator.mul, operator.truediv]:
                    function(Value(x), Value(y)).backward()
