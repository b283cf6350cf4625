"""A browser's tab, and the ways to other pages in it: by an address, and by what leads there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from harness.errors import PageFailed, Refused, SignedOut

BLANK = "about:blank"


def _ignore(_page: Page) -> None:
    """Take no notice of a page that is left."""


@dataclass(frozen=True)
class WayIn:
    """Where a system sends whoever is not signed in, and what to do about it."""

    address: str
    todo: str


@dataclass(frozen=True)
class Tab:
    """A tab that page objects work in. ``on_leave`` is shown each page before it is left: a filled form, a question.

    ``way_in`` is known where a session may end while it is used.
    """

    page: Page
    on_leave: Callable[[Page], None] = _ignore
    way_in: WayIn | None = None

    def beside(self) -> "Tab":
        """Return a second tab of the same browser context: signed in alike, on a page of its own."""
        return replace(self, page=self.page.context.new_page())

    def visit(self, path: str) -> None:
        """Go to ``path`` and be there. Raises ``Refused`` with the page's text when it is forbidden, else ``PageFailed``.

        To be sent elsewhere, such as to sign in, is a failure: what is not there would read as nothing.
        """
        self._leave()
        answer = self.page.goto(path)
        if answer is None or answer.ok:
            where = urlsplit(self.page.url).path.rstrip("/")
            if where != urlsplit(path).path.rstrip("/"):
                self._refuse_way_in(path)
                raise PageFailed(f"{path} led to {self.page.url}")
            return
        text = self.text()
        if answer.status == HTTPStatus.FORBIDDEN:
            raise Refused(text)
        raise PageFailed(f"{path} answered {answer.status}: {text[:300]}")

    def text(self) -> str:
        """Return the text of the page, or of the part of it that is about what one came for."""
        return self.page.get_by_role("main").or_(self.page.locator("body")).first.inner_text().strip()

    def follow(self, way: Locator) -> None:
        """Click what leads to another page, and be there."""
        self._leave()
        with self.page.expect_navigation():
            way.click()
        self._refuse_way_in("a click")

    def _refuse_way_in(self, led_there: str) -> None:
        """Raise ``SignedOut`` if the tab is where nobody but those who are not signed in are sent."""
        if self.way_in is None:
            return
        if urlsplit(self.page.url).path.rstrip("/") == self.way_in.address.rstrip("/"):
            raise SignedOut(f"{led_there} led to signing in: {self.way_in.todo}")

    def _leave(self) -> None:
        if self.page.url != BLANK:
            self.on_leave(self.page)


def settled(rows: Locator, nothing: Locator) -> None:
    """Wait until a list shows rows, or says that there are none; raises Playwright's ``TimeoutError`` if it does neither."""
    rows.or_(nothing).first.wait_for()
