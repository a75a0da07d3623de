"""Losses of real systems, composed from ours as the chapters compose them."""

import numpy as np
import pytest
import torch

from lossfns import (
    Value,
    ctc_loss,
    ctc_loss_grad,
    entropy,
    hinge_loss,
    kl_divergence,
    perplexity,
    sigmoid_binary_cross_entropy,
    smooth_labels,
    softmax,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
    squared_error,
)
from tests.golden import GOLDEN


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-9)


def ignoring(logits, targets, ignore_index=-100):
    """Mean next-token loss over the kept positions, and its gradient."""
    kept = targets != ignore_index
    losses = softmax_cross_entropy_with_integer_labels(logits[kept], targets[kept])
    gradient = np.zeros_like(logits)
    gradient[kept] = softmax_cross_entropy_with_integer_labels_grad(logits[kept], targets[kept])
    return losses, gradient / kept.sum()


def test_next_token_loss_leaves_ignored_positions_out_of_the_mean():
    row = GOLDEN["next_token_ce"][0]
    logits, targets = np.array(row["logits"]), np.array(row["targets"])
    losses, gradient = ignoring(logits, targets, row["ignore_index"])
    assert len(losses) == row["n_tokens"]
    close(losses.sum(), row["sum"])
    close(losses.mean(), row["mean"])
    close(gradient, row["grad_of_mean"])
    close(perplexity(losses.mean()), row["perplexity"])
    close(losses.mean() / np.log(2), row["bits_per_token"])


def test_a_language_model_that_knows_nothing_pays_the_logarithm_of_the_vocabulary():
    row = GOLDEN["next_token_ce"][1]
    losses, gradient = ignoring(np.array(row["logits"]), np.array(row["targets"]))
    close(losses[0], row["uniform_row_loss"])
    close(losses[0], np.log(5))
    close(losses.mean(), row["mean"])
    close(gradient, row["grad_of_mean"])


def test_the_mean_of_micro_batch_means_is_not_the_mean_over_tokens():
    row = GOLDEN["next_token_ce"][0]
    logits, targets = np.array(row["logits"]), np.array(row["targets"])
    means = [
        ignoring(logits[part], targets[part])[0].mean() for part in np.split(np.arange(5), [4])
    ]
    assert np.mean(means) == pytest.approx(1.62914, abs=5e-6)
    close(row["mean"], 1.750557853273492)


def test_detr_divides_the_weighted_sum_by_the_weights_of_the_targets():
    row = GOLDEN["detr_weighted_ce"][0]
    logits, targets = np.array(row["logits"]), np.array(row["targets"])
    weights = np.array(row["weight"])[targets]
    losses = softmax_cross_entropy_with_integer_labels(logits, targets)
    gradients = softmax_cross_entropy_with_integer_labels_grad(logits, targets)
    close((weights * losses).sum() / weights.sum(), row["loss"])
    close(weights[:, None] * gradients / weights.sum(), row["grad"])
    close(losses.mean(), row["unweighted_loss"])
    reference = torch.nn.functional.cross_entropy(
        torch.tensor(logits), torch.tensor(targets), weight=torch.tensor(row["weight"]).double()
    )
    close(row["loss"], reference)


def test_label_smoothing_as_torch_has_it_shares_epsilon_among_all_classes():
    row = GOLDEN["label_smoothing"][0]
    logits, one_hot = np.array(row["logits"]), np.eye(3)[row["target"]]
    smoothed = smooth_labels(one_hot, row["eps"])
    close(smoothed, row["torch_target"])
    close(softmax_cross_entropy(logits, smoothed), row["torch_loss"])
    close(softmax_cross_entropy_grad(logits, smoothed), row["grad"])


def test_label_smoothing_as_espnet_has_it_shares_epsilon_among_the_wrong_classes():
    row = GOLDEN["label_smoothing"][0]
    logits, one_hot = np.array(row["logits"]), np.eye(3)[row["target"]]
    classes = len(one_hot)
    smoothed = smooth_labels(one_hot, row["eps"] * classes / (classes - 1))
    close(smoothed, row["espnet_target"])
    loss = softmax_cross_entropy(logits, smoothed) - entropy(smoothed)
    close(loss, row["espnet_loss_KL"])
    close(loss, kl_divergence(smoothed, softmax(logits)))


