"""One connection: requests are read as they come and answered in order. Nobody waits for a client but its own timer.

What is no HTTP, or too much of it, is refused in the server's own words, and the connection closed.
"""

import asyncio
import contextlib
import logging
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NoReturn, cast
from wsgiref.types import WSGIApplication

import httptools

from fakes.core.faults import ConnectionFault
from fakes.core.http.wsgi import Call, Reply, answer, first_half

LARGEST_HEAD: Final = 256 * 1024
LARGEST_BODY: Final = 64 * 1024 * 1024
"""What goes beyond is refused by the server itself, long after every vendor's own limit."""

_MOST_READ: Final = 2 * LARGEST_BODY
"""What the body may take on the way, chunks and trailers included."""

_MANY_CALLS: Final = 64
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_RESET: Final = struct.pack("ii", 1, 0)
"""No lingering: what is closed is reset."""

log = logging.getLogger(__name__)


@dataclass
class Serving:
    """What all connections of one server share.

    ``about`` is the server's part of every ``environ``, ``calls`` the threads of application calls, some of them ended.
    """

    app: WSGIApplication
    may_wait: Callable[[str, str], bool]
    patience: float
    loop: asyncio.AbstractEventLoop
    about: dict[str, Any]
    connections: "set[Connection]" = field(default_factory=set)
    empty: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[threading.Thread] = field(default_factory=list)
    stopping: bool = False

    def in_a_thread(self, call: Callable[[], None]) -> None:
        """Make an application call on a thread of its own, so that no number of them can keep another waiting."""
        if len(self.calls) >= _MANY_CALLS:
            self.calls = [thread for thread in self.calls if thread.is_alive()]
        thread = threading.Thread(target=call, name="fake call", daemon=True)
        self.calls.append(thread)
        thread.start()


