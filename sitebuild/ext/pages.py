"""What the pages of this course have beyond their text: asides, launch buttons, a card."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx.transforms import SphinxTransform

from sitebuild.paths import ROOT

ASIDES = ("Predict", "Checked", "Pause and recall", "Apply now", "Remember")
# GitLab's projects may lie in groups of groups.
HOSTED = re.compile(r"https://(github|gitlab)\.com/([^/]+(?:/[^/]+)*)/([^/]+)")


class Asides(SphinxTransform):
    """Give a block quote that opens with one of the course's bold words its class."""

    default_priority = 400

    def apply(self, **kwargs):
        for quotation in self.document.findall(nodes.block_quote):
            first = next(iter(quotation.findall(nodes.strong)), None)
            word = first.astext().rstrip(".:") if first else ""
            if word in ASIDES and quotation.astext().startswith(word):
                quotation["classes"] += ["aside", f"aside-{nodes.make_id(word)}"]


def repository(configured=""):
    """The repository's web address, or "" where nothing names one.

    Taken from `_config.yml`, or else the environment (`COURSE_REPOSITORY`, or GitHub's own
    variables in its workflows), or else the git remote `origin`.
    """
    address = configured or os.environ.get("COURSE_REPOSITORY", "")
    if not address and os.environ.get("GITHUB_REPOSITORY"):
        address = f"{os.environ['GITHUB_SERVER_URL']}/{os.environ['GITHUB_REPOSITORY']}"
    # A downloaded copy may lie in someone's own repository, whose address is not the course's.
    if not address and (ROOT / ".git").exists():
        remote = subprocess.run(
            ["git", "remote", "get-url", "origin"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        address = remote.stdout.strip()
    address = re.sub(r"^(?:ssh://)?git@([^:/]+)[:/]", r"https://\1/", address)
    address = re.sub(r"^(https?://)[^@/]+@", r"\1", address).removesuffix("/").removesuffix(".git")
    return address if re.fullmatch(r"https?://[^/\s]+(?:/[^/\s]+){2,}", address) else ""


def binder(address, branch, notebook):
    """The address that opens a notebook in JupyterLab on Binder; "" for an unknown host."""
    match = HOSTED.fullmatch(address)
    if not match:
        return ""
    host, owner, name = match.groups()
    source = f"gh/{owner}/{name}" if host == "github" else f"gl/{quote(f'{owner}/{name}', safe='')}"
    place = quote(f"lab/tree/notebooks/{notebook}", safe="")
    return f"https://mybinder.org/v2/{source}/{quote(branch, safe='')}?urlpath={place}"


def colab(address, branch, notebook):
    """The address that opens a notebook in Google Colab; "" where it is not on GitHub."""
    match = HOSTED.fullmatch(address)
    if not match or match[1] != "github":
        return ""
    place = quote(f"{match[2]}/{match[3]}/blob/{branch}/notebooks/{notebook}")
    return f"https://colab.research.google.com/github/{place}"


def add_page_context(app, pagename, templatename, context, doctree):
    """Name the addresses that the templates show."""
    # A folded cell's own words name it better than the label that MyST-NB gives it.
    if "body" in context:
        context["body"] = context["body"].replace(' aria-label="Toggle hidden content"', "")
    options = app.config.course_repository
    address = repository(options["url"] or "")
    source = Path(app.srcdir, pagename)
    notebook = f"{pagename}.ipynb" if source.with_suffix(".ipynb").is_file() else ""
    context["course_notebook"] = notebook
    for name, launch in (("binder", binder), ("colab", colab)) if notebook else ():
        context[f"course_{name}"] = launch(address, options["branch"], notebook)
    written = f"book/{pagename}.md"
    if address and (ROOT / written).is_file():
        context["course_edit"] = f"{address}/edit/{options['branch']}/{written}"


def setup(app):
    app.add_config_value("course_repository", {"url": "", "branch": "main"}, "html")
    app.add_transform(Asides)
    app.connect("html-page-context", add_page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
