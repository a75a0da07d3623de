"""What does not count costs nothing and pushes nothing, whatever stands there."""

import inspect

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lossfns
from lossfns import check_gradient, masked_mean, masked_mean_grad
from tests.maths.losses import LOSSES, WHOLE

# Losses whose examples are not positions of a padded batch, and why.
NO_POSITIONS = {
    "clip_loss": "each row is an answer to all others",
    "siglip_loss": "each row is an answer to all others",
    "triplet_loss": "a triple is made whole",
    "negative_sampling_loss": "one word and its negatives, one number",
    "ctc_loss": "one sequence, cut to its length",
    "dice_loss": "a whole picture, one number",
    "jaccard_loss": "a whole picture, one number",
    "tversky_loss": "a whole picture, one number",
    "pair_loss": "whole answers: mask the losses of their tokens, then add up",
    "dpo_loss": "whole answers: mask the losses of their tokens, then add up",
    "cumulative_logit_loss": "one score for each example, all of them rated",
    "plackett_luce_loss": "a whole list; its `order` may be shorter",
    "velocity_loss": "whole pictures",
    "sigmoid_squared_error": "a failed attempt",
    "softmax_squared_error": "a failed attempt",
    "masked_mean": "it is what the others are averaged with",
}
rng = np.random.default_rng(0)
KEEP = np.array([True, False, True, True, False])
CELLS = rng.random((5, 4)) < 0.6
NUMBERS, OTHERS, MORE = rng.normal(size=(3, 5, 4))
SHARES, SHARES_2 = rng.dirichlet(np.ones(4), (2, 5))
YES = rng.integers(0, 2, (5, 4)).astype(float)
MARKED = np.where(KEEP, [3, 0, 1, 0, 2], -100)

# One call of each loss that takes `where`: its arguments, its knobs, and which positions count.
CALLS = {
    "squared_error": ((NUMBERS, OTHERS), {}, CELLS),
    "absolute_error": ((NUMBERS, OTHERS), {}, CELLS),
    "huber_loss": ((NUMBERS, OTHERS), {"delta": 0.3}, CELLS),
    "pinball_loss": ((NUMBERS, OTHERS), {"quantile": 0.9}, CELLS),
    "gaussian_nll_loss": ((NUMBERS, OTHERS, MORE), {"full": True}, CELLS),
    "poisson_nll_loss": ((NUMBERS, np.abs(OTHERS)), {"full": True}, CELLS),
    "sigmoid_binary_cross_entropy": ((NUMBERS, YES), {}, CELLS),
    "sigmoid_focal_loss": ((NUMBERS, YES), {"alpha": 0.2, "gamma": 1.5}, CELLS),
    "hinge_loss": ((NUMBERS, 2 * YES - 1), {}, CELLS),
    "softmax_cross_entropy": ((NUMBERS, SHARES), {}, KEEP),
    "softmax_cross_entropy_with_integer_labels": ((NUMBERS, MARKED), {}, KEEP),
    "softmax_focal_loss": ((NUMBERS, MARKED), {"gamma": 1.5}, KEEP),
    "distillation_loss": ((NUMBERS, OTHERS), {"temperature": 3.0}, KEEP),
    "cross_entropy": ((SHARES, SHARES_2), {"base": 2}, KEEP),
    "kl_divergence": ((SHARES, SHARES_2), {"base": 2}, KEEP),
    "js_divergence": ((SHARES, SHARES_2), {"base": 2}, KEEP),
    "linear_cross_entropy_with_integer_labels": (
        (NUMBERS, rng.normal(size=(4, 6)), MARKED),
        {},
        KEEP,
    ),
}
WITH_GRADIENT = [name for name in CALLS if hasattr(lossfns, f"{name}_grad")]
FUNCTIONS = [*CALLS, *(f"{name}_grad" for name in WITH_GRADIENT)]
ALONG_AN_AXIS = [
    name
    for name in FUNCTIONS
    if {"axis", "where"} <= set(inspect.signature(getattr(lossfns, name)).parameters)
]
every_function = pytest.mark.parametrize("name", FUNCTIONS)


