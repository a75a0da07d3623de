"""What all explorers share: validated state, a fixed repr, and a fallback without scripts."""

import base64
import html
import io
import json
import math
import numbers
from decimal import ROUND_HALF_UP, Decimal, localcontext

import anywidget
import matplotlib as mpl
import numpy as np
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from lossfns.explorers._data import load
from lossfns.explorers._join import STATIC
from lossfns.explorers._questions import questions
from lossfns.figures.style import STYLE


def stylesheet():
    """Return the explorers' CSS, the same for the site and for a notebook."""
    return (STATIC / "explorers.css").read_text(encoding="utf-8")


def shown(value, digits=3):
    """Return a number as the live explorer shows it: the rules of ``format.mjs``.

    Examples
    --------
    >>> [shown(value) for value in (0.0625, -11013.7, 0.00042, float("inf"))]
    ['0.063', '−11,014', '4.2e−4', '∞']
    """
    if math.isnan(value):
        return "nan"
    size = Decimal(abs(float(value)))
    with localcontext(rounding=ROUND_HALF_UP):
        if size.is_infinite():
            text = "∞"
        elif size >= 10**6:
            text = f"{size:.1e}".replace("+", "")
        elif size >= 1000:
            text = f"{size:,.0f}"
        elif 0 < size < Decimal(10) ** -digits:
            text = f"{size:.1e}".replace("-", "−")
        else:
            text = f"{size:.{digits}f}"
    return f"−{text}" if value < 0 else text


def normalised(weights):
    """Return weights as a distribution; all zero counts as all equal."""
    weights = np.array(weights)
    total = weights.sum()
    return weights / total if total else np.full(weights.shape, 1 / weights.size)


def picture(draw, alt, *, width=640, height=340, density=1.25):
    """Return an ``<img>`` that carries a figure, drawn by ``draw(ax)`` in the course's style."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width / 100, height / 100), dpi=100 * density)
        draw(figure.add_subplot())
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    # A palette of few colours: a page may hold many fallbacks that most readers never see.
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    buffer = io.BytesIO()
    pixels.quantize(16, dither=Image.Dither.NONE).save(buffer, format="png", optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{data}" width="{width}" height="{height}" '
        f'alt="{html.escape(alt)}">'
    )


def table(caption, head, rows):
    """Return an HTML table of texts; the first of each row names it."""
    columns = "".join(
        f'<th scope="col">{html.escape(cell)}</th>' if cell else "<td></td>" for cell in head
    )
    body = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return (
        f"<table><caption>{html.escape(caption)}</caption>"
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
    )


def _refuse(trait, obj, expected, value):
    raise traitlets.TraitError(
        f"{type(obj).__name__}.{trait.name} must be {expected}, got {value!r}"
    )


class Number(traitlets.TraitType):
    """A finite number within bounds, shown by the explorer and synced with it."""

    def __init__(self, default, *, low, high, whole=False):
        super().__init__(default)
        self.low, self.high, self.whole = low, high, whole
        self.tag(sync=True, state=True)

    def check(self, value):
        """Say whether a value is a number of the right kind within the bounds."""
        kind = numbers.Integral if self.whole else numbers.Real
        # nan is within no bounds.
        return (
            isinstance(value, kind)
            and not isinstance(value, bool)
            and bool(self.low <= value <= self.high)
        )

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


class Choice(traitlets.TraitType):
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


class Data(traitlets.TraitType):
    """A table computed beforehand: read by the browser, never changed."""

    def __init__(self, name):
        super().__init__(load(name), read_only=True)
        self.tag(sync=True)


class Component(anywidget.AnyWidget):
    """What is live in a notebook, and on a page comes to life from its stored output.

    A subclass declares traits, tags with ``state`` those that name it, gives ``_html()``, what
    a page without a kernel holds, and says what running its cell is good for.
    """

    _run_to = ""

    def state(self):
        """Return the visible state as a plain dictionary, sorted by name."""
        return {name: getattr(self, name) for name in sorted(self.trait_names(state=True))}

    def __repr__(self):
        inside = ", ".join(f"{name}={value!r}" for name, value in self.state().items())
        return f"{type(self).__name__}({inside})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        # In a stored notebook, what looks alive is not; the site, where it is, hides this line.
        run = f"Run this cell to {self._run_to}. If it stays like this, reload the page."
        stored = f'<p class="run-cell">{run}</p>\n{self._html()}'
        return {**data, "text/plain": repr(self), "text/html": stored}, metadata


class Explorer(Component):
    """Base of the explorers.

    A subclass names its component, declares its traits, and gives the fallback:
    ``_draw(ax)``, ``_alt()`` and ``_table()``. The question asked first stands above; the table,
    and a figure that tells the answer, are folded until the reader has thought.
    """

    _css = stylesheet()
    _run_to = "use it"
    _figure_answers = True
    component = ""

    revealed = Choice(False, (False, True))

    def _payload(self):
        """Return what the component needs on a page: the state, and fixed data if it has any."""
        return self.state() | ({"data": self.data} if self.has_trait("data") else {})

    def _question(self):
        """Return what is asked first; an explorer with several questions picks one."""
        return questions(self.component)[0]

    def _html(self):
        state = html.escape(json.dumps(self._payload(), sort_keys=True, separators=(",", ":")))
        ask, options, answer = self._question()
        listed = "".join(f"<li>{html.escape(option)}</li>" for option in options)
        figure = picture(self._draw, self._alt())
        above, folded = ("", f"\n{figure}") if self._figure_answers else (f"\n{figure}", "")
        return (
            f'<div class="explorer" data-explorer="{self.component}" data-state="{state}">\n'
            f"<p><strong>Predict first.</strong> {html.escape(ask)}</p>\n<ul>{listed}</ul>{above}\n"
            f"<details{' open' if self.revealed else ''}><summary>The answer, with its numbers"
            f"</summary>\n<p>The answer: {html.escape(options[answer])}.</p>{folded}\n"
            f"{table(*self._table())}\n</details>\n</div>"
        )
