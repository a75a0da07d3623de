"""Links that open a notebook on a hub, each student's own copy, fetched by nbgitpuller.

Usage: ``python3 classroom/links.py HUB REPOSITORY``, for example
``https://hub.school.org https://github.com/school/course``. It prints one line of Markdown for
each notebook. A second click fetches what is new and keeps what a student wrote.
"""

import argparse
import json
from pathlib import Path
from urllib.parse import urlencode

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def link(hub, repository, notebook):
    """The address that opens a notebook of the repository's default branch on a hub.

    >>> for part in link("https://hub", "https://host/course", "a.ipynb").split("&"):
    ...     print(part)
    https://hub/hub/user-redirect/git-pull?repo=https%3A%2F%2Fhost%2Fcourse
    targetPath=course
    urlpath=lab%2Ftree%2Fcourse%2Fnotebooks%2Fa.ipynb
    """
    place = {"targetPath": "course", "urlpath": f"lab/tree/course/notebooks/{notebook}"}
    query = urlencode({"repo": repository} | place)
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{query}"


def title(path):
    """The first heading of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    lines = "".join("".join(c["source"]) + "\n" for c in cells if c["cell_type"] == "markdown")
    return next(line[2:] for line in lines.splitlines() if line.startswith("# "))


def main():
    parser = argparse.ArgumentParser(description="Print a link to each notebook on a hub.")
    parser.add_argument("hub", help="the hub's address")
    parser.add_argument("repository", help="the address that `git clone` takes")
    chosen = parser.parse_args()
    for path in sorted(NOTEBOOKS.rglob("*.ipynb")):
        if path.parent.name.startswith("."):  # a checkpoint
            continue
        notebook = path.relative_to(NOTEBOOKS).as_posix()
        print(f"- [{title(path)}]({link(chosen.hub, chosen.repository, notebook)})")


if __name__ == "__main__":
    main()
