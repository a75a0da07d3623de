"""The question bank in other systems' formats, read back by programs that are not ours."""

import html
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from lxml import etree

from lossfns.quiz.exports import FORMATS, anki, gift, qti, write_exports
from lossfns.quiz.exports._common import letter, option_html
from lossfns.quiz.markup import delimited, formulas, to_html
from sitebuild.ext import quiz as tool
from sitebuild.paths import ROOT
from tests.node import node
from tests.quiz.exported import BANK, BUGS, MOODLE, QUESTIONS, TIME, as_read, changed, numbered

# --- all formats -----------------------------------------------------------------------------


def test_exports_are_the_same_on_every_run(tmp_path):
    first = write_exports(BANK, tmp_path, time=TIME)
    contents = {file: (tmp_path / file).read_bytes() for file in FORMATS}
    assert write_exports(BANK, tmp_path, time=TIME) == first
    assert {file: (tmp_path / file).read_bytes() for file in FORMATS} == contents


def test_what_a_format_can_not_carry_is_named(tmp_path):
    report = write_exports(BANK, tmp_path, time=TIME)
    for line, (name, writer) in zip(report, FORMATS.values(), strict=True):
        for question in QUESTIONS:
            if question.kind not in writer.KINDS:
                assert re.search(rf"{name} can't carry the kind {question.kind}: ", line)
                assert re.search(rf"[: ]{question.id}\b", line)
    assert report[0].endswith(f"{len(QUESTIONS)} of {len(QUESTIONS)} questions")


def test_the_review_page_offers_each_file_and_says_what_is_left_out():
    page = (ROOT / "book" / "review.md").read_text(encoding="utf-8")
    words = {
        "numeric": "questions for a number",
        "order": "put-in-order questions",
        "card": "flash cards",
    }
    for file, (_, writer) in FORMATS.items():
        row = next(line for line in page.splitlines() if f'href="question-bank/{file}"' in line)
        for kind, word in words.items():
            assert (word in row) == (kind not in writer.KINDS)
        assert set(anki.KINDS) - set(writer.KINDS) <= set(words)


