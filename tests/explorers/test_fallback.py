"""What a stored notebook holds of an explorer: the same on every run, whole without scripts."""

import base64
import html
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from lossfns.explorers import EXPLORERS, LossExplorer, SofteningExplorer
from lossfns.explorers.softening import EASY, HARD, VIEWS


class Fallback(HTMLParser):
    """What a reader without scripts gets."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.setdefault(tag, dict(attributes))


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_a_stored_output_is_the_same_on_every_run(explorer):
    first, second = explorer()._repr_mimebundle_(), explorer()._repr_mimebundle_()
    for kind in ("text/plain", "text/html"):
        assert first[0][kind] == second[0][kind]
    assert " object at 0x" not in first[0]["text/plain"]
    assert repr(explorer()) == first[0]["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in first[0]


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_a_stored_explorer_shows_its_question_and_folds_the_answer(explorer):
    seen, folded = explorer()._repr_mimebundle_()[0]["text/html"].split("<details>")
    ask, options, answer = explorer()._question()
    assert seen.startswith('<p class="run-cell">Run this cell to use it.')
    items = "".join(f"<li>{html.escape(option)}</li>" for option in options)
    assert f"Predict first.</strong> {html.escape(ask)}</p>\n<ul>{items}</ul>" in seen
    told = f"<p>The answer: {html.escape(options[answer])}.</p>"
    assert told in folded
    assert "<table" in folded
    assert "<table" not in seen
    # These figures show a state, and no answer; the others are the answer.
    neutral = explorer.component in {"loss", "mixer", "surprise", "clinic"}
    assert ("<img" in seen, "<img" in folded) == (neutral, not neutral)


def test_what_was_revealed_when_it_was_stored_stays_open():
    assert "<details open>" in LossExplorer(revealed=True)._html()


def test_each_view_of_soft_targets_and_focus_stores_its_own_question():
    asked = {view: SofteningExplorer(view=view)._question().ask for view in VIEWS}
    assert "ε = 0.1" in asked["smoothing"]
    crowd = SofteningExplorer().easy_share(alpha=0.5, gamma=0)
    assert f"(p = {EASY} for the truth) hold {100 * crowd:.1f}\xa0%" in asked["focus"]
    assert f"one hard one (p = {HARD})" in asked["focus"]


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_without_scripts_a_figure_and_a_table_remain(explorer):
    widget = explorer()
    text = widget._repr_mimebundle_()[0]["text/html"]
    found = Fallback(text)
    host = found.attributes["div"]
    assert host["class"] == "explorer"
    assert host["data-explorer"] == explorer.component
    state = json.loads(host["data-state"])
    for name, value in widget.state().items():
        assert state[name] == (list(value) if isinstance(value, tuple) else value)
    image = found.attributes["img"]
    picture = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 20_000
    assert int(image["width"]) > 0
    assert int(image["height"]) > 0
    assert len(image["alt"]) > 20
    assert found.tags.count("tr") > 2
    assert {"caption", "th", "td"} <= set(found.tags)
    assert not {"script", "style", "svg"} & set(found.tags)
    assert " on" not in re.sub(r'"[^"]*"', "", "".join(re.findall(r"<[^>]*>", text)))


def test_the_fallback_shows_the_numbers_of_lossfns():
    text = LossExplorer(probability=0.01)._html()
    for expected in ("0.9801", "+0.0196", "4.6052", "+0.9900"):
        assert f"<td>{expected}</td>" in text


def test_state_is_escaped():
    host = Fallback(LossExplorer()._html()).attributes["div"]
    assert html.escape(host["data-state"]) in LossExplorer()._html()


def extreme_states(explorer):
    """Every trait at both ends, and all at random."""
    traits = explorer.class_traits(state=True)
    ends = {}
    for name, trait in traits.items():
        if hasattr(trait, "options"):
            ends[name] = list(trait.options)
        elif hasattr(trait, "sizes"):
            ends[name] = [[end] * size for end in (trait.low, trait.high) for size in trait.sizes]
            ends[name].append([trait.high] + [trait.low] * (trait.sizes[0] - 1))
        else:
            ends[name] = [trait.low, trait.high]
    yield from ({name: value} for name, values in ends.items() for value in values)
    generator = np.random.default_rng(5)
    for _ in range(2):
        yield {name: values[generator.integers(len(values))] for name, values in ends.items()}


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_the_fallback_can_be_drawn_at_every_end_of_every_trait(explorer):
    """A teacher's stored notebook never fails because of the state it was left in."""
    for state in extreme_states(explorer):
        found = Fallback(explorer(**state)._html())
        assert "img" in found.tags, state


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_a_closed_explorer_no_longer_answers(explorer):
    widget = explorer()
    seen = []
    widget.observe(seen.append, "revealed")
    widget.revealed = True
    widget.unobserve_all()
    widget.close()
    widget.revealed = False
    assert len(seen) == 1
    assert widget.comm is None
