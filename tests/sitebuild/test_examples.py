"""The examples in the docstrings of the site's tools."""

import doctest
import importlib
import pkgutil

import pytest

import sitebuild

MODULES = [
    found.name
    for found in pkgutil.walk_packages(sitebuild.__path__, "sitebuild.")
    if found.name != "sitebuild.__main__"
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_tools_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
