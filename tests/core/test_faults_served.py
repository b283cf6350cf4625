"""Faults as a caller sees them: over a real socket, and without one."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from fakes.core.faults import EDGE_STATUSES, Fault
from fakes.core.http.inprocess import InProcess
from fakes.core.http.server import Server
from fakes.core.tenants import Runtime
from tests.core.conftest import START
from tests.core.toy import DEADLINE, NAME_HEADER, SHOP, THING, ToyFake, application

BROKEN_CONNECTION = (httpx.ReadError, httpx.RemoteProtocolError)


@dataclass
class Served:
    """The toy and a client that reaches it."""

    toy: ToyFake
    client: httpx.Client

    def arm(
        self, kind: str, path: str = "/things", *, times: int = 1, status: int = 500, seconds: float = 1
    ) -> None:
        """Arm a fault of ``kind`` for any method on ``path``."""
        self.toy.shop.faults.arm(Fault(f"* {path}", kind, times, status, seconds))

    def kinds(self) -> list[str]:
        """Return the kinds of the shop's journal."""
        return [entry.kind for entry in self.toy.shop.journal.entries()]


@pytest.fixture
def socketed() -> Iterator[Served]:
    """The toy behind a socket, in real time."""
    runtime = Runtime.serving()
    toy = ToyFake(runtime)
    try:
        with (
            Server(application(toy)) as server,
            httpx.Client(base_url=server.url, headers={NAME_HEADER: SHOP}, timeout=DEADLINE) as client,
        ):
            yield Served(toy, client)
    finally:
        runtime.close()


@pytest.fixture
def in_process() -> Iterator[Served]:
    """The toy without a socket, on a clock that stands still."""
    toy = ToyFake(Runtime.in_process(START))
    transport = InProcess(application(toy))
    with httpx.Client(transport=transport, base_url="http://toy", headers={NAME_HEADER: SHOP}) as client:
        yield Served(toy, client)


@pytest.fixture(params=["socketed", "in_process"])
def served(request: pytest.FixtureRequest) -> Served:
    """The toy both ways."""
    found: Served = request.getfixturevalue(request.param)
    return found


def test_status(served: Served) -> None:
    """A ``status`` fault answers with its status in the vendor's look, and the route is not reached."""
    served.arm("status", status=503)
    answer = served.client.post("/things", content=b"x")
    assert (answer.status_code, answer.json()["refused"]) == (503, "status")
    assert served.kinds() == ["fault", "request"]


def test_throttle(served: Served) -> None:
    """A ``throttle`` fault answers 429 in the vendor's look, with the wait that was armed."""
    served.arm("throttle", seconds=7)
    answer = served.client.get("/things")
    assert (answer.status_code, answer.json()) == (429, {"refused": "throttle", "seconds": 7})


@pytest.mark.parametrize("way", ["date", "absent"])
def test_throttle_tells_its_wait(served: Served, way: str) -> None:
    """A throttled call can be told of its wait as a date of the fakes' clock, or not at all."""
    served.toy.shop.faults.arm(Fault("*", "throttle", seconds=7, retry_after=way))
    now = served.toy.runtime.clock.now()
    answer = served.client.get("/things")
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, way == "date")
    if way == "date":
        told = parsedate_to_datetime(answer.headers["Retry-After"])
        assert timedelta(seconds=5) <= told - now <= timedelta(seconds=9)


