"""A request that was read from a connection, as WSGI's ``environ``; and what the application answers, as bytes."""

import logging
import re
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from time import time
from typing import Any, Final
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication

from fakes.core.clock import Clock
from fakes.core.faults import ConnectionFault
from fakes.core.http.holding import HOLD

Headers = list[tuple[str, str]]

_WITHOUT_BODY: Final = ("1", "204", "304")
_UNSENDABLE: Final = re.compile(r"[\r\n\0]")
_ABSOLUTE: Final = re.compile(rb"https?://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)

log = logging.getLogger(__name__)


class Call:
    """A request; the parser adds to it until it is whole."""

    __slots__ = ("body", "fields", "keep_alive", "method", "target", "version")

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.method = ""
        self.target = b""
        self.version = ""
        self.fields: list[tuple[bytes, bytes]] = []
        self.body: list[bytes] = []
        self.keep_alive = False

    def values(self, name: bytes) -> list[bytes]:
        """Return the values of every header of this name, which is in lower case."""
        return [value for field, value in self.fields if field.lower() == name]

    @property
    def waits_to_go_on(self) -> bool:
        """Whether its body is sent only after a word that the head was good."""
        return self.version == "1.1" and b"100-continue" in map(bytes.lower, self.values(b"expect"))

    def head_without(self, name: bytes) -> bytes:
        """Return the request's head again, without the headers of this name, which is in lower case."""
        lines = [b"%s %s HTTP/%s" % (self.method.encode("latin-1"), self.target, self.version.encode())]
        lines += [b"%s: %s" % field for field in self.fields if field[0].lower() != name]
        return b"\r\n".join((*lines, b"", b""))

    def environ(self, about: dict[str, Any]) -> dict[str, Any]:
        """Return the request's ``environ``: what is ``about`` server and caller, and what is asked."""
        environ = about.copy()
        for name, value in self.fields:
            key, text = _key(name), value.decode("latin-1")
            if key in environ:
                text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ', '}{text}"
            environ[key] = text
        target = self.target
        if (
            absolute := _ABSOLUTE.fullmatch(target)
        ) is not None:  # its host counts, whatever Host says (RFC 9112)
            environ["HTTP_HOST"], target = absolute[1].decode("latin-1"), absolute[2] or b"/"
        path, _, query = target.partition(b"#")[0].partition(b"?")
        body = b"".join(self.body)
        environ["REQUEST_METHOD"] = self.method
        environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
        environ["QUERY_STRING"] = query.decode("latin-1")
        environ["SERVER_PROTOCOL"] = f"HTTP/{self.version}"
        environ["wsgi.input"] = BytesIO(body)
        if body or "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            environ["CONTENT_LENGTH"] = str(len(body))
        return environ


@lru_cache(1_024)
def _key(name: bytes) -> str:
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


class Reply:
    """An answer. ``held`` is the clock to go by and the seconds to wait, when it is to go out late."""

    __slots__ = ("body", "headers", "held", "status")

    def __init__(self, status: str = "", headers: Headers | None = None, body: bytes = b"") -> None:
        """Take what is known yet."""
        self.status = status
        self.headers = headers or []
        self.body = body
        self.held: tuple[Clock, float] | None = None

    @classmethod
    def plain(cls, status: HTTPStatus, text: str = "") -> "Reply":
        """Return the server's own word on a request."""
        body = f"{text or status.phrase}\n".encode()
        return cls(f"{status.value} {status.phrase}", [("Content-Type", "text/plain; charset=utf-8")], body)

    def hold(self, clock: Clock, seconds: float) -> None:
        """Let it go out when ``seconds`` of the clock's time have gone by."""
        self.held = (clock, seconds)

    def as_bytes(self, method: str, version: str, *, keep_alive: bool) -> bytes:
        """Return it as it goes out; raises ``ValueError`` for headers that cannot be sent."""
        lines = [f"HTTP/1.1 {self.status}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if any(map(_UNSENDABLE.search, lines)):
            raise ValueError("a header with a line end in it")
        given = {name.lower() for name, _ in self.headers}
        has_body = not self.status.startswith(_WITHOUT_BODY)
        if has_body and "content-length" not in given:
            lines.append(f"Content-Length: {len(self.body)}")
        if "date" not in given:
            lines.append(f"Date: {_date(int(time()))}")
        if "server" not in given:
            lines.append("Server: fake")
        if not keep_alive:
            lines.append("Connection: close")
        elif version == "1.0":
            lines.append("Connection: keep-alive")
        head = "\r\n".join((*lines, "", "")).encode("latin-1")
        return head + self.body if has_body and method != "HEAD" else head


@lru_cache(1)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


def answer(app: WSGIApplication, environ: dict[str, Any]) -> Reply | ConnectionFault:
    """Return the application's answer, or the fault to carry out instead; an error that it lets out is a 500."""
    reply = Reply()
    written: list[bytes] = []

    def start(status: str, headers: Headers, _error: object = None, /) -> Callable[[bytes], object]:
        reply.status, reply.headers = status, headers
        return written.append

    environ[HOLD] = reply.hold
    try:
        chunks = app(environ, start)
        try:
            reply.body = b"".join((*written, *chunks))
        finally:
            if (close := getattr(chunks, "close", None)) is not None:
                close()
    except ConnectionFault as fault:
        return fault
    except Exception:
        log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
        return Reply.plain(HTTPStatus.INTERNAL_SERVER_ERROR)
    return reply


def first_half(fault: ConnectionFault) -> bytes:
    """Return what a ``truncate`` fault lets through."""
    if not fault.body:  # a whole head would be a whole answer to most clients, whatever length it announces
        return b"HTTP/1.1 "
    head = [f"HTTP/1.1 {fault.status}", f"Content-Length: {len(fault.body)}"]
    head += [f"{name}: {value}" for name, value in fault.headers if name.lower() != "content-length"]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + fault.body[: len(fault.body) // 2]
