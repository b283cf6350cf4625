"""A fake behind a socket: cheroot on a thread, with faults below HTTP carried out on the connection."""

import contextlib
import io
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import cheroot.wsgi
from cheroot.errors import MaxSizeExceeded
from cheroot.server import HTTPConnection, HTTPRequest

from fakes.core.faults import ConnectionFault
from fakes.core.request import WsgiApplication

_THREADS = 24
_LARGEST_HEAD = 256 * 1024
_LARGEST_BODY = 64 * 1024 * 1024
"""What goes beyond is refused with 413 by the server itself, long after every vendor's own limit."""


class Server:
    """Serves one application on ``host``:``port`` (0 picks a free port) from ``start`` until ``stop``.

    ``patience`` is how many seconds it waits for a client that does not go on, or does not take its answer. As a
    context manager it is started and stopped. Raises ``OSError`` when the address cannot be had.
    """

    def __init__(
        self, app: WsgiApplication, host: str = "127.0.0.1", port: int = 0, *, patience: float = 10
    ) -> None:
        """Bind nothing yet."""
        self._server = _WsgiServer(
            (host, port),
            app,
            numthreads=_THREADS,
            server_name="fake",
            request_queue_size=128,
            timeout=patience,
            shutdown_timeout=1,
        )
        self._server.gateway = _Gateway
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The base URL, once started."""
        host, port = self._server.bind_addr[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Bind and answer from now on."""
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, name=f"fake {self.url}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the socket and wait for the threads to end."""
        self._server.stopping.set()
        self._server.stop()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


class _Request(HTTPRequest):
    """Refuses with 400 what the server's own parser stumbles over and would answer 500."""

    def read_request_line(self) -> bool:
        return self._well_formed(super().read_request_line)

    def read_request_headers(self) -> bool:
        return self._well_formed(super().read_request_headers)

    def _well_formed(self, read: Callable[[], bool]) -> bool:
        try:
            return bool(read())
        except (UnboundLocalError, ValueError):  # a first line of headers that is folded; a URI that is none
            self.simple_response("400 Bad Request", "Malformed Request")
            return False


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request


class _WsgiServer(cheroot.wsgi.Server):
    """A server that its gateways can ask whether it is stopping."""

    ConnectionClass = _Connection

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_request_header_size = _LARGEST_HEAD
        self.max_request_body_size = _LARGEST_BODY
        self.stopping = threading.Event()


class _Gateway(cheroot.wsgi.Gateway_10):
    """Carries out ``ConnectionFault`` on the socket, which a WSGI application cannot reach.

    A chunked body is put together first: the application sees bodies by their length only, and what it leaves unread
    would be taken for the next request.
    """

    req: Any
    env: dict[str, Any]

    def respond(self) -> None:
        if self.req.chunked_read and not self._put_together():
            return
        try:
            super().respond()
        except ConnectionFault as fault:
            self._carry_out(fault)
            # The server closes the connection; it must not add headers of its own before that.
            self.req.close_connection = self.req.sent_headers = True

    def _put_together(self) -> bool:
        try:
            body = self.req.rfile.read()
        except TimeoutError:
            raise
        except (MaxSizeExceeded, OverflowError, OSError, ValueError) as error:
            malformed = isinstance(error, ValueError)
            self.req.simple_response("400 Bad Request" if malformed else "413 Content Too Large", str(error))
            self.req.close_connection = self.req.sent_headers = True
            return False
        self.env |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return True

    def _carry_out(self, fault: ConnectionFault) -> None:
        sock: socket.socket = self.req.conn.socket
        if fault.fault.kind == "timeout":
            self.req.server.stopping.wait(fault.fault.seconds)
        elif fault.fault.kind == "truncate":
            _send_half(sock, fault)


def _send_half(sock: socket.socket, fault: ConnectionFault) -> None:
    with contextlib.suppress(OSError):
        sock.sendall(_first_half(fault))


def _first_half(fault: ConnectionFault) -> bytes:
    if not fault.body:  # a whole head would be a whole answer to most clients, whatever length it announces
        return b"HTTP/1.1 "
    head = [f"HTTP/1.1 {fault.status}", f"Content-Length: {len(fault.body)}"]
    head += [f"{name}: {value}" for name, value in fault.headers if name.lower() != "content-length"]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + fault.body[: len(fault.body) // 2]
