"""Pages of the tests' own making, in the session's browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from harness.chromium.session import BrowserSession
from harness.worlds.registry import why_no_browser


@pytest.fixture
def session(request: pytest.FixtureRequest) -> BrowserSession:
    """Return the session's browser; a machine without one skips the test."""
    if reason := why_no_browser():
        pytest.skip(reason)
    found: BrowserSession = request.getfixturevalue("browser_session")
    return found


@pytest.fixture
def page(session: BrowserSession) -> Iterator[Page]:
    """Yield an empty page in a context of its own that waits half a second at most."""
    context = session.open_context("http://127.0.0.1:9")
    context.set_default_timeout(500)
    yield context.new_page()
    context.close()
