"""What a component's page holds without scripts: numbers as text, a picture, a table."""

import base64
import html
import io
import math
from decimal import ROUND_HALF_UP, Decimal, localcontext

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from lossfns.figures.style import STYLE


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
