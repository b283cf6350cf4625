"""A metric's page: its address, its switcher and the tabs but for the feed."""

from typing import Any

import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.support import CLOSED, STARTED, Caller, profile_part

TABS = ["Chart", "Activity feed", "Cohorts", "Best people", "Activity map"]


def _path(account: Account, name: str = STARTED) -> str:
    metric = account.metrics.named(name)
    assert metric is not None
    return f"/metric/{metric.id}"


def _track(caller: Caller, times: dict[str, list[str]], **person: Any) -> None:
    """Track an event at each of the times of each address's local part."""
    for name, moments in times.items():
        for number, time in enumerate(moments):
            profile = profile_part(email=f"{name}@klaviyo-demo.com", **person)
            caller.track(time=time, profile=profile, unique_id=f"{time} {number}")


def test_address(caller: Caller, account: Account, browser: Browser) -> None:
    """The address is the metric's id and its name in small letters; with another name it leads there."""
    caller.track()
    for slug in ("", "/what-it-was-called", "/started-conversation-in-gladly"):
        browser.open(f"{_path(account)}{slug}?tab=cohorts")
        assert browser.path == f"{_path(account)}/started-conversation-in-gladly?tab=cohorts"


def test_name_without_letters(caller: Caller, account: Account, browser: Browser) -> None:
    """A metric whose name leaves nothing for an address has its id alone."""
    caller.track("…")
    browser.open(f"{_path(account, '…')}/anything")
    assert browser.path == _path(account, "…")


def test_no_such_metric(browser: Browser) -> None:
    """An id that nobody has is 404."""
    browser.open("/metric/AbCdEf", 404)
    browser.open("/metric?metric=AbCdEf", 404)


def test_from_the_list_to_the_feed(caller: Caller, browser: Browser) -> None:
    """The list leads to the metric's chart, its tabs to the rest, and ← Metrics back."""
    caller.track()
    browser.open("/analytics/metrics?search=gladly")
    page = browser.follow(STARTED)
    tabs = page.one("nav", aria_label="Views of this metric")
    assert [link.text for link in tabs.all("a")] == TABS
    assert tabs.one("a", aria_current="page").text == "Chart"
    for tab in TABS:
        page = browser.follow(tab)
        assert page.one("h1").text == STARTED
        assert page.one("a", tab).attributes["aria-current"] == "page"
        assert tab in page.one("head").one("title").text
        assert page.one("nav", aria_label="Main").one("a", aria_current="true").text == "Metrics"

    browser.follow("← Metrics")
    assert browser.path == "/analytics/metrics"


def test_switcher(caller: Caller, account: Account, browser: Browser) -> None:
    """The switcher has all metrics and leads to the same tab of another."""
    caller.track()
    caller.track(CLOSED)
    page = browser.open(f"{_path(account)}?tab=best-people")
    form = page.one("form", action="/metric")
    assert [option.text for option in page.field("Metric").all("option")] == [CLOSED, STARTED]

    page = browser.send(form, {"metric": _path(account, CLOSED).rpartition("/")[2]})
    assert page.one("h1").text == CLOSED
    assert page.one("a", "Best people").attributes["aria-current"] == "page"


def test_chart(caller: Caller, account: Account, browser: Browser) -> None:
    """The chart draws a bar for each day of the account's time zone; the table has the same numbers."""
    _track(
        caller,
        {
            "ann": [
                "2026-11-23T09:00:00Z",
                "2026-11-23T04:59:59Z",
                "2026-11-22T05:00:00Z",
                "2026-10-01T12:00:00Z",
            ]
        },
    )
    page = browser.open(_path(account))
    rows = page.rows("Events by day")

    assert len(rows) == 30
    assert rows[-2:] == [["Nov 22", "2"], ["Nov 23", "1"]]
    assert page.one("p", id="chart-says").text == "3 events since Oct 25, by day."
    bars = page.one("svg").all("rect")
    assert len(bars) == 30
    assert float(bars[-2].attributes["height"]) == 2 * float(bars[-1].attributes["height"]) > 0
    assert float(bars[0].attributes["height"]) == 0


