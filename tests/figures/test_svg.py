import io
import re
import xml.etree.ElementTree as ElementTree

import matplotlib.pyplot as plt
import numpy as np

from lossfns.figures.svg import steady


def drawn(noise=0.0, text="0.12345"):
    """A drawing with every kind of id that Matplotlib makes, its data off by some noise."""
    figure, ax = plt.subplots()
    x = np.linspace(0, 1, 50) * (1 + noise)
    ax.plot(x, np.sin(9 * x), marker="o")
    ax.bar(x[:3], x[1:4], hatch="//")
    ax.scatter(x, x**2, s=40 * x)
    ax.imshow(np.eye(3), extent=(0, x[-1], 0, x[-1]))
    ax.text(0.5, 0.5, text)
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def test_last_bits_of_a_processor_change_nothing_in_a_figure():
    assert steady(drawn()) == steady(drawn(noise=1e-10))


def test_text_in_a_figure_keeps_its_digits():
    assert ">0.12345<" in steady(drawn())


def test_every_reference_in_a_figure_leads_to_one_shape():
    ids = [e.get("id") for e in ElementTree.fromstring(steady(drawn())).iter() if e.get("id")]
    used = re.findall(r'(?:url\(#|href="#)([^")]+)', steady(drawn()))
    assert len(ids) == len(set(ids))
    assert used
    assert set(used) <= set(ids)


def test_figures_on_one_page_share_no_clip_path():
    one, other = (re.findall(r'id="(s[^"]+)"', steady(drawn(text=text))) for text in "ab")
    assert one
    assert not set(one) & set(other)


def test_shapes_move_by_less_than_anyone_sees():
    plain, rounded = (
        [
            float(n)
            for path in re.findall(r' d="([^"]+)"', svg)
            for n in re.findall(r"[\d.-]+", path)
        ]
        for svg in (drawn(), steady(drawn()))
    )
    np.testing.assert_allclose(rounded, plain, atol=0.0051)


def test_scale_of_an_image_is_not_rounded():
    tag = '<image transform="scale(0.0012345 -1) translate(0 -7.0012345)"/>'
    assert steady(tag) == '<image transform="scale(0.0012345 -1) translate(0 -7)"/>'
