"""Calls of real systems: below the limits, patient with trouble, and never with a key to another host or in an error."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from harness.errors import NotAllowed, SystemFailed, Unreachable
from harness.live.caller import Caller, seconds_asked
from harness.live.gladly import CustomerState, GladlyApi
from harness.live.klaviyo import KlaviyoApi
from harness.live.pace import Limit, Pace

KEY = "pk_0123456789abcdef0123456789abcdef01"
FREE = Pace(Limit(1_000_000, 1.0))
Answer = Callable[[httpx.Request], httpx.Response]


class Clock:
    """Time that moves only when somebody waits."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.now = 0.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        self.naps.append(seconds)
        self.now += seconds


def caller(answer: Answer, clock: Clock | None = None, patience: float = 60.0) -> Caller:
    """Return a caller to whom ``answer`` answers."""
    client = httpx.Client(base_url="https://a.klaviyo.com", transport=httpx.MockTransport(answer))
    return Caller("Klaviyo", client, (KEY,), patience, sleep=(clock or Clock()).sleep)


def in_turn(*answers: httpx.Response | Exception) -> Answer:
    """Return an answer that gives ``answers`` in turn, the last for ever."""
    left: Iterator[httpx.Response | Exception] = itertools.chain(answers, itertools.repeat(answers[-1]))

    def answer(_request: httpx.Request) -> httpx.Response:
        one = next(left)
        if isinstance(one, Exception):
            raise one
        return one

    return answer


def test_calls_are_spread_below_the_limit() -> None:
    """Six tenths of ten calls a second are let through in a second, in any window."""
    clock = Clock()
    pace = Pace(Limit(10, 1.0), now=clock, sleep=clock.sleep)
    times = []
    for _ in range(20):
        pace.take()
        times.append(clock.now)
    for first, seventh in zip(times, times[6:], strict=False):
        assert seventh - first >= 1.0


def test_a_request_to_wait_is_obeyed() -> None:
    """A 429 with ``Retry-After`` is obeyed."""
    clock = Clock()
    pace = Pace(Limit(1_000, 1.0), now=clock, sleep=clock.sleep)
    answer = in_turn(httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(200))
    caller(answer, clock).send("GET", "/x", pace)
    assert clock.now >= 7.0


@pytest.mark.parametrize(("value", "seconds"), [("3", 3.0), ("0.5", 0.5), (None, None), ("soon", None)])
def test_seconds_asked(value: str | None, seconds: float | None) -> None:
    """What ``Retry-After`` asks for is a number of seconds, or nothing of use."""
    assert seconds_asked(value) == seconds


def test_a_date_to_wait_for() -> None:
    """``Retry-After`` may be a date; one that is past asks for nothing."""
    assert seconds_asked("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(503),
        httpx.ConnectError("no"),
        httpx.ReadTimeout("no"),
        httpx.Response(403, headers={"content-type": "text/html"}),
    ],
)
def test_trouble_is_waited_out(trouble: httpx.Response | Exception) -> None:
    """A server in trouble, a way that is cut and a page of the edge are tried again."""
    assert caller(in_turn(trouble, trouble, httpx.Response(200))).send("GET", "/x", FREE).status_code == 200


def test_patience_has_an_end() -> None:
    """Trouble that lasts is told with what came last and where to look."""
    with pytest.raises(Unreachable, match=r"GET /x: 502; look at the network"):
        caller(in_turn(httpx.Response(502)), patience=0.0).send("GET", "/x", FREE)


def test_a_refusal_is_told_without_the_key() -> None:
    """What a system says against a call is told, and no key with it."""
    with pytest.raises(NotAllowed) as refusal:
        caller(in_turn(httpx.Response(401, text=f"no such key: {KEY}"))).send("GET", "/x", FREE)
    assert "401 to GET /x" in str(refusal.value)
    assert KEY not in str(refusal.value)


