"""How NumPy, PyTorch, JAX and Keras take arrays, and how each gives values and slopes.

Nothing here imports a framework that the loss has not brought along.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib import import_module
from types import CodeType, ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Sequence[NDArray[Any]]
Loss = Callable[..., Any]
# The modules that betray a framework, whoever wraps it.
ROOTS = {
    "keras": "keras",
    "torch": "torch",
    "torchvision": "torch",
    "timm": "torch",
    "kornia": "torch",
    "monai": "torch",
    "jax": "jax",
    "jaxlib": "jax",
    "optax": "jax",
    "flax": "jax",
}


@dataclass(frozen=True)
class Framework:
    """Arrays in, and slopes out.

    name : as it writes itself
    dtypes : the floats that its losses are usually computed in
    tensor : turns a NumPy array into one of its own
    slopes : returns the slope of Σ upstream × loss(*arrays) with respect to the array `which`;
        None where a framework has no gradient of its own
    compiled : returns a faster form of a loss; each new shape then costs time, so fewer are tried
    """

    name: str
    dtypes: tuple[type[np.floating[Any]], ...]
    tensor: Callable[[NDArray[Any]], Any]
    slopes: Callable[[Loss, Arrays, int, NDArray[Any]], NDArray[Any]] | None = None
    compiled: Callable[[Loss], Loss] | None = None


class Detached(Exception):
    """The result does not depend on the scores, as far as the framework knows."""


NUMPY = Framework("NumPy", (np.float64, np.float32), lambda array: array.copy()[()])


def _torch_slopes(loss: Loss, arrays: Arrays, which: int, upstream: NDArray[Any]) -> NDArray[Any]:
    torch = import_module("torch")
    tensors = [torch.tensor(array) for array in arrays]
    leaf = tensors[which].requires_grad_()
    result = loss(*tensors)
    if not getattr(result, "requires_grad", False):
        raise Detached
    result.backward(torch.tensor(upstream).to(result.dtype).reshape(result.shape))
    return np.zeros(leaf.shape) if leaf.grad is None else np.array(leaf.grad)


@lru_cache(maxsize=8)
def _jax_compiled(loss: Loss) -> Loss:
    """Return a loss that is compiled once for each shape, or runs as it is where it must."""
    jax = import_module("jax")
    compiled = jax.jit(loss)

    def call(*tensors: Any) -> Any:
        try:
            return compiled(*tensors)
        except (jax.errors.JAXTypeError, jax.errors.JAXIndexError):
            return loss(*tensors)

    return call


@lru_cache(maxsize=8)
def _jax_pull(loss: Loss, which: int) -> Loss:
    jax = import_module("jax")

    def pull(upstream: Any, *tensors: Any) -> Any:
        def of_scores(scores: Any) -> Any:
            return loss(*tensors[:which], scores, *tensors[which + 1 :])

        result, back = jax.vjp(of_scores, tensors[which])
        return back(upstream.astype(result.dtype).reshape(result.shape))[0]

    return pull


def _jax_slopes(loss: Loss, arrays: Arrays, which: int, upstream: NDArray[Any]) -> NDArray[Any]:
    pull = _jax_compiled(_jax_pull(loss, which))
    return np.array(pull(_jax_tensor(upstream), *map(_jax_tensor, arrays)))


def _jax_tensor(array: NDArray[Any]) -> Any:
    jnp = import_module("jax.numpy")
    return jnp.asarray(array.astype(np.int32) if array.dtype.kind == "i" else array)


def _torch() -> Framework:
    torch = import_module("torch")
    return Framework("PyTorch", (np.float32,), torch.tensor, _torch_slopes)


def _jax() -> Framework:
    return Framework("JAX", (np.float32,), _jax_tensor, _jax_slopes, _jax_compiled)


def _keras() -> Framework:
    backend = import_module("keras").backend.backend()
    if backend not in ("jax", "torch"):
        raise ValueError(f"Keras must run on JAX or PyTorch here, got the back end {backend!r}")
    below = _jax() if backend == "jax" else _torch()
    return replace(below, name=f"Keras on {below.name}")


MAKERS: dict[str, Callable[[], Framework]] = {
    "numpy": lambda: NUMPY,
    "torch": _torch,
    "jax": _jax,
    "keras": _keras,
}


def _unwrapped(loss: Any) -> Any:
    while True:
        inner = loss.func if isinstance(loss, partial) else getattr(loss, "__wrapped__", loss)
        if inner is loss:
            return loss
        loss = inner


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _named(function: Any) -> Iterator[Any]:
    """Yield what a function's code calls by name: modules, other functions, what it closes over."""
    if (code := getattr(function, "__code__", None)) is None:
        return
    for inner in _codes(code):
        yield from (function.__globals__[n] for n in inner.co_names if n in function.__globals__)
    for cell in function.__closure__ or ():
        if cell.cell_contents is not function:
            yield cell.cell_contents


def root(thing: Any) -> str:
    """Return the framework that a thing belongs to, or an empty string."""
    if isinstance(thing, ModuleType):
        names = [thing.__name__]
    elif callable(thing):
        classes = () if inspect.isfunction(thing) else type(thing).__mro__
        names = [getattr(thing, "__module__", None) or "", *(c.__module__ for c in classes)]
    else:
        names = [type(thing).__module__]
    return next(filter(None, (ROOTS.get(name.partition(".")[0], "") for name in names)), "")


def guessed(loss: Loss) -> list[str]:
    """Return the frameworks to try, the likeliest first: what the code names, then what is loaded.

    Examples
    --------
    >>> guessed(lambda p, y: (p - y) ** 2)[0]
    'numpy'
    """
    function = _unwrapped(loss)
    around = [loss, function, getattr(function, "forward", None), getattr(function, "call", None)]
    bare = [getattr(thing, "__func__", thing) for thing in around if thing is not None]
    seen, level = list(bare), bare
    for _ in range(2):
        level = [inner for thing in level for inner in _named(_unwrapped(thing))]
        seen += level
    found = list(filter(None, map(root, seen)))
    # Keras first: its own code names its back end too.
    found.sort(key=lambda name: name != "keras")
    loaded = [name for name in ("torch", "jax", "keras") if name in sys.modules]
    return list(dict.fromkeys([*found, "numpy", *loaded]))
