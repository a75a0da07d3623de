"""Trainings with one fault each, put in on purpose."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tests.clinic.trainings import writers
from tests.clinic.trainings.libraries import (
    hugging_face,
    keras_fit,
    keras_model,
    lightning_metrics,
    sonnet_blocks,
)
from tests.clinic.trainings.loop import (
    Row,
    Split,
    by_epoch,
    digits,
    every,
    network,
    train,
    tumours,
)


@dataclass(frozen=True)
class Run:
    """A log, what was done to its training, and what a reader would tell the clinic.

    fault : what was done on purpose; nothing for a sound training
    told : the other arguments of `diagnose`
    """

    name: str
    text: str
    fault: str = ""
    told: dict[str, object] = field(default_factory=dict)


def never_learns() -> Iterator[Run]:
    """The inputs are all zeros: an even guess is all that can be learned."""
    data = digits()
    blind = replace(data, inputs=0 * data.inputs, held_out_inputs=0 * data.held_out_inputs)
    model = network(64, 1, 10, scale=0.0)
    nn.init.zeros_(model[-1].bias)
    rows = list(train(model, blind, epochs=12, rate=1e-5))
    yield Run("even_guess.csv", writers.plain_csv(every(iter(rows), 10)), "even-guess")
    yield Run("even_guess_printed.txt", writers.printed(by_epoch(iter(rows))), "even-guess")
    table, _ = keras_fit(
        keras_model(
            64, 10, "sparse_categorical_crossentropy", end="softmax", rate=1e-6, scale=1e-3
        ),
        blind,
        epochs=8,
    )
    yield Run("even_guess_keras.csv", table, "even-guess", {"classes": 10})


def only_how_common() -> Iterator[Run]:
    """Shuffled labels of unequal number: only how common each is can be learned."""
    data = digits()
    keep = torch.tensor(np.random.default_rng(1).random(1200) < np.exp(-data.labels.numpy() / 4))
    labels = data.labels[keep]
    some = replace(data, inputs=0 * data.inputs[keep], labels=labels)
    counts = torch.bincount(labels, minlength=10).tolist()
    told = {"counts": counts}
    rows = list(train(network(64, 1, 10), some, epochs=60, batch=len(labels), rate=1e-2))
    yield Run("class_frequencies.jsonl", writers.json_lines(rows), "class-frequencies", told)
    yield Run("class_frequencies.log", writers.nano_gpt(rows), "class-frequencies", told)


def softmax_twice() -> Iterator[Run]:
    data = digits()

    def twice(logits, labels):
        return functional.cross_entropy(torch.softmax(logits, -1), labels)

    rows = list(train(network(64, 1, 10), data, twice, epochs=60))
    yield Run("softmax_twice.log", writers.caffe(every(iter(rows), 20)), "softmax-twice")
    yield Run("softmax_twice_epochs.txt", writers.fastai(by_epoch(iter(rows))), "softmax-twice")
    yield Run(
        "softmax_twice_lightning.csv",
        lightning_metrics(network(64, 1, 10), data, twice, epochs=40),
        "softmax-twice",
    )


def sigmoid_twice() -> Iterator[Run]:
    data = tumours()

    def twice(logits, labels):
        return functional.binary_cross_entropy_with_logits(torch.sigmoid(logits), labels)

    rows = list(train(network(30, 1, 1), data, twice, epochs=120, batch=400))
    share = int(data.labels.sum())
    told = {"counts": [len(data.labels) - share, share]}
    yield Run("sigmoid_twice.csv", writers.plain_csv(rows), "sigmoid-twice", told)
    yield Run("sigmoid_twice.jsonl", writers.json_lines(rows), "sigmoid-twice", told)


def naive_log(probabilities: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return -torch.log(probabilities[torch.arange(len(labels)), labels]).mean()


def not_a_number() -> Iterator[Run]:
    """A softmax without the maximum taken out overflows as the rate tears the weights apart."""
    data = digits()

    def by_hand(logits, labels):
        powers = torch.exp(logits)
        return naive_log(powers / powers.sum(-1, keepdim=True), labels)

    rows = list(train(network(64, 1, 10), data, by_hand, epochs=6, rate=0.3))
    yield Run("nan.jsonl", writers.json_lines(rows), "not-a-number")
    yield Run("nan_megatron.log", writers.megatron(rows), "not-a-number")
    yield Run("nan_wandb.csv", writers.wandb(rows), "not-a-number")
    table, shown = keras_fit(
        keras_model(64, 10, lambda y, z: -_keras_log(z, y), rate=3.0), data, epochs=4, verbose=1
    )
    yield Run("nan_keras.csv", table, "not-a-number")
    yield Run("nan_keras_progress.txt", shown, "not-a-number")


def _keras_log(logits, labels):
    powers = torch.exp(logits)
    labels = labels.long().reshape(-1)
    return torch.log(powers[torch.arange(len(labels)), labels] / powers.sum(-1))


def infinite() -> Iterator[Run]:
    """log(0): the model is sure, and wrong."""
    data = digits()

    def by_hand(logits, labels):
        return naive_log(torch.softmax(logits * 200, -1), labels)

    rows = list(train(network(64, 1, 10), data, by_hand, epochs=2))
    yield Run("inf.csv", writers.plain_csv(rows), "infinite")
    yield Run("inf.log", writers.nano_gpt(rows), "infinite")


def below_zero() -> Iterator[Run]:
    """Targets from 0 to 16 where 0 to 1 are expected; logits where log-probabilities are."""
    data = digits()
    pixels = torch.tensor(np.round(data.inputs.numpy() * 2 + 4).clip(0, 16))
    paint = replace(data, labels=pixels, held_out_labels=pixels[:597])
    rows = list(
        train(
            network(64, 1, 64),
            paint,
            functional.binary_cross_entropy_with_logits,
            epochs=6,
            count=lambda outputs, labels: 0.0,
        )
    )
    yield Run("below_zero.csv", writers.plain_csv(every(iter(rows), 10)), "below-zero")
    yield Run("below_zero_tensorboard.csv", writers.tensorboard(rows), "below-zero")

    def without_log_softmax(logits, labels):
        soft = functional.one_hot(labels, 10) * 0.9 + 0.01
        return functional.kl_div(logits, soft, reduction="batchmean")

    rows = list(train(network(64, 1, 10), data, without_log_softmax, epochs=6))
    yield Run("below_zero_kl.txt", writers.printed(by_epoch(iter(rows))), "below-zero")


def one_class_for_ever() -> Iterator[Run]:
    """Keras, logits read as probabilities: clipped, certain, and the same in every epoch."""
    data = digits()
    sure = replace(data, inputs=data.inputs * 0, held_out_inputs=data.held_out_inputs * 0)
    for end in ("csv", "txt"):
        model = keras_model(64, 10, "sparse_categorical_crossentropy", end="softmax", rate=1e-9)
        bias = np.full(10, -200.0, dtype=np.float32)
        bias[3] = 200
        model.layers[-1].bias.assign(bias)
        table, shown = keras_fit(model, sure, epochs=10)
        yield Run(
            f"clip_share.{end}", table if end == "csv" else shown, "clip-share", {"classes": 10}
        )


def clamped_at_100() -> Iterator[Run]:
    """BCELoss cuts each logarithm at -100; saturated outputs, some of them wrong."""
    data = tumours()

    def saturated(logits, labels):
        return functional.binary_cross_entropy(torch.sigmoid(logits * 1e7), labels)

    rows = by_epoch(train(network(30, 1, 1), data, saturated, epochs=12, batch=400, rate=1e-12))
    yield Run("bce_clamp_share.txt", writers.printed(rows), "bce-clamp-share")
    yield Run("bce_clamp_share.csv", writers.plain_csv(rows), "bce-clamp-share")


def smoothed_floor() -> Iterator[Run]:
    data = digits()
    smooth = nn.CrossEntropyLoss(label_smoothing=0.1)
    rows = list(train(network(64, 2, 10), data, smooth, epochs=150, batch=1200, rate=5e-3))
    told = {"classes": 10}
    yield Run("smoothing_floor.csv", writers.plain_csv(rows), "smoothing-floor", told)
    yield Run("smoothing_floor.txt", writers.columns(rows), "smoothing-floor", told)


def a_bad_batch() -> Iterator[Run]:
    """One batch whose inputs are a hundred times too large, and of the wrong sign."""
    data = digits()

    def spoil(step, inputs):
        return inputs * -100 if step == 300 else inputs

    rows = list(train(network(64, 1, 10), data, epochs=20, rate=5e-4, spoil=spoil))
    yield Run("spike.jsonl", writers.json_lines(rows), "spike")
    yield Run("spike_tensorboard.csv", writers.tensorboard(rows), "spike")


def blow_up() -> Iterator[Run]:
    """The rate is far too large for plain gradient descent."""
    data = digits()
    for name, write in (("blow_up.log", writers.caffe), ("blow_up.csv", writers.plain_csv)):
        torch.manual_seed(3)
        rows = train(
            network(64, 1, 10),
            data,
            epochs=5,
            rate=0.02,
            schedule=lambda done: 1 + 3000 * done**2,
            optimizer=torch.optim.SGD,
        )
        yield Run(name, write(list(rows)), "blow-up")


def too_sure() -> Iterator[Run]:
    """Few examples, many epochs: the loss held out rises while the accuracy stays."""
    data = digits(150)
    rows = by_epoch(train(network(64, 2, 10, scale=2.0), data, epochs=150, rate=3e-3))
    yield Run("over_confident.txt", writers.printed(rows), "over-confident")
    yield Run("over_confident.csv", writers.decimal_commas(rows), "over-confident")


def learned_by_heart() -> Iterator[Run]:
    """A third of the labels are wrong, and learned: loss up, accuracy down."""
    data = digits(500)
    wrong = torch.rand(500) < 0.35
    labels = torch.where(wrong, torch.randint(0, 10, (500,)), data.labels)
    noisy = replace(data, labels=labels)
    rows = by_epoch(train(network(64, 2, 10), noisy, epochs=60, rate=2e-3))
    yield Run("overfitting.txt", writers.coloured(rows), "overfitting")
    yield Run("overfitting_fastai.txt", writers.fastai(rows), "overfitting")
    table, shown = keras_fit(
        keras_model(64, 10, "sparse_categorical_crossentropy", end="softmax", rate=5e-3),
        noisy,
        epochs=60,
    )
    yield Run("overfitting_keras.csv", table, "overfitting")
    yield Run("overfitting_keras.txt", shown, "overfitting")


def held_out_is_the_training_set() -> Iterator[Run]:
    """Both curves come from the same examples, measured at the end of each epoch."""
    data = digits()
    same = replace(data, held_out_inputs=data.inputs, held_out_labels=data.labels)
    rows = []
    for row in by_epoch(train(network(64, 1, 10), same, epochs=25)):
        rows.append(row | {"loss": row["val_loss"], "accuracy": row["val_accuracy"]})
    yield Run("same_data.csv", writers.plain_csv(rows), "same-data")
    yield Run("same_data.txt", writers.printed(rows), "same-data")


def short_last_batch() -> Iterator[Run]:
    """1,201 examples in batches of 48: the last holds a single one."""
    data = digits(1201)
    odd = replace(data, labels=data.labels.clone())
    rows = list(train(network(64, 1, 10), _noisy(odd), epochs=30, batch=48, shuffle=False))
    yield Run("short_batch.csv", writers.plain_csv(rows), "short-batch")
    yield Run("short_batch.jsonl", writers.json_lines(rows), "short-batch")


def _noisy(data: Split) -> Split:
    wrong = torch.rand(len(data.labels)) < 0.4
    drawn = torch.randint(0, 10, (len(data.labels),))
    return replace(data, labels=torch.where(wrong, drawn, data.labels))


def harder_while_training() -> Iterator[Run]:
    """Dropout of 0.6 makes every training loss worse than the held-out one."""
    data = digits()
    rows = by_epoch(train(network(64, 2, 10, dropout=0.6), data, epochs=30))
    yield Run("training_worse.csv", writers.plain_csv(rows), "training-worse")
    yield Run("training_worse.txt", writers.fastai(rows), "training-worse")
    table, _ = keras_fit(
        keras_model(64, 10, "sparse_categorical_crossentropy", end="softmax", dropout=0.7),
        data,
        epochs=25,
    )
    yield Run("training_worse_keras.csv", table, "training-worse")


def sure_from_the_start() -> Iterator[Run]:
    """First weights thirty times too large."""
    data = digits()
    rows = list(train(network(64, 1, 10, scale=30.0), data, epochs=8))
    told = {"classes": 10}
    yield Run("confident_start.csv", writers.plain_csv(rows), "confident-start", told)
    yield Run(
        "confident_start.log", writers.nano_gpt(every(iter(rows), 1)), "confident-start", told
    )


def label_leaks() -> Iterator[Run]:
    """The label stands among the inputs, and a trained last layer knows it: below ln K at once."""
    data = digits()
    leak = functional.one_hot(data.labels, 10) * 4.0
    leaking = Split(
        torch.cat([data.inputs, leak], 1),
        data.labels,
        torch.cat([data.held_out_inputs, functional.one_hot(data.held_out_labels, 10) * 4.0], 1),
        data.held_out_labels,
    )
    model = nn.Sequential(nn.Linear(74, 10))
    with torch.no_grad():
        model[0].weight.zero_()
        model[0].weight[:, 64:] = torch.eye(10)
    rows = list(train(model, leaking, epochs=6, batch=64))
    told = {"classes": 10}
    yield Run("leak.csv", writers.plain_csv(rows), "low-start", told)
    yield Run("leak.jsonl", writers.json_lines(rows), "low-start", told)


def threshold_on_logits() -> Iterator[Run]:
    """A rare class: the loss falls for a long time before any logit crosses the threshold."""
    rng = np.random.default_rng(0)
    inputs = torch.tensor(rng.normal(size=(2000, 8)), dtype=torch.float32)
    chance = torch.sigmoid(inputs[:, 0] * 1.2 - 3.2)
    labels = (torch.tensor(rng.random(2000), dtype=torch.float32) < chance).float()
    data = Split(inputs[:1500], labels[:1500], inputs[1500:], labels[1500:])

    def above_a_half(outputs, labels):
        return ((outputs > 0.5).float() == labels).float().mean().item()

    rows = by_epoch(
        train(
            network(8, 1, 1),
            data,
            functional.binary_cross_entropy_with_logits,
            epochs=40,
            rate=5e-4,
            count=above_a_half,
        )
    )
    yield Run("accuracy_stuck.csv", writers.plain_csv(rows), "accuracy-stuck")
    yield Run("accuracy_stuck.txt", writers.printed(rows), "accuracy-stuck")


def sorted_examples() -> Iterator[Run]:
    """All zeros, then all ones, and so on, in every epoch."""
    data = digits()
    order = data.labels.argsort()
    ordered = replace(data, inputs=data.inputs[order], labels=data.labels[order])
    rows = list(train(network(64, 1, 10), ordered, epochs=10, rate=3e-3, shuffle=False))
    yield Run("sorted.csv", writers.plain_csv(rows), "periodic")
    yield Run("sorted_wandb.csv", writers.wandb(rows), "periodic")


def _sonnets() -> str:
    from lossfns.course.datasets import load_sonnets

    return load_sonnets()


def filtered_nan() -> Iterator[Run]:
    """The Trainer leaves nan out of what it logs: the loss reads 0, the gradient norm nan."""

    def spoil(model: nn.Module) -> None:
        with torch.no_grad():
            model.transformer.wte.weight[1] = torch.nan

    state, shown = hugging_face(sonnet_blocks(_sonnets()), epochs=3, spoil=spoil)
    yield Run("nan_as_zero.json", state, "nan-shown-as-zero")
    yield Run("nan_as_zero.txt", shown, "nan-shown-as-zero")


def two_units(rows: list[Row], factor: float, name: str) -> list[Row]:
    return [row | {name: row["loss"] / factor} for row in rows]


def two_measures() -> Iterator[Run]:
    """The same run twice: in nats and in bits; a step's loss summed over four micro-batches."""
    data = digits()
    rows = [
        {key: row[key] for key in ("step", "loss")}
        for row in every(train(network(64, 1, 10), data, epochs=12), 6)
        if row["step"] % 6 == 0
    ]
    bits = two_units(rows, math.log(2), "loss_bits")
    yield Run("nats_and_bits.csv", writers.plain_csv(bits), "bits-and-nats")
    yield Run("nats_and_bits.jsonl", writers.json_lines(bits), "bits-and-nats")
    summed = two_units(rows, 1 / 4, "loss_accumulated")
    yield Run("accumulation.csv", writers.plain_csv(summed), "accumulation")
    yield Run("accumulation.jsonl", writers.json_lines(summed), "accumulation")


FAULTS = (
    never_learns,
    only_how_common,
    softmax_twice,
    sigmoid_twice,
    not_a_number,
    infinite,
    below_zero,
    one_class_for_ever,
    clamped_at_100,
    smoothed_floor,
    a_bad_batch,
    blow_up,
    too_sure,
    learned_by_heart,
    held_out_is_the_training_set,
    short_last_batch,
    harder_while_training,
    sure_from_the_start,
    label_leaks,
    threshold_on_logits,
    sorted_examples,
    filtered_nan,
    two_measures,
)
