# ruff: noqa: INP001 - a file to run, in no package
"""A second integration, written from docs/integration-contract.md alone, on Klaviyo's own Python SDK.

    pytest features --world http --integration ".venv/bin/python examples/sdk_integration.py"

A webhook is answered once it is on disk, as a job without an address. One thread asks Gladly for the addresses and
makes a job of each, another tells Klaviyo. A process that is stopped or killed at any moment loses nothing; what it
then sends once more, Klaviyo knows by the webhook's id. Needs `klaviyo-api` and `httpx`.
"""

import base64
import hmac
import importlib
import json
import logging
import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

CREATED, CLOSED = "CONVERSATION/CREATED", "CONVERSATION/CLOSED"
METRICS = {CREATED: "started conversation in Gladly", CLOSED: "closed conversation in Gladly"}
MARK = "In Gladly Conversation"
DUE, DONE, HELD = 0, 1, 2
PARKED = float("inf")
LONGEST_PAUSE, LONGEST_WAIT, LONGEST_BODY = 15.0, 3600.0, 1_000_000
TIMEOUT = httpx.Timeout(8.0, connect=4.0)
LOG = logging.getLogger("sdk_integration")  # exceptions go in by name only: their text may quote a key
Reply = tuple[int, str | None]  # a status, and what Retry-After said


class Job(NamedTuple):
    """A webhook whose customer is to be looked up, or, with an address, an event for Klaviyo."""

    webhook: str
    type: str
    time: str
    customer: str
    conversation: str
    email: str = ""


Handler = Callable[
    [Job], float | None
]  # returns how long to wait before the next try, None when it needs none


class Outbox:
    """The durable memory. Jobs stay for a month after they are done, so that repeats are known."""

    SCHEMA = """
        CREATE TABLE IF NOT EXISTS jobs (webhook TEXT, type TEXT, time TEXT, customer TEXT, conversation TEXT,
            email TEXT, state INTEGER DEFAULT 0, attempts INTEGER DEFAULT 0, PRIMARY KEY (webhook, email));
        CREATE INDEX IF NOT EXISTS due ON jobs (email = '', attempts, time) WHERE state = 0;
        CREATE INDEX IF NOT EXISTS conversation ON jobs (conversation);
        UPDATE jobs SET state = 0, attempts = 0 WHERE state != 1;
    """

    def __init__(self, path: Path) -> None:
        """Open the file; all that is not done is due again, whatever it waited for."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.executescript(self.SCHEMA)
        month_ago = datetime.now(UTC) - timedelta(days=30)
        self._write("DELETE FROM jobs WHERE state = 1 AND time < ?", [(month_ago.isoformat(),)])

    def _write(self, sql: str, rows: list[tuple[object, ...]]) -> None:
        with self._lock, self._db:
            self._db.executemany(sql, rows)

    def add(self, *jobs: Job) -> None:
        """Keep jobs, all or none, leaving out those it knows. They are on disk when this returns."""
        sql = """INSERT OR IGNORE INTO jobs (webhook, type, time, customer, conversation, email)
            VALUES (?, ?, ?, ?, ?, ?)"""
        self._write(sql, list(jobs))

    def take(self, lookup: bool) -> Job | None:
        """Return the next webhook to look up, or the next event to send: the least tried, then the oldest."""
        sql = """SELECT webhook, type, time, customer, conversation, email FROM jobs
            WHERE state = 0 AND (email = '') = ? ORDER BY attempts, time LIMIT 1"""
        with self._lock:
            row = self._db.execute(sql, (lookup,)).fetchone()
        return Job(*row) if row else None

    def closed_before(self, job: Job) -> bool:
        """Say whether Klaviyo knows already that the conversation of a late event was closed."""
        sql = (
            "SELECT 1 FROM jobs WHERE conversation = ? AND email = ? AND time >= ? AND type = ? AND state = ?"
        )
        values = (job.conversation, job.email, job.time, CLOSED, DONE)
        with self._lock:
            return bool(self._db.execute(sql, values).fetchone())

    def settle(self, job: Job, state: int) -> None:
        """Write down that a job is done, or held until the next start, or due again after all others."""
        sql = "UPDATE jobs SET state = ?, attempts = attempts + 1 WHERE webhook = ? AND email = ?"
        self._write(sql, [(state, job.webhook, job.email)])


@dataclass(frozen=True, repr=False)
class Klaviyo:
    """Klaviyo's new API through the SDK, or the legacy API as long as there is no private key."""

    url: str
    private_key: str
    public_key: str

    def send(self, job: Job, mark: bool) -> Reply:
        """Send one event through the API that the credentials are for."""
        if self.private_key:
            return self._send_new(job, mark)
        return self._send_legacy(job, mark) if self.public_key else (401, None)

    def _send_new(self, job: Job, mark: bool) -> Reply:
        profile = {"email": job.email, "properties": {MARK: mark}}
        attributes = {
            "properties": {},
            "time": job.time,
            "unique_id": job.webhook,
            "metric": {"data": {"type": "metric", "attributes": {"name": METRICS[job.type]}}},
            "profile": {"data": {"type": "profile", "attributes": profile}},
        }
        body = {"data": {"type": "event", "attributes": attributes}}
        events, refusal = sdk_events(self.url, self.private_key)
        try:
            events.create_event(body, _request_timeout=(TIMEOUT.connect, TIMEOUT.read))
        except refusal as error:
            return reply(error.status, error.headers or {})
        return 202, None

    def _send_legacy(self, job: Job, mark: bool) -> Reply:
        event = {
            "token": self.public_key,
            "event": METRICS[job.type],
            "customer_properties": {"$email": job.email, MARK: mark},
            "properties": {"$event_id": job.webhook},
            "time": int(datetime.fromisoformat(job.time).timestamp()),
        }
        answer = httpx.post(f"{self.url}/api/track", data={"data": json.dumps(event)}, timeout=TIMEOUT)
        refused = answer.is_success and answer.text.strip() != "1"  # 200 with 0 means: not understood
        return reply(400 if refused else answer.status_code, answer.headers)


