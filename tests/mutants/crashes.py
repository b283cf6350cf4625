"""Mistakes that show when the process ends: killed in a call, saved anew, down for a while, or not alone."""

import contextlib
import fcntl
import itertools
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from integration.catch_up import CatchUp
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox, Webhook
from integration.service import Service
from integration.tables import BadState
from tests.mutants.registry import instead, mutant, set_rule
from tests.mutants.sql import OWED, run_sql

KILLED = "test_killed_while_a_call_is_under_way"
POISON = 2
SECONDS = 3.0


@mutant("test_the_app_crashes_before_it_could_tell_klaviyo", "test_twice_in_a_row")
def outbox_in_memory() -> None:
    """A crash loses what was owed."""

    @instead(Outbox, "__init__")
    def forgetful(real: Any, self: Outbox, path: Any, *others: Any) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        real(self, path, *others)


@mutant("test_the_app_crashes_before_it_could_tell_klaviyo")
def stamp_what_is_owed_with_the_start() -> None:
    """What a crash left gets the time of the start that finds it."""

    @instead(Outbox, "take_over")
    def take_over(real: Any, self: Any) -> None:
        real(self)
        for table in ("webhooks", "events"):
            run_sql(self, f"UPDATE {table} SET at = ? WHERE {OWED}", self._now())  # noqa: S608


@mutant("test_twice_in_a_row")
def take_for_poison_what_two_starts_find() -> None:
    """What two starts have found owed is taken for what makes the app crash, and dropped."""

    @instead(Outbox, "take_over")
    def take_over(real: Any, self: Any) -> None:
        real(self)
        if self.counts()[1]:
            starts = (self.moment("starts with debts") or 0.0) + 1
            self.write_down("starts with debts", starts)
            if starts >= POISON:
                dropped = "UPDATE events SET outcome = 'rejected', done_at = ? WHERE outcome IS NULL"
                run_sql(self, dropped, self._now())


def _done_when_taken_up(kind: type[Webhook | Event], started: bool) -> None:
    """Let what is taken up count as done until it has failed: a crash in between loses it."""
    table = "webhooks" if kind is Webhook else "events"

    @instead(Outbox, "take_webhook" if kind is Webhook else "take_event")
    def take(real: Any, self: Any, side: Any) -> Any:
        item = real(self, side)
        if item is not None and item.started is started:
            done = f"UPDATE {table} SET outcome = 'done', done_at = ? WHERE id = ?"  # noqa: S608
            run_sql(self, done, self._now(), item.id)
        return item

    def again(self: Any, item: Any) -> None:
        if isinstance(item, kind):
            run_sql(self, f"UPDATE {table} SET outcome = NULL WHERE id = ?", item.id)  # noqa: S608

    @instead(Outbox, "postpone")
    def postpone(real: Any, self: Any, item: Any, due: float, **more: Any) -> None:
        again(self, item)
        real(self, item, due, **more)

    @instead(Outbox, "park")
    def park(real: Any, self: Any, side: Any, item: Any = None) -> Any:
        again(self, item)
        return real(self, side, item)


@mutant(f"{KILLED}[1st-Gladly-is lost]")
def forget_starts_that_are_looked_up() -> None:
    """A start is taken out of the store when its look-up begins."""
    _done_when_taken_up(Webhook, started=True)


@mutant(f"{KILLED}[2nd-Gladly-is served]")
def forget_closings_that_are_looked_up() -> None:
    """A closing is taken out of the store when its look-up begins."""
    _done_when_taken_up(Webhook, started=False)


@mutant(f"{KILLED}[1st-Klaviyo-is lost]")
def forget_starts_that_are_sent() -> None:
    """A start counts as sent when its call begins."""
    _done_when_taken_up(Event, started=True)


@mutant(f"{KILLED}[3rd-Klaviyo-is lost]")
def forget_closings_that_are_sent() -> None:
    """A closing counts as sent when its call begins."""
    _done_when_taken_up(Event, started=False)


def _unique_ids_in_memory(*kinds: bool) -> None:
    """Make unique ids of starts (True) or closings (False) at the first sending, and keep them in memory."""
    ids: dict[tuple[int, str], str] = {}

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Klaviyo, event: Event, *others: Any) -> None:
        unique = ids.setdefault((id(self), event.id), str(uuid.uuid4()))
        real(self, replace(event, id=unique) if event.started in kinds else event, *others)


@mutant(f"{KILLED}[1st-Klaviyo-is served]", f"{KILLED}[2nd-Klaviyo-is served]")
def make_unique_ids_in_memory() -> None:
    """The unique id is made when an event is first sent, and kept in memory only."""
    _unique_ids_in_memory(True, False)


@mutant(f"{KILLED}[2nd-Klaviyo-is served]")
def number_the_events_of_a_webhook_anew() -> None:
    """The unique id is the webhook's with a number, which begins anew after a start."""
    numbers: dict[tuple[int, str], Any] = {}
    ids: dict[tuple[int, str], str] = {}

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Klaviyo, event: Event, *others: Any) -> None:
        number = numbers.setdefault((id(self), event.webhook_id), itertools.count(1))
        known = (id(self), event.id)
        if known not in ids:
            ids[known] = f"{event.webhook_id}-{next(number)}"
        real(self, replace(event, id=ids[known]), *others)


@mutant(f"{KILLED}[4th-Klaviyo-is served]")
def make_unique_ids_of_closings_in_memory() -> None:
    """The unique id of a closing is made when it is first sent, and kept in memory only."""
    _unique_ids_in_memory(False)


@mutant("test_a_deployment")
def want_to_be_alone() -> None:
    """A lock in the state folder keeps a second process from starting while the first still runs."""

    @instead(Outbox, "__init__")
    def locked(real: Any, self: Any, path: Any, *others: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = (path.parent / "lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadState("another process uses this folder") from None
        real(self, path, *others)

    for ending in ("close", "abandon"):

        @instead(Outbox, ending)
        def end(real: Any, self: Any) -> None:
            with contextlib.suppress(OSError):
                self.lock.close()
            real(self)


def _at_an_orderly_stop(do: Callable[[Any], object]) -> None:
    """Call ``do`` with the outbox when the process is to end, and before the outbox is closed."""

    @instead(Service, "stop")
    def stop(real: Any, self: Any) -> Any:
        in_time = real(self)
        do(self._outbox)
        return in_time

    @instead(Outbox, "close")
    def close(real: Any, self: Any) -> None:
        do(self)
        real(self)


@mutant("test_saving_the_app_loses_nothing")
def lose_the_outbox_on_save() -> None:
    """An orderly stop empties the outbox."""
    _at_an_orderly_stop(lambda outbox: bool(run_sql(outbox, "DELETE FROM events")))


@mutant("test_the_app_was_down_when_gladly_spoke")
def open_the_door_before_the_store() -> None:
    """What comes in the first seconds after a restart is answered with 200 and not kept."""
    set_rule(CatchUp, "look", lambda _self: None)

    @instead(Outbox, "__init__")
    def opened(real: Any, self: Any, path: Any, *others: Any) -> None:
        restarted = path.exists()
        real(self, path, *others)
        self.open_from = self._now() + SECONDS if restarted else 0.0

    @instead(Outbox, "accept")
    def accept(real: Any, self: Any, found: Webhook) -> None:
        if self._now() >= self.open_from:
            real(self, found)
