"""The course to take along: one document of all pages, its answers last, and the site as a zip."""

import io
import os
import re
import zipfile

import pytest
from lxml import html

from sitebuild import offline
from sitebuild.changed import last_change
from sitebuild.offline import archive, parts, volume

TOC = {"root": "index", "parts": [{"caption": "Lesson", "chapters": [{"file": "1_one"}]}]}
PLACE = '<div class="take-along"></div>'


def page(body, title="One"):
    article = f'<article role="main"><h1>{title}</h1>{body}</article>'
    return f"<html><body><nav>menu</nav>{article}</body></html>"


def question(name, answer="A is right."):
    return (
        f'<form class="quiz-question" method="dialog" data-question="{name}"><fieldset><legend>'
        '<span class="quiz-number">7. </span>Why?</legend><div class="quiz-options"><label>'
        '<input type="radio" value="0"><span class="quiz-letter">A</span> because</label></div>'
        '</fieldset><details class="quiz-answer"><summary>Answer</summary>'
        f"{answer}</details></form>"
    )


def bound(site="", **bodies):
    """The document of a course whose landing page and one chapter have these bodies."""
    pages = {"index": page(bodies.get("index", ""), "Start"), "1_one": page(bodies.get("one", ""))}
    document, formulas = volume.bind(pages.get, TOC, title="Course", lines=["by us"], site=site)
    return html.document_fromstring(document), formulas


def test_a_place_that_two_pages_name_alike_is_two_places():
    document, _ = bound(index='<p id="a">x</p>', one='<p id="a">y</p><a href="index.html#a">z</a>')
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert document.xpath("//a[text()='z']/@href") == ["#index--a"]


def test_a_link_to_a_whole_page_leads_to_its_beginning():
    document, _ = bound(index='<a href="1_one.html">go</a>')
    assert document.xpath("//a[text()='go']/@href") == ["#1_one"]
    assert document.get_element_by_id("1_one").find("h1").text == "One"


def test_a_link_that_leads_nowhere_stops_the_build_and_is_named():
    with pytest.raises(ValueError, match="#1_one--gone"):
        bound(index='<a href="1_one.html#gone">go</a>')


def test_a_file_that_is_not_in_the_document_is_read_on_the_site_or_is_no_link():
    body = '<a href="notebooks/one.ipynb">file</a> <a href="https://example.org/">out</a>'
    document, _ = bound(index=body)
    assert document.xpath("//a[contains(@href, 'ipynb')]") == []
    assert "file" in document.text_content()
    assert document.xpath("//a[text()='out']/@href") == ["https://example.org/"]
    document, _ = bound(index=body, site="https://course.example/")
    assert document.xpath("//a[text()='file']/@href") == [
        "https://course.example/notebooks/one.ipynb"
    ]


def test_a_drawing_keeps_what_it_refers_to():
    drawing = '<svg><defs><path id="m"/></defs><g clip-path="url(#m)"><use href="#m"/></g></svg>'
    document, _ = bound(index=drawing, one=drawing)
    for name in ("index", "1_one"):
        part = document.get_element_by_id(name)
        assert part.xpath(".//use/@href") == [f"#{name}--m"]
        assert part.xpath(".//g/@clip-path") == [f"url(#{name}--m)"]


def test_no_answer_stands_beside_its_question():
    document, _ = bound(one=question("q", "The answer."))
    asked, told = document.get_element_by_id("1_one"), document.get_element_by_id("answers")
    assert "The answer." not in asked.text_content()
    assert "The answer." in told.text_content()
    (there,) = asked.xpath(".//p[@class='answer-at']/a/@href")
    (back,) = told.xpath(".//p[@class='answer-to']/a/@href")
    assert "The answer." in document.get_element_by_id(there[1:]).text_content()
    assert (
        "Why?" in document.get_element_by_id(back[1:]).xpath("./ancestor::div")[-1].text_content()
    )


def test_a_question_on_paper_has_its_options_and_nothing_to_click():
    document, _ = bound(one=question("q"))
    asked = document.get_element_by_id("1_one")
    assert asked.xpath(".//form | .//input | .//button | .//label") == []
    assert [" ".join(o.text_content().split()) for o in asked.iter("li")] == ["A because"]
    assert "7." not in asked.text_content()


def test_what_a_chapter_asked_the_review_does_not_ask_again():
    review = f'<div data-quiz="review"><h3>Old</h3>{question("q")}<h3>New</h3>{question("r")}</div>'
    document, _ = bound(index=question("q"), one=review)
    part = document.get_element_by_id("1_one")
    assert part.xpath(".//h3/text()") == ["New"]
    assert part.xpath(".//@data-question") == ["r"]


def test_the_same_explorer_twice_has_one_answer_and_two_ways_to_it():
    explorer = '<div class="explorer"><p>Predict.</p><details><summary>S</summary>7</details></div>'
    document, _ = bound(index=explorer, one=explorer)
    ways = document.xpath("//p[@class='answer-at']/a")
    assert [way.get("href") for way in ways] == ["#index--answer-1"] * 2
    assert len(document.xpath("//div[@class='answer']")) == 1


