"""The report as people meet it: on a desk, on a phone, in the dark, on paper, by keyboard and by ear."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page

from harness.chromium.session import BrowserSession
from harness.evidence.accessibility import Accessibility
from harness.signoff.report.page import render
from harness.worlds.registry import why_no_browser
from tests.signoff.sample_kinds import SAMPLES
from tests.signoff.samples import write

DESK, PHONE = (1280, 900), (390, 844)
TODAY = date(2026, 11, 28)
ReportOf = Callable[[str], str]
FEW = ("UPG-16", "CON-03")
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true })"


@pytest.fixture(scope="module")
def report_of(tmp_path_factory: pytest.TempPathFactory) -> ReportOf:
    """Return what gives the address of a sample's report, of a few clauses only."""
    made: dict[str, Path] = {}

    def give(name: str) -> str:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            sample = SAMPLES[name]
            sample = dataclasses.replace(sample, clauses=FEW) if len(sample.clauses) > len(FEW) else sample
            made[name] = folder / "signoff.html"
            made[name].write_text(render(write(folder, sample), TODAY), encoding="utf-8")
        return made[name].as_uri()

    return give


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """Yield an empty page; a machine without a browser skips the test."""
    if reason := why_no_browser():
        pytest.skip(reason)
    session: BrowserSession = request.getfixturevalue("browser_session")
    context = session.open_context("http://127.0.0.1:9")
    yield context.new_page()
    context.close()


def size(page: Page, width: int, height: int) -> None:
    """Give the page's window a size."""
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, report_of: ReportOf, scheme: str) -> None:
    """No rule of accessibility is broken, with everything opened, light and dark."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(report_of("everything"))
    page.evaluate(OPEN_ALL)
    assert Accessibility().check(page) == []


@pytest.mark.parametrize("sample", ["failures", "stale", "merged", "hostile"])
def test_page_one_needs_no_scrolling(page: Page, report_of: ReportOf, sample: str) -> None:
    """At 1280 by 900 everything that page one answers is on the screen, however long the texts are."""
    size(page, *DESK)
    page.goto(report_of(sample))
    assert page.evaluate("document.querySelector('#verdict').getBoundingClientRect().bottom") <= DESK[1]


@pytest.mark.parametrize("sample", ["failures", "stale", "hostile"])
def test_a_phone_scrolls_in_one_direction(page: Page, report_of: ReportOf, sample: str) -> None:
    """Nothing is wider than the phone, closed or opened, and every world's verdict is on the screen."""
    size(page, *PHONE)
    page.goto(report_of(sample))
    width = "document.scrollingElement.scrollWidth"
    assert page.evaluate(width) <= PHONE[0]
    outside = "[...document.querySelectorAll('.worlds > span')].filter((one) => one.getBoundingClientRect().right > innerWidth).length"
    assert page.evaluate(outside) == 0
    assert page.locator(".clause").first.locator(".worlds > span").count() >= 3
    page.evaluate(OPEN_ALL)
    assert page.evaluate(width) <= PHONE[0]


def test_the_report_needs_no_network_and_no_script(page: Page, report_of: ReportOf) -> None:
    """Nothing is asked of anybody but pictures of the pack, and there is no script in it."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = report_of("hostile")
    page.goto(address)
    page.evaluate(OPEN_ALL)
    folder = address.rpartition("/")[0]
    assert [one for one in asked if not one.startswith(folder)] == []
    assert page.locator("script").count() == 0


def test_a_clause_is_opened_by_keyboard(page: Page, report_of: ReportOf) -> None:
    """Skip link, then a clause's row, then Enter: its scenarios are shown."""
    page.goto(report_of("failures"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the verdict"
    clause = page.locator("#UPG-16 > details")
    clause.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert clause.get_attribute("open") is not None
    assert clause.locator(".scenario").first.is_visible()


def test_a_picture_opens_its_file(page: Page, report_of: ReportOf) -> None:
    """Thumbnails load from the pack, and link the whole picture."""
    page.goto(report_of("failures"))
    page.evaluate(OPEN_ALL)
    picture = page.locator(".pictures a").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function(
        "(one) => one.complete && one.naturalWidth > 0", arg=picture.locator("img").element_handle()
    )
    assert picture.get_attribute("href") == picture.locator("img").get_attribute("src")


def test_headings_are_in_order(page: Page, report_of: ReportOf) -> None:
    """No level is left out on the way down, and every part stands in a landmark."""
    page.goto(report_of("failures"))
    page.evaluate(OPEN_ALL)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5')].map((one) => +one.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [after for before, after in pairwise(levels) if after > before + 1] == []


def test_paper_shows_scenarios_and_the_digest(page: Page, report_of: ReportOf) -> None:
    """On paper clauses are opened, so that what they rest on is printed, and there is room for a signature."""
    page.goto(report_of("green"))
    page.emulate_media(media="print")
    seen = "(one) => one.checkVisibility({contentVisibilityAuto: true}) && one.getBoundingClientRect().height > 0"
    assert page.locator("#UPG-16 .scenario > summary").first.evaluate(seen)
    assert page.locator("table.paper").is_visible()
    assert not page.locator("nav").is_visible()
