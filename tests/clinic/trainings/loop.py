"""A plain PyTorch training loop, and the small models and data that it trains."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn.datasets
import torch
from torch import nn
from torch.nn import functional

Row = dict[str, float]
LossFunction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Split:
    """Training and held-out examples."""

    inputs: torch.Tensor
    labels: torch.Tensor
    held_out_inputs: torch.Tensor
    held_out_labels: torch.Tensor


def split(inputs: Any, labels: Any, size: int, seed: int = 0) -> Split:
    """Shuffle, keep `size` examples for training, and scale the inputs by what those show."""
    order = np.random.default_rng(seed).permutation(len(inputs))
    x = torch.tensor(np.asarray(inputs)[order], dtype=torch.float32)
    y = torch.tensor(np.asarray(labels)[order])
    x = (x - x[:size].mean(0)) / x[:size].std(0).clamp(min=0.5)
    return Split(x[:size], y[:size], x[size:], y[size:])


def digits(size: int = 1200) -> Split:
    return split(*sklearn.datasets.load_digits(return_X_y=True), size)


def tumours(size: int = 400) -> Split:
    found = split(*sklearn.datasets.load_breast_cancer(return_X_y=True), size)
    return Split(
        found.inputs, found.labels.float(), found.held_out_inputs, found.held_out_labels.float()
    )


def diabetes(size: int = 350) -> Split:
    inputs, targets = sklearn.datasets.load_diabetes(return_X_y=True)
    found = split(inputs, (targets - targets.mean()) / targets.std(), size)
    return Split(
        found.inputs, found.labels.float(), found.held_out_inputs, found.held_out_labels.float()
    )


def network(wide: int, deep: int, out: int, *, dropout: float = 0.0, scale: float = 1.0):
    """Return a multilayer perceptron; `scale` multiplies the last layer's first weights."""
    layers: list[nn.Module] = []
    before = wide
    for _ in range(deep):
        layers += [nn.Linear(before, 64), nn.ReLU(), nn.Dropout(dropout)]
        before = 64
    last = nn.Linear(before, out)
    with torch.no_grad():
        last.weight *= scale
    return nn.Sequential(*layers, last, *([nn.Flatten(0)] if out == 1 else []))


def accuracy(outputs: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the share of right answers: the largest logit, or a single logit above 0."""
    guesses = outputs.argmax(-1) if outputs.ndim == 2 else (outputs > 0).float()
    return (guesses == labels).float().mean().item()


def train(
    model: nn.Module,
    data: Split,
    loss: LossFunction = functional.cross_entropy,
    *,
    epochs: int,
    batch: int = 32,
    rate: float = 1e-3,
    schedule: Callable[[float], float] = lambda done: 1.0,
    optimizer: Any = torch.optim.Adam,
    shuffle: bool = True,
    clip: float = math.inf,
    spoil: Callable[[int, torch.Tensor], torch.Tensor] = lambda step, inputs: inputs,
    count: Callable[[torch.Tensor, torch.Tensor], float] = accuracy,
) -> Iterator[Row]:
    """Yield one row a step, and with the last step of each epoch what the held-out data say.

    schedule : the factor of the rate, given the share of the training that is done
    spoil : what becomes of a step's inputs
    """
    steps = optimizer(model.parameters(), lr=rate)
    size = len(data.inputs)
    each = math.ceil(size / batch)
    for step in range(epochs * each):
        if step % each == 0:
            order = torch.randperm(size) if shuffle else torch.arange(size)
        rows = order[(step % each) * batch :][:batch]
        factor = schedule(step / (epochs * each))
        for group in steps.param_groups:
            group["lr"] = rate * factor
        model.train()
        outputs = model(spoil(step, data.inputs[rows]))
        value = loss(outputs, data.labels[rows])
        steps.zero_grad()
        value.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), clip)
        steps.step()
        row = {
            "step": step + 1,
            "epoch": (step + 1) / each,
            "loss": value.item(),
            "accuracy": count(outputs, data.labels[rows]),
            "grad_norm": norm.item(),
            "lr": rate * factor,
        }
        if (step + 1) % each == 0:
            row |= held_out(model, data, loss, count)
        yield row


def held_out(model, data, loss, count) -> Row:
    """Return loss and accuracy on the held-out examples."""
    model.eval()
    with torch.no_grad():
        outputs = model(data.held_out_inputs)
        value = loss(outputs, data.held_out_labels).item()
        return {"val_loss": value, "val_accuracy": count(outputs, data.held_out_labels)}


def every(rows: Iterator[Row], steps: int) -> list[Row]:
    """Keep each so many-th row, and every row with held-out values."""
    return [row for row in rows if row["step"] % steps == 0 or "val_loss" in row]


def by_epoch(rows: Iterator[Row]) -> list[Row]:
    """Average what a training says over each epoch, as most libraries print it."""
    found: list[Row] = []
    epoch: list[Row] = []
    for row in rows:
        epoch.append(row)
        if "val_loss" in row:
            means = {k: float(np.mean([r[k] for r in epoch])) for k in ("loss", "accuracy")}
            held = {key: row[key] for key in ("val_loss", "val_accuracy")}
            found.append({"epoch": len(found) + 1, **means, **held, "lr": row["lr"]})
            epoch = []
    return found
