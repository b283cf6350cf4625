"""What Klaviyo gets to see: exactly what the contract says, by the new API and by the legacy one."""

import json

import pytest

from tests.integration.bench import AT_SECONDS, CLOSED, CREATED, EMAIL, PRIVATE_KEY, PUBLIC_KEY, Bench, event

STARTED_NAME, CLOSED_NAME = "started conversation in Gladly", "closed conversation in Gladly"
WHICH = pytest.mark.parametrize(
    ("kind", "metric", "mark"), [(CREATED, STARTED_NAME, True), (CLOSED, CLOSED_NAME, False)]
)


@WHICH
def test_new_api(bench: Bench, kind: str, metric: str, mark: bool) -> None:
    """The new API gets metric, address and mark, the webhook's time and a lasting id, and nothing else."""
    bench.hear(event(kind))
    [call] = bench.events.calls
    assert json.loads(call.request.content) == {
        "data": {
            "type": "event",
            "attributes": {
                "properties": {},
                "time": "2026-11-23T09:58:00.250000+00:00",
                "unique_id": f"event-one:{EMAIL.lower()}",
                "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
                "profile": {
                    "data": {
                        "type": "profile",
                        "attributes": {"email": EMAIL, "properties": {"In Gladly Conversation": mark}},
                    }
                },
            },
        }
    }
    assert not bench.track.calls


def test_new_api_headers(bench: Bench) -> None:
    """The new API gets the private key, a revision and the media type of JSON:API."""
    bench.hear(event())
    headers = bench.events.calls[0].request.headers
    assert headers["Authorization"] == f"Klaviyo-API-Key {PRIVATE_KEY}"
    assert headers["revision"] == "2026-07-15"
    assert headers["Content-Type"] == headers["Accept"] == "application/vnd.api+json"


@WHICH
def test_legacy_api(bench: Bench, kind: str, metric: str, mark: bool) -> None:
    """Without a private key the legacy API gets the same by a form, with the public key and whole seconds."""
    bench.reopen(KLAVIYO_PRIVATE_KEY="", KLAVIYO_PUBLIC_KEY=PUBLIC_KEY)
    bench.hear(event(kind))
    assert bench.tracked() == [
        {
            "token": PUBLIC_KEY,
            "event": metric,
            "customer_properties": {"$email": EMAIL, "In Gladly Conversation": mark},
            "properties": {"$event_id": f"event-one:{EMAIL.lower()}"},
            "time": int(AT_SECONDS),
        }
    ]
    [call] = bench.track.calls
    assert call.request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in call.request.headers
    assert not bench.events.calls


def test_private_key_goes_first(bench: Bench) -> None:
    """With both keys set, the new API is spoken."""
    bench.reopen(KLAVIYO_PUBLIC_KEY=PUBLIC_KEY)
    bench.hear(event())
    assert (len(bench.events.calls), len(bench.track.calls)) == (1, 0)


def test_late_start_does_not_switch_mail_off(bench: Bench) -> None:
    """A started event that is sent after the closed one carries the mark of the closed one."""
    bench.hear(event(CLOSED, "closed", "2026-11-23T10:05:00Z"))
    bench.hear(event(CREATED, "created", "2026-11-23T10:00:00Z"))
    sent = [
        (
            each["metric"]["data"]["attributes"]["name"],
            each["profile"]["data"]["attributes"]["properties"]["In Gladly Conversation"],
        )
        for each in bench.sent()
    ]
    assert sent == [(CLOSED_NAME, False), (STARTED_NAME, False)]


def test_same_id_however_often_it_is_sent(bench: Bench) -> None:
    """A repeated attempt carries the same time and id, so that Klaviyo keeps one event."""
    bench.events.respond(503)
    bench.hear(event())
    bench.now += 100
    bench.service.work()
    first, second = bench.sent()
    assert first == second
