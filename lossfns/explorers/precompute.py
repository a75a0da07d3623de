"""Compute the data that some explorers show: ``python -m lossfns.explorers.precompute``.

What a browser cannot compute itself (other dtypes, training on the digits) is computed here by
lossfns and NumPy, and shipped as small files in ``lossfns/explorers/data``. It takes about half a
minute, and nothing while the code it runs is what it was.
"""

import hashlib
import json
from pathlib import Path

from lossfns.explorers._clinic import clinic_curves
from lossfns.explorers._data import DATA
from lossfns.explorers._floats import float_table
from lossfns.explorers._races import race_table

HERE = Path(__file__).parent
SOURCES = ("_clinic.py", "_floats.py", "_races.py", "../course/race.py")
TABLES = {"clinic": clinic_curves, "floats": float_table, "race": race_table}


def recipe():
    """Return what tells one version of the computing code from another."""
    code = b"".join((HERE / name).read_bytes() for name in SOURCES)
    return hashlib.sha256(code).hexdigest() + "\n"


def main():
    """Compute every table, unless the code that does has not changed."""
    stamp = DATA / "recipe.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == recipe():
        print("explorers' data: up to date")
        return
    DATA.mkdir(exist_ok=True)
    for name, compute in TABLES.items():
        text = json.dumps(compute(), separators=(",", ":"), allow_nan=False) + "\n"
        (DATA / f"{name}.json").write_text(text, encoding="utf-8")
        print(f"explorers' data: {name}.json, {len(text)} bytes")
    stamp.write_text(recipe(), encoding="utf-8")


if __name__ == "__main__":
    main()
