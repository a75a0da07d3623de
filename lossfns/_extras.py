"""Say which extra brings a module that is missing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# What lossfns imports of each extra of pyproject.toml, by the modules' names.
MODULES = {
    "course": ("anywidget", "ipywidgets", "matplotlib", "sklearn", "traitlets"),
    "exports": ("genanki", "lxml"),
}


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Name the extra when an import within the block misses one of its modules.

    Parameters
    ----------
    extra : {"course", "exports"}

    Raises
    ------
    ModuleNotFoundError
        With the command that installs the extra. Any other error passes as it is.

    Examples
    --------
    >>> with needs("course"):
    ...     import numpy
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        # A module that is here and lacks a part of its own is another fault.
        if missing not in MODULES[extra] or sys.modules.get(missing):
            raise
        raise ModuleNotFoundError(
            f"{missing} is not installed. It comes with lossfns[{extra}]: "
            f'pip install "lossfns[{extra}]"'
        ) from error
