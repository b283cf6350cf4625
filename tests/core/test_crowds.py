"""Many connections at once: who sends nothing, half, or does not read delays nobody, nor the end."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast
from wsgiref.types import WSGIApplication

import httpx
import pytest

from fakes.core.clock import MovableClock
from fakes.core.faults import Fault
from fakes.core.http.connection import Connection
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.http.server import Server
from fakes.core.tenants import Runtime
from tests.core.toy import CONTROL_TOKEN, DEADLINE, NAME_HEADER, SHOP, THING, ToyFake, application

IDLE, SLOW = 300, 60
SOON = 5.0
"""Long for an answer, short beside the server's patience, which a client had to wait for while others held threads."""

MORE_THAN_THREADS = 40
LONG = b"x" * 4_000_000
GET_LONG = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALVES = (
    b"GET /thi",
    b"GET /things HTTP/1.1\r\nHost: localhost\r\nX-Shop",
    b"POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
    b"POST /things HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
)
Crowd = contextlib.ExitStack


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """Where connections stay open until the test ends."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def served_toy() -> Iterator[tuple[ToyFake, Server]]:
    """The toy behind a socket, in real time."""
    runtime = Runtime.serving()
    toy = ToyFake(runtime)
    with Server.of(application(toy)) as server:
        yield toy, server
    runtime.close()


def place_of(server: Server) -> tuple[str, int]:
    """Return where a server listens."""
    url = httpx.URL(server.url)
    return url.host, url.port or 0


def join(crowd: Crowd, server: Server, *sent: bytes, receives: int = 0) -> socket.socket:
    """Open a connection that sends this and no more; ``receives`` is how little it can take."""
    connection = crowd.enter_context(socket.socket())
    if receives:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    connection.settimeout(DEADLINE)
    connection.connect(place_of(server))
    for piece in sent:
        connection.sendall(piece)
    return connection


def long_answers(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
    """Answer with more than any socket buffers."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [LONG]


def gather(crowd: Crowd, server: Server) -> None:
    """Have idle ones and slow ones connect."""
    for _ in range(IDLE):
        join(crowd, server)
    for number in range(SLOW):
        join(crowd, server, HALVES[number % len(HALVES)])


def get(server: Server, path: str = "/things", **headers: str) -> httpx.Response:
    """Ask on a connection of its own."""
    return httpx.get(f"{server.url}{path}", headers=headers, timeout=SOON, trust_env=False)


def test_idle_and_slow_ones_delay_nobody(crowd: Crowd, served_toy: tuple[ToyFake, Server]) -> None:
    """With hundreds of connections that send nothing or half, the next client is answered at once."""
    _, server = served_toy
    gather(crowd, server)
    assert get(server).json() == THING


def test_idle_and_slow_ones_do_not_delay_the_end(crowd: Crowd, toy: ToyFake) -> None:
    """The stop waits for none of them, and leaves no thread."""
    before = set(threading.enumerate())
    server = Server.of(application(toy))
    server.start()
    gather(crowd, server)
    get(server)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < SOON
    assert set(threading.enumerate()) <= before
    with pytest.raises(httpx.ConnectError):
        get(server)


@pytest.mark.parametrize("app", [long_answers])
def test_who_does_not_read_delays_neither_others_nor_the_end(crowd: Crowd, app: WSGIApplication) -> None:
    """With clients that never take their long answer the next one gets it, and the stop does not wait for them."""
    server = Server(app, may_wait=lambda _method, _path: False)
    server.start()
    for _ in range(MORE_THAN_THREADS):
        join(crowd, server, GET_LONG, receives=4_096)
    assert get(server, "/").content == LONG
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < SOON


def test_slow_reader_gets_all(crowd: Crowd) -> None:
    """A client that takes its answer slowly, but does, gets all of it, whatever the server's patience."""
    with Server(long_answers, patience=0.2) as server:
        connection = join(crowd, server, GET_LONG, receives=65_536)
        received = b""
        while not received.endswith(LONG[-10:]) or len(received) < len(LONG):
            received += connection.recv(65_536)
    assert received.endswith(LONG)


