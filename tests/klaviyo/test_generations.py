"""What an older revision that is still served does not know yet."""

from typing import Any

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import STARTED, Caller, Json, event_body, new_key, only_error


@pytest.fixture(name="metric_id")
def _metric_id(caller: Caller, account: Account) -> str:
    """The id of a metric with one event."""
    caller.track()
    metric = account.metrics.named(STARTED)
    assert metric is not None
    return metric.id


def _at(http: httpx.Client, account: Account, revision: str) -> Caller:
    return Caller(http, new_key(account).secret, revision)


@pytest.mark.parametrize(
    ("last_without", "first_with", "query", "source"),
    [
        (
            "2025-10-15",
            "2026-01-15",
            {"page__size": 5},
            {"pointer": "/data/attributes/page_size"},
        ),
        ("2026-01-15", "2026-04-15", {"filter": "has(metric)"}, {"parameter": "filter"}),
        ("2026-01-15", "2026-04-15", {"filter": 'equals(metric_id,["{metric}"])'}, {"parameter": "filter"}),
    ],
)
def test_reads_learned_with_a_revision(
    http: httpx.Client,
    account: Account,
    metric_id: str,
    *,
    last_without: str,
    first_with: str,
    query: Json,
    source: Json,
) -> None:
    """A page size, has(metric) and lists of metrics came with a revision; the one before refuses them."""
    asked = {name: str(value).replace("{metric}", metric_id) for name, value in query.items()}

    old = _at(http, account, last_without).get("/api/events", **asked)
    new = _at(http, account, first_with).get("/api/events", **asked)

    assert (old.status_code, only_error(old)["source"]) == (400, source)
    assert (new.status_code, len(new.json()["data"])) == (200, 1)


def test_page_size_of_an_older_revision(http: httpx.Client, account: Account) -> None:
    """The refusal is worded as for every endpoint without a page size, at a retired revision too."""
    for revision in ("2025-10-15", "2023-02-22"):
        error = only_error(_at(http, account, revision).get("/api/events", page__size=5))
        assert error["detail"] == "'page_size' is not a valid field for the resource 'event'."


@pytest.mark.parametrize(
    ("last_without", "first_with", "attributes", "detail"),
    [
        (
            "2026-01-15",
            "2026-04-15",
            {"backfill": True},
            "'backfill' is not a valid field for the resource 'event'.",
        ),
        ("2026-04-15", "2026-07-15", {"time": "1995-06-01"}, "Invalid input"),
    ],
)
@pytest.mark.parametrize("way", ["single", "bulk", "client"])
def test_events_learned_with_a_revision(
    http: httpx.Client,
    account: Account,
    *,
    last_without: str,
    first_with: str,
    attributes: Json,
    detail: str,
    way: str,
) -> None:
    """The backfill mark and times before 2000 came with a revision; the one before refuses them."""
    path, body, place = _event(account, way, attributes)

    old = _at(http, account, last_without).post(body, path)

    [name] = attributes
    assert old.status_code == 400
    assert (only_error(old)["detail"], only_error(old)["source"]) == (detail, {"pointer": f"{place}/{name}"})
    assert _at(http, account, first_with).post(body, path).status_code == 202


def _event(account: Account, way: str, attributes: Json) -> tuple[str, Any, str]:
    """Return path and body of a call that sends one event, and the place of that event's attributes."""
    single = event_body(**attributes)
    if way != "bulk":
        path = "/api/events" if way == "single" else f"/client/events?company_id={account.public_key}"
        return path, single, "/data/attributes"
    event = single["data"]["attributes"]
    person = event.pop("profile")
    entry = {"profile": person, "events": {"data": [{"type": "event", "attributes": event}]}}
    entries = {"data": [{"type": "event-bulk-create", "attributes": entry}]}
    job = {"type": "event-bulk-create-job", "attributes": {"events-bulk-create": entries}}
    place = "/data/attributes/events-bulk-create/data/0/attributes/events/data/0/attributes"
    return "/api/event-bulk-create-jobs", {"data": job}, place


def test_flat_event_of_2023(http: httpx.Client, account: Account) -> None:
    """The flat body of the revisions up to 2023-06-15, which fall forward, is refused."""
    flat = {
        "type": "event",
        "attributes": {"metric": {"name": STARTED}, "profile": {"$email": "a@b.co"}, "properties": {}},
    }

    reply = _at(http, account, "2023-06-15").post({"data": flat})

    assert (reply.status_code, only_error(reply)["source"]) == (400, {"pointer": "/data"})


def test_links_and_media_types_at_any_revision(http: httpx.Client, account: Account) -> None:
    """Both spellings of a path and both media types are served whatever revision is asked for."""
    caller = _at(http, account, "2024-07-15")
    for path in ("/api/events", "/api/events/"):
        for media in ("application/json", "application/vnd.api+json"):
            caller.headers["Content-Type"] = media
            assert caller.post(event_body(), path).status_code == 202
