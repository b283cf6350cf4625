# ruff: noqa: INP001 - a file to run, in no package
"""An integration that tells Klaviyo in batches, written from docs/integration-contract.md alone. See README.md."""

import asyncio
import base64
import fcntl
import hmac
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from reporting import CROWD, LONGEST_BODY, METRICS, Event, Gladly, Klaviyo, Side, Store, Verdict, say


async def work(
    side: Side,
    stop: asyncio.Event,
    take: Callable[[], list[Event]],
    do: Callable[[list[Event]], Awaitable[Verdict]],
) -> None:
    """Do the jobs of one side until told to stop; look for what a second process heard, too."""
    jobs: list[Event] = []
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), max(0 if jobs else 0.1, side.free - time.monotonic()))
            break
        try:
            if jobs := take():
                verdict = Verdict("trouble")
                with suppress(
                    KeyError, IndexError, TypeError, AttributeError, ValueError
                ):  # it made no sense
                    verdict = await do(jobs)
                side.heed(verdict, jobs)
        except sqlite3.Error as error:
            say(f"the store: {type(error).__name__}")
            side.free = time.monotonic() + 1


class Webhooks(BaseHTTPRequestHandler):
    """Where Gladly knocks: one connection, request after request."""

    protocol_version = "HTTP/1.1"
    timeout = 12

    def __init__(self, authorization: bytes, store: Store, *connection: Any) -> None:
        """Serve a connection."""
        self._authorization, self._store = authorization, store
        super().__init__(*connection)

    def do_POST(self) -> None:
        """Read before all else, so that a stranger gets the same answer whatever he says."""
        body = self._body()
        status = self._judge(body)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", 'Basic realm="webhooks"')
        self.end_headers()
        self.close_connection = self.close_connection or body is None

    do_GET = do_PUT = do_POST  # noqa: N815 - the names that the standard library asks for

    def _body(self) -> bytes | None:
        """Return the body, None for one that is too long or is not framed as HTTP has it."""
        pieces, chunked = [b""], "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        with suppress(ValueError):
            while True:
                size = (
                    int(self.rfile.readline(20), 16)
                    if chunked
                    else int(self.headers.get("Content-Length") or 0)
                )
                if not 0 <= size <= LONGEST_BODY - sum(map(len, pieces)):
                    return None
                pieces.append(self.rfile.read(size))
                if chunked:
                    self.rfile.readline(4)
                if not chunked or not size:
                    return b"".join(pieces)
        return None

    def _judge(self, body: bytes | None) -> HTTPStatus:
        if self.path != "/webhooks/gladly":
            return HTTPStatus.NOT_FOUND
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), self._authorization)
        if scheme.lower() != "basic" or not right:
            return HTTPStatus.UNAUTHORIZED
        if self.command != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        try:
            said = json.loads(body or b"")
            if said["type"] in METRICS:
                self._store.hear(event_of(said))
            return HTTPStatus.OK if isinstance(said["type"], str) and said["type"] else HTTPStatus.BAD_REQUEST
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return HTTPStatus.BAD_REQUEST
        except sqlite3.Error:
            return HTTPStatus.SERVICE_UNAVAILABLE

    def log_message(self, *_: Any) -> None:
        """Say nothing about requests."""


def event_of(said: dict[str, Any]) -> Event:
    """Return what is kept of a webhook; the time in UTC and of one length, so that it sorts."""
    moment = datetime.fromisoformat(said["timestamp"])
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    identity, customer = said["id"], said["content"]["customerId"]
    if not (isinstance(identity, str) and isinstance(customer, str) and identity and customer):
        raise ValueError("an id is missing")
    (identity + customer).encode()  # half a surrogate pair is no text
    return Event(identity, METRICS[said["type"]], moment.isoformat(timespec="microseconds"), customer)


class Server(ThreadingHTTPServer):
    """Takes a crowd of connections, and does not talk about those that break."""

    request_queue_size, daemon_threads = 128, True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: whoever hung up will come again."""


async def sides(store: Store, folder: Path, stop: asyncio.Event) -> None:
    """Call both systems. Of several processes with one folder, one does; the others hear webhooks and wait."""
    env = os.environ
    private_key, public_key = (env.get(f"KLAVIYO_{kind}_KEY", "").strip() for kind in ("PRIVATE", "PUBLIC"))
    auth = (env["GLADLY_USERNAME"].strip(), env["GLADLY_API_TOKEN"].strip())
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)  # kept until the process ends
    while not stop.is_set():
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        await asyncio.sleep(0.2)
    url = env.get("KLAVIYO_BASE_URL") or "https://a.klaviyo.com"
    klaviyo = Klaviyo(Side("klaviyo", url, private_key + public_key, store), private_key, public_key)
    gladly = Gladly(Side("gladly", env["GLADLY_BASE_URL"], " ".join(auth), store), auth)
    await asyncio.gather(
        work(gladly.side, stop, store.lookup, gladly.find),
        work(klaviyo.side, stop, partial(store.batch, CROWD if private_key else 1), klaviyo.tell),
    )


async def serve(folder: Path) -> None:
    """Run until told to stop; calls then get three seconds. One cut off is made again, under the same ids."""
    env, stop = os.environ, asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    store = Store(folder / "batching.sqlite3")
    credentials = f"{env['WEBHOOK_USERNAME']}:{env['WEBHOOK_PASSWORD']}".encode()
    server = Server(("127.0.0.1", int(env["PORT"])), partial(Webhooks, base64.b64encode(credentials), store))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    working = asyncio.create_task(sides(store, folder, stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.shutdown()
    await asyncio.wait({working}, timeout=3)
    if working.done() and (error := working.exception()):
        sys.exit(f"stopped: {type(error).__name__}")
    working.cancel()


def main() -> None:
    """Start, if everything needed is there."""
    needed = (
        "PORT GLADLY_BASE_URL GLADLY_USERNAME GLADLY_API_TOKEN WEBHOOK_USERNAME WEBHOOK_PASSWORD STATE_DIR"
    )
    if missing := [name for name in needed.split() if not os.environ.get(name, "").strip()]:
        sys.exit(f"not set: {', '.join(missing)}")
    folder = Path(os.environ["STATE_DIR"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(folder))


if __name__ == "__main__":
    main()
