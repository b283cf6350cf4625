"""Going to a page, and being turned away there."""

from http import HTTPStatus

from playwright.sync_api import Locator, Page

from harness.actors.ports import Refused


class PageFailed(AssertionError):  # noqa: N818 - reads as what happened
    """A page could not be had: a defect of the system or the harness, not somebody turned away."""


def visit(page: Page, path: str) -> None:
    """Go to ``path``. Raises ``Refused`` with the page's text when it is forbidden, ``PageFailed`` on any other failure."""
    answer = page.goto(path)
    if answer is None or answer.ok:
        return
    text = page.get_by_role("main").or_(page.locator("body")).first.inner_text().strip()
    if answer.status == HTTPStatus.FORBIDDEN:
        raise Refused(text)
    raise PageFailed(f"{path} answered {answer.status}: {text[:300]}")


def follow(way: Locator) -> None:
    """Click what leads to another page, and be there."""
    with way.page.expect_navigation():
        way.click()
