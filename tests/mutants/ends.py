"""Mistakes that show when the process is killed in any call, when its disk is full, and when nobody takes its connection."""

import contextlib
import os
import time
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import OperationalError

from integration.answers import Rejected, RetryLater
from integration.catch_up import CatchUp
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox, Webhook
from tests.mutants.registry import instead, mutant, set_rule
from tests.mutants.sql import OWED, run_sql

IN_MEMORY = "test_killed_in_one_call_after_the_other"
IN_A_PROCESS = "test_a_process_killed_in_one_call_after_the_other"


def _begin_with_an_empty(table: str) -> None:
    """Drop at a start what the table still owes."""

    @instead(Outbox, "take_over")
    def take_over(real: Any, self: Any) -> None:
        real(self)
        run_sql(self, f"UPDATE {table} SET outcome = 'done', done_at = ? WHERE {OWED}", self._now())  # noqa: S608


@mutant(f"{IN_A_PROCESS}[Gladly-is lost]", f"{IN_A_PROCESS}[Gladly-is served]")
def begin_without_look_ups() -> None:
    """Look-ups that were under way at the last end are dropped at a start."""
    _begin_with_an_empty("webhooks")


@mutant(f"{IN_A_PROCESS}[Klaviyo-is lost]")
def begin_without_events() -> None:
    """Events that were under way at the last end are dropped at a start."""
    _begin_with_an_empty("events")


@mutant(f"{IN_A_PROCESS}[Klaviyo-is served]")
def put_the_process_into_the_unique_id() -> None:
    """The unique id has the number of the process in it, another one after a start."""

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Klaviyo, event: Event, *others: Any) -> None:
        real(self, replace(event, id=f"{event.id}-{os.getpid()}"), *others)


def _take_out(kind: type[Webhook | Event]) -> None:
    """Let what is taken up be done at once, and owed again only when the attempt has failed."""
    table, taking = ("webhooks", "take_webhook") if kind is Webhook else ("events", "take_event")

    @instead(Outbox, taking)
    def take(real: Any, self: Any, side: Any) -> Any:
        item = real(self, side)
        if item is not None:
            done = f"UPDATE {table} SET outcome = 'done', done_at = ? WHERE id = ?"  # noqa: S608
            run_sql(self, done, self._now(), item.id)
        return item

    @instead(Outbox, "postpone")
    def postpone(real: Any, self: Any, item: Any, due: float, **more: Any) -> None:
        if isinstance(item, kind):
            run_sql(self, f"UPDATE {table} SET outcome = NULL WHERE id = ?", item.id)  # noqa: S608
        real(self, item, due, **more)


@mutant(f"{IN_MEMORY}[Gladly-is lost]", f"{IN_MEMORY}[Gladly-is served]", world="memory")
def take_look_ups_out_of_the_store() -> None:
    """A webhook is taken out of the store while its addresses are looked up."""
    _take_out(Webhook)


@mutant(f"{IN_MEMORY}[Klaviyo-is lost]", world="memory")
def take_events_out_of_the_store() -> None:
    """An event is taken out of the store while it is sent."""
    _take_out(Event)


@mutant(f"{IN_MEMORY}[Klaviyo-is served]", world="memory")
def put_the_attempt_into_the_unique_id() -> None:
    """The unique id has the moment of the attempt in it."""

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Klaviyo, event: Event, *others: Any) -> None:
        real(self, replace(event, id=f"{event.id}-{time.monotonic_ns()}"), *others)


@mutant("test_the_disk_is_full")
def accept_what_cannot_be_kept() -> None:
    """A webhook that the store refuses is logged and answered with 200 all the same, and nobody asks for it later."""
    set_rule(CatchUp, "look", lambda _self: None)

    @instead(Outbox, "accept")
    def accept(real: Any, self: Any, found: Webhook) -> None:
        with contextlib.suppress(OperationalError):
            real(self, found)


@mutant("test_nobody_takes_the_connection")
def give_up_where_nobody_listens() -> None:
    """A connection that nobody takes is taken for a wrong address, at which it is of no use to try again."""

    @instead(Klaviyo, "send")
    def send(real: Any, self: Klaviyo, event: Event, **how: Any) -> None:
        try:
            real(self, event, **how)
        except RetryLater as later:
            if str(later) == "ConnectError":
                raise Rejected(str(later)) from None
            raise
