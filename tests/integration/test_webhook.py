"""The webhook: whose calls are answered, what is taken, what is kept."""

import json
from typing import Any

import httpx
import pytest

from integration.webhook import PATH
from tests.integration.bench import AT_SECONDS, CLOSED, CREATED, CUSTOMER, ENV, Bench, basic, event

USERNAME, PASSWORD = ENV["WEBHOOK_USERNAME"], ENV["WEBHOOK_PASSWORD"]
STRANGERS: dict[str, dict[str, str]] = {
    "another password": basic(USERNAME, "no"),
    "another user": basic("no", PASSWORD),
    "no password": basic(USERNAME, ""),
    "another scheme": {"Authorization": f"Bearer {PASSWORD}"},
    "no scheme": {"Authorization": PASSWORD},
    "nothing": {},
}
NO_EVENTS: dict[str, Any] = {
    "nothing": b"",
    "no JSON": b"type=PING",
    "no UTF-8": b'{"type": "\xff"}',
    "a list": [event()],
    "null": None,
    "no type": {"id": "event-one"},
    "a number as type": event() | {"type": 7},
    "a type of nobody": event() | {"type": "created"},
    "no id": {key: value for key, value in event().items() if key != "id"},
    "an empty id": event() | {"id": ""},
    "a number as id": event() | {"id": 7},
    "no timestamp": {key: value for key, value in event().items() if key != "timestamp"},
    "a number as timestamp": event() | {"timestamp": 1_795_427_880},
    "no time": event() | {"timestamp": "just now"},
    "no content": event() | {"content": None},
    "no customer": event() | {"content": {}},
    "an empty customer": event() | {"content": {"customerId": ""}},
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS.keys())
def test_stranger_gets_401(bench: Bench, headers: dict[str, str]) -> None:
    """Whoever has not the very credentials gets 401 with the scheme that is asked for, and nothing is kept."""
    answer = bench.post(event(), headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Basic")
    assert (bench.accepted, bench.service.work()) == (0, None)


def test_stranger_learns_nothing_about_bodies(bench: Bench) -> None:
    """Without credentials a body that is no event gets 401 all the same."""
    assert bench.post(b"nonsense", basic("no", "body")).status_code == 401


@pytest.mark.parametrize("body", NO_EVENTS.values(), ids=NO_EVENTS.keys())
def test_what_is_no_event_gets_400(bench: Bench, body: Any) -> None:
    """What is no Gladly event, or lacks what is needed of one, gets 400, and nothing is kept."""
    assert bench.post(body).status_code == 400
    assert (bench.accepted, bench.service.work()) == (0, None)


@pytest.mark.parametrize(
    "kind", ["PING", "CONVERSATION/REOPENED", "CONTACT/STARTED", "CUSTOMER_PROFILE/UPDATED", "SOMETHING/NEW"]
)
def test_events_of_no_use_get_200(bench: Bench, kind: str) -> None:
    """PING and all events of no use get exactly 200, with as little as a type, and cause nothing."""
    assert bench.post({"type": kind}).status_code == 200
    assert (bench.accepted, bench.service.work()) == (0, None)


@pytest.mark.parametrize("kind", [CREATED, CLOSED])
def test_events_of_use_get_200_and_wake_the_dispatcher(bench: Bench, kind: str) -> None:
    """A created or closed conversation gets 200 and is announced, before any call goes out."""
    assert bench.post(event(kind)).status_code == 200
    assert bench.accepted == 1
    assert not bench.router.calls


def test_duplicate_is_stored_once(bench: Bench) -> None:
    """The same event, again at once and again after it was worked through, is reported once."""
    bench.hear(event(), event())
    bench.hear(event())
    assert len(bench.sent()) == 1


def test_events_with_other_ids_are_not_duplicates(bench: Bench) -> None:
    """Two events of one customer at one moment are two."""
    bench.hear(event(), event(event_id="event-two"))
    assert len(bench.sent()) == 2


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        ("2026-11-23T09:58:00.250Z", AT_SECONDS),
        ("2026-11-23T10:58:00.250+01:00", AT_SECONDS),
        ("2026-11-23T09:58:00Z", AT_SECONDS - 0.25),
    ],
)
def test_timestamps(bench: Bench, at: str, seconds: float) -> None:
    """A timestamp is read with its offset, with or without a fraction."""
    bench.reopen(KLAVIYO_PRIVATE_KEY="", KLAVIYO_PUBLIC_KEY="AbC123")
    bench.hear(event(at=at))
    assert [each["time"] for each in bench.tracked()] == [int(seconds)]


@pytest.mark.parametrize("path", ["/", PATH + "/", "/webhooks"])
def test_other_paths(bench: Bench, path: str) -> None:
    """There is one path."""
    with httpx.Client(transport=httpx.WSGITransport(bench.service.app), base_url="http://app") as client:
        answer = client.post(path, content=json.dumps(event()), auth=(USERNAME, PASSWORD))
    assert answer.status_code == 404


def test_only_the_customer_is_asked_about(bench: Bench) -> None:
    """An event leads to one question to Gladly, with the API user's credentials, for the customer it names."""
    bench.hear(event())
    [call] = bench.profile.calls
    assert call.request.url.path == f"/api/v1/customer-profiles/{CUSTOMER}"
    right = basic(ENV["GLADLY_USERNAME"], ENV["GLADLY_API_TOKEN"])
    assert call.request.headers["Authorization"] == right["Authorization"]
