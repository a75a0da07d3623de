"""A training log is read whatever wrote it, and what can't be read is said, with its place."""

import io
import json

import numpy as np
import pytest

from lossfns.clinic import LogError, _alike, diagnose, read_log
from lossfns.clinic import log as log_module
from tests.clinic.files import LOGS, told

TABLE = "epoch,loss,val_loss\n0,2.31,2.3\n1,2.12,2.15\n"

# What wrote it, the log, its clock, and its curves: the value at each step.
FORMATS = [
    (
        "Hugging Face, printed",
        "{'loss': 2.3026, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': 0.5}\n"
        " 50%|█████     | 1/2 [00:01<00:01]\r{'eval_loss': nan, 'epoch': 1.0}\n",
        "epoch",
        {"loss": {0.5: 2.3026}, "eval_loss": {1.0: np.nan}},
    ),
    (
        "Hugging Face, numbers in quotes",
        "{'loss': '2.303', 'epoch': '0.5'}\n{'loss': 'nan', 'epoch': '1'}\n",
        "epoch",
        {"loss": {0.5: 2.303, 1.0: np.nan}},
    ),
    (
        "Hugging Face, state",
        json.dumps(
            {
                "best_metric": None,
                "epoch": 1.0,
                "log_history": [
                    {"epoch": 0.5, "loss": 2.3, "step": 10},
                    {"epoch": 1.0, "eval_loss": 2.2, "step": 20},
                ],
                "stateful_callbacks": {"a": {"b": 1}},
            },
            indent=2,
        ),
        "step",
        {"loss": {10: 2.3}, "eval_loss": {20: 2.2}},
    ),
    (
        "JSON lines",
        '{"step": 1, "loss": 2.3, "note": "a {b} [c"}\n{"step": 2, "loss": NaN}\n',
        "step",
        {"loss": {1: 2.3, 2: np.nan}},
    ),
    (
        "JSON lines, one within another",
        '{"step": 1, "train": {"loss": 2.3}, "val": {"loss": 2.2}}\n'
        '{"step": 2, "train": {"loss": 2.1}, "val": {"loss": 2.0}}\n',
        "step",
        {"train/loss": {1: 2.3, 2: 2.1}, "val/loss": {1: 2.2, 2: 2.0}},
    ),
    (
        "a list of objects on one line",
        '[{"epoch": 1, "loss": 2.3}, {"epoch": 2, "loss": 2.2}]\n',
        "epoch",
        {"loss": {1: 2.3, 2: 2.2}},
    ),
    (
        "fairseq",
        '2026-01-01 | INFO | train | {"epoch": 1, "train_loss": "9.2"}\n'
        '2026-01-01 | INFO | valid | {"epoch": 1, "valid_loss": "8.2"}\n',
        "epoch",
        {"train_loss": {1: 9.2}, "valid_loss": {1: 8.2}},
    ),
    (
        "Keras, history",
        "{'loss': [2.3, 2.2], 'accuracy': [0.1, 0.2], 'val_loss': [2.25, nan]}\n",
        "epoch",
        {"loss": {1: 2.3, 2: 2.2}, "val_loss": {1: 2.25, 2: np.nan}},
    ),
    (
        "Keras, bars that go back over themselves",
        "Epoch 1/2\n\x1b[1m  1/38\x1b[0m ━━━━ 1:23 200ms/step - accuracy: 0.1000 - loss: 9.4"
        "\x08\x08\x08\r\x1b[1m38/38\x1b[0m ━━━━ 5s 10ms/step - accuracy: 0.9 - loss: 0.3"
        "\x08\x08\r38/38 ━━━━ 5s 10ms/step - accuracy: 0.9 - loss: 0.31 - val_loss: 0.29\n"
        "Epoch 2/2\n38/38 ━━━━ 5s 10ms/step - accuracy: 0.95 - loss: 0.2 - val_loss: 0.28\n"
        "313/313 ━━━━ 1s - accuracy: 0.5 - loss: 9.0\n",
        "epoch",
        {"loss": {1: 0.31, 2: 0.2}, "val_loss": {1: 0.29, 2: 0.28}},
    ),
    (
        "Keras, a line an epoch",
        "Epoch 1/2\n38/38 - 5s - 10ms/step - loss: 2.3 - val_loss: 2.2\n"
        "Epoch 2/2\n38/38 - 5s - 10ms/step - loss: 2.1e+00 - val_loss: nan\n",
        "epoch",
        {"loss": {1: 2.3, 2: 2.1}, "val_loss": {1: 2.2, 2: np.nan}},
    ),
    (
        "Keras, CSVLogger",
        TABLE,
        "epoch",
        {"loss": {0: 2.31, 1: 2.12}, "val_loss": {0: 2.3, 1: 2.15}},
    ),
    (
        "Lightning, with empty cells",
        "epoch,step,train_loss,val_loss\n0,49,2.3,\n0,99,2.2,\n0,99,,2.1\n1,149,2.0,\n",
        "step",
        {"train_loss": {49: 2.3, 99: 2.2, 149: 2.0}, "val_loss": {99: 2.1}},
    ),
    (
        "TensorBoard",
        "Wall time,Step,Value\n1700000001.0,10,2.3\n1700000002.0,20,2.2\n",
        "step",
        {"loss": {10: 2.3, 20: 2.2}},
    ),
    (
        "Weights & Biases, two runs",
        '"Step","fast - loss","fast - loss__MIN","fast - loss__MAX","slow - loss"\n'
        '"0","2.3","2.3","2.3",""\n"1","2.2","2.2","2.2","2.25"\n',
        "step",
        {"fast - loss": {0: 2.3, 1: 2.2}, "slow - loss": {1: 2.25}},
    ),
    (
        "decimal commas",
        "epoch;loss;val_loss\n1;0,693;0,7\n2;0,65;0,66\n",
        "epoch",
        {"loss": {1: 0.693, 2: 0.65}, "val_loss": {1: 0.7, 2: 0.66}},
    ),
    (
        "a notebook's table",
        "Step\tTraining Loss\tValidation Loss\n100\tNo log\t2.3\n200\t2.2\t2.1\n",
        "step",
        {"Training Loss": {200: 2.2}, "Validation Loss": {100: 2.3, 200: 2.1}},
    ),
    (
        "Markdown",
        "| Step | Training Loss |\n|---|---|\n| 100 | 2.3 |\n| 200 | 2.1 |\n",
        "step",
        {"Training Loss": {100: 2.3, 200: 2.1}},
    ),
    (
        "pandas, printed",
        "   epoch      loss\n0      0  2.300000\n1      1  2.200000\n",
        "epoch",
        {"loss": {0: 2.3, 1: 2.2}},
    ),
    (
        "columns without names",
        "1 2.303\n2 2.29\n3 2.28\n",
        "step",
        {"loss": {1: 2.303, 2: 2.29, 3: 2.28}},
    ),
    ("one column of numbers", "2.303\n2.29\n", "line", {"loss": {1: 2.303, 2: 2.29}}),
    (
        "Caffe",
        "I0608 15:15:03.123 123 solver.cpp:239] Iteration 100 (2.5 iter/s), loss = 87.3365\n"
        "I0608 15:15:03.123 123 solver.cpp:258]     Train net output #0: loss = 87.3365 (* 1)\n"
        "I0608 15:15:03.123 123 solver.cpp:347] Iteration 100, Testing net (#0)\n"
        "    Test net output #0: accuracy = 0.1\n    Test net output #1: loss = 87.3 (* 1)\n",
        "step",
        {"loss": {100: 87.3365}, "Test loss": {100: 87.3}, "Test accuracy": {100: 0.1}},
    ),
    (
        "Megatron",
        " iteration      100/  500000 | elapsed time per iteration (ms): 100.0 | learning rate: "
        "1.000E-05 | global batch size:   256 | lm loss: 1.080000E+01 | loss scale: 1.0 |\n",
        "step",
        {"lm loss": {100: 10.8}, "learning rate": {100: 1e-5}},
    ),
    (
        "nanoGPT, which counts by two names",
        "step 0: train loss 4.2874, val loss 4.2823\niter 0: loss 4.2630, time 4054.99ms\n"
        "iter 10: loss 3.1, time 40.99ms\nstep 20: train loss 2.2874, val loss 2.2823\n",
        "step",
        {"loss": {0: 4.263, 10: 3.1}, "val loss": {0: 4.2823, 20: 2.2823}},
    ),
    (
        "fastai",
        "epoch     train_loss  valid_loss  accuracy  time    \n"
        "0         2.303000    2.302000    0.100000  00:12     \n"
        "1         2.103000    2.102000    0.200000  00:12     \n",
        "epoch",
        {"train_loss": {0: 2.303, 1: 2.103}, "valid_loss": {0: 2.302, 1: 2.102}},
    ),
    (
        "PyTorch's MNIST example",
        "Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.300039\n"
        "Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.200039\n\n"
        "Test set: Average loss: 0.0476, Accuracy: 9838/10000 (98%)\n",
        "line",
        {"Train Loss": {1: 2.300039, 2: 2.200039}, "Test Accuracy": {4: 0.9838}},
    ),
    (
        "PyTorch's tutorial",
        "Epoch 0/24\n----------\ntrain Loss: 1.2 Acc: 0.5\nval Loss: 1.3 Acc: 0.4\n"
        "Epoch 1/24\n----------\ntrain Loss: 1.1 Acc: 0.6\nval Loss: 1.2 Acc: 0.5\n",
        "epoch",
        {"train Loss": {0: 1.2, 1: 1.1}, "val Loss": {0: 1.3, 1: 1.2}, "val Acc": {0: 0.4, 1: 0.5}},
    ),
    (
        "a bar of tqdm",
        "Epoch 0:  50%|█████     | 1/2 [00:10<00:10, 4.90it/s, train_loss=2.300]\r"
        "Epoch 0: 100%|██████████| 2/2 [00:20<00:00, 4.90it/s, train_loss=2.10]\n",
        "line",
        {"train_loss": {1: 2.3, 2: 2.1}},
    ),
    (
        "LightGBM",
        "[1]\ttraining's binary_logloss: 0.65\tvalid_1's binary_logloss: 0.66\n",
        "line",
        {"training's binary_logloss": {1: 0.65}, "valid_1's binary_logloss": {1: 0.66}},
    ),
    (
        "tensors, printed",
        "epoch 1 loss tensor(2.3026, device='cuda:0')\nepoch 2 loss tensor(nan)\n",
        "epoch",
        {"loss": {1: 2.3026, 2: np.nan}},
    ),
    (
        "text with decimal commas",
        "epoch 1 loss: 0,6931 acc: 0,50\nepoch 2 loss: 0,6921 acc: 0,51\n",
        "epoch",
        {"loss": {1: 0.6931, 2: 0.6921}, "acc": {1: 0.5, 2: 0.51}},
    ),
]


