"""What one connection may ask, byte by byte, of any WSGI application behind the server."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from fakes.core.faults import ConnectionFault, Fault
from fakes.core.http.server import Server
from tests.core.toy import DEADLINE

HOST = b"Host: localhost\r\n"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
MUCH = 65 * 1024 * 1024
Start = Callable[..., Any]


class Echo:
    """Answers with what was asked; ``/second`` waits for ``/first`` to have been called."""

    def __init__(self) -> None:
        """Be asked nothing yet."""
        self.first = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> list[bytes]:
        """Answer."""
        path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
        if path == "/reset":
            raise ConnectionFault(Fault("*", "reset"), headers=[])
        if path == "/first":
            self.first.wait(DEADLINE)
        if path == "/go":
            self.first.set()
        headers = [("Content-Type", "text/plain"), ("X-Asked", environ.get("HTTP_X_ASKED", ""))]
        if path == "/split":
            headers.append(("X-Split", "a\r\nX-Other: b"))
        start_response("204 No Content" if path == "/nothing" else "200 OK", headers)
        said = (
            f"{environ['REQUEST_METHOD']} {path} {environ.get('CONTENT_LENGTH')} {environ['wsgi.url_scheme']}"
        )
        return [] if path == "/nothing" else [said.encode(), b" ", body]


@pytest.fixture
def served() -> Iterator[Server]:
    """The echo behind a socket."""
    with Server(Echo()) as server:
        yield server


def connected(server: Server) -> socket.socket:
    """Return a connection."""
    url = httpx.URL(server.url)
    return socket.create_connection((url.host, url.port or 0), timeout=DEADLINE)


def rest(connection: socket.socket) -> bytes:
    """Return all that comes until the other end closes."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def talk(server: Server, *pieces: bytes) -> bytes:
    """Send this, say that no more will come, and return all that came."""
    with connected(server) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        return rest(connection)


def bodies(answer: bytes) -> list[bytes]:
    """Return the bodies of answers that follow each other."""
    return [piece.partition(b"\r\n\r\n")[2] for piece in answer.split(b"HTTP/1.1 ")[1:]]


