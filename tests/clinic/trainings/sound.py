"""Trainings with nothing wrong, of many kinds: the clinic has nothing to say about them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import nn
from torch.nn import functional

from tests.clinic.trainings import writers
from tests.clinic.trainings.broken import Run
from tests.clinic.trainings.libraries import (
    hugging_face,
    keras_fit,
    keras_model,
    lightning_metrics,
    sonnet_blocks,
)
from tests.clinic.trainings.loop import by_epoch, diabetes, digits, every, network, train, tumours


def plain() -> Iterator[Run]:
    """Three networks, each with another writer."""
    told = {"classes": 10}
    for seed, write, name in (
        (0, writers.plain_csv, "digits.csv"),
        (1, writers.json_lines, "digits.jsonl"),
        (2, writers.nano_gpt, "digits.log"),
        (3, writers.caffe, "digits_caffe.log"),
        (4, writers.megatron, "digits_megatron.log"),
        (5, writers.wandb, "digits_wandb.csv"),
        (6, writers.tensorboard, "digits_tensorboard.csv"),
        (7, writers.columns, "digits.txt"),
    ):
        torch.manual_seed(seed)
        rows = every(train(network(64, 1, 10), digits(), epochs=10, rate=5e-4), 4)
        yield Run(name, write([row for row in rows if row["step"] > 0]), told=told)
    for seed, write, name in (
        (8, writers.printed, "digits_printed.txt"),
        (9, writers.fastai, "digits_fastai.txt"),
        (10, writers.coloured, "digits_coloured.txt"),
        (11, writers.decimal_commas, "digits_commas.csv"),
    ):
        torch.manual_seed(seed)
        yield Run(name, write(by_epoch(train(network(64, 1, 10), digits(), epochs=15))), told=told)


def schedules() -> Iterator[Run]:
    """A warm-up with a cosine, a rate cut twice, and warm restarts."""

    def warm_cosine(done):
        return done / 0.1 if done < 0.1 else (1 + math.cos(math.pi * (done - 0.1) / 0.9)) / 2

    def cut(done):
        return 0.1 ** ((done > 0.5) + (done > 0.8))

    def restarts(done):
        return (1 + math.cos(math.pi * (done * 4 % 1))) / 2

    for name, schedule, rate in (
        ("warm_up.csv", warm_cosine, 3e-3),
        ("rate_cut.csv", cut, 2e-3),
        ("restarts.csv", restarts, 2e-3),
    ):
        rows = train(
            network(64, 2, 10), digits(), epochs=16, batch=64, rate=rate, schedule=schedule
        )
        yield Run(name, writers.plain_csv(list(rows)))


def other_tasks() -> Iterator[Run]:
    """Yes or no; a number; a picture from itself; small noisy data; unequal classes."""
    yes = train(
        network(30, 1, 1), tumours(), functional.binary_cross_entropy_with_logits, epochs=12
    )
    yield Run("tumours.txt", writers.printed(by_epoch(yes)), told={"classes": 2})
    number = train(
        network(10, 1, 1), diabetes(), functional.mse_loss, epochs=14, count=lambda o, y: 0.0
    )
    rows = [{k: v for k, v in row.items() if "acc" not in k} for row in by_epoch(number)]
    yield Run("regression.csv", writers.plain_csv(rows))
    data = digits()
    paint = replace(data, labels=data.inputs, held_out_labels=data.held_out_inputs)
    copies = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 64))
    steps = train(copies, paint, functional.mse_loss, epochs=12, rate=3e-3, count=lambda o, y: 0.0)
    rows = [{k: v for k, v in row.items() if "acc" not in k} for row in every(steps, 5)]
    yield Run("autoencoder.jsonl", writers.json_lines(rows))
    torch.manual_seed(5)
    small = train(network(64, 1, 10), digits(120), epochs=20, batch=8, rate=5e-4)
    yield Run("small_data.log", writers.nano_gpt(list(small)))
    weights = torch.linspace(0.3, 2.0, 10)
    weighted = nn.CrossEntropyLoss(weight=weights)
    rows = list(train(network(64, 1, 10), data, weighted, epochs=10, rate=5e-4))
    yield Run("weighted.jsonl", writers.json_lines(every(iter(rows), 3)))
    mild = nn.CrossEntropyLoss(label_smoothing=0.1)
    rows = list(train(network(64, 1, 10), data, mild, epochs=8, rate=5e-4))
    yield Run("smoothed.csv", writers.plain_csv(rows), told={"classes": 10})


def two_players() -> Iterator[Run]:
    """A generator and a discriminator: neither loss falls, and nothing is wrong."""
    real = digits().inputs
    maker, judge = network(8, 1, 64), network(64, 1, 1)
    steps = [torch.optim.Adam(m.parameters(), lr=5e-4, betas=(0.5, 0.9)) for m in (maker, judge)]
    mean = functional.binary_cross_entropy_with_logits
    rows = []
    for step in range(600):
        some = real[torch.randint(len(real), (64,))]
        made = maker(torch.randn(64, 8))
        yes, no = torch.ones(64) * 0.9, torch.zeros(64)
        d_loss = (mean(judge(some), yes) + mean(judge(made.detach()), no)) / 2
        steps[1].zero_grad()
        d_loss.backward()
        steps[1].step()
        g_loss = mean(judge(made), torch.ones(64))
        steps[0].zero_grad()
        g_loss.backward()
        steps[0].step()
        if step % 5 == 4:
            rows.append({"step": step + 1, "d_loss": d_loss.item(), "g_loss": g_loss.item()})
    yield Run("two_players.csv", writers.plain_csv(rows))


def pairs() -> Iterator[Run]:
    """Two noisy views of each picture find each other: the temperature of InfoNCE."""
    data = digits()
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16))

    def find(outputs, _):
        one, other = functional.normalize(outputs, dim=-1).chunk(2)
        return functional.cross_entropy(one @ other.T / 0.2, torch.arange(len(one)))

    rows = []
    steps = torch.optim.Adam(model.parameters(), lr=1e-3)
    for step in range(300):
        some = data.inputs[torch.randint(1200, (64,))].repeat(2, 1)
        value = find(model(some + 0.3 * torch.randn_like(some)), None)
        steps.zero_grad()
        value.backward()
        steps.step()
        rows.append({"step": step + 1, "contrastive_loss": value.item()})
    yield Run("pairs.jsonl", writers.json_lines(rows))


def libraries() -> Iterator[Run]:
    data = digits()
    for seed, verbose in ((0, 2), (1, 1)):
        torch.manual_seed(seed)
        model = keras_model(64, 10, "sparse_categorical_crossentropy", end="softmax", rate=5e-4)
        table, shown = keras_fit(model, data, epochs=10, batch=32, verbose=verbose)
        kind = "lines" if verbose == 2 else "bars"
        yield Run(f"keras_{kind}.csv", table, told={"classes": 10})
        yield Run(f"keras_{kind}.txt", shown, told={"classes": 10})
    yield Run(
        "lightning.csv",
        lightning_metrics(network(64, 1, 10), data, functional.cross_entropy, epochs=8, rate=5e-4),
        told={"classes": 10},
    )
    from lossfns.course.datasets import load_sonnets

    state, shown = hugging_face(sonnet_blocks(load_sonnets()), epochs=5)
    yield Run("trainer_state.json", state)
    yield Run("trainer_printed.txt", shown)


SOUND = (plain, schedules, other_tasks, two_players, pairs, libraries)
