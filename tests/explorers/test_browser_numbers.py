"""What an explorer shows is what lossfns computes."""

import numpy as np

import lossfns
from tests.browser import wait_until
from tests.explorers.cards import (
    BY_NAME,
    LOOK,
    STATES,
    agree,
    as_query,
    every_explorer,
    not_shown,
    numbers,
    skip_question,
)


def rows_shown(card, selector):
    return [
        [numbers(cell) for cell in row.locator("td").all_inner_texts()]
        for row in card.locator(selector).all()
    ]


@every_explorer
def test_what_is_shown_is_what_lossfns_computes(opened, name):
    """The live tables hold the numbers of the Python class's own table, which lossfns computed."""
    page = opened(f"{name}.html")
    for state in STATES[name]:
        explorer = BY_NAME[name](**state)
        page.goto(page.url.split("?")[0] + "?" + as_query(name, state))
        card = page.locator(".ex-card")
        if name == "clinic":
            for summary in card.locator("summary").all():
                summary.click()
                summary.locator("xpath=..").locator("tbody").wait_for()
        wait_until(page, "document.querySelector('.ex-summary').textContent")
        assert not_shown(card.evaluate(LOOK)["texts"], explorer) == [], state


def test_the_shaded_region_is_where_exact_squared_error_goes_the_wrong_way(opened):
    page = opened("attempts.html")
    skip_question(page, "attempts")
    points = np.random.default_rng(1).dirichlet([1, 1, 1], size=400)
    inside = page.evaluate(
        """(points) => {
          const region = document.querySelector(".ex-simplex .ex-band");
          const corners = [[160, 24], [20, 266], [300, 266]];
          const at = (p, axis) => p.reduce((sum, share, k) => sum + share * corners[k][axis], 0);
          return points.map((p) => region.isPointInFill(new DOMPoint(at(p, 0), at(p, 1))));
        }""",
        points.tolist(),
    )
    labels = np.eye(3)[np.zeros(len(points), dtype=int)]
    nudges = lossfns.softmax_squared_error_grad(np.log(points), labels, jacobian="exact")
    wrong_way = (nudges[:, 1:] < 0).any(axis=1)
    clear = np.abs(nudges[:, 1:]).min(axis=1) > 2e-3
    assert clear.sum() > 300
    np.testing.assert_array_equal(np.array(inside)[clear], wrong_way[clear])


def test_the_live_summary_follows_the_hand_once_it_rests(opened):
    page = opened("loss.html")
    card = skip_question(page, "loss")
    summary = card.locator(".ex-summary")
    page.wait_for_timeout(600)
    before = summary.inner_text()
    assert "50.5 times as hard" in before
    slider = card.locator("input[type=range]").nth(1)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert summary.inner_text() == before
    page.wait_for_timeout(600)
    assert summary.inner_text() != before
    assert summary.get_attribute("role") == "status"


def test_the_data_table_is_there_for_who_cannot_see_the_plot(opened):
    page = opened("loss.html")
    card = skip_question(page, "loss")
    details = card.locator("details").first
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    card.locator("details[open] tbody tr").first.wait_for()
    rows = rows_shown(card, "details[open] tbody tr")
    p = np.array([0.01, 0.2, 0.4, 0.6, 0.8, 0.99])
    for row, mse, ce in zip(rows, (1 - p) ** 2, -np.log(p), strict=True):
        assert agree(row[0][0], mse)
        assert agree(row[1][0], ce)
