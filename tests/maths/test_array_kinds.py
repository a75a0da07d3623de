"""Whatever people have their numbers in is read right, or refused with the argument's name."""

import inspect

import numpy as np
import pytest
import torch

import lossfns
from tests.maths.losses import LOSSES, WHOLE

rng = np.random.default_rng(0)
LOGITS = rng.normal(size=(4, 5))
SHARES = rng.dirichlet(np.ones(5), 4)

# One call of every public function of arrays: its positional arguments and its knobs.
CALLS = {loss.name: (loss.arguments(0), loss.knobs) for loss in LOSSES}
CALLS |= {name: make(np.random.default_rng(0)) for name, make in WHOLE.items()}
CALLS |= {f"{name}_grad": call for name, call in list(CALLS.items())}
CALLS |= dict.fromkeys(
    ("sigmoid", "softplus", "log_sigmoid", "softmax", "log_softmax", "logsumexp"), ((LOGITS,), {})
)
CALLS |= dict.fromkeys(("surprisal", "entropy", "perplexity"), ((SHARES,), {}))
CALLS |= dict.fromkeys(
    ("cross_entropy", "kl_divergence", "js_divergence"), ((SHARES, SHARES[::-1]), {})
)
CALLS |= {
    "smooth_labels": ((SHARES, 0.1), {}),
    "partial_cross_entropy": ((LOGITS, [0, 4, 2, 1]), {}),
    "partial_linear_cross_entropy": ((LOGITS, LOGITS.T, [0, 3, 2, 1]), {}),
    "velocity": ((LOGITS, LOGITS[::-1], 0.3), {}),
}
every_function = pytest.mark.parametrize("name", CALLS)


def results(name, *arguments):
    found = getattr(lossfns, name)(*arguments, **CALLS[name][1])
    return found if isinstance(found, tuple) else (found,)


def swapped(array):
    return array.astype(array.dtype.newbyteorder(">"))


