"""What a page costs does not grow with the events that it does not show."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.events import events, feed
from fakes.klaviyo.rules.events.events import Event, EventDraft
from fakes.klaviyo.rules.profiles import ProfileChange
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.support import STARTED

PAGES = [
    "/analytics/metrics",
    "{metric}",
    "{metric}?tab=activity-feed",
    "{metric}?tab=best-people",
    "{profile}",
]


def _fill(account: Account, count: int) -> None:
    now = account.clock.now()
    for number in range(count):
        person = ProfileChange(email=f"person{number % 10}@klaviyo-demo.com")
        draft = EventDraft(
            STARTED, {"number": number}, now - timedelta(minutes=number), unique_id=str(number)
        )
        account.submit(person, draft)


@pytest.fixture(name="counted")
def _counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Counts places that are looked at to find events, events that are gone over, and events that are decoded."""
    counted = {"places": 0, "gone over": 0, "decoded": 0}
    span = events._span  # noqa: SLF001 - where every event that is read comes from

    def counting(*args: Any) -> Iterator[Event]:
        for event in span(*args):
            counted["gone over"] += 1
            yield event

    def place(event: Event) -> tuple[int, str]:
        counted["places"] += 1
        return event.timestamp, event.id

    def properties(event: Event) -> Any:
        counted["decoded"] += 1
        return json.loads(event.stored)

    monkeypatch.setattr(events, "_place", place)
    monkeypatch.setattr(events, "_span", counting)
    monkeypatch.setattr(Event, "properties", property(properties))
    return counted


@pytest.mark.parametrize("path", PAGES)
def test_pages_look_at_what_they_show(
    browser: Browser, account: Account, counted: dict[str, int], path: str
) -> None:
    """With ten times the events a page goes over and decodes as many, those it shows, and looks at hardly more places."""
    costs = []
    for size in (300, 3_000):
        _fill(account, size)
        [metric], person = account.metrics.all(), account.profiles.all()[0]
        counted.update(dict.fromkeys(counted, 0))
        browser.open(path.format(metric=f"/metric/{metric.id}", profile=f"/profile/{person.id}"))
        costs.append(dict(counted))

    for what, most in (("decoded", feed.PAGE_SIZE), ("gone over", feed.PAGE_SIZE + 1)):
        assert costs[0][what] == costs[1][what] <= most
    assert costs[1]["places"] <= 1.5 * costs[0]["places"] + 20


def test_a_filter_decodes_what_may_fit(browser: Browser, account: Account, counted: dict[str, int]) -> None:
    """A filter decodes only events in whose stored bytes name and value stand."""
    _fill(account, 3_000)
    [metric] = account.metrics.all()
    counted.update(dict.fromkeys(counted, 0))
    browser.open(f"/metric/{metric.id}?tab=activity-feed&property=number&value=2987")

    assert len(browser.page.one("ol", aria_label="Activity feed").all("li")) == 1
    assert counted["decoded"] <= 3


def test_a_filter_that_nothing_fits_stops(
    browser: Browser, account: Account, counted: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter that nothing fits goes over as many events as a page may, and decodes none."""
    monkeypatch.setattr(feed, "MOST_LOOKED_AT", 500)
    _fill(account, 1_000)
    [metric] = account.metrics.all()
    counted.update(dict.fromkeys(counted, 0))
    browser.open(f"/metric/{metric.id}?tab=activity-feed&property=number&value=nothing")

    assert counted["gone over"] <= 501
    assert counted["decoded"] == 0
