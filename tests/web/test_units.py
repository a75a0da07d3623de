"""The JavaScript's own tests, which stand beside the tests of its room."""

from sitebuild.paths import ROOT
from tests.node import node


def test_javascript_units():
    node("--test", *sorted((ROOT / "tests").rglob("*.test.mjs")))
