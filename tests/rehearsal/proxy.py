"""A way to a stand-in that can be slow, closed, or change what is said on it."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

KEPT_BACK = {"connection", "content-length", "transfer-encoding", "content-encoding", "keep-alive"}


@dataclass
class Way:
    """What happens on the way. ``rewrite`` changes the text of an answer, by the path that was asked for."""

    target: str
    url: str = ""
    delay: float = 0.0
    is_closed: bool = False
    without_cookies: bool = False
    rewrite: Callable[[str, str], str] = lambda _path, text: text
    asked: list[str] = field(default_factory=list)

    def close_for(self, seconds: float) -> None:
        """Let nothing through from now on, for ``seconds``."""
        self.is_closed = True
        threading.Timer(seconds, self._open).start()

    def _open(self) -> None:
        self.is_closed = False


class Handler(BaseHTTPRequestHandler):
    """Passes a request on, and its answer back, as ``way`` says."""

    protocol_version = "HTTP/1.1"
    way: Way
    client: httpx.Client

    def handle_any(self) -> None:
        """Serve one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.way.asked.append(f"{self.command} {self.path.partition('?')[0]}")
        if self.way.is_closed:
            self.close_connection = True
            self.connection.close()
            return
        threading.Event().wait(self.way.delay)
        url = self.client.base_url.join(
            self.path
        )  # not the client's own request: that would add others' cookies
        request = httpx.Request(self.command, url, content=body, headers=self._sent())
        self._pass_on(self.client.send(request))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the base class's names

    def _sent(self) -> dict[str, str]:
        cookies = {"cookie"} if self.way.without_cookies else set()
        left_out = KEPT_BACK | {"accept-encoding"} | cookies
        return {name: value for name, value in self.headers.items() if name.lower() not in left_out}

    def _pass_on(self, answer: httpx.Response) -> None:
        content = answer.content
        kind = answer.headers.get("content-type", "")
        if "html" in kind or "json" in kind:
            content = self.way.rewrite(self.path, answer.text).encode()
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name.lower() not in KEPT_BACK | {"date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        """Keep quiet."""


@contextlib.contextmanager
def way_to(target: str) -> Iterator[Way]:
    """Serve a way to ``target`` on a free port of this machine."""
    way = Way(target)
    with httpx.Client(base_url=target, timeout=60.0, follow_redirects=False) as client:
        serving = type("Serving", (Handler,), {"way": way, "client": client})
        server = ThreadingHTTPServer(("127.0.0.1", 0), serving)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        way.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield way
        finally:
            server.shutdown()
            server.server_close()