def call(name):
    arguments, knobs, keep = CALLS[name.removesuffix("_grad")]
    return getattr(lossfns, name), arguments, knobs, keep


def parts(found):
    return found if isinstance(found, tuple) else (found,)


def per_position(array, keep):
    """Whether an argument or a result has an entry, or a row, for each position."""
    return array.shape[: keep.ndim] == keep.shape


def with_rubbish(arguments, keep, rubbish):
    """The arguments with something else at the positions that don't count."""
    changed = []
    for array in arguments:
        array = array.copy()
        if per_position(array, keep):
            array[~keep] = rubbish if array.dtype.kind == "f" else -100
        changed.append(array)
    return changed


def test_every_loss_takes_a_mask_or_is_named_with_a_reason():
    functions = {name: getattr(lossfns, name) for name in lossfns.__all__}
    taking = {
        name
        for name, function in functions.items()
        if inspect.isfunction(function) and "where" in inspect.getfullargspec(function).kwonlyargs
    }
    assert taking == set(FUNCTIONS)
    known = set(WITH_GRADIENT) | set(NO_POSITIONS)
    assert {loss.name for loss in LOSSES} | set(WHOLE) == known, "here: CALLS, or NO_POSITIONS"


@every_function
@pytest.mark.parametrize("rubbish", [np.nan, np.inf, -np.inf, -7.0, 1e300])
def test_what_does_not_count_is_exactly_0_and_changes_nothing(name, rubbish):
    function, arguments, knobs, keep = call(name)
    kept = [array[keep] if per_position(array, keep) else array for array in arguments]
    alone = function(*kept, **knobs)
    found = function(*with_rubbish(arguments, keep, rubbish), **knobs, where=keep)
    for here, there in zip(parts(found), parts(alone), strict=True):
        if not per_position(here, keep):  # of the weights, which all positions share
            np.testing.assert_allclose(here, there, rtol=1e-14, atol=1e-16)
            continue
        np.testing.assert_allclose(here[keep], there, rtol=1e-14)
        assert (here[~keep] == 0).all()
        assert not np.signbit(here[~keep]).any()


@pytest.mark.parametrize("name", WITH_GRADIENT)
def test_the_masked_gradient_is_the_slope_of_the_masked_loss(name):
    loss, (first, *others), knobs, keep = call(name)
    gradient = getattr(lossfns, f"{name}_grad")
    check_gradient(
        lambda x: loss(x, *others, **knobs, where=keep),
        lambda x: parts(gradient(x, *others, **knobs, where=keep))[0],
        first,
    )


@every_function
def test_where_all_count_the_mask_changes_nothing(name):
    function, arguments, knobs, keep = call(name)
    arguments = [np.abs(x) if x.dtype.kind == "i" else x for x in arguments]
    arguments = [x % 4 if x.dtype.kind == "i" else x for x in arguments]
    everywhere = np.ones_like(keep)
    for here, there in zip(
        parts(function(*arguments, **knobs, where=everywhere)),
        parts(function(*arguments, **knobs)),
        strict=True,
    ):
        np.testing.assert_allclose(here, there, rtol=1e-14)
        assert here.dtype == there.dtype


@every_function
def test_where_nothing_counts_all_is_0(name):
    function, arguments, knobs, keep = call(name)
    rubbish = with_rubbish(arguments, np.zeros_like(keep), np.nan)
    for found in parts(function(*rubbish, **knobs, where=np.zeros_like(keep))):
        assert (found == 0).all()


@every_function
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_the_dtype_of_the_first_argument_comes_back_from_behind_a_mask(name, dtype):
    function, (first, *others), knobs, keep = call(name)
    narrow = [x.astype(dtype) if x.dtype.kind == "f" else x for x in (first, *others)]
    for found in parts(function(*narrow, **knobs, where=keep)):
        assert found.dtype == dtype


