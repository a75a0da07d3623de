"""Write the rows of a training as people's programs do."""

from __future__ import annotations

import csv
import io
import json
import math
import tempfile

from tests.clinic.trainings.loop import Row

Rows = list[Row]


def _names(rows: Rows) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _table(rows: Rows, delimiter: str = ",", form: str = "{:.6g}") -> str:
    names, text = _names(rows), io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([form.format(row[name]) if name in row else "" for name in names])
    return text.getvalue()


def plain_csv(rows: Rows) -> str:
    return _table(rows)


def decimal_commas(rows: Rows) -> str:
    """A spreadsheet's export in most of Europe."""
    return _table(rows, ";").replace(".", ",")


def columns(rows: Rows) -> str:
    names = [name for name in _names(rows) if all(name in row for row in rows)]
    return _table([{name: row[name] for name in names} for row in rows], " ", "{:.5f}")


def json_lines(rows: Rows) -> str:
    def short(value: float) -> float:
        return value if isinstance(value, int) else float(f"{value:.6g}")

    return "".join(
        json.dumps({name: short(value) for name, value in row.items()}) + "\n" for row in rows
    )


def nano_gpt(rows: Rows) -> str:
    lines = []
    for row in rows:
        step = int(row["step"])
        lines.append(f"iter {step}: loss {row['loss']:.4f}, time 12.31ms, mfu 1.02%")
        if "val_loss" in row:
            lines.append(
                f"step {step}: train loss {row['loss']:.4f}, val loss {row['val_loss']:.4f}"
            )
    return "number of parameters: 0.01M\nusing fused AdamW: False\n" + "\n".join(lines) + "\n"


def caffe(rows: Rows) -> str:
    lines = []
    for row in rows:
        head = f"I0412 13:{int(row['step']) // 60 % 60:02d}:{int(row['step']) % 60:02d}.214771 9182"
        step = int(row["step"])
        lines.append(f"{head} solver.cpp:228] Iteration {step}, loss = {row['loss']:.6g}")
        lines.append(
            f"{head} solver.cpp:244]     Train net output #0: loss = {row['loss']:.6g} "
            f"(* 1 = {row['loss']:.6g} loss)"
        )
        lines.append(f"{head} sgd_solver.cpp:106] Iteration {step}, lr = {row['lr']:.6g}")
        if "val_loss" in row:
            lines.append(f"{head} solver.cpp:337] Iteration {step}, Testing net (#0)")
            lines.append(
                f"{head} solver.cpp:404]     Test net output #0: accuracy = "
                f"{row['val_accuracy']:.4f}"
            )
            lines.append(
                f"{head} solver.cpp:404]     Test net output #1: loss = "
                f"{row['val_loss']:.6g} (* 1 = {row['val_loss']:.6g} loss)"
            )
    return "\n".join(lines) + "\n"


def megatron(rows: Rows) -> str:
    last = int(rows[-1]["step"])
    return "".join(
        f" [2026-03-04 10:00:00.123456] iteration {int(row['step']):8d}/{last:8d} | consumed "
        f"samples: {int(row['step']) * 32:12d} | elapsed time per iteration (ms): 812.4 | learning "
        f"rate: {row['lr']:.6E} | global batch size:    32 | lm loss: {row['loss']:.6E} | loss "
        f"scale: 1.0 | grad norm: {row['grad_norm']:.3f} | number of skipped iterations:   0 | "
        f"number of nan iterations:   0 |\n"
        for row in rows
    )


def fastai(rows: Rows) -> str:
    """One row an epoch, as the progress bar's table is when it is copied."""
    head = "epoch     train_loss  valid_loss  accuracy  time    \n"
    return head + "".join(
        f"{i:<9d} {row['loss']:<11.6f} {row['val_loss']:<11.6f} "
        f"{row['val_accuracy']:<9.6f} 00:01   \n"
        for i, row in enumerate(rows)
    )


def printed(rows: Rows) -> str:
    """What most people's own loops print, an epoch a line."""
    return "".join(
        f"Epoch [{int(row['epoch'])}/{len(rows)}], Train Loss: {row['loss']:.4f}, "
        f"Train Acc: {100 * row['accuracy']:.2f}%, Val Loss: {row['val_loss']:.4f}, "
        f"Val Acc: {100 * row['val_accuracy']:.2f}%\n"
        for row in rows
    )


def coloured(rows: Rows) -> str:
    """A console's colours, and Windows' line ends."""
    lines = printed(rows).splitlines()
    stamp = "\x1b[32m2026-03-04 10:00:00\x1b[0m | \x1b[1mINFO\x1b[0m | "
    return "".join(f"{stamp}{line}\r\n" for line in lines)


def wandb(rows: Rows, name: str = "glad-frog-7") -> str:
    """The export of one chart; Weights & Biases adds the least and the most of each group."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    chart = f"{name} - train/loss"
    writer.writerow(["Step", chart, f"{chart}__MIN", f"{chart}__MAX"])
    for row in rows:
        writer.writerow([int(row["step"]), *[_json_number(row["loss"])] * 3])
    return text.getvalue()


def _json_number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return str(value) if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def tensorboard(rows: Rows, name: str = "loss") -> str:
    """Write events with TensorBoard's writer, read them with its reader, as its page's export."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from torch.utils.tensorboard import SummaryWriter

    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(folder) as writer:
            for row in rows:
                writer.add_scalar(name, row["loss"], int(row["step"]), walltime=1.7e9 + row["step"])
        events = EventAccumulator(folder, size_guidance={"scalars": 0})
        events.Reload()
        lines = [f"{e.wall_time},{e.step},{e.value}" for e in events.Scalars(name)]
    return "Wall time,Step,Value\n" + "\n".join(lines) + "\n"