def test_a_key_is_sent_to_its_host_alone() -> None:
    """A next page on another host is asked for at the host that the key is for, and no redirect is followed."""
    asked: list[str] = []
    pages = iter(
        [
            {"data": [], "links": {"next": "https://evil.invalid/api/metrics?page=2"}},
            {"data": [], "links": {"next": None}},
        ]
    )

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json=next(pages))

    assert KlaviyoApi(caller(answer), KEY).metrics() == {}
    assert asked == ["https://a.klaviyo.com/api/metrics", "https://a.klaviyo.com/api/metrics?page=2"]
    with pytest.raises(SystemFailed, match="302"):
        caller(in_turn(httpx.Response(302, headers={"Location": "https://evil.invalid"}))).send(
            "GET", "/x", FREE
        )


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx.Response(404, json={"errors": []}), CustomerState("c", is_gone=True)),
        (
            httpx.Response(301, json={"errors": [{"code": "moved", "meta": {"old": "c", "new": "d"}}]}),
            CustomerState("c", merged_into="d"),
        ),
        (
            httpx.Response(301, json={}, headers={"Location": "https://x/api/v1/customer-profiles/d"}),
            CustomerState("c", merged_into="d"),
        ),
        (
            httpx.Response(
                200, json={"emails": [{"original": "A@b.c"}], "updatedAt": "2026-11-28T10:00:00.000Z"}
            ),
            CustomerState("c", ("A@b.c",), datetime(2026, 11, 28, 10, tzinfo=UTC)),
        ),
        (httpx.Response(200, json={}), CustomerState("c")),
    ],
)
def test_what_became_of_a_customer(answer: httpx.Response, state: CustomerState) -> None:
    """Found, merged, gone: each is told apart."""
    assert GladlyApi(caller(in_turn(answer))).customer("c") == state


def test_a_lost_answer_makes_no_second_customer() -> None:
    """A customer's id is the caller's own, so that asking again after a lost answer is answered ``taken``, and that is fine."""
    taken = httpx.Response(409, json={"errors": [{"attr": "id", "code": "taken"}]})
    gladly = GladlyApi(caller(in_turn(httpx.ReadTimeout("lost"), taken)))
    gladly.add_customer("c", "Ann", ["a@b.c"])
    with pytest.raises(SystemFailed, match="such an address"):
        GladlyApi(caller(in_turn(httpx.Response(409, json={"errors": [{"attr": "emails"}]})))).add_customer(
            "c", "A", []
        )


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, text="<h1>Hello</h1>"), httpx.Response(200, json={"data": {}})]
)
def test_what_is_no_such_system(answer: httpx.Response) -> None:
    """An address that names something else is told as such, and is no error of Python's."""
    with pytest.raises(SystemFailed, match=r"gave no account .*the address may name something else"):
        KlaviyoApi(caller(in_turn(answer)), KEY).account()
    with pytest.raises(SystemFailed, match="gave no organization"):
        GladlyApi(caller(in_turn(answer))).organization()


def test_no_key_stands_in_a_traceback() -> None:
    """What pytest shows of a call that failed, arguments and all, holds no key."""
    api = KlaviyoApi(caller(in_turn(httpx.Response(400, text="bad"))), KEY)
    with pytest.raises(SystemFailed) as failure:
        api.metrics()
    shown = str(failure.getrepr(style="long", showlocals=True, funcargs=True))
    assert "metrics" in shown
    assert KEY not in shown


def test_others_of_the_same_kind_wait_as_well() -> None:
    """What one call was asked to wait for, the next call of that pace waits for, whoever makes it."""
    clock = Clock()
    pace = Pace(Limit(1_000, 1.0), now=clock, sleep=clock.sleep)
    throttled = caller(in_turn(httpx.Response(429, headers={"Retry-After": "7"})), patience=0.0)
    with pytest.raises(Unreachable):
        throttled.send("GET", "/x", pace)
    assert clock.now == 0.0
    caller(in_turn(httpx.Response(200))).send("GET", "/y", pace)
    assert clock.now >= 7.0