@pytest.mark.parametrize("name", ALONG_AN_AXIS)
def test_the_classes_may_lie_along_any_axis_behind_a_mask(name):
    function, (first, second), knobs, keep = call(name)
    found = function(first, second, **knobs, where=keep)
    turned = second.T if second.ndim == 2 else second
    across = function(first.T, turned, **knobs, axis=0, where=keep)
    np.testing.assert_allclose(across.T, found, rtol=1e-14)
    cube = function(first.T[None], turned[None], **knobs, axis=1, where=keep[None])
    np.testing.assert_allclose(cube[0].T, found, rtol=1e-14)


@every_function
def test_a_mask_of_another_shape_or_kind_is_refused_by_name(name):
    function, arguments, knobs, keep = call(name)
    with pytest.raises(ValueError, match=r"where must have the shape of the losses, \(5.*got \(1"):
        function(*arguments, **knobs, where=keep[:1])
    with pytest.raises(ValueError, match=r"where must have the shape of the losses.*got \(\)"):
        function(*arguments, **knobs, where=True)
    with pytest.raises(TypeError, match="where must hold True and False, got dtype int64"):
        function(*arguments, **knobs, where=keep.astype(np.int64))


@every_function
def test_behind_a_mask_nothing_is_broadcast_and_the_arguments_are_left_alone(name):
    function, (first, *others), knobs, keep = call(name)
    for array in (first, *others):
        array.flags.writeable = False
    function(first, *others, **knobs, where=keep)
    with pytest.raises(ValueError, match="shape"):
        function(first, *others[:-1], others[-1][:1], **knobs, where=keep)


def test_a_wrong_label_that_counts_is_still_refused():
    with pytest.raises(ValueError, match=r"labels must lie in 0 … 3, got -100"):
        lossfns.softmax_cross_entropy_with_integer_labels(NUMBERS, MARKED, where=KEEP | True)
    with pytest.raises(TypeError, match="labels must be integers, got dtype bool"):
        lossfns.softmax_cross_entropy_with_integer_labels(NUMBERS, KEEP, where=KEEP)
    with pytest.raises(ValueError, match="labels must be 0 or 1, got"):
        lossfns.sigmoid_focal_loss(NUMBERS, OTHERS, where=CELLS)


def test_a_single_position_counts_or_does_not():
    assert lossfns.squared_error(1, 3, where=True) == 4
    assert lossfns.squared_error(np.nan, 3, where=False) == 0
    assert isinstance(lossfns.squared_error(1, 3, where=np.True_), np.float64)
    logits = [np.nan, 1.0]
    assert lossfns.softmax_cross_entropy_with_integer_labels(logits, -100, where=False) == 0
    np.testing.assert_array_equal(
        lossfns.softmax_cross_entropy_grad(logits, logits, where=False), [0, 0]
    )


def test_an_empty_batch_behind_a_mask_is_empty():
    empty = np.zeros((0, 4))
    assert lossfns.softmax_cross_entropy_with_integer_labels(empty, [], where=[]).shape == (0,)
    assert lossfns.softmax_cross_entropy_grad(empty, empty, where=[]).shape == (0, 4)


# The mean


def test_the_masked_mean_is_pytorchs_with_ignored_labels_and_so_is_its_gradient():
    logits = torch.tensor(NUMBERS, requires_grad=True)
    theirs = F.cross_entropy(logits, torch.tensor(MARKED), ignore_index=-100)
    theirs.backward()
    losses = lossfns.softmax_cross_entropy_with_integer_labels(NUMBERS, MARKED, where=KEEP)
    slopes = lossfns.softmax_cross_entropy_with_integer_labels_grad(NUMBERS, MARKED, where=KEEP)
    assert masked_mean(losses, KEEP) == pytest.approx(theirs.item(), rel=1e-14)
    np.testing.assert_allclose(
        slopes * masked_mean_grad(losses, KEEP)[:, None], logits.grad, rtol=1e-12
    )


