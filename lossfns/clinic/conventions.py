"""The ways in which people hand numbers to a loss, and what it hands back.

A *case* holds one batch in one fixed way: the scores as logits, the labels as distributions. A
`Presentation` turns it into the arrays that a function with other conventions takes, and carries
slopes back to the case's own scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossfns import log_softmax, sigmoid, softmax

Array = NDArray[Any]
Case = tuple[Array, ...]
# Turns a slope with respect to what was handed over into one with respect to the case's scores.
Pull = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Form:
    """One way to hand over one input.

    says : in words
    make : makes the array of the input's own part of the case, or of all of it with `whole`
    pull : carries slopes back to that part; None where they are not carried
    undo : the part of the case that rounded numbers of this form belong to
    far : whether slopes can be carried back at extremes too, where e^z rounds to 0
    """

    says: str
    make: Callable[..., Array]
    pull: Pull | None = None
    whole: bool = False
    undo: Callable[[Array], Array] | None = None
    far: bool = False


@dataclass(frozen=True)
class Input:
    """Something a loss takes.

    words : what parameters that take it are called
    forms : the likeliest first; `None` says that it may be left out
    """

    name: str
    words: tuple[str, ...]
    forms: tuple[Form | None, ...]


def _same(own: Array) -> Array:
    return own


def _straight(_own: Array, slope: Array) -> Array:
    return slope


def plain(says: str) -> Form:
    """Return the form that hands over the case's own numbers."""
    return Form(says, _same, _straight, undo=_same, far=True)


def _through_softmax(z: Array, slope: Array) -> Array:
    p: Array = softmax(z)
    return np.asarray(p * (slope - np.sum(p * slope, axis=-1, keepdims=True)))


def _logit(p: Array) -> Array:
    return np.log(p) - np.log1p(-p)


LOGITS = plain("logits")
PROBABILITIES = Form("probabilities", softmax, _through_softmax, undo=np.log)
LOG_PROBABILITIES = Form(
    "log-probabilities",
    log_softmax,
    lambda z, slope: slope - softmax(z) * np.sum(slope, axis=-1, keepdims=True),
    undo=_same,
    far=True,
)
YES_PROBABILITIES = Form(
    "probabilities", sigmoid, lambda z, slope: sigmoid(z) * sigmoid(-z) * slope, undo=_logit
)
INDICES = Form("class indices", lambda y: y.argmax(axis=-1))
ONE_HOT = Form("one-hot labels", _same)
ZERO_ONE = Form("labels 0 and 1", _same)
PLUS_MINUS = Form("labels −1 and +1", lambda y: 2 * y - 1)


@dataclass(frozen=True)
class Layout:
    """How the axes of every array lie.

    lay : from the plain layout
    back : into it, given the shape there
    alone : whether the function takes one example at a time
    last : whether it is tried only on those that can't take a plain batch
    """

    says: str
    lay: Callable[[Array], Array] = _same
    back: Callable[[Array, tuple[int, ...]], Array] = lambda array, shape: array.reshape(shape)
    alone: bool = False
    last: bool = False


def _transposed(array: Array) -> Array:
    return array.T if array.ndim == 2 else array


def _as_image(array: Array) -> Array:
    return array.T[np.newaxis, :, :, np.newaxis] if array.ndim == 2 else array[np.newaxis, :, None]


def _from_image(array: Array, shape: tuple[int, ...]) -> Array:
    return array.reshape(shape[::-1]).T if len(shape) == 2 else array.reshape(shape)


PLAIN = Layout("")
CLASSES_FIRST = Layout(
    "classes along the first axis",
    _transposed,
    lambda array, shape: array.T if len(shape) == 2 else array.reshape(shape),
)
IMAGES = Layout("classes along axis 1, before height and width", _as_image, _from_image)
ALONE = Layout("one example at a time", alone=True, last=True)
ENTRIES_ALONE = Layout("plain numbers, one at a time", alone=True, last=True)
FLAT = Layout("one flat row", np.ravel, last=True)
CHANNEL = Layout("with a channel axis", lambda array: array[:, np.newaxis])
BATCH_OF_ONE = Layout("in a batch of one", lambda array: array[np.newaxis])
POSITIONS = Layout(
    "all positions in one row",
    lambda array: array.reshape(-1, array.shape[-1]) if array.ndim == 3 else array.ravel(),
    last=True,
)
COLUMN_OF_LABELS = Layout(
    "labels in one column", lambda array: array[:, None] if array.ndim == 1 else array, last=True
)
COLUMN = Layout("one column", lambda array: array.reshape(-1, 1), last=True)
ROW = Layout("one row of shape (1, N)", lambda array: array.reshape(1, -1), last=True)
CLASS_LAYOUTS = (PLAIN, CLASSES_FIRST, ALONE, IMAGES, COLUMN_OF_LABELS)
ENTRY_LAYOUTS = (PLAIN, FLAT, ENTRIES_ALONE, COLUMN, ROW)


