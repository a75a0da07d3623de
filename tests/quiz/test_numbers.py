"""No right number is called wrong: every numeric question, rounded and written in every way."""

import json
import re
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from lossfns.quiz import load_bank
from lossfns.quiz._bank import BANK
from lossfns.quiz._html import question_html
from lossfns.quiz._numbers import tolerance
from lossfns.quiz.markup import delimited
from tests.node import node

QUESTIONS = {
    name: question for name, question in load_bank().questions.items() if question.kind == "numeric"
}


def key_of(question):
    """The key as the page's form carries it."""
    items = re.findall(
        r'data-value="([^"]+)" data-tolerance="([^"]+)"', question_html(question, 1, delimited)
    )
    values = [{"value": float(value), "tolerance": float(room)} for value, room in items]
    return {"kind": "numeric", "right": [0], "values": values}


def rounded(value, digits):
    """A number as people round it by hand: half away from zero, to so many significant digits."""
    exact = Decimal(repr(value))
    return exact.quantize(Decimal((0, (1,), exact.adjusted() - digits + 1)), ROUND_HALF_UP)


def written(number):
    """A decimal in every notation that a reader may choose."""
    plain = f"{number:f}"
    sign, size = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    mantissa, _, exponent = f"{number:e}".lower().partition("e")
    fraction = Fraction(number)
    yield from (plain, f" {plain} ", plain.replace("-", "−"), plain.replace("-", "- "))
    yield plain.replace(".", ",")
    yield from (f"≈ {plain}", f"= {plain}", f"about {plain}", f"({plain})", f"{plain}.")
    yield from (f"{plain} nats", f"{plain} bits", f"{plain} times louder")
    yield from (f"{mantissa}e{exponent}", f"{mantissa}·10^{int(exponent)}")
    yield f"{mantissa} × 10^({int(exponent)})".replace("-", "−")
    yield f"{fraction.numerator}/{fraction.denominator}"
    yield f"{number * 100:f} %"
    yield f"{sign}sqrt({Decimal(size) ** 2:f})"
    whole, top = divmod(abs(fraction.numerator), fraction.denominator)
    if whole and top:
        yield f"{sign}{whole} {top}/{fraction.denominator}"
    if abs(number) >= 1000:
        for mark in (",", " ", "\u202f", "’"):
            yield f"{number:,f}".replace(",", mark)
    if size.startswith("0."):
        yield sign + size[1:]


def graded(folder, texts):
    """``(id, text, which option it is taken for)`` of texts {id: […]}, by the page's own script."""
    typed = [(name, text) for name, several in texts.items() for text in several]
    keys = {name: key_of(QUESTIONS[name]) for name in texts}
    path = folder / "typed.json"
    path.write_text(json.dumps([(keys[name], text) for name, text in typed]))
    taken = json.loads(node("tests/quiz/grade_typed.mjs", path))
    return [(name, text, one) for (name, text), one in zip(typed, taken, strict=True)]


def test_the_key_rounded_to_two_digits_or_more_is_right_in_every_notation(tmp_path):
    texts = {}
    for name, question in QUESTIONS.items():
        key = question.options[0]
        texts[name] = {
            text for digits in range(2, 8) for text in written(rounded(key.value, digits))
        }
        texts[name] |= {key.text, repr(key.value)}
        assert len(texts[name]) > 40
    assert [wrong for wrong in graded(tmp_path, texts) if wrong[2] != 0] == []


def test_one_digit_is_too_few_where_it_is_another_number(tmp_path):
    texts = {}
    for name, question in QUESTIONS.items():
        key = question.options[0].value
        one, two = rounded(key, 1), rounded(key, 2)
        if abs(one - Decimal(repr(key))) > abs(two - Decimal(repr(key))):
            texts[name] = {f"{one:f}"} - {f"{two:f}"}
    assert len(texts) > 10
    assert [wrong for wrong in graded(tmp_path, texts) if wrong[2] == 0] == []


def test_every_known_slip_is_recognised_rounded_or_not_and_never_as_the_key(tmp_path):
    for place in range(1, 5):
        texts = {}
        for name, question in QUESTIONS.items():
            for slip in question.options[place : place + 1]:
                texts[name] = {slip.text, repr(slip.value)}
                if slip.value:
                    texts[name] |= {f"{rounded(slip.value, digits):f}" for digits in range(2, 6)}
        assert texts
        assert [wrong for wrong in graded(tmp_path, texts) if wrong[2] != place] == []


def test_the_key_with_another_sign_or_another_size_is_wrong(tmp_path):
    keys = {name: question.options[0].value for name, question in QUESTIONS.items()}
    texts = {
        name: [repr(by * key) for by in (-1, 0.1, 0.94, 1.06, 10)] for name, key in keys.items()
    }
    assert [wrong for wrong in graded(tmp_path, texts) if wrong[2] == 0] == []


def test_a_number_that_was_rounded_on_the_way_is_right_and_one_digit_is_not(tmp_path):
    """p = 0.011 in place of 0.01098…, as the question itself says it."""
    texts = {"attempts-whisper": ["2(0.011 - 1)·0.011·0.989", "-0.02152", "-0.02"]}
    assert [taken for _, _, taken in graded(tmp_path, texts)] == [0, 0, "otherwise"]


def test_nearer_than_the_rounded_number_is_never_worse():
    for value in (0.693147, -0.1875, 1.0397, 3.784, 34.52, 1000.0):
        two = float(rounded(value, 2))
        assert abs(two - value) <= tolerance(value) + 1e-12
        assert tolerance(value) <= 0.0501 * abs(value)


def test_no_question_narrows_what_counts_as_the_same_number():
    """A tolerance in the bank is for an estimate, and then wider than everyone's."""
    for path in sorted(BANK.glob("0*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["question"]:
            if "tolerance" in table:
                question = load_bank().questions[table["id"]]
                assert table["tolerance"] > tolerance(question.options[0].value), table["id"]


def test_the_keypad_of_a_telephone_has_a_minus_a_comma_and_a_slash():
    """`inputmode="decimal"` asks for keys that need not have them, so all letters are asked for."""
    for question in QUESTIONS.values():
        (field,) = re.findall(r"<input[^>]+>", question_html(question, 1, delimited))
        assert 'type="text"' in field
        assert 'inputmode="text"' in field
        assert 'autocapitalize="off"' in field
