"""Reference vectors, computed in float64 by PyTorch."""

import json
from pathlib import Path

GOLDEN = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
