# ruff: noqa: INP001 - a file to run, in no package
"""An integration on Klaviyo's own Python SDK, written from docs/integration-contract.md alone. See README.md."""

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
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sdk_calls import Gladly, Klaviyo, Verdict
from sdk_outbox import CREATED, DONE, METRICS, NEVER, Job, Outbox, fingerprint

LONGEST_PAUSE, LONGEST_BODY = 15.0, 1_000_000
LOOK = 0.2  # seconds until a look for what another process on the same folder has heard


class Worker:
    """Does the jobs of one side, one after the other, as fast as that side lets it."""

    def __init__(self, side: str, secret: str, outbox: Outbox, do: Callable[[Job], Verdict]) -> None:
        """Do jobs by ``do``; of the secret it keeps what tells it from another one."""
        self.wake = threading.Event()
        self._side, self._key, self._outbox, self._do = side, fingerprint(secret), outbox, do
        self._failures = 0

    def run(self) -> None:
        """Work for ever."""
        while True:
            try:
                self._next()
            except sqlite3.Error as error:
                say(f"the outbox: {type(error).__name__}")
                time.sleep(1)

    def _next(self) -> None:
        self.wake.clear()
        rest = self._outbox.held(self._side, self._key)
        job = None if rest > 0 else self._outbox.take(lookup=self._side == "gladly")
        if job is None:
            self.wake.wait(max(rest, LOOK))
            return
        verdict = self._attempt(job)
        if verdict.name in {"done", "never"}:
            self._failures = 0
            return
        if verdict.name == "trouble":
            self._outbox.failed(job)
        if verdict.name == "refused":
            say(f"{self._side} refuses the credentials; what is owed waits for other ones")
        self._failures = min(self._failures + 1, 10)
        pause = max(verdict.pause, min(0.25 * 2**self._failures, LONGEST_PAUSE))
        # On disk, so that a restart shortens no wait; what a key is refused for does not hold another key up.
        self._outbox.hold(self._side, time.time() + pause, self._key if verdict.name == "refused" else "")

    def _attempt(self, job: Job) -> Verdict:
        try:
            return self._do(job)
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 - no answer, or nonsense; a dead thread would strand the jobs
            say(f"{self._side}: {type(error).__name__}")  # its text may quote a key
            return Verdict("trouble")


def look_up(outbox: Outbox, gladly: Gladly, wake: Callable[[], None], job: Job) -> Verdict:
    """Make an event of each address of the customer."""
    verdict, emails = gladly.find(job.customer)
    if verdict.name == "done":
        outbox.add(*(job._replace(email=email) for email in emails))
        outbox.settle(job, DONE)
        wake()
    return verdict


def tell(outbox: Outbox, klaviyo: Klaviyo, job: Job) -> Verdict:
    """Tell Klaviyo of one event."""
    verdict = klaviyo.send(job, outbox.newest(job.email) == CREATED)
    if verdict.name == "never":
        say(f"Klaviyo will never take event {job.webhook}")
    if verdict.name in {"done", "never"}:
        outbox.settle(job, DONE if verdict.name == "done" else NEVER)
    return verdict


class WebhookEndpoint(BaseHTTPRequestHandler):
    """Where Gladly knocks: one connection, request after request."""

    protocol_version = "HTTP/1.1"
    timeout = 12

    def __init__(self, authorization: bytes, accept: Callable[[Job], None], *connection: Any) -> None:
        """Serve a connection; ``accept`` has a webhook on disk when it returns."""
        self._authorization, self._accept = authorization, accept
        super().__init__(*connection)

    def do_POST(self) -> None:
        """Read before all else, so that a stranger gets the same answer whatever he says."""
        length = self.headers.get("Content-Length", "")
        readable = length.isdecimal() and int(length) <= LONGEST_BODY
        status = self._judge(self.rfile.read(int(length)) if readable else b"")
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 401:  # noqa: PLR2004 - Unauthorized
            self.send_header("WWW-Authenticate", "Basic")
        self.end_headers()
        self.close_connection = self.close_connection or not readable

    def _judge(self, body: bytes) -> int:
        if self.path != "/webhooks/gladly":
            return 404
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic" or not hmac.compare_digest(given.encode(), self._authorization):
            return 401
        try:
            said = json.loads(body)
            if said["type"] in METRICS:
                self._accept(job_of(said))
            return 200 if isinstance(said["type"], str) and said["type"] else 400
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return 400
        except sqlite3.Error:
            return 503

    def log_message(self, *_: Any) -> None:
        """Say nothing about requests."""


class Server(ThreadingHTTPServer):
    """Takes a crowd of connections, and does not talk about those that break."""

    request_queue_size, daemon_threads = 128, True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: whoever hung up will come again."""


def job_of(said: dict[str, Any]) -> Job:
    """Return what is kept of a webhook about a conversation; the time in UTC, so that it sorts."""
    moment = datetime.fromisoformat(said["timestamp"])
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    identity, customer = said["id"], said["content"]["customerId"]
    if not all(isinstance(each, str) and each for each in (identity, customer)):
        raise ValueError("an id is missing")
    (identity + customer).encode()  # half a surrogate pair is no text
    return Job(identity, said["type"], moment.isoformat(timespec="microseconds"), customer)


def work(folder: Path, *workers: Worker) -> None:
    """Have the workers work; of several processes with one folder, one does, the others hear webhooks and wait."""
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)  # kept until the process ends
    fcntl.flock(lock, fcntl.LOCK_EX)
    for worker in workers:
        threading.Thread(target=worker.run, daemon=True).start()


def say(text: str) -> None:
    """Tell whoever runs this."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a program's output


def main() -> None:
    """Serve until told to stop; a call that is cut off is made again, under the same id."""
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # in every thread, so that they come to sigwait
    env = os.environ
    folder = Path(env["STATE_DIR"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    outbox = Outbox(folder / "sdk_integration.sqlite3")
    private_key, public_key = (env.get(f"KLAVIYO_{kind}_KEY", "").strip() for kind in ("PRIVATE", "PUBLIC"))
    klaviyo = Klaviyo(env.get("KLAVIYO_BASE_URL") or "https://a.klaviyo.com", private_key, public_key)
    user, token = env["GLADLY_USERNAME"].strip(), env["GLADLY_API_TOKEN"].strip()
    gladly = Gladly(env["GLADLY_BASE_URL"], user, token)
    teller = Worker("klaviyo", f"{private_key} {public_key}", outbox, partial(tell, outbox, klaviyo))
    finder = Worker("gladly", f"{user} {token}", outbox, partial(look_up, outbox, gladly, teller.wake.set))

    def accept(job: Job) -> None:
        outbox.add(job)
        finder.wake.set()

    credentials = base64.b64encode(f"{env['WEBHOOK_USERNAME']}:{env['WEBHOOK_PASSWORD']}".encode())
    server = Server(("127.0.0.1", int(env["PORT"])), partial(WebhookEndpoint, credentials, accept))
    for run in (partial(work, folder, finder, teller), server.serve_forever):
        threading.Thread(target=run, daemon=True).start()
    signal.sigwait(stop)


if __name__ == "__main__":
    main()
