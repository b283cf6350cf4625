"""A change of a vendor's is named in words that a person understands, and nothing else is."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from harness.live.drift import look
from tests.live.drift_plants import Change, again, at, everywhere, plant
from tests.live.drift_world import world


@dataclass(frozen=True)
class Plant:
    """What is changed at which vendor, what is to be said of it, and which facts are no longer so."""

    vendor: str
    change: Change
    said: tuple[str, ...]
    facts: tuple[str, ...] = ()


def _each(name: str, change: Callable[[dict[str, Any]], None]) -> Callable[[Any], Any]:
    return lambda value: everywhere(value, name, change)


def _set(name: str, value: Any) -> Callable[[Any], Any]:
    return _each(name, lambda one: one.__setitem__(name, value))


def _headers(change: Callable[[bytes, bytes], tuple[bytes, bytes] | None]) -> Change:
    """Change each header of every answer, or leave it out."""

    def changed(_: httpx.Request, answer: httpx.Response) -> httpx.Response:
        kept = (change(name, value) for name, value in answer.headers.raw)
        return httpx.Response(
            answer.status_code, headers=[one for one in kept if one is not None], content=answer.content
        )

    return changed


def _other_status(request: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
    is_it = request.url.path == "/api/events/NOPE01"
    return again(answer, status_code=422) if is_it else None


def _other_media_type(_: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
    if not answer.headers.get("Content-Type", "").endswith("jsonlines"):
        return None
    headers = [*[one for one in answer.headers.raw if one[0] != b"Content-Type"]]
    return again(answer, headers=[*headers, (b"Content-Type", b"application/x-ndjson")])


def _with_z(one: dict[str, Any]) -> None:
    one["created"] = str(one["created"]).replace("+00:00", "Z")


def _backwards(document: Any) -> Any:
    return document | {"data": document["data"][::-1]} if isinstance(document.get("data"), list) else document


def _one_scope_more(one: dict[str, Any]) -> None:
    one["scopes"] = [*one["scopes"], "workflows:read"]


def _other_cursor(document: Any) -> Any:
    links = document["links"]
    if links.get("next"):
        cursor = base64.b64encode(json.dumps({"after": "01M83XJB9V6CFCXMTMH4R8A5GE"}).encode()).decode()
        links["next"] = f"https://a.klaviyo.com/api/profiles?page%5Bcursor%5D={cursor}"
    return document


def _archived(document: Any) -> Any:
    return _set("status", "ARCHIVED")(document)


def _renamed(one: dict[str, Any]) -> None:
    one["eventProperties"] = one.pop("event_properties")


def _more_columns(_: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
    if not answer.headers.get("Content-Type", "").startswith("text/csv") or not answer.content:
        return None
    first, rest = answer.text.split("\n", 1)
    return again(answer, content=f"{first},Channel\n{rest}".encode())


EVENTS = "Klaviyo GET /api/events, GET /api/events/{event}"
PLANTS = {
    "a renamed field": Plant(
        "Klaviyo",
        at("/api/events", _each("event_properties", _renamed)),
        (f"{EVENTS}: attributes.event_properties is called eventProperties",),
        ("klaviyo-event-has-four-attributes", "klaviyo-unique-id-stands-among-the-properties"),
    ),
    "another code": Plant(
        "Klaviyo",
        at("/api/metrics/NOPE01", _set("code", "no_such_object"), 404),
        (
            "Klaviyo GET /api/metrics/NOPE01: errors.code says `no_such_object`, where the fakes say `not_found`",
        ),
        ("klaviyo-unknown-metric-is-404",),
    ),
    "another status": Plant(
        "Klaviyo",
        _other_status,
        ("Klaviyo GET /api/events/NOPE01: answers 422, where the fakes answer 400",),
        ("klaviyo-malformed-event-id-is-400",),
    ),
    "a vanished header": Plant(
        "Gladly",
        _headers(lambda name, value: None if name == b"Gladly-Limited-Data" else (name, value)),
        (
            (
                "Gladly GET /api/v1/customers/{customer}/conversations, GET /api/v1/conversations/{conversation}/items,"
                " GET /api/v1/customers/{customer}/tasks: header Gladly-Limited-Data is gone"
            ),
        ),
        ("gladly-lists-tell-whether-they-are-cut",),
    ),
    "another letter case": Plant(
        "Klaviyo",
        _headers(lambda name, value: (b"ratelimit-reset" if name == b"RateLimit-Reset" else name, value)),
        (
            (
                "Klaviyo GET /api/accounts, POST /api/events, GET /api/metrics and 15 more: header RateLimit-Reset is"
                " written ratelimit-reset"
            ),
        ),
        (
            "klaviyo-header-names-begin-with-capitals",
            "klaviyo-limits-count-down-within-the-burst",
            "klaviyo-refusals-count-too",
        ),
    ),
    "another media type": Plant(
        "Gladly",
        _other_media_type,
        (
            (
                "Gladly GET /api/v1/events: the media type is application/x-ndjson, where the fakes send"
                " application/x-jsonlines"
            ),
        ),
        ("gladly-events-are-json-lines",),
    ),
    "another format of a time": Plant(
        "Klaviyo",
        at("/api/segments", _each("created", _with_z)),
        (
            (
                "Klaviyo GET /api/segments: attributes.created is moment YYYY-MM-DDThh:mm:ssZ, where the fakes send moment"
                " YYYY-MM-DDThh:mm:ss+hh:mm"
            ),
        ),
    ),
    "a null that is absent": Plant(
        "Klaviyo",
        at("/api/profiles", _each("anonymous_id", lambda one: one.pop("anonymous_id"))),
        (
            (
                "Klaviyo GET /api/profiles, GET /api/profiles/{profile}: attributes.anonymous_id is absent, where the fakes"
                " send null"
            ),
        ),
        ("klaviyo-profile-has-an-anonymous-id", "klaviyo-profile-shows-what-it-has-not-as-null"),
    ),
    "another order": Plant(
        "Klaviyo",
        lambda request, answer: (
            at("/api/metrics", _backwards)(request, answer) if not request.url.query else None
        ),
        ("Klaviyo GET /api/metrics: the items are descending by id, where those of the fakes are ascending",),
        ("klaviyo-metrics-are-in-the-order-of-their-ids",),
    ),
    "a new scope": Plant(
        "Klaviyo",
        at("/api/api-keys", _each("scopes", _one_scope_more)),
        ("Klaviyo GET /api/api-keys: attributes.scopes has `workflows:read`, which the fakes never send",),
    ),
    "another text of an error": Plant(
        "Gladly",
        at("/api/v1/conversations/", _set("detail", "there is no such conversation"), 404),
        (
            (
                "Gladly GET /api/v1/conversations/nobody-0000, PATCH /api/v1/conversations/nobody-0000: errors.detail says"
                " `there is no such conversation`, where the fakes say `conversation does not exist`"
            ),
        ),
        ("gladly-change-of-an-unknown-conversation-is-404",),
    ),
    "a cursor of another look": Plant(
        "Klaviyo",
        at("/api/profiles", _other_cursor),
        (
            (
                "Klaviyo GET /api/profiles: links.next is link /api/profiles?page[cursor]=base64 of object, where the fakes"
                " send link /api/profiles?page[cursor]=base64 of next::id::{id}"
            ),
        ),
        ("klaviyo-profile-cursor-says-next-and-id",),
    ),
    "a new state": Plant(
        "Gladly",
        at(
            "/api/v1/customers/", lambda found: [_archived(one) for one in found if "inboxId" in one] or found
        ),
        (
            "Gladly GET /api/v1/customers/{customer}/conversations: status has `ARCHIVED`, which the fakes never send",
        ),
        ("gladly-open-conversation-has-no-closing-time", "gladly-status-is-one-of-three"),
    ),
    "a column more": Plant(
        "Gladly",
        _more_columns,
        ("Gladly POST /api/v1/reports: there is a column Channel, which the fakes do not send",),
        ("gladly-timestamps-have-their-columns",),
    ),
}


@pytest.mark.parametrize("name", PLANTS)
def test_change_is_named(name: str) -> None:
    """The change is named with where it was met, and the facts that it makes untrue; nothing else is."""
    planted = PLANTS[name]
    changed = {planted.vendor.lower(): plant(planted.change)}
    report = look(world().asker(**changed))
    assert [str(one) for one in report.differences] == list(planted.said)
    assert sorted(one.fact.id for one in report.untrue) == sorted(planted.facts)
    assert report.has_drift


def test_no_change_is_no_drift() -> None:
    """Fakes that nobody has changed differ in nothing."""
    report = look(world().asker())
    assert ([str(one) for one in report.differences], report.untrue) == ([], [])
    assert not report.has_drift