class Connection(asyncio.Protocol):
    """Reads requests, has them answered one after the other, and carries out faults below HTTP."""

    def __init__(self, serving: Serving) -> None:
        """Wait for the first byte."""
        self._serving = serving
        self._transport: asyncio.Transport
        self._parser = httptools.HttpRequestParser(self)
        self._call: Call | None = None
        self._in_head = False
        self._read = 0
        self._refusal: HTTPStatus | None = None
        self._waiting: deque[Call | HTTPStatus] = deque()
        self._answering = False
        self._silent: asyncio.TimerHandle | None = None
        self._held = False
        self._deaf = self._ended = False
        self._full = False
        self._since = serving.loop.time()
        self._unsent = 0

    # What the transport tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._serving.connections.add(self)
        self._serving.empty.clear()
        peer = transport.get_extra_info("peername")
        self._about = {**self._serving.about, "REMOTE_ADDR": peer[0] if peer else ""}

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was not answered."""
        del exc
        self._serving.connections.discard(self)
        if not self._serving.connections:
            self._serving.empty.set()
        self._waiting.clear()
        self._deaf = True
        if self._silent is not None:
            self._silent.cancel()

    def data_received(self, data: bytes) -> None:
        """Read on; answer what is whole."""
        if self._deaf:
            return
        self._since = self._serving.loop.time()
        self._read += len(data)
        while data:
            data = self._parsed(data)
        if not self._deaf:
            if self._in_head and self._read > LARGEST_HEAD:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            elif self._read > _MOST_READ:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self._go_on()

    def _parsed(self, data: bytes) -> bytes:
        """Have the parser read ``data`` and return what is still to be read."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            # The parser stops at an offer to speak another protocol; nobody here does, so it is read without the offer.
            head = self._begun.head_without(b"upgrade")
            self._parser = httptools.HttpRequestParser(self)
            return head + data[offer.args[0] :]
        except httptools.HttpParserError:
            self._refuse(self._refusal or HTTPStatus.BAD_REQUEST)
        return b""

    def eof_received(self) -> bool:
        """Answer what was asked, if there is still somebody who may read it."""
        self._ended = True
        if self._call is not None and not self._deaf:
            self._refuse(HTTPStatus.BAD_REQUEST)
            self._go_on()
        return self._silent is None and (self._answering or bool(self._waiting))

    # What the parser tells.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._call = Call()
        self._in_head = True

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request's target."""
        self._begun.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes after the body is left out."""
        if self._in_head:
            self._begun.fields.append((name, value))

    def on_headers_complete(self) -> None:
        """Refuse a request by its head, or tell one that waits for it to go on."""
        call = self._begun
        self._in_head = False
        call.method = self._parser.get_method().decode("latin-1")
        call.version = self._parser.get_http_version()
        call.keep_alive = self._parser.should_keep_alive()
        if (refusal := _refusal_of(call)) is not None:
            self._stop_reading(refusal)
        if not (self._parser.should_upgrade() or self._answering or self._waiting) and call.waits_to_go_on:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a piece of the request's body."""
        self._begun.body.append(body)
        if self._read > LARGEST_BODY and sum(map(len, self._begun.body)) > LARGEST_BODY:
            self._stop_reading(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def on_message_complete(self) -> None:
        """Let the request wait for its turn."""
        if self._parser.should_upgrade():
            return
        self._waiting.append(self._begun)
        self._call = None
        self._read = 0

    @property
    def _begun(self) -> Call:
        if self._call is None:
            raise ValueError("nothing has begun")
        return self._call

    def _stop_reading(self, refusal: HTTPStatus) -> NoReturn:
        self._refusal = refusal
        raise ValueError(refusal)  # for the parser, which stops and says so

    def _refuse(self, refusal: HTTPStatus) -> None:
        self._waiting.append(refusal)
        self._call = None
        self._deaf = True

    # Answers.

    def _go_on(self) -> None:
        """Answer one request; the next has its turn when the other connections have had theirs."""
        if self._waiting and not (self._answering or self._full or self._transport.is_closing()):
            call = self._waiting.popleft()
            if isinstance(call, HTTPStatus):
                self._send(Call(), Reply.plain(call))
            else:
                self._answer(call)
        if self._waiting:
            self._transport.pause_reading()  # who asks and does not take the answers is not to fill the memory

    def _answer(self, call: Call) -> None:
        self._answering = True
        environ = call.environ(self._about)
        if self._serving.may_wait(call.method, environ["PATH_INFO"]):
            self._answer_in_a_thread(call, environ)
        else:
            self._finish(call, answer(self._serving.app, environ))

    def _answer_in_a_thread(self, call: Call, environ: dict[str, Any]) -> None:
        def run() -> None:
            outcome = answer(self._serving.app, environ)
            self._from_elsewhere(lambda: self._finish(call, outcome))

        self._serving.in_a_thread(run)

    def _from_elsewhere(self, action: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended, and this connection with it
            self._serving.loop.call_soon_threadsafe(action)

    def _finish(self, call: Call, outcome: Reply | ConnectionFault) -> None:
        if isinstance(outcome, ConnectionFault):
            self._carry_out(outcome)
        elif outcome.held is None:
            self._send(call, outcome)
        else:
            self._held = True
            clock, seconds = outcome.held
            clock.after(seconds, lambda: self._from_elsewhere(lambda: self._send(call, outcome)))

    def _send(self, call: Call, reply: Reply) -> None:
        if self._transport.is_closing():
            return
        keep_alive = call.keep_alive and not self._serving.stopping
        try:
            sent = reply.as_bytes(call.method, call.version, keep_alive=keep_alive)
        except ValueError:
            log.exception("%s %r: an answer that cannot be sent", call.method, call.target)
            reply, keep_alive = Reply.plain(HTTPStatus.INTERNAL_SERVER_ERROR), False
            sent = reply.as_bytes(call.method, call.version, keep_alive=False)
        self._transport.write(sent)
        self._answering = self._held = False
        self._since = self._serving.loop.time()
        self._unsent = self._transport.get_write_buffer_size()
        if not keep_alive:
            self._end()
        elif self._ended and not self._waiting:
            self._transport.close()
        elif self._waiting:
            self._serving.loop.call_soon(self._go_on)
        else:
            self._transport.resume_reading()

    def _end(self) -> None:
        """Close after the last answer; what the client still sends is let run out, or it might not see the answer."""
        self._waiting.clear()
        if self._deaf and not self._ended and self._transport.can_write_eof():
            self._transport.write_eof()
            self._transport.resume_reading()
        else:
            self._transport.close()

    def _carry_out(self, fault: ConnectionFault) -> None:
        kind = fault.fault.kind
        if self._serving.stopping or self._transport.is_closing():
            self._transport.abort()
        elif kind in {"timeout", "lost"}:
            self._silent = self._serving.loop.call_later(fault.fault.seconds, self._transport.close)
        elif kind == "truncate":
            self._transport.write(first_half(fault))
            self._transport.close()
        else:
            connection: socket.socket = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._transport.abort()

    # Time.

    def pause_writing(self) -> None:
        """Make no more answers until the client has taken those it got."""
        self._full = True

    def resume_writing(self) -> None:
        """Go on."""
        self._full = False
        self._go_on()

    def look(self, now: float, held_up: float = 0.0) -> None:
        """Give up on a client that has not gone on, or not taken its answer, for longer than the server's patience.

        For ``held_up`` seconds since the last look the server has heard nobody.
        """
        self._since = min(self._since + held_up, now)
        unsent = self._transport.get_write_buffer_size()
        if unsent < self._unsent:
            self._since = now
        self._unsent = unsent
        if (self._answering and not unsent) or now - self._since <= self._serving.patience:
            return
        if unsent or self._transport.is_closing() or self._deaf:
            self._transport.abort()
        elif self._call is not None:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            self._go_on()
        else:
            self._transport.close()

    def abort(self) -> None:
        """End at once."""
        self._transport.abort()

    def stop(self) -> None:
        """End now; an answer that is being made or taken gets the server's last moment."""
        if (
            self._silent is not None
            or self._held
            or not (self._answering or self._transport.get_write_buffer_size())
        ):
            self._transport.abort()
        elif not self._answering:
            self._transport.close()


def _refusal_of(call: Call) -> HTTPStatus | None:
    """Return why a request is refused by its head alone, or None."""
    if call.version not in _VERSIONS:
        return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
    if len(call.target) + sum(len(name) + len(value) + 4 for name, value in call.fields) > LARGEST_HEAD:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    if call.method == "CONNECT" or set(map(bytes.lower, call.values(b"transfer-encoding"))) - {b"chunked"}:
        return HTTPStatus.NOT_IMPLEMENTED
    hosts = len(call.values(b"host"))
    if hosts > 1 or (hosts == 0 and call.version == "1.1"):
        return HTTPStatus.BAD_REQUEST
    length = call.values(b"content-length")
    if length and int(length[0]) > LARGEST_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None
