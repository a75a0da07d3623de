"""A component: validated, synced state, a fixed repr, and what a page without a kernel holds."""

import numbers
from typing import Any

import anywidget
import numpy as np
import traitlets

from lossfns.web.join import STATIC, widget_module
from lossfns.web.palette import card_palette
from lossfns.web.reload import follow


def card_styles() -> str:
    """Return the CSS of the card that every component is drawn on: colours, buttons, controls."""
    return card_palette() + (STATIC / "card.css").read_text(encoding="utf-8")


def _refuse(trait, obj, expected, value):
    raise traitlets.TraitError(
        f"{type(obj).__name__}.{trait.name} must be {expected}, got {value!r}"
    )


class Number(traitlets.TraitType[Any, Any]):
    """A finite number within bounds, shown by the explorer and synced with it."""

    def __init__(self, default, *, low, high, whole=False):
        super().__init__(default)
        self.low, self.high, self.whole = low, high, whole
        self.tag(sync=True, state=True)

    def check(self, value):
        """Say whether a value is a number of the right kind within the bounds."""
        kind = numbers.Integral if self.whole else numbers.Real
        if isinstance(value, bool) or not isinstance(value, kind):
            return False
        # nan is within no bounds.
        return bool(self.low <= value <= self.high)

    @property
    def bounds(self):
        """The bounds in words."""
        low, high = (np.format_float_positional(end, trim="-") for end in (self.low, self.high))
        return f"from {low} to {high}"

    def validate(self, obj, value):
        """Refuse what is out of range, naming the trait and the range."""
        if not self.check(value):
            kind = "a whole number" if self.whole else "a number"
            _refuse(self, obj, f"{kind} {self.bounds}", value)
        return int(value) if self.whole else float(value)


class Numbers(Number):
    """A list of such numbers, of a length within ``sizes``."""

    def __init__(self, default, *, low, high, sizes):
        super().__init__(tuple(default), low=low, high=high)
        self.sizes = sizes

    def validate(self, obj, value):
        """Refuse a wrong length or an item out of range, naming the trait and the range."""
        try:
            items = list(value)
        except TypeError:
            items = []
        fewest, most = self.sizes
        if not fewest <= len(items) <= most or not all(self.check(item) for item in items):
            size = str(fewest) if fewest == most else f"{fewest} to {most}"
            _refuse(self, obj, f"{size} numbers {self.bounds}", value)
        return tuple(float(item) for item in items)


class Choice(traitlets.TraitType[Any, Any]):
    """One of a few values, shown by the explorer and synced with it."""

    def __init__(self, default, options):
        super().__init__(default)
        self.options = tuple(options)
        self.tag(sync=True, state=True)

    def validate(self, obj, value):
        """Refuse what is not an option, naming the trait and the options."""
        if isinstance(value, np.generic):
            value = value.item()
        for option in self.options:
            plain = isinstance(value, (str, numbers.Real))
            if plain and value == option and isinstance(value, bool) == isinstance(option, bool):
                return option
        _refuse(self, obj, "one of " + ", ".join(map(repr, self.options)), value)


class Component(anywidget.AnyWidget):
    """What is live in a notebook, and on a page comes to life from its stored output.

    A subclass names its script (`component`, a module of the folder `_static`), declares traits,
    tags with ``state`` those that name it, gives ``_html()``, what a page without a kernel
    holds, and says what running its cell is good for.
    """

    component = ""
    _static = STATIC
    _run_to = ""

    def __init_subclass__(cls, **kwargs):
        if "component" in cls.__dict__:  # traits added later make subclasses too
            cls._esm = widget_module(cls.component, static=cls._static)
        super().__init_subclass__(**kwargs)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        follow(self)

    def state(self) -> dict[str, Any]:
        """Return the visible state as a plain dictionary, sorted by name."""
        return {name: getattr(self, name) for name in sorted(self.trait_names(state=True))}

    def __repr__(self):
        inside = ", ".join(f"{name}={value!r}" for name, value in self.state().items())
        return f"{type(self).__name__}({inside})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        # In a stored notebook, what looks alive is not; the site, where it is, hides this line.
        run = f"Run this cell to {self._run_to}. If it stays like this, reload the page."
        stored = f'<p class="run-cell">{run}</p>\n{self._html()}'
        return {**data, "text/plain": repr(self), "text/html": stored}, metadata