def reply(status: int, headers: Mapping[str, str]) -> Reply:
    """Return what an answer says. A 403 that is no JSON is not Klaviyo's: something in front of it is in the way."""
    in_the_way = status == 403 and "json" not in headers.get("Content-Type", "")  # noqa: PLR2004 - Forbidden
    return 503 if in_the_way else status, headers.get("Retry-After")


@cache
def sdk_events(url: str, key: str) -> tuple[Any, Any]:
    """Return the SDK's client for events and the class of its errors; it comes without types."""
    # Imported on first need: that takes about a second, and PING must be answered at once.
    sdk = importlib.import_module("klaviyo_api")
    # One attempt, and none of urllib3's below it: they would block for as long as Retry-After says.
    client = sdk.KlaviyoAPI(key, max_retries=1, test_host=url)
    client.configuration.retries = False
    client.api_client.rest_client = sdk.openapi_client.rest.RESTClientObject(client.configuration)
    return client.Events, sdk.openapi_client.ApiException


def report(outbox: Outbox, klaviyo: Klaviyo, job: Job) -> float | None:
    """Send one event; return how long to wait before the next try, or None when there is to be none."""
    status, retry_after = klaviyo.send(job, job.type == CREATED and not outbox.closed_before(job))
    if status in {401, 403, 410}:
        LOG.warning("Klaviyo refuses the credentials (%s); events wait for other ones", status)
        return PARKED
    if status in {400, 413}:
        LOG.warning("Klaviyo finds fault with an event (%s); it is kept until the next start", status)
    elif not 200 <= status < 300:  # noqa: PLR2004 - success, as HTTP has it
        LOG.info("Klaviyo cannot take an event now (%s)", status)
        return seconds(retry_after)
    outbox.settle(job, HELD if status in {400, 413} else DONE)
    return None


def look_up(outbox: Outbox, gladly: httpx.Client, wake: threading.Event, job: Job) -> float | None:
    """Make an event of each address of the customer; return as `report` does."""
    answer = gladly.get(f"/api/v1/customer-profiles/{quote(job.customer, safe='')}")
    said = answer.json() if answer.status_code in {200, 301, 404} else {}
    error = said.get("errors", [{}])[0]
    if error.get("code") == "moved":  # merged into another customer
        return look_up(outbox, gladly, wake, job._replace(customer=error["meta"]["new"]))
    if answer.status_code != 200 and error.get("code") != "not_exist":  # noqa: PLR2004 - not_exist: was deleted
        LOG.info("Gladly cannot say now who the customer is (%s)", answer.status_code)
        return seconds(answer.headers.get("Retry-After"))
    emails = [entry.get("original") or entry.get("normalized") or "" for entry in said.get("emails") or []]
    outbox.add(*(job._replace(email=email) for email in {email.strip().lower() for email in emails} - {""}))
    outbox.settle(job, DONE)
    wake.set()
    return None


def seconds(retry_after: str | None) -> float:
    """Return how long the other side asks to wait, as far as that is sane."""
    known = re.fullmatch(r"\d+(\.\d+)?", retry_after or "")
    return min(float(known[0]), LONGEST_WAIT) if known else 0.0


