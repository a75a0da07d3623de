"""One palette: no colour stands anywhere else, and a change of it reaches everything."""

import re

import pytest

from lossfns.explorers import stylesheet
from lossfns.figures import PALETTE
from lossfns.web import palette
from sitebuild.drawings import coloured, drawings
from sitebuild.paths import BOOK, ROOT

HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")
STYLES = [BOOK / "_static" / "site.css", *(ROOT / "lossfns").rglob("*.css")]
CODE = [*(ROOT / "lossfns").rglob("*.py"), *(ROOT / "lossfns").rglob("*.mjs")]
PLACES = [path for path in (*STYLES, *CODE) if path.name != "palette.py"]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.name)
def test_no_colour_is_written_outside_the_palette(path):
    code = re.sub(r"url\([^)]*\)", "", path.read_text(encoding="utf-8"))
    assert HEX.findall(code) == []


@pytest.mark.parametrize("path", drawings(), ids=lambda path: path.name)
def test_drawing_holds_the_palettes_colours_and_no_other(path):
    svg = path.read_text(encoding="utf-8")
    assert coloured(svg) == svg, "run `make drawings`"
    variables = re.search(r":root\{[^}]*\}", svg)[0]
    assert HEX.findall(svg.replace(variables, "")) == []
    assert set(re.findall(r"var\(--([\w-]+)\)", svg)) <= set(palette.DRAWING)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = ("ink", "muted", "quiet", "link", "visited", "problem", "zone-text")
CURVES = ("mse", "ce", "teal", "violet", "amber")
LEAST = [
    *((name, "paper", 4.5) for name in (*TEXT, *CURVES)),
    *((name, "soft", 4.5) for name in ("ink", "muted", "zone-text")),
    *((name, "zone", 3) for name in ("mse", "ce")),
    ("control", "paper", 3),
]


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("name", "ground", "least"), LEAST)
def test_colour_can_be_read_on_its_ground(theme, name, ground, least):
    assert contrast(palette.COLOURS[name][theme], palette.COLOURS[ground][theme]) >= least


def test_a_change_of_the_palette_reaches_figures_cards_and_pages(monkeypatch):
    for name, (light, dark) in palette.COLOURS.items():
        assert stylesheet().count(f"--ex-{name}: {light};") == 1
        assert stylesheet().count(f"--ex-{name}: {dark};") == 2
        assert palette.page_palette().count(f"--figure-{name}: {dark};") == 2
    assert PALETTE.items() <= {name: pair[0] for name, pair in palette.COLOURS.items()}.items()