def test_parts_of_any_size_add_up_to_the_mean_of_the_whole():
    losses = rng.exponential(size=(6, 7))
    keep = rng.random((6, 7)) < 0.4
    keep[2] = False  # a part in which nothing counts
    count = keep.sum()
    rows = list(zip(losses, keep, strict=True))
    whole = masked_mean(losses, keep)
    assert sum(masked_mean(*row, count=count) for row in rows) == pytest.approx(whole, rel=1e-14)
    np.testing.assert_array_equal(
        [masked_mean_grad(*row, count=count) for row in rows], masked_mean_grad(losses, keep)
    )


def test_the_mean_looks_only_at_what_counts():
    losses = np.array([1.0, np.nan, 3.0, np.inf])
    assert masked_mean(losses, [True, False, True, False]) == 2
    assert np.isnan(masked_mean(losses, [True, True, False, False]))
    assert masked_mean(losses, losses > 2) == np.inf
    np.testing.assert_array_equal(
        masked_mean_grad(losses, [True, False, True, False]), [0.5, 0, 0.5, 0]
    )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_mean_of_many_short_floats_neither_stalls_nor_overflows(dtype):
    losses = np.full(200_000, 11.75, dtype)
    mean = masked_mean(losses, np.ones(200_000, bool))
    assert mean.dtype == masked_mean_grad(losses[:3], [True] * 3).dtype == dtype
    assert mean == 11.75
    assert masked_mean([3, 4], [True, True]).dtype == np.float64
    largest = np.finfo(dtype).max
    assert masked_mean(np.full(3, largest), [True, False, True]) == largest


@pytest.mark.parametrize("function", [masked_mean, masked_mean_grad])
@pytest.mark.parametrize(
    ("losses", "where", "count", "error", "message"),
    [
        ([1.0, 2.0], [False, False], None, ValueError, "where must be True somewhere.* 0 / 0"),
        ([], [], None, ValueError, "where must be True somewhere"),
        ([1.0, 2.0], [True], None, ValueError, r"the shape of the losses, \(2,\), got \(1,\)"),
        ([1.0, 2.0], [1, 0], None, TypeError, "where must hold True and False"),
        ([1.0, 2.0], [True, True], 1, ValueError, "at least the 2 positions that count here"),
        ([1.0, 2.0], [True, True], 10**400, ValueError, r"count must be .* no more than an array"),
        ([1.0, 2.0], [False, False], 0, ValueError, "count must be positive"),
        ([1.0, 2.0], [True, True], 2.0, TypeError, r"count must be an integer, got 2\.0"),
        (["a"], [True], None, TypeError, "losses must be real numbers"),
    ],
)
def test_a_mean_that_does_not_exist_is_refused_by_name(
    function, losses, where, count, error, message
):
    with pytest.raises(error, match=message):
        function(losses, where, count=count)


def test_a_count_that_python_will_not_print_is_still_refused_by_name():
    with pytest.raises(ValueError, match=r"count must be .* an integer of thousands of digits"):
        masked_mean([1.0, 2.0], [True, True], count=10**5000)


def test_a_mean_is_summed_in_float64_and_its_count_may_be_all_there_is():
    assert masked_mean(np.float32([1e8, 1, -1e8, 7]), [True, True, True, False]) == np.float32(
        1 / 3
    )
    assert masked_mean([2.0], [True], count=1) == 2
    with pytest.raises(ValueError, match="where must be a rectangular"):
        masked_mean([1.0, 2.0], [[True], [True, False]])
    with pytest.raises(ValueError, match=r"^where must be True somewhere"):
        masked_mean([1.0], [False])


def test_a_mean_of_opposites_near_the_largest_float_is_nothing():
    far = 1.7e308  # so many that NumPy adds in pairs: inf - inf
    assert masked_mean([far, far, -far, -far, 0, 0, 0, 0], [True] * 8) == 0


def test_a_count_may_be_as_large_as_an_index():
    assert masked_mean([1.0], [True], count=2**63 - 1) == 1 / (2**63 - 1)
