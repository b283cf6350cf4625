# ruff: noqa: INP001 - beside a file to run, in no package
"""What is owed, and how it is told: the store, Gladly that is asked for addresses, and Klaviyo in jobs of many events."""

import asyncio
import hashlib
import json
import math
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

METRICS = {"CONVERSATION/CREATED": True, "CONVERSATION/CLOSED": False}  # and what each makes of the mark
CROWD = 1000  # events a job may have
FEW = 20  # so few are sent one by one when there is trouble among them
GATHER = 0.45  # seconds between jobs, in which others gather: 150 a minute are allowed
CALL, PARKED, LONGEST_PAUSE, LONGEST_BODY = 8.0, 60.0, 8.0, 8_000_000
DUE, TOLD, NEVER = 0, 1, 2
JSON_API = "application/vnd.api+json"


class Event(NamedTuple):
    """What is kept of a webhook, for one address when that is known."""

    id: str
    created: bool
    time: str
    customer: str
    email: str = ""
    crowd: int = CROWD


@dataclass(frozen=True)
class Answer:
    """A status, with as much of a body as matters. Without an answer the status is 0."""

    status: int = 0
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    body: bytes = b""
    whole: bool = False

    @property
    def said(self) -> dict[str, Any]:
        """Return what an API said: they speak JSON, whatever stands in front of them does not."""
        with suppress(ValueError, RecursionError):
            said = json.loads(self.body) if self.whole else None
            return said if isinstance(said, dict) else {}
        return {}

    def asked(self) -> float:
        """Return the seconds of Retry-After. A date is held against the sender's own clock."""
        given = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]*)?", given):
            return min(float(given), 86400)
        with suppress(ValueError, TypeError):
            until = parsedate_to_datetime(given)
            now = self.headers.get("Date")
            return min(
                (until - (parsedate_to_datetime(now) if now else datetime.now(UTC))).total_seconds(), 86400
            )
        return 0


@dataclass(frozen=True)
class Verdict:
    """What an answer means: `done`, `never` (the job's fault), `refused` (the key's), `wait` or `trouble`."""

    name: str
    pause: float = 0


def judge(answer: Answer) -> Verdict:
    """Say what an answer means that is no success."""
    status = answer.status
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Verdict("wait", max(1.0, answer.asked()))
    if answer.said:  # else it broke off, or is a page of something in front of the API
        if status in {401, 403, 410}:
            return Verdict("refused", PARKED)
        if status in {400, 413, 422}:
            return Verdict("never")
    return Verdict("trouble", min(answer.asked(), LONGEST_PAUSE))


