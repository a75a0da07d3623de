"""What README and CONTRIBUTING tell to type is there."""

import re

import pytest

from sitebuild.paths import ROOT

GUIDES = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")
}
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


def commands(guide):
    """What stands as code, in a line or in a block of the shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDES[guide], re.M | re.S)
    inline = re.findall(r"`([^`\n]+)`", GUIDES[guide])
    return [*inline, *(line for block in blocks for line in block.splitlines())]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_target_that_a_guide_names_can_be_made(guide):
    named = {match[1] for text in commands(guide) if (match := re.match(r"make ([\w-]+)", text))}
    assert named
    assert named <= set(TARGETS)


def test_the_readme_names_every_target():
    named = {
        match[1] for text in commands("README.md") if (match := re.match(r"make ([\w-]+)", text))
    }
    assert named == set(TARGETS)


def test_the_readme_shows_where_the_last_result_of_each_long_command_is():
    kept = ("audit", "campaign", "growth", "hostile", "matrix", "mutation", "reproduced")
    static = ROOT / "book" / "_static"
    there = {f"book/_static/{name}.txt" for name in kept if (static / f"{name}.txt").exists()}
    assert there <= set(re.findall(r"\]\((book/_static/[\w.]+)\)", GUIDES["README.md"]))


@pytest.mark.parametrize("guide", GUIDES)
def test_a_command_works_in_a_shell_where_nothing_is_activated(guide):
    bare = r"(?:python|pip|pre-commit|pytest|jupyter|ruff|mypy|jupytext) "
    assert [text for text in commands(guide) if re.match(bare, text)] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_script_that_a_guide_runs_is_there(guide):
    scripts = [
        script for text in commands(guide) for script in re.findall(r"python (\S+\.py)", text)
    ]
    assert [script for script in scripts if not (ROOT / script).is_file()] == []
