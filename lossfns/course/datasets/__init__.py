"""Data that ships with the package."""

from importlib.resources import files

__all__ = ["load_benchmarks", "load_sonnets"]


def load_sonnets() -> str:
    """Return Shakespeare's sonnets 18 and 116, one after the other.

    Returns
    -------
    str
        1,201 characters of 44 kinds, the line ends included.

    References
    ----------
    W. Shakespeare, *Sonnets*, 1609, numbers 18 and 116, in modern spelling; public domain.

    Examples
    --------
    >>> from lossfns.course.datasets import load_sonnets
    >>> text = load_sonnets()
    >>> text.splitlines()[0]
    "Shall I compare thee to a summer's day?"
    >>> len(text), len(set(text))
    (1201, 44)
    """
    return (files(__name__) / "sonnets.txt").read_text(encoding="utf-8")


def load_benchmarks() -> str:
    """Return what the benchmarks printed, on the machine named in its first line.

    Returns
    -------
    str
        Tables of times, as ratios, and memory. `benchmarks/run.py --write`, in the course's
        repository, makes them anew.

    Examples
    --------
    >>> from lossfns.course.datasets import load_benchmarks
    >>> "softmax_cross_entropy_with_integer_labels" in load_benchmarks()
    True
    """
    return (files(__name__) / "benchmarks.txt").read_text(encoding="utf-8")
