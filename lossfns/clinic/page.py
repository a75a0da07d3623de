"""What the clinic's page loads: one script, with the words inside, and its styles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from lossfns.clinic.explain import page_words
from lossfns.web.join import SHIM, join

STATIC = Path(__file__).parent / "static"


def stylesheet() -> str:
    """Return the clinic's own CSS; it builds on the card's."""
    return (STATIC / "clinic.css").read_text(encoding="utf-8")


def site_script(titles: Mapping[str, str]) -> str:
    """Return the classic script that opens the clinic's doors on its page.

    Parameters
    ----------
    titles : mapping of str
        What each section that an explanation names is called.

    Examples
    --------
    >>> "import " in site_script({}).split('"use strict";')[0]
    False
    """
    words = json.dumps({**page_words(), "titles": titles}, ensure_ascii=False)
    joined = join(["number.mjs", SHIM], static=STATIC)
    return (
        f'(() => {{\n"use strict";\n{joined}\nconst words = {words};\n'
        'start("clinic", { number: numberDoor(words) });\n})();\n'
    )
