"""The logs of real trainings, and what was done to each."""

import json
from functools import cache
from pathlib import Path

LOGS = Path(__file__).parent / "logs"


@cache
def told():
    """For each log its fault ("" if the training was sound), and what a reader would tell."""
    return json.loads((LOGS / "about.json").read_text(encoding="utf-8"))
