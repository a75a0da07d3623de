"""Without an extra, every public module says which one it needs, and hides no other fault."""

import ast
import importlib
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from lossfns._extras import MODULES, needs
from sitebuild.paths import ROOT

# numpy is the one requirement; the last two stand behind a fallback, or come with Matplotlib.
OTHERS = {"lossfns", "numpy", "IPython", "matplotlib_inline", "PIL"}
COURSE = {
    "lossfns.figures": ["matplotlib"],
    "lossfns.figures.regression": ["matplotlib"],
    "lossfns.explorers": ["anywidget", "ipywidgets", "matplotlib", "traitlets"],
    "lossfns.explorers.own": ["ipywidgets"],
    "lossfns.quiz": ["anywidget", "ipywidgets", "traitlets"],
    "lossfns.quiz.exports": ["anywidget"],
    "lossfns.course.patients": ["sklearn"],
    "lossfns.course.race as race; race.digits()": ["sklearn"],
}
EXPORTS = {"lossfns.quiz.exports": ["genanki", "lxml"]}
CASES = [
    (extra, module, missing)
    for extra, modules in [("course", COURSE), ("exports", EXPORTS)]
    for module, names in modules.items()
    for missing in names
]


def import_without(module, *missing):
    """Import a module in a fresh Python that finds none of the missing; its exit code and words."""
    code = f"import sys; sys.modules |= dict.fromkeys({missing!r}); import {module}"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return result.returncode, result.stderr


@pytest.mark.parametrize(("extra", "module", "missing"), CASES)
def test_module_names_the_extra_that_it_lacks(extra, module, missing):
    code, said = import_without(module, missing)
    assert code == 1
    assert said.splitlines()[-1] == (
        f"ModuleNotFoundError: {missing} is not installed. It comes with lossfns[{extra}]: "
        f'pip install "lossfns[{extra}]"'
    )
    assert said.count("direct cause") == 1


@pytest.mark.parametrize("module", ["lossfns", "lossfns.checks", "lossfns.course.datasets"])
def test_what_needs_numpy_alone_asks_for_no_extra(module):
    assert import_without(module, *MODULES["course"], *MODULES["exports"]) == (0, "")


def test_explorers_do_not_wait_for_scikit_learn_which_takes_longer_than_all_else():
    assert import_without("lossfns.explorers", "sklearn") == (0, "")


@pytest.mark.parametrize("name", ["kiwisolver_of_another", "matplotlib.no_such", "lossfns.no_such"])
def test_another_missing_module_is_not_blamed_on_an_extra(name):
    with pytest.raises(ModuleNotFoundError, match=f"^No module named '{name}'$"), needs("course"):
        importlib.import_module(name)


def test_fault_within_a_module_passes_as_it_is():
    with pytest.raises(ImportError, match="cannot import name 'no_such'"), needs("course"):
        from matplotlib import no_such  # noqa: F401


def third_party(path):
    """The top-level modules that a file imports, the standard library's left out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names)


def test_every_import_of_the_package_is_known_to_an_extra():
    imported = set().union(*map(third_party, (ROOT / "lossfns").rglob("*.py")))
    assert imported - OTHERS == {name for names in MODULES.values() for name in names}


def test_each_extra_installs_the_modules_it_is_named_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    distributions = packages_distributions()
    for extra, names in MODULES.items():
        required = {line.partition(">")[0] for line in project["optional-dependencies"][extra]}
        unnamed = [name for name in names if not set(distributions[name]) & required]
        # It comes with ipywidgets.
        assert unnamed == (["traitlets"] if extra == "course" else [])


def test_what_is_missing_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "genanki", raising=False)
    named = pytest.raises(ModuleNotFoundError, match=r'pip install "lossfns\[exports\]"')
    with named, needs("exports"):
        raise ModuleNotFoundError(name="genanki")
