"""The app itself: killed, started again, taken over, and what lies about of its keys."""

from collections.abc import Callable
from functools import partial
from operator import le
from typing import Any

from pytest_bdd import given, parsers, then, when

from harness.actors.api.faults import Faults, Trouble
from harness.actors.api.traffic import Traffic
from harness.app_ports import AppUnderTest
from harness.ports import Agent, Control, GladlyAdmin, Setup
from harness.worlds.crashes import Crashes
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from steps.context import ASKING_FOR_A_CUSTOMER, LONGER_THAN_ANY_PATIENCE, ScenarioContext

FATES = {"is lost": "lost", "is served": "timeout"}
RETRIES = (30.0, 270.0, 1_500.0, 1_800.0)
"""Seconds from one try of Gladly to the next."""


@given("the app has crashed and started again")
def app_crashes(app: AppUnderTest, traffic: Traffic, expect: Expect) -> None:
    expect.soon("the app accepts what Gladly said", traffic.undelivered, lambda left: not left)
    app.crash()
    app.start_again()


@given("the app's disk is full")
def disk_is_full(app: AppUnderTest) -> None:
    app.fill_disk()


@given("the app, which could keep nothing, has crashed and started again on a disk with room")
def crashes_on_a_full_disk(app: AppUnderTest, traffic: Traffic, expect: Expect) -> None:
    expect.soon("Gladly tries to tell the app", traffic.untold, lambda left: not left)
    app.crash()
    app.start_again()


@when("Gladly repeats itself, and Klaviyo is up again")
def gladly_repeats_and_klaviyo_is_up(advance: Callable[[float], None], faults: Faults) -> None:
    advance(RETRIES[0])
    faults.end_at_klaviyo()


@given("the app is down")
def app_is_down(app: AppUnderTest) -> None:
    app.crash()


@when("the app is up again and Gladly repeats itself")
def app_is_up(app: AppUnderTest, advance: Callable[[float], None]) -> None:
    app.start_again()
    advance(RETRIES[0])


@given("Gladly has failed to reach the app")
def gladly_failed(traffic: Traffic, expect: Expect) -> None:
    expect.soon("Gladly fails to reach the app", traffic.refused_deliveries)


@given("Gladly has given up on the app")
def gladly_gave_up(traffic: Traffic, expect: Expect, advance: Callable[[float], None], setup: Setup) -> None:
    for tries, seconds in enumerate(RETRIES, start=1):
        expect.soon(f"Gladly tries {tries} x", traffic.attempts, partial(le, tries))
        advance(seconds)
    expect.soon("Gladly switches the app off", setup.dana.apps, lambda apps: not apps[0].active)


@when("the app is up again and Dana switches the Klaviyo App on")
def app_is_up_and_on(app: AppUnderTest, dana: GladlyAdmin) -> None:
    app.start_again()
    dana.switch_app(on=True)


@given(parsers.re(r"the app is killed in its (?P<call>\d)\w+ call to (?P<system>\w+), which (?P<fate>.+)"))
def will_be_killed(faults: Faults, app: AppUnderTest, call: str, system: str, fate: str) -> None:
    app.dies_in(_deadly(faults, system, fate, int(call) - 1))


@when("Sam goes on until the app has made that call")
def goes_on_until_struck(sam: Agent, faults: Faults, context: ScenarioContext) -> None:
    faults.make_strike(lambda: context.open_with_many(sam, 1))


@when("the app, killed, is started again and Gladly repeats itself")
def is_started_after(app: AppUnderTest, advance: Callable[[float], None]) -> None:
    app.start_after_death()
    advance(RETRIES[0])


@when(
    parsers.re(
        r"the app is killed in every call to (?P<system>\w+), each of which (?P<fate>.+), while Sam goes on"
    )
)
def killed_in_every_call(
    crashes: Crashes, faults: Faults, sam: Agent, context: ScenarioContext, system: str, fate: str
) -> None:
    def arm(calls_before: int) -> Trouble:
        return _deadly(faults, system, fate, calls_before, is_due=False)

    context.killed = crashes.in_each_call(arm, lambda: context.meet_with_two(sam), RETRIES[0])


@then("the app has been killed at least once")
def has_been_killed(expect: Expect, context: ScenarioContext) -> None:
    expect.that("the app is killed in some call", context.killed, seen=context.killed)


@when("a second process of the app takes over from the first, while Sam goes on")
def takes_over(app: AppUnderTest, sam: Agent, control: Control, context: ScenarioContext) -> None:
    with app.second_process():
        control.point_app_at(app.url)
        context.open_with_many(sam, 5)
    context.open_with_many(sam, 5)


@then("none of the app's keys and tokens is in the list of processes")
def not_in_the_list(observer: Observer, expect: Expect) -> None:
    shown = observer.app.shown_in_the_process_list()
    expect.that("the list of processes shows none of the app's keys and tokens", not shown, seen=shown)


@then(parsers.parse('the key "{name}" is nowhere in the app\'s state folder'))
def is_forgotten(observer: Observer, expect: Expect, context: ScenarioContext, name: str) -> None:
    observer.settle()
    files = observer.app.files_with(context.keys[name])
    expect.that(f"the key {name!r} is in no file of the app's", not files, seen=files)


@then("the app has printed none of its keys and tokens")
def nothing_printed(observer: Observer, expect: Expect) -> None:
    leaks = observer.app.leaks()
    expect.that("the app prints none of its keys and tokens", not leaks, seen=leaks)


@then("the app has printed nobody's address")
def no_address_printed(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    printed = [email for email in context.emails() if email.strip() in observer.app.output()]
    expect.that("the app prints no address", not printed, seen=printed)


def _deadly(faults: Faults, system: str, fate: str, calls_before: int, *, is_due: bool = True) -> Trouble:
    """Arm the trouble in which the app is to be killed, behind so many calls; it has to come where ``is_due``."""
    how: dict[str, Any] = {"after": calls_before, "seconds": LONGER_THAN_ANY_PATIENCE, "is_due": is_due}
    kind = FATES[fate]
    if system == "Klaviyo":
        return faults.at_klaviyo(kind, **how)
    return faults.at_gladly(ASKING_FOR_A_CUSTOMER, kind, **how)
