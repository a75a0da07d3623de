"""Where things lie. `COURSE_ROOT` names another course than this checkout, as the tests do."""

import os
from pathlib import Path

ROOT = Path(os.environ.get("COURSE_ROOT") or Path(__file__).resolve().parents[1])
BOOK = ROOT / "book"
NOTEBOOKS = ROOT / "notebooks"
NODE_MODULES = ROOT / "node_modules"
