"""Analytics > Metrics: searching, counting, paging."""

import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.users import Role
from tests.klaviyo.pages.browsing import Browser, user_of
from tests.klaviyo.pages.dom import Node
from tests.klaviyo.support import CLOSED, STARTED, Caller

METRICS = "/analytics/metrics"


def _names(page: Node) -> list[str]:
    return [row[0] for row in page.rows("Metrics")]


def _search(browser: Browser, **fields: str) -> Node:
    return browser.send(browser.page.one("form", role="search"), fields)


@pytest.fixture(name="metrics")
def _metrics(caller: Caller, browser: Browser) -> Browser:
    """A browser on the metrics of an account that has three."""
    for name in (STARTED, CLOSED, "Placed Order"):
        caller.track(name)
    browser.open(METRICS)
    return browser


def test_search(metrics: Browser) -> None:
    """Searching finds parts of names whatever their case; the address holds it, and Clear leads back to all."""
    assert _names(_search(metrics, search="gLADLY ")) == [CLOSED, STARTED]
    assert "search=gLADLY" in metrics.path
    assert metrics.page.field("Search metrics").attributes["value"] == "gLADLY "

    assert len(_names(metrics.follow("Clear"))) == 3
    assert metrics.path == METRICS


def test_integrations(metrics: Browser) -> None:
    """The filter begins with All integrations and has the one there is; another one has no metrics."""
    options = metrics.page.field("Integration").all("option")
    assert [option.text for option in options] == ["All integrations", "API"]

    assert len(_names(_search(metrics, integration="api"))) == 3
    assert "No metrics match." in metrics.open(f"{METRICS}?integration=shop").text


def test_nothing_found(metrics: Browser) -> None:
    """A search without results says so and leads back."""
    assert "No metrics match." in _search(metrics, search="zzz").text
    assert len(_names(metrics.follow("Show all metrics"))) == 3


def test_no_metric_yet(browser: Browser) -> None:
    """An account without events says that there is no metric yet."""
    page = browser.open(METRICS)
    assert "No metric yet." in page.text
    assert "No metrics match." not in page.text


def test_counts(caller: Caller, browser: Browser) -> None:
    """A row has the last 30 days with the change against the 30 before, and all of time."""
    times = ["2026-11-23T09:00:00Z", "2026-10-24T10:00:04Z", "2026-10-24T10:00:02Z", "2026-08-01T00:00:00Z"]
    for number, time in enumerate(times):
        caller.track(time=time, unique_id=str(number))

    assert browser.open(METRICS).rows("Metrics") == [[STARTED, "2 (+1)", "4"]]


def test_pager(caller: Caller, browser: Browser) -> None:
    """Pages have 25 rows or as many as are chosen; the pager keeps the search and marks where one is."""
    for number in range(30):
        caller.track(f"metric {number:02}")
    page = browser.open(f"{METRICS}?search=metric")
    assert len(_names(page)) == 25
    pages = page.one("nav", aria_label="Pages")
    assert [link.text for link in pages.all("a")] == ["1", "2", "Next >"]
    assert pages.one("a", aria_current="page").text == "1"

    assert _names(browser.follow("Next >")) == [f"metric {number}" for number in range(25, 30)]
    assert browser.page.one("nav", aria_label="Pages").one("a", aria_current="page").text == "2"
    form = next(form for form in browser.page.all("form") if form.all("label", "Rows per page"))
    assert [option.text for option in form.all("option")] == ["10", "25", "50", "100"]
    assert len(_names(browser.send(form, {"rows": "10"}))) == 10
    assert "search=metric" in browser.path
    assert len(_names(browser.follow("3"))) == 10


@pytest.mark.parametrize(
    "query", ["page=0", "page=99", "page=x", "rows=7", "rows=-1", "page=²", "page=" + "9" * 5000]
)
def test_odd_pages(metrics: Browser, query: str) -> None:
    """A page or a number of rows that does not exist shows the nearest that does."""
    assert len(_names(metrics.open(f"{METRICS}?{query}"))) == 3


@pytest.mark.parametrize("role", list(Role))
def test_roles(stranger: Browser, account: Account, caller: Caller, role: Role) -> None:
    """Only a Content Creator is turned away from metrics, profiles and segments, and has no links to them."""
    caller.track()
    [metric], [person] = account.metrics.all(), account.profiles.all()
    allowed = role is not Role.CONTENT_CREATOR
    page = stranger.sign_in(user_of(account, role))

    assert bool(page.all("a", "Metrics") and page.all("a", "Profiles")) == allowed
    for path in (
        METRICS,
        f"/metric/{metric.id}",
        f"/metric?metric={metric.id}",
        "/profiles",
        f"/profile/{person.id}",
        "/segments",
    ):
        stranger.open(path, 200 if allowed else 403)
