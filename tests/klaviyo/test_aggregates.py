"""Counts of events over time."""

from typing import Any

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import CLOSED, EMAIL, HOST, STARTED, Caller, Json, only_error

PATH = "/api/metric-aggregates"
RANGE = ["greater-or-equal(datetime,2026-11-22T00:00:00)", "less-than(datetime,2026-11-24T00:00:00)"]
BO = "bo@klaviyo-demo.com"


def _ask(caller: Caller, account: Account, **attributes: Any) -> httpx.Response:
    metric = account.metrics.named(STARTED)
    assert metric is not None
    said = {"metric_id": metric.id, "measurements": ["count", "unique"], "filter": RANGE} | attributes
    return caller.post({"data": {"type": "metric-aggregate", "attributes": said}}, PATH)


@pytest.fixture(name="busy")
def _busy(caller: Caller, account: Account) -> Account:
    """Three events by two people on two days, one of another metric, one outside of the range."""
    caller.track(email=EMAIL, unique_id="1", time="2026-11-22T23:30:00Z", value=2, value_currency="USD")
    caller.track(email=EMAIL, unique_id="2", time="2026-11-23T00:30:00Z", value=3.5)
    caller.track(email=BO, unique_id="3", time="2026-11-23T01:00:00Z")
    caller.track(CLOSED, time="2026-11-23T01:00:00Z")
    caller.track(email=BO, unique_id="4", time="2026-11-24T00:00:00Z")
    return account


def test_days(caller: Caller, busy: Account) -> None:
    """Events and people are counted for each day; the later end is not part of the range."""
    response = _ask(caller, busy)

    document = response.json()
    assert response.status_code == 200
    assert document["data"]["id"].isdigit()
    assert document["data"]["attributes"] == {
        "dates": ["2026-11-22T00:00:00+00:00", "2026-11-23T00:00:00+00:00"],
        "data": [{"dimensions": [], "measurements": {"count": [1, 2], "unique": [1, 2]}}],
    }
    assert document["data"]["links"] == {"self": f"{HOST}{PATH}/"}
    assert document["links"] == {"self": f"{HOST}{PATH}", "next": None, "prev": None}
    assert response.headers["ratelimit-limit"] == "3, 3;w=1, 60;w=60"


@pytest.mark.parametrize(
    ("interval", "timezone", "expected"),
    [
        (
            "day",
            "America/New_York",
            {"2026-11-21T05:00:00+00:00": 0, "2026-11-22T05:00:00+00:00": 3, "2026-11-23T05:00:00+00:00": 0},
        ),
        ("week", "UTC", {"2026-11-16T00:00:00+00:00": 1, "2026-11-23T00:00:00+00:00": 2}),
        ("month", "UTC", {"2026-11-01T00:00:00+00:00": 3}),
    ],
)
def test_intervals(caller: Caller, busy: Account, interval: str, timezone: str, expected: Json) -> None:
    """Intervals begin at midnight of the asked time zone and are shown in UTC."""
    found = _ask(caller, busy, interval=interval, timezone=timezone).json()["data"]["attributes"]

    assert dict(zip(found["dates"], found["data"][0]["measurements"]["count"], strict=True)) == expected


def test_hours(caller: Caller, busy: Account) -> None:
    """By the hour there are 48 figures for two days."""
    found = _ask(caller, busy, interval="hour").json()["data"]["attributes"]

    assert len(found["dates"]) == 48
    counts = found["data"][0]["measurements"]["count"]
    assert {hour: count for hour, count in enumerate(counts) if count} == {23: 1, 24: 1, 25: 1}


def test_by_dimension(caller: Caller, busy: Account) -> None:
    """By a dimension there is a row for each value; an event without it has the empty one."""
    found = _ask(caller, busy, by=["$value_currency"], measurements=["sum_value"]).json()

    assert found["data"]["attributes"]["data"] == [
        {"dimensions": ["USD"], "measurements": {"sum_value": [2.0, 0.0]}},
        {"dimensions": [""], "measurements": {"sum_value": [0.0, 3.5]}},
    ]


def test_filter_by_dimension(caller: Caller, busy: Account) -> None:
    """A dimension can be filtered by."""
    found = _ask(caller, busy, filter=[*RANGE, 'equals($value_currency,"USD")']).json()

    assert found["data"]["attributes"]["data"][0]["measurements"]["count"] == [1, 0]


@pytest.mark.parametrize(
    ("attributes", "status", "pointer"),
    [
        ({"page_size": 499}, 400, "/data/attributes/page_size"),
        ({"timezone": "Europe/Kyiv"}, 400, "/data/attributes/timezone"),
        ({"timezone": "utc/nowhere"}, 400, "/data/attributes/timezone"),
        ({"filter": RANGE[:1]}, 400, "/data/attributes/filter"),
        (
            {"filter": ["greater-or-equal(datetime,9999-12-30)", "less-than(datetime,9999-12-31)"]},
            400,
            "/data/attributes/filter",
        ),
        ({"by": ["bogus"]}, 400, "/data/attributes/by"),
        ({"measurements": []}, 400, "/data/attributes/measurements"),
        ({"interval": "year"}, 400, "/data/attributes/interval"),
        ({"metric_id": "NOPE01"}, 404, "/data/"),
        ({"page_cursor": "x"}, 400, "/data/"),
    ],
)
def test_refusals(caller: Caller, busy: Account, attributes: Json, status: int, pointer: str) -> None:
    """What does not fit is refused at its place."""
    response = _ask(caller, busy, **attributes)

    assert (response.status_code, only_error(response)["source"]) == (status, {"pointer": pointer})


@pytest.mark.parametrize("by", [[], ["List"]])
def test_sort_leaks(caller: Caller, busy: Account, by: list[str]) -> None:
    """Any sort is refused with the words that leak (recorded in live notes), by rows or not."""
    response = _ask(caller, busy, sort="-count", by=by)

    assert response.status_code == 400
    assert only_error(response)["detail"] == "unsupported operand type(s) for +"


def test_sparse(caller: Caller, busy: Account) -> None:
    """Sparse fields cut the answer down."""
    metric = busy.metrics.named(STARTED)
    assert metric is not None
    said = {"metric_id": metric.id, "measurements": ["count"], "filter": RANGE}
    body = {"data": {"type": "metric-aggregate", "attributes": said}}

    response = caller.post(body, f"{PATH}?fields[metric-aggregate]=dates")

    assert list(response.json()["data"]["attributes"]) == ["dates"]
