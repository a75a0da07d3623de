"""The wheel installs and works outside the checkout, explorers' files included."""

import subprocess
import sys
import venv

import pytest

USE = """
import pathlib, lossfns
from lossfns import figures
from lossfns.course.datasets import load_sonnets
from lossfns.explorers import LossExplorer, site_script
assert "site-packages" in lossfns.__file__, lossfns.__file__
assert float(lossfns.squared_error(2.5, 3.0)) == 0.25
assert "<table" in LossExplorer()._repr_mimebundle_()[0]["text/html"]
assert "import " not in site_script().splitlines()[0]
assert load_sonnets().startswith("Shall I compare")
print("works")
"""


def run(*command, cwd):
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


NAMES_ITS_EXTRA = """
import sys
try:
    exec(sys.argv[1])
except ModuleNotFoundError as error:
    print(str(error).partition("pip install ")[2])
"""


EXPORT = """
from pathlib import Path
from lossfns.quiz import load_bank
from lossfns.quiz.exports import write_exports
write_exports(load_bank(), "out", time=0)
print(sorted(path.name.partition(".")[2] for path in Path("out").iterdir() if path.stat().st_size))
"""


@pytest.fixture
def python(tmp_path):
    """The Python of an empty environment."""
    venv.create(tmp_path / "env", with_pip=True)
    return tmp_path / "env" / "bin" / "python"


def test_wheel_works_outside_the_checkout_and_names_the_extras_it_lacks(
    wheel_file, python, tmp_path
):
    install = (python, "-m", "pip", "install", "--quiet")
    run(*install, wheel_file, cwd=tmp_path)
    for use in (
        "import lossfns.figures",
        "import lossfns.explorers",
        "import lossfns.quiz",
        "from lossfns.course.race import digits; digits()",
        "from lossfns.course.patients import load_diabetes",
    ):
        said = run(python, "-c", NAMES_ITS_EXTRA, use, cwd=tmp_path)
        assert said == '"lossfns[course]"\n', use

    # pip adds the extra to what is installed, and asks no index for lossfns.
    run(*install, "lossfns[course]", cwd=tmp_path)
    assert run(python, "-W", "error", "-c", USE, cwd=tmp_path).strip() == "works"
    said = run(python, "-c", NAMES_ITS_EXTRA, "import lossfns.quiz.exports", cwd=tmp_path)
    assert said == '"lossfns[exports]"\n'


def test_exports_extra_alone_writes_every_export(wheel_file, python, tmp_path):
    run(python, "-m", "pip", "install", "--quiet", f"{wheel_file}[exports]", cwd=tmp_path)
    written = run(python, "-c", EXPORT, cwd=tmp_path).strip()
    assert written == "['apkg', 'gift.txt', 'imscc', 'moodle.xml', 'qti.zip']"


def test_maths_needs_numpy_alone(tmp_path):
    code = (
        "import sys, lossfns; print(sorted({'matplotlib', 'anywidget', 'sklearn', 'scipy'} "
        "& set(sys.modules)))"
    )
    assert run(sys.executable, "-c", code, cwd=tmp_path).strip() == "[]"
