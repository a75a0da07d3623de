"""Fixtures for every test."""

from tests.browser import chromium, site

__all__ = ["chromium", "site"]
