"""A fake behind a socket: one thread with an event loop that reads and answers all connections.

An application call that may wait for somebody else is made on a thread of its own, all others on the loop's.
"""

import asyncio
import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Final, Self
from wsgiref.types import WSGIApplication

from fakes.core.http.app import Application
from fakes.core.http.connection import Connection, Serving
from fakes.core.http.hosts import HostCheck

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None  # type: ignore[assignment]

ON_THIS_MACHINE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is not announced
"""What to ask for instead of every address, which is no name (``HostCheck``)."""

_BACKLOG: Final = 1_024
_OPEN_FILES: Final = 8_192
"""So many connections and files the process is to have open if the system lets it: often it begins with 1,024, or 256."""

_LAST_MOMENT: Final = 0.5
"""How many seconds the stop waits for answers that are being made or taken."""

_END_OF_A_THREAD: Final = 0.2
"""How many seconds it waits for the threads of calls that were answered; others may wait for somebody for long."""


def _always(_method: str, _path: str) -> bool:
    return True


class Server:
    """Serves one application on ``host``:``port`` (0 picks a free port) from ``start`` until ``stop``.

    Requests are served that name this machine, ``host``, or one of ``hosts`` (``*.example.com``: any name below). ``may_wait`` says of a
    method and a path whether answering may take a while; without it every call gets a thread
    of its own. ``patience`` is how many seconds it waits for a client that does not go on, or does not take its
    answer. As a context manager it is started and stopped. Raises ``OSError`` when the address cannot be had.
    """

    def __init__(
        self,
        app: WSGIApplication,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        hosts: Iterable[str] = (),
        may_wait: Callable[[str, str], bool] = _always,
        patience: float = 10,
    ) -> None:
        """Bind nothing yet."""
        self._app = HostCheck(app, host, hosts)
        self._may_wait = may_wait
        self._patience = patience
        self._address = (host, port)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread: threading.Thread | None = None

    @classmethod
    def of(
        cls,
        application: Application,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        hosts: Iterable[str] = (),
        patience: float = 10,
    ) -> Self:
        """Return a server for a fake's ``application``, under the names of its vendor's hosts too."""
        fake = application.fake
        names = (*fake.hosts, *hosts)
        return cls(application, host, port, hosts=names, may_wait=fake.may_wait, patience=patience)

    @property
    def url(self) -> str:
        """The base URL, once started; of a server that listens on every address, the one on this machine."""
        host, port = self._address
        host = ON_THIS_MACHINE.get(host, host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Bind and answer from now on."""
        _raise_open_files()
        listener = _listen(*self._address)
        self._address = listener.getsockname()[:2]
        loop = self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._run, args=(loop, listener), name=f"fake {self.url}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close all sockets and wait for the threads to end, but for no client and no call that does not come back."""
        if self._thread is not None and self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
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

    def _run(self, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        serving = Serving(self._app, self._may_wait, self._patience, loop, self._about())
        try:
            loop.run_until_complete(self._serve(serving, listener))
        finally:
            loop.close()
        until = time.monotonic() + _END_OF_A_THREAD
        for thread in serving.calls:
            thread.join(max(0, until - time.monotonic()))

    async def _serve(self, serving: Serving, listener: socket.socket) -> None:
        server = await serving.loop.create_server(
            lambda: Connection(serving), sock=listener, backlog=_BACKLOG
        )
        watch = serving.loop.create_task(_watch(serving))
        await self._stop.wait()
        watch.cancel()
        serving.stopping = True
        # A connection that was just accepted is made by a task of the loop's own, for which the server must be open.
        until = serving.loop.time() + _LAST_MOMENT
        while (making := asyncio.all_tasks() - {asyncio.current_task()}) and serving.loop.time() < until:
            await asyncio.wait(making, timeout=_LAST_MOMENT)
        server.close()
        for connection in [*serving.connections]:
            connection.stop()
        if not await _all_gone(serving):
            for connection in [*serving.connections]:
                connection.abort()
            await _all_gone(serving)

    def _about(self) -> dict[str, Any]:
        host, port = self._address
        return {
            "SCRIPT_NAME": "",
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }


async def _all_gone(serving: Serving) -> bool:
    """Wait a last moment until no connection is left, and say whether that is so."""
    with contextlib.suppress(TimeoutError):
        if serving.connections:
            await asyncio.wait_for(serving.empty.wait(), _LAST_MOMENT)
    return not serving.connections


async def _watch(serving: Serving) -> None:
    """Look at every connection now and then. Time in which the loop itself was held up is nobody's silence."""
    pause = serving.patience / 4
    before = serving.loop.time()
    while True:
        await asyncio.sleep(pause)
        now = serving.loop.time()
        held_up, before = max(now - before - pause, 0.0), now
        for connection in [*serving.connections]:
            connection.look(now, held_up)


def _listen(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(address[:2], family=family, backlog=_BACKLOG)


def _raise_open_files() -> None:
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
