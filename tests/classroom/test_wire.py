"""What a learner's process sends can be numbers and words, and nothing else."""

import base64
import json

import numpy as np
import pytest

from lossfns.checks import check, exercise_ids, reference
from lossfns.checks.elsewhere import judge_elsewhere, task
from lossfns.classroom.wire import Spoiled, pack, text, unpack
from lossfns.judging.trying import try_out


def stub(predictions, targets): ...


def raises(predictions, targets):
    return predictions / [][0]


def changes(predictions, targets):
    predictions -= targets
    return np.mean(predictions**2)


ATTEMPTS = {
    "right": ("mse.value", lambda p, t: np.mean((p - t) ** 2)),
    "wrong by a known idea": ("mse.value", lambda p, t: np.sum((p - t) ** 2)),
    "wrong by none": ("mse.value", lambda p, t: 7.25),
    "of another shape": ("mse.value", lambda p, t: (p - t) ** 2),
    "nothing": ("mse.value", stub),
    "empty arrays": ("mse.value", lambda p, t: np.zeros((0, 3), np.float32)),
    "text": ("mse.value", lambda p, t: "2.5"),
    "prints": ("mse.value", lambda p, t: print(2.5)),
    "raises": ("mse.value", raises),
    "changes its input": ("mse.value", changes),
    "no function": ("mse.value", 2.5),
    "rows": ("mse.best_constants", lambda t: np.array([1.0, 2.0, 3.0])),
    "numbers": ("mse.by_hand", (4.31, -1.23, 2.0)),
    "numbers left out": ("mse.by_hand", (..., 1, 2)),
    "a function for numbers": ("mse.by_hand", stub),
    "numbers of a seed": ("mse.by_hand@7", (1, 2, 3)),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_grade_is_what_the_check_says_in_the_notebook(name):
    exercise_id, attempt = ATTEMPTS[name]
    asked = task(exercise_id)
    sent = json.loads(json.dumps(pack(try_out(asked, attempt))))
    graded, told = (
        judge_elsewhere(exercise_id, unpack(sent, len(asked.probes))),
        check(*ATTEMPTS[name]),
    )
    assert repr(graded).split() == repr(told).split()
    assert (graded.outcome, graded.misconception) == (told.outcome, told.misconception)


def honest():
    return json.loads(json.dumps(pack(try_out(task("mse.value"), lambda p, t: 1.0))))


def with_number(*array):
    return {"given": [[list(array)]] * 25}


PLAIN = base64.b64encode(np.float64(1).tobytes()).decode()
FORGED = {
    "objects": with_number("|O", [], PLAIN),
    "records": with_number("f8,O", [], PLAIN),
    "text": with_number("<U2", [], PLAIN),
    "a shape that needs more": with_number("<f8", [10**9], PLAIN),
    "a shape that is too large": with_number("<f8", [0, 10**6], ""),
    "a negative shape": with_number("<f8", [-1, -1], PLAIN),
    "too little": with_number("<f8", [], PLAIN[:4]),
    "no base64": with_number("<f8", [], "é"),
    "more answers than inputs": {"given": [None] * 26, "changed": [False] * 26},
    "fewer answers, and no reason": {"given": [], "changed": []},
    "flags that are none": {"filled": "yes"},
    "a message that is none": {"stopped": 3},
    "a fault of another form": {"fault": ["E", "m", "l", -1]},
    "answers that are none": {"given": 5},
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_not_in_the_form_is_refused(name):
    sent = honest()
    assert unpack(sent, 25).given
    with pytest.raises((Spoiled, ValueError, TypeError, KeyError)):
        unpack(sent | FORGED[name], 25)


def test_no_right_answer_is_too_large_to_be_sent():
    for exercise_id in exercise_ids():
        asked = task(exercise_id)
        right = reference(exercise_id)
        sent = pack(try_out(asked, right))
        assert not any(isinstance(given, dict) for given in sent["given"]), exercise_id


@pytest.mark.parametrize(
    "value", [np.zeros(10**6), np.zeros((0, 2**40)), type("x" * 10**6, (), {})()]
)
def test_a_flood_of_numbers_or_letters_is_a_wrong_answer_and_not_sent(value):
    asked = task("mse.value")
    sent = json.dumps(pack(try_out(asked, lambda p, t: value)))
    assert len(sent) < 50_000
    assert judge_elsewhere("mse.value", unpack(json.loads(sent), 25)).outcome == "incorrect"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("a\nb\r\n\tc", "a b c"),
        ("\x1b[31mred\x07", "[31mred"),
        ("\u202egnp.exe", "gnp.exe"),
        ("<object at 0x7f00deadbeef>", "<object at 0x…>"),
        ("lone \ud800", "lone"),
        ("hid\u00ad\ufeffden\u061c\U000e0041", "hid den"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        ("x" * 10**6, "x" * 200),
    ],
)
def test_a_strangers_text_can_neither_steer_a_terminal_nor_differ_between_runs(value, plain):
    assert text(value) == plain