def attempt(outbox: Outbox, lookup: bool, wake: threading.Event, handle: Handler) -> float | None:
    """Handle one job, or sleep until there may be one; return as `handle` does."""
    wake.clear()
    job = outbox.take(lookup)
    if job is None:
        wake.wait()
        return None
    wait: float | None = 0.0
    try:
        wait = handle(job)
    finally:
        if wait is not None:
            outbox.settle(job, DUE)
    return wait


def work(name: str, next_attempt: Callable[[], float | None]) -> None:
    """Make attempts for ever, with a pause after each failure, longer each time."""
    failures = 0
    while True:
        try:
            wait = next_attempt()
        except Exception as error:  # noqa: BLE001 - no answer, or nonsense; a dead thread would strand the jobs
            LOG.warning("%s: %s, trying again", name, type(error).__name__)
            wait = 0.0
        if wait == PARKED:
            return
        failures = 0 if wait is None else min(failures + 1, 10)
        if wait is not None:
            time.sleep(max(wait, min(0.25 * 2**failures, LONGEST_PAUSE)))


class WebhookEndpoint(BaseHTTPRequestHandler):
    """Where Gladly knocks: one connection, request after request."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def __init__(self, authorization: bytes, accept: Callable[[Job], None], *connection: Any) -> None:
        """Serve a connection; `accept` has a webhook on disk when it returns."""
        self._authorization, self._accept = authorization, accept
        super().__init__(*connection)

    def do_POST(self) -> None:
        """Read the whole request, so that the connection can be used again; an answer is all head: one write."""
        length = self.headers.get("Content-Length", "")
        readable = length.isdecimal() and int(length) <= LONGEST_BODY
        status = self._judge(self.rfile.read(int(length))) if readable else 400
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 401:  # noqa: PLR2004 - Unauthorized
            self.send_header("WWW-Authenticate", "Basic")
        if not readable:
            self.send_header("Connection", "close")
        self.end_headers()

    def _judge(self, body: bytes) -> int:
        if self.path != "/webhooks/gladly":
            return 404
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic" or not hmac.compare_digest(given.encode(), self._authorization):
            return 401
        with suppress(ValueError, KeyError, TypeError, OverflowError, RecursionError):
            said = json.loads(body)
            if re.fullmatch(r"PING|[A-Z_]+/[A-Z_]+", said["type"]):
                if said["type"] in METRICS:
                    self._accept(job_of(said))
                return 200
        return 400

    def log_message(self, *_: Any) -> None:
        """Say nothing about requests."""


def job_of(said: dict[str, Any]) -> Job:
    """Return what is kept of a webhook about a conversation; the time in UTC, so that it sorts."""
    moment = datetime.fromisoformat(said["timestamp"])
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    ids = (said["id"], said["content"]["customerId"], said["content"]["conversationId"])
    if not all(isinstance(each, str) and each for each in ids):
        raise ValueError("an id is missing")
    return Job(ids[0], said["type"], moment.isoformat(timespec="microseconds"), ids[1], ids[2])


def main() -> None:
    """Serve until told to stop."""
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # in every thread, so that they come to sigwait
    logging.basicConfig(format="%(message)s")
    LOG.setLevel(logging.INFO)
    env = os.environ
    outbox = Outbox(Path(env["STATE_DIR"]) / "sdk_integration.sqlite3")
    klaviyo = Klaviyo(
        env.get("KLAVIYO_BASE_URL") or "https://a.klaviyo.com",
        env.get("KLAVIYO_PRIVATE_KEY", "").strip(),
        env.get("KLAVIYO_PUBLIC_KEY", "").strip(),
    )
    api_user = (env["GLADLY_USERNAME"], env["GLADLY_API_TOKEN"])
    gladly = httpx.Client(base_url=env["GLADLY_BASE_URL"], auth=api_user, timeout=TIMEOUT)
    heard, known = threading.Event(), threading.Event()  # there is a webhook, an event

    def accept(job: Job) -> None:
        outbox.add(job)
        heard.set()

    credentials = base64.b64encode(f"{env['WEBHOOK_USERNAME']}:{env['WEBHOOK_PASSWORD']}".encode())
    server = ThreadingHTTPServer(
        ("127.0.0.1", int(env["PORT"])), partial(WebhookEndpoint, credentials, accept)
    )
    find = partial(attempt, outbox, True, heard, partial(look_up, outbox, gladly, known))
    tell = partial(attempt, outbox, False, known, partial(report, outbox, klaviyo))
    for run in (partial(work, "Gladly", find), partial(work, "Klaviyo", tell), server.serve_forever):
        threading.Thread(target=run, daemon=True).start()
    signal.sigwait(stop)


if __name__ == "__main__":
    main()
