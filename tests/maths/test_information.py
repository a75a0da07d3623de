"""Entropy and divergences against SciPy and in high precision; their inequalities."""

import mpmath
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st

from lossfns import (
    cross_entropy,
    entropy,
    js_divergence,
    kl_divergence,
    perplexity,
    softmax,
    softmax_cross_entropy,
    surprisal,
)

TWO = [cross_entropy, kl_divergence, js_divergence]
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def pairs(draw):
    """Two distributions over the same outcomes, some of them impossible."""
    outcomes = draw(st.integers(1, 8))
    counts = st.lists(st.integers(0, 50), min_size=outcomes, max_size=outcomes)
    p, q = np.array(draw(counts), float), np.array(draw(counts), float)
    assume(p.sum() > 0)
    assume(q.sum() > 0)
    return p / p.sum(), q / q.sum()


@given(pairs())
def test_entropies_agree_with_scipy(pair):
    p, q = pair
    assert entropy(p) == pytest.approx(scipy.stats.entropy(p), abs=1e-14)
    assert kl_divergence(p, q) == pytest.approx(scipy.stats.entropy(p, q), abs=1e-14)
    distance = scipy.spatial.distance.jensenshannon(p, q)
    assert js_divergence(p, q) == pytest.approx(distance**2, abs=1e-14)


@given(pairs())
def test_no_forecast_beats_the_truth(pair):
    p, q = pair
    assert kl_divergence(p, q) >= 0
    assert cross_entropy(p, q) >= entropy(p) - 1e-15
    assert kl_divergence(p, q) == pytest.approx(cross_entropy(p, q) - entropy(p), abs=1e-14)


@given(pairs())
def test_the_divergence_from_itself_is_exactly_zero(pair):
    assert kl_divergence(pair[0], pair[0]) == 0
    assert js_divergence(pair[0], pair[0]) == 0


@given(pairs())
def test_jensen_shannon_is_symmetric_and_at_most_one_bit(pair):
    p, q = pair
    assert js_divergence(p, q) == js_divergence(q, p)
    assert 0 <= js_divergence(p, q, base=2) <= 1 + 1e-15


@given(pairs())
def test_entropy_lies_between_certainty_and_a_uniform_guess(pair):
    assert 0 <= entropy(pair[0]) <= np.log(len(pair[0])) + 1e-15


@given(seed=SEEDS, scale=st.sampled_from([1e-3, 1e-6, 1e-9, 1e-12]))
def test_the_divergence_of_close_distributions_keeps_its_digits(seed, scale):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(4))
    shift = p * rng.standard_normal(4) * scale
    q = p + (shift - shift.mean())
    assume((q > 0).all())
    with mpmath.workdps(50):
        exact = sum(
            a * mpmath.log(a / b) - a + b
            for a, b in zip(map(mpmath.mpf, p.tolist()), map(mpmath.mpf, q.tolist()), strict=True)
        )
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, q) == pytest.approx(float(exact), rel=1e-15 / scale + 1e-14)


@given(pairs())
def test_bits_are_nats_over_log_two(pair):
    p, q = pair
    assert entropy(p, base=2) == pytest.approx(entropy(p) / np.log(2), rel=1e-15)
    for measure in (cross_entropy, kl_divergence, js_divergence):
        assert measure(p, q, base=2) == pytest.approx(measure(p, q) / np.log(2), rel=1e-15)
        everywhere = measure([p], [q], base=2, where=[True])
        assert everywhere[0] == measure(p, q, base=2)
    assert surprisal(0.125, base=2) == 3


def test_a_certain_outcome_surprises_nobody_and_prints_without_a_minus_sign():
    for value in (entropy([1.0, 0.0]), surprisal(1.0), cross_entropy([1.0, 0.0], [1.0, 0.0])):
        assert value == 0
        assert not np.signbit(value)


def test_what_was_called_impossible_costs_infinity_when_it_happens():
    assert surprisal(0) == np.inf
    assert cross_entropy([1, 0], [0, 1]) == np.inf
    assert kl_divergence([0.5, 0.5], [1, 0]) == np.inf
    assert js_divergence([1, 0], [0, 1]) == pytest.approx(np.log(2), rel=1e-15)


def test_what_never_happens_costs_nothing_however_unlikely_it_was_called():
    assert cross_entropy([1, 0], [1, 0]) == 0
    assert kl_divergence([1, 0], [0.5, 0.5]) == pytest.approx(np.log(2), rel=1e-15)
    assert cross_entropy([0, 1], [5e-324, 1]) == 0


def test_the_smallest_probabilities_are_not_lost():
    tiny = 5e-324
    assert surprisal(tiny) == pytest.approx(744.44, abs=0.01)
    assert kl_divergence([1, 0], [tiny, 1]) == pytest.approx(744.44, abs=0.01)
    assert np.isfinite(js_divergence([tiny, 1], [0, 1]))


