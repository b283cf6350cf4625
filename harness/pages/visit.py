"""Going to a page, and being turned away there."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, Locator, Page

from harness.actors.ports import Refused


class PageFailed(AssertionError):
    """A page could not be had: a defect of the system or the harness, not somebody turned away."""


_watchers: WeakKeyDictionary[BrowserContext, Callable[[Page], None]] = WeakKeyDictionary()


def watch(context: BrowserContext, look: Callable[[Page], None]) -> None:
    """Let ``look`` see each page of ``context`` before it is left: a filled form, a question that was asked."""
    _watchers[context] = look


def _leave(page: Page) -> None:
    if (look := _watchers.get(page.context)) is not None and page.url != "about:blank":
        look(page)


def visit(page: Page, path: str) -> None:
    """Go to ``path`` and be there. Raises ``Refused`` with the page's text when it is forbidden, else ``PageFailed``.

    To be sent elsewhere, such as to sign in, is a failure: what is not there would read as nothing.
    """
    _leave(page)
    answer = page.goto(path)
    if answer is None or answer.ok:
        if urlsplit(page.url).path.rstrip("/") != urlsplit(path).path.rstrip("/"):
            raise PageFailed(f"{path} led to {page.url}")
        return
    text = page.get_by_role("main").or_(page.locator("body")).first.inner_text().strip()
    if answer.status == HTTPStatus.FORBIDDEN:
        raise Refused(text)
    raise PageFailed(f"{path} answered {answer.status}: {text[:300]}")


def settled(rows: Locator, nothing: Locator) -> None:
    """Wait until a list shows rows, or says that there are none; raises Playwright's ``TimeoutError`` if it does neither."""
    rows.or_(nothing).first.wait_for()


def follow(way: Locator) -> None:
    """Click what leads to another page, and be there."""
    _leave(way.page)
    with way.page.expect_navigation():
        way.click()
