"""What was missed: asked for after a PING and at the start, reported once, and never from before our time."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from tests.integration.bench import AT_SECONDS, CLOSED, EMAIL, SECRETS, Bench, event

PING = {"id": "p", "type": "PING"}
DAY = 86_400.0


def at(seconds: float) -> str:
    """Return a timestamp, ``seconds`` after the bench's usual one."""
    moment = datetime.fromtimestamp(AT_SECONDS + seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")


def stream(bench: Bench, *lines: object) -> None:
    """Let Gladly's Events API say these."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    bench.stream.respond(200, text=text, headers={"Content-Type": "application/x-jsonlines"})


def asked(bench: Bench) -> list[float]:
    """Return from when on Gladly was asked each time, in seconds after the bench's usual time."""
    texts = [call.request.url.params["startAt"] for call in bench.stream.calls]
    return [datetime.fromisoformat(text).timestamp() - AT_SECONDS for text in texts]


def test_the_question(bench: Bench) -> None:
    """It is asked once at the start and once after each PING, for conversations, with the API user's credentials."""
    bench.hear(PING)
    assert len(asked(bench)) == 1
    bench.hear(PING, PING)
    bench.service.work()
    bench.reopen()
    bench.service.work()
    assert len(asked(bench)) == 3
    request = bench.stream.calls.last.request
    assert request.url.params.get_list("entities") == ["CONVERSATION"]
    assert request.headers["Authorization"].startswith("Basic ")


def test_what_was_missed_is_reported_once(bench: Bench) -> None:
    """What Gladly raised while nobody was told is reported with its own time, once, even when it is told after all."""
    bench.service.work()
    missed = event(event_id="missed", at=at(10))
    bench.now += 3_600
    stream(bench, missed, event("CONVERSATION/REOPENED", "other", at(11)), event(CLOSED, "over", at(12)))
    for _ in range(2):
        bench.hear(PING)
        bench.reopen()
        bench.service.work()
    bench.hear(missed)
    assert [(each["unique_id"], each["time"][:22]) for each in bench.sent()] == [
        (f"missed:{EMAIL.lower()}", at(10)[:22]),
        (f"over:{EMAIL.lower()}", at(12)[:22]),
    ]


def test_nothing_from_before_our_time(bench: Bench) -> None:
    """What Gladly knows at the first start is not reported, nor what it tells of late; what comes with a webhook is."""
    before = [event(event_id="a", at=at(-100)), event(CLOSED, "b", at(2)), event(event_id="c", at=at(1_000))]
    stream(bench, *before)
    bench.service.work()
    stream(bench, event(event_id="late", at=at(1)), *before)
    bench.hear(PING)
    bench.reopen()
    bench.service.work()
    assert bench.sent() == []
    bench.hear(before[1], before[1])
    assert len(bench.sent()) == 1


def test_killed_before_the_first_answer(bench: Bench) -> None:
    """After a PING what happens counts, though the first answer comes to the next process, and what was before does not."""
    bench.post(PING | {"timestamp": at(5)})
    stream(bench, event(event_id="before", at=at(4)), event(event_id="missed", at=at(6)))
    bench.reopen()
    bench.service.work()
    assert [each["unique_id"].split(":")[0] for each in bench.sent()] == ["missed"]


def test_window(bench: Bench) -> None:
    """It is asked from where it was caught up to, a bit before that, and for a day at the most."""
    bench.service.work()
    stream(bench, event(event_id="known", at=at(1_000)))
    bench.now += 3_600
    bench.hear(PING)
    bench.hear(PING)
    bench.now += 3 * DAY
    bench.hear(PING)
    assert asked(bench) == [2 - 120, 2 - 120, 1_000 - 120, 2 + 3_600 + 3 * DAY - (DAY - 60)]


def test_clock_of_gladlys_own(bench: Bench) -> None:
    """When Gladly's clock is ahead of ours and finds the beginning too long ago, a later one is asked for at once."""
    bench.service.work()
    bench.now += DAY

    def answer(request: httpx.Request) -> httpx.Response:
        start = datetime.fromisoformat(request.url.params["startAt"]).timestamp()
        too_old = start < bench.now + 5_000 - DAY
        return httpx.Response(400, json={"errors": []}) if too_old else httpx.Response(200)

    bench.stream.mock(side_effect=answer)
    bench.hear(PING)
    assert bench.service.work() is None
    assert asked(bench)[1:] == [2 + 60, 2 + 60 + 600, 2 + 60 + 5_400]


def test_ping_tells_gladlys_time(bench: Bench) -> None:
    """The time of a PING counts, as far as it is later than ours; a wrong one spoils nothing for long."""
    bench.hear(PING | {"timestamp": at(10 * DAY)})
    assert asked(bench) == [10 * DAY - 120]
    stream(bench, event(event_id="before", at=at(9 * DAY)))
    bench.hear(PING | {"timestamp": at(10 * DAY + 5)})
    assert bench.sent() == []


def test_what_comes_after_a_ping_comes_by_webhook(bench: Bench) -> None:
    """What happened after the PING is not reported by looking: its webhook comes, or the app is switched off by now."""
    bench.service.work()
    stream(bench, event(event_id="before", at=at(10)), event(event_id="after", at=at(10.001)))
    bench.hear(PING | {"timestamp": at(10)})
    assert [each["unique_id"].split(":")[0] for each in bench.sent()] == ["before"]
    bench.hear(PING | {"timestamp": at(11)})
    assert len(bench.sent()) == 2


def test_ping_while_gladly_is_asked(bench: Bench) -> None:
    """A PING that comes while a question fails is not put off by that."""

    def answer(_request: httpx.Request) -> httpx.Response:
        if len(bench.stream.calls) == 0:
            bench.post(PING)
            return httpx.Response(500)
        return httpx.Response(200)

    bench.stream.mock(side_effect=answer)
    bench.service.work()
    assert bench.service.work() is None
    assert len(bench.stream.calls) == 2


@pytest.mark.parametrize("time", ["9000-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "now", 7])
def test_wrong_ping_spoils_nothing(bench: Bench, time: object) -> None:
    """A PING of no sensible time is one that does not say when it was sent."""
    bench.hear(PING | {"timestamp": time})
    stream(bench, event(event_id="missed", at=at(10)))
    bench.now += 60
    bench.hear(PING)
    assert asked(bench) == [2 - 120, 2 - 120]
    assert len(bench.sent()) == 1


def test_window_that_never_fits(bench: Bench) -> None:
    """When Gladly answers for no time at all that is trouble like any other."""
    bench.stream.respond(400, json={"errors": []})
    assert bench.hear(PING | {"timestamp": at(DAY)}) == bench.now + 0.5
    bench.stream.respond(200)
    bench.now += 0.5
    assert bench.service.work() is None


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(500),
        httpx.Response(200, html="<p>Welcome"),
        httpx.Response(200, text='{"id": "half'),
        httpx.ReadTimeout,
        httpx.Response(404, json={"errors": []}),
    ],
)
def test_trouble_is_tried_again(bench: Bench, trouble: httpx.Response | type[Exception]) -> None:
    """When Gladly cannot say, it is asked again with growing waits, and look-ups go on meanwhile."""
    bench.stream.mock(side_effect=[trouble, trouble, httpx.Response(200)])
    assert bench.hear(event()) == bench.now + 0.5
    assert bench.sent_to() == [EMAIL]
    bench.now += 0.5
    assert bench.service.work() == bench.now + 1
    bench.now += 1
    assert bench.service.work() is None


def test_busy_gladly_is_not_asked(bench: Bench) -> None:
    """A wait that Gladly asks for counts for this question too, and a refused token is tried once a minute by it."""
    bench.stream.respond(429, headers={"Retry-After": "30"})
    assert bench.service.work() == bench.now + 30
    assert bench.hear(event()) == bench.now + 30
    assert not bench.profile.calls
    bench.stream.respond(401, json={"errors": [{"code": "unauthorized"}]})
    for _ in range(120):
        bench.now += 1
        bench.hear(PING)
    assert len(bench.stream.calls) == 3


def test_odd_line_is_left_out(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A line that nobody can read keeps no other from being reported."""
    bench.service.work()
    stream(bench, "{", event(event_id="missed", at=at(10)))
    bench.hear(PING)
    assert len(bench.sent()) == 1
    assert "nobody can read" in caplog.text
    assert not [secret for secret in SECRETS if secret in caplog.text]
