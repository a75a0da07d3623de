"""A log made to keep its reader busy, or to fill the memory, is read as soon as another."""

import json
import time

import pytest

from lossfns.clinic.page import page_words
from tests.clinic.test_page_logs import as_python, in_python
from tests.node import node

MANY = 100_000
MADE = {
    "digits in a history": b"loss = [" + b"1" * MANY + b"x\n",
    "digits in a cell": b"step,loss\n1,2.3\n2," + b"1" * MANY + b"x\n",
    "digits behind a key": b'{"loss": 2.3}\n{"a": ' + b"1" * MANY + b"x}\n",
    "digits in a bar": b"Epoch 1/2\n9/9 - 1s - loss: 2.3 - a: " + b"1" * MANY + b"x\n",
    "a word in a bar": b"Epoch 1/2\n9/9 - 1s - loss: 2.3 - " + b"a" * MANY + b"\n",
    "a late epoch": b"Epoch " + b"1" * MANY + b"/2\n9/9 - 1s - loss: 2.3\n",
    "blanks behind a word": b"loss 2.3\n" + (b"a" + b" " * 3990 + b"!\n") * 3,
    "words and points": b"loss 2.3\n" + (b"a." * 1990 + b"\n") * 20,
    "lines of blanks": b"loss 2.3\n" + (b" " * 20_000 + b"x\n" + b" " * 20_000 + b"\n") * 20,
    "titles without end": b"\x1b]" * MANY + b"\nloss 2.3\n",
    "quotes that are text": b'{"loss": 2.3}\n{"a": "' + b'\\"' * MANY + b"\n",
    "single quotes in a cell": b"step,loss\n1,2.3\n2," + b"x" * 50 + b"'" * MANY + b"x\n",
    "double quotes in a cell": b'step,loss\n1,2.3\n2,x"' + b'""' * MANY + b"x\n",
    "bars in a cell": b"step|loss\n1|2.3\n2|x" + b"|" * MANY + b"x\n",
    "names of a history": b"{'loss': ["
    + b"2," * 5000
    + b"],\n"
    + b"".join(b"'n%d': [1],\n" % i for i in range(5000)),
    "cells of one row": b'{"loss": {"0": 2.3}'
    + b"".join(b', "c%d": {"0": 1}' % i for i in range(10_000))
    + b"}\n",
    "brackets that nothing closes": b'{"loss": 2.3}\n{"a": 1, "b":\n' + b"[\n{\n" * 30_000,
    "nothing, for long": (b" " * 999 + b"\n") * 1100 + b"loss 2.3\nloss 2.2\n",
    "ends of lines": b"\r" * 200_000 + b"loss 2.3",
    "a long name": (b'{"' + b"loss" * 1000 + b'": 2.3, "loss": 2}\n') * 3,
    "too many curves": ",".join(f"loss_{i}" for i in range(1500)).encode()
    + (b"\n" + b"2.3," * 1499 + b"2.3") * 3,
    "too many curves, by line": b"".join(
        b'{"loss_%d": 2.3, "step_step": 1, "loss": 2}\n' % (i // 4) for i in range(6000)
    ),
    "one cell too long": b"step,loss\n" + b"1,2.3\n" * 9 + b'2,"' + b"x" * MANY + b"\n" * 9,
}


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """``(name, read by Python, by the page's script)`` of each, and the seconds of both."""
    folder = tmp_path_factory.mktemp("made")
    for name, content in MADE.items():
        (folder / name).write_bytes(content)
    cases = [(str(folder / name), {}) for name in MADE]
    given = {"words": page_words(), "cases": cases, "block": 1 << 18}
    (folder / "cases.json").write_text(json.dumps(given))
    begun = time.monotonic()
    here = [in_python(folder / name, {}) for name in MADE]
    between = time.monotonic()
    answers = json.loads(node("tests/clinic/diagnose_logs.mjs", folder / "cases.json"))
    return here, list(map(as_python, answers)), (between - begun, time.monotonic() - between)


def test_it_is_read_soon(read):
    # A tenth of that; what tries all ways takes many minutes.
    assert max(read[2]) < 60


def test_the_page_reads_it_as_python_does(read):
    for name, here, there in zip(MADE, *read[:2], strict=True):
        assert there == here, name


def test_what_is_left_out_is_told(read):
    notes = dict(zip(MADE, read[0], strict=True))["too many curves"]["notes"]
    assert notes == ["of more than 1,000 curves the first 1,000 are kept"]
