"""The sharded last layer on real engines: the same digits, and the bytes that were sent.

Each worker owns a slice of the weights and never shows it. It sends three numbers per position,
receives the merged three, and sends its share of the gradient of the inputs. Processes with pipes
need nothing more; `torch.distributed` (gloo) needs PyTorch, and Dask the package `distributed`:
what is not installed is left out by name.
"""

import importlib.util
import multiprocessing
import os
import socket
from functools import reduce

import numpy as np

from lossfns import (
    PartialCrossEntropy,
    finish_cross_entropy,
    linear_cross_entropy_with_integer_labels,
    merge_cross_entropy,
    partial_linear_cross_entropy,
    partial_linear_slopes,
)

WORKERS, POSITIONS, WIDTH, VOCABULARY = 4, 256, 64, 32_000
OWN = VOCABULARY // WORKERS


def batch():
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((POSITIONS, WIDTH), dtype=np.float32)
    return inputs, rng.integers(0, VOCABULARY, POSITIONS)


def own_weights(worker):
    rng = np.random.default_rng(1 + worker)
    return rng.standard_normal((WIDTH, OWN), dtype=np.float32) / 8


def summarise(worker):
    inputs, labels = batch()
    return partial_linear_cross_entropy(
        inputs, own_weights(worker), labels, first_class=worker * OWN
    )


def slopes(worker, merged):
    inputs, labels = batch()
    return partial_linear_slopes(
        inputs, own_weights(worker), labels, merged, first_class=worker * OWN
    )[0]


def combine(parts):
    """What every engine does with the parts, in the order of the workers."""
    return reduce(merge_cross_entropy, parts)


def size(*arrays):
    return sum(np.asarray(array).nbytes for array in arrays)


# Each engine returns the loss, the gradient of the inputs, and the bytes that workers sent.


def in_one_process():
    merged = combine([summarise(worker) for worker in range(WORKERS)])
    shares = [slopes(worker, merged) for worker in range(WORKERS)]
    return finish_cross_entropy(merged), reduce(np.add, shares), 0


def piped_worker(worker, pipe):
    pipe.send(tuple(summarise(worker)))
    pipe.send(slopes(worker, PartialCrossEntropy(*pipe.recv())))


def over_pipes():
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for worker in range(WORKERS):
        ours, theirs = context.Pipe()
        processes.append(context.Process(target=piped_worker, args=(worker, theirs)))
        pipes.append(ours)
        processes[-1].start()
    parts = [PartialCrossEntropy(*pipe.recv()) for pipe in pipes]
    merged = combine(parts)
    for pipe in pipes:
        pipe.send(tuple(merged))
    shares = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    sent = sum(size(*part) for part in parts) + size(*shares)
    return finish_cross_entropy(merged), reduce(np.add, shares), sent


def gloo_worker(worker, port, results):
    import torch
    import torch.distributed as dist

    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    dist.init_process_group("gloo", rank=worker, world_size=WORKERS)

    def gather(array):
        mine = torch.from_numpy(np.ascontiguousarray(array))
        everyone = [torch.empty_like(mine) for _ in range(WORKERS)]
        dist.all_gather(everyone, mine)
        return [each.numpy() for each in everyone]

    own = np.stack(summarise(worker))
    merged = combine([PartialCrossEntropy(*part) for part in gather(own)])
    share = slopes(worker, merged)
    total = reduce(np.add, gather(share))  # all_reduce would add in an order of its own
    if worker == 0:
        results.put((finish_cross_entropy(merged), total, WORKERS * size(own, share)))
    dist.barrier()
    dist.destroy_process_group()


def over_gloo():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [
        context.Process(target=gloo_worker, args=(worker, port, results))
        for worker in range(WORKERS)
    ]
    for process in processes:
        process.start()
    result = results.get(timeout=300)
    for process in processes:
        process.join()
    return result


def over_dask():
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        workers = list(client.scheduler_info()["workers"])
        parts = client.gather(
            [client.submit(summarise, k, workers=[workers[k]]) for k in range(WORKERS)]
        )
        merged = combine(parts)
        shares = client.gather(
            [client.submit(slopes, k, merged, workers=[workers[k]]) for k in range(WORKERS)]
        )
    sent = sum(size(*part) for part in parts) + size(*shares)
    return finish_cross_entropy(merged), reduce(np.add, shares), sent


ENGINES = {
    "pipes between processes": ("multiprocessing", over_pipes),
    "torch.distributed, gloo": ("torch", over_gloo),
    "Dask": ("distributed", over_dask),
}


def main():
    inputs, labels = batch()
    whole = np.hstack([own_weights(worker) for worker in range(WORKERS)])
    loss, gradient, _ = in_one_process()
    unsharded = linear_cross_entropy_with_integer_labels(inputs, whole, labels)
    np.testing.assert_allclose(loss, unsharded, rtol=4e-7)
    logits = POSITIONS * VOCABULARY * 4
    print(f"{inputs.shape} @ {whole.shape}, {WORKERS} workers; logits would be {logits:,} bytes")
    print(f"{'engine':<26}{'same digits':>12}{'bytes sent':>12}{'logits ÷ sent':>15}")
    for name, (package, run) in ENGINES.items():
        if importlib.util.find_spec(package) is None:
            print(f"{name:<26}  not installed: {package}")
            continue
        found_loss, found_gradient, sent = run()
        same = np.array_equal(found_loss, loss) and np.array_equal(found_gradient, gradient)
        assert same, name
        print(f"{name:<26}{'yes':>12}{sent:>12,}{logits / sent:>15.0f}")


if __name__ == "__main__":
    main()
