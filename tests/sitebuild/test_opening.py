"""The landing page's slider shows what lossfns computes, and leaves the page light."""

import numpy as np
import pytest

import lossfns
from sitebuild.ext.opening import push
from tests.browser import HTML, watched_page


@pytest.fixture
def landing(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site)
        yield page
        assert page.messages == []
        assert page.elsewhere == []


def sizes(page):
    return page.locator("[data-loss] output").all_inner_texts()


@pytest.mark.parametrize("belief", [0.01, 0.05, 0.2, 0.33, 0.5, 0.9, 0.99])
def test_slider_shows_the_pushes_that_lossfns_computes(landing, belief):
    landing.locator("#opening-belief").fill(str(belief))
    score = np.log(belief / (1 - belief))
    squared = -lossfns.sigmoid_squared_error_grad(score, 1)
    entropy = -lossfns.sigmoid_binary_cross_entropy_grad(score, 1)
    assert sizes(landing) == [f"{squared:.2f}", f"{entropy:.2f}"]
    shown = landing.locator("[data-loss] rect").evaluate_all(
        "all => all.map(r => +r.getAttribute('width'))"
    )
    np.testing.assert_allclose(shown, [squared, entropy], rtol=1e-9)
    times = entropy / squared
    said = landing.locator(".opening-said").inner_text()
    assert f"{times:.{0 if times >= 10 else 1}f} times as hard" in said


def test_slider_is_moved_and_told_by_the_keyboard(landing):
    slider = landing.get_by_label("Belief in the cat")
    slider.press("Home")
    assert sizes(landing) == [f"{push(loss, 0.01):.2f}" for loss in ("mse", "ce")]
    assert slider.get_attribute("aria-valuetext").startswith("0.01. Hopelessly wrong")


def test_squared_error_is_called_loudest_where_it_is(landing):
    slider = landing.locator("#opening-belief")
    beliefs = np.arange(0.01, 1, 0.01)
    loudest = beliefs[np.argmax([push("mse", p) for p in beliefs])]
    slider.fill(f"{loudest:.2f}")
    assert "at its loudest" in landing.locator(".opening-said").inner_text()


def test_landing_page_loads_no_explorer(landing):
    scripts = landing.locator("script[src]").evaluate_all("all => all.map(s => s.src)")
    assert not [src for src in scripts if "explorers.js" in src]
    assert (HTML / "_static" / "opening.js").stat().st_size < 2000


def test_without_scripts_a_table_says_it(chromium, site):
    with watched_page(chromium, site, java_script_enabled=False) as page:
        page.goto(site)
        assert not page.locator("#opening-belief").is_visible()
        rows = page.locator(".opening-table tbody tr").all_inner_texts()
        assert [row.split()[0] for row in rows] == ["0.2", "0.01"]


def test_only_the_landing_page_has_the_script():
    with_it = [path.name for path in HTML.glob("*.html") if "opening.js" in path.read_text("utf-8")]
    assert with_it == ["index.html"]
