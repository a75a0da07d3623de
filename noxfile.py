"""The package in other environments: each Python, with the oldest and the newest it declares.

``make matrix`` runs it and keeps the table. By hand: ``.venv/bin/nox -s "tests-3.12(oldest)"``.
"""

import re
from pathlib import Path

import nox

nox.options.error_on_missing_interpreters = True
nox.options.default_venv_backend = "uv"

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
RESOLUTIONS = {"oldest": "lowest-direct", "newest": "highest"}
# These need a browser, the built site or the references, which `make test` brings.
ELSEWHERE = re.compile(r"tests\.browser|\bchromium\b|\bimport (?:torch|jax|keras|optax)|\bsite\b\)")
UNITS = ("maths", "figures", "course", "quiz", "explorers", "checks", "clinic")


def units():
    """The test files of what a reader has: the package."""
    paths = (path for name in UNITS for path in sorted(Path("tests", name).glob("test_*.py")))
    return [str(path) for path in paths if not ELSEWHERE.search(path.read_text("utf-8"))]


@nox.session(python=PYTHONS)
@nox.parametrize("versions", list(RESOLUTIONS), ids=list(RESOLUTIONS))
def tests(session, versions):
    """Units, then every notebook: an error, a warning or a failed assertion is a failure."""
    chosen = Path(session.create_tmp(), "constraints.txt")
    resolution = RESOLUTIONS[versions]
    session.run(
        "uv", "pip", "compile", "pyproject.toml", "--extra", "course", "--resolution", resolution,
        "--only-binary", ":all:", "--python", session.virtualenv.interpreter or session.python,
        "--no-header", "--no-annotate", "--quiet", "--output-file", str(chosen),
        external=True,
    )  # fmt: skip
    session.log(chosen.read_text("utf-8"))
    groups = [word for group in ("lab", "site", "test") for word in ("--group", group)]
    session.install("--constraint", str(chosen), "--editable", ".[course,exports]", *groups)
    few = session.posargs  # some files or notebooks instead of all
    notebooks = [name for name in few if name.endswith(".ipynb")] if few else ["notebooks"]
    files = [name for name in few if name not in notebooks] if few else units()
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    # What an old package calls in a new one may be deprecated there.
    lenient = ["-W", "ignore::DeprecationWarning"] if versions == "oldest" else []
    if files:
        session.run("pytest", "-q", *lenient, *files, env=threads)
    if notebooks:
        compare = ("-p", "tests.nbval_history", "--nbval-lax")
        session.run("pytest", "-q", *lenient, *compare, *notebooks, env=threads)
