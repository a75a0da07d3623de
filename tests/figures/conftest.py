"""What holds for every test of a figure."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from lossfns.figures.style import STYLE

PHONE = 328  # CSS pixels that the site leaves for a figure on a phone of 360
SMALLEST = 9  # CSS pixels of the smallest text


@pytest.fixture(autouse=True)
def fit_a_phone():
    """Draw in the course's style, and forget the figures; none had small or cut text on a phone."""
    plt.close("all")  # what other tests of this process left open
    with mpl.rc_context(STYLE):
        yield
        try:
            unreadable = [one for k in plt.get_fignums() for one in faults(plt.figure(k))]
        finally:
            plt.close("all")
    assert unreadable == []


def faults(figure):
    """What a reader with a phone could not read in a figure."""
    figure.draw_without_rendering()
    smallest = SMALLEST * figure.get_figwidth() * 72 / PHONE
    frame = figure.bbox.padded(1)
    for ax in figure.axes:
        names = [ax.title, ax._left_title]
        if ax.axison:
            names += [ax.xaxis.label, ax.yaxis.label]
        legend = ax.get_legend()
        keys = [*legend.get_texts(), legend.get_title()] if legend else []
        for text in [*names, *keys, *ax.texts]:
            words = text.get_text()
            if not words.strip():
                continue
            box = text.get_window_extent()
            if text.get_fontsize() < smallest:
                yield f"small: {words!r}"
            if box.x0 < frame.x0 or box.x1 > frame.x1:
                yield f"cut: {words!r}, from {box.x0:.0f} to {box.x1:.0f} of {frame.x1:.0f}"
            if box.y0 < frame.y0 or box.y1 > frame.y1:
                yield f"cut: {words!r}, from {box.y0:.0f} up to {box.y1:.0f} of {frame.y1:.0f}"
