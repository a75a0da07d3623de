"""The door `lossfns explain`."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap

from lossfns.clinic import Explanation, explain_value

NOTHING = 1
REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name what the door takes."""
    parser.add_argument("value", help='the loss as it was shown, such as 2.303 or "loss: 2,303"')
    parser.add_argument(
        "--classes", metavar="K", help="how many classes, or how large a vocabulary"
    )
    parser.add_argument(
        "--accuracy", metavar="A", help="the share of right answers, 0.725 or 72.5%%"
    )
    parser.add_argument("--counts", metavar="N,N,…", help="how often each class occurs")
    parser.add_argument("--batch", metavar="N", help="the batch size")
    parser.epilog = (
        "Exit code 0: explained; 1: nothing known stops at this value; 2: an argument is wrong."
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what is found, and return the exit code."""
    facts = {name: getattr(arguments, name) for name in ("classes", "accuracy", "counts", "batch")}
    try:
        found = explain_value(arguments.value, **facts)
    except ValueError as error:
        print(f"lossfns explain: {error}", file=sys.stderr)
        return REFUSED
    if not found:
        missing = [f"--{name}" for name, fact in facts.items() if fact is None]
        tip = f" {', '.join(missing)} may tell more." if missing else ""
        print(f"Nothing known stops at {arguments.value}: an ordinary loss, so far.{tip}")
        return NOTHING
    print("\n\n".join(map(written, found)))
    return 0


def written(found: Explanation) -> str:
    """Return an explanation as lines for a terminal."""
    width = min(shutil.get_terminal_size().columns, 100)
    lines = [f"{found.id} ({found.sure})"]
    for label, text in (("", found.says), ("Do: ", found.do), ("See: ", found.see)):
        lines.append(
            textwrap.fill(
                label + text,
                width,
                initial_indent="  ",
                subsequent_indent="  ",
                break_on_hyphens=False,
                break_long_words=False,
            )
        )
    if found.needs:
        flags = " or ".join(f"--{name}" for name in found.needs)
        lines.append(f"  Surer with {flags}.")
    return "\n".join(lines)
