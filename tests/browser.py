"""What the browser tests share: browsers, a server as a host would be, and a watchful page."""

import contextlib
import gzip
import http.server
import os
import shutil
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from sitebuild.browser import FLAGS, find_chromium
from sitebuild.ext.policy import POLICY
from sitebuild.paths import ROOT

HTML = ROOT / "_build" / "html"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Chromium's word when a test asks where something stands that a page holds back: no fault of it.
HELD_BACK = "Rendering was performed in a subtree hidden by content-visibility."


class GzipHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files compressed, as any static host does, with a content security policy."""

    policy = "script-src 'self'"
    compress = staticmethod(partial(gzip.compress, mtime=0))

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = self.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the page moved on
            self.wfile.write(body)


class StrictHandler(GzipHandler):
    """Serves the site as its own header asks."""

    policy = POLICY


@contextlib.contextmanager
def serve(folder, handler=GzipHandler):
    """The address of a server of a folder, as long as the block lasts."""
    handler = partial(handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refuse(message):
    """What a test needs is missing: that fails in CI, and skips elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def player():
    """Playwright, which a worker may start only once."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(request):
    """One Chromium for all tests of a worker."""
    path = find_chromium()
    if not path:
        refuse("no Chromium was found: install Debian's chromium, or name one in CHROMIUM")
    player = request.getfixturevalue("player")
    browser = player.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(request):
    """One Firefox, as its maker ships it, over WebDriver BiDi."""
    path = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    if not path:
        refuse("no Firefox was found: install Debian's firefox-esr, or name one in FIREFOX")
    player = request.getfixturevalue("player")
    browser = player.firefox.launch(channel="moz-firefox", executable_path=path)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def site():
    """The address of the built site."""
    assert (HTML / "index.html").is_file(), "the site is not built: run `make book`"
    with serve(HTML, StrictHandler) as address:
        yield address


@contextlib.contextmanager
def watched_page(browser, address, **options):
    """A page that may ask nobody but its own server; what it asks and says is noted."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.elsewhere, page.messages = [], []

    def route(request):
        url = request.request.url
        if url.startswith((address, "data:", "blob:", "file:")):
            request.continue_()
        else:
            page.elsewhere.append(url)
            request.abort()

    def note(message):
        if message.text != HELD_BACK:
            page.messages.append(message.text)

    page.route("**/*", route)
    page.on("console", note)
    page.on("pageerror", lambda error: page.messages.append(str(error)))
    try:
        yield page
    finally:
        context.close()


@pytest.fixture
def opened(chromium, address):
    """Open a page of the folder; at the end nothing was said and nobody else was asked."""
    contexts = []

    def open_page(path, *, before=None, now=None, **options):
        context = watched_page(chromium, address, **options)
        page = context.__enter__()
        contexts.append((context, page))
        if now is not None:
            page.clock.install(time=now / 1000)
        if before:
            page.add_init_script(before)
        page.goto(address + path)
        return page

    yield open_page
    for context, page in contexts:
        messages, elsewhere = page.messages, page.elsewhere
        context.__exit__(None, None, None)
        assert messages == []
        assert elsewhere == []


def wait_until(page, expression, argument=None):
    """Wait until something is true of a page, whose policy lets nothing in it evaluate text."""
    end = time.monotonic() + 30
    while not page.evaluate(expression, argument):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(20)


def axe_findings(page):
    """What axe finds on a page, one line a finding, with the first place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Of WCAG 2.2, which axe leaves out unless asked.
    more = "{ rules: { 'target-size': { enabled: true } } }"
    violations = page.evaluate(f"axe.run({more}).then((result) => result.violations)")
    return [
        f"{finding['id']} ({len(finding['nodes'])}): {finding['nodes'][0]['html'][:160]} "
        f"{finding['nodes'][0]['failureSummary'][:200]}"
        for finding in violations
    ]
