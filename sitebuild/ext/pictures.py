"""Pictures that a page carries inside become files, which a reader who never sees them never loads.

An explorer's picture for readers without scripts is such a one. A notebook has to carry it.
"""

import base64
import hashlib
import re
from pathlib import Path

FOLDER = "_static/pictures"
INSIDE = re.compile(r'<img(?P<before>[^>]*?) src="data:image/png;base64,(?P<data>[^"]+)"')


def take_out(out, page):
    """The page's text with every picture inside it written to a file of its own."""
    up = "../" * (len(page.relative_to(out).parts) - 1)

    def link(match):
        picture = base64.b64decode(match["data"])
        name = f"{hashlib.sha256(picture).hexdigest()[:16]}.png"
        (out / FOLDER / name).write_bytes(picture)
        return f'<img{match["before"]} loading="lazy" src="{up}{FOLDER}/{name}"'

    return INSIDE.sub(link, page.read_text(encoding="utf-8"))


def write_pictures(app, exception):
    if exception:
        return
    out = Path(app.outdir)
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    for page in sorted(out.rglob("*.html")):
        page.write_text(take_out(out, page), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write_pictures, priority=940)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