def test_redirect(served: Served) -> None:
    """A ``redirect`` fault answers 302 to the same path and query elsewhere, and the route is not reached."""
    served.toy.shop.faults.arm(Fault("* /things", "redirect", location="http://elsewhere.test"))
    answer = served.client.get("/things", params={"a": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://elsewhere.test/things?a=1")
    assert served.kinds() == ["fault", "request"]


@pytest.mark.parametrize("status", EDGE_STATUSES)
def test_edge(served: Served, status: int) -> None:
    """An ``edge`` fault answers with the edge's page and headers, nothing of the vendor's, and the route is not reached."""
    served.arm("edge", status=status)
    answer = served.client.post("/things", content=b"x")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert (answer.headers["Server"], "no-store" in answer.headers["Cache-Control"]) == ("cloudflare", True)
    ray = answer.headers["CF-Ray"].partition("-")[0]
    assert f"Ray ID: {ray}" in answer.text
    assert answer.headers.get("cf-mitigated") == ("challenge" if status == 403 else None)
    assert ("Just a moment" if status == 403 else str(status)) in answer.text
    assert served.kinds() == ["fault", "request"]
    assert served.client.get("/things").json() == THING


def test_a_request_is_lost(served: Served) -> None:
    """A ``lost`` fault keeps silent until the caller gives up, and the route is not reached."""
    served.arm("lost", seconds=DEADLINE)
    with pytest.raises(httpx.ReadTimeout):
        served.client.post("/things", content=b"x", timeout=0.2)
    assert served.kinds() == ["fault"]


def test_reset(served: Served) -> None:
    """A ``reset`` fault cuts the connection before any answer, and the route is not reached."""
    served.arm("reset")
    with pytest.raises(BROKEN_CONNECTION):
        served.client.post("/things", content=b"x")
    assert served.kinds() == ["fault"]


def test_timeout_is_silence(served: Served) -> None:
    """A ``timeout`` fault serves the request and then keeps silent until the caller gives up."""
    served.arm("timeout", seconds=DEADLINE)
    with pytest.raises(httpx.ReadTimeout):
        served.client.post("/things", content=b"x", timeout=0.2)
    assert served.kinds() == ["fault", "request"]


def test_timeout_ends_in_a_closed_connection(served: Served) -> None:
    """A caller with more patience than the ``timeout`` fault sees the connection close without an answer."""
    for patience in (DEADLINE, None):
        served.arm("timeout", seconds=0.05)
        with pytest.raises(BROKEN_CONNECTION):
            served.client.get("/things", timeout=patience)


@pytest.mark.parametrize("path", ["/things", "/things/nothing"])
def test_truncate(served: Served, path: str) -> None:
    """A ``truncate`` fault breaks off in the middle of the answer, even of one without a body."""
    served.arm("truncate", path)
    with pytest.raises(httpx.RemoteProtocolError):
        served.client.get(path)
    assert served.kinds() == ["fault", "request"]


def test_truncate_sends_the_first_half(socketed: Served) -> None:
    """A truncated answer has the real status, headers and length, and the first half of the body."""
    whole = json.dumps(THING).encode()
    socketed.arm("truncate")
    received: list[bytes] = []
    with socketed.client.stream("GET", "/things") as answer, pytest.raises(httpx.RemoteProtocolError):
        received.extend(answer.iter_raw())
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(whole)))
    assert answer.headers["Content-Type"] == "application/json"
    assert b"".join(received) == whole[: len(whole) // 2]


def test_garbage(served: Served) -> None:
    """A ``garbage`` fault serves the request and answers 200 with what is no JSON."""
    served.arm("garbage")
    answer = served.client.post("/things", content=b"x")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert [entry.details.get("status") for entry in served.toy.shop.journal.entries("request")] == [201]


def test_delay(served: Served) -> None:
    """A ``delay`` fault gives the right answer when its seconds have gone by on the fake's clock."""
    served.arm("delay", seconds=0.1)
    before = served.toy.runtime.clock.now()
    answer = served.client.get("/things")
    assert answer.json() == THING
    assert (served.toy.runtime.clock.now() - before).total_seconds() >= 0.1


def test_delay_does_not_sleep_in_process(in_process: Served) -> None:
    """Without a socket a delay of an hour takes no time: the clock is moved instead."""
    in_process.arm("delay", seconds=3_600)
    before = time.monotonic()
    in_process.client.get("/things")
    assert (in_process.toy.runtime.clock.now() - START).total_seconds() == 3_600
    assert time.monotonic() - before < DEADLINE


@pytest.mark.parametrize("kind", ["reset", "truncate"])
def test_connection_faults_are_used_up(served: Served, kind: str) -> None:
    """A fault below HTTP strikes as often as armed; the next request is answered as ever."""
    served.arm(kind, times=2)
    for _ in range(2):
        with pytest.raises(BROKEN_CONNECTION):
            served.client.get("/things")
    assert served.client.get("/things").json() == THING


def test_faults_are_the_tenants_own(served: Served) -> None:
    """A request that belongs to no tenant is not struck and uses nothing up."""
    served.arm("status")
    assert served.client.get("/things", headers={NAME_HEADER: "nobody"}).json() == THING
    assert len(served.toy.shop.faults.armed()) == 1
