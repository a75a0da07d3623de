"""What a question or a prediction must be: tables become questions, or an error with its place."""

import math
import re

from lossfns.quiz._numbers import DIGITS, compute, shown, tolerance
from lossfns.quiz._question import Option, Question
from lossfns.quiz.markup import tokens

ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
PLACEHOLDER = re.compile(r"<<([\w-]+)>>")
SIGNS = {"negative": "negative (−)", "zero": "zero", "positive": "positive (+)"}
# A computed zero, such as the sum of a softmax's slopes, is seldom exactly 0.
NEARLY_ZERO = 1e-12

COMMON = {"id": str, "kind": str, "prompt": str}
KINDS: dict[str, dict[str, type]] = {
    "single": {"options": list},
    "multiple": {"options": list},
    "numeric": {"key": dict, "feedback": str, "otherwise": str},
    "order": {"items": list},
    "sign": {"key": dict, "signs": dict},
    "bug": {"lines": list},
    "card": {"back": str, "trap": str},
}
KIND_OPTIONAL: dict[str, dict[str, type]] = {
    # A wider tolerance is for estimates only: see `lossfns.quiz._numbers.tolerance`.
    "numeric": {"slips": list, "tolerance": float},
}
# What a prediction can ask for; where no form fits, the reader ticks "I have my answer".
PREDICTED: dict[str, dict[str, type]] = {
    **{kind: KINDS[kind] for kind in ("single", "numeric", "sign")},
    "tick": {},
}
CHOICE = {"text": str, "feedback": str}


class BankError(ValueError):
    """A fault in the bank; the message names the file, the question and the field."""


def _kind_name(kind):
    return {str: "a text", list: "a list", dict: "a table", bool: "true or false"}.get(
        kind, "a number"
    )


class Reader:
    """Reads one table, a question's or a prediction's, and names its place in every complaint."""

    def __init__(self, file, number, table, what="question"):
        self.table = table
        self.what = what
        self.where = f"{file}: {what} {table.get('id', number)!r}"
        self.values = {}
        self.used = {"key"}

    def fail(self, field, message):
        raise BankError(f"{self.where}: {field}: {message}")

    def fields(self, table, required, optional=(), within=""):
        """Complain about a field that is missing, unknown, empty or of another type."""
        if not isinstance(table, dict):
            self.fail(within + "it", f"must be a table, got {table!r}")
        known = {**required, **dict(optional)}
        for name in required:
            if name not in table:
                self.fail(within + name, "is missing")
        for name, value in table.items():
            if name not in known:
                self.fail(within + name, f"is unknown; known are {', '.join(known)}")
            wanted = known[name]
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not (number if wanted is float else isinstance(value, wanted)):
                self.fail(within + name, f"must be {_kind_name(wanted)}, got {value!r}")
            if isinstance(value, str) and not value.strip():
                self.fail(within + name, "is empty")

    def number(self, spec, field):
        """Compute one number and note how it is shown."""
        try:
            value = compute(spec)
        except ValueError as error:
            self.fail(field, str(error))
        return value, shown(value, spec.get("digits", DIGITS))

    def text(self, text, field):
        """Fill in the numbers of a text and check its markup."""

        def value(match):
            if match[1] not in self.values:
                self.fail(field, f"<<{match[1]}>> is not among the {self.what}'s values")
            self.used.add(match[1])
            return self.values[match[1]]

        filled = " ".join(PLACEHOLDER.sub(value, text).split())
        try:
            list(tokens(filled))
        except ValueError as error:
            self.fail(field, str(error))
        return filled

    def choices(self, name, mark="correct", least=2):
        """Read a list of options, each with its text and its feedback."""
        tables = self.table[name]
        if len(tables) < least:
            self.fail(name, f"needs at least {least}, got {len(tables)}")
        options = []
        for number, table in enumerate(tables, 1):
            within = f"{name[:-1]} {number}: "
            self.fields(table, CHOICE, {mark: bool} if mark else {}, within)
            text = table["text"]
            text = text if name == "lines" else self.text(text, within + "text")
            feedback = self.text(table["feedback"], within + "feedback")
            options.append(Option(text, feedback, bool(table.get(mark, not mark))))
        if len({option.text for option in options}) < len(options) and name != "lines":
            self.fail(name, "two are the same")
        return options

    def one_right(self, options, name, mark):
        right = sum(option.right for option in options)
        if right != 1:
            self.fail(name, f"exactly one must be marked `{mark} = true`, got {right}")


def _single(reader):
    options = reader.choices("options")
    reader.one_right(options, "options", "correct")
    return {"options": options}


def _multiple(reader):
    options = reader.choices("options", least=3)
    if len({option.right for option in options}) < 2:
        reader.fail("options", "some must be marked `correct = true`, and not all of them")
    return {"options": options}


def _bug(reader):
    options = reader.choices("lines", mark="bug", least=3)
    reader.one_right(options, "lines", "bug")
    return {"options": options}


