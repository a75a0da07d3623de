"""Train with Keras, Lightning and Hugging Face's Trainer, and keep the logs that they write."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.clinic.trainings.loop import Split

os.environ.setdefault("KERAS_BACKEND", "torch")


# Keras


def keras_model(
    wide: int,
    out: int,
    loss: Any,
    *,
    end: str | None = None,
    scale: float = 1.0,
    rate: float = 1e-3,
    dropout: float = 0.0,
    metrics: tuple[str, ...] = ("accuracy",),
):
    import keras

    keras.utils.set_random_seed(0)
    first = keras.initializers.VarianceScaling(scale**2, "fan_avg", "uniform")
    model = keras.Sequential(
        [
            keras.Input((wide,)),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(out, end, kernel_initializer=first),
        ]
    )
    model.compile(keras.optimizers.Adam(rate), loss, metrics=list(metrics))
    return model


def keras_fit(model: Any, data: Split, *, epochs: int, batch: int = 32, verbose: int = 2, **more):
    """Return what CSVLogger wrote, and what Keras printed."""
    import keras

    numpy = {name: np.array(getattr(data, name)) for name in Split.__dataclass_fields__}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "training.csv")
        with contextlib.redirect_stdout(io.StringIO(newline="")) as shown:
            model.fit(
                numpy["inputs"],
                numpy["labels"],
                validation_data=(numpy["held_out_inputs"], numpy["held_out_labels"]),
                epochs=epochs,
                batch_size=batch,
                verbose=verbose,
                callbacks=[keras.callbacks.CSVLogger(str(path))],
                **more,
            )
        return path.read_text(), shown.getvalue()


# Lightning


def lightning_metrics(model: nn.Module, data: Split, loss: Any, *, epochs: int, rate=1e-3) -> str:
    """Return the metrics.csv of Lightning's CSVLogger."""
    import warnings

    import lightning
    from lightning.pytorch.loggers import CSVLogger
    from torch.utils.data import DataLoader, TensorDataset

    class Task(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.model = model

        def training_step(self, batch, _):
            value = loss(self.model(batch[0]), batch[1])
            self.log("train_loss", value)
            return value

        def validation_step(self, batch, _):
            outputs = self.model(batch[0])
            self.log("val_loss", loss(outputs, batch[1]))
            self.log("val_acc", (outputs.argmax(-1) == batch[1]).float().mean())

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), lr=rate)

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger = CSVLogger(folder, flush_logs_every_n_steps=1)
        trainer = lightning.Trainer(
            max_epochs=epochs,
            logger=logger,
            log_every_n_steps=10,
            accelerator="cpu",
            enable_progress_bar=False,
            enable_model_summary=False,
            enable_checkpointing=False,
        )
        trainer.fit(
            Task(),
            DataLoader(TensorDataset(data.inputs, data.labels), batch_size=32, shuffle=True),
            DataLoader(TensorDataset(data.held_out_inputs, data.held_out_labels), batch_size=597),
        )
        return Path(logger.log_dir, "metrics.csv").read_text()


# Hugging Face


def sonnet_blocks(text: str, length: int = 32) -> list[dict[str, list[int]]]:
    """Cut a text into blocks of letters, which are their own labels."""
    letters = {letter: i for i, letter in enumerate(sorted(set(text)))}
    ids = [letters[letter] for letter in text]
    starts = range(0, len(ids) - length, length // 2)
    return [{"input_ids": ids[s : s + length], "labels": ids[s : s + length]} for s in starts]


def hugging_face(
    blocks: list[dict[str, list[int]]],
    *,
    epochs: float = 6,
    rate: float = 2e-3,
    spoil: Any = None,
    held_out: int = 12,
    **more: Any,
) -> tuple[str, str]:
    """Train a tiny GPT-2 from a configuration; return trainer_state.json and what was printed."""
    import transformers

    transformers.set_seed(0)
    letters = 1 + max(max(block["input_ids"]) for block in blocks)
    model = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(
            vocab_size=letters,
            n_positions=64,
            n_embd=48,
            n_layer=2,
            n_head=2,
            bos_token_id=0,
            eos_token_id=0,
        )
    )
    if spoil:
        spoil(model)
    with tempfile.TemporaryDirectory() as folder:
        trainer = transformers.Trainer(
            model,
            transformers.TrainingArguments(
                folder,
                num_train_epochs=epochs,
                learning_rate=rate,
                logging_steps=2,
                eval_strategy="epoch",
                per_device_train_batch_size=8,
                report_to=[],
                seed=0,
                save_strategy="no",
                disable_tqdm=True,
                use_cpu=True,
                **more,
            ),
            train_dataset=blocks[held_out:],
            eval_dataset=blocks[:held_out],
        )
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            trainer.train()
        trainer.state.save_to_json(str(Path(folder, "trainer_state.json")))
        return json.dumps(json.loads(Path(folder, "trainer_state.json").read_text()), indent=1), (
            shown.getvalue()
        )
