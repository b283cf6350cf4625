"""Mistakes with waits: those that Klaviyo asks for, and those after a failure."""

from typing import Any

import httpx

from integration import answers, dispatcher, klaviyo
from integration.answers import Rejected, RetryLater, Throttled
from integration.dispatcher import Dispatcher
from integration.outbox import Event, Outbox, Webhook
from tests.mutants.registry import instead, mutant, set_rule
from tests.mutants.sql import OWED, run_sql

A_MINUTE = 60.0
A_DAY = 86_400.0
AT_ONCE = 0.05


@mutant("test_klaviyo_asks_to_wait")
def hurry_when_asked_to_wait() -> None:
    """Retry-After is not heeded."""

    @instead(RetryLater, "__init__")
    def hurry(real: Any, self: RetryLater, why: str, _seconds: float = 0.0) -> None:
        real(self, why)


@mutant("test_klaviyo_asks_to_wait")
def take_seconds_for_milliseconds() -> None:
    """Retry-After is read in milliseconds."""

    @instead(answers, "asked_wait")
    def asked(real: Any, *given: Any) -> float:
        return float(real(*given)) / 1_000


@mutant("test_klaviyo_asks_twice_in_a_row")
def wait_only_when_asked_first() -> None:
    """A second request to wait, right after the first, is taken for the first one's echo."""

    @instead(Dispatcher, "_postpone")
    def postpone(real: Any, self: Any, item: Webhook | Event, later: RetryLater) -> None:
        was, self.was_throttled = getattr(self, "was_throttled", False), isinstance(later, Throttled)
        real(self, item, Throttled(str(later)) if was and self.was_throttled else later)


@mutant("test_a_longer_wait[for 90 seconds]", world="memory")
def wait_a_minute_at_the_most() -> None:
    """A wait that is asked for is cut to a minute, like any other."""
    set_rule(answers, "LONGEST_ASKED", A_MINUTE)


@mutant("test_a_longer_wait[until a date, 20 seconds on]", world="memory")
def read_no_dates() -> None:
    """Retry-After is read when it is a number; a date counts as none."""
    set_rule(answers, "http_date", lambda _text: None)


@mutant("test_klaviyo_does_not_say_how_long")
def expect_to_be_told_how_long() -> None:
    """429 without Retry-After fails on the missing header, and the event is given up."""

    @instead(klaviyo, "later_if_busy")
    def later_if_busy(real: Any, response: httpx.Response, now: float) -> None:
        if response.status_code == 429 and "Retry-After" not in response.headers:
            raise Rejected("KeyError")
        real(response, now)


@mutant("test_klaviyo_does_not_say_how_long")
def try_again_at_once() -> None:
    """After a failure the event is sent again at once, until it is taken."""

    @instead(dispatcher, "_wait")
    def wait(_real: Any, _attempts: int, later: RetryLater) -> float:
        return later.seconds or AT_ONCE


@mutant("test_fifty_events_are_owed_when_klaviyo_asks_to_wait")
def let_only_the_one_event_wait() -> None:
    """A wait is the event's that was answered so; all others are sent meanwhile."""

    @instead(Dispatcher, "_postpone")
    def postpone(real: Any, self: Any, item: Webhook | Event, later: RetryLater) -> None:
        real(self, item, RetryLater(str(later), later.seconds))


@mutant("test_klaviyo_is_down_for_an_hour", world="memory")
def wait_ever_longer() -> None:
    """The wait after a failure doubles without an end."""
    set_rule(dispatcher, "LONGEST_WAIT", A_DAY)


@mutant("test_a_restart_while_klaviyo_asks_to_wait")
def forget_the_pause_at_a_restart() -> None:
    """A start is a new beginning: what Klaviyo asked for before does not count."""

    @instead(Outbox, "take_over")
    def take_over(real: Any, self: Any) -> None:
        real(self)
        run_sql(self, "DELETE FROM moments WHERE name = 'klaviyo paused'")
        run_sql(self, f"UPDATE events SET due = 0 WHERE {OWED}")  # noqa: S608
