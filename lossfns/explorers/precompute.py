"""Compute the data that some explorers show: ``python -m lossfns.explorers.precompute``.

What a browser cannot compute itself (other dtypes, training on the digits) is computed here by
lossfns and NumPy, and shipped as small files in ``lossfns/explorers/data``.
"""

import json

from lossfns.explorers._clinic import clinic_curves
from lossfns.explorers._data import DATA
from lossfns.explorers._floats import float_table
from lossfns.explorers._races import race_table

TABLES = {"clinic": clinic_curves, "floats": float_table, "race": race_table}


def main():
    """Compute every table and write those that differ."""
    DATA.mkdir(exist_ok=True)
    for name, compute in TABLES.items():
        text = json.dumps(compute(), separators=(",", ":"), allow_nan=False) + "\n"
        path = DATA / f"{name}.json"
        same = path.is_file() and path.read_text(encoding="utf-8") == text
        if not same:
            path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {len(text)} bytes, {'as before' if same else 'written'}")


if __name__ == "__main__":
    main()
