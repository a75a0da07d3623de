"""Time of the CTC loss and its gradient beside torch's on one thread, in one run.

T = 1000 frames, 200 labels, 1000 classes. Each round times both in turn, so that whatever slows
the machine down slows both; the median of the rounds is printed.
"""

from statistics import median
from time import perf_counter

import numpy as np
import torch

from lossfns import ctc_loss, ctc_loss_grad

FRAMES, LABELS, CLASSES, ROUNDS = 1000, 200, 1000, 15


def torch_loss(logits, labels):
    log_probabilities = torch.log_softmax(logits, -1)[:, None]
    return torch.nn.functional.ctc_loss(
        log_probabilities, labels[None], (len(logits),), (len(labels),), reduction="sum"
    )


def torch_loss_and_gradient(logits, labels):
    torch_loss(logits.detach().requires_grad_(), labels).backward()


def seconds(function, *arguments):
    start = perf_counter()
    function(*arguments)
    return perf_counter() - start


def compare(name, ours, theirs, logits, labels):
    mine, reference = (logits, labels), (torch.tensor(logits), torch.tensor(labels))
    seconds(ours, *mine), seconds(theirs, *reference)  # warm up
    times = [(seconds(ours, *mine), seconds(theirs, *reference)) for _ in range(ROUNDS)]
    lossfns_time, torch_time = (median(column) for column in zip(*times, strict=True))
    print(
        f"{name:<20}{logits.dtype!s:<10}{1e3 * lossfns_time:8.1f} ms{1e3 * torch_time:8.1f} ms"
        f"{lossfns_time / torch_time:8.2f}"
    )


def main():
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    labels = rng.integers(1, CLASSES, size=LABELS)
    print(f"CTC, {FRAMES} frames, {LABELS} labels, {CLASSES} classes, one thread")
    print(f"{'':<30}{'lossfns':>11}{'torch':>11}{'ratio':>8}")
    for dtype in (np.float64, np.float32):
        logits = rng.normal(size=(FRAMES, CLASSES)).astype(dtype)
        compare("loss", ctc_loss, torch_loss, logits, labels)
        compare("gradient", ctc_loss_grad, torch_loss_and_gradient, logits, labels)


if __name__ == "__main__":
    main()
