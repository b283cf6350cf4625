"""Malformed HTTP over a real socket: the server answers or closes, and goes on serving."""

import random
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.http.server import Server
from tests.fuzz.sides import SIDES, START, TOKEN, Side
from tests.fuzz.values import Values

DEADLINE = 20.0
PATIENCE = 0.3
EACH = 300
SERVERS_OWN = {501, 505}
"""A transfer encoding that it does not know, a version of HTTP that it does not speak."""

MORE_THAN_THREADS = 30
Place = tuple[str, int]

BAD = (
    b"", b"\r\n", b"\r\n\r\n", b"\x00", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET /nowhere HTTP/9.9\r\n\r\n", b"GET /nowhere HTTP/x.y\r\n\r\n",
    b"get /_fake/clock http/1.1\r\n\r\n", b"GET  /  HTTP/1.1\r\n\r\n", b"GET http:// HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00",
    b"GET //[ HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /%zz%00 HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /nowhere?%zz HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: \xff\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\n\r\n", b"GET /nowhere HTTP/1.1\r\nHost:\r\n\r\n", b"GET /nowhere HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET /nowhere HTTP/1.1\nHost: a\n\n", b"GET /nowhere HTTP/1.1\r\nNo colon\r\n\r\n", b"GET /nowhere HTTP/1.1\r\n: x\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\n folded: x\r\n\r\n", b"GET /nowhere HTTP/1.1\r\nA\x00B: x\r\n\r\n", b"GET /nowhere HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\nHost: a\r\nBig: " + b"x" * 300_000 + b"\r\n\r\n", b"GET /" + b"x" * 300_000 + b" HTTP/1.1\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\n" + b"A: b\r\n" * 50_000 + b"\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /nowhere HTTP/1.1 x\r\n\r\n",
)  # fmt: skip
CHUNKED = (
    b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloXX0\r\n\r\n", b"ffffffffffffffffffff\r\nx",
    b"5\r\nhel", b"", b"0\r\n\r\n", b"5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", b"\r\n", b"7fffffff\r\n{}",
)  # fmt: skip


@pytest.fixture
def side(request: pytest.FixtureRequest) -> Side:
    """A side, set up in-process: the first, where it does not matter, for one server serves both."""
    return SIDES[getattr(request, "param", next(iter(SIDES)))](7)


@pytest.fixture
def place(side: Side) -> Iterator[Place]:
    """Where the side's fake is served, by a server of little patience."""
    with Server.of(side.app, hosts=("a",), patience=PATIENCE) as server:
        host, _, port = server.url.removeprefix("http://").partition(":")
        yield host, int(port)


def talk(place: Place, request: bytes) -> bytes:
    """Send ``request``, say that no more will come, and return all that came until the end."""
    with socket.create_connection(place, timeout=DEADLINE) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))
        except TimeoutError:
            raise
        except OSError:  # it closed before it had heard all
            return b""


def rest(connection: socket.socket) -> list[int]:
    """Return the status of every answer that comes before the other end closes."""
    try:
        return statuses(b"".join(iter(lambda: connection.recv(65_536), b"")))
    except ConnectionError:
        return []


def is_served(place: Place) -> bool:
    """Say whether a good request is answered."""
    url, headers = f"http://{place[0]}:{place[1]}/_fake/clock", {CONTROL_HEADER: TOKEN}
    return httpx.get(url, headers=headers, timeout=DEADLINE, trust_env=False).status_code == 200


def statuses(answer: bytes) -> list[int]:
    """Return the status of every answer on a connection; raises for what is no HTTP."""
    assert answer == b"" or answer.startswith(b"HTTP/1."), answer[:200]
    return [int(found) for found in re.findall(rb"(?:^|\r\n\r\n|[}\]>])HTTP/1\.[01] (\d{3})", answer)]


def raw(side: Side, values: Values) -> bytes:
    """Return a request for any route, as bytes that may be anything but right."""
    method, _, path = values.chance.choice(side.app.app.known_routes()).partition(" ")
    path = path.replace("{tenant_id}", side.tenant_id)
    token = "wrong" if path.endswith("reset") else TOKEN
    body = values.body(None)[:200_000]
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"{CONTROL_HEADER}: {token}"]
    head += [f"{name}: {value}" for name, value in side.authorization()] + ["Content-Type: application/json"]
    if values.often(25):
        head.append(
            "Transfer-Encoding: " + values.chance.choice(("chunked", "chunked", "gzip, chunked", "x"))
        )
        body = values.chance.choice(CHUNKED)
    if values.often(75):
        right = values.often(70)
        head.append(
            f"Content-Length: {len(body) if right else values.chance.choice((0, 1, 10**6, 10**12, 10**30, 'x'))}"
        )
    values.chance.shuffle(head) if values.often(3) else None
    return damaged(values, "\r\n".join(head).encode() + b"\r\n\r\n" + body)


