"""The line and the network of chapter 1 learn what the page says they learn."""

import numpy as np
import pytest

from lossfns import check_gradient, squared_error, squared_error_grad
from lossfns.course.patients import fit, line, network, split_patients, start


def mean_slope(guess, truth):
    return squared_error_grad(guess, truth) / len(truth)


@pytest.mark.parametrize(
    ("model", "index"), [(line, 0), (line, 1), *((network, index) for index in range(4))]
)
def test_every_weight_gets_the_measured_slope(model, index):
    known, _ = split_patients()
    rng = np.random.default_rng(index)
    weights = [w + rng.normal(scale=0.3, size=np.shape(w)) for w in start(model)]

    def at(weight):
        return [*weights[:index], weight, *weights[index + 1 :]]

    def loss(weight):
        return np.mean(squared_error(model(at(weight), known.inputs)[0], known.outcomes))

    def slope(weight):
        guess, back = model(at(weight), known.inputs)
        return back(mean_slope(guess, known.outcomes))[index]

    check_gradient(loss, slope, weights[index])


def test_nothing_about_the_new_patients_is_used_for_training():
    known, new = split_patients()
    short = {"steps": 5}
    log = fit(network, start(network), known, new, mean_slope, **short)
    other = fit(network, start(network), known, known, mean_slope, **short)

    np.testing.assert_array_equal(log.train, other.train)
    np.testing.assert_allclose(known.inputs.mean(axis=0), 0, atol=1e-12)
    assert np.abs(new.inputs.mean(axis=0)).max() > 1e-3


def test_a_run_can_be_repeated_from_the_same_start():
    known, new = split_patients()
    weights = start(network)
    first, second = (fit(network, weights, known, new, mean_slope, steps=20) for _ in range(2))

    np.testing.assert_array_equal(first, second)
    assert first.train[-1] < first.train[0]


def test_an_unknown_model_is_named():
    with pytest.raises(ValueError, match="line or network"):
        start(print)