@pytest.mark.parametrize(
    ("text", "clock", "curves"), [f[1:] for f in FORMATS], ids=[f[0] for f in FORMATS]
)
def test_every_format_gives_its_curves_on_its_own_clock(text, clock, curves):
    log = read_log(text)
    assert log.clock == clock
    for name, points in curves.items():
        np.testing.assert_array_equal(log.series[name].steps, list(points))
        np.testing.assert_allclose(log.series[name].values, list(points.values()), rtol=1e-12)


def test_a_path_a_file_and_lines_give_the_same_curves(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text(TABLE, encoding="utf-8")
    sources = [path, str(path), io.StringIO(TABLE), io.BytesIO(TABLE.encode()), TABLE.splitlines()]
    for log in map(read_log, sources):
        assert log.series["val_loss"].values.tolist() == [2.3, 2.15]
        assert (log.format, log.rows, log.ignored) == ("table", 2, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines_change_nothing(encoding, end):
    log = read_log(io.BytesIO(TABLE.replace("\n", end).encode(encoding)))
    assert log.series["loss"].values.tolist() == [2.31, 2.12]
    assert list(log.series) == ["epoch", "loss", "val_loss"]


def test_tensorboards_file_gives_its_curve_the_name_of_its_tag(tmp_path):
    path = tmp_path / "run-version_0-tag-val_accuracy.csv"
    path.write_text("Wall time,Step,Value\n1.0,10,0.1\n2.0,20,0.2\n", encoding="utf-8")
    (path.parent / "loss.csv").write_text(path.read_text())
    with pytest.raises(LogError, match="val_accuracy"):
        read_log(path)
    assert list(read_log(path.parent / "loss.csv").series) == ["loss"]


def test_a_long_log_is_read_in_blocks_with_nothing_lost_between_them(monkeypatch):
    monkeypatch.setattr(log_module, "BLOCK", 1000)
    rows = 2000
    seen = []
    file = io.BytesIO(("step,loss\n" + "".join(f"{i},{i / 7:.4f}\n" for i in range(rows))).encode())
    log = read_log(file, progress=lambda done, total: seen.append(done))
    assert log.rows == rows
    np.testing.assert_array_equal(log.series["loss"].steps, np.arange(rows))
    np.testing.assert_allclose(log.series["loss"].values, np.arange(rows) / 7, atol=1e-4)
    assert seen[-1] == len(file.getvalue())
    assert len(seen) > 10


@pytest.mark.parametrize("name", [name for name in told() if name.endswith((".txt", ".log"))])
def test_a_line_of_a_known_kind_is_read_as_if_it_were_the_first(name, monkeypatch):
    lines = (LOGS / name).read_text(encoding="utf-8").splitlines()[:60]
    quick = read_log(lines)
    monkeypatch.setattr(_alike, "FEW", 10**9)
    slow = read_log(lines)
    assert list(quick.series) == list(slow.series)
    for curve in quick.series:
        np.testing.assert_array_equal(quick.series[curve].values, slow.series[curve].values)


def test_what_only_looks_like_a_number_costs_a_line_and_not_its_neighbours():
    lines = [f"step {i} loss {i}.5" for i in range(9)]
    log = read_log([*lines, "step 9 loss 1-2", *(f"step {i} loss {i}.5" for i in range(10, 20))])
    expected = [1 if i == 9 else i + 0.5 for i in range(20)]
    assert log.series["loss"].values.tolist() == expected


@pytest.mark.parametrize("odd", ["null", "true", '"n/a"', "[1]", "1" + "0" * 400])
def test_one_odd_object_among_thousands_leaves_the_others_as_they_are(odd):
    lines = [f'{{"step": {i}, "loss": {i}.5}}' for i in range(20)]
    lines[7] = f'{{"step": 7, "loss": {odd}}}'
    loss = read_log(lines).series["loss"]
    kept = np.isfinite(loss.values)
    assert dict(zip(loss.steps[kept], loss.values[kept], strict=True)) == {
        i: i + 0.5 for i in range(20) if i != 7
    }


UNREADABLE = {
    "nothing": ("", "empty"),
    "empty lines": ("\n\n \n", "empty"),
    "zeros": (b"\0" * 64, "nothing but zero bytes"),
    "an event file": (
        b'\x18\0\0\0\0\0\0\0\xa3\x7fK"\t\0\0\0\0\x1a\rbrain.Event:2',
        "byte 1 is 24.*event files",
    ),
    "an archive": (b"\x1f\x8b\x08\x00abc", "byte 1 is 31.*unpack"),
    "prose": ("Once upon a time\nthere was a cat\n", "no line has a name and a number"),
    "no loss": (
        "epoch,accuracy\n1,0.2\n2,0.3\n",
        "nothing is called loss; there is epoch, accuracy",
    ),
    "a column of text": (
        "epoch,loss\n1,high\n2,low\n",
        "line 2, column 3: loss should be a number.*'high'",
    ),
    "names alone": ("\nepoch,loss\n", "line 2: there is a line of names and no numbers below it"),
    "a line without end": (b"x" * (9 << 20), "line 1: a line of more than 8 MB"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_log_is_refused_with_what_stands_there(name):
    source, message = UNREADABLE[name]
    with pytest.raises(LogError, match=message):
        read_log(io.BytesIO(source) if isinstance(source, bytes) else source)


def test_a_missing_file_is_a_missing_file():
    with pytest.raises(FileNotFoundError):
        read_log("no_such_metrics.csv")


def test_a_cell_that_is_no_number_is_named_and_the_others_stay():
    rows = "".join(f"{i},{'oops' if i in (5, 9) else 2.0}\n" for i in range(20))
    log = read_log("epoch,loss\n" + rows)
    assert len(log.series["loss"]) == 18
    assert log.notes == ("line 7, column 3: loss is 'oops', no number, and 1 more like it",)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (TABLE + "2,1.", 2),
        ('{"step": 1, "loss": 2.3}\n{"step": 2, "lo', 1),
        ("x" * 3 + "\nloss: 2.3\nlo", 1),
    ],
)
def test_a_last_line_that_is_cut_off_adds_no_number(text, rows):
    log = read_log(text)
    assert len(log.series["loss"]) == rows
    assert log.ignored or log.notes


def test_an_object_that_was_cut_off_takes_no_other_with_it():
    log = read_log('{"step": 1, "loss": 2.3}\n{"step": 2, "lo\n{"step": 3, "loss": 2.1}\n')
    assert dict(zip(log.series["loss"].steps, log.series["loss"].values, strict=True)) == {
        1: 2.3,
        3: 2.1,
    }


def test_a_run_that_was_taken_up_again_is_counted_by_line():
    log = read_log("step,loss\n1,2.3\n2,2.2\n3,2.1\nstep,loss\n2,2.2\n3,2.0\n")
    assert log.clock == "line"
    assert log.series["loss"].steps.tolist() == [2, 3, 4, 6, 7]
    assert log.ignored == 1


def test_ten_thousand_columns_leave_only_what_is_known():
    names = ",".join(f"c{i}" for i in range(10_000))
    row = "1," * 10_000
    log = read_log(f"{names},loss\n{row}2.3\n{row}2.2\n")
    assert list(log.series) == ["loss"]


def test_of_two_columns_with_one_name_the_first_counts():
    assert read_log("loss,loss\n1,2\n3,4\n").series["loss"].values.tolist() == [1, 3]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Cost after iteration {i}: {loss}", "Cost"),
        ("Loss at step {i} = {loss}", "Loss"),
        ("Training loss after epoch {i} is {loss}", "Training loss"),
        ("[1, {i}] loss: {loss}", "loss"),
        ("[{i}]\ttrain-rmse:{loss}", "train-rmse"),
        ("|    loss                 | {loss}        |", "loss"),
        ("Step {i}: loss value {loss}", "loss value"),
    ],
)
def test_no_other_number_of_a_line_is_taken_for_its_loss(line, name):
    losses = [2.3, 2.1, 1.9, 1.8]
    text = "".join(line.format(i=10 * i, loss=loss) + "\n" for i, loss in enumerate(losses))
    assert read_log(text).series[name].values.tolist() == losses


