"""A request as raw as WSGI allows, sent to an application without any client in between that would mend it."""

import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fakes.core.faults import ConnectionFault
from fakes.core.request import WsgiApplication

HOST = "fakes.example"
Headers = tuple[tuple[str, str], ...]
MARK = "x\" fuzz-mark='<fuzz-mark>"
"""A text that is sent as a value; no page may carry it as markup."""

SEE_OTHER = 303
NO_PAGES = (b"<html><body>no JSON here", b"0", b"1")
"""What is called HTML and is no page: what a fault that spoils answers puts in their place, and the oldest API's words."""

_MARKUP = (b"<fuzz-mark", b'" fuzz-mark', b"fuzz-mark='")


@dataclass(frozen=True)
class Raw:
    """A request; ``path`` is what the server made of it (bytes as Latin-1), ``length`` what it says of its body."""

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
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
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        """The body as strict JSON; raises ``ValueError`` for anything else."""
        return json.loads(self.body.decode(), parse_constant=_no_constant)

    @property
    def is_page(self) -> bool:
        """Whether it says that it is HTML."""
        return self.header("content-type").startswith("text/html")

    def header(self, name: str) -> str:
        """Return a header, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def send(app: WsgiApplication, request: Raw) -> Answer | None:
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
    if answer.status == SEE_OTHER and not re.fullmatch(r"/(?![/\\\\])[!-~]*", answer.header("location")):
        return f"a browser is sent elsewhere: {answer.header('location')!r}"
    if answer.body and "json" in answer.header("content-type"):
        return _faults_of_json(answer.body)
    return _faults_of_page(answer.body) if answer.body and answer.is_page else ""


def _faults_of_json(body: bytes) -> str:
    try:
        for document in [body] if _is_whole(body) else body.splitlines():
            json.loads(document.decode(), parse_constant=_no_constant)
    except ValueError as error:
        return f"a body that is no JSON: {error}"
    return ""


def _faults_of_page(body: bytes) -> str:
    if body in NO_PAGES:
        return ""
    if not body.lstrip().lower().startswith(b"<!doctype html>") or not body.rstrip().endswith(b"</html>"):
        return f"a page that is no HTML: {body[:300]!r}"
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return f"a page that is no UTF-8: {error}"
    for markup in _MARKUP:
        if (at := body.find(markup)) >= 0:
            return f"a page with unescaped text: {body[max(0, at - 200) : at + 100]!r}"
    return ""


def _is_whole(body: bytes) -> bool:
    """Say whether ``body`` is one document; a stream of events has one on each line, and one line end fewer."""
    return not body.startswith(b"{") or b"}\n{" not in body
