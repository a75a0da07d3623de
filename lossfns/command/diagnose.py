"""The door `lossfns diagnose`."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name what the door takes."""


def run(arguments: argparse.Namespace) -> int:
    """Print what is found, and return the exit code."""
    raise NotImplementedError
