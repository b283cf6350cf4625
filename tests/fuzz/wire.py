"""A request as raw as WSGI allows, sent to an application without any client in between that would mend it."""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fakes.core.faults import ConnectionFault
from fakes.core.web import App

HOST = "fakes.example"


@dataclass(frozen=True)
class Raw:
    """A request; ``path`` is what the server made of it (bytes as Latin-1), ``length`` what it says of its body."""

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    length: str | None = None

    def environ(self) -> dict[str, Any]:
        """Return what a WSGI server would hand over."""
        length = str(len(self.body)) if self.length is None else self.length
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": HOST,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if length or self.body:
            environ["CONTENT_LENGTH"] = length
        for name, value in self.headers:
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        return environ


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as strict JSON; raises ``ValueError`` for anything else."""
        return json.loads(self.body.decode(), parse_constant=_no_constant)

    def header(self, name: str) -> str:
        """Return a header, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def send(app: App, request: Raw) -> Answer | None:
    """Return the application's answer, None for an armed fault on the connection; whatever else it raises passes."""
    seen: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        seen.append((status, headers))
        return lambda _: None

    try:
        chunks: Iterable[bytes] = app(request.environ(), start_response)
        body = b"".join(chunks)
    except ConnectionFault:
        return None
    status, headers = seen[-1]
    return Answer(int(status.split(" ", 1)[0]), tuple(headers), body)


def faults_of(answer: Answer) -> str:
    """Say what is wrong with the form of an answer; nothing for a good one."""
    for name, value in answer.headers:
        if any(ord(sign) < 32 or ord(sign) > 255 for sign in name + value):
            return f"a header that no server can send: {name}: {value!r}"
    if not answer.body or "json" not in answer.header("content-type"):
        return ""
    try:
        for document in [answer.body] if _is_whole(answer.body) else answer.body.splitlines():
            json.loads(document.decode(), parse_constant=_no_constant)
    except ValueError as error:
        return f"a body that is no JSON: {error}"
    return ""


def _is_whole(body: bytes) -> bool:
    """Say whether ``body`` is one document; a stream of events has one on each line, and one line end fewer."""
    return not body.startswith(b"{") or b"}\n{" not in body
