"""`lossfns diagnose` shows a log and its findings in a terminal, and can stand in a script."""

import io
import sys

import pytest

from lossfns.clinic import read_log
from lossfns.command import diagnose as door
from lossfns.command import main
from tests.clinic.files import LOGS


def run(capsys, *arguments):
    code = main(["diagnose", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_a_sound_log_is_drawn_and_gives_exit_code_0(capsys):
    code, out, err = run(capsys, LOGS / "digits.csv", "--classes", "10")
    assert (code, err) == (0, "")
    assert out.startswith("Read as table: 100 rows, counted by step\nloss ")
    assert "2.2645 → 0.3969" in out
    assert out.endswith("Nothing wrong is to be seen in these curves.\n")


def test_a_finding_is_shown_with_its_place_and_gives_exit_code_1(capsys):
    code, out, _ = run(capsys, LOGS / "spike.jsonl")
    assert code == 1
    assert "spike (strong): loss, step 301 to 302\n" in out
    assert "  Do: Look at that batch first" in out
    assert "  See: 05_stable_losses#reading-the-log" in out


@pytest.mark.parametrize("value", ["2.3", '"none"'], ids=["a curve", "no curve"])
def test_what_a_log_calls_its_curves_moves_no_cursor_and_sets_no_title(capsys, tmp_path, value):
    path = tmp_path / "metrics.jsonl"
    name = r"loss \u001b]0;gone\u0007 \u009b2J \u202e \ud800"
    path.write_text(f'{{"step": 1, "{name}": {value}, "a {name}": 1}}\n' * 3)
    out = "".join(map(str, run(capsys, path)))
    assert "�]0;gone� �2J � �" in out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*out}


def test_what_is_told_reaches_the_diagnosis(capsys):
    assert run(capsys, LOGS / "leak.csv")[0] == 0
    assert "low-start" in run(capsys, LOGS / "leak.csv", "--classes", "10")[1]
    counts = "117,96,68,67,42,32,24,22,16,13"
    assert "class-frequencies" in run(capsys, LOGS / "class_frequencies.log", "--counts", counts)[1]


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (None, (), "No such file or directory"),
        (b"", (), "the log is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (), "this is not text: byte 7 is 26"),
        (b"epoch,loss\n1,high\n", (), "line 2, column 3: loss should be a number, and is 'high'"),
        (b"loss\n2.3\n2.2\n", ("--classes", "many"), "classes must be a number"),
    ],
)
def test_a_log_that_cannot_be_read_gives_exit_code_2_and_says_why(
    capsys, tmp_path, content, arguments, message
):
    path = tmp_path / "metrics.csv"
    if content is not None:
        path.write_bytes(content)
    code, out, err = run(capsys, path, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"lossfns diagnose: {path}: {message}")


def test_a_log_can_come_from_standard_input(capsys, monkeypatch):
    text = (LOGS / "nan.jsonl").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    code, out, _ = run(capsys, "-")
    assert code == 1
    assert "not-a-number (exact): loss, step 4 to 228" in out


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_how_much_is_read_and_a_pipe_does_not(capsys, monkeypatch):
    run(capsys, LOGS / "digits.csv")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys, "stderr", Terminal())
    run(capsys, LOGS / "digits.csv")
    assert "█" * 30 + " 100%" in sys.stderr.getvalue()
    assert sys.stderr.getvalue().endswith("\r\x1b[K")


def test_what_was_left_out_is_said(capsys, tmp_path):
    path = tmp_path / "run.txt"
    path.write_text("hello\n" + "".join(f"loss: {2 - i / 10:.1f}\n" for i in range(5)))
    assert "; 1 line held no number to keep" in run(capsys, path)[1]
    rows = "".join(f"{i},{'oops' if i == 5 else 3 - i / 10}\n" for i in range(20))
    path.write_text("epoch,loss\n" + rows)
    assert "Not read: line 7, column 3: loss is 'oops', no number" in run(capsys, path)[1]


def test_no_line_is_wider_than_the_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    for name in ("over_confident.txt", "nan_megatron.log", "digits_wandb.csv"):
        assert max(map(len, run(capsys, LOGS / name)[1].splitlines())) <= 60


def test_a_curve_of_one_value_or_none_is_drawn():
    assert door.sparkline(read_log("loss\n2\n").series["loss"], 10) == "▁"
    assert door.sparkline(read_log("loss\nnan\n").series["loss"], 10) == "×"
    assert door.sparkline(read_log("loss\n1e308\n-1e308\n").series["loss"], 10) == "▁▁"
