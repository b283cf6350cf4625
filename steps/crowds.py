"""Many customers at once, and the ledger: each conversation once, by its own time, and everybody's mark."""

from collections.abc import Callable
from functools import partial

from pytest_bdd import given, parsers, then, when

from harness.actors.api.traffic import Traffic
from harness.ports import Agent, Control, Setup
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from harness.worlds.throng import Throng
from steps.context import ScenarioContext

TO_THE_FIRST_RETRY = 30.0
"""Seconds until Gladly repeats what came while the app was being restarted."""
KLAVIYO_A_SECOND = 350
"""How many events Klaviyo takes in a second (its published limit)."""


@given(parsers.parse("Sam has opened conversations with {count:d} customers"))
def many_were_opened(setup: Setup, context: ScenarioContext, count: int) -> None:
    context.open_with_many(setup.sam, count)


@given("Sam has opened conversations with more customers than Klaviyo hears of in a second")
def too_many_were_opened(setup: Setup, context: ScenarioContext) -> None:
    context.open_with_many(setup.sam, KLAVIYO_A_SECOND + 10)


@when("Sam opens conversations with a thousand customers")
def open_a_thousand(sam: Agent, context: ScenarioContext) -> None:
    context.open_with_many(sam, 1_000)


@when(parsers.parse("Sam opens conversations with {count:d} customers"))
def open_many(sam: Agent, context: ScenarioContext, count: int) -> None:
    context.open_with_many(sam, count)


@given(parsers.parse("Sam has opened and closed conversations with {count:d} customers"))
def many_were_closed(setup: Setup, context: ScenarioContext, count: int) -> None:
    for conversation in context.open_with_many(setup.sam, count):
        setup.sam.close_conversation(conversation)


@given("Sam has opened and closed conversations with 2 customers, until Klaviyo has refused the app's key")
def many_were_refused(setup: Setup, traffic: Traffic, expect: Expect, context: ScenarioContext) -> None:
    many_were_closed(setup, context, 2)
    expect.soon("Klaviyo refuses the app's key", traffic.refusals)
    expect.quiet()


@when("Sam opens conversations with 2 customers in turn, and closes them in turn")
def in_turn(sam: Agent, context: ScenarioContext) -> None:
    for conversation in context.open_with_many(sam, 2):
        sam.close_conversation(conversation)


@given("customers begin and end conversations all the time")
def throng_begins(throng: Throng) -> None:
    throng.begin()


@when("Klaviyo retires the legacy API a while later, and Gladly repeats what it said before")
def retires_under_traffic(throng: Throng, control: Control, advance: Callable[[float], None]) -> None:
    throng.go_on()
    control.retire_legacy_api()
    throng.go_on()
    throng.end()
    advance(TO_THE_FIRST_RETRY)


@then("every conversation is reported exactly once, at its own time")
def each_once(observer: Observer, expect: Expect) -> None:
    what = "Klaviyo has each conversation's start and closing exactly once, at its own time"
    left = observer.ledger.open_items()
    while left:  # the deadline is for the next, not for all: of a thousand, Gladly itself is still telling
        left = expect.soon(what, observer.ledger.open_items, partial(_is_shorter, left))
    observer.settle()
    expect.that(what, not (left := observer.ledger.open_items()), seen=left)


@then("every customer is marked by what happened last")
def marks_are_right(observer: Observer, expect: Expect) -> None:
    what = "when all has arrived, each mark says what the newest of the customer's starts and closings said"
    ledger = observer.ledger
    expect.soon(what, lambda: ledger.open_items() + ledger.wrong_marks(), lambda wrong: not wrong)


@then("no event was taken by both APIs")
def not_by_both(observer: Observer, expect: Expect) -> None:
    twice = observer.ledger.taken_by_both()
    expect.that("each event is taken by one API alone", not twice, seen=twice)


def _is_shorter(before: list[str], now: list[str]) -> bool:
    return len(now) < len(before)
