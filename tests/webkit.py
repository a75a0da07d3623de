"""WebKitGTK's own browser, with as much of Playwright's page as shared steps use.

Playwright drives only a WebKit of its own build; Debian's is driven through WebDriver.
"""

import contextlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

WAIT = 10  # seconds until a step gives up
BROWSER = next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)
# In a container there is neither a graphics card nor room for a sandbox of its own.
SETTINGS = {"LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
# WebDriver cannot read the console, so the page itself notes what goes wrong after it has loaded.
LISTEN = """() => {
  window.wrongs = [];
  const note = (event) => window.wrongs.push(String(
    event.message ?? event.reason ?? `${event.violatedDirective} ${event.blockedURI}`));
  for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"])
    addEventListener(kind, note);
}"""
CALL = "const given = (%s); return typeof given === 'function' ? given(...arguments) : given;"
SEEN = """(...all) => all.map((one) =>
  one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 0)"""
NAMED = """(one, name, exact) => {
  const called = (one.ariaLabel ?? one.innerText).trim();
  return exact ? called === name : called.toLowerCase().includes(name.toLowerCase());
}"""


def missing():
    """What this machine lacks to run WebKit, or ""."""
    lacking = [name for name in ("WebKitWebDriver", "Xvfb") if not shutil.which(name)]
    if not BROWSER:
        lacking.append("MiniBrowser")
    if not importlib.util.find_spec("selenium"):
        lacking.append("selenium")
    return ", ".join(lacking)


@contextlib.contextmanager
def screen():
    """A screen that nobody sees; its name."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            yield f":{server.stdout.readline().decode().strip()}"
        finally:
            server.terminate()


@contextlib.contextmanager
def webkit_page(display):
    """A page of a fresh WebKit."""
    from selenium import webdriver

    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(BROWSER)
    options.add_argument("--automation")
    variables = {**os.environ, **SETTINGS, "DISPLAY": display}
    service = webdriver.WebKitGTKService(shutil.which("WebKitWebDriver"), env=variables)
    driver = webdriver.WebKitGTK(options=options, service=service)
    try:
        yield Page(driver)
    finally:
        driver.quit()


def until(look, what):
    """What a look gives as soon as it gives something."""
    from selenium.common.exceptions import NoSuchFrameException

    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        with contextlib.suppress(NoSuchFrameException):  # between two pages there is none
            if seen := look():
                return seen
        time.sleep(0.05)
    pytest.fail(f"WebKit never showed {what}")


class Page:
    """What Playwright calls a page."""

    def __init__(self, driver):
        self.driver = driver
        self.keyboard = self

    @property
    def messages(self):
        return self.evaluate("window.wrongs ?? []")

    @property
    def url(self):
        return self.driver.current_url

    def goto(self, url):
        self.driver.get(url)
        self.evaluate(LISTEN)

    def evaluate(self, script, *arguments):
        return self.driver.execute_script(CALL % script, *arguments)

    def wait_for_function(self, script):
        until(lambda: self.evaluate(script), script)

    def press(self, key):
        from selenium.webdriver import ActionChains, Keys

        named = {"ArrowLeft": Keys.LEFT, "ArrowRight": Keys.RIGHT, "ArrowDown": Keys.DOWN}
        keys = named.get(key) or getattr(Keys, key.upper(), key).replace("\n", Keys.ENTER)
        ActionChains(self.driver, duration=0).send_keys(keys).perform()

    type = press

    def locator(self, css):
        return Locator(self, lambda: [self.driver], "the page").locator(css)


class Locator:
    """What Playwright calls a locator: looked up anew each time."""

    def __init__(self, page, find, called):
        self.page, self.find, self.called = page, find, called

    def locator(self, css):
        plain = css.removesuffix(":visible")

        def find():
            parents = self.find()
            found = [parent.find_elements("css selector", plain) for parent in parents]
            every = list(itertools.chain.from_iterable(found))
            seen = self.page.evaluate(SEEN, *every) if plain != css else every
            return [one for one, kept in zip(every, seen, strict=True) if kept]

        return Locator(self.page, find, f"{self.called} {css}")

    def get_by_role(self, role, *, name, exact=False):
        buttons = self.locator(role)

        def find():
            return [one for one in buttons.find() if self.page.evaluate(NAMED, one, name, exact)]

        return Locator(self.page, find, f"{buttons.called} {name!r}")

    def nth(self, index):
        return Locator(self.page, lambda: self.find()[index:][:1], f"{self.called}, {index}")

    @property
    def first(self):
        return self.nth(0)

    def all(self):
        return [self.nth(index) for index in range(self.count())]

    def count(self):
        return len(self.find())

    def one(self):
        return until(self.find, self.called)[0]

    def evaluate(self, script, *arguments):
        return self.page.evaluate(script, self.one(), *arguments)

    def get_attribute(self, name):
        return self.evaluate("(one, name) => one.getAttribute(name)", name)

    def inner_text(self):
        return self.evaluate("(one) => one.innerText")

    def input_value(self):
        return self.evaluate("(one) => one.value")

    def is_checked(self):
        return self.evaluate("(one) => one.checked")

    def is_visible(self):
        return any(self.page.evaluate(SEEN, *self.find()))

    def wait_for(self):
        until(self.is_visible, self.called)

    def bounding_box(self):
        return self.one().rect

    def scroll_into_view_if_needed(self):
        # As far from a header that stays as can be.
        self.evaluate("(one) => one.scrollIntoView({ block: 'center', behavior: 'instant' })")

    def click(self, position=None):
        from selenium.webdriver import ActionChains

        self.scroll_into_view_if_needed()
        one = self.one()
        width, height = one.size["width"], one.size["height"]
        place = position or {"x": width / 2, "y": height / 2}
        hand = ActionChains(self.page.driver, duration=0)
        # WebDriver measures from the middle.
        hand.move_to_element_with_offset(one, place["x"] - width / 2, place["y"] - height / 2)
        hand.click().perform()

    def press(self, key):
        self.evaluate("(one) => one.focus()")
        self.page.press(key)

    def fill(self, text):
        self.evaluate("(one) => (one.focus(), one.select())")
        self.page.press(text)
