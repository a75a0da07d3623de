"""Write a notebook: cells without outputs, as Jupyter's format 4.5 has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from lossfns.classroom.tasks import Cell


def notebook(cells: Iterable[Cell], about: Mapping[str, Any] | None = None) -> bytes:
    """Return a notebook's file.

    Parameters
    ----------
    cells : iterable of Cell
        Their ids must differ.
    about : dict, optional
        What the notebook's metadata say of the pack that it belongs to.

    Examples
    --------
    >>> text = notebook([Cell("code", "1 + 1", "sum")])
    >>> json.loads(text)["cells"][0]["source"]
    ['1 + 1']
    """
    metadata: dict[str, Any] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    if about:
        metadata["lossfns_pack"] = dict(about)
    whole = {
        "cells": [_written(cell) for cell in cells],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def plain(name: str) -> str:
    """Return a name that Markdown shows as it stands.

    Examples
    --------
    >>> print(plain("*Bob* <b>"))
    \\*Bob\\* \\<b\\>
    """
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$&])", r"\\\1", name)


def _written(cell: Cell) -> dict[str, Any]:
    written: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": cell.id,
        "metadata": cell.metadata or {},
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.kind == "code":
        written |= {"execution_count": None, "outputs": []}
    return written