@dataclass(frozen=True)
class Presentation:
    """One whole convention for what goes in: a form for each input, their order, a layout."""

    inputs: tuple[Input, ...]
    forms: tuple[Form | None, ...]
    order: tuple[int, ...]
    layout: Layout

    def batches(self, case: Case, dtype: Any = np.float64) -> list[list[Array]]:
        """Return the arguments of each call that this case needs."""
        cases = list(apart(case, self.layout)) if self.layout.alone else [case]
        return [self._arguments(one, dtype) for one in cases]

    def _arguments(self, case: Case, dtype: Any) -> list[Array]:
        arrays = []
        for place in self.order:
            form = self.forms[place]
            if form is not None:
                made = np.asarray(form.make(*case) if form.whole else form.make(case[place]))
                made = made.astype(dtype if made.dtype.kind == "f" else made.dtype)
                arrays.append(np.array(self.layout.lay(made)))
        return arrays

    def place(self, of: int) -> int:
        """Return where an input stands among the arguments."""
        handed = [place for place in self.order if self.forms[place] is not None]
        return handed.index(of)

    def carried(self, of: int, case: Case, slopes: Sequence[Array]) -> Array | None:
        """Return slopes with respect to an input as handed over as those of the case's own."""
        form = self.forms[of]
        if form is None or form.pull is None:
            return None
        own = case[of]
        if self.layout.alone:
            slope = np.reshape(np.stack(slopes), own.shape)
        else:
            slope = self.layout.back(np.asarray(slopes[0]), own.shape)
        with np.errstate(all="ignore"):
            return form.pull(own, slope)

    def rounded(self, case: Case, dtype: Any) -> Case:
        """Return the case that these arguments belong to once they are rounded to a dtype."""
        parts = list(case)
        for place, (form, own) in enumerate(zip(self.forms, case, strict=True)):
            if form is not None and form.undo is not None:
                with np.errstate(all="ignore"):
                    made = np.asarray(form.make(own)).astype(dtype).astype(np.float64)
                    parts[place] = form.undo(made)
        return tuple(parts)

    def __str__(self) -> str:
        forms = (self.forms[place] for place in self.order)
        parts = [form.says for form in forms if form is not None]
        return ", then ".join(parts) + (f"; {self.layout.says}" if self.layout.says else "")


def apart(case: Case, layout: Layout) -> Iterator[Case]:
    """Yield each example of a case as a case of its own, or each entry."""
    if layout is ENTRIES_ALONE:
        case = tuple(array.ravel() for array in case)
    for index in range(len(case[0])):
        yield tuple(array[index] if array.ndim else array for array in case)


def presentations(
    inputs: tuple[Input, ...],
    orders: Sequence[tuple[int, ...]],
    layouts: Sequence[Layout],
    fits: Callable[[tuple[Form | None, ...]], bool],
) -> Iterator[Presentation]:
    """Yield every convention, the plainest first."""
    for layout, order in product(layouts, orders):
        for forms in product(*(one.forms for one in inputs)):
            if fits(forms):
                yield Presentation(inputs, forms, order, layout)


def told(inputs: tuple[Input, ...], names: Sequence[str]) -> tuple[int, ...] | None:
    """Return the order that parameter names tell, or None.

    Examples
    --------
    >>> guess, truth = Input("q", ("pred",), ()), Input("p", ("true",), ())
    >>> told((guess, truth), ["y_true", "y_pred"])
    (1, 0)
    """
    found: list[int] = []
    for name in names[: len(inputs)]:
        words = name.lower().split("_")
        fits = [i for i, one in enumerate(inputs) if {name.lower(), *words} & {*one.words}]
        if len(fits) != 1 or fits[0] in found:
            return None
        found += fits
    missing = [place for place in range(len(inputs)) if place not in found]
    return (*found, *missing) if len(missing) <= 1 else None


def every_order(count: int, first: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return all orders of some inputs, a given one first."""
    return list(dict.fromkeys([first, *permutations(range(count))]))


@dataclass(frozen=True)
class Reduction:
    """What becomes of the losses of the examples; linear in them."""

    says: str
    apply: Callable[[Array, Case], Array]

    def weights(self, upstream: Array, losses: Array, case: Case) -> Array:
        """Return what each example's loss weighs in Σ upstream × result."""
        weights = np.zeros(losses.shape)
        for place in np.ndindex(losses.shape):
            one = np.zeros(losses.shape)
            one[place] = 1.0
            weights[place] = np.sum(upstream * np.reshape(self.apply(one, case), upstream.shape))
        return weights


EACH = Reduction("one value per example", lambda losses, _: losses)
MEAN = Reduction("the mean over the examples", lambda losses, _: losses.mean())
SUM = Reduction("the sum over the examples", lambda losses, _: losses.sum())
PER_EXAMPLE = (EACH, MEAN, SUM)
PER_ENTRY = (
    Reduction("one value per entry", lambda losses, _: losses),
    Reduction("the mean over all entries", lambda losses, _: losses.mean()),
    Reduction("the sum over all entries", lambda losses, _: losses.sum()),
    Reduction("each row's mean", lambda losses, _: losses.mean(axis=-1)),
    Reduction("each row's sum", lambda losses, _: losses.sum(axis=-1)),
    Reduction("each row's mean, added up", lambda losses, _: losses.mean(axis=-1).sum()),
    Reduction(
        "each row's sum, averaged over the rows",
        lambda losses, _: losses.sum() / max(len(losses), 1),
    ),
)
WHOLE = (Reduction("one number for the batch", lambda losses, _: losses),)
