"""The course's palette and Matplotlib style.

Colours are named by what they mean. On the site each of them is replaced by a CSS
variable of the same name, so that a figure follows the reader's theme.
"""

from typing import Any, TypeAlias

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler

from lossfns.figures.svg import steady
from lossfns.web.palette import COLOURS, LIGHT

Style: TypeAlias = dict[str, Any]  # keyword arguments of what Matplotlib draws

FIGURE_COLOURS = ("paper", "ink", "muted", "grid", "mse", "ce", "teal", "violet", "amber")
PALETTE = {name: COLOURS[name][LIGHT] for name in FIGURE_COLOURS}

MSE: Style = {"color": PALETTE["mse"], "linestyle": "-"}
CROSS_ENTROPY: Style = {"color": PALETTE["ce"], "linestyle": "--"}
THIRD: Style = {"color": PALETTE["teal"], "linestyle": "-."}  # a curve beside these two
ABSOLUTE: Style = {"color": PALETTE["amber"], "linestyle": (0, (8, 2))}

STYLE: dict[Any, Any] = {
    # At the 328 px that a phone leaves, this text is still 9 px high; see `tests/figures`.
    "figure.figsize": (5.0, 3.3),
    "figure.facecolor": PALETTE["paper"],
    "figure.constrained_layout.use": True,
    "savefig.facecolor": PALETTE["paper"],
    "axes.facecolor": PALETTE["paper"],
    "axes.edgecolor": PALETTE["muted"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.titlecolor": PALETTE["ink"],
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(
        color=[PALETTE[name] for name in ("mse", "ce", "teal", "violet", "amber")],
        linestyle=["-", "--", "-.", ":", (0, (5, 1))],
    ),
    "grid.color": PALETTE["grid"],
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "text.color": PALETTE["ink"],
    "xtick.color": PALETTE["muted"],
    "ytick.color": PALETTE["muted"],
    "font.family": "sans-serif",
    "font.size": 10,
    "svg.fonttype": "none",  # text stays text
}


def axes(ax: Axes | None, **figure: Any) -> Axes:
    """Return the axes that were given, or those of a new figure."""
    return plt.subplots(**figure)[1] if ax is None else ax


def use_course_style() -> None:
    """Draw from here on in the course's style, and as SVG when in a notebook.

    Examples
    --------
    >>> use_course_style()
    >>> mpl.rcParams["svg.fonttype"]
    'none'
    """
    mpl.rcParams.update(STYLE)
    try:
        from IPython import get_ipython
    except ImportError:
        return
    if (shell := get_ipython()) is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")  # type: ignore[no-untyped-call]  # it has no types
        shell.display_formatter.formatters["image/svg+xml"].for_type(Figure, _svg)


def _svg(figure: Figure) -> str | None:
    """Draw a figure for a notebook; nothing for one that is empty."""
    from IPython.core.pylabtools import print_figure

    svg: str | None = print_figure(  # type: ignore[no-untyped-call]  # it has no types
        figure, fmt="svg", bbox_inches=None, metadata={"Date": None}
    )
    return svg and steady(svg)
