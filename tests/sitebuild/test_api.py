"""The reference holds every public function, and leads to where it is taught."""

import inspect
import re

import pytest

import lossfns
from sitebuild import api
from sitebuild.code_cells import WIDTH
from tests.browser import HTML

PAGES = api.pages()
TEXT = "\n".join(PAGES.values())


@pytest.mark.parametrize("name", lossfns.__all__)
def test_every_public_name_has_an_entry_with_all_that_its_docstring_says(name):
    entry = re.search(rf"\({api.label(name)}\)=\n\n(.*?)(?=\n\n\(api-|\Z)", TEXT, re.S)[1]
    told = re.sub(r"\W+", "", inspect.getdoc(getattr(lossfns, name)))
    for word in re.findall(r"[^\W\d_]{3,}", inspect.getdoc(getattr(lossfns, name))):
        assert word in entry, word
    assert len(re.sub(r"\W+", "", entry)) >= 0.9 * len(told)


def test_no_signature_is_cut_at_the_columns_edge():
    for name in lossfns.__all__:
        shown = api.signature(name, getattr(lossfns, name))
        assert max(map(len, shown.splitlines())) <= WIDTH
        assert shown.replace("\n    ", "").replace("\n", "").startswith(f"{name}(")


def test_every_loss_of_the_lesson_leads_to_its_section():
    taught = api.lessons()
    losses = [name for name in lossfns.__all__ if re.search(r"_(loss|error)$", name)]
    assert [name for name in losses if not api.where_taught(name, taught)] == []
    assert ("06_more_losses", "Huber") in {
        (page, heading) for page, (_, heading) in taught["huber_loss"].items()
    }


def test_a_page_leads_to_the_reference_and_back():
    page = (HTML / "05_stable_losses.html").read_text(encoding="utf-8")
    entry = (HTML / "api" / "regression.html").read_text(encoding="utf-8")
    assert 'href="api/classification.html#api-' in page
    assert 'href="../06_more_losses.html#huber"' in entry


def test_source_links_point_at_the_line_where_it_is_defined():
    code = api.pages("https://example.org/code")["regression"]
    line = int(re.search(r"## huber_loss\n.*?regression\.py#L(\d+)", code, re.S)[1])
    source = inspect.getsource(__import__("lossfns.regression").regression).splitlines()
    assert source[line - 1].startswith("def huber_loss(")
