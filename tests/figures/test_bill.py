"""What the figures of the bill draw is what was measured, and what merges to the whole."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossfns import figures, logsumexp


def test_each_way_has_its_megabytes_at_each_number_of_tokens():
    ax = figures.plot_memory([16, 64], {"naive": [30, 120], "in blocks": [0.5, 0.5]})

    naive, blocks = ax.lines
    np.testing.assert_allclose(naive.get_xydata(), [[16, 30], [64, 120]])
    np.testing.assert_allclose(blocks.get_xydata(), [[16, 0.5], [64, 0.5]])
    assert {text.get_text() for text in ax.texts} == {"naive", "in blocks"}
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_the_common_terms_add_up_to_the_whole_and_the_own_terms_to_each_workers_total():
    logits = [2.0, -1.0, 0.5, 3.0, 4.0, 1.0]
    ax = figures.plot_shards(logits, 3)

    own, common = ([bar.get_height() for bar in bars] for bars in ax.containers)
    assert np.log(sum(common)) + 4.0 == pytest.approx(logsumexp(logits))
    totals = np.reshape(own, (3, 2)).sum(axis=1)
    shown = [text.get_text() for text in ax.texts]
    assert shown == [
        f"worker {k + 1}\nmaximum {maximum:g}\ntotal {total:.2f}"
        for k, (maximum, total) in enumerate(zip((2, 3, 4), totals, strict=True))
    ]


def test_a_figure_is_drawn_on_the_axes_that_are_given():
    left, right = Figure().subplots(1, 2)

    assert figures.plot_memory([1, 2], {"one": [1, 2]}, ax=left) is left
    assert figures.plot_shards([1.0, 2.0], 2, ax=right) is right
