"""Mistakes with what Gladly says again, and with much at once: what is known by what, for how long, and how much there is room for."""

import hashlib
import threading
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import falcon

from integration import webhook
from integration.catch_up import CatchUp
from integration.outbox import Outbox, Webhook
from tests.mutants.registry import instead, mutant, set_rule

TEN_MINUTES = 600.0
ROOM, SECONDS = 20, 10.0


def _without_catching_up() -> None:
    """Leave out what asks Gladly for events: it knows them by their own ids."""
    set_rule(CatchUp, "look", lambda _self: None)


def _known_by_memory(is_known: Callable[[Any, Webhook], bool]) -> None:
    """Give each webhook an id of ours, unless ``is_known`` says of the outbox that it has had it."""
    _without_catching_up()

    @instead(Outbox, "accept")
    def accept(real: Any, self: Outbox, found: Webhook) -> None:
        if not is_known(self, found):
            real(self, replace(found, id=str(uuid.uuid4())))


@mutant("test_gladly_says_it_twice")
def no_memory_for_webhooks() -> None:
    """A webhook that comes twice is worked through twice."""
    _known_by_memory(lambda _outbox, _found: False)


@mutant("test_gladly_repeats_itself_later[an hour later]", world="memory")
def remember_for_ten_minutes() -> None:
    """A webhook's id is remembered for ten minutes."""
    known: dict[str, float] = {}

    def is_known(outbox: Any, found: Webhook) -> bool:
        now = outbox._now()  # noqa: SLF001 - a mutant may
        before, known[found.id] = known.get(found.id), now
        return before is not None and now - before < TEN_MINUTES

    _known_by_memory(is_known)


@mutant("test_gladly_repeats_itself_later[after a restart]")
def remember_until_a_restart() -> None:
    """A webhook's id is remembered in memory."""

    def is_known(outbox: Any, found: Webhook) -> bool:
        known = outbox.__dict__.setdefault("known", set())
        if found.id in known:
            return True
        known.add(found.id)
        return False

    _known_by_memory(is_known)


@mutant("test_gladly_repeats_itself_32_times_at_once")
def look_only_when_nobody_else_looks() -> None:
    """What is known is looked up under a lock that is not waited for: what comes at the same time counts as new."""
    lock, known = threading.Lock(), set[str]()
    _without_catching_up()

    @instead(Outbox, "accept")
    def accept(real: Any, self: Outbox, found: Webhook) -> None:
        if not lock.acquire(blocking=False):
            real(self, replace(found, id=str(uuid.uuid4())))
            return
        try:
            if found.id not in known:
                known.add(found.id)
                real(self, found)
            else:
                self.counts()
        finally:
            lock.release()


def _known_by(name: Callable[[Webhook], str]) -> None:
    """Know a webhook by what ``name`` makes of it instead of its id."""
    _without_catching_up()

    @instead(webhook, "read")
    def read(real: Any, body: bytes) -> Webhook | None:
        found: Webhook | None = real(body)
        if found is None:
            return None
        return replace(found, id=hashlib.sha256(name(found).encode()).hexdigest())


@mutant("test_the_closing_is_told_after_the_next_start")
def know_an_event_by_its_customer() -> None:
    """A webhook is known by customer and type, so a customer's second conversation counts as told."""
    _known_by(lambda found: f"{found.customer_id} {found.started}")


@mutant("test_a_reopened_conversation_is_closed")
def know_an_event_by_its_conversation() -> None:
    """A webhook is known by conversation and type, so a closing after a reopening counts as told."""
    _known_by(lambda found: f"{found.conversation_id} {found.started}")


@mutant("test_two_customers_in_turn")
def know_an_event_by_its_minute() -> None:
    """A webhook is known by type and minute, so another customer's counts as told."""
    _known_by(lambda found: f"{found.started} {found.at // 60}")


def _take(most: int, seconds: float) -> None:
    came: deque[float] = deque()

    @instead(Outbox, "accept")
    def accept(real: Any, self: Any, found: Webhook) -> None:
        now = self._now()
        while came and came[0] < now - seconds:
            came.popleft()
        if len(came) >= most:
            raise falcon.HTTPTooManyRequests
        came.append(now)
        real(self, found)


@mutant("test_a_burst")
def take_twenty_in_ten_seconds() -> None:
    """The door takes twenty webhooks in ten seconds and answers 429 to what is more."""
    _take(ROOM, SECONDS)
