"""The Common Cartridge, held to its profile and answered by the rules of QTI 1.2.

`cartridge.rng` says which elements may stand where. The profile's further rules, which its authors
wrote in Schematron, stand in `assert_keeps_the_rules` and in the manifest's test.
"""

import dataclasses
import io
import itertools
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from lossfns.quiz.exports import cartridge
from lossfns.quiz.exports._common import option_html
from lossfns.quiz.markup import mathml, to_html
from tests.quiz.exported import (
    BANK,
    BUGS,
    NASTY,
    QUESTIONS,
    TIME,
    alone,
    as_read,
    numbered,
    of_kind,
)

CARRIED = [question for question in QUESTIONS if question.kind in cartridge.KINDS]
ASI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
PACKAGE = {"p": "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"}


def opened(bank):
    """The files of the bank's cartridge, parsed."""
    with zipfile.ZipFile(io.BytesIO(cartridge.export(bank, time=TIME))) as packed:
        return {name: etree.fromstring(packed.read(name)) for name in packed.namelist()}


def items_of(files):
    """Every question's element, by its id."""
    return {
        item.get("ident"): item
        for name, root in files.items()
        if name != "imsmanifest.xml"
        for item in root.iterfind(".//q:item", ASI)
    }


@pytest.fixture(scope="module")
def files():
    return opened(BANK)


@pytest.fixture(scope="module")
def grammar():
    return etree.RelaxNG(file=str(Path(__file__).with_name("cartridge.rng")))


@pytest.fixture(scope="module")
def items(files):
    return items_of(files)


def entries(element):
    """The metadata of an assessment or of an item."""
    fields = element.findall("q:qtimetadata/q:qtimetadatafield", ASI)
    pairs = [tuple(part.text for part in field) for field in fields]
    assert len(dict(pairs)) == len(pairs), "a field twice"
    return dict(pairs)


def text_of(element):
    (text,) = element.findall("q:material/q:mattext", ASI)
    assert text.get("texttype") == "text/html"
    assert len(text) == 0, "HTML taken for XML"
    return text.text


def test_every_file_keeps_the_profile_s_grammar(files, grammar):
    for name, root in files.items():
        assert grammar.validate(root), (name, grammar.error_log.last_error)


def test_manifest_names_every_quiz_once_and_shows_it(files):
    manifest = files["imsmanifest.xml"]
    resources = manifest.findall("p:resources/p:resource", PACKAGE)
    held = {}
    for resource in resources:
        assert resource.get("type") == "imsqti_xmlv1p2/imscc_xmlv1p3/assessment"
        # An assessment has one file, which it names there alone.
        assert resource.get("href") is None
        (held[resource.get("identifier")],) = (file.get("href") for file in resource)
    assert sorted(held.values()) == sorted(set(files) - {"imsmanifest.xml"})
    shown = manifest.findall("p:organizations/p:organization/p:item/p:item", PACKAGE)
    assert [item.get("identifierref") for item in shown] == list(held)
    titles = [item.findtext("p:title", namespaces=PACKAGE) for item in shown]
    assert titles == [
        title
        for chapter, title in BANK.chapters.items()
        if any(one.kind in cartridge.KINDS for one in BANK.of_chapter(chapter))
    ]
    for name, title in zip(held.values(), titles, strict=True):
        assert files[name].find("q:assessment", ASI).get("title") == title


def assert_keeps_the_rules(item):
    """The rules 2 to 13 of the profile that a choice question can break."""
    presented = item.find("q:presentation/q:response_lid", ASI)
    labels = [label.get("ident") for label in presented.iterfind(".//q:response_label", ASI)]
    fields = entries(item.find("q:itemmetadata", ASI))
    assert set(fields) == {"cc_profile", "cc_question_category"}
    least, most, several = {
        "cc.true_false.v0p1": (2, 2, "Single"),
        "cc.multiple_choice.v0p1": (3, 99, "Single"),
        "cc.multiple_response.v0p1": (2, 99, "Multiple"),
    }[fields["cc_profile"]]
    assert least <= len(labels) <= most
    assert presented.get("rcardinality") == several
    for equal in item.iterfind(".//q:varequal", ASI):
        assert equal.get("respident") == presented.get("ident")
        assert equal.text in labels
    said = [one.get("ident") for one in item.iterfind("q:itemfeedback", ASI)]
    triggers = [one.get("linkrefid") for one in item.iterfind(".//q:displayfeedback", ASI)]
    assert sorted(said) == sorted(triggers)
    assert not {"hint", "solution"} & set(said)


