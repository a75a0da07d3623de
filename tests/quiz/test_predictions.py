"""What a page lets its readers predict: checked like the bank, and no question of it."""

import json
import re
import tomllib

import pytest

from lossfns.quiz import (
    PREDICTIONS,
    BankError,
    Prediction,
    load_bank,
    load_predictions,
    predict,
)
from lossfns.quiz._bank import Bank
from lossfns.quiz._numbers import compute
from sitebuild import prose, question_bank
from tests.quiz.predictions import ASKED, KINDS, read
from tests.quiz.test_questions import texts_as_typed

EVERY = pytest.mark.parametrize(
    "prediction", load_predictions().values(), ids=lambda prediction: prediction.id
)


@EVERY
def test_every_prediction_can_be_shown_in_a_notebook(prediction):
    html = predict(prediction.id)._repr_mimebundle_()[0]["text/html"]
    assert f'data-question="{prediction.id}"' in html


@EVERY
def test_decimals_in_a_prediction_are_computed(prediction):
    """A decimal of three or more digits comes from lossfns, or is given to it."""
    path = PREDICTIONS / f"{prediction.chapter}.toml"
    tables = tomllib.loads(path.read_text("utf-8"))["prediction"]
    table = next(table for table in tables if table["id"] == prediction.id)
    given = prose.numbers(json.dumps([table.get(name, {}) for name in ("key", "values")]))
    given |= {compute(table["key"])} if "key" in table else set()
    for option in prediction.options:
        given |= prose.numbers(option.text.replace("−", "-"))
    typed = " ".join(texts_as_typed(table))
    wrong = [text for text in prose.decimals(typed) if not prose.is_computed(text, given)]
    assert wrong == []


def test_a_prediction_is_no_question_of_the_bank():
    """It enters no review, no export and no count."""
    assert not set(load_predictions()) & set(load_bank().questions)
    assert not [name for name in load_bank().questions if name.endswith("-guess")]


def test_each_kind_becomes_a_form_whose_fields_need_no_script(tmp_path, monkeypatch):
    predictions = read(tmp_path)
    monkeypatch.setattr("lossfns.quiz._widget.load_predictions", lambda: predictions)
    monkeypatch.setattr("lossfns.quiz._widget.mathml", lambda latex: f"<math>{latex}</math>")
    fields = {"single": ("radio", 2), "numeric": ("text", 1), "sign": ("radio", 3)}
    for kind, name in KINDS.items():
        shown = predict(name)
        assert repr(shown) == f"Prediction(prediction={name!r})"
        kind_of_field, count = fields.get(kind, ("", 0))
        assert shown.form.count("<input") == count
        assert shown.form.count(f'type="{kind_of_field}"') == count
        # A button that does nothing yet is in no stored notebook.
        assert "<button" not in shown.form
        assert ("<details" in shown.form) == (kind != "tick")


def test_an_unknown_prediction_is_refused_with_an_example():
    with pytest.raises(ValueError, match=r"such as '[\w-]+-guess', got 'mse-nudge'"):
        Prediction("mse-nudge")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('id = "size-guess"', 'id = "size"', r"prediction 'size': id: must end in -guess"),
        ('id = "size-guess"', "", r"prediction 2: id: is missing"),
        ("size-guess", "shape-guess", r"'shape-guess': id: is taken by a prediction of 01_page"),
        ('kind = "tick"', 'kind = "card"', r"'shape-guess': kind: must be one of single, numeric"),
        ('prompt = "Draw the curve."', "", r"'shape-guess': prompt: is missing"),
        ('kind = "tick"', 'kind = "tick"\nkey = {}', r"'shape-guess': key: is unknown"),
        ('kind = "sign"', 'kind = "sign"\npause = true', r"'direction-guess': pause: is unknown"),
        ("correct = true", "", r"'loudest-guess': options: exactly one must be marked"),
        ("tolerance = 0.01", "tolerance = 0", r"'size-guess': tolerance: must be greater"),
        ("The loss itself.", "<<gone>>", r"<<gone>> is not among the prediction's values"),
        ('"squared_error_grad"', '"gone"', r"'size-guess': key: call must name a function"),
        (
            '[[prediction]]\nid = "shape',
            '[[question]]\nid = "shape',
            r"must hold \[\[prediction\]\] tables only",
        ),
        ("[[prediction]]", "[[prediction", r"is not valid TOML"),
    ],
)
def test_a_fault_is_named_with_file_prediction_and_field(tmp_path, old, new, error):
    with pytest.raises(BankError, match=rf"^01_page\.toml.*{error}"):
        read(tmp_path, re.sub(re.escape(old), new, ASKED, count=1))


def test_an_id_is_used_once_in_the_whole_course(tmp_path):
    read(tmp_path)
    with pytest.raises(BankError, match=r"02_page\.toml: .*is taken by a prediction of 01_page"):
        read(tmp_path, page="02_page")


def test_formulas_of_predictions_are_rendered_with_the_banks(tmp_path):
    assert set(question_bank.render_formulas(Bank({}, {}, {}), read(tmp_path))) == {"p = 0"}
