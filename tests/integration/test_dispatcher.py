"""The dispatcher: tries again, waits as it is told to, parks what a refused key holds up, gives up on what is hopeless."""

import contextlib
import json
import logging
import sqlite3

import httpx
import pytest

from tests.integration.bench import AT_SECONDS, CLOSED, EMAIL, PUBLIC_KEY, SECRETS, Bench, event

REFUSAL = {"errors": [{"status": 403, "code": "permission_denied"}]}
"""What makes a refusal the API's own: it is JSON."""

FAILURES: dict[str, httpx.Response | type[Exception]] = {
    "500": httpx.Response(500),
    "502": httpx.Response(502, text="<html>"),
    "503": httpx.Response(503),
    "404, as from a wrong address": httpx.Response(404),
    "408": httpx.Response(408),
    "400 of nobody": httpx.Response(400, text="bad"),
    "200": httpx.Response(200),
    "a page where 202 is due": httpx.Response(200, html="<p>Welcome"),
    "302": httpx.Response(302, headers={"Location": "https://elsewhere.test/"}),
    "silence": httpx.ReadTimeout,
    "cut off": httpx.ReadError,
    "half an answer": httpx.RemoteProtocolError,
    "nobody there": httpx.ConnectError,
}


def waits_of(bench: Bench) -> list[float]:
    """Return the first nine waits of an event that nobody takes."""
    due, waits = bench.hear(event()), []
    for _ in range(9):
        assert due is not None
        waits.append(due - bench.now)
        bench.now = due
        due = bench.service.work()
    return waits


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())
def test_failure_is_tried_again(bench: Bench, answer: httpx.Response | type[Exception]) -> None:
    """Anything but 202 from the new API, short of a refusal, is tried again half a second later, and then done."""
    bench.events.mock(side_effect=[answer, httpx.Response(202)])
    assert bench.hear(event()) == bench.now + 0.5
    assert bench.service.work() == bench.now + 0.5
    assert len(bench.sent()) == 1
    bench.now += 0.5
    assert bench.service.work() is None
    assert bench.sent_to() == [EMAIL, EMAIL]


def test_retry_after_is_heeded(bench: Bench) -> None:
    """When Klaviyo names a wait, no attempt is made before it is over."""
    bench.events.respond(429, headers={"Retry-After": "42"})
    due = bench.hear(event())
    assert due == bench.now + 42
    bench.now += 41.9
    bench.service.work()
    assert len(bench.sent()) == 1
    bench.now += 0.1
    bench.service.work()
    assert len(bench.sent()) == 2


@pytest.mark.parametrize("wait", ["0", "", "soon", "-5", "0.5", "Mon, 23 Nov 1970 10:00:00 GMT", None])
def test_wait_that_says_nothing(bench: Bench, wait: str | None) -> None:
    """Whoever is asked to wait, without a word for how long, waits a second."""
    bench.events.respond(429, headers={} if wait is None else {"Retry-After": wait})
    assert bench.hear(event()) == bench.now + 1


