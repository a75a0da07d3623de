"""What holds for every test, doctests and notebooks included."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_progress(tmp_path_factory):
    """No test reads or writes the exercises' progress of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOSSFNS_PROGRESS", str(tmp_path_factory.mktemp("progress") / "p.json"))
        yield
