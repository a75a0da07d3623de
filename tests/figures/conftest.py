"""What holds for every test of a figure."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def closed_figures():
    """A figure that one test drew is not there in the next."""
    yield
    plt.close("all")
