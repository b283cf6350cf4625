"""Mistakes with what comes late or overtakes: which events count, and what the mark says."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from integration import outbox
from integration.answers import RetryLater, Throttled
from integration.dispatcher import Dispatcher
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox, Webhook
from integration.tables import marks
from tests.mutants.registry import instead, mutant, set_rule
from tests.mutants.sql import OWED, run_sql

HELD_BACK = "test_both_were_held_back"
BEHIND = 2.0
"""Seconds by which what has lost its turn is behind the others."""
_late: set[str] = set()


def _without_turns() -> None:
    """Let an address's events pass each other; those that have lost their turn say their own state."""

    def is_next(table: sa.Table) -> Any:
        return table.c.outcome.is_(None)

    set_rule(outbox, "_is_next", is_next)

    @instead(Klaviyo, "send")
    def send(real: Any, self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        real(self, event, in_conversation=event.started if event.id in _late else in_conversation)


def _let_lose_its_turn(box: Any, event: str) -> None:
    """Put an event behind the others."""
    _late.add(event)
    now = box._now()  # noqa: SLF001 - a mutant may
    run_sql(box, "UPDATE events SET due = max(due, ?) + ? WHERE id = ?", now, BEHIND, event)


def _lose_turns_after(kind: type[RetryLater]) -> None:
    _without_turns()

    @instead(Dispatcher, "_postpone")
    def postpone(real: Any, self: Any, item: Webhook | Event, later: RetryLater) -> None:
        real(self, item, later)
        if isinstance(item, Event) and item.started and type(later) is kind:
            _let_lose_its_turn(self._outbox, item.id)


@mutant(f"{HELD_BACK}[Klaviyo is down]", f"{HELD_BACK}[Klaviyo will fail twice]")
def let_closings_pass_what_failed() -> None:
    """An event that failed is tried again some time, while its closing passes it."""
    _lose_turns_after(RetryLater)


@mutant(f"{HELD_BACK}[Klaviyo will ask the app to wait]")
def let_closings_pass_what_was_throttled() -> None:
    """An event that met a request to wait is sent after all others, its closing included."""
    _lose_turns_after(Throttled)


def _set_mark(box: Any, connection: sa.Connection, address: str, found: Webhook) -> None:
    new = {"at": found.at, "started": found.started, "conversation_id": found.conversation_id}
    insert = box._insert(marks).values(address=address, **new)  # noqa: SLF001 - a mutant may
    connection.execute(insert.on_conflict_do_update(index_elements=["address"], set_=new))


def _mark_always(says_so: Any) -> None:
    @instead(Outbox, "_set_mark")
    def set_mark(real: Any, self: Any, connection: Any, address: str, found: Webhook) -> None:
        if says_so(found):
            _set_mark(self, connection, address, found)
        else:
            real(self, connection, address, found)


@mutant("test_the_start_is_told_after_the_closing", "test_the_closing_is_told_after_the_next_start")
def mark_by_order_of_delivery() -> None:
    """The mark says what came last, not what happened last."""
    _mark_always(lambda _found: True)


@mutant("test_the_start_is_told_after_the_closing")
def let_every_start_mark() -> None:
    """A start sets the mark, however late it comes."""
    _mark_always(lambda found: found.started)


@mutant("test_the_closing_is_told_after_the_next_start")
def let_every_closing_clear() -> None:
    """A closing takes the mark back, however late it comes."""
    _mark_always(lambda found: not found.started)


@mutant("test_begun_and_closed_in_one_moment")
def let_the_first_of_one_moment_mark() -> None:
    """What has the same timestamp as the mark does not change it: a closing in the moment of the start is passed over."""

    @instead(Outbox, "_set_mark")
    def set_mark(real: Any, self: Any, connection: Any, address: str, found: Webhook) -> None:
        at = connection.execute(sa.select(marks.c.at).where(marks.c.address == address)).scalar()
        if at is None or found.at > at:
            real(self, connection, address, found)


@mutant("test_gladly_says_it_in_the_wrong_order")
def drop_what_comes_late() -> None:
    """An event that is older than the newest one known of its customer is dropped as stale."""
    newest: dict[str, float] = {}

    @instead(Outbox, "accept")
    def accept(real: Any, self: Outbox, found: Webhook) -> None:
        if found.at >= newest.get(found.customer_id, 0.0):
            newest[found.customer_id] = found.at
            real(self, found)


def _lose_turns_at_a_start(may: Callable[[Any], bool]) -> None:
    """Let starts that are owed at a start of the process go out after closings, where ``may`` says so of the outbox."""
    _without_turns()

    @instead(Outbox, "take_over")
    def take_over(real: Any, self: Any) -> None:
        real(self)
        if may(self):
            for (event,) in run_sql(self, f"SELECT id FROM events WHERE {OWED} AND started = 1"):  # noqa: S608
                _let_lose_its_turn(self, event)


def _was_refused(box: Any) -> bool:
    return bool(run_sql(box, "SELECT name FROM moments WHERE name LIKE 'refused %'"))


@mutant("test_a_crash_lay_between_both")
def begin_with_closings_after_a_crash() -> None:
    """What a start finds owed is sent in no order, each event with its own state."""
    _lose_turns_at_a_start(lambda box: not _was_refused(box))


@mutant("test_a_refused_key_held_both_back")
def begin_with_closings_after_a_refusal() -> None:
    """What a refused key held back is sent in no order once there is another, each event with its own state."""
    _lose_turns_at_a_start(_was_refused)
