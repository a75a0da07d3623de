"""A figure as an ``<img>`` of its own, for a page on which no script runs."""

import base64
import html
import io
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from lossfns.figures.style import STYLE


def picture(
    draw: Callable[[Axes], object],
    alt: str,
    *,
    width: int = 480,
    height: int = 317,
    density: float = 1.5,
) -> str:
    """Return an ``<img>`` that carries a figure, drawn by ``draw(ax)`` in the course's style."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width / 96, height / 96), dpi=96 * density)
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
        'style="max-width: 100%; height: auto" '
        f'alt="{html.escape(alt)}">'
    )