def damaged(values: Values, request: bytes) -> bytes:
    """Return ``request``, half of the time with a few bytes cut, added, changed or repeated."""
    for _ in range(values.chance.choice((0, 0, 0, 1, 2, 5))):
        at = values.chance.randrange(len(request) + 1)
        junk = bytes(values.chance.randrange(256) for _ in range(values.chance.randrange(4)))
        end = at + values.chance.randrange(8)
        request = values.chance.choice(
            (request[:at], request[:at] + junk + request[end:], request[:end] + request[at:])
        )
    return request


@pytest.mark.parametrize("side", SIDES, indirect=True)
def test_malformed_requests(side: Side, place: Place) -> None:
    """Some hundred malformed requests are answered below 500, or by the server's own word, or cut; nothing is lost."""
    values = Values(random.Random(11))  # noqa: S311 - the same every time
    side.keep()
    for number in range(EACH):
        request = raw(side, values)
        found = statuses(talk(place, request))
        assert all(status < 500 or status in SERVERS_OWN for status in found), (
            number,
            found,
            request[:2_000],
        )
        if number % 50 == 0:
            side.calm()
            assert is_served(place)
    assert side.lost() == ""


def test_bad_request_lines_and_heads(place: Place) -> None:
    """What is no HTTP is refused or cut, whether more could come or not."""
    with ExitStack() as stack:
        staying = [stack.enter_context(socket.create_connection(place, timeout=DEADLINE)) for _ in BAD]
        for connection, request in zip(staying, BAD, strict=True):
            with suppress(ConnectionError):
                connection.sendall(request)
        found = {
            request: statuses(talk(place, request)) + rest(connection)
            for connection, request in zip(staying, BAD, strict=True)
        }
    allowed = {*range(400, 500), *SERVERS_OWN}

    assert {request[:80]: seen for request, seen in found.items() if not allowed.issuperset(seen)} == {}
    assert is_served(place)


def test_wrong_chunking(side: Side, place: Place) -> None:
    """A chunked body that is none is refused; the connection is not taken for a place where a request begins."""
    head = f"POST /_fake/clock/advance HTTP/1.1\r\nHost: a\r\n{CONTROL_HEADER}: {TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n"
    found = {body: statuses(talk(place, head.encode() + body)) for body in CHUNKED}

    assert {body: seen for body, seen in found.items() if seen not in ([400], [400, 400], [413])} == {}
    assert is_served(place)
    assert side.runtime.clock.now() == START


def test_chunked_body_is_read(side: Side, place: Place) -> None:
    """A body in chunks counts as one of a length, and the next request on the connection is answered."""
    head = f"Host: a\r\n{CONTROL_HEADER}: {TOKEN}\r\n"
    chunked = f"POST /_fake/clock/advance HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n"
    body = b'4\r\n{"se\r\n0A\r\nconds": 5}\r\n0\r\n\r\n'
    unread = (
        f"GET /_fake/clock HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode()
        + b"2\r\n{}\r\n0\r\n\r\n"
    )
    before = side.runtime.clock.now()
    answer = talk(place, chunked.encode() + body + unread + unread)

    assert statuses(answer) == [200, 200, 200]
    assert (side.runtime.clock.now() - before).total_seconds() == 5


def test_pipelined_requests(place: Place) -> None:
    """Requests sent without waiting are answered in order; after one that is no HTTP the connection ends."""
    clock = f"GET /_fake/clock HTTP/1.1\r\nHost: a\r\n{CONTROL_HEADER}: {TOKEN}\r\n\r\n".encode()
    unknown = clock.replace(b"clock", b"nothing")

    assert statuses(talk(place, clock + unknown + clock + unknown)) == [200, 404, 200, 404]
    assert statuses(talk(place, clock + b"nonsense\r\n\r\n" + clock)) == [200, 400]


def test_slow_clients(place: Place) -> None:
    """More clients than threads that send half and wait are given up on; a good request is answered meanwhile."""
    halves = (
        b"",
        b"GET /_fake/clo",
        b"GET /nowhere HTTP/1.1\r\nHost:",
        b"POST /api/events HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
    )
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(place, timeout=DEADLINE))
            for _ in range(MORE_THAN_THREADS)
        ]
        for number, connection in enumerate(slow):
            connection.sendall(halves[number % len(halves)])
        assert is_served(place)
        for connection in slow:
            assert rest(connection) in ([], [400], [401], [408])


def test_clients_that_do_not_read(side: Side, place: Place) -> None:
    """More clients than threads that never take a long answer are given up on; a good request is answered."""
    for _ in range(2_000):
        side.fake.journal.write("request", "x" * 4_000)
    ask = f"GET /_fake/journal HTTP/1.1\r\nHost: a\r\n{CONTROL_HEADER}: {TOKEN}\r\n\r\n".encode()
    with ExitStack() as stack:
        for _ in range(MORE_THAN_THREADS):
            deaf = stack.enter_context(socket.socket())
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            deaf.settimeout(DEADLINE)
            deaf.connect(place)
            deaf.sendall(ask)
        assert is_served(place)