def _order(reader):
    return {"options": reader.choices("items", mark="", least=3)}


def _sign(reader):
    reader.fields(reader.table["signs"], dict.fromkeys(SIGNS, str), within="signs: ")
    value, reader.values["key"] = reader.number(reader.table["key"], "key")
    if not isinstance(value, float) or math.isnan(value):
        reader.fail("key", f"must be one number, got {value!r}")
    right = "zero" if abs(value) < NEARLY_ZERO else "positive" if value > 0 else "negative"
    return {
        "options": [
            Option(text, reader.text(reader.table["signs"][sign], f"signs: {sign}"), sign == right)
            for sign, text in SIGNS.items()
        ]
    }


def _numeric(reader):
    table = reader.table
    least = float(table.get("tolerance", 0.0))
    if "tolerance" in table and not least > 0:
        reader.fail("tolerance", f"must be greater than 0, got {least}")
    value, reader.values["key"] = reader.number(table["key"], "key")
    options = [(value, reader.values["key"], "key", table["feedback"], "feedback")]
    for number, slip in enumerate(table.get("slips", ()), 1):
        within = f"slip {number}: "
        reader.fields(slip, {"value": dict, "feedback": str}, within=within)
        wrong, text = reader.number(slip["value"], within + "value")
        options.append((wrong, text, within + "value", slip["feedback"], within + "feedback"))
    near = []
    for index, (value, text, field, _, _) in enumerate(options):
        if not isinstance(value, float) or not math.isfinite(value):
            reader.fail(field, f"must be one finite number, got {value!r}")
        near.append(max(least, tolerance(value)))
        if abs(float(text.replace("−", "-").replace(",", "")) - value) > near[index]:
            reader.fail(field, f"shown as {text}, it would not be taken for {value:.6g}")
        for (other, _, name, _, _), room in zip(options[:index], near, strict=False):
            if abs(value - other) <= near[index] + room:
                reader.fail(field, f"{text} can't be told from the {name} within the tolerance")
    return {
        "options": [
            Option(text, reader.text(feedback, place), field == "key", value, room)
            for (value, text, field, feedback, place), room in zip(options, near, strict=True)
        ],
        "otherwise": reader.text(table["otherwise"], "otherwise"),
    }


def _card(reader):
    return {
        "options": (),
        "back": reader.text(reader.table["back"], "back"),
        "trap": reader.text(reader.table["trap"], "trap"),
    }


READ = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "order": _order,
    "sign": _sign,
    "bug": _bug,
    "card": _card,
    "tick": lambda reader: {"options": ()},
}


def read_question(table, *, file, number, chapter):
    """Turn one table of a bank file into a question.

    Parameters
    ----------
    table : dict
        What the file says.
    file, number : str, int
        Where it stands, for the error.
    chapter : str
        The chapter that the file belongs to.

    Raises
    ------
    BankError
        The message names the file, the question and the field.
    """
    optional = {"pause": bool, "values": dict}
    required = {**COMMON, "objective": str}
    return _read(Reader(file, number, table), KINDS, required, optional, chapter)


def read_prediction(table, *, file, number, page):
    """Turn one table of a predictions file into what is asked: a question without an objective.

    Parameters
    ----------
    table : dict
        What the file says.
    file, number : str, int
        Where it stands, for the error.
    page : str
        The page that the file belongs to.

    Raises
    ------
    BankError
        The message names the file, the prediction and the field.
    """
    reader = Reader(file, number, table, what="prediction")
    prediction = _read(reader, PREDICTED, COMMON, {"values": dict}, page)
    if not prediction.id.endswith("-guess"):
        reader.fail("id", f"must end in -guess, got {prediction.id!r}")
    return prediction


def _read(reader, kinds, required, optional, chapter):
    table = reader.table
    kind = table.get("kind")
    if kind not in kinds:
        reader.fail("kind", f"must be one of {', '.join(kinds)}, got {kind!r}")
    optional = {**optional, **KIND_OPTIONAL.get(kind, {})}
    reader.fields(table, {**required, **kinds[kind]}, optional)
    if not ID.fullmatch(table["id"]):
        reader.fail("id", f"must be lower-case words joined by hyphens, got {table['id']!r}")
    for name, spec in table.get("values", {}).items():
        if not isinstance(spec, dict):
            reader.fail(f"values: {name}", f"must be a table, got {spec!r}")
        reader.values[name] = reader.number(spec, f"values: {name}")[1]
    answer = READ[kind](reader)
    prompt = reader.text(table["prompt"], "prompt")
    unused = sorted(set(reader.values) - reader.used)
    if unused:
        reader.fail("values", f"{', '.join(unused)} is in no text")
    return Question(
        id=table["id"],
        kind=kind,
        chapter=chapter,
        objective=table.get("objective", ""),
        prompt=prompt,
        pause=table.get("pause", False),
        **{**answer, "options": tuple(answer["options"])},
    )
