"""Mistakes with an event that Klaviyo will never take."""

from typing import Any

from integration import dispatcher, klaviyo
from integration.answers import Rejected, RetryLater
from integration.dispatcher import Dispatcher
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox
from tests.mutants.registry import instead, mutant, set_rule
from tests.mutants.sql import OWED, run_sql

AT_ONCE = 0.05


def _try_rejected_again(seconds: float) -> None:
    @instead(Klaviyo, "send")
    def send(real: Any, self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        try:
            real(self, event, in_conversation=in_conversation)
        except Rejected as rejected:
            raise RetryLater(str(rejected), seconds) from None


@mutant("test_the_next_customer", world="memory")
def retry_400_for_ever() -> None:
    """An event that Klaviyo calls a bad one is tried again, after ever longer waits, for good."""
    _try_rejected_again(0.0)


@mutant("test_the_next_customer")
def retry_400_at_once() -> None:
    """An event that Klaviyo calls a bad one is tried again at once, for good."""
    _try_rejected_again(0.0)
    set_rule(dispatcher, "_wait", lambda _attempts, _later: AT_ONCE)


@mutant("test_the_next_customer", "test_one_of_twenty_addresses")
def stop_the_queue_at_400() -> None:
    """An event that Klaviyo calls a bad one stays at the head of the queue, and nothing passes it."""
    set_rule(klaviyo, "_CREDENTIALS_REFUSED", {400, 401, 403, 410})
    set_rule(klaviyo, "_NEVER_ACCEPTED", set())


@mutant("test_one_of_twenty_addresses")
def drop_the_batch_with_the_bad_one() -> None:
    """One address that Klaviyo refuses takes the customer's other addresses with it."""

    @instead(Outbox, "close_event")
    def close(real: Any, self: Any, event: Event, outcome: str) -> None:
        real(self, event, outcome)
        if outcome == "rejected":
            others = f"UPDATE events SET outcome = 'rejected', done_at = ? WHERE {OWED} AND webhook_id = ?"  # noqa: S608
            run_sql(self, others, self._now(), event.webhook_id)


@mutant("test_an_operator_can_see_which_it_was")
def print_the_refused_address() -> None:
    """The log names the address that Klaviyo refuses."""

    @instead(Dispatcher, "_send")
    def send(real: Any, self: Any, event: Event) -> None:
        real(self, event)
        if not event.email.rpartition(".")[1]:
            dispatcher.log.error("refused", address=event.email)


@mutant("test_an_operator_is_told_which_it_was")
def say_only_that_one_was_refused() -> None:
    """The log says that Klaviyo will not take an event, and not which."""

    @instead(Dispatcher, "_send")
    def send(real: Any, self: Any, event: Event) -> None:
        log = dispatcher.log
        dispatcher.log = _Brief(log)
        try:
            real(self, event)
        finally:
            dispatcher.log = log


class _Brief:
    """A log that leaves ids out."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def __getattr__(self, level: str) -> Any:
        say = getattr(self._log, level)
        return lambda what, **more: say(what, **{k: v for k, v in more.items() if k != "gladly_event"})
