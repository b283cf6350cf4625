# ruff: noqa: INP001 - beside a file to run, in no package
"""What is owed, on disk: a webhook is a job without an address, and becomes a job for each address."""

import hashlib
import sqlite3
import threading
import time
from pathlib import Path
from typing import NamedTuple

CREATED, CLOSED = "CONVERSATION/CREATED", "CONVERSATION/CLOSED"
METRICS = {CREATED: "started conversation in Gladly", CLOSED: "closed conversation in Gladly"}
DUE, DONE, NEVER = 0, 1, 2


class Job(NamedTuple):
    """A webhook whose customer is to be looked up, or, with an address, an event for Klaviyo."""

    webhook: str
    type: str
    time: str
    customer: str
    email: str = ""


class Outbox:
    """The durable memory, shared by all threads and by a second process. Jobs that are done stay for 40 days."""

    SCHEMA = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS jobs (webhook TEXT, type TEXT, time TEXT, customer TEXT, email TEXT, at REAL,
            state INTEGER DEFAULT 0, attempts INTEGER DEFAULT 0, PRIMARY KEY (webhook, email));
        CREATE INDEX IF NOT EXISTS due ON jobs (email = '', attempts, time) WHERE state = 0;
        CREATE INDEX IF NOT EXISTS newest ON jobs (email, time);
        CREATE TABLE IF NOT EXISTS holds (side TEXT PRIMARY KEY, until REAL, key TEXT);
        DELETE FROM jobs WHERE state != 0 AND at < strftime('%s', 'now') - 40 * 86400;
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=10, check_same_thread=False)
        self._db.executescript(self.SCHEMA)

    def _write(self, sql: str, *rows: tuple[object, ...]) -> None:
        with self._lock, self._db:
            self._db.executemany(sql, rows)

    def _read(self, sql: str, *values: object) -> tuple[object, ...] | None:
        with self._lock:
            row: tuple[object, ...] | None = self._db.execute(sql, values).fetchone()
        return row

    def add(self, *jobs: Job) -> None:
        """Keep jobs, all or none, leaving out those it knows. They are on disk when this returns."""
        sql = """INSERT OR IGNORE INTO jobs (webhook, type, time, customer, email, at)
            VALUES (?, ?, ?, ?, ?, ?)"""
        self._write(sql, *((*job, time.time()) for job in jobs))

    def take(self, *, lookup: bool) -> Job | None:
        """Return the next webhook to look up, or the next event to send: the least tried, then the oldest."""
        sql = """SELECT webhook, type, time, customer, email FROM jobs
            WHERE state = 0 AND (email = '') = ? ORDER BY attempts, time LIMIT 1"""
        row = self._read(sql, lookup)
        return Job(*map(str, row)) if row else None

    def newest(self, email: str) -> str:
        """Return the type of the newest event of an address; of two at one instant the closing is the newer."""
        row = self._read("SELECT type FROM jobs WHERE email = ? ORDER BY time DESC, type LIMIT 1", email)
        return str(row[0]) if row else ""

    def settle(self, job: Job, state: int) -> None:
        """Write down what became of a job."""
        sql = "UPDATE jobs SET state = ? WHERE webhook = ? AND email = ?"
        self._write(sql, (state, job.webhook, job.email))

    def failed(self, job: Job) -> None:
        """Put a job behind all others."""
        sql = "UPDATE jobs SET attempts = attempts + 1 WHERE webhook = ? AND email = ?"
        self._write(sql, (job.webhook, job.email))

    def hold(self, side: str, until: float, key: str) -> None:
        """Remember that a side must not be called; with a key: not with that key."""
        self._write("INSERT OR REPLACE INTO holds VALUES (?, ?, ?)", (side, until, key))

    def held(self, side: str, key: str) -> float:
        """Return how many seconds a side must still be left alone."""
        row = self._read("SELECT until FROM holds WHERE side = ? AND key IN ('', ?)", side, key)
        return min(float(str(row[0])) - time.time(), 86400) if row else 0.0


def fingerprint(secret: str) -> str:
    """Return what tells a secret from another one."""
    return hashlib.sha256(secret.encode()).hexdigest()[:12]
