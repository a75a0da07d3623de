"""Train everything anew and write the logs, with what was done to each training."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from tests.clinic.trainings.broken import FAULTS
from tests.clinic.trainings.sound import SOUND

LOGS = Path(__file__).parents[1] / "logs"


def main(folder: Path = LOGS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    about = {}
    for make in (*SOUND, *FAULTS):
        torch.manual_seed(0)
        for run in make():
            (folder / run.name).write_text(run.text, encoding="utf-8", newline="")
            about[run.name] = {"fault": run.fault, "told": run.told}
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
