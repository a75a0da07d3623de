"""What cross-entropy costs at the vocabulary of a language model, as ratios from one run.

The rounds of all methods are interleaved, so a busy moment of the machine hits each of them, and
the fastest round counts. Every method is first checked to give the same numbers.
"""

import time
import tracemalloc

import numpy as np
import scipy.special
import sklearn.metrics
import torch

from lossfns import (
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
)

TOKENS, VOCABULARY, ROUNDS = 512, 128_256, 5

rng = np.random.default_rng(0)
# spread so little that no probability reaches 1.2e-7, where scikit-learn clips float32
logits = rng.standard_normal((TOKENS, VOCABULARY), dtype=np.float32) / 2
labels = rng.integers(0, VOCABULARY, TOKENS)
tokens = np.arange(TOKENS)
leaf = torch.from_numpy(logits).requires_grad_()
torch_labels = torch.from_numpy(labels)


def scipy_loss():
    return -scipy.special.log_softmax(logits, axis=1)[tokens, labels]


def scipy_grad():
    grad = np.exp(scipy.special.log_softmax(logits, axis=1))
    grad[tokens, labels] -= 1
    return grad


def torch_loss(threads):
    torch.set_num_threads(threads)
    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(leaf, torch_labels, reduction="none")
    return loss.numpy()


def torch_grad(threads):
    torch.set_num_threads(threads)
    leaf.grad = None
    torch.nn.functional.cross_entropy(leaf, torch_labels, reduction="sum").backward()
    return leaf.grad.numpy()


def sklearn_loss():
    probabilities = scipy.special.softmax(logits, axis=1)
    return sklearn.metrics.log_loss(labels, probabilities, labels=np.arange(VOCABULARY))


LOSS = {
    "lossfns": lambda: softmax_cross_entropy_with_integer_labels(logits, labels),
    "torch, 1 thread": lambda: torch_loss(1),
    "torch, 2 threads": lambda: torch_loss(2),
    "scipy.special.log_softmax": scipy_loss,
    "sklearn.metrics.log_loss": sklearn_loss,
}
GRADIENT = {
    "lossfns": lambda: softmax_cross_entropy_with_integer_labels_grad(logits, labels),
    "torch, 1 thread": lambda: torch_grad(1),
    "torch, 2 threads": lambda: torch_grad(2),
    "scipy.special.log_softmax": scipy_grad,
}


def fastest(methods):
    """Return the shortest time of each method in seconds, over interleaved rounds."""
    best = dict.fromkeys(methods, float("inf"))
    for _ in range(ROUNDS):
        for name, call in methods.items():
            start = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def held(call):
    """Return the most megabytes that NumPy holds at once beyond the result."""
    tracemalloc.start()
    result = call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - np.asarray(result).nbytes) / 2**20


def report(title, methods):
    expected = methods["lossfns"]()
    for call in methods.values():
        result = call()
        reference = expected if np.ndim(result) else expected.mean()
        np.testing.assert_allclose(result, reference, rtol=1e-5, atol=1e-5)
    times = fastest(methods)
    print(f"\n{title:<28}{'ms':>8}{'÷ lossfns':>12}{'MB beyond':>12}")
    for name, seconds in times.items():
        megabytes = "-" if name.startswith("torch") else f"{held(methods[name]):.0f}"
        ratio = seconds / times["lossfns"]
        print(f"{name:<28}{seconds * 1e3:8.0f}{ratio:12.2f}{megabytes:>12}")


if __name__ == "__main__":
    print(f"cross-entropy of float32 logits {logits.shape}, {logits.nbytes / 2**20:.0f} MB")
    print(f"fastest of {ROUNDS} interleaved rounds; MB beyond: held by NumPy beside the result")
    report("loss", LOSS)
    report("gradient", GRADIENT)
