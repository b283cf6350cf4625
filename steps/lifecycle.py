"""The app itself: killed, started again, taken over, and what lies about of its keys."""

from collections.abc import Callable
from functools import partial
from operator import le
from typing import Any

from pytest_bdd import given, parsers, then, when

from harness.actors.api.faults import Faults
from harness.actors.api.traffic import Traffic
from harness.app_ports import AppUnderTest
from harness.ports import Agent, Control, GladlyAdmin, Setup
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
    how: dict[str, Any] = {"after": int(call) - 1, "seconds": LONGER_THAN_ANY_PATIENCE}
    at_klaviyo, kind = system == "Klaviyo", FATES[fate]
    app.dies_in(
        faults.at_klaviyo(kind, **how) if at_klaviyo else faults.at_gladly(ASKING_FOR_A_CUSTOMER, kind, **how)
    )


@when("Sam goes on until the app has made that call")
def goes_on_until_struck(sam: Agent, faults: Faults, context: ScenarioContext) -> None:
    faults.make_strike(lambda: context.open_with_many(sam, 1))


@when("the app, killed, is started again and Gladly repeats itself")
def is_started_after(app: AppUnderTest, advance: Callable[[float], None]) -> None:
    app.start_after_death()
    advance(RETRIES[0])


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
