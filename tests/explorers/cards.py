"""What a test does with an explorer's card in the browser."""

import itertools
import math
import re
import urllib.parse
from pathlib import Path

import pytest

from lossfns.explorers import EXPLORERS

NAMES = [explorer.component for explorer in EXPLORERS]
BY_NAME = dict(zip(NAMES, EXPLORERS, strict=True))
CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text(encoding="utf-8")
every_explorer = pytest.mark.parametrize("name", NAMES)
# What a link calls the traits that it does not call by their own name.
KEYS = {
    "loss": {"probability": "p", "label": "y"},
    "attempts": {"logits": "z", "label": "y"},
    "mixer": {"logits": "z", "label": "y", "temperature": "t"},
    "surprise": {"weights": "w"},
    "divergence": {"weights": "q"},
    "floats": {"logit": "z", "label": "y"},
    "softening": {"smoothing": "eps", "classes": "k"},
    "race": {"means_removed": "means"},
}
# States whose numbers are compared with what lossfns computes.
STATES = {
    "parabola": [
        {},
        {"prediction": 6, "outlier": 12.5},
        {"loss": "absolute", "prediction": -1},
    ],
    "loss": [
        {},
        {"label": 0},
        {"probability": 1 / 3},
        {"probability": 0.99999},
        {"label": 0, "probability": 0.99},
    ],
    "attempts": [
        {},
        {"logits": [0.5, 1.5, 0.9]},
        {"logits": [-6, 6, 0.1], "label": 2},
    ],
    "mixer": [
        {},
        {"logits": [1, 2, 3], "temperature": 0.1},
        {"shift": 100, "label": 4, "temperature": 3},
    ],
    "surprise": [
        {},
        {"unit": "nats", "weights": [7, 1, 1, 1]},
        {"weights": [1, 0, 0, 0]},
        {"weights": [0, 0, 0, 0]},
    ],
    "divergence": [
        {},
        {"weights": [0.8, 0.2, 0]},
        {"weights": [0.1, 0.2, 0.7], "swapped": True, "unit": "bits"},
    ],
    "floats": [
        {},
        {"logit": -40, "dtype": "float64"},
        {"logit": 8, "label": 0, "dtype": "float16"},
        {"logit": -710, "dtype": "float64"},
    ],
    "softening": [
        {},
        {"smoothing": 0, "classes": 3},
        {"view": "focus"},
        {"view": "focus", "gamma": 0.5, "alpha": 0.25, "easy": 10},
    ],
    "race": [
        {},
        {"start": "fresh", "rate": 100},
        {"means_removed": False, "rate": 10},
    ],
    "clinic": [{"case": case} for case in range(1, 8)],
}


def grid(**values):
    """Every combination of some traits' values."""
    return [dict(zip(values, some, strict=True)) for some in itertools.product(*values.values())]