def test_quizzes_keep_the_profile_s_rules(files, items):
    for name, root in files.items():
        if name != "imsmanifest.xml":
            fields = entries(root.find("q:assessment", ASI))
            assert fields == {
                "cc_profile": "cc.exam.v0p1",
                "qmd_assessmenttype": "Examination",
                "qmd_scoretype": "Percentage",
                "qmd_feedbackpermitted": "Yes",
            }
    assert list(items) == [question.id for question in CARRIED]
    for item in items.values():
        assert_keeps_the_rules(item)


def holds(condition, chosen):
    """Whether what was chosen meets a condition."""
    tag = etree.QName(condition).localname
    if tag == "varequal":
        return condition.text in chosen
    parts = [holds(part, chosen) for part in condition]
    return not all(parts) if tag == "not" else all(parts)


def answered(item, chosen):
    """The score and the reasons for what was chosen, as QTI 1.2 works them out."""
    score, shown = 0.0, []
    for rule in item.iterfind("q:resprocessing/q:respcondition", ASI):
        if holds(rule.find("q:conditionvar", ASI), chosen):
            for change in rule.iterfind("q:setvar", ASI):
                score = float(change.text)
            shown += [one.get("linkrefid") for one in rule.iterfind("q:displayfeedback", ASI)]
            if rule.get("continue", "No") == "No":
                break
    reasons = {one.get("ident"): text_of(one) for one in item.iterfind("q:itemfeedback", ASI)}
    return score, [reasons[name] for name in shown]


@pytest.mark.parametrize("kind", cartridge.KINDS)
def test_cartridge_is_read_back_scored_and_explained(items, kind):
    for question in of_kind(kind):
        item = items[question.id]
        assert (
            entries(item.find("q:itemmetadata", ASI))["cc_question_category"] == question.objective
        )
        assert text_of(item.find("q:presentation", ASI)) == to_html(question.prompt, mathml)
        labels = item.findall(".//q:response_label", ASI)
        assert [text_of(label) for label in labels] == [
            option_html(question, index, mathml) for index in range(len(question.options))
        ]
        names = [label.get("ident") for label in labels]
        reasons = [to_html(option.feedback, mathml) for option in question.options]
        right = {name for name, option in zip(names, question.options, strict=True) if option.right}
        most = len(names) if question.kind == "multiple" else 1
        for size in range(most + 1):
            for chosen in map(set, itertools.combinations(names, size)):
                score, said = answered(item, chosen)
                assert score == (100 if chosen == right else 0)
                assert said == [reasons[names.index(name)] for name in sorted(chosen)]


def test_program_keeps_its_lines_in_order_in_a_cartridge(items):
    for question in BUGS:
        labels = items[question.id].findall(".//q:response_label", ASI)
        assert [as_read(text_of(label)) for label in labels] == numbered(question)
        (choice,) = items[question.id].iterfind(".//q:render_choice", ASI)
        assert choice.get("shuffle", "No") == "No"


def test_marks_in_a_text_survive_a_cartridge(grammar):
    question = next(one for one in CARRIED if one.kind == "multiple")
    nasty = f"$p - y$ {NASTY}"
    options = tuple(
        dataclasses.replace(option, text=nasty, feedback=nasty) for option in question.options
    )
    read = opened(alone(question, prompt=nasty, options=options))
    assert grammar.validate(read[f"quizzes/{question.chapter}.xml"])
    item = items_of(read)[question.id]
    parts = [item.find("q:presentation", ASI), *item.iterfind(".//q:response_label", ASI)]
    parts += item.findall("q:itemfeedback", ASI)
    assert {text_of(part) for part in parts} == {to_html(nasty, mathml)}


def test_a_choice_between_two_is_one_that_the_profile_knows():
    question = next(one for one in CARRIED if one.kind == "single")
    two = sorted(question.options, key=lambda option: option.right)[-2:]
    item = items_of(opened(alone(question, options=tuple(two))))[question.id]
    assert_keeps_the_rules(item)
    assert answered(item, {"B"})[0] == 100


def test_a_chapter_without_a_question_makes_no_empty_quiz(grammar):
    card = next(one for one in QUESTIONS if one.kind == "card")
    read = opened(alone(card))
    assert set(read) == {"imsmanifest.xml"}
    assert grammar.validate(read["imsmanifest.xml"])
