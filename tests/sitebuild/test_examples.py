"""The examples in the docstrings of the site's tools."""

import doctest
import importlib
import pkgutil

import pytest

import sitebuild

MODULES = [
    found.name
    for found in pkgutil.walk_packages(sitebuild.__path__, "sitebuild.")
    # The first is a command; what the second imports, only the PDF needs.
    if found.name not in {"sitebuild.__main__", "sitebuild.offline.press"}
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_tools_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
