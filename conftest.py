"""What holds for every test, doctests and notebooks included."""

import pytest

approximately = pytest.approx


def approx(expected, rel=None, abs=None, nan_ok=False):
    """What pytest has, but a tolerance that is said to be relative is nothing else.

    pytest would let 1e-12 pass beside it, which for a small number is anything.
    """
    return approximately(expected, rel, 0 if abs is None and rel is not None else abs, nan_ok)


pytest.approx = approx


@pytest.fixture(autouse=True, scope="session")
def own_progress(tmp_path_factory):
    """No test reads or writes the exercises' progress of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOSSFNS_PROGRESS", str(tmp_path_factory.mktemp("progress") / "p.json"))
        yield