def test_silence_holds_no_thread(crowd: Crowd, served_toy: tuple[ToyFake, Server]) -> None:
    """While many calls meet a ``timeout`` fault, others are answered, and so is the control plane that ends it."""
    toy, server = served_toy
    toy.shop.faults.arm(Fault("GET /things", "timeout", times=1_000, seconds=3_600))
    ask = f"GET /things HTTP/1.1\r\nHost: localhost\r\n{NAME_HEADER}: {SHOP}\r\n\r\n".encode()
    for _ in range(MORE_THAN_THREADS):
        join(crowd, server, ask)
    faults = f"{server.url}/_fake/shops/{SHOP}/faults"
    control = {CONTROL_HEADER: CONTROL_TOKEN}
    assert get(server, "/things/nothing", **{NAME_HEADER: SHOP}).status_code == 204
    assert httpx.delete(faults, headers=control, timeout=SOON, trust_env=False).status_code == 204
    assert get(server, **{NAME_HEADER: SHOP}).json() == THING


def test_delays_hold_no_thread_and_end_by_the_clock(crowd: Crowd, served_toy: tuple[ToyFake, Server]) -> None:
    """While many answers are an hour late others are answered; the clock, moved by an hour, lets all of them out."""
    toy, server = served_toy
    toy.shop.faults.arm(Fault("GET /things", "delay", times=MORE_THAN_THREADS, seconds=3_600))
    ask = f"GET /things HTTP/1.1\r\nHost: localhost\r\n{NAME_HEADER}: {SHOP}\r\n\r\n".encode()
    late = [join(crowd, server, ask) for _ in range(MORE_THAN_THREADS)]
    until = time.monotonic() + DEADLINE
    while toy.shop.faults.armed() and time.monotonic() < until:
        get(server, "/things/nothing", **{NAME_HEADER: SHOP})
    assert toy.shop.faults.armed() == []
    advanced = httpx.post(
        f"{server.url}/_fake/clock/advance",
        json={"seconds": 3_601},
        headers={CONTROL_HEADER: CONTROL_TOKEN},
        timeout=SOON,
        trust_env=False,
    )
    assert advanced.status_code == 200
    assert {one.recv(12) for one in late} == {b"HTTP/1.1 200"}


def test_stop_waits_for_no_late_answer(crowd: Crowd) -> None:
    """The stop does not wait for an answer that is an hour late."""
    toy = ToyFake(Runtime.serving())
    assert isinstance(toy.runtime.clock, MovableClock)
    toy.shop.faults.arm(Fault("GET /things", "delay", seconds=3_600))
    server = Server.of(application(toy))
    server.start()
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{server.url}/things", headers={NAME_HEADER: SHOP}, timeout=0.2, trust_env=False)
    join(crowd, server)
    began = time.monotonic()
    server.stop()
    toy.runtime.close()
    assert time.monotonic() - began < SOON


def test_calls_that_wait_keep_no_other_waiting(crowd: Crowd) -> None:
    """However many application calls wait for somebody, the next one is answered; the stop waits for none of them."""
    may_go_on = threading.Event()

    def waiting(environ: dict[str, str], start_response: Callable[..., object]) -> list[bytes]:
        if environ["PATH_INFO"] == "/wait":
            may_go_on.wait(DEADLINE)
        start_response("200 OK", [])
        return [b"done"]

    server = Server(waiting)
    server.start()
    for _ in range(MORE_THAN_THREADS):
        join(crowd, server, b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert get(server, "/at-once").content == b"done"
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < SOON
    may_go_on.set()


def test_time_in_which_the_server_itself_was_held_up_is_nobodys_silence() -> None:
    """A client whose request could not be read yet is not given up on; one that is silent after that is."""
    closed: list[str] = []
    transport = SimpleNamespace(
        get_extra_info=lambda _name: None,
        get_write_buffer_size=lambda: 0,
        is_closing=lambda: False,
        close=lambda: closed.append("closed"),
    )
    serving = SimpleNamespace(
        loop=SimpleNamespace(time=lambda: 0.0),
        patience=1.0,
        connections=set(),
        empty=threading.Event(),
        about={},
    )
    connection = Connection(cast("Any", serving))
    connection.connection_made(cast("Any", transport))
    connection.look(3.0, held_up=2.5)
    assert closed == []
    connection.look(3.6)
    assert closed == ["closed"]
