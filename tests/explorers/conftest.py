"""Pages with explorers, as the site has them."""

import pytest

from lossfns.explorers import site_script, stylesheet
from tests.browser import serve
from tests.explorers.cards import BY_NAME, NAMES

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Explorers</title>
<link rel="stylesheet" href="explorers.css">
<link rel="stylesheet" href="page.css">
<script defer src="explorers.js"></script>
<body data-theme="light"><main><h1>Explorers</h1>{body}</main></body>
</html>
"""
THEME = """body { margin: 0; background: #fff; color: #1f2328; font: 16px/1.6 sans-serif; }
body[data-theme="dark"] { background: #131416; color: #e6e8eb; }
main { max-width: 46rem; margin: auto; padding: 0 1rem; }
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """One page for each explorer, and ``index.html`` with all of them."""
    folder = tmp_path_factory.mktemp("explorers")
    outputs = {name: BY_NAME[name]()._repr_mimebundle_()[0]["text/html"] for name in NAMES}
    for name, body in {**outputs, "index": "\n".join(outputs.values())}.items():
        (folder / f"{name}.html").write_text(PAGE.format(body=body), encoding="utf-8")
    (folder / "explorers.js").write_text(site_script(), encoding="utf-8")
    (folder / "explorers.css").write_text(stylesheet(), encoding="utf-8")
    (folder / "page.css").write_text(THEME, encoding="utf-8")
    (folder / "favicon.ico").write_bytes(b"")
    return folder


@pytest.fixture(scope="session")
def address(folder):
    """The folder's address, under a content security policy of ``script-src 'self'``."""
    with serve(folder) as address:
        yield address
