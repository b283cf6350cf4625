"""What must not be lost: webhooks accepted and events owed to Klaviyo.

A webhook is kept under its event id, an event under webhook id and address, so whatever arrives or is worked through
twice is stored once. Whoever works on one claims it for a while: several processes may share an outbox, and what a
killed one had claimed comes back. Times are Unix seconds of the integration's clock, but ``at`` is Gladly's.
"""

import contextlib
import importlib
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from integration.tables import events, marks, moments, opened, webhooks

LEASE = 15.0  # longer than a call may take, with time to write down what came of it
PROBE_EVERY = 60.0
KEPT = 7 * 86_400.0  # far beyond Gladly's repeats (an hour or two) and its Events API (24 h)
PRUNE_EVERY = 3_600.0
_DONE, _BEFORE_US = "done", "before us"


@dataclass(frozen=True)
class Webhook:
    """A conversation that was created (``started``) or closed at ``at``, not yet worked through."""

    id: str
    started: bool
    customer_id: str
    at: float
    attempts: int = 0
    conversation_id: str = ""


@dataclass(frozen=True)
class Event:
    """One event owed to Klaviyo for one address; ``id`` is the same however often it is sent."""

    id: str
    email: str
    started: bool
    at: float
    attempts: int = 0
    webhook_id: str = ""


@dataclass(frozen=True)
class Side:
    """Klaviyo or Gladly, as asked with certain credentials, of which only a digest is known here."""

    name: str
    credentials: str

    @property
    def paused(self) -> str:
        """Return the name of the moment until which nothing may be asked of it, whatever the credentials."""
        return f"{self.name} paused"

    @property
    def refused(self) -> str:
        """Return the name of the moment at which refused credentials may be tried again."""
        return f"refused {self.credentials}"


