"""What the clinic's page loads: one script, with the words inside, and its styles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lossfns.clinic._values import named_classes
from lossfns.clinic.explain import words as explanations
from lossfns.clinic.findings.case import thresholds
from lossfns.clinic.findings.case import words as findings
from lossfns.web.join import SHIM, join

STATIC = Path(__file__).parent / "static"


def stylesheet() -> str:
    """Return the clinic's own CSS; it builds on the card's."""
    return (STATIC / "clinic.css").read_text(encoding="utf-8")


def page_words() -> dict[str, Any]:
    """Return the words and thresholds that the page shares with Python."""
    names = [
        {"count": count, "digits": digits, "whose": whose}
        for count, (whose, digits) in named_classes().items()
    ]
    return {
        "explanations": explanations(),
        "classes": names,
        "findings": findings(),
        "thresholds": thresholds(),
    }


def site_script(titles: Mapping[str, str], patients: Mapping[str, Any]) -> str:
    """Return the classic script that opens the clinic's doors on its page.

    Parameters
    ----------
    titles : mapping of str
        What each section that an explanation or a finding names is called.
    patients : mapping
        Logs to try the second door with (``"logs"``), and the counts of their classes.

    Examples
    --------
    >>> "import " in site_script({}, {}).split('"use strict";')[0]
    False
    """
    words = {**page_words(), "titles": titles, "patients": patients}
    joined = join(["number.mjs", "training.mjs", SHIM], static=STATIC)
    # The page's worker, which reads logs, runs this script too; it has no document.
    return (
        f'(() => {{\n"use strict";\n{joined}\n'
        f"const said = {json.dumps(words, ensure_ascii=False)};\n"
        'if (typeof document === "undefined") answerLogs(said);\n'
        'else start("clinic", { number: numberDoor(said), '
        "training: trainingDoor(said, document.currentScript.src) });\n})();\n"
    )
