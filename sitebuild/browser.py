"""The Chromium that prints the course and that the tests drive."""

import os
import shutil

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]


def find_chromium():
    """The browser's path, or "" where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    named = os.environ.get("CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, names)), "")
