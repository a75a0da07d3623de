"""The door `lossfns audit`."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

EXIT = {"agrees": 0, "differs": 1, "unstable": 1, "cannot call": 2}
EPILOG = """\
exit code: 0 the loss agrees, 1 it differs or is unstable, 2 it could not be called

example: lossfns audit training/losses.py:cross_entropy --like softmax_cross_entropy
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name what the door takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument(
        "loss", metavar="MODULE:FUNCTION", help="your loss; a path to a file works too"
    )
    parser.add_argument(
        "--like",
        required=True,
        metavar="NAME",
        help="what it is meant to be: softmax_cross_entropy",
    )
    parser.add_argument(
        "--gradient", metavar="MODULE:FUNCTION", help="its gradient, if you have one"
    )
    parser.add_argument("--framework", help="numpy, torch, jax or keras, if it is not found out")


def run(arguments: argparse.Namespace) -> int:
    """Print what is found, and return the exit code."""
    from lossfns.clinic import audit

    try:
        loss = _load(arguments.loss)
        gradient = _load(arguments.gradient) if arguments.gradient else None
    except (Exception, SystemExit) as error:  # whatever their module does when it is loaded
        text = " ".join(str(error).split())
        known = isinstance(error, ImportError | AttributeError | ValueError | OSError) and text
        text = text if known else f"{type(error).__name__} while it was loaded: {text}"
        print(f"lossfns audit: {text}", file=sys.stderr)
        return EXIT["cannot call"]
    try:
        found = audit(loss, like=arguments.like, gradient=gradient, framework=arguments.framework)
    except (ImportError, AttributeError, TypeError, ValueError, OSError) as error:
        print(f"lossfns audit: {error}", file=sys.stderr)
        return EXIT["cannot call"]
    print(found)
    return EXIT[found.outcome]


def _load(name: str) -> Any:
    """Return what ``module:function`` or ``file.py:function`` names."""
    place, colon, inside = name.rpartition(":")
    if not (colon and place and inside):
        raise ValueError(f"expected MODULE:FUNCTION, got {name!r}")
    return attrgetter(inside)(_module(place))


def _module(place: str) -> ModuleType:
    if not place.endswith(".py"):
        # As with `python -m`, what lies in the current folder can be imported.
        sys.path.insert(0, "")
        return importlib.import_module(place)
    path = Path(place)
    folder, names = path.resolve().parent, [path.stem]
    while (folder / "__init__.py").exists():
        folder, names = folder.parent, [folder.name, *names]
    sys.path.insert(0, str(folder))
    if len(names) > 1:  # a package's file may import its neighbours
        return importlib.import_module(".".join(names))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