@pytest.mark.parametrize(("spread_over", "floor"), [(10, 0.500), (9, 0.545)])
def test_a_smoothed_label_leaves_a_floor_above_zero(spread_over, floor):
    smoothed = smooth_labels(np.eye(10)[0], 0.1 * 10 / spread_over)
    perfect = np.log(smoothed)
    assert softmax_cross_entropy(perfect, smoothed) == pytest.approx(floor, abs=5e-4)
    close(softmax_cross_entropy(perfect, smoothed), entropy(smoothed))
    close(softmax_cross_entropy_grad(perfect, smoothed), np.zeros(10))


def test_joint_ctc_attention_loss_weighs_two_whole_sequence_losses():
    row = GOLDEN["joint_ctc_attention"][0]
    weight = row["ctc_weight"]
    ctc_logits, decoder_logits = np.array(row["ctc_logits"]), np.array(row["dec_logits"])
    ctc = ctc_loss(ctc_logits, row["ctc_target"])
    attention = softmax_cross_entropy_with_integer_labels(decoder_logits, row["dec_targets"]).sum()
    close(ctc, row["loss_ctc"])
    close(attention, row["loss_att"])
    close(weight * ctc + (1 - weight) * attention, row["loss"])
    close(weight * ctc_loss_grad(ctc_logits, row["ctc_target"]), row["grad_ctc_logits"])
    gradient = softmax_cross_entropy_with_integer_labels_grad(decoder_logits, row["dec_targets"])
    close((1 - weight) * gradient, row["grad_dec_logits"])


class TestMicrograd:
    """A linear scorer on a graph of scalars: the loss is whatever is built on top."""

    row = GOLDEN["micrograd"][0]

    def scorer(self):
        parameters = [Value(w) for w in (*self.row["w"], self.row["b"])]
        *weights, bias = parameters
        scores = [
            sum(w * x for w, x in zip(weights, inputs, strict=True)) + bias
            for inputs in self.row["X"]
        ]
        return parameters, scores

    def gradients(self, loss, parameters):
        loss.backward()
        return [parameter.grad for parameter in parameters]

    def test_the_scores_are_the_reference_values(self):
        close([score.data for score in self.scorer()[1]], self.row["scores"])

    def test_hinge_as_in_its_own_demo(self):
        parameters, scores = self.scorer()
        terms = [(1 - y * s).relu() for y, s in zip(self.row["Y"], scores, strict=True)]
        loss = sum(terms) / len(terms)
        close(loss.data, self.row["hinge_mean"])
        close(loss.data, hinge_loss(self.row["scores"], self.row["Y"]).mean())
        close(self.gradients(loss, parameters), self.row["hinge_grads_w0_w1_b"])

    def test_summed_squared_error_is_three_times_the_mean(self):
        parameters, scores = self.scorer()
        loss = sum((s - y) ** 2 for y, s in zip(self.row["Y"], scores, strict=True))
        close(loss.data, self.row["mse_sum"])
        close(loss.data / 3, self.row["mse_mean"])
        close(squared_error(self.row["scores"], self.row["Y"]).mean(), self.row["mse_mean"])
        close(self.gradients(loss, parameters), self.row["mse_sum_grads"])

    def test_binary_cross_entropy_which_it_lacks(self):
        parameters, scores = self.scorer()
        labels = [(y + 1) / 2 for y in self.row["Y"]]
        loss = sum(s.softplus() - y * s for y, s in zip(labels, scores, strict=True)) / 3
        close(loss.data, self.row["bce_mean_labels01"])
        close(loss.data, sigmoid_binary_cross_entropy(self.row["scores"], labels).mean())
        close(self.gradients(loss, parameters), self.row["bce_grads"])
