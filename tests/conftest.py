"""Fixtures and settings for every test."""

import pytest
from hypothesis import settings

from tests.browser import chromium, firefox, opened, player, site

__all__ = ["chromium", "firefox", "opened", "player", "site"]


def pytest_collection_modifyitems(items):
    """Count what drives a browser among what takes long."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.long)


# The same examples on every run, and no clock: a busy machine fails nobody's test.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")