def test_cross_entropy_of_a_softmax_is_the_loss_from_logits():
    rng = np.random.default_rng(0)
    logits, p = rng.standard_normal((5, 4)), rng.dirichlet(np.ones(4), 5)
    np.testing.assert_allclose(
        cross_entropy(p, softmax(logits)), softmax_cross_entropy(logits, p), rtol=1e-14
    )


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_the_outcomes_may_lie_along_any_axis(axis):
    p, q = np.random.default_rng(0).dirichlet(np.ones(4), (2, 3, 2))
    moved = [np.moveaxis(x, -1, axis) for x in (p, q)]
    np.testing.assert_allclose(entropy(moved[0], axis=axis), entropy(p), rtol=1e-14)
    for measure in TWO:
        np.testing.assert_allclose(measure(*moved, axis=axis), measure(p, q), rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("classes", [3, 1000])
def test_rounded_distributions_are_still_distributions(dtype, classes):
    p, q = np.random.default_rng(0).dirichlet(np.ones(classes), 2)
    tolerance = 8 * float(np.finfo(dtype).eps)
    assert entropy(p.astype(dtype)).dtype == dtype
    assert entropy(p.astype(dtype)) == pytest.approx(entropy(p), rel=tolerance)
    for measure in TWO:
        rounded = measure(p.astype(dtype), q.astype(dtype))
        assert rounded == pytest.approx(measure(p, q), rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_sum_may_be_off_by_the_root_of_the_dtypes_epsilon_and_no_more(dtype):
    root = float(np.sqrt(np.finfo(dtype).eps))
    for off in (0.9 * root, -0.9 * root):
        assert entropy(np.array([0.5, 0.5 + off], dtype)) == pytest.approx(np.log(2), abs=root)
    for off in (1.1 * root, -1.1 * root):
        with pytest.raises(ValueError, match="p must sum to 1"):
            entropy(np.array([0.5, 0.5 + off], dtype))


@pytest.mark.parametrize("measure", [lambda p, q: entropy(p), *TWO])
@pytest.mark.parametrize(
    ("p", "error", "message"),
    [
        ([0.9, 0.9], ValueError, r"p must sum to 1 along axis 0, got 1\.8"),
        ([1.1, -0.1], ValueError, r"p must not be negative, got -0\.1"),
        ([np.inf, 0], ValueError, r"p must sum to 1 along axis 0, got inf"),
        ([[], []], ValueError, r"at least one class along axis -1, got shape \(2, 0\)"),
        (["a", "b"], TypeError, "p must be real numbers"),
    ],
)
def test_what_is_no_distribution_is_refused_not_rescaled(measure, p, error, message):
    with pytest.raises(error, match=message):
        measure(p, p)


@pytest.mark.parametrize("measure", TWO)
def test_the_second_distribution_is_checked_too(measure):
    with pytest.raises(ValueError, match=r"q must sum to 1 along axis 0, got 0\.9"):
        measure([0.5, 0.5], [0.5, 0.4])
    with pytest.raises(ValueError, match=r"p and q must have equal shapes, got \(2,\) and"):
        measure([0.5, 0.5], [[0.5, 0.5]])


@pytest.mark.parametrize("measure", TWO)
def test_a_nan_is_passed_on_from_either_side(measure):
    rows = np.array([[0.0, 1.0], [0.0, 1.0]])
    poisoned = np.array([[np.nan, 1.0], [0.0, 1.0]])
    for result in (measure(poisoned, rows), measure(rows, poisoned)):
        np.testing.assert_array_equal(np.isnan(result), [True, False])
    np.testing.assert_array_equal(np.isnan(entropy(poisoned)), [True, False])


def test_probabilities_above_one_have_no_surprise():
    for p in (1.0001, -0.1):
        with pytest.raises(ValueError, match=f"p must lie between 0 and 1, got {p}"):
            surprisal(p)


def test_an_empty_batch_gives_an_empty_result():
    for measure in TWO:
        assert measure(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0,)
    assert entropy(np.zeros((0, 3))).shape == surprisal([]).shape == (0,)


def test_perplexity_undoes_the_logarithm_and_overflows_to_inf():
    assert perplexity(entropy(np.full(50, 0.02))) == pytest.approx(50, rel=1e-14)
    assert perplexity(0) == 1
    assert perplexity(1e4) == np.inf
    assert perplexity(np.float16(12)) == np.inf
    assert np.isnan(perplexity(np.nan))
    with pytest.raises(ValueError, match=r"nll must not be negative, got -0\.1"):
        perplexity(-0.1)


@pytest.mark.parametrize("base", [0.5, 1, 0, -2, np.inf, np.nan])
def test_a_base_that_gives_no_surprise_is_refused(base):
    with pytest.raises(ValueError, match="base must be a number greater than 1"):
        surprisal(0.5, base=base)


def test_a_chance_below_the_smallest_normal_number_keeps_its_logarithm():
    """The quotient q / p has lost its digits there."""
    p, q = np.array([1e-3, 1 - 1e-3]), np.array([3e-312, 1.0])
    whole = 1e-3 * (np.log(1e-3) - np.log(3e-312)) + (1 - 1e-3) * np.log(1 - 1e-3)
    assert kl_divergence(p, q) == pytest.approx(whole, rel=1e-14)


def test_a_sum_as_far_from_one_as_may_be_is_a_distribution_beside_a_nan_too():
    least = np.array([[0.5, 0.5 + 2.0**-26], [np.nan, 0.5]])
    assert entropy(least)[0] == pytest.approx(np.log(2), rel=1e-7)
    least[0, 1] += 2.0**-50
    with pytest.raises(ValueError, match="p must sum to 1"):
        entropy(least)
