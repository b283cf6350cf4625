"""The webhook: whose calls are answered, what is taken, what is kept."""

import contextlib
import json
import sqlite3
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
    "nested without end": b'{"type": "CONVERSATION/CREATED", "content": ' + b"[" * 200_000,
    "a number without end": b'{"type": "PING", "id": ' + b"9" * 10_000 + b"}",
    "a name twice": b'{"type": "PING", "type": "CONVERSATION/CREATED"}',
    "too long": b'{"type": "PING", "id": "' + b"x" * 2_000_000 + b'"}',
    "an id that no database holds": event() | {"id": "a\x00b"},
    "half a character as id": event() | {"id": "\ud800"},
    "an id without end": event() | {"id": "x" * 10_000},
    "a time before time": event() | {"timestamp": "0001-01-01T00:00:00+14:00"},
    "a time after time": event() | {"timestamp": "9999-12-31T23:59:59-14:00"},
    "content that is a text": event() | {"content": "customerId"},
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


def assert_nothing_is_kept(bench: Bench) -> None:
    """Fail if there is anything to be done but to ask Gladly what was missed."""
    assert bench.service.work() is None
    assert {call.request.url.path for call in bench.router.calls} <= {"/api/v1/events"}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS.keys())
def test_stranger_gets_401(bench: Bench, headers: dict[str, str]) -> None:
    """Whoever has not the very credentials gets 401 with the scheme that is asked for, and nothing is kept."""
    answer = bench.post(event(), headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Basic")
    assert_nothing_is_kept(bench)


def test_stranger_learns_nothing(bench: Bench) -> None:
    """Whatever a stranger sends, and whatever answer it would like, the answer is the same to the last byte."""
    bodies = [b"", b"nonsense", b"{}", json.dumps(event()).encode(), b"[" * 100_000, b"x" * 3_000_000]
    wishes: list[dict[str, str]] = [{}, {"Accept": "application/xml"}, {"Accept": "text/html", "Origin": "x"}]
    answers = [
        bench.post(body, headers | wish)
        for body in bodies
        for wish in wishes
        for headers in (*STRANGERS.values(), {"Authorization": "Basic"})
    ]
    assert {(each.status_code, each.content) for each in answers} == {(401, b"")}
    assert len({str(each.headers) for each in answers}) == 1


def test_scheme_in_any_case(bench: Bench) -> None:
    """The scheme's name may be written in any case."""
    right = basic(USERNAME, PASSWORD)["Authorization"].removeprefix("Basic ")
    for scheme in ("basic", "BASIC", "bAsIc"):
        assert bench.post(event(), {"Authorization": f"{scheme} {right}"}).status_code == 200


@pytest.mark.parametrize("body", NO_EVENTS.values(), ids=NO_EVENTS.keys())
def test_what_is_no_event_gets_400(bench: Bench, body: Any) -> None:
    """What is no Gladly event, or lacks what is needed of one, gets 400, and nothing is kept."""
    assert bench.post(body).status_code == 400
    assert_nothing_is_kept(bench)


@pytest.mark.parametrize(
    "kind", ["PING", "CONVERSATION/REOPENED", "CONTACT/STARTED", "CUSTOMER_PROFILE/UPDATED", "SOMETHING/NEW"]
)
def test_events_of_no_use_get_200(bench: Bench, kind: str) -> None:
    """PING and all events of no use get exactly 200, with as little as a type, and cause nothing."""
    assert bench.post({"type": kind}).status_code == 200
    assert_nothing_is_kept(bench)


@pytest.mark.parametrize("kind", [CREATED, CLOSED])
def test_events_of_use_get_200(bench: Bench, kind: str) -> None:
    """A created or closed conversation gets 200 before any call goes out."""
    assert bench.post(event(kind)).status_code == 200
    assert not bench.router.calls


def test_unknown_fields_are_no_reason_to_refuse(bench: Bench) -> None:
    """Whatever else Gladly says one day, and however it is spelled, what is needed of it is taken."""
    more = event() | {"new": {"deep": [1, None, "\N{SNOWMAN}"]}, "number": 2**70}
    more["content"] |= {"conversationId": None, "context": "new"}
    bench.hear(more)
    assert len(bench.sent()) == 1


def test_what_cannot_be_kept_gets_503(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A webhook that the disk has no room for gets 503, so that Gladly repeats it, and is taken when there is room."""
    with contextlib.closing(sqlite3.connect(bench.folder / "outbox.db")) as database:
        database.execute("ALTER TABLE webhooks RENAME TO elsewhere")
        assert bench.post(event()).status_code == 503
        assert bench.post({"type": "PING"}).status_code == 200
        database.execute("ALTER TABLE elsewhere RENAME TO webhooks")
    assert "cannot be kept" in caplog.text
    bench.hear(event())
    assert len(bench.sent()) == 1


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
    assert bench.stream.call_count == 1
    assert call.request.url.path == f"/api/v1/customer-profiles/{CUSTOMER}"
    right = basic(ENV["GLADLY_USERNAME"], ENV["GLADLY_API_TOKEN"])
    assert call.request.headers["Authorization"] == right["Authorization"]
