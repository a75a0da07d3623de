"""Compute the data that some explorers show: ``python -m lossfns.explorers.precompute``.

What a browser cannot compute itself (other dtypes, training on the digits) is computed here by
lossfns and NumPy, and shipped as small files in ``lossfns/explorers/data``. It takes some
minutes, and nothing while the code it runs is what it was.
"""

import ast
import hashlib
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from lossfns.explorers._clinic import clinic_curves
from lossfns.explorers._data import DATA
from lossfns.explorers._floats import float_table
from lossfns.explorers._races import race_table

TABLES = {"clinic": clinic_curves, "floats": float_table, "race": race_table}


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules of lossfns that a module's code imports, or calls by ``lossfns.NAME``."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(name)) if name.startswith("lossfns."):
                yield name
            case ast.Attribute(value=ast.Name(id="lossfns"), attr=name):
                yield getattr(import_module("lossfns"), name).__module__


def reached(module: str, found: dict[str, str]) -> None:
    """Add a module, and every module of lossfns that it reaches, to ``{name: code}``."""
    if module in found:
        return
    text = Path(import_module(module).__file__ or "").read_text(encoding="utf-8")
    tree = ast.parse(text)
    found[module] = without_docstrings(text, tree)
    for name in imported(tree):
        reached(name, found)


def without_docstrings(text: str, tree: ast.Module) -> str:
    """The lines of a module that do something."""
    lines = text.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            docstring = node.body[0]
            for number in range(docstring.lineno - 1, docstring.end_lineno or docstring.lineno):
                lines[number] = ""
    return "\n".join(line for line in lines if line)


def recipe():
    """Return what tells one version of the computing code from another."""
    found: dict[str, str] = {}
    for compute in TABLES.values():
        reached(compute.__module__, found)
    code = "\n".join(found[module] for module in sorted(found))
    return hashlib.sha256(code.encode()).hexdigest() + "\n"


def main():
    """Compute every table, unless the code that does has not changed."""
    stamp = DATA / "recipe.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == recipe():
        print("explorers' data: up to date")
        return
    DATA.mkdir(exist_ok=True)
    for name, compute in TABLES.items():
        text = json.dumps(compute(), separators=(",", ":"), allow_nan=False) + "\n"
        part = DATA / f"{name}.json.part"
        part.write_text(text, encoding="utf-8")
        part.replace(DATA / f"{name}.json")
        print(f"explorers' data: {name}.json, {len(text)} bytes")
    stamp.write_text(recipe(), encoding="utf-8")


if __name__ == "__main__":
    main()