def test_unnamed_wait_grows(bench: Bench) -> None:
    """Without a word for how long, the pause grows like any wait of our own, up to a minute."""
    bench.events.respond(429)
    assert waits_of(bench) == [1, 1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize(
    ("wait", "date", "seconds"),
    [
        ("90", None, 90),
        ("1.5", None, 1.5),
        ("Mon, 23 Nov 2026 09:58:42 GMT", None, 39.75),
        ("Tue, 24 Nov 2026 00:00:42 GMT", "Tue, 24 Nov 2026 00:00:00 GMT", 42),
        ("99999999999", None, 86_400),
    ],
    ids=["seconds", "a fraction", "a date", "a date by Klaviyo's clock", "for ever"],
)
def test_waits_are_read(bench: Bench, wait: str, date: str | None, seconds: float) -> None:
    """A wait is a number of seconds or a date by Klaviyo's clock, and a day at the most."""
    headers = {"Retry-After": wait} | ({"Date": date} if date else {})
    bench.events.respond(429, headers=headers)
    assert bench.hear(event()) == bench.now + seconds


@pytest.mark.parametrize("keys", [{}, {"KLAVIYO_PRIVATE_KEY": "", "KLAVIYO_PUBLIC_KEY": PUBLIC_KEY}])
def test_pause_is_the_accounts(bench: Bench, keys: dict[str, str]) -> None:
    """While Klaviyo wants to be left alone no other event goes out, not after a restart, and not when it asks again."""
    bench.reopen(**keys)
    route = bench.track if keys else bench.events
    route.mock(side_effect=[httpx.Response(429, headers={"Retry-After": "10"})] * 2)
    bench.hear(event())
    bench.reopen(**keys)
    for number in range(10):
        assert bench.hear(event(event_id=f"event-{number}")) == AT_SECONDS + 12
        bench.now += 0.99
    assert len(route.calls) == 1
    bench.now = AT_SECONDS + 12
    assert bench.service.work() == bench.now + 10
    assert len(route.calls) == 2
    route.mock(side_effect=None, return_value=httpx.Response(200, text="1") if keys else httpx.Response(202))
    bench.now += 10
    assert bench.service.work() is None
    assert len(route.calls) == 13


def test_failure_that_names_a_wait(bench: Bench) -> None:
    """A 503 that names a wait is a pause too."""
    bench.events.respond(503, headers={"Retry-After": "20"})
    assert bench.hear(event(), event(event_id="event-two")) == bench.now + 20
    assert len(bench.sent()) == 1


def test_waits_double_up_to_a_minute(bench: Bench) -> None:
    """The waits double from half a second up to a minute, and stay there."""
    bench.events.respond(500)
    assert waits_of(bench) == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_day_of_failures(bench: Bench) -> None:
    """After a day of attempts, more than a power of two can count, the wait is still a minute."""
    bench.events.respond(500)
    bench.hear(event())
    with contextlib.closing(sqlite3.connect(bench.folder / "outbox.db")) as database, database:
        database.execute("UPDATE events SET attempts = 14400")
    bench.now += 60
    assert bench.service.work() == bench.now + 60


def test_attempts_survive_a_restart(bench: Bench) -> None:
    """A new dispatcher goes on with the wait where the old one stopped, and does not try before it is over."""
    bench.events.respond(500)
    due = bench.hear(event())
    bench.reopen()
    assert bench.service.work() == due == bench.now + 0.5
    assert len(bench.sent()) == 1
    bench.now += 0.5
    assert bench.service.work() == bench.now + 1


@pytest.mark.parametrize("status", [401, 403, 410])
def test_refused_key_parks_everything(bench: Bench, caplog: pytest.LogCaptureFixture, status: int) -> None:
    """A refused key parks all events but for one attempt a minute, with the oldest; the log says so once."""
    bench.events.respond(status, json=REFUSAL)
    begun = bench.now
    with caplog.at_level(logging.WARNING):
        for number in range(300):
            due = bench.hear(event(event_id=f"event-{number}"))
            bench.now += 1
    assert due == begun + 300
    assert [each["unique_id"].split(":")[0] for each in bench.sent()] == ["event-0"] * 5
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert f"status {status}" in caplog.text


def test_refused_key_stays_refused_over_a_restart(bench: Bench) -> None:
    """A restart with the same key is no reason to try it at once; nor is it when another was tried in between."""
    bench.events.respond(401)
    bench.hear(event())
    bench.reopen()
    assert bench.service.work() == bench.now + 60
    bench.reopen(KLAVIYO_PRIVATE_KEY="pk_another")
    bench.service.work()
    bench.reopen()
    assert bench.service.work() == bench.now + 60
    assert len(bench.sent()) == 2


def test_key_that_was_mended(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """When the attempt of the minute is taken, everything goes out at once."""
    bench.events.respond(403, json=REFUSAL)
    bench.hear(event(), event(event_id="event-two"))
    bench.events.respond(202)
    bench.now += 60
    assert bench.service.work() is None
    assert len(bench.sent()) == 3
    assert "taken again" in caplog.text


def test_refusal_is_no_failure(bench: Bench) -> None:
    """Attempts with a refused key do not count: a mended one is not waited for longer and longer."""
    bench.events.respond(401)
    bench.hear(event())
    for _ in range(9):
        bench.now += 60
        bench.service.work()
    bench.events.respond(500)
    bench.now += 60
    assert bench.service.work() == bench.now + 60  # the next attempt of the minute
    bench.reopen(KLAVIYO_PRIVATE_KEY="pk_another")
    assert bench.service.work() == bench.now + 0.5


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize("keys", [{}, {"KLAVIYO_PRIVATE_KEY": "", "KLAVIYO_PUBLIC_KEY": PUBLIC_KEY}])
def test_page_in_front_parks_nothing(bench: Bench, keys: dict[str, str], status: int) -> None:
    """A refusal that is a page and not the API's own error is tried again after the usual wait, with the same key."""
    bench.reopen(**keys)
    route = bench.track if keys else bench.events
    taken = httpx.Response(200, text="1") if keys else httpx.Response(202)
    page = httpx.Response(
        status, html="<title>Just a moment...</title>", headers={"cf-mitigated": "challenge"}
    )
    route.mock(side_effect=[page, taken])
    due = bench.hear(event())
    assert due == bench.now + 0.5
    bench.now = due
    assert bench.service.work() is None
    assert len(route.calls) == 2


def test_parked_events_go_out_with_new_settings(bench: Bench) -> None:
    """A new dispatcher, with a key that is good, sends what was parked with its original time."""
    bench.events.respond(403, json=REFUSAL)
    bench.hear(event())
    before = bench.sent()
    bench.now += 10_000
    bench.events.respond(202)
    bench.reopen(KLAVIYO_PRIVATE_KEY="pk_another")
    assert bench.service.work() is None
    assert bench.sent()[1:] == before
    assert bench.events.calls.last.request.headers["Authorization"] == "Klaviyo-API-Key pk_another"


def test_addresses_of_parked_events_are_those_of_the_moment(bench: Bench) -> None:
    """While events are parked Gladly is still asked, so that addresses are those of the event's time."""
    bench.events.respond(401)
    bench.hear(event(event_id="event-one"))
    bench.hear(event(CLOSED, "event-two"))
    assert len(bench.profile.calls) == 2
    bench.has_emails("changed@shop.test")
    bench.events.respond(202)
    bench.now += 60
    bench.service.work()
    assert set(bench.sent_to()) == {EMAIL}


def test_no_key_parks(bench: Bench) -> None:
    """Without any key events are kept until there is one."""
    bench.reopen(KLAVIYO_PRIVATE_KEY="")
    assert bench.hear(event()) == bench.now + 60
    assert not bench.events.calls
    bench.reopen()
    bench.service.work()
    assert bench.sent_to() == [EMAIL]


@pytest.mark.parametrize("key", ["pk_\N{SNOWMAN}", "pk_1\r\nX-More: 1", "pk_\x00"])
def test_impossible_key(bench: Bench, key: str) -> None:
    """A key that no header can carry is refused without a call, and never stands in the log."""
    bench.reopen(KLAVIYO_PRIVATE_KEY=key)
    assert bench.hear(event()) == bench.now + 60
    assert not bench.events.calls


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_rejected_event_is_given_up(bench: Bench, caplog: pytest.LogCaptureFixture, status: int) -> None:
    """An event that Klaviyo will never take is given up, named by Gladly's id alone, and the next one goes out."""
    bench.events.mock(side_effect=[httpx.Response(status, json={"errors": []}), httpx.Response(202)])
    assert bench.hear(event(), event(event_id="event-two")) is None
    bench.reopen()
    bench.service.work()
    assert [each["unique_id"].split(":")[0] for each in bench.sent()] == ["event-one", "event-two"]
    [line] = [json.loads(record.getMessage()) for record in caplog.records]
    assert (line["level"], line["gladly_event"]) == ("error", "event-one")
    assert EMAIL.lower() not in caplog.text.lower()


def test_one_address_does_not_hold_up_another(bench: Bench) -> None:
    """When one address fails the other one's event goes out, and only the first is tried again."""
    bench.has_emails("a@shop.test", "b@shop.test")
    bench.events.mock(side_effect=[httpx.Response(500), httpx.Response(202), httpx.Response(202)])
    bench.hear(event())
    bench.now += 1
    bench.service.work()
    assert bench.sent_to() == ["a@shop.test", "b@shop.test", "a@shop.test"]


@pytest.mark.parametrize(
    ("answer", "attempts"),
    [
        (httpx.Response(200, text="0"), 1),
        (httpx.Response(200, text="1\n"), 1),
        (httpx.Response(200, text="<html>"), 2),
        (httpx.Response(500), 2),
    ],
    ids=["rejected", "taken", "no answer", "failure"],
)
def test_legacy_answers(bench: Bench, answer: httpx.Response, attempts: int) -> None:
    """The legacy API says 1 or 0 for good; anything else is tried again."""
    bench.reopen(KLAVIYO_PRIVATE_KEY="", KLAVIYO_PUBLIC_KEY=PUBLIC_KEY)
    bench.track.mock(side_effect=[answer, httpx.Response(200, text="1")])
    bench.hear(event())
    bench.now += 100
    assert bench.service.work() is None
    assert len(bench.tracked()) == attempts


def test_retired_legacy_api_and_the_upgrade(bench: Bench) -> None:
    """What the retired legacy API refused goes out by the new one once there is a private key."""
    bench.reopen(KLAVIYO_PRIVATE_KEY="", KLAVIYO_PUBLIC_KEY=PUBLIC_KEY)
    bench.track.respond(410)
    assert bench.hear(event()) == bench.now + 60
    bench.reopen()
    assert bench.service.work() is None
    assert bench.sent_to() == [EMAIL]
    assert bench.sent()[0]["unique_id"] == bench.tracked()[0]["properties"]["$event_id"]


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_log_holds_no_secret(bench: Bench, caplog: pytest.LogCaptureFixture, status: int) -> None:
    """Whatever goes wrong, the log has neither a key nor a token nor a customer's address."""
    bench.events.respond(status, text=" ".join(SECRETS))
    with caplog.at_level(logging.WARNING):
        bench.hear(event())
    assert caplog.text
    assert not [word for word in (*SECRETS, EMAIL) if word in caplog.text]
