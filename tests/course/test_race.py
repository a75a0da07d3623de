"""The race of chapter 3: its recipe, against torch's training, and its wrong uses."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from lossfns.course.race import (
    BATCH_SIZE,
    GRADIENTS,
    STARTS,
    accuracy,
    digits,
    epochs_to_reach,
    race,
    starting_network,
)


def test_the_digits_are_split_into_the_same_parts_every_time_with_every_class_in_each():
    first, second = digits(), digits()

    assert first.train_images.shape == (1347, 64)
    assert first.test_images.shape == (450, 64)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
    for labels in (first.train_labels, first.test_labels):
        shares = np.bincount(labels, minlength=10) / len(labels)
        np.testing.assert_allclose(shares, 0.1, atol=0.005)


def test_pixels_are_between_0_and_1_and_are_scikit_learns():
    data = digits(remove_means=False)
    images, _ = load_digits(return_X_y=True)

    together = np.concatenate([data.train_images, data.test_images])
    assert sorted(map(tuple, together)) == sorted(map(tuple, images / 16))


def test_the_means_removed_are_those_of_the_training_images_alone():
    raw, centred = digits(remove_means=False), digits()

    means = raw.train_images.mean(axis=0)
    np.testing.assert_allclose(centred.train_images, raw.train_images - means)
    np.testing.assert_allclose(centred.test_images, raw.test_images - means)


def test_a_fresh_network_has_small_weights_no_bias_and_no_opinion():
    network = starting_network("fresh")

    assert np.abs(network.last.weights).max() <= 1 / 8
    assert not network.last.biases.any()
    assert accuracy(network, digits().test_images, digits().test_labels).max() < 0.4


def test_a_confidently_wrong_network_gives_the_truth_next_to_nothing():
    data = digits()
    logits = starting_network("confidently_wrong", seeds=[0]).logits(data.train_images)[0]

    log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    p_true = np.exp(log_p[np.arange(1347), data.train_labels])
    assert 5e-5 < np.median(p_true) < 1e-4
    assert np.mean(logits.argmax(axis=-1) == (data.train_labels + 1) % 10) > 0.95


def torch_loss(loss, logits, labels):
    one_hot = torch.nn.functional.one_hot(labels, 10).double()
    if loss == "cross_entropy":
        return torch.nn.functional.cross_entropy(logits, labels)
    outputs = logits.softmax(-1) if loss == "squared_error" else logits
    return ((outputs - one_hot) ** 2).sum(-1).mean()


def torch_race(loss, epochs, rate, seed, hidden):
    """The recipe once more, one run at a time, with torch's own gradients and optimiser."""
    generator = np.random.default_rng(seed)
    images, labels, test_images, test_labels = map(torch.tensor, digits())
    widths = [64, hidden, 10] if hidden else [64, 10]
    layers = []
    for inputs, outputs in pairwise(widths):
        bound = 1 / np.sqrt(inputs)
        weights = torch.tensor(generator.uniform(-bound, bound, (inputs, outputs)))
        layers.append((weights, torch.zeros(outputs, dtype=torch.float64)))
    optimiser = torch.optim.SGD([one.requires_grad_() for two in layers for one in two], lr=rate)

    def logits(inputs):
        *first, (weights, biases) = layers
        for hidden_weights, hidden_biases in first:
            inputs = torch.relu(inputs @ hidden_weights + hidden_biases)
        return inputs @ weights + biases

    def test_accuracy():
        with torch.no_grad():
            guesses = logits(test_images).argmax(-1)
        return (guesses == test_labels).double().mean().item()

    accuracies = [test_accuracy()]
    for _ in range(epochs):
        for batch in torch.tensor(generator.permutation(1347)).split(BATCH_SIZE):
            optimiser.zero_grad()
            torch_loss(loss, logits(images[batch]), labels[batch]).backward()
            optimiser.step()
        accuracies.append(test_accuracy())
    return accuracies


