"""Fixtures and settings for every test."""

from hypothesis import settings

from tests.browser import chromium, firefox, opened, player, site

__all__ = ["chromium", "firefox", "opened", "player", "site"]

# The same examples on every run, and no clock: a busy machine fails nobody's test.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")