def test_continues_when_asked_to_wait(served: Server) -> None:
    """``Expect: 100-continue`` gets a word before the body is sent."""
    with connected(served) as connection:
        connection.sendall(
            b"POST /x HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        assert connection.recv(len(GO_ON)) == GO_ON
        connection.sendall(b"hi")
        connection.shutdown(socket.SHUT_WR)
        assert rest(connection).endswith(b"POST /x 2 http hi")


def test_head_has_no_body(served: Server) -> None:
    """HEAD gets the length of the body and not the body, and the connection goes on."""
    answer = talk(served, b"HEAD /x HTTP/1.1\r\n" + HOST + b"\r\nGET /y HTTP/1.1\r\n" + HOST + b"\r\n")
    assert bodies(answer) == [b"", b"GET /y None http "]
    assert b"Content-Length: 18\r\n" in answer


def test_no_content_has_no_length(served: Server) -> None:
    """204 has neither a body nor a length."""
    answer = talk(served, b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 204 ")
    assert b"Content-Length" not in answer


def test_http_1_0(served: Server) -> None:
    """HTTP/1.0 is answered once and closed, or kept when it asks for that."""
    with connected(served) as connection:
        connection.sendall(b"GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        kept = connection.recv(65_536)
        connection.sendall(b"GET /x HTTP/1.0\r\n\r\n")
        closed = rest(connection)
    assert b"\r\nConnection: keep-alive\r\n" in kept
    assert b"\r\nConnection: close\r\n" in closed


def test_close_is_kept_to(served: Server) -> None:
    """After ``Connection: close`` the answer says so and nothing more is answered."""
    request = b"GET /x HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    answer = talk(served, request + request)
    assert len(bodies(answer)) == 1
    assert b"\r\nConnection: close\r\n" in answer


def test_answers_come_in_order(served: Server) -> None:
    """Requests sent without waiting are answered in their order, one after the other, while others are served."""
    with connected(served) as connection:
        connection.sendall(
            b"".join(b"GET /%s HTTP/1.1\r\n%s\r\n" % (path, HOST) for path in (b"first", b"x"))
        )
        assert talk(served, b"GET /go HTTP/1.1\r\n" + HOST + b"\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert bodies(rest(connection)) == [b"GET /first None http ", b"GET /x None http "]


def test_name_of_a_transfer_coding_in_any_letter_case(served: Server) -> None:
    """``Chunked`` is ``chunked`` (RFC 9112, 7)."""
    head = b"POST /x HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: Chunked\r\n\r\n"
    assert bodies(talk(served, head + b"2\r\nhi\r\n0\r\n\r\n")) == [b"POST /x 2 http hi"]


def test_byte_by_byte(served: Server) -> None:
    """A request may come in any number of pieces."""
    request = (
        b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabcGET /y HTTP/1.1\r\n" + HOST + b"\r\n"
    )
    answer = talk(served, *(request[at : at + 1] for at in range(len(request))))
    assert bodies(answer) == [b"POST /x 3 http abc", b"GET /y None http "]


def test_offers_of_other_protocols_are_passed_over(served: Server) -> None:
    """An offer to upgrade, as of HTTP/2 or a web socket, is answered as if it were not there, body and all."""
    offer = HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
    with_body = b"POST /x HTTP/1.1\r\n" + offer + b"Content-Length: 2\r\n\r\nhi"
    answer = talk(
        served, b"GET /x HTTP/1.1\r\n" + offer + b"\r\n" + with_body + b"GET /y HTTP/1.1\r\n" + HOST + b"\r\n"
    )
    assert bodies(answer) == [b"GET /x None http ", b"POST /x 2 http hi", b"GET /y None http "]


def test_repeated_headers_are_joined(served: Server) -> None:
    """A header that is sent twice has both values."""
    answer = talk(served, b"GET /x HTTP/1.1\r\n" + HOST + b"X-Asked: a\r\nx-asked: b\r\n\r\n")
    assert b"\r\nX-Asked: a, b\r\n" in answer


@pytest.mark.parametrize(
    "head",
    [
        b"Host: localhost\r\nHost: localhost\r\n",
        b"",
        HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n",
        HOST + b"Content-Length: 1x\r\n",
        HOST + b" folded: x\r\n",
    ],
)
def test_ambiguous_requests(served: Server, head: bytes) -> None:
    """What two readers could read in two ways is refused with 400, and the connection closed."""
    answer = talk(served, b"POST /x HTTP/1.1\r\n" + head + b"\r\n1")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert len(bodies(answer)) == 1


def test_too_long_a_body(served: Server) -> None:
    """A body that is said to be too long is refused before it is read, one in chunks when it has become so."""
    said = b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % MUCH
    assert talk(served, said).startswith(b"HTTP/1.1 413 ")
    with connected(served) as connection:
        connection.sendall(b"POST /x HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
        connection.sendall(b"%x\r\n" % MUCH)
        connection.sendall(b"x" * MUCH)  # is read to the end, or the refusal would not be
        connection.shutdown(socket.SHUT_WR)
        assert rest(connection).startswith(b"HTTP/1.1 413 ")


def test_too_long_a_head(served: Server) -> None:
    """A head without an end is refused with 431, in one header or in many."""
    start = b"GET /x HTTP/1.1\r\n" + HOST
    assert talk(served, start + b"X: " + b"x" * 300_000).startswith(b"HTTP/1.1 431 ")
    assert talk(served, start + b"X: y\r\n" * 60_000 + b"\r\n").startswith(b"HTTP/1.1 431 ")


def test_large_body_in_pieces_is_no_large_head(served: Server) -> None:
    """A body as large as the largest head, sent right after a small one, is read."""
    body = b"x" * 400_000
    head = b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n" % len(body)
    assert talk(served, head, b"\r\n" + body).endswith(body)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_no_header_can_be_smuggled_into_an_answer(served: Server) -> None:
    """An answer whose header has a line end in it is not sent."""
    answer = talk(served, b"GET /split HTTP/1.1\r\n" + HOST + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"X-Other" not in answer


def test_reset_is_a_reset(served: Server) -> None:
    """A ``reset`` fault resets the connection, as its name says."""
    with connected(served) as connection:
        connection.sendall(b"GET /reset HTTP/1.1\r\n" + HOST + b"\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_ipv6() -> None:
    """A host of the newer kind of addresses is served, and the URL names it in brackets."""
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with Server(Echo(), "::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert httpx.get(f"{server.url}/x", timeout=DEADLINE, trust_env=False).text == "GET /x None http "


def test_who_asks_on_without_reading_fills_no_memory(served: Server) -> None:
    """From a client that sends request after request and takes no answer, the server reads no more in the end."""
    request = b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000
    with connected(served) as connection:
        connection.settimeout(1)
        with pytest.raises(TimeoutError):
            connection.sendall(request * 1_000)
