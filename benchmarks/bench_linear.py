"""The last layer and its loss in one, beside PyTorch's ways, as ratios from one run.

The rounds of all methods are interleaved, so a busy moment of the machine hits each of them, and
the fastest round counts. Run with one thread for both libraries: OPENBLAS_NUM_THREADS=1, or 2.
"""

import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from machinery import beyond, fastest

from lossfns import (
    linear_cross_entropy_with_integer_labels,
    linear_cross_entropy_with_integer_labels_grad,
)

POSITIONS, WIDTH, VOCABULARY, ROUNDS = 512, 256, 128_256, 3
THREADS = int(os.environ.get("OPENBLAS_NUM_THREADS", 1))

rng = np.random.default_rng(0)
inputs = rng.standard_normal((POSITIONS, WIDTH), dtype=np.float32)
weights = rng.standard_normal((WIDTH, VOCABULARY), dtype=np.float32) / 32
labels = rng.integers(0, VOCABULARY, POSITIONS)
leaf = torch.from_numpy(inputs).requires_grad_()
classes_first = torch.from_numpy(np.ascontiguousarray(weights.T)).requires_grad_()
targets = torch.from_numpy(labels)
CHUNKED = torch.nn.LinearCrossEntropyOptions()


def torch_layer():
    return F.cross_entropy(leaf @ classes_first.T, targets, reduction="sum")


def torch_linear(options=None):
    return F.linear_cross_entropy(leaf, classes_first, targets, reduction="sum", options=options)


def forward(call):
    with torch.no_grad():
        return call().numpy().reshape(1)


def both(call):
    leaf.grad = classes_first.grad = None
    call().backward()
    return leaf.grad.numpy(), classes_first.grad.numpy().T


LOSS = {
    "lossfns": lambda: linear_cross_entropy_with_integer_labels(inputs, weights, labels).sum(
        keepdims=True
    ),
    "F.cross_entropy(x @ W.T)": lambda: forward(torch_layer),
    "F.linear_cross_entropy": lambda: forward(torch_linear),
    "the same, chunked": lambda: forward(lambda: torch_linear(CHUNKED)),
}
GRADIENT = {
    "lossfns": lambda: linear_cross_entropy_with_integer_labels_grad(inputs, weights, labels),
    "F.cross_entropy(x @ W.T)": lambda: both(torch_layer),
    "F.linear_cross_entropy": lambda: both(torch_linear),
    "the same, chunked": lambda: both(lambda: torch_linear(CHUNKED)),
}


def report(title, methods):
    expected = methods["lossfns"]()
    for call in methods.values():
        for found, ours in zip(call(), expected, strict=True):
            np.testing.assert_allclose(found, ours, rtol=1e-4, atol=1e-4)
    best = fastest(methods, ROUNDS, dict.fromkeys(methods, time.perf_counter))
    print(f"\n{title:<28}{'ms':>8}{'÷ lossfns':>12}")
    for name, seconds in best.items():
        print(f"{name:<28}{seconds * 1e3:8.0f}{seconds / best['lossfns']:12.2f}")


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    size = POSITIONS * VOCABULARY * 4 / 2**20
    print(f"{inputs.shape} @ {weights.shape}, float32, {THREADS} threads")
    print(f"fastest of {ROUNDS} interleaved rounds; the logits would take {size:.0f} MB")
    report("loss", LOSS)
    report("loss and both gradients", GRADIENT)
    print(f"\nlossfns holds {beyond(GRADIENT['lossfns']):.0f} MB beyond its gradients")