def test_the_bank_s_time_is_its_last_commit(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567890")
    assert tool.bank_time() == 1234567890
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    committed = subprocess.run(
        ["git", "log", "-1", "--format=%ct", "--", "lossfns"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert tool.bank_time() == int(committed.stdout)


# --- Anki ------------------------------------------------------------------------------------


@pytest.fixture
def collection(tmp_path):
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def into_anki(collection, tmp_path, bank, *, time):
    """Import a bank with Anki's own importer; notes by question id, and what the log counts."""
    path = tmp_path / "bank.apkg"
    path.write_bytes(anki.export(bank, time=time))
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    request = ImportAnkiPackageRequest(package_path=str(path), options=options)
    log = collection.import_anki_package(request).log
    notes = [collection.get_note(number) for number in collection.find_notes("")]
    counts = {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate")}
    return {note["Id"]: note for note in notes}, counts


def test_anki_imports_every_question_with_its_formulas(collection, tmp_path):
    notes, counts = into_anki(collection, tmp_path, BANK, time=TIME)
    assert counts == {"new": len(QUESTIONS), "updated": 0, "duplicate": 0}
    assert set(notes) == set(BANK.questions)
    assert collection.card_count() == len(QUESTIONS)
    for question in QUESTIONS:
        note = notes[question.id]
        assert set(note.tags) == {question.chapter, question.objective, question.kind}
        both = note["Front"] + note["Back"]
        for text in question.texts():
            assert to_html(text, delimited) in both
            for latex in formulas(text):
                assert html.escape(rf"\({latex}\)", quote=False) in both


def test_anki_names_a_line_of_code_by_its_number_on_both_sides(collection, tmp_path):
    notes, _ = into_anki(collection, tmp_path, BANK, time=TIME)
    for question in BUGS:
        front, back = notes[question.id]["Front"], notes[question.id]["Back"]
        assert [as_read(code) for code in re.findall("<code>.*?</code>", front)][
            -len(question.options) :
        ] == numbered(question)
        named = re.findall(r"<p>(.) <b>(\d)</b>: ", back)
        marks = ["✓" if option.right else "✗" for option in question.options]
        assert named == [(mark, str(number)) for number, mark in enumerate(marks, 1)]


def test_anki_files_the_questions_by_chapter(collection, tmp_path):
    into_anki(collection, tmp_path, BANK, time=TIME)
    names = {deck.name for deck in collection.decks.all_names_and_ids()}
    assert "Measuring Wrongness::1 · Predict a number: mean squared error" in names
    found = collection.find_notes('deck:"Measuring Wrongness::8 · Recall and apply"')
    assert len(found) == len(BANK.of_chapter("08_recall"))


def test_a_later_file_updates_anki_s_cards_and_keeps_what_was_learned(collection, tmp_path):
    question = BANK.questions["mse-palace"]
    notes, _ = into_anki(collection, tmp_path, BANK, time=TIME)
    before = notes[question.id]
    card = before.cards()[0]
    collection.sched.set_due_date([card.id], "5")
    due = collection.get_card(card.id).due
    notes, counts = into_anki(
        collection, tmp_path, changed(question, prompt="A new prompt?"), time=TIME + 86_400
    )
    assert counts["new"] == 0
    assert collection.card_count() == len(QUESTIONS)
    assert "A new prompt?" in notes[question.id]["Front"]
    assert notes[question.id].id == before.id
    assert collection.get_card(card.id).due == due


def test_anki_s_ids_are_frozen():
    """Other ids would double every card in every learner's collection."""
    assert anki.NOTE_TYPE.model_id == 1_607_392_641
    assert [field["name"] for field in anki.NOTE_TYPE.fields] == ["Id", "Front", "Back"]
    assert anki._stable_id("01_mean_squared_error") == 153_017_265


# --- GIFT ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parsed_gift(tmp_path_factory):
    path = tmp_path_factory.mktemp("gift") / "bank.gift.txt"
    path.write_bytes(gift.export(BANK, time=TIME))
    return json.loads(node("tests/quiz/read_gift.mjs", path))


CARRIED = [question for question in QUESTIONS if question.kind in gift.KINDS]


def test_gift_holds_each_question_once_below_its_chapter(parsed_gift):
    assert [read["id"] for read in parsed_gift if read["type"] != "Category"] == [
        question.id for question in CARRIED
    ]
    categories = [read["title"] for read in parsed_gift if read["type"] == "Category"]
    assert categories[0] == "Measuring Wrongness/1 · Predict a number: mean squared error"
    assert len(categories) == len(BANK.chapters)


@pytest.mark.parametrize("question", CARRIED, ids=lambda question: question.id)
def test_gift_is_read_back_word_for_word(parsed_gift, question):
    read = next(read for read in parsed_gift if read.get("id") == question.id)
    assert read["stem"] == {"format": "html", "text": to_html(question.prompt, delimited)}
    said = [choice["feedback"]["text"] for choice in read["choices"]]
    reasons = [to_html(option.feedback, delimited) for option in question.options]
    if question.kind == "numeric":
        assert read["type"] == "Numerical"
        assert said == [*reasons, to_html(question.otherwise, delimited)]
        for choice, option in zip(read["choices"], question.options, strict=False):
            assert choice["text"]["number"] == pytest.approx(option.value, abs=1e-9)
            assert choice["text"]["range"] == pytest.approx(option.tolerance, abs=1e-9)
            assert choice["weight"] == (None if option.right else 0)
        return
    assert read["type"] == "MC"
    assert said == reasons
    for index, (choice, option) in enumerate(zip(read["choices"], question.options, strict=True)):
        assert choice["text"]["text"] == option_html(question, index, delimited)
        if question.kind == "multiple":
            assert (choice["weight"] > 0) == option.right
        else:
            assert choice["isCorrect"] == option.right
    if question.kind == "multiple":
        weights = [choice["weight"] for choice in read["choices"]]
        assert sum(weight for weight in weights if weight > 0) == pytest.approx(100, abs=1e-3)
        assert sum(weight for weight in weights if weight < 0) == pytest.approx(-100, abs=1e-3)


@pytest.mark.parametrize("question", BUGS, ids=lambda question: question.id)
def test_program_can_be_read_in_order_after_moodle_has_shuffled_its_lines(parsed_gift, question):
    read = next(read for read in parsed_gift if read.get("id") == question.id)
    lines = sorted(as_read(choice["text"]["text"]) for choice in reversed(read["choices"]))
    assert lines == numbered(question)


def test_gift_uses_only_weights_that_moodle_knows(parsed_gift):
    weights = {
        abs(choice["weight"])
        for read in parsed_gift
        for choice in read.get("choices", ())
        if choice["weight"]
    }
    assert weights <= set(MOODLE)


def test_marks_in_a_text_survive_gift(tmp_path):
    nasty = r"$\nabla_{z} \neq {1}$ ~ = # : -> {T} ::x:: 100%"
    bank = changed(BANK.questions["mse-palace"], prompt=nasty)
    path = tmp_path / "bank.gift.txt"
    path.write_bytes(gift.export(bank, time=TIME))
    read = next(
        read
        for read in json.loads(node("tests/quiz/read_gift.mjs", path))
        if read.get("id") == "mse-palace"
    )
    assert read["stem"]["text"] == to_html(nasty, delimited)


# --- QTI -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def package():
    with zipfile.ZipFile(io.BytesIO(qti.export(BANK, time=TIME))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture(scope="module")
def converted(package, tmp_path_factory):
    """Every item as QTI 3, as the independent converter reads it."""
    folder = tmp_path_factory.mktemp("qti")
    names = [name for name in package if name.startswith("items/")]
    paths = []
    for name in names:
        paths.append(folder / Path(name).name)
        paths[-1].write_bytes(package[name])
    texts = json.loads(node("tests/quiz/read_qti.mjs", *paths))
    return {
        Path(name).stem: etree.fromstring(text.encode())
        for name, text in zip(names, texts, strict=True)
    }


QTI3 = {
    "q": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    "m": "http://www.w3.org/1998/Math/MathML",
}
IN_QTI = [question for question in QUESTIONS if question.kind in qti.KINDS]


def test_qti_s_manifest_names_exactly_its_items(package):
    manifest = etree.fromstring(package["imsmanifest.xml"])
    named = manifest.xpath("//*[local-name()='resource']/@href")
    assert sorted(named) == sorted(set(package) - {"imsmanifest.xml"})
    assert len(named) == len(IN_QTI)


@pytest.mark.parametrize("question", IN_QTI, ids=lambda question: question.id)
def test_qti_is_read_back_with_key_reasons_and_formulas(converted, question):
    item = converted[question.id]
    assert item.get("identifier") == question.id
    right = item.xpath("q:qti-response-declaration//q:qti-value/text()", namespaces=QTI3)
    if question.kind == "numeric":
        assert [float(value) for value in right] == pytest.approx(
            [question.options[0].value], abs=1e-9
        )
    else:
        listed = item.xpath("//q:qti-simple-choice/@identifier", namespaces=QTI3)
        shown = question.shuffled if question.kind == "order" else range(len(question.options))
        assert listed == [letter(index) for index in shown]
        assert right == [
            letter(index) for index, option in enumerate(question.options) if option.right
        ]
    wanted = [latex for text in question.texts() for latex in formulas(text)]
    notes = item.xpath("//m:annotation[@encoding='application/x-tex']/text()", namespaces=QTI3)
    assert set(wanted) <= set(notes)
    said = item.xpath("//q:qti-modal-feedback", namespaces=QTI3)
    assert len(said) == (
        1 if question.kind == "order" else len(question.options) + bool(question.otherwise)
    )
    without = re.compile(r"<annotation.*?</annotation>|<[^>]+>", re.DOTALL)
    plain = html.unescape(without.sub("", etree.tostring(item, encoding="unicode")))
    for option in question.options:
        for part in re.split(r"\$[^$]*\$|[*`]", option.feedback):
            assert part in plain


@pytest.mark.parametrize("question", BUGS, ids=lambda question: question.id)
def test_qti_keeps_the_lines_of_a_program_in_order_and_numbered(converted, question):
    choices = converted[question.id].xpath("//q:qti-simple-choice", namespaces=QTI3)
    read = ["".join(choice.itertext()).strip() for choice in choices]
    assert [line.replace("\u00a0", " ") for line in read] == numbered(question)
    (interaction,) = converted[question.id].xpath("//q:qti-choice-interaction", namespaces=QTI3)
    assert interaction.get("shuffle") == "false"


class Scored:
    """An item of the package with a response, its processing carried out as QTI says."""

    def __init__(self, item, response):
        self.outcomes = {"SCORE": 0.0, "FEEDBACK": None}
        self.response = response
        declared = item.find("{*}responseDeclaration")
        self.several = declared.get("cardinality") != "single"
        self.number = declared.get("baseType") == "float"
        values = [self.typed(one.text) for one in declared.iterfind(".//{*}value")]
        self.correct = values if self.several else values[0]
        self.unordered = declared.get("cardinality") == "multiple"
        self.carry_out(item.find("{*}responseProcessing"))
        named = self.outcomes["FEEDBACK"]
        shown = set(named) if isinstance(named, list) else {named}
        self.said = {
            one.get("identifier"): "".join(one.itertext())
            for one in item.iterfind("{*}modalFeedback")
            if one.get("identifier") in shown
        }

    def typed(self, text):
        return float(text) if self.number else text

    def value(self, expression):
        tag = etree.QName(expression).localname
        if tag == "variable":
            return self.response
        if tag == "correct":
            return self.correct
        if tag == "baseValue":
            kind = expression.get("baseType")
            return float(expression.text) if kind == "float" else expression.text
        one, other = map(self.value, expression)
        if tag == "match":
            return sorted(one) == sorted(other) if self.unordered else one == other
        assert tag == "equal", tag
        low, high = map(float, expression.get("tolerance").split())
        return other - low <= one <= other + high

    def carry_out(self, rules):
        for rule in rules:
            tag = etree.QName(rule).localname
            if tag == "setOutcomeValue":
                self.outcomes[rule.get("identifier")] = self.value(rule[0])
                continue
            assert tag == "responseCondition", tag
            for branch in rule:
                last = etree.QName(branch).localname == "responseElse"
                if last or self.value(branch[0]):
                    self.carry_out(branch if last else branch[1:])
                    break


@pytest.mark.parametrize("question", IN_QTI, ids=lambda question: question.id)
def test_qti_scores_each_answer_and_gives_its_own_reason(package, question):
    item = etree.fromstring(package[f"items/{question.id}.xml"])
    letters = [letter(index) for index in range(len(question.options))]

    def assert_reasons(scored, names):
        assert set(scored.said) == set(names)
        for name in names:
            feedback = question.options[letters.index(name)].feedback
            longest = max(re.split(r"\$[^$]*\$|[*`]", feedback), key=len)
            assert longest.strip()
            assert longest in scored.said[name]

    right = [letter(i) for i, option in enumerate(question.options) if option.right]
    if question.kind == "order":
        scored = Scored(item, letters)
        assert scored.outcomes == {"SCORE": 1, "FEEDBACK": "ORDER"}
        assert set(scored.said) == {"ORDER"}
        assert Scored(item, [letter(i) for i in question.shuffled]).outcomes["SCORE"] == 0
    elif question.kind == "multiple":
        scored = Scored(item, right[::-1])
        assert scored.outcomes["SCORE"] == 1
        assert_reasons(scored, right)
        scored = Scored(item, letters)
        assert scored.outcomes["SCORE"] == 0
        assert_reasons(scored, letters)
    else:
        numeric = question.kind == "numeric"
        for name, option in zip(letters, question.options, strict=True):
            scored = Scored(item, option.value if numeric else name)
            assert scored.outcomes == {"SCORE": option.right, "FEEDBACK": name}
            assert_reasons(scored, [name])
        if numeric:
            assert Scored(item, 123_456.0).outcomes == {"SCORE": 0, "FEEDBACK": "OTHERWISE"}
