"""What must not be lost: webhooks accepted and events owed to Klaviyo, in one SQLite file.

A webhook is kept under its event id, an event under webhook id and address, so whatever arrives or is worked
through twice is stored once. Times are Unix seconds of the integration's clock.
"""

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS webhooks (
    id TEXT PRIMARY KEY, started INTEGER NOT NULL, customer_id TEXT NOT NULL, at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, email TEXT NOT NULL, address TEXT NOT NULL, started INTEGER NOT NULL, at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, outcome TEXT);
CREATE INDEX IF NOT EXISTS events_of_address ON events (address, at);
"""


@dataclass(frozen=True)
class Webhook:
    """A conversation that was created (``started``) or closed at ``at``, not yet worked through."""

    id: str
    started: bool
    customer_id: str
    at: float
    attempts: int = 0


@dataclass(frozen=True)
class Event:
    """One event owed to Klaviyo for one address; ``id`` is the same however often it is sent."""

    id: str
    email: str
    started: bool
    at: float
    attempts: int = 0


class Outbox:
    """The durable store. Safe to use from several threads; every method is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open or make the file at ``path``; its folder is made too."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.executescript(_SCHEMA)

    def accept(self, webhook: Webhook) -> None:
        """Store ``webhook`` unless it is already known."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR IGNORE INTO webhooks (id, started, customer_id, at) VALUES (?, ?, ?, ?)",
                (webhook.id, webhook.started, webhook.customer_id, webhook.at),
            )

    def webhooks_due(self, now: float) -> list[Webhook]:
        """Return the webhooks to work through, oldest first."""
        rows = self._rows(
            "SELECT id, started, customer_id, at, attempts FROM webhooks "
            "WHERE NOT done AND due <= ? ORDER BY at, rowid",
            now,
        )
        return [Webhook(webhook_id, bool(started), *rest) for webhook_id, started, *rest in rows]

    def address(self, webhook: Webhook, emails: list[str]) -> None:
        """Owe one event to each of ``emails`` and mark ``webhook`` as done."""
        with self._lock, self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO events (id, email, address, started, at) VALUES (?, ?, ?, ?, ?)",
                [
                    (f"{webhook.id}:{email.lower()}", email, email.lower(), webhook.started, webhook.at)
                    for email in emails
                ],
            )
            self._db.execute("UPDATE webhooks SET done = 1 WHERE id = ?", (webhook.id,))

    def events_due(self, now: float) -> list[Event]:
        """Return the events to send, oldest first."""
        rows = self._rows(
            "SELECT id, email, started, at, attempts FROM events "
            "WHERE outcome IS NULL AND due <= ? ORDER BY at, rowid",
            now,
        )
        return [Event(event_id, email, bool(started), *rest) for event_id, email, started, *rest in rows]

    def in_conversation(self, email: str) -> bool:
        """Say what the newest known event of the address says, so that a late one cannot turn it back."""
        [[started]] = self._rows(
            "SELECT started FROM events WHERE address = ? ORDER BY at DESC, rowid DESC LIMIT 1",
            email.lower(),
        )
        return bool(started)

    def close_event(self, event: Event, outcome: str) -> None:
        """Owe ``event`` no longer: it was ``sent``, or ``rejected`` for good."""
        self._write("UPDATE events SET outcome = ? WHERE id = ?", outcome, event.id)

    def postpone(self, item: Webhook | Event, due: float) -> None:
        """Count a failed attempt and try ``item`` again at ``due``."""
        table = "webhooks" if isinstance(item, Webhook) else "events"
        self._write(f"UPDATE {table} SET attempts = attempts + 1, due = ? WHERE id = ?", due, item.id)  # noqa: S608 - table is one of two literals

    def next_due(self, *, sending: bool) -> float | None:
        """Return when the next work is due, or None when nothing waits; events count only when ``sending``."""
        [[due]] = self._rows(
            "SELECT min(due) FROM (SELECT due FROM webhooks WHERE NOT done "
            "UNION ALL SELECT due FROM events WHERE outcome IS NULL AND ?)",
            sending,
        )
        return None if due is None else float(due)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def abandon(self) -> None:
        """Let go of the file as a crash would: a transaction that is not finished is lost."""
        self._db.rollback()
        self._db.close()

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def _write(self, query: str, *values: object) -> None:
        with self._lock, self._db:
            self._db.execute(query, values)