def test_an_exercise_has_its_hints_and_its_solution_together_at_the_end():
    body = (
        '<div class="cell"><div class="cell_input">hint("x")</div><div class="cell_output"><div>'
        "<details><summary>Hint 1</summary>Think.</details></div></div>"
        '<details class="solution"><summary>Our solution</summary>return 1</details></div>'
    )
    document, _ = bound(one=body)
    asked, told = document.get_element_by_id("1_one"), document.get_element_by_id("answers")
    assert 'hint("x")' not in asked.text_content()
    assert [name.text for name in told.xpath(".//p[@class='answer-name']")] == [
        "Hint 1",
        "Our solution",
    ]
    assert "return 1" in told.text_content()


def test_code_that_the_site_folds_is_printed_where_it_is():
    body = '<details class="admonition hide above-input"><summary>Show</summary>x = 1</details>'
    document, _ = bound(one=body)
    assert "x = 1" in document.get_element_by_id("1_one").text_content()
    assert "Show" not in document.text_content()


def test_what_chapters_promise_is_printed_where_it_is_and_not_as_an_answer():
    told = '<details class="promises"><summary>1 · One</summary><table></table></details>'
    document, _ = bound(one=f"<p>Promised:</p>{told}")
    assert "1 · One" in document.get_element_by_id("1_one").text_content()
    assert "Answer 1" not in document.text_content()


def test_a_form_is_named_where_it_is_left_out():
    document, _ = bound(one='<p>Type.</p><div class="clinic ex-card"><form>box</form></div>')
    assert "box" not in document.text_content()
    assert "form here on the site" in document.get_element_by_id("1_one").text_content()


def formula(latex, drawn):
    return (
        '<span class="katex"><span class="katex-mathml"><math><semantics>'
        f"<annotation>{latex}</annotation></semantics></math></span>"
        f'<span class="katex-html" aria-hidden="true">{drawn}</span></span>'
    )


def test_every_formula_is_marked_and_hidden_from_nobody():
    body = formula("p", "p") + formula(r"\frac12", '<span class="vlist-t">2 1</span>')
    document, formulas = bound(one=body)
    assert formulas == [("p", True), (r"\frac12", False)]
    drawn = document.xpath("//span[@class='katex']")
    assert [one.get("lang") for one in drawn] == ["x-f0", "x-f1"]
    assert document.xpath("//*[@aria-hidden]") == []
    assert r"\frac" not in document.text_content()


def test_the_contents_name_every_page_and_the_answers_with_room_for_a_number():
    document, _ = bound(one=question("q"))
    lines = document.xpath("//nav[@class='book-contents']//a")
    assert [line.find("span").text for line in lines] == ["Start", "One", "Answers"]
    for line in lines:
        assert line.xpath("./span/@data-page") == [line.get("href")[1:]]
    assert "Lesson" in document.xpath("//p[@class='part']/text()")


def test_the_package_s_reference_is_left_to_the_package():
    toc = {"root": "index", "parts": [{"caption": "A", "chapters": [
        {"file": "api/index", "sections": [{"file": "api/ctc"}]}]}]}  # fmt: skip
    assert [name for _, _, name in volume.pages(toc)] == ["index"]


def test_a_page_without_an_article_is_refused():
    with pytest.raises(ValueError, match="article"):
        parts.article("<html><body><p>x</p></body></html>")


def test_the_landing_page_says_sizes_that_are_true_and_can_be_told_anew():
    first = offline.with_links(f"<p>a</p>{PLACE}<p>b</p>", offline.links(612, 8_140_000, 4_420_000))
    assert "612 pages, 8.1 MB" in first
    assert "4.4 MB" in first
    assert offline.with_links(first, offline.links()) == f"<p>a</p>{PLACE}<p>b</p>"


def test_what_is_missing_is_said_and_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(offline, "TYPEFACES", tmp_path)
    with pytest.raises(FileNotFoundError, match="typefaces"):
        list(offline.styles())
    monkeypatch.setattr(offline, "make", lambda: list(offline.styles()))
    assert offline.main() == 1
    assert "`make offline` brings" in capsys.readouterr().err


def test_the_date_is_the_last_change_without_git_too(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name, time in (("a", 1_000), ("b", 2_000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time, time))
    assert last_change(tmp_path) == 2_000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "3000")
    assert last_change(tmp_path) == 3_000


def test_a_landing_page_without_the_place_is_named_as_the_fault():
    with pytest.raises(ValueError, match=r"book/index\.md"):
        offline.with_links("<p>a</p>", offline.links())


def test_the_site_s_landing_page_has_the_place():
    landing = (offline.BOOK / "index.md").read_text(encoding="utf-8")
    assert landing.count(PLACE) == 1


def test_the_zip_holds_the_site_and_no_host_s_settings(tmp_path):
    for name in ("index.html", "_static/a.css", "_headers", ".buildinfo", offline.PDF):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    files = archive.site_files(tmp_path, without=(offline.PDF,))
    assert sorted(files) == ["_static/a.css", "index.html"]
    packed = archive.pack(files, folder="course", moment=1_700_000_000)
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert opened.testzip() is None
        assert {re.match("[^/]+", name)[0] for name in opened.namelist()} == {"course"}
        assert opened.read("course/_static/a.css") == b"_static/a.css"
        assert {entry.date_time for entry in opened.infolist()} == {(2023, 11, 14, 22, 13, 20)}
