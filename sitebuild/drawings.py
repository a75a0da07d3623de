"""Give the drawings of ``book/_static`` the palette's colours: each holds those that it uses.

Usage: ``python -m sitebuild drawings``
"""

import re

from lossfns.web.palette import DRAWING
from sitebuild.notebooks import BOOK, ROOT
from sitebuild.safe_files import write_whole

VARIABLES = re.compile(r"(?<=<style>):root\{[^}]*\}")


def drawings():
    """Every drawing of the site."""
    return sorted((BOOK / "_static").glob("*.svg"))


def coloured(svg):
    """A drawing with the palette's present colours."""
    used = set(re.findall(r"var\(--([\w-]+)\)", svg))
    pairs = ";".join(f"--{name}:{colour}" for name, colour in DRAWING.items() if name in used)
    return VARIABLES.sub(f":root{{{pairs}}}", svg)


def main(arguments=()):
    for path in drawings():
        old = path.read_text(encoding="utf-8")
        new = coloured(old)
        if new != old:
            write_whole(path, new.encode())
            print(f"{path.relative_to(ROOT)} coloured")
    return 0