class Store:
    """The durable memory, shared by all threads and by a second process."""

    SCHEMA = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS heard (id TEXT PRIMARY KEY, created INTEGER, time TEXT, customer TEXT,
            at REAL, tries INTEGER DEFAULT 0, state INTEGER DEFAULT 0);
        CREATE TABLE IF NOT EXISTS owed (id TEXT, created INTEGER, time TEXT, customer TEXT, email TEXT,
            crowd INTEGER, tries INTEGER DEFAULT 0, state INTEGER DEFAULT 0, PRIMARY KEY (id, email));
        CREATE INDEX IF NOT EXISTS lookups ON heard (tries, time) WHERE state = 0;
        CREATE INDEX IF NOT EXISTS events ON owed (tries, time) WHERE state = 0;
        CREATE INDEX IF NOT EXISTS people ON owed (email, time);
        CREATE TABLE IF NOT EXISTS holds (side TEXT PRIMARY KEY, until REAL, key TEXT);
        DELETE FROM heard WHERE state = 1 AND at < strftime('%s', 'now') - 40 * 86400
            AND NOT EXISTS (SELECT 1 FROM owed WHERE owed.id = heard.id AND owed.state = 0);
        DELETE FROM owed WHERE id NOT IN (SELECT id FROM heard);
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=10, check_same_thread=False)
        self._db.executescript(self.SCHEMA)

    def write(self, *changes: tuple[str, Sequence[Sequence[object]]]) -> None:
        """Make changes, all or none; they are on disk when this returns."""
        with self._lock, self._db:
            for sql, rows in changes:
                self._db.executemany(sql, rows)

    def read(self, sql: str, *values: object) -> list[Any]:
        """Return rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def hear(self, event: Event) -> None:
        """Keep a webhook, unless it is known."""
        sql = "INSERT OR IGNORE INTO heard (id, created, time, customer, at) VALUES (?, ?, ?, ?, ?)"
        self.write((sql, [(*event[:4], time.time())]))

    def lookup(self) -> list[Event]:
        """Return the webhook to look up: the least tried, then the oldest."""
        sql = "SELECT id, created, time, customer FROM heard WHERE state = 0 ORDER BY tries, time LIMIT 1"
        return [Event(*row) for row in self.read(sql)]

    def found(self, event: Event, emails: set[str]) -> None:
        """Make an event of each address."""
        owed = [(*event[:4], email, CROWD) for email in emails]
        sql = (
            "INSERT OR IGNORE INTO owed (id, created, time, customer, email, crowd) VALUES (?, ?, ?, ?, ?, ?)"
        )
        self.write((sql, owed), ("UPDATE heard SET state = 1 WHERE id = ?", [(event.id,)]))

    def batch(self, at_most: int) -> list[Event]:
        """Return what to send together: the least tried, then the oldest, and those that may go with it."""
        columns = "SELECT id, created, time, customer, email, crowd"
        first = self.read(f"{columns}, tries FROM owed WHERE state = 0 ORDER BY tries, time LIMIT 1")
        if not first:
            return []
        *_, crowd, tries = first[0]
        sql = f"{columns} FROM owed WHERE state = 0 AND tries = ? AND crowd = ? ORDER BY time LIMIT ?"
        return [Event(*row) for row in self.read(sql, tries, crowd, min(crowd, at_most))]

    def mark(self, email: str) -> bool:
        """Return what the newest event of an address says; of two at one instant the closing is the newer."""
        sql = "SELECT created FROM owed WHERE email = ? ORDER BY time DESC, created LIMIT 1"
        return bool(self.read(sql, email)[0][0])

    def settle(self, events: list[Event], state: int) -> None:
        """Write down what became of events."""
        self.write(
            ("UPDATE owed SET state = ? WHERE id = ? AND email = ?", [(state, e.id, e.email) for e in events])
        )

    def part(self, events: list[Event], crowd: int) -> None:
        """Have events sent in smaller company from now on."""
        self.write(
            ("UPDATE owed SET crowd = ? WHERE id = ? AND email = ?", [(crowd, e.id, e.email) for e in events])
        )

    def failed(self, jobs: list[Event]) -> None:
        """Put jobs behind all others."""
        self.write(
            (
                "UPDATE owed SET tries = tries + 1 WHERE id = ? AND email = ?",
                [(j.id, j.email) for j in jobs if j.email],
            ),
            ("UPDATE heard SET tries = tries + 1 WHERE id = ?", [(j.id,) for j in jobs if not j.email]),
        )

    def hold(self, side: str, until: float, key: str) -> None:
        """Remember that a side must not be called; with a key: not with that key."""
        self.write(("INSERT OR REPLACE INTO holds VALUES (?, ?, ?)", [(side, until, key)]))

    def held(self, side: str, key: str) -> float:
        """Return how many seconds a side must still be left alone."""
        rows = self.read("SELECT until FROM holds WHERE side = ? AND key IN ('', ?)", side, key)
        return min(rows[0][0] - time.time(), 86400) if rows else 0


class Side:
    """One of the two systems: how it is called, and how it is left in peace."""

    def __init__(self, name: str, url: str, secret: str, store: Store) -> None:
        """Keep of the secret only what tells it from another one."""
        self.name, self.store = name, store
        self.key = hashlib.sha256(secret.encode()).hexdigest()[:12]
        self.http = httpx.AsyncClient(base_url=url, follow_redirects=False, timeout=CALL)
        self.free = time.monotonic() + store.held(name, self.key)
        self.failures = 0

    async def call(self, method: str, path: str, **request: Any) -> Answer:
        """Make one call, the whole of it in limited time."""
        answer = Answer()
        with suppress(httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            async with asyncio.timeout(CALL), self.http.stream(method, path, **request) as response:
                answer = Answer(response.status_code, response.headers)
                body = await response.aread()
                answer = Answer(response.status_code, response.headers, body.strip(), whole=True)
        return answer

    def heed(self, verdict: Verdict, jobs: list[Event]) -> None:
        """Let a verdict count for the calls to come."""
        if verdict.name in {"done", "never"}:
            self.failures = 0
            return
        if verdict.name == "trouble":
            self.store.failed(jobs)
        self.failures = min(self.failures + 1, 10)
        pause = max(verdict.pause, min(0.25 * 2**self.failures, LONGEST_PAUSE))
        self.free = time.monotonic() + pause
        if verdict.name in {"refused", "wait"}:  # a restart does not shorten these
            self.store.hold(self.name, time.time() + pause, self.key if verdict.name == "refused" else "")
        if verdict.name == "refused":
            say(f"{self.name} refuses the key; what is owed waits for another one")


@dataclass
class Gladly:
    """Where the addresses are."""

    side: Side
    auth: tuple[str, str]

    async def find(self, events: list[Event]) -> Verdict:
        """Look an event's customer up, following a merge by what Gladly's answer says of it."""
        (event,) = events
        customer = event.customer
        for _ in range(5):
            path = f"/api/v1/customer-profiles/{quote(customer, safe='')}"
            answer = await self.side.call("GET", path, auth=self.auth)
            said = answer.said
            if answer.status == HTTPStatus.OK and said.get("id"):
                entries = [
                    entry.get("original") or entry.get("normalized") for entry in said.get("emails") or []
                ]
                self.side.store.found(event, {entry.strip().lower() for entry in entries if entry} - {""})
                return Verdict("done")
            if answer.status == HTTPStatus.NOT_FOUND and "errors" in said:
                self.side.store.found(event, set())
                return Verdict("done")
            if answer.status != HTTPStatus.MOVED_PERMANENTLY or not said:
                verdict = judge(answer)
                return Verdict("trouble") if verdict.name == "never" else verdict
            customer = str(said["errors"][0]["meta"]["new"])
        return Verdict("trouble")


@dataclass
class Klaviyo:
    """Where events go: in jobs, one by one when there is trouble with a job, or by the legacy API without a key."""

    side: Side
    private_key: str
    public_key: str

    async def tell(self, events: list[Event]) -> Verdict:
        """Send events and write down what became of them."""
        if not (self.private_key or self.public_key) or re.search(r"[^!-~]", self.private_key):
            return Verdict("refused", PARKED)  # no key at all, or none that a header can hold
        store = self.side.store
        if not self.private_key:
            answer = await self._track(events[0])
            taken = answer.status == HTTPStatus.OK and answer.whole and answer.body == b"1"
            zero = answer.status == HTTPStatus.OK and answer.whole and answer.body == b"0"
        else:
            single = events[0].crowd == 1
            answer = await (self._event(events[0]) if single else self._job(events))
            taken = (
                answer.status == HTTPStatus.ACCEPTED
                and answer.whole
                and (not answer.body or bool(answer.said))
            )
            zero = False
        verdict = Verdict("done") if taken else Verdict("never") if zero else judge(answer)
        if verdict.name == "done":
            store.settle(events, TOLD)
        elif verdict.name == "never" and (events[0].crowd == 1 or not self.private_key):
            store.settle(events, NEVER)
            say(f"Klaviyo will never take event {events[0].id}")
        elif self.private_key and (verdict.name == "never" or (answer.status == 500 and answer.said)):  # noqa: PLR2004
            self._part(events, answer)
        return verdict

    def _part(self, events: list[Event], answer: Answer) -> None:
        """Send what Klaviyo points at by itself, else all in halves; a few each by itself."""
        people = grouped(events)
        pointers = re.findall(
            r'"/data/attributes/events-bulk-create/data/(\d+)', answer.body.decode(errors="replace")
        )
        blamed = [
            event for index in {int(p) for p in pointers} if index < len(people) for event in people[index]
        ]
        if blamed and len(blamed) < len(events):
            self.side.store.part(blamed, 1)
        else:
            self.side.store.part(events, 1 if len(events) <= FEW else len(events) // 2)

    def _profile(self, email: str) -> dict[str, Any]:
        mark = {"In Gladly Conversation": self.side.store.mark(email)}
        return data("profile", {"email": email, "properties": mark})

    async def _post(self, path: str, body: dict[str, Any]) -> Answer:
        headers = {
            "Authorization": f"Klaviyo-API-Key {self.private_key}",
            "Accept": JSON_API,
            "Content-Type": JSON_API,
            "revision": "2025-10-15",
        }
        return await self.side.call("POST", path, content=json.dumps(body), headers=headers)

    async def _job(self, events: list[Event]) -> Answer:
        # All events of a person under one profile, which says how things are now: no order can spoil that.
        people = [
            {
                "type": "event-bulk-create",
                "attributes": {
                    "profile": self._profile(group[0].email),
                    "events": {"data": [data("event", attributes(event))["data"] for event in group]},
                },
            }
            for group in grouped(events)
        ]
        body = data("event-bulk-create-job", {"events-bulk-create": {"data": people}})
        self.side.free = time.monotonic() + GATHER
        return await self._post("/api/event-bulk-create-jobs", body)

    async def _event(self, event: Event) -> Answer:
        body = data("event", attributes(event) | {"profile": self._profile(event.email)})
        return await self._post("/api/events", body)

    async def _track(self, event: Event) -> Answer:
        said = {
            "token": self.public_key,
            "event": metric(event),
            "customer_properties": {
                "$email": event.email,
                "In Gladly Conversation": self.side.store.mark(event.email),
            },
            "properties": {"$event_id": event.id},
            "time": math.floor(datetime.fromisoformat(event.time).timestamp()),
        }
        return await self.side.call("POST", "/api/track", data={"data": json.dumps(said)})


def grouped(events: list[Event]) -> list[list[Event]]:
    """Return the events of each person."""
    return [list(group) for _, group in groupby(sorted(events, key=lambda e: e.email), key=lambda e: e.email)]


def data(kind: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Wrap attributes as Klaviyo wants them."""
    return {"data": {"type": kind, "attributes": attributes}}


def metric(event: Event) -> str:
    """Return what Klaviyo calls the event."""
    return f"{'started' if event.created else 'closed'} conversation in Gladly"


def attributes(event: Event) -> dict[str, Any]:
    """Return what an event is, without its profile."""
    named = data("metric", {"name": metric(event)})
    return {"properties": {}, "time": event.time, "unique_id": event.id, "metric": named}


def say(text: str) -> None:
    """Tell whoever runs this."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a program's output
