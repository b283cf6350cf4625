"""What goes wrong at Klaviyo and at Gladly, and what the app makes of it."""

from typing import Any

from pytest_bdd import given, parsers, then, when

from harness.actors.api.faults import Faults
from harness.actors.api.traffic import Traffic
from harness.app_ports import AppUnderTest, Reach
from harness.ports import Control
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from steps.context import ASKING_FOR_A_CUSTOMER, LONGER_THAN_ANY_PATIENCE, ScenarioContext

CREATED, CLOSED = "CONVERSATION/CREATED", "CONVERSATION/CLOSED"
HAPPENED = {"created": CREATED, "closed": CLOSED}
LEGACY_CALLS = "POST /api/track"

Fault = tuple[str, dict[str, Any]]
SILENT: Fault = ("timeout", {"seconds": LONGER_THAN_ANY_PATIENCE})
AT_KLAVIYO: dict[str, Fault] = {
    "fail twice": ("status", {"times": 2, "status": 503}),
    "hang up once": ("reset", {}),
    "keep silent once": SILENT,
    "take the event but lose the answer": ("truncate", {}),
    "say that something went wrong": ("status", {"status": 500}),
    "say that its gateway is bad": ("status", {"status": 502}),
    "say that its gateway has waited in vain": ("status", {"status": 504}),
    "show a page that it is unavailable": ("edge", {"status": 503}),
    "show a page that says come back": ("edge", {"status": 200}),
    "answer with garbage": ("garbage", {}),
    "lose the event without a word": ("lost", {"seconds": LONGER_THAN_ANY_PATIENCE}),
}
AT_GLADLY: dict[str, Fault] = {
    "fail": ("status", {"status": 500}),
    "be overloaded": ("status", {"status": 503}),
    "be too busy": ("throttle", {}),
    "hang up": ("reset", {}),
    "be garbled": ("garbage", {}),
    "keep silent": SILENT,
    "show a page of its edge": ("edge", {"status": 403}),
    "answer two seconds late": ("delay", {"seconds": 2.0}),
}
AT_THE_EDGE = {"a challenge": 403, "an error page": 522}
UNAUTHORIZED = 401


@given("Gladly will say twice that a conversation was created")
def gladly_repeats(faults: Faults) -> None:
    faults.at_gladly(CREATED, "duplicate")


@given(parsers.parse("Gladly will say late that a conversation was {happened}"))
def gladly_is_late(faults: Faults, happened: str) -> None:
    faults.at_gladly(HAPPENED[happened], "reorder")


@given(parsers.parse("Gladly will say {seconds:d} seconds late that a conversation was {happened}"))
def gladly_is_later(faults: Faults, seconds: int, happened: str) -> None:
    faults.at_gladly(HAPPENED[happened], "delay", seconds=float(seconds))


@given(parsers.re(r"Gladly will (?P<trouble>(?!send the app).+) when it is asked for the customer"))
def gladly_misbehaves(faults: Faults, trouble: str) -> None:
    kind, how = AT_GLADLY[trouble]
    faults.at_gladly(ASKING_FOR_A_CUSTOMER, kind, **how)


@given("Gladly will send the app to another host when it is asked for the customer")
def gladly_sends_away(faults: Faults) -> None:
    faults.at_gladly(ASKING_FOR_A_CUSTOMER, "redirect", location=faults.another_host)


@given("Gladly refuses the app's token")
def gladly_refuses_the_token(faults: Faults) -> None:
    faults.gladly_goes_down(ASKING_FOR_A_CUSTOMER, status=UNAUTHORIZED)


@given("the trouble has struck")
def trouble_has_struck(faults: Faults) -> None:
    faults.wait_until_struck()


@when("Dana gives the app a new token")
def new_token(faults: Faults, control: Control, app: AppUnderTest) -> None:
    faults.end_at_gladly()
    app.use_credentials(control.new_token())


@given("Klaviyo has retired the legacy API")
def legacy_retired(control: Control) -> None:
    control.retire_legacy_api()


@given("the legacy API will take an event but lose the answer, and be down then")
def legacy_loses_the_answer(faults: Faults) -> None:
    faults.at_klaviyo("truncate", route=LEGACY_CALLS)
    faults.may_strike_at_klaviyo("status", route=LEGACY_CALLS, status=503)


@given(parsers.re(r"Klaviyo will (?P<trouble>(?!ask).+)"))
def klaviyo_misbehaves(faults: Faults, trouble: str) -> None:
    kind, how = AT_KLAVIYO[trouble]
    faults.at_klaviyo(kind, **how)


@given(parsers.parse("the way to Klaviyo will be barred once by {what}"))
def klaviyo_is_not_reached(faults: Faults, what: str) -> None:
    faults.at_klaviyo("edge", status=AT_THE_EDGE[what])


@given("Klaviyo is down")
def klaviyo_is_down(faults: Faults) -> None:
    faults.klaviyo_goes_down(status=503)


@when("Klaviyo is up again")
def klaviyo_is_up(faults: Faults) -> None:
    faults.end_at_klaviyo()


@when("Klaviyo is up again, with its published limits")
def klaviyo_is_up_with_limits(faults: Faults, control: Control) -> None:
    control.keep_limits(on=True)
    faults.end_at_klaviyo()


@then("the other account has heard of the customer, and this one has not")
def heard_elsewhere(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    email = context.email()
    expect.soon(f"the other account knows {email}", lambda: observer.is_known_elsewhere(email))
    known = observer.klaviyo.profile(email) is not None
    expect.that(f"this account does not know {email}", not known, seen="it does")


@then("nobody but Gladly has been shown the app's credentials")
def credentials_stay(observer: Observer, expect: Expect) -> None:
    expect.soon("Gladly sends the app elsewhere", observer.traffic.troubles_of_gladly)
    observer.settle()
    shown = observer.traffic.authorized_elsewhere()
    expect.that("the app shows its credentials to Gladly alone", not shown, seen=shown)


@given("Klaviyo takes no connection")
def takes_no_connection(reach: Reach) -> None:
    reach.lose()


@given("the app has found nobody at Klaviyo")
def found_nobody(traffic: Traffic, expect: Expect) -> None:
    expect.soon("the app asks Gladly for the customer, and is about to tell Klaviyo", traffic.questions)
    expect.quiet()


@when("Klaviyo takes connections again")
def takes_connections(reach: Reach) -> None:
    reach.regain()