@pytest.mark.parametrize("hidden", [0, 12])
@pytest.mark.parametrize("loss", GRADIENTS)
def test_training_is_what_torch_does_with_the_same_recipe(loss, hidden):
    accuracies = race(loss, rate=0.1, epochs=3, seeds=[5, 7], hidden=hidden)

    expected = [torch_race(loss, 3, 0.1, seed, hidden) for seed in (5, 7)]
    np.testing.assert_allclose(accuracies, expected, rtol=1e-12)


@pytest.mark.parametrize("start", STARTS)
def test_a_seed_gives_the_same_run_alone_as_in_company(start):
    together = race("cross_entropy", start=start, epochs=2, seeds=[0, 3])

    np.testing.assert_array_equal(
        race("cross_entropy", start=start, epochs=2, seeds=[3])[0], together[1]
    )
    assert not np.array_equal(together[0], together[1])


def test_from_a_fresh_start_squared_error_is_slower_and_five_times_the_rate_repays_it():
    slow = epochs_to_reach(race("squared_error", rate=0.03, epochs=60))
    quick = epochs_to_reach(race("cross_entropy", rate=0.03, epochs=60))
    repaid = epochs_to_reach(race("squared_error", rate=0.15, epochs=60))

    assert max(quick) < 20 < 38 <= min(slow)
    assert max(repaid) < 20


def test_from_a_confidently_wrong_start_cross_entropy_recovers_and_squared_error_stalls():
    recipe = {"start": "confidently_wrong", "rate": 0.1, "epochs": 30, "seeds": [0]}

    assert race("cross_entropy", **recipe)[0, -1] > 0.9
    assert race("squared_error", **recipe)[0, -1] < 0.2


def test_a_rate_of_its_own_brings_squared_error_out_of_a_confidently_wrong_start():
    at_its_rate = race("squared_error", start="confidently_wrong", rate=30, epochs=5, seeds=[0])

    assert epochs_to_reach(at_its_rate)[0] <= 5


def test_with_a_hidden_layer_a_rate_can_be_too_large_for_cross_entropy_too():
    linear, hidden = (
        race("cross_entropy", rate=100.0, epochs=5, seeds=[0], hidden=units) for units in (0, 64)
    )

    assert linear[0, -1] > 0.9
    assert hidden[0, -1] < 0.2


def test_a_rate_too_large_for_the_logits_diverges_to_chance_without_a_warning():
    accuracies = race("squared_error_on_logits", rate=3.0, epochs=20, seeds=[0])

    assert accuracies[0, -1] == pytest.approx(0.1, abs=0.01)


def test_no_epochs_gives_the_accuracy_of_the_start():
    accuracies = race("cross_entropy", epochs=0, seeds=[0, 1])

    assert accuracies.shape == (2, 1)
    network = starting_network(seeds=[0, 1])
    np.testing.assert_array_equal(
        accuracies[:, 0], accuracy(network, digits().test_images, digits().test_labels)
    )


@pytest.mark.parametrize(
    ("accuracies", "level", "expected"),
    [
        ([[0.1, 0.9, 0.8]], 0.9, [1]),
        ([[0.95, 0.1]], 0.9, [0]),
        ([[0.1, 0.2], [0.1, 0.6]], 0.5, [None, 1]),
    ],
)
def test_the_first_epoch_at_the_level_counts_and_none_means_not_reached(
    accuracies, level, expected
):
    assert epochs_to_reach(accuracies, level) == expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"loss": "mse"}, "loss must be one of cross_entropy, squared_error, .* got 'mse'"),
        ({"start": "cold"}, "start must be one of fresh, confidently_wrong, got 'cold'"),
        ({"rate": 0}, "rate must be positive, got 0"),
        ({"rate": float("nan")}, "rate must be positive, got nan"),
        ({"epochs": -1}, "epochs must not be negative, got -1"),
        ({"hidden": -1}, "hidden must not be negative, got -1"),
        ({"seeds": []}, "seeds must hold at least one seed"),
    ],
)
def test_a_wrong_recipe_is_refused_by_name(wrong, message):
    arguments = {"loss": "cross_entropy"} | wrong
    with pytest.raises(ValueError, match=message):
        race(arguments.pop("loss"), **arguments)


def test_a_wrong_start_is_refused_by_name():
    with pytest.raises(ValueError, match="start must be one of"):
        starting_network("warm")
