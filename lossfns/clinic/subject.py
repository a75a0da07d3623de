"""Someone's loss function, called within bounds: what came back, or what went wrong."""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossfns.clinic.frameworks import Arrays, Detached, Framework, Loss, root
from lossfns.judging.bounds import Stop, fault_of
from lossfns.judging.compare import Unusable, answer


@dataclass(frozen=True)
class Came:
    """What one call gave: numbers, or a fault in words."""

    numbers: NDArray[Any] | None = None
    fault: str = ""
    warned: str = ""
    changed: bool = False


@dataclass
class Subject:
    """A loss function, and perhaps its gradient, in a framework.

    keywords : what its required parameters beyond the arrays are given
    calling : the arrays of the call that runs, or ran last
    began : when the call that runs began, by `time.monotonic`; infinite between calls
    returned : the framework whose numbers came back last
    narrow : whether any came back in half precision
    """

    loss: Loss
    gradient: Loss | None
    framework: Framework
    keywords: dict[str, Any] = field(default_factory=dict)
    calling: Arrays = ()
    began: float = math.inf
    returned: str = ""
    narrow: bool = False

    @cached_property
    def bound(self) -> Loss:
        """The loss with its keywords."""
        return _by_place(self.loss, self.keywords)

    def value(self, arrays: Arrays, *, plainly: bool = False) -> Came:
        """Call the loss on arrays; plainly, as it is written, even where it could be compiled."""
        compiled = self.framework.compiled
        return self._call(self.bound if plainly or not compiled else compiled(self.bound), arrays)

    def given_gradient(self, arrays: Arrays) -> Came:
        """Call the gradient that came with the loss."""
        assert self.gradient is not None
        return self._call(_by_place(self.gradient, self.keywords), arrays)

    def slope(self, arrays: Arrays, which: int, upstream: NDArray[Any]) -> Came:
        """Return the framework's own slope."""
        of = self.framework.slopes
        assert of is not None
        self.calling, self.began = arrays, time.monotonic()
        try:
            slopes = of(self.bound, arrays, which, upstream)
        except Detached:
            slopes = np.zeros(arrays[which].shape)
        except Stop:
            raise
        except BaseException as error:
            return _raised(error)
        finally:
            self.began = math.inf
        return _read(slopes)

    def _call(self, function: Callable[..., Any], arrays: Arrays) -> Came:
        warned: list[str] = []
        self.calling, self.began = arrays, time.monotonic()
        try:
            tensors = [self.framework.tensor(array) for array in arrays]
            # log 0 is −∞ by right, as in the branch that `np.where` does not take.
            with np.errstate(over="call", invalid="call", call=_note(warned)):
                value = function(*tensors)
            came = _read(value)
        except Stop:
            raise
        except BaseException as error:  # also sys.exit(): it must end nothing but this call
            return _raised(error)
        finally:
            self.began = math.inf
        self.returned = root(value)
        self.narrow |= str(getattr(value, "dtype", "")).endswith("float16")
        changed = not all(map(_untouched, tensors, arrays))
        return replace(came, warned=next(iter(warned), ""), changed=changed)


def _raised(error: BaseException) -> Came:
    fault = fault_of(error)
    place = f" (line {fault.number}: `{fault.line}`)" if fault.line else ""
    return Came(fault=f"raises {str(fault)[:160]}{place}")


def _note(warned: list[str]) -> Callable[[str, int], None]:
    return lambda kind, _: warned.append(kind)


def _untouched(tensor: Any, array: NDArray[Any]) -> bool:
    now = np.asarray(tensor.detach() if hasattr(tensor, "detach") else tensor)
    return np.array_equal(now, array, equal_nan=array.dtype.kind == "f")


def _by_place(function: Loss, keywords: dict[str, Any]) -> Loss:
    """Return a function that takes by place what it takes by name alone."""
    kind, empty = inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.empty
    names = [
        one.name
        for one in parameters(function)
        if one.kind is kind and one.default is empty and one.name not in keywords
    ]
    if not names:
        return partial(function, **keywords)

    def call(*arrays: Any) -> Any:
        split = max(len(arrays) - len(names), 0)
        return function(
            *arrays[:split], **dict(zip(names, arrays[split:], strict=True)), **keywords
        )

    return call


def _read(value: Any) -> Came:
    if isinstance(value, tuple):
        return Came(fault=f"returns a tuple of {len(value)} things, not the loss alone")
    if str(getattr(value, "dtype", "")).endswith("bfloat16"):  # NumPy has no such numbers
        value = value.float() if hasattr(value, "float") else value.astype(np.float32)
    try:
        (numbers,) = answer(value)
    except Unusable as error:
        return Came(fault=f"returns {error}")
    if not np.size(numbers):
        return Came(fault="returns an empty array")
    return Came(np.asarray(numbers, np.float64))


def parameters(loss: Loss) -> list[inspect.Parameter]:
    """Return the parameters that a loss can be given by place or by name, if that can be known."""
    for function in (getattr(loss, "forward", None), getattr(loss, "call", None), loss):
        if callable(function):
            try:
                found = list(inspect.signature(function).parameters.values())
            except (TypeError, ValueError):
                continue
            kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
            return [parameter for parameter in found if parameter.kind not in kinds]
    return []
