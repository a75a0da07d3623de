"""A reader of the built site."""

import pytest

from tests.browser import watched_page


@pytest.fixture
def reader(chromium, site):
    """A page of a fresh browser; at the end nothing was said and nobody else was asked."""
    with watched_page(chromium, site, viewport={"width": 1280, "height": 720}) as page:
        page.address = site
        yield page
        assert page.messages == []
        assert page.elsewhere == []
