"""The first cell of every notebook: it looks for the course's package, and offers to install it."""

from pathlib import Path

import nbformat
import yaml

from lossfns import __version__
from lossfns._extras import MODULES

CODE = Path(__file__).with_name("find_lossfns.py")
WHEEL = f"lossfns-{__version__}-py3-none-any.whl"
# Left out of the site, folded in JupyterLab.
METADATA = {"jupyter": {"source_hidden": True}, "tags": ["remove-cell"]}


def first_cell(source):
    """The cell; ``source`` is what pip installs lossfns from, "" where no address is known."""
    needed = ["lossfns", *MODULES["course"]]
    call = f"find_lossfns({__version__!r}, {source!r}, {needed!r})".replace("'", '"')
    code = f"{CODE.read_text(encoding='utf-8')}\n\n{call}"
    return nbformat.v4.new_code_cell(code, metadata=METADATA)


def from_git(address, revision):
    """What pip installs lossfns from, for a repository's address."""
    return f"lossfns[course] @ git+{address}@{revision}"


def stored_source(configuration):
    """The source that the notebooks of the repository name: only an address that is configured."""
    settings = yaml.safe_load(configuration.read_text(encoding="utf-8"))["sphinx"]["config"]
    repository = settings["course_repository"]
    return from_git(repository["url"], repository["branch"]) if repository["url"] else ""