@pytest.mark.parametrize(
    ("days", "interval", "last", "number"),
    [
        ("7", "day", ["Nov 23", "1"], 7),
        ("90", "week", ["Nov 23", "1"], 14),
        ("90", "month", ["Nov 2026", "3"], 4),
    ],
)
def test_chart_by_choice(
    caller: Caller,
    account: Account,
    browser: Browser,
    *,
    days: str,
    interval: str,
    last: list[str],
    number: int,
) -> None:
    """Range and interval can be chosen; weeks begin on Monday, months on the first."""
    _track(caller, {"ann": ["2026-11-23T09:00:00Z", "2026-11-22T15:00:00Z", "2026-11-02T12:00:00Z"]})
    form = next(form for form in browser.open(_path(account)).all("form") if form.all("label", "Range"))
    rows = browser.send(form, {"days": days, "interval": interval}).rows(f"Events by {interval}")

    assert (rows[-1], len(rows)) == (last, number)
    assert browser.page.field("Interval").one("option", interval.title()).attributes["selected"] == ""


def test_odd_choices(caller: Caller, account: Account, browser: Browser) -> None:
    """A tab, range or interval that does not exist shows the default."""
    caller.track()
    page = browser.open(f"{_path(account)}?tab=x&days=10000&interval=second")
    assert len(page.rows("Events by day")) == 30


def test_cohorts(caller: Caller, account: Account, browser: Browser) -> None:
    """People stand in the week of their first event, with those who had one in each week after."""
    _track(
        caller,
        {
            "ann": ["2026-11-09T12:00:00Z", "2026-11-10T12:00:00Z", "2026-11-23T09:00:00Z"],
            "bo": ["2026-11-15T12:00:00Z"],
            "cy": ["2026-11-17T12:00:00Z"],
            "old": ["2026-01-01T12:00:00Z", "2026-11-17T12:00:00Z"],
        },
    )
    rows = {row[0]: row[1:] for row in browser.open(f"{_path(account)}?tab=cohorts").rows("Cohorts")}

    assert list(rows)[-3:] == ["Nov 9", "Nov 16", "Nov 23"]
    assert rows["Nov 9"][:4] == ["2", "2 (100%)", "0 (0%)", "1 (50%)"]
    assert rows["Nov 16"][:3] == ["1", "1 (100%)", "0 (0%)"]
    assert rows["Nov 23"][:2] == ["0", "\N{EN DASH}"]


def test_best_people(caller: Caller, account: Account, browser: Browser) -> None:
    """Who has most events stands first."""
    _track(
        caller,
        {"ann": ["2026-11-09T12:00:00Z"], "bo": ["2026-11-15T12:00:00Z", "2026-11-16T12:00:00Z"]},
        first_name="Pat",
    )
    rows = browser.open(f"{_path(account)}?tab=best-people").rows("Best people")

    assert rows == [["1", "bo@klaviyo-demo.com Pat", "2"], ["2", "ann@klaviyo-demo.com Pat", "1"]]
    browser.follow("bo@klaviyo-demo.com")
    assert browser.path.startswith("/profile/")


def test_activity_map(caller: Caller, account: Account, browser: Browser) -> None:
    """Events are counted by their people's country and region; those with coordinates stand on the map."""
    boston = {"country": "United States", "region": "MA", "latitude": 42.36, "longitude": "-71.06"}
    _track(caller, {"ann": ["2026-11-09T12:00:00Z", "2026-11-10T12:00:00Z"]}, location=boston)
    _track(
        caller,
        {"bo": ["2026-11-10T12:00:00Z"]},
        location={"country": "Japan", "latitude": 420, "longitude": 0},
    )
    _track(caller, {"cy": ["2026-11-10T12:00:00Z"]})
    page = browser.open(f"{_path(account)}?tab=activity-map")

    assert page.rows("Activity by place") == [["United States", "MA", "2"], ["Japan", "—", "1"]]
    dot = page.one("circle")
    assert (dot.attributes["cx"], dot.attributes["cy"]) == ("108.94", "47.64")
    assert "1 event of people whose country and region are not known." in page.text


@pytest.mark.parametrize("tab", ["chart", "activity-feed", "cohorts", "best-people", "activity-map"])
def test_empty_views(caller: Caller, account: Account, browser: Browser, tab: str) -> None:
    """Every tab answers for a metric whose events all lie far back, under the metric's name."""
    _track(caller, {"ann": ["1990-01-01T00:00:00Z"]})
    page = browser.open(f"{_path(account)}?tab={tab}")
    assert page.one("h1").text == STARTED
