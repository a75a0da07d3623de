"""The pages to keep open at work, as they are built: read on a phone, on paper, without scripts."""

import pytest

from tests.browser import watched_page

PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("name", ["teachers", "what_to_call", "which_loss"])
def test_no_table_hides_a_column_beside_the_screen_of_a_phone(chromium, site, name):
    with watched_page(chromium, site, viewport=PHONE) as page:
        page.goto(f"{site}{name}.html")
        beside = page.locator("table").evaluate_all(
            "(all) => all.filter((table) => table.getBoundingClientRect().right > innerWidth + 1"
            " || table.parentElement.scrollWidth > table.parentElement.clientWidth + 1).length"
        )
        assert beside == 0


def test_a_row_of_the_teachers_tables_is_a_list_below_its_columns_names_on_a_phone(chromium, site):
    cell = ".reflow td[data-label='Ideas that are recognised']"
    with watched_page(chromium, site, viewport=PHONE) as page:
        page.goto(f"{site}teachers.html")
        place = page.locator(cell).first.evaluate(
            "(cell) => [getComputedStyle(cell).display, getComputedStyle(cell, '::before').content]"
        )
        assert place == ["block", '"Ideas that are recognised: "']
    with watched_page(chromium, site) as page:
        page.goto(f"{site}teachers.html")
        display = "(cell) => getComputedStyle(cell).display"
        assert page.locator(cell).first.evaluate(display) == "table-cell"


def test_closed_answers_are_on_paper(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(f"{site}interview.html")
        closed = page.locator("article details:not([open]) > :not(summary)")
        seen = "(all) => all.filter((one) => one.checkVisibility()).length"
        assert closed.count() > 10
        assert closed.evaluate_all(seen) == 0
        page.emulate_media(media="print")
        assert closed.evaluate_all(seen) == closed.count()


def test_only_without_scripts_does_review_speak_of_it(chromium, site):
    for scripts in (True, False):
        with watched_page(chromium, site, java_script_enabled=scripts) as page:
            page.goto(f"{site}review.html")
            assert ("Without JavaScript" in page.locator("article").inner_text()) is not scripts
