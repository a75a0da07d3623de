"""The tables that ``lossfns.explorers.precompute`` wrote."""

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def load(name):
    """Return a table as it was computed last; it is shared, so it must not be changed."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
