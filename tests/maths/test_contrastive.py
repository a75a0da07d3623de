"""The CLIP loss against torch, its floors, and at extremes."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lossfns
from lossfns import check_gradient, clip_loss, clip_loss_grad, triplet_loss, triplet_loss_grad
from tests.golden import GOLDEN

ROWS = GOLDEN["clip"]


@st.composite
def batches(draw):
    """Features of N pairs, and the logarithm of a scale up to 100."""
    shape = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    images, texts = rng.normal(size=(2, *shape))
    return images, texts, draw(st.floats(-3, np.log(100)))


def torch_clip(images, texts, log_scale):
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (images, texts)]
    leaves.append(torch.tensor(log_scale, dtype=torch.float64, requires_grad=True))
    image, text = (torch.nn.functional.normalize(leaf, dim=1) for leaf in leaves[:2])
    logits = leaves[2].exp() * image @ text.T
    pairs = torch.arange(len(logits))
    cross_entropy = torch.nn.functional.cross_entropy
    loss = (cross_entropy(logits, pairs) + cross_entropy(logits.T, pairs)) / 2
    loss.backward()
    return loss.item(), [leaf.grad.numpy() for leaf in leaves]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"scale e^{row['log_scale']:.2f}")
def test_loss_and_gradients_are_the_reference_values(row):
    images, texts, log_scale = row["image"], row["text"], row["log_scale"]
    assert clip_loss(images, texts, log_scale=log_scale) == pytest.approx(row["loss"], abs=1e-9)
    d_images, d_texts, d_log_scale = clip_loss_grad(images, texts, log_scale=log_scale)
    np.testing.assert_allclose(d_images, row["grad_I"], atol=1e-9)
    np.testing.assert_allclose(d_texts, row["grad_T"], atol=1e-9)
    assert d_log_scale == pytest.approx(row["grad_log_scale"], abs=1e-9)


@given(batches())
def test_loss_and_gradients_agree_with_torch(batch):
    images, texts, log_scale = batch
    loss, expected = torch_clip(images, texts, log_scale)
    assert clip_loss(images, texts, log_scale=log_scale) == pytest.approx(loss, abs=1e-9)
    for ours, theirs in zip(
        clip_loss_grad(images, texts, log_scale=log_scale), expected, strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_gradients_agree_with_central_differences():
    images, texts = np.random.default_rng(0).normal(size=(2, 4, 3))
    check_gradient(
        lambda x: clip_loss(x, texts, log_scale=1.5),
        lambda x: clip_loss_grad(x, texts, log_scale=1.5)[0],
        images,
    )
    check_gradient(
        lambda x: clip_loss(images, x, log_scale=1.5),
        lambda x: clip_loss_grad(images, x, log_scale=1.5)[1],
        texts,
    )
    check_gradient(
        lambda x: clip_loss(images, texts, log_scale=float(x)),
        lambda x: clip_loss_grad(images, texts, log_scale=float(x))[2],
        1.5,
    )


@given(batches(), st.floats(1e-100, 1e100))
def test_the_length_of_a_row_does_not_matter_and_no_nudge_is_spent_on_it(batch, factor):
    images, texts, log_scale = batch
    loss = clip_loss(images, texts, log_scale=log_scale)
    assert clip_loss(factor * images, texts, log_scale=log_scale) == pytest.approx(loss, abs=1e-12)
    d_images, d_texts, _ = clip_loss_grad(images, texts, log_scale=log_scale)
    np.testing.assert_allclose((d_images * images).sum(axis=1), 0, atol=1e-11)
    np.testing.assert_allclose((d_texts * texts).sum(axis=1), 0, atol=1e-11)


@given(batches(), st.randoms())
def test_the_order_of_the_pairs_does_not_matter(batch, random):
    images, texts, log_scale = batch
    order = random.sample(range(len(images)), len(images))
    loss = clip_loss(images, texts, log_scale=log_scale)
    shuffled = clip_loss(images[order], texts[order], log_scale=log_scale)
    assert shuffled == pytest.approx(loss, rel=1e-12, abs=1e-12)


@given(batches())
def test_images_and_texts_may_change_roles(batch):
    images, texts, log_scale = batch
    loss = clip_loss(images, texts, log_scale=log_scale)
    assert clip_loss(texts, images, log_scale=log_scale) == pytest.approx(loss, rel=1e-12)
    d_images, d_texts, d_log_scale = clip_loss_grad(images, texts, log_scale=log_scale)
    swapped = clip_loss_grad(texts, images, log_scale=log_scale)
    for ours, theirs in zip(swapped, (d_texts, d_images, d_log_scale), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("pairs", [1, 2, 5])
def test_a_batch_in_which_all_look_alike_costs_the_logarithm_of_its_size(pairs):
    alike = np.ones((pairs, 3))
    assert clip_loss(alike, alike, log_scale=4.0) == pytest.approx(np.log(pairs), abs=1e-12)


def test_perfect_encoders_pay_nothing_unless_a_caption_repeats():
    size = 5
    perfect = np.eye(size)
    assert clip_loss(perfect, perfect, log_scale=np.log(1000)) == pytest.approx(0, abs=1e-300)
    one_caption_twice = perfect[[0, 0, 2, 3, 4]]
    floor = clip_loss(one_caption_twice, one_caption_twice, log_scale=np.log(1000))
    assert floor == pytest.approx(2 * np.log(2) / size)
    every_caption_twice = np.repeat(perfect, 2, axis=0)
    floor = clip_loss(every_caption_twice, every_caption_twice, log_scale=np.log(1000))
    assert floor == pytest.approx(np.log(2))


@pytest.mark.parametrize("size", [5e-324, 1e-200, 1e200, 1e308])
def test_tiny_and_huge_features_have_a_direction_too(size):
    images = np.array([[1.0, 0.0], [1.0, 1.0]])
    loss = clip_loss(images, images, log_scale=0.0)
    assert clip_loss(size * images, images, log_scale=0.0) == pytest.approx(loss)
    assert clip_loss(images, size * images, log_scale=0.0) == pytest.approx(loss)
    assert not np.isnan(clip_loss_grad(size * images, images, log_scale=0.0)[0]).any()


def test_a_scale_beyond_the_largest_float_gives_the_limit():
    right, wrong = np.eye(2), np.eye(2)[::-1]
    assert clip_loss(right, right, log_scale=1e4) == 0
    for gradient in clip_loss_grad(right, right, log_scale=1e4):
        np.testing.assert_array_equal(gradient, np.zeros_like(gradient))
    assert clip_loss(right, wrong, log_scale=1e4) > 1e307
    assert clip_loss(right, wrong, log_scale=-1e4) == pytest.approx(np.log(2))


def test_nan_passes_through_and_a_row_with_inf_has_no_direction():
    for bad in (np.nan, np.inf):
        images = np.array([[bad, 1.0], [0.0, 1.0]])
        assert np.isnan(clip_loss(images, np.eye(2), log_scale=0.0))
        for gradient in clip_loss_grad(images, np.eye(2), log_scale=0.0):
            assert np.isnan(gradient).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_float_type_of_the_images_stays(dtype):
    images, texts = np.random.default_rng(1).normal(size=(2, 4, 3)).astype(dtype)
    loss = clip_loss(images, texts, log_scale=np.log(100))
    gradients = clip_loss_grad(images, texts, log_scale=np.log(100))
    assert {loss.dtype, *(gradient.dtype for gradient in gradients)} == {np.dtype(dtype)}
    mixed = clip_loss_grad(images, texts.astype(np.float64), log_scale=np.log(100))
    assert {gradient.dtype for gradient in mixed} == {np.dtype(dtype)}
    exact = images.astype(np.float64), texts.astype(np.float64)
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(loss, clip_loss(*exact, log_scale=np.log(100)), rtol=eps)
    for ours, theirs in zip(gradients, clip_loss_grad(*exact, log_scale=np.log(100)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=eps, atol=1e-7)


def test_half_precision_features_do_not_overflow():
    images = np.array([[6e4, 6e4], [6e4, -6e4]], dtype=np.float16)
    assert clip_loss(images, images, log_scale=0.0) == pytest.approx(np.log1p(np.exp(-1)), rel=1e-3)


def test_integer_features_become_float64():
    loss = clip_loss([[1, 0], [0, 1]], [[2, 0], [0, 3]], log_scale=0)
    assert loss.dtype == np.float64
    assert loss == pytest.approx(np.log1p(np.exp(-1)))


@pytest.mark.parametrize("function", [clip_loss, clip_loss_grad])
@pytest.mark.parametrize(
    ("images", "texts", "log_scale", "error", "message"),
    [
        (np.ones((2, 3)), np.ones((2, 2)), 0.0, ValueError, "image_features and text_features"),
        (np.ones((2, 3)), np.ones((3, 3)), 0.0, ValueError, "must have equal shapes"),
        (np.ones(3), np.ones(3), 0.0, ValueError, r"must have shape \(N, dimensions\)"),
        (np.ones((0, 3)), np.ones((0, 3)), 0.0, ValueError, r"neither of them 0, got \(0, 3\)"),
        (np.ones((3, 0)), np.ones((3, 0)), 0.0, ValueError, r"neither of them 0, got \(3, 0\)"),
        ([["a"]], [[1.0]], 0.0, TypeError, "image_features must be real numbers"),
        ([[1.0]], [[1j]], 0.0, TypeError, "text_features must be real numbers"),
        ([[1.0], [0.0]], [[1.0], [1.0]], 0.0, ValueError, "image_features must not have a row of"),
        ([[1.0], [1.0]], [[1.0], [-0.0]], 0.0, ValueError, "text_features must .* zeros.*: row 1"),
        ([[1.0]], [[1.0]], np.inf, ValueError, "log_scale must be a finite number, got inf"),
        ([[1.0]], [[1.0]], np.nan, ValueError, "log_scale must be a finite number, got nan"),
        ([[1.0]], [[1.0]], "1", TypeError, "log_scale must be a finite number, got '1'"),
        ([[1.0]], [[1.0]], [1.0], TypeError, "log_scale must be a finite number"),
    ],
)
def test_wrong_input_is_refused_by_name(function, images, texts, log_scale, error, message):
    with pytest.raises(error, match=message):
        function(images, texts, log_scale=log_scale)


# SigLIP


def pairs_of(seed, shape=(5, 3)):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape), rng.normal(size=shape)


@pytest.mark.parametrize("log_scale", [0.0, np.log(10), 4.6])
def test_siglip_and_all_its_slopes_are_those_of_pytorch(log_scale):
    images, texts = (torch.tensor(x, requires_grad=True) for x in pairs_of(0))
    scale, bias = (
        torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (log_scale, -2.0)
    )
    unit = torch.nn.functional.normalize
    logits = scale.exp() * unit(images) @ unit(texts).T + bias
    signs = 2 * torch.eye(5, dtype=torch.float64) - 1
    loss = -torch.nn.functional.logsigmoid(signs * logits).sum() / 5
    loss.backward()
    ours = pairs_of(0)
    knobs = {"log_scale": log_scale, "bias": -2.0}
    assert lossfns.siglip_loss(*ours, **knobs) == pytest.approx(loss.item(), rel=1e-13)
    slopes = lossfns.siglip_loss_grad(*ours, **knobs)
    for slope, tensor in zip(slopes, (images, texts, scale, bias), strict=True):
        np.testing.assert_allclose(slope, tensor.grad, rtol=1e-11, atol=1e-13)


def test_siglip_judges_each_pair_alone_where_clip_compares():
    images, texts = pairs_of(1)
    harder = texts.copy()
    harder[3] = images[4]
    knobs = {"log_scale": 1.0, "bias": 0.0}
    slopes = [lossfns.siglip_loss_grad(images, each, **knobs)[1][:3] for each in (texts, harder)]
    np.testing.assert_allclose(*slopes, rtol=1e-12)
    compared = [
        lossfns.clip_loss_grad(images, each, log_scale=1.0)[1][:3] for each in (texts, harder)
    ]
    assert not np.allclose(*compared)


@pytest.mark.parametrize("bias", [np.nan, np.inf, "1"])
def test_siglip_names_a_wrong_bias(bias):
    error = TypeError if isinstance(bias, str) else ValueError
    with pytest.raises(error, match="bias must be a finite number"):
        lossfns.siglip_loss(*pairs_of(0), log_scale=0.0, bias=bias)


# Triplets


@pytest.mark.parametrize("margin", [0.2, 1.0, 5.0])
def test_triplets_are_those_of_pytorch(margin):
    arrays = np.random.default_rng(2).normal(size=(3, 20, 4))
    tensors = [torch.tensor(x, requires_grad=True) for x in arrays]
    loss = torch.nn.functional.triplet_margin_loss(
        *tensors, margin=margin, eps=0.0, reduction="none"
    )
    loss.sum().backward()
    np.testing.assert_allclose(
        lossfns.triplet_loss(*arrays, margin=margin), loss.detach(), rtol=1e-12, atol=1e-14
    )
    slopes = lossfns.triplet_loss_grad(*arrays, margin=margin)
    for slope, tensor in zip(slopes, tensors, strict=True):
        np.testing.assert_allclose(slope, tensor.grad, rtol=1e-12, atol=1e-14)


def test_a_collapsed_encoder_pays_the_margin_and_feels_nothing():
    one_point = np.ones((3, 4, 2))
    assert (lossfns.triplet_loss(*one_point, margin=0.5) == 0.5).all()
    assert not np.any(lossfns.triplet_loss_grad(*one_point, margin=0.5))


def test_no_slope_of_a_triplet_is_minus_zero():
    slopes = np.array(lossfns.triplet_loss_grad([0.0, 0.0], [1.0, 0.0], [0.0, 1.5]))
    assert not (np.signbit(slopes) & (slopes == 0)).any()


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_distances_neither_vanish_nor_overflow(scale):
    anchor, positive, negative = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]) * scale
    gap = lossfns.triplet_loss(anchor, negative, positive, margin=scale)
    assert gap == pytest.approx(6 * scale, rel=1e-14)


def test_a_negative_endlessly_far_costs_nothing_and_a_positive_endlessly_far_inf():
    near, far = np.zeros(2), np.array([np.inf, 0.0])
    assert lossfns.triplet_loss(near, near, far) == 0
    assert not np.any(lossfns.triplet_loss_grad(near, near, far))
    assert lossfns.triplet_loss(near, far, near) == np.inf
    np.testing.assert_array_equal(lossfns.triplet_loss_grad(near, far, near)[1], [1, 0])
    top = np.array([1e308, 1e308])  # their differences leave the range
    assert lossfns.triplet_loss(top, -top, near) == pytest.approx(2**0.5 * 1e308)
    assert lossfns.triplet_loss(top, -top, -top, margin=2.0) == 2
    assert np.isnan(lossfns.triplet_loss(near, far * [1, np.nan], near))


def test_triplets_name_what_is_wrong():
    with pytest.raises(ValueError, match="at least one dimension along the last axis"):
        lossfns.triplet_loss(1.0, 2.0, 3.0)
    with pytest.raises(ValueError, match="must have equal shapes"):
        lossfns.triplet_loss([1.0, 2.0], [1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="margin must be a positive number"):
        lossfns.triplet_loss([1.0], [1.0], [1.0], margin=0)


def test_distances_beyond_the_largest_float_can_be_compared():
    top = np.finfo(np.float64).max
    anchor, positive, negative = [top, top], [-top, -top], [-top, 0.0]
    assert triplet_loss(anchor, positive, anchor) == np.inf
    assert triplet_loss(anchor, negative, positive) == 0
    assert triplet_loss(anchor, positive, negative) == pytest.approx((8**0.5 - 5**0.5) * top)
    at_anchor, at_positive, at_negative = triplet_loss_grad(anchor, positive, negative)
    np.testing.assert_allclose(at_positive, [-(0.5**0.5), -(0.5**0.5)])
    np.testing.assert_allclose(at_negative, [0.8**0.5, 0.2**0.5])
    np.testing.assert_allclose(at_anchor, -at_positive - at_negative)


def test_a_tiny_triplet_keeps_its_distances_beside_a_huge_one():
    anchors, units = np.zeros((2, 2)), np.array([[3.0, 4.0], [0.6, 0.8]])
    sizes = np.array([[1e200], [1e-200]])
    losses = triplet_loss(anchors, 5 * units * sizes, units * sizes, margin=1e-250)
    assert losses == pytest.approx([20e200, 4e-200], rel=1e-14)
    slopes = triplet_loss_grad(anchors, 5 * units * sizes, units * sizes, margin=1e-250)[1]
    assert slopes == pytest.approx(np.array([[0.6, 0.8], [0.6, 0.8]]), rel=1e-14)


def test_many_dimensions_of_the_largest_numbers_are_a_distance_too():
    far = np.full((1, 100), 1.5e308)
    assert triplet_loss(np.zeros((1, 100)), far, -far, margin=1.0) == [1.0]


def test_no_slope_of_the_scale_or_the_bias_is_minus_zero():
    """In single precision a tiny slope below 0 is rounded to it."""
    one = np.ones((1, 1), np.float32)
    for slope in lossfns.siglip_loss_grad(one, one, log_scale=-100.0, bias=200.0)[2:]:
        assert slope == 0
        assert not np.signbit(slope)
