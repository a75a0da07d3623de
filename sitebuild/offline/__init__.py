"""The course to take along: one PDF, and the site as a zip, both made from the built site.

Usage: ``python -m sitebuild offline``, after ``python -m sitebuild site``. Both files lie in
``_build/offline`` and, with links on its landing page, in the site.
"""

import os
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import yaml

import lossfns
from sitebuild.changed import last_change
from sitebuild.ext.downloads import site_address
from sitebuild.offline.archive import pack, site_files
from sitebuild.offline.volume import bind, headings
from sitebuild.paths import BOOK, ROOT
from sitebuild.safe_files import write_whole
from sitebuild.site import HTML

NAME = "measuring-wrongness"
PDF, ZIP = f"{NAME}.pdf", f"{NAME}-site.zip"
DOCUMENT = "course.html"
OUT = ROOT / "_build" / "offline"
TYPEFACES = ROOT / ".venv" / "offline" / "node_modules" / "@fontsource"
FACES = ("source-sans-3", "source-code-pro")
WEIGHTS = ("400", "400-italic", "600", "600-italic", "700", "700-italic")
PLACE = re.compile(r'<div class="take-along">.*?</div>', re.DOTALL)
MEGABYTE = 1_000_000


def links(pages=0, pdf=0, site=0):
    """The landing page's place for both files, with their sizes in bytes; empty without them.

    >>> links()
    '<div class="take-along"></div>'
    """
    told = (
        "<p><strong>Take it along.</strong> "
        f'<a href="{PDF}">The whole course as a PDF</a> ({pages} pages, {megabytes(pdf)}), answers '
        f'at the end; or <a href="{ZIP}" download>this site as a zip</a> ({megabytes(site)}): '
        "unpack it, open <code>index.html</code>, and everything works without a network.</p>"
    )
    return f'<div class="take-along">{told if pages else ""}</div>'


def megabytes(size):
    """A size in bytes as people say it.

    >>> megabytes(5_349_000)
    '5.3 MB'
    """
    return f"{size / MEGABYTE:.1f} MB"


def with_links(landing, place):
    """The landing page's HTML with the place for both files as given.

    Raises
    ------
    ValueError
        The page has no such place, or more than one.
    """
    landing, count = PLACE.subn(lambda _: place, landing)
    if count != 1:
        raise ValueError(f'book/index.md must have one <div class="take-along"></div>, has {count}')
    return landing


def relative(path):
    """Where something lies, seen from the document: the same wherever the clone is."""
    return Path(os.path.relpath(path, OUT)).as_posix()


def styles():
    """The addresses of the typefaces and of the print's own stylesheet.

    Raises
    ------
    FileNotFoundError
        The typefaces are not installed.
    """
    named = [TYPEFACES / face / f"{weight}.css" for face in FACES for weight in WEIGHTS]
    own = Path(__file__).with_name("print.css")
    for path in (*named, own):
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: the typefaces are not installed")
        yield relative(path)


def course(config, contents, moment):
    """The document of the pages that a table of contents names, and its formulas."""
    site = site_address(config["sphinx"]["config"]["html_baseurl"])
    day = datetime.fromtimestamp(moment, UTC)
    lines = [
        "Loss functions, from squared error to cross-entropy",
        f"Version {lossfns.__version__}, {day.day} {day:%B %Y}",
        f"© {config['copyright']}",
        "This is the site on paper: an explorer shows one of its states, every answer stands at "
        "the end, and of lossfns each function's own help tells the rest."
        + (f" Turn the knobs at {site}" if site else ""),
    ]
    return bind(
        lambda name: (HTML / f"{name}.html").read_text(encoding="utf-8"),
        contents,
        title=config["title"],
        lines=lines,
        site=site,
        folder=f"{relative(HTML)}/",
        styles=styles(),
    )


def make():
    """Write both files and their links; what to say of them.

    Raises
    ------
    FileNotFoundError
        The site, the typefaces or the browser is missing.
    ModuleNotFoundError
        What writes the PDF is not installed.
    """
    from sitebuild.offline import press  # what it needs is installed by `make offline` alone

    landing = HTML / "index.html"
    if not landing.is_file():
        raise FileNotFoundError("the site is not built")
    moment = last_change(BOOK)
    config, contents = (
        yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
        for name in ("_config.yml", "_toc.yml")
    )
    bare = with_links(landing.read_text(encoding="utf-8"), links())
    files = site_files(HTML, without=(PDF, ZIP)) | {"index.html": bare.encode()}
    write_whole(OUT / ZIP, pack(files, folder=NAME, moment=moment))
    document, formulas = course(config, contents, moment)
    write_whole(OUT / DOCUMENT, document.encode())
    printed = press.print_document(OUT / DOCUMENT)
    pdf, pages = press.finish(
        printed,
        formulas,
        headings(document),
        title=config["title"],
        author=config["author"],
        moment=moment,
    )
    write_whole(OUT / PDF, pdf)
    for name in (PDF, ZIP):
        shutil.copyfile(OUT / name, HTML / name)
    sizes = [(OUT / name).stat().st_size for name in (PDF, ZIP)]
    write_whole(landing, with_links(bare, links(pages, *sizes)).encode())
    told = [
        f"{OUT / name}, {megabytes(size)}" for name, size in zip((PDF, ZIP), sizes, strict=True)
    ]
    return f"{pages} pages: {told[0]}\nThe site: {told[1]}\nBoth are linked from {landing}"


def main(arguments=()):
    try:
        print(make())
    except (FileNotFoundError, ModuleNotFoundError) as error:
        print(f"{error}; `make offline` brings all but the browser", file=sys.stderr)
        return 1
    return 0
