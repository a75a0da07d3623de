"""The page's script reads and diagnoses a log as Python does: every curve, finding and word."""

import json
import math

import pytest

from lossfns.clinic import diagnose, read_log
from lossfns.clinic.page import page_words
from sitebuild.paths import ROOT
from tests.node import node

TOLD = ("id", "where", "says", "do", "see", "sure")
LOGS = ROOT / "tests" / "clinic" / "logs"
ABOUT = json.loads((LOGS / "about.json").read_text(encoding="utf-8"))
CURVE = "\n".join(f"{i},{2.3 / (1 + i / 20):.4f},{2.4 / (1 + i / 25):.4f}" for i in range(40))
TABLE = f"epoch,loss,val_loss\n{CURVE}\n"
ODD = {
    "windows": TABLE.replace("\n", "\r\n").encode(),
    "old mac": TABLE.replace("\n", "\r").encode(),
    "byte order mark": TABLE.encode("utf-8-sig"),
    "utf-16": TABLE.encode("utf-16"),
    "utf-16 without a mark": TABLE.encode("utf-16-le"),
    "utf-16, big end first": b"\xfe\xff" + TABLE.encode("utf-16-be"),
    "coloured": TABLE.replace("2.", "\x1b[31m2.").encode(),
    "zeros at the end": TABLE.encode() + bytes(100),
    "no end": TABLE.encode()[:-4],
    "commas": b"epoch;loss\n" + b"".join(b"%d;0,%d\n" % (i, 900 - i) for i in range(30)),
    "blanks": TABLE.replace(",", "   ").encode(),
    "numbers alone": "\n".join(str(2.3 / (1 + i)) for i in range(30)).encode(),
    "gaps": b"step,loss,val_loss\n1,2.3,\n2,2.2,2.4\n3,none,\n4,2.0,2.3\n",
    "percent": b"epoch,loss,accuracy\n1,2.3,10%\n2,2.2,20%\n3,2.1,30%\n",
    "not numbers": b"epoch,loss\n1,2.3\n2,many\n3,?\n4,2.0\n",
    "nan and inf": b"epoch,loss\n1,2.3\n2,NaN\n3,-inf\n4,Infinity\n5,1e999\n6,0x10\n7,1e-999\n",
    "json with nan": b'{"loss": 2.3, "step": 1}\n{"loss": NaN, "step": 2}\n',
    "nested": b'{"step": 1, "val": {"loss": 2.3}}\n{"step": 2, "val": {"loss": 2.2}}\n',
    "one line": json.dumps([{"loss": 2.3 - i / 40, "step": i} for i in range(40)]).encode(),
    "cut json": b'{"loss": 2.3, "step": 1}\n{"loss": 2.2, "step": 2}\n{"loss": 2.1, "st',
    "dicts": b"".join(b"{'loss': %.3f, 'epoch': %d}\n" % (2.3 - i / 40, i) for i in range(30)),
    "strings": b'{"loss": "2.3", "step": "1"}\n{"loss": "2.2", "step": "2"}\n',
    "history": b"{'loss': [2.3, 2.2, 2.1], 'val_loss': [2.4, 2.3, 2.5]}\n",
    "pairs": b"step 1 | loss=2.3, lr 1e-3 Test set: accuracy: 983/10000\nstep 2 | loss=2.2\n",
    "tensor": b"epoch 1 loss: tensor(2.3026, device='cuda:0')\nepoch 2 loss: tensor(2.2)\n",
    "two units": TABLE.replace("val_loss", "train_bits").encode(),
    "quoted": b'"epoch","train, loss"\n"1","2.3"\n"2","2.2"\n',
    "the same words again": b"step 1 loss 2.3\n" + b"Reading the data\n" * 9 + b"step 2 loss 2.2\n",
    "nobody's names": b"a,b\n1,2\n3,4\n",
    "prose": b"It was a dark and stormy night.\n" * 3,
    "text column": b"loss\nhigh\nlow\n",
    "wide": ",".join(f"c{i}" for i in range(10_000)).encode()
    + b",loss\n"
    + b"1," * 10_000
    + b"2.3\n",
    "empty": b"",
    "only lines": b"\n\n  \n",
    "zeros": bytes(64),
    "binary": b"\x89PNG\r\n\x1a\n\x00\x00\x01",
    "negative": b"step,loss\n" + b"".join(b"%d,%.2f\n" % (i, 1 - i / 10) for i in range(30)),
    "run-tag-val_accuracy.csv": b"Wall time,Step,Value\n1.5,0,2.3\n2.5,1,2.2\n",
    "run-tag-val_loss.csv": b"Wall time,Step,Value\n1.5,0,2.3\n2.5,1,2.2\n",
    "names alone": b"\nepoch,loss,val_loss\n",
    "names twice": b"epoch,loss,loss\n1,2.3,7\n2,2.2,7\n",
    "frozen": b"step,loss\n" + b"".join(b"%d,1.2345\n" % i for i in range(30)),
    "kinds": b"".join(
        b"[12:00:%02d] step %d/60 train loss: %.3f (acc 5/1%d) lr 1e-3%s\n"
        % (i, i, 2.3 - i / 40, i, b" | val loss: 2.%d" % i if i % 5 == 0 else b"")
        for i in range(60)
    )
    + b"[12:00:61] step 61/60 train loss: nan (acc 1-2/10) lr 1e-3\n",
    "when first": b"".join(
        b"Cost after iteration %d: %.6f\nTest loss at epoch %d is 0.%d\n" % (i, 0.7 - i / 40, i, i)
        for i in range(20)
    )
    + b" validation loss at iteration 20 | lm loss value: 2.1E-01 | lm loss PPL: 1.2E+00\n",
    "bracketed": b"".join(
        b"[%d, %5d] loss: %.3f\n" % (1 + i // 6, 2000 * (i % 6 + 1), 2.3 - i / 40)
        for i in range(24)
    ),
    "windows' nan": b"step,loss\n1,2.3\n2,-nan(ind)\n"
    b"3,1.#QNAN0\n4,-1.#IND\n5,-1.#INF\n6,nan(0x7fc)\n",
    "windows' nan in text": b"step 1 loss = 2.3\nstep 2 loss = -1.#IND\nstep 3 loss = NaN(snan)\n",
    "boosting": b"".join(
        b"[%d]\ttrain-rmse:%.5f\teval-rmse:%.5f\n" % (i, 2.3 - i / 90, 2.4 - i / 90)
        for i in range(30)
    ),
    "two sets": b"[10]\ttraining's binary_logloss: 0.6\tvalid_1's binary_logloss: 0.65\n"
    b"[20]\ttraining's binary_logloss: 0.5\tvalid_1's binary_logloss: 0.55\n",
    "boxes": b"".join(
        b"| train/ |  |\n| total_timesteps | %d |\n| loss | %.3g |\n| policy_loss | -0.01 |\n"
        % (2048 * i, 5 - i * i / 40)
        for i in range(1, 40)
    ),
    "zip": b"PK\x03\x04\x14\x00\x00",
    "event file": b"\x18" + bytes(7) + b"\r\x00brain.Event:2",
    "empty columns": b"step,loss,val_loss\n1,,\n2,,\n",
    "one long word": b"loss 2.3\n" + b"x" * 300_000 + b"\n" + b"loss=" * 100_000 + b"\nloss 2.2\n",
    "deep": b'{"loss": 2.3}\n' + b'{"a": ' * 2000 + b'{"loss": 2}' + b"}" * 2000 + b"\n",
    "nothing to hold": b"{'a':" * 50_000,
    "rewarded": b"".join(
        b"{'loss': %.3f, 'reward': 0.%d, 'kl': 0.1, 'epoch': %d}\n" % (0.01 * i * i, i, i)
        for i in range(30)
    ),
    "improved": b"".join(
        b"Epoch %d loss value: 0.5%d\nValidation loss decreased (%s --> 0.%d). Saving\n"
        % (i, i, b"0.9" if i else b"inf", 90 - i)
        for i in range(20)
    ),
    "the same few": b"Iteration 20, loss = 6.91\n"
    + b"".join(b"Iteration %d, loss = 87.3365\n" % (20 * i) for i in range(2, 7)),
    "on a floor": b"step,loss\n"
    + b"".join(b"%d,%.5f\n" % (i, 0.5005 + 1.8 * math.exp(-i / 6)) for i in range(100)),
    "noisy": b"step,loss\n"
    + b"".join(b"%d,%.3f\n" % (i, 2.3 + 0.09 * (i * 37 % 19 - 9) / 9) for i in range(200)),
    "by columns": b'{"epoch": {"0": 0, "1": 1}, "loss": {"0": 2.3, "1": 2.1}}',
    "code": b"losses = [2.3, 2.1,\n  1.9]\nval_losses = [2.4, 2.2, 2.1]\n",
    "never in line": b"Epoch    GPU_mem   box_loss   cls_loss   size\n"
    + b"  1/5      2.5G      2.30      3.10   12   640: 100%|####| 8/8 [00:01<00:00, 6.1it/s]\n"
    * 5,
    "totals": b"".join(
        b"2026-01-01T12:00:%02d step %d/60 acc: %d/100 loss: %.3e [lr=1e-%d]\n"
        % (i, i, i, 2.3 - i / 40, i % 4)
        for i in range(60)
    ),
    "digits of names": b"".join(
        b"layer%d loss 0.%d acc@1 5%d.%d\n" % (i % 3, 90 - i, i, i) for i in range(40)
    ),
    "1-2": b"".join(b"step %d loss 1-%d\n" % (i, i) for i in range(20)) + b"step 20 loss 2\n",
    "digits": b"step,loss\n"
    + b"".join(b"%d,%r\n" % (i, 2.3 / (i + 3)) for i in range(50))
    + b"".join(b"%d,%.3e\n" % (i, 2.3e-30 / (i + 3)) for i in range(50, 90))
    + b"90,1e400\n91,+.5\n92,-.5\n93,5.\n94,%s\n95,0.%s1\n" % (b"9" * 40, b"0" * 400),
    "list of objects": b"[\n"
    + b",\n".join(b'{"loss": %.3f, "step": %d}' % (2.3 - i / 40, i) for i in range(40))
    + b"\n]\n",
    "cut between": b"".join(b'{"loss": %.3f, "step": %d}\n' % (2.3 - i / 40, i) for i in range(30))
    + b'{"loss": 2.0, "st\n'
    + b"".join(b'{"loss": %.3f, "step": %d}\n' % (1.5 - i / 40, i + 40) for i in range(30)),
    "moving target": b"step,loss\n"
    + b"".join(b"%d,%.4f\n" % (i, 0.01 + 2 * (1 - math.exp(-i / 90))) for i in range(400)),
    "about ln 2": b"step,loss\n"
    + b"".join(b"%d,%.4f\n" % (i, 0.69315 + 0.014 * (i * 37 % 19 - 9) / 9) for i in range(400)),
    "heavy": b"step,loss\n"
    + b"".join(b"%d,%.4f\n" % (i, 0.5 + 1 / (1 + (i * 7919 % 1009))) for i in range(900)),
    "steady": b"step,loss\n" + b"".join(b"%d,2.3026\n" % i for i in range(30)),
}


def cases(folder):
    """Every kept log with what is told of it and without, and the odd ones."""
    for name, said in ABOUT.items():
        told = {key: str(value).strip("[]") for key, value in said["told"].items()}
        yield LOGS / name, told
    for i, (name, content) in enumerate(ODD.items()):
        path = folder / (name if name.endswith(".csv") else f"{i}")
        path.write_bytes(content)
        yield path, {"classes": "10"} if name in ("steady", "on a floor", "noisy") else {}


def numbers(values):
    """Numbers as JavaScript writes them, for JSON has no nan."""
    words = {math.inf: "Infinity", -math.inf: "-Infinity"}
    return [
        "nan" if math.isnan(value) else words.get(value, float(value))
        for value in map(float, values)
    ]


def in_python(path, told):
    """What Python makes of a log, or why it can't be read."""
    try:
        log = read_log(path)
    except ValueError as error:
        return str(error)
    return {
        "format": log.format,
        "clock": log.clock,
        "rows": log.rows,
        "ignored": log.ignored,
        "notes": list(log.notes),
        "series": [
            {
                "name": curve.name,
                "kind": curve.means.kind,
                "heldOut": curve.means.held_out,
                "free": curve.means.free,
                "run": curve.means.run,
                "steps": numbers(curve.steps),
                "values": numbers(curve.values),
            }
            for curve in log.series.values()
        ],
        "findings": [
            {
                "id": found.id,
                "where": found.where._asdict(),
                "says": found.says,
                "do": found.do,
                "see": found.see,
                "sure": found.sure,
            }
            for found in diagnose(log, **told)
        ],
    }


@pytest.fixture(scope="module")
def examined(tmp_path_factory):
    """``(name, what is told, by Python, by the page's script)`` of every log."""
    folder = tmp_path_factory.mktemp("logs")
    logs = list(cases(folder))
    given = {
        "words": page_words(),
        "cases": [(str(path), told) for path, told in logs],
        "block": 1 << 18,
    }
    (folder / "cases.json").write_text(json.dumps(given))
    answers = json.loads(node("tests/clinic/diagnose_logs.mjs", folder / "cases.json"))
    names = [path.name for path, _ in logs[: len(ABOUT)]] + list(ODD)
    here = [in_python(path, told) for path, told in logs]
    return list(zip(names, here, map(as_python, answers), strict=True))


def as_python(there):
    """What the page's script makes of a log, in the words of `in_python`."""
    if isinstance(there, str):
        return there
    for curve in there["series"]:
        for key in ("steps", "values"):
            curve[key] = numbers(float(text.replace("Infinity", "inf")) for text in curve[key])
    told = [{key: one[key] for key in TOLD} for one in there["findings"]]
    return {**there, "findings": told}


def test_the_page_reads_every_log_as_python_does(examined):
    for name, here, there in examined:
        if isinstance(here, str):
            assert there == here, name
            continue
        assert {**there, "findings": []} == {**here, "findings": []}, name


def test_the_page_finds_in_every_log_what_python_finds(examined):
    kinds = set()
    for name, here, there in examined:
        if not isinstance(here, str):
            assert there["findings"] == here["findings"], name
            kinds |= {one["id"] for one in there["findings"]}
    assert len(kinds) > 15
