"""Waits that Klaviyo asks for, and how the app keeps them."""

from pytest_bdd import given, parsers, then, when

from harness.actors.api.faults import Faults
from harness.ports import Setup
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from steps.context import ScenarioContext

SOON_ENOUGH = 1.0
"""Seconds: a date has no parts of seconds."""
AT_ONCE = 0.1
"""Seconds: sooner than this nobody has waited at all; a second or so is meant."""


@given(parsers.re(r"Klaviyo will ask the app to wait for (?P<seconds>\d+) seconds$"))
def klaviyo_throttles(faults: Faults, context: ScenarioContext, seconds: str) -> None:
    context.asked_wait = float(seconds)
    faults.at_klaviyo("throttle", seconds=context.asked_wait)


@given(parsers.parse("Klaviyo will ask the app to wait for {seconds:d} seconds, twice in a row"))
def klaviyo_throttles_twice(faults: Faults, context: ScenarioContext, seconds: int) -> None:
    context.asked_wait = float(seconds)
    faults.at_klaviyo("throttle", seconds=context.asked_wait, times=2)


@given(parsers.parse("Klaviyo will ask the app to wait until a date, {seconds:d} seconds on"))
def klaviyo_throttles_until(faults: Faults, context: ScenarioContext, seconds: int) -> None:
    context.asked_wait = seconds - SOON_ENOUGH
    faults.at_klaviyo("throttle", seconds=float(seconds), retry_after="date")


@given("Klaviyo will ask the app to wait 3 times without saying how long")
def klaviyo_throttles_without_a_word(faults: Faults) -> None:
    faults.at_klaviyo("throttle", retry_after="absent", times=3)


@given(parsers.parse("Klaviyo has asked the app to wait for {seconds:d} seconds"))
def klaviyo_has_throttled(
    faults: Faults, setup: Setup, expect: Expect, context: ScenarioContext, seconds: int
) -> None:
    context.asked_wait = float(seconds)
    faults.at_klaviyo("throttle", seconds=context.asked_wait)
    context.open_with_many(setup.sam, 1)
    faults.wait_until_struck()
    expect.quiet()


@when(parsers.parse("Klaviyo is up again and asks the app to wait for {seconds:d} seconds"))
def klaviyo_is_up_and_throttles(faults: Faults, context: ScenarioContext, seconds: int) -> None:
    context.asked_wait = float(seconds)
    faults.at_klaviyo_once_up("throttle", seconds=context.asked_wait)


@when("the wait is over")
def wait_is_over(faults: Faults) -> None:
    faults.wait_until_struck()


@then("the app has waited as long as it was asked to")
def has_waited(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    expect.soon("the app calls Klaviyo again after the last fault", observer.traffic.faults_overcome)
    waits = observer.traffic.waits_after_throttling()
    waited = bool(waits) and min(waits) >= context.asked_wait
    expect.that(
        f"the app waits {context.asked_wait:g} s when Klaviyo asks for it", waited, seen=_seconds(waits)
    )


@then("the app has not tried again at once")
def has_taken_its_time(observer: Observer, expect: Expect) -> None:
    waits = observer.traffic.waits_after_throttling()
    waited = bool(waits) and min(waits) >= AT_ONCE
    expect.that("the app waits a little after each failure", waited, seen=_seconds(waits))


@then("no event was sent before the wait was over")
def nobody_was_sent(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    sent = observer.traffic.sent_in_a_pause(context.asked_wait, observer.under_way)
    expect.that("the app sends nothing while Klaviyo asks it to wait", not sent, seen=sent)


def _seconds(waits: list[float]) -> list[str]:
    return [f"it waited {wait:.1f} s" for wait in waits] or ["Klaviyo never asked for it"]