class Outbox:
    """The durable store. Safe to use from several threads and processes; every method is one transaction."""

    def __init__(
        self, where: Path | str, now: Callable[[], float] = time.time, holder: str = "somebody"
    ) -> None:
        """Open the SQLite file or PostgreSQL URL ``where``, or raise ``BadState``. Claims bear the name ``holder``."""
        self._engine = opened(where)
        dialect = self._engine.dialect.name
        self._insert = importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert
        self._turn: contextlib.AbstractContextManager[Any] = (
            threading.Lock() if dialect == "sqlite" else contextlib.nullcontext()
        )
        self._now = now
        self._holder = holder
        self._prune_at = 0.0

    def accept(self, webhook: Webhook) -> None:
        """Store what Gladly tells unless it is already known; what was only passed over counts from now on."""
        again = {"outcome": None, "done_at": None}
        insert = self._insert(webhooks).on_conflict_do_update(
            index_elements=["id"], set_=again, where=webhooks.c.outcome == _BEFORE_US
        )
        self._store([webhook], insert, {})

    def accept_missed(self, found: list[Webhook]) -> None:
        """Store what Gladly has told nobody, unless it is known in any way."""
        self._store(found, self._insert(webhooks).on_conflict_do_nothing(), {})

    def pass_over(self, found: list[Webhook]) -> None:
        """Remember what happened before this integration's time, so that it is not taken for missed."""
        passed = {"outcome": _BEFORE_US, "done_at": self._now()}
        self._store(found, self._insert(webhooks).on_conflict_do_nothing(), passed)

    def take_webhook(self, gladly: Side) -> Webhook | None:
        """Claim the oldest webhook that is due, unless ``gladly`` may not be asked now."""
        row = self._claimed(webhooks, gladly)
        if row is None:
            return None
        return Webhook(row.id, row.started, row.customer_id, row.at, row.attempts, row.conversation_id)

    def address(self, webhook: Webhook, emails: list[str]) -> None:
        """Owe one event to each of ``emails`` and mark ``webhook`` as done."""
        of_address = {email.lower(): email for email in reversed(emails)}
        with self._transaction() as connection:
            for address in sorted(
                of_address
            ):  # always in one order, so that two processes cannot lock each other out
                self._set_mark(connection, address, webhook)
                event = {
                    "id": f"{webhook.id}:{address}",
                    "webhook_id": webhook.id,
                    "email": of_address[address],
                    "address": address,
                    "started": webhook.started,
                    "at": webhook.at,
                }
                connection.execute(self._insert(events).values(event).on_conflict_do_nothing())
            self._settle(connection, webhooks, webhook.id, _DONE)

    def take_event(self, klaviyo: Side) -> Event | None:
        """Claim the oldest event that is due, of each address only its first, unless ``klaviyo`` may not be asked now."""
        row = self._claimed(events, klaviyo)
        if row is None:
            return None
        return Event(row.id, row.email, row.started, row.at, row.attempts, row.webhook_id)

    def in_conversation(self, email: str) -> bool:
        """Say what the newest known event of the address says, so that a late one cannot turn it back."""
        with self._transaction() as connection:
            mark = sa.select(marks.c.started).where(marks.c.address == email.lower())
            return bool(connection.execute(mark).scalar_one_or_none())

    def close_event(self, event: Event, outcome: str) -> None:
        """Owe ``event`` no longer: it was ``sent``, or ``rejected`` for good."""
        with self._transaction() as connection:
            self._settle(connection, events, event.id, outcome)

    def postpone(self, item: Webhook | Event, due: float, *, pause: Side | None = None) -> None:
        """Count a failed attempt and try ``item`` again at ``due``; until then nothing is asked of ``pause``."""
        due = whole_milliseconds(due)
        table = webhooks if isinstance(item, Webhook) else events
        with self._transaction() as connection:
            if pause is not None:
                self._put(connection, pause.paused, due, only_later=True)
            values = {"attempts": table.c.attempts + 1, "due": due, "holder": ""}
            connection.execute(sa.update(table).where(table.c.id == item.id).values(values))

    def park(self, side: Side, item: Webhook | Event | None = None) -> bool:
        """Take ``side``'s credentials for refused, with a probe once in a while; ``item`` waits with the rest.

        Say whether that is news.
        """
        table = webhooks if isinstance(item, Webhook) else events
        with self._transaction() as connection:
            is_news = side.refused not in self._gates(connection, side)
            self._put(connection, side.refused, whole_milliseconds(self._now() + PROBE_EVERY))
            if item is not None:
                free = sa.update(table).where(table.c.id == item.id).values(due=0.0, holder="")
                connection.execute(free)
        return is_news

    def unpark(self, side: Side) -> bool:
        """Take ``side``'s credentials for good. Say whether that is news."""
        with self._transaction() as connection:
            gone = connection.execute(sa.delete(moments).where(moments.c.name == side.refused))
            return gone.rowcount > 0

    def may_ask(self, side: Side) -> bool:
        """Say whether something may be asked of ``side`` now; a probe of refused credentials counts as made."""
        with self._transaction() as connection:
            if not self._lets_through(connection, side):
                return False
            self._count_probe(connection, side)
            return True

    def closed_until(self, side: Side) -> float:
        """Return until when nothing may be asked of ``side``; 0 when something may."""
        with self._transaction() as connection:
            return max(self._gates(connection, side).values(), default=0.0)

    def next_due(self, side: Side) -> float | None:
        """Return when ``side`` is to be asked next, or None when nothing waits for it."""
        table = events if side.name == "klaviyo" else webhooks
        soonest = sa.select(table.c.due).where(_is_next(table)).order_by(table.c.due).limit(1)
        with self._transaction() as connection:
            due = connection.execute(soonest).scalar()
        return None if due is None else max(float(due), self.closed_until(side))

    def moment(self, name: str) -> float | None:
        """Return a moment that was written down, None if it never was."""
        with self._transaction() as connection:
            return connection.execute(sa.select(moments.c.at).where(moments.c.name == name)).scalar()

    def write_down(self, name: str, at: float) -> None:
        """Write a moment down unless a later one of that name is."""
        with self._transaction() as connection:
            self._put(connection, name, at, only_later=True)

    def counts(self) -> tuple[int, int, float | None]:
        """Return how many webhooks wait, how many events are owed, and when the oldest of those happened."""
        with self._transaction() as connection:
            waiting = sa.select(sa.func.count()).where(webhooks.c.outcome.is_(None))
            owed = sa.select(sa.func.count(), sa.func.min(events.c.at)).where(events.c.outcome.is_(None))
            count, oldest = connection.execute(owed).one()
            return connection.execute(waiting).scalar_one(), count, oldest

    def take_over(self) -> None:
        """Set free what a former process of the same name had claimed when it was killed."""
        with self._transaction() as connection:
            for table in (webhooks, events):
                mine = (table.c.holder == self._holder) & table.c.outcome.is_(None)
                connection.execute(sa.update(table).where(mine).values(due=0.0, holder=""))

    def prune(self) -> None:
        """Once in a while, forget what was done long ago. A mark stays as long as an older event may still come."""
        if self._now() < self._prune_at:
            return
        self._prune_at, before = self._now() + PRUNE_EVERY, self._now() - KEPT
        with self._transaction() as connection:
            for table in (webhooks, events):
                connection.execute(sa.delete(table).where(table.c.done_at < before))
            oldest = sa.select(sa.func.min(webhooks.c.at)).where(webhooks.c.outcome.is_(None))
            old = marks.c.at < min(before, connection.execute(oldest).scalar() or before)
            owed = sa.exists().where(events.c.address == marks.c.address, events.c.outcome.is_(None))
            connection.execute(sa.delete(marks).where(old, ~owed))
            stale = moments.c.name.startswith("refused ") & (moments.c.at < before)
            connection.execute(sa.delete(moments).where(stale))

    def close(self) -> None:
        """Close the store."""
        self._engine.dispose()

    def abandon(self) -> None:
        """Let go of the store as a crash would: a transaction that is not finished is lost."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with self._turn, self._engine.begin() as connection:
            yield connection

    def _store(self, found: list[Webhook], insert: Any, more: dict[str, Any]) -> None:
        rows = [
            {
                "id": each.id,
                "started": each.started,
                "customer_id": each.customer_id,
                "conversation_id": each.conversation_id,
                "at": each.at,
                **more,
            }
            for each in found
        ]
        if rows:
            with self._transaction() as connection:
                connection.execute(insert, rows)

    def _claimed(self, table: sa.Table, side: Side) -> Any:
        with self._transaction() as connection:
            if not self._lets_through(connection, side):
                return None
            due = sa.select(table).where(_is_next(table), table.c.due <= self._now())
            oldest = due.order_by(table.c.at, table.c.number).limit(1)
            row = connection.execute(oldest.with_for_update(skip_locked=True, of=table)).one_or_none()
            if row is None:
                return None
            self._count_probe(connection, side)
            claim = {"holder": self._holder, "due": whole_milliseconds(self._now() + LEASE)}
            connection.execute(sa.update(table).where(table.c.number == row.number).values(claim))
            return row

    def _gates(self, connection: sa.Connection, side: Side) -> dict[str, float]:
        named = sa.select(moments.c.name, moments.c.at).where(moments.c.name.in_([side.paused, side.refused]))
        return {row.name: row.at for row in connection.execute(named.with_for_update())}

    def _lets_through(self, connection: sa.Connection, side: Side) -> bool:
        return all(at <= self._now() for at in self._gates(connection, side).values())

    def _count_probe(self, connection: sa.Connection, side: Side) -> None:
        """Let refused credentials not be tried again for a while; good ones have no such moment."""
        probed = whole_milliseconds(self._now() + PROBE_EVERY)
        connection.execute(sa.update(moments).where(moments.c.name == side.refused).values(at=probed))

    def _settle(self, connection: sa.Connection, table: sa.Table, key: str, outcome: str) -> None:
        values = {"outcome": outcome, "done_at": self._now(), "holder": ""}
        connection.execute(sa.update(table).where(table.c.id == key).values(values))

    def _put(self, connection: sa.Connection, name: str, at: float, *, only_later: bool = False) -> None:
        insert = self._insert(moments).values(name=name, at=at)
        later = moments.c.at < at if only_later else None
        connection.execute(
            insert.on_conflict_do_update(index_elements=["name"], set_={"at": at}, where=later)
        )

    def _set_mark(self, connection: sa.Connection, address: str, webhook: Webhook) -> None:
        """Let the newest event of an address say what its mark is.

        At one moment a closing comes after the start of the same conversation; another conversation can only have begun
        when the first was closed, for a customer has one at a time.
        """
        new = {
            "at": webhook.at,
            "started": webhook.started,
            "conversation_id": webhook.conversation_id,
        }
        first = self._insert(marks).values(address=address, **new).on_conflict_do_nothing()
        connection.execute(first)
        row = connection.execute(sa.select(marks).where(marks.c.address == address).with_for_update()).one()
        same = row.conversation_id == webhook.conversation_id
        if webhook.at > row.at or (webhook.at == row.at and webhook.started is not same):
            connection.execute(sa.update(marks).where(marks.c.address == address).values(new))


def _is_next(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition that a row is still to be done; and of events, that it is its address's first."""
    waits = table.c.outcome.is_(None)
    if table is not events:
        return waits
    other = events.alias("other")
    earlier = sa.tuple_(other.c.at, other.c.number) < sa.tuple_(events.c.at, events.c.number)
    return waits & ~sa.exists().where(other.c.address == events.c.address, other.c.outcome.is_(None), earlier)


def whole_milliseconds(moment: float) -> float:
    """Return a moment rounded up, so that it is the same after a clock or a database has rounded it."""
    return math.ceil(moment * 1_000) / 1_000