def read_only(array):
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def scattered(array):
    """The same numbers at every other place of a larger array."""
    large = np.zeros(tuple(2 * size for size in array.shape), array.dtype)
    view = large[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


class Frame:
    """What pandas and others are to NumPy: something with __array__."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype)


KINDS = {
    "list": lambda array: array.tolist(),
    "big-endian": swapped,
    "read-only": read_only,
    "not contiguous": scattered,
    "columns first": np.asfortranarray,
    "masked, nothing hidden": np.ma.array,
    "__array__": Frame,
    "torch tensor": lambda array: torch.from_numpy(np.ascontiguousarray(array)),
}


def arrays_of(name):
    """The arguments of the call that are arrays; a number beside them stays a number."""
    arguments = CALLS[name][0]
    return [np.asarray(value) if np.ndim(value) else value for value in arguments]


def test_every_public_function_of_arrays_is_called_here():
    other = {"Value", "PartialCrossEntropy", "check_gradient", "numerical_gradient"}
    merged = {"merge_cross_entropy", "finish_cross_entropy", "partial_linear_slopes"}
    assert set(CALLS) == set(lossfns.__all__) - other - merged


@every_function
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_same_number_whatever_holds_it(name, kind):
    arguments = arrays_of(name)
    converted = [KINDS[kind](x) if isinstance(x, np.ndarray) else x for x in arguments]
    for found, expected in zip(results(name, *converted), results(name, *arguments), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)
        assert type(found) in (np.ndarray, np.float64)
        assert found.dtype == np.float64
        assert found.dtype.isnative


HOSTILE = {
    "a mask that hides": (lambda a: np.ma.array(a, mask=np.arange(a.size).reshape(a.shape) == 1)),
    "objects": lambda a: a.astype(object),
    "complex": lambda a: a.astype(complex),
    "words": lambda a: a.astype(str),
    "dates": lambda a: np.zeros(a.shape, "datetime64[D]"),
    "a tensor with a gradient": lambda a: torch.tensor(a.astype(float), requires_grad=True),
    "bfloat16": lambda a: torch.tensor(a.astype(float), dtype=torch.bfloat16),
    "a record": lambda a: np.zeros(a.shape, [("x", float)]),
}


@every_function
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_lose_something_is_refused_by_the_arguments_name(name, kind):
    arguments = arrays_of(name)
    names = list(inspect.signature(getattr(lossfns, name)).parameters)
    for position, value in enumerate(arguments):
        if not isinstance(value, np.ndarray):
            continue
        hostile = list(arguments)
        hostile[position] = HOSTILE[kind](value)
        with pytest.raises(TypeError, match=rf"^{names[position]} "):
            results(name, *hostile)


@pytest.mark.parametrize("value", [np.array(2.0), torch.tensor(2.0), np.float32(2), 2])
def test_a_knob_may_be_a_number_without_dimensions(value):
    assert lossfns.huber_loss(9.0, 0.0, delta=value) == lossfns.huber_loss(9.0, 0.0, delta=2.0)


@pytest.mark.parametrize(
    ("value", "error"),
    [(10**400, ValueError), (np.timedelta64(1), TypeError), ([1.0], TypeError), (None, TypeError)],
)
def test_a_knob_that_is_no_number_of_ours_is_refused_by_name(value, error):
    with pytest.raises(error, match=r"^delta must be a positive number"):
        lossfns.huber_loss(1.0, 2.0, delta=value)


@pytest.mark.parametrize("value", [0.5, "1", None, True, [1, 2]])
def test_what_counts_must_be_an_integer(value):
    for call, argument in (
        (lambda v: lossfns.softmax([1.0, 2.0], axis=v), "axis"),
        (lambda v: lossfns.ctc_loss(np.zeros((2, 3)), [1], blank=v), "blank"),
        (lambda v: lossfns.partial_cross_entropy([1.0, 2.0], 0, first_class=v), "first_class"),
    ):
        with pytest.raises(TypeError, match=f"^{argument} must be an integer"):
            call(value)


@pytest.mark.parametrize("value", [-1, 2**63])
def test_a_shard_begins_somewhere_in_the_vocabulary(value):
    with pytest.raises(ValueError, match="first_class must not be negative"):
        lossfns.partial_cross_entropy([1.0, 2.0], 0, first_class=value)


def test_a_shard_may_begin_at_the_last_index():
    last = lossfns.partial_cross_entropy([1.0, 2.0], 0, first_class=2**63 - 1)
    assert last.label_logit == -np.inf


def test_ragged_labels_and_unknown_words_are_named():
    with pytest.raises(ValueError, match="labels must be a rectangular array"):
        lossfns.ctc_loss(np.zeros((2, 3)), [[1], [1, 2]])
    with pytest.raises(ValueError, match="jacobian must be"):
        lossfns.softmax_squared_error_grad([0.0, 1.0], [0, 1], jacobian=np.array(["exact"] * 2))


def test_shards_of_different_examples_are_not_merged():
    one, two = (lossfns.partial_cross_entropy(np.zeros((n, 3)), np.zeros(n, int)) for n in (1, 2))
    with pytest.raises(ValueError, match="first and second must be of the same examples"):
        lossfns.merge_cross_entropy(one, two)


EXTREMES = np.array([1e308, -1e308, np.inf, -np.inf, 5e-324, np.nan, 0.0, 1.0, -700.0, 1e-160])


def extremes(argument):
    """Arrays of its shape: every extreme in every place, and shares that are all or nothing."""
    shape = np.shape(argument)
    yield from (np.resize(np.roll(EXTREMES, shift), shape) for shift in range(len(EXTREMES)))
    yield np.resize(np.eye(1, (shape or (1,))[-1]), shape)


@every_function
def test_no_number_raises_where_a_caller_lets_floating_point_raise(name):
    """As whoever hunts a nan does, with np.errstate."""
    arguments, knobs = CALLS[name]
    asked = 0
    for place, argument in enumerate(arguments):
        if np.asarray(argument).dtype.kind != "f":
            continue
        for extreme in extremes(argument):
            others = [*arguments[:place], extreme, *arguments[place + 1 :]]
            with np.errstate(all="raise"):
                try:
                    getattr(lossfns, name)(*others, **knobs)
                except ValueError:  # refused, as a share beyond 1
                    continue
            asked += 1
    assert asked


CORNERS = np.eye(3)
ENDLESS = np.array([[-np.inf, 0.0, -np.inf]] * 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: lossfns.clip_loss(CORNERS, np.roll(CORNERS, 1, 0), log_scale=1e3),
        lambda: lossfns.clip_loss(CORNERS, CORNERS, log_scale=-740.0),
        lambda: lossfns.clip_loss_grad(CORNERS, 1 - CORNERS, log_scale=-740.0),
        lambda: lossfns.siglip_loss(CORNERS, CORNERS, log_scale=0.0, bias=1e308),
        lambda: lossfns.siglip_loss(1 - CORNERS, 1 - CORNERS, log_scale=709.7, bias=1.7e308),
        lambda: lossfns.siglip_loss_grad(CORNERS, CORNERS, log_scale=0.0, bias=-744.0),
        lambda: lossfns.ctc_loss(ENDLESS, [2]),
        lambda: lossfns.ctc_loss_grad(np.array([[800.0, 0.0, 1.0]] * 3), [2]),
        lambda: lossfns.cumulative_logit_loss([1e308], [1], [-1e308, 1e308]),
        lambda: lossfns.softmax_focal_loss([[300.0, 0.0]], [0], gamma=5.0),
        lambda: lossfns.plackett_luce_loss([1e308, -1e308, 0.0], [1, 2]),
        lambda: lossfns.clip_loss_grad(np.eye(2), np.eye(2), log_scale=np.log(720)),
        lambda: lossfns.masked_mean_grad(np.zeros(20000, np.float16), np.ones(20000, bool)),
        lambda: lossfns.velocity(np.float32(1), np.float32(1), 1e-100),
        lambda: lossfns.tversky_loss_grad(
            np.full((1, 2), 0.5, np.float32), np.float32([[1, 0]]), smoothing=1e60
        ),
    ],
)
def test_no_knob_raises_where_a_caller_lets_floating_point_raise(call):
    with np.errstate(all="raise"):
        call()


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(float).max, reason="no wider float")
@pytest.mark.parametrize("name", ["ctc_loss", "clip_loss", "negative_sampling_loss"])
def test_a_long_double_beyond_every_double_warns_nobody(name):
    arguments, knobs = CALLS[name]
    first = np.array(arguments[0], np.longdouble)
    first.flat[0] = np.longdouble("1e400")
    getattr(lossfns, name)(first, *arguments[1:], **knobs)


def test_a_sum_beyond_the_range_is_refused_in_the_same_words():
    with np.errstate(all="raise"), pytest.raises(ValueError, match="p must sum to 1 along axis 0"):
        lossfns.entropy([1e308, 1e308])


def long(array):
    """As long doubles, with digits in them that a double has not; the same where there are none."""
    return array.astype(np.longdouble) * (1 + np.longdouble(2) ** -60)


@every_function
def test_a_long_double_comes_back_as_one(name):
    arguments = [np.asarray(each) for each in CALLS[name][0]]
    wide = [each.astype(np.longdouble) if each.dtype.kind == "f" else each for each in arguments]
    for got, expected in zip(results(name, *wide), results(name, *arguments), strict=True):
        assert got.dtype == np.longdouble
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


EXACTLY = {"rtol": 64 * float(np.finfo(np.longdouble).eps), "atol": 0}


def test_the_digits_of_a_long_double_are_kept_where_nothing_is_computed_in_double():
    for shape in ((4, 5), (150, 1000)):
        logits = long(np.random.default_rng(3).normal(size=shape))
        labels = np.arange(len(logits)) % logits.shape[1]
        row = np.arange(len(logits)), labels
        total = np.exp(logits).sum(axis=1)
        np.testing.assert_allclose(
            lossfns.softmax_cross_entropy_with_integer_labels(logits, labels),
            np.log(total) - logits[row],
            **EXACTLY,
        )
        slopes = np.exp(logits) / total[:, np.newaxis]
        slopes[row] -= 1
        got = lossfns.softmax_cross_entropy_with_integer_labels_grad(logits, labels)
        np.testing.assert_allclose(got, slopes, **EXACTLY)

        inputs, weights = np.eye(len(logits), dtype=np.longdouble), logits
        made = lossfns.linear_cross_entropy_with_integer_labels_grad(inputs, weights, labels)
        np.testing.assert_allclose(made[1], slopes, **EXACTLY)
        whole = lossfns.partial_linear_cross_entropy(inputs, weights, labels)
        np.testing.assert_allclose(
            lossfns.finish_cross_entropy(whole), np.log(total) - logits[row], **EXACTLY
        )
        parts = lossfns.partial_linear_slopes(inputs, weights, labels, whole)
        np.testing.assert_allclose(parts[1], slopes, **EXACTLY)

    losses = long(np.arange(1.0, 6))
    keep = [True, False, True, True, False]
    np.testing.assert_allclose(lossfns.masked_mean(losses, keep), losses[keep].mean(), **EXACTLY)
    scores = long(np.array([0.3, -1.2, 0.9]))
    picks = [np.log(np.exp(scores[left]).sum()) - scores[left[0]] for left in ([1, 0, 2], [0, 2])]
    np.testing.assert_allclose(lossfns.plackett_luce_loss(scores, [1, 0, 2]), sum(picks), **EXACTLY)


@pytest.mark.parametrize("shares", [[1.0, 1.0], [0.5, 1.5], [[0.25, 0.75], [2.0, 0.0]]])
def test_shares_that_sum_to_two_are_refused(shares):
    with pytest.raises(ValueError, match="p must sum to 1 along axis"):
        lossfns.entropy(shares)