# States in which no curve's name may lie on a line, for explorers that name their curves.
NAMED_STATES = {
    "parabola": grid(loss=["squared", "absolute"], outlier=[0, 3, 20]),
    "loss": grid(label=[0, 1], axis=["probability", "logit"]),
    "floats": grid(dtype=["float16", "float32", "float64"], label=[0, 1]),
    "softening": grid(smoothing=[0, 0.1, 0.3, 0.9], classes=[2, 10, 100])
    + grid(view=["focus"], gamma=[0, 0.5, 2, 5]),
    "race": grid(
        start=["fresh", "confidently_wrong"],
        rate=[0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
        means_removed=[True, False],
    ),
    "clinic": grid(case=[1, 2, 3, 4, 5, 6, 7]),
}
# Counts how often an explorer draws a plot anew.
COUNT_PLOTS = """(() => {
  const set = Element.prototype.setAttribute;
  window.drawn = 0;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "aria-label" && this.matches(".ex-plot")) window.drawn += 1;
    return set.call(this, name, value);
  };
})()"""
# What is shown, and the link to it, in one look.
LOOK = """(card) => {
  const texts = [...card.querySelectorAll("tbody td")].filter((cell) => cell.checkVisibility());
  const buttons = [...card.querySelectorAll(".ex-share button")];
  buttons.forEach((button) => button.click());
  return {
    link: buttons.length ? card.querySelector(".ex-link").value : "",
    texts: [...texts, card.querySelector(".ex-summary")].map((one) => one.innerText),
  };
}"""


def skip_question(page, name):
    """Open an explorer without a prediction; its card."""
    card = page.locator(f'[data-explorer="{name}"]')
    card.get_by_role("button", name="Skip to the explorer").click()
    return card


def parse_query(link):
    """A link's state, key by key."""
    query = urllib.parse.urlsplit(link).query
    return dict(urllib.parse.parse_qsl(query, keep_blank_values=True))


def linked_state(card):
    """The state as the card's own link tells it, key by key."""
    card.get_by_role("button", name="Copy link to this state").click()
    return parse_query(card.locator(".ex-link").input_value())


def linked_traits(name, link):
    """The traits that a link stands for, as Python holds them."""
    keys, query = KEYS.get(name, {}), parse_query(link)

    def value(trait, text):
        if hasattr(trait, "options"):
            return next(one for one in trait.options if as_text(one) == text)
        numbers = [int(one) if trait.whole else float(one) for one in text.split(",")]
        return numbers if hasattr(trait, "sizes") else numbers[0]

    traits = BY_NAME[name].class_traits(state=True)
    del traits["revealed"]
    return {
        trait: value(kind, query[f"{name}.{keys.get(trait, trait)}"])
        for trait, kind in traits.items()
    }


def as_text(value):
    """A trait's value as a link writes it."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def as_query(name, state):
    """A link to a state and its answer, written here, not by the script under test."""
    keys = KEYS.get(name, {})
    shown = {"revealed": True, **state}
    return "&".join(f"{name}.{keys.get(trait, trait)}={as_text(v)}" for trait, v in shown.items())


def numbers(text):
    """Every number of a text, as floats."""
    found = re.findall(r"−?\d[\d,]*\.?\d*(?:e−?\d+)?|∞|nan", text)
    return [float(one.replace("−", "-").replace(",", "").replace("∞", "inf")) for one in found]


def agree(seen, wanted):
    """Whether a number as shown is the number meant: three digits, or two when scientific."""
    if math.isnan(wanted) or math.isinf(wanted):
        return str(seen) == str(float(wanted))
    return abs(seen - wanted) <= max(5.1e-4, 0.06 * min(abs(wanted), 1e-2))


def not_shown(texts, explorer):
    """What the texts lack of the numbers in the class's own table, which lossfns computed."""
    seen = [one for text in texts for one in numbers(text)]
    _, _, rows = explorer._table()
    if explorer.component == "parabola":
        rows = [row for row in rows if row[0] == explorer.loss]
    wanted = [(row[0], number) for row in rows for number in numbers(" ; ".join(row[1:]))]
    return [pair for pair in wanted if not any(agree(one, pair[1]) for one in seen)]


def show_everything(page):
    """Reveal every explorer and open every table, as a reader would."""
    for found in (
        page.get_by_role("button", name="Skip to the explorer"),
        page.get_by_text("Numbers behind the plot"),
    ):
        found.evaluate_all("(all) => all.forEach((one) => one.checkVisibility() && one.click())")


# --- hands -----------------------------------------------------------------------------------


def slide_by_keyboard(slider, share):
    """Go to the low end, a step off an end, or the high end."""
    slider.press("Home" if share < 0.5 else "End")
    if 0 < share < 1:
        slider.press("ArrowRight" if share < 0.5 else "ArrowLeft")


def place_on(element, share):
    """A place within an element, for a pointer or a finger."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    return {"x": min(max(share * box["width"], 1), box["width"] - 1), "y": box["height"] / 2}


HANDS = {
    "keyboard": (slide_by_keyboard, lambda radio: radio.press("Space"), lambda b: b.press("Enter")),
    "pointer": (
        lambda slider, share: slider.click(position=place_on(slider, share)),
        lambda radio: radio.click(),
        lambda button: button.click(),
    ),
    "touch": (
        lambda slider, share: slider.tap(position=place_on(slider, share)),
        lambda radio: radio.tap(),
        lambda button: button.tap(),
    ),
}


def drive(card, hand):
    """Move every control of an open card through its range; what was moved, after each move."""
    slide, choose, press = HANDS[hand]
    driven = set()

    def drive_numbers():
        for group in card.locator(".ex-number:visible").all():
            label = group.get_attribute("aria-label")
            if label in driven:
                continue
            driven.add(label)
            box, shown = group.locator("input[type=number]"), []
            for share in (0, 0.1, 0.6, 1):
                slide(group.locator("input[type=range]"), share)
                shown.append(float(box.input_value()))
                yield f"{label}: {share}"
            assert len(set(shown)) > 2, (label, shown)
            assert shown[0] == min(shown), (label, shown)
            assert shown[-1] == max(shown), (label, shown)
            for name in ("less", "more"):
                press(group.get_by_role("button", name=f"{label}: {name}", exact=True))
                yield f"{label}: {name}"
            assert group.locator("input[type=range]").get_attribute("aria-valuetext")

    yield from drive_numbers()
    for row in card.locator(".ex-body fieldset").all():
        for radio in row.locator("input[type=radio]:visible").all():
            choose(radio)
            assert radio.is_checked()
            yield f"{row.locator('legend').inner_text()}: {radio.input_value()}"
            yield from drive_numbers()
    for button in card.locator(".ex-controls > .ex-row button").all():
        press(button)
        yield button.inner_text()
    assert len(driven) == card.locator(".ex-number").count()


def follow(page, card, name, hand, rest):
    """Drive a card, and hold what it shows after each move to what lossfns computes; the links."""
    if name == "clinic":
        for summary in card.locator("summary").all():
            summary.press("Enter")
    links = []
    for moved in drive(card, hand):
        rest()
        look = card.evaluate(LOOK)
        links.append(look["link"])
        explorer = BY_NAME[name](**linked_traits(name, look["link"]))
        assert not_shown(look["texts"], explorer) == [], moved
    assert len(set(links)) > len(links) / 2
    page.goto(links[-1])
    assert card.evaluate(LOOK)["link"] == links[-1]
