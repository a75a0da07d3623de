"""A long course has a short menu, in which the reader finds the way."""

import re

from sitebuild.ext.menu import MOST, shorter


def menu(parts, pages, current=None, below=0):
    """A menu as Furo writes it; `current` is the reader's ``(part, page)``."""
    written = []
    for part in range(parts):
        entries = []
        for page in range(pages):
            mine = " current" if (part, page) == current else ""
            inner = "".join(f'<li><a href="{part}-{page}-{n}">x</a></li>' for n in range(below))
            fold = f'<input type="checkbox"><label></label><ul>{inner}</ul>' if below else ""
            entries.append(f'<li class="l1{mine}"><a href="{part}-{page}">x</a>{fold}</li>')
        mine = ' class="current"' if current and part == current[0] else ""
        written.append(f"<p class='caption'>Part {part}</p><ul{mine}>{''.join(entries)}</ul>")
    return "\n".join(written)


def links(html):
    return re.findall(r'href="([^"]+)"', html)


def test_a_menu_that_can_be_looked_over_stays_whole():
    whole = menu(4, MOST // 4, (1, 3))
    assert shorter(whole, "index.html") == whole


def test_the_neighbours_of_the_page_stay_and_all_others_are_one_link_away():
    short = shorter(menu(4, 100, (2, 50)), "index.html")
    assert [f"2-{page}" for page in range(44, 57)] == [x for x in links(short) if x[0] == "2"]
    assert {"0-0", "1-0", "3-0"} < {*links(short)}
    assert links(short)[-1] == "index.html"
    assert all(f"Part {part}" in short for part in range(4))


def test_the_menu_is_as_long_for_ten_times_the_course():
    for grown in (menu(40, 30, (20, 10), below=3), menu(4, 300, (2, 50), below=3)):
        assert len(links(shorter(grown, "index.html"))) <= 60


def test_what_is_below_the_reader_s_page_stays_and_no_fold_is_left_empty():
    short = shorter(menu(2, 60, (0, 20), below=40), "index.html")
    assert [x for x in links(short) if x.count("-") == 2] == [f"0-20-{n}" for n in range(13)]
    assert short.count("<input") == short.count("<label") == 1


def test_a_page_outside_the_menu_sees_the_first_of_a_part():
    assert links(shorter(menu(3, 60), "index.html")) == ["0-0", "index.html"]