def test_a_message_about_a_loss_is_no_curve():
    text = "Epoch 1 loss: 0.5\nValidation loss decreased (inf --> 0.49).  Saving model ...\n"
    assert list(read_log(text).series) == ["Epoch", "loss"]


@pytest.mark.parametrize("nan", ["-nan(ind)", "1.#QNAN", "-1.#IND", "NaN(snan)", "nan(0x8000)"])
def test_nan_is_nan_however_it_is_spelt(nan):
    for text in (f"step,loss\n1,2.3\n2,{nan}\n", f"step 1 loss = 2.3\nstep 2 loss = {nan}\n"):
        assert np.isnan(read_log(text).series["loss"].values[-1])


def test_the_loss_of_a_reinforced_policy_may_be_negative_and_rise():
    rows = "".join(f"{i},{i / 9 - 2},-0.01,{30 + i}\n" for i in range(30))
    log = read_log(f"step,train/loss,train/policy_gradient_loss,train/value_loss\n{rows}")
    assert diagnose(log) == ()
    rising = "".join(f"{i},{i**2 / 90 + 0.1},{i}\n" for i in range(30))
    assert diagnose(read_log(f"step,loss,reward\n{rising}")) == ()
    assert diagnose(read_log(f"step,loss,rewards/chosen\n{rising}")) != ()


def test_a_name_that_ends_in_a_number_stays_one_curve():
    line = 'INFO {{"loss/0": {}, "loss/1": {}}}'
    log = read_log("\n".join(line.format(2.0 - i / 40, 1.0 - i / 50) for i in range(30)))
    assert [len(curve.values) for curve in log.series.values()] == [30, 30]
