"""A notebook's SVG figures go into the page itself, in colours that follow the theme."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from lossfns.figures import PALETTE
from sitebuild.strokes import bare, in_place, shorter

logger = logging.getLogger(__name__)
PIXELS_PER_POINT = 4 / 3
# On a wide page a figure's text is as large as the page's own; on a phone it is 9 px.
LARGEST = 1.2
NAMED = re.compile(r'( id="|url\(#)([^")]+)')


def themed_svg(svg, *, prefix, label):
    """One of Matplotlib's SVG files as an element of an HTML page.

    Parameters
    ----------
    svg : str
        The file's text, drawn in the course's style.
    prefix : str
        What makes the drawing's ids unique on the page.
    label : str
        The picture in words.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r' d="([^"]+)"', lambda path: f' d="{shorter(path[1])}"', bare(svg))
    svg = in_place(svg)
    called = list(dict.fromkeys(name for _, name in NAMED.findall(svg)))
    svg = NAMED.sub(lambda at: f"{at[1]}{prefix}-{called.index(at[2])}", svg)
    svg = re.sub(r"font-family: [^;\"]+", "font-family: inherit", svg)
    for name, colour in PALETTE.items():
        svg = svg.replace(colour, f"var(--figure-{name})")
    width, height = (
        round(float(re.search(rf'<svg[^>]*\b{side}="([\d.]+)pt"', svg)[1]) * PIXELS_PER_POINT)
        for side in ("width", "height")
    )
    view = re.search(r'viewBox="[^"]+"', svg)[0]
    label = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    opening = (
        f'<svg class="figure" role="img" aria-label="{label}" width="{width}" height="{height}" '
        f'{view} style="width: {round(LARGEST * width)}px; stroke-linejoin: round; '
        f'stroke-linecap: butt">'
    )
    return re.sub(r"<svg[^>]*>", lambda _: opening, svg, count=1)


def figure_room(svg):
    """A drawing's place on the page, of the drawing's own shape: a browser need not draw it yet."""
    width, height = re.search(r' width="(\d+)" height="(\d+)"', svg).groups()
    most = re.search(r'style="width: (\d+)px', svg)[1]
    style = f"aspect-ratio: {width} / {height}; max-width: {most}px"
    return f'<div class="figure-room" style="{style}">{svg}</div>'


class InlineFigures(SphinxTransform):
    """Replace each SVG that a cell drew by the drawing itself."""

    default_priority = 400

    def apply(self, **kwargs):
        drawn = [
            image
            for image in self.document.findall(nodes.image)
            if "jupyter_execute" in image["uri"] and image["uri"].endswith(".svg")
        ]
        for number, image in enumerate(drawn, 1):
            path = Path(self.env.srcdir, image["uri"].lstrip("/"))
            if not image.get("alt"):
                logger.warning("a figure has no alt text (mystnb: image: alt)", location=image)
            svg = themed_svg(
                path.read_text(encoding="utf-8"),
                prefix=f"figure{number}",
                label=image.get("alt", ""),
            )
            html = figure_room(svg)
            image.replace_self(nodes.raw("", html, format="html"))


def setup(app):
    app.add_transform(InlineFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
