"""What goes wrong on the way: faults of Gladly and Klaviyo, crashes of the app, and calls by others than Gladly."""

import json
from collections.abc import Callable
from typing import Any

from pytest_bdd import given, parsers, then, when

from harness.actors.api.faults import Faults
from harness.actors.api.traffic import Traffic
from harness.ports import Agent, AppUnderTest, Setup
from harness.values import Credentials
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from harness.worlds.world import WebhookCaller
from steps.context import ScenarioContext

CREATED = "CONVERSATION/CREATED"
ASKING_FOR_A_CUSTOMER = "GET /api/v1/customer-profiles/*"
LONGER_THAN_ANY_PATIENCE = 120.0
"""Seconds: whoever has no timeout of its own waits as long, which is longer than the harness does."""
FAULTS_OF_GLADLY: dict[str, tuple[str, dict[str, Any]]] = {
    "fail": ("status", {"status": 500}),
    "be too busy": ("throttle", {}),
    "hang up": ("reset", {}),
    "be garbled": ("garbage", {}),
    "keep silent": ("timeout", {"seconds": LONGER_THAN_ANY_PATIENCE}),
}
AT_THE_EDGE = {"a challenge": 403, "an error page": 522}
STRANGERS = {"with a guess": Credentials("stranger", "guess"), "without a word": None}
NONSENSE = {
    "plain text": b"this is no event",
    "an empty object": b"{}",
    "a list": b"[]",
    "half an event": b'{"type":',
}
EVENT = {"id": "a-strangers-event-0001", "type": CREATED, "timestamp": "2026-11-23T10:00:00.000Z"}
SECONDS_TO_THE_FIRST_RETRY = 30.0
UNAUTHORIZED, BAD_REQUEST = 401, 400
ASKED_WAIT = 2.0


@given("Gladly will say twice that a conversation was created")
def gladly_repeats(faults: Faults) -> None:
    faults.at_gladly(CREATED, "duplicate")


@given("Gladly will say late that a conversation was created")
def gladly_is_late(faults: Faults) -> None:
    faults.at_gladly(CREATED, "reorder")


@given(parsers.parse("Gladly will {trouble} when it is asked for the customer"))
def gladly_misbehaves(faults: Faults, trouble: str) -> None:
    kind, how = FAULTS_OF_GLADLY[trouble]
    faults.at_gladly(ASKING_FOR_A_CUSTOMER, kind, **how)


@given("Klaviyo has retired the legacy API")
def legacy_retired(setup: Setup) -> None:
    setup.retire_legacy_api()


@given("Klaviyo will ask the app to wait for 2 seconds")
def klaviyo_throttles(faults: Faults) -> None:
    faults.at_klaviyo("throttle", seconds=ASKED_WAIT)


@given("Klaviyo will fail twice")
def klaviyo_fails(faults: Faults) -> None:
    faults.at_klaviyo("status", times=2, status=503)


@given("Klaviyo will hang up once")
def klaviyo_hangs_up(faults: Faults) -> None:
    faults.at_klaviyo("reset")


@given("Klaviyo will keep silent once")
def klaviyo_is_silent(faults: Faults) -> None:
    faults.at_klaviyo("timeout", seconds=LONGER_THAN_ANY_PATIENCE)


@given("Klaviyo will take the event but lose the answer")
def klaviyo_loses_answer(faults: Faults) -> None:
    faults.at_klaviyo("truncate")


@given(parsers.parse("the way to Klaviyo will be barred once by {what}"))
def klaviyo_is_not_reached(faults: Faults, what: str) -> None:
    faults.at_klaviyo("edge", status=AT_THE_EDGE[what])


@given("Klaviyo is down")
def klaviyo_is_down(faults: Faults) -> None:
    faults.klaviyo_goes_down(status=503)


@when("Klaviyo is up again")
def klaviyo_is_up(faults: Faults) -> None:
    faults.end_at_klaviyo()


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
    advance(SECONDS_TO_THE_FIRST_RETRY)


@given("Gladly has failed to reach the app")
def gladly_failed(traffic: Traffic, expect: Expect) -> None:
    expect.soon("Gladly fails to reach the app", traffic.refused_deliveries)


@when(parsers.parse("a stranger {manner} tells the app of a conversation with a customer"))
def stranger_reports(
    sam: Agent, webhook_caller: WebhookCaller, context: ScenarioContext, manner: str
) -> None:
    context.customer = sam.add_customer(name=context.people.name(), emails=[context.address()])
    body = json.dumps({**EVENT, "content": {"customerId": context.customer.id, "conversationId": "none"}})
    context.answer_to_webhook = webhook_caller.post(body.encode(), STRANGERS[manner])


@when(parsers.parse("{nonsense} is sent to the app in Gladly's name"))
def send_nonsense(webhook_caller: WebhookCaller, context: ScenarioContext, nonsense: str) -> None:
    context.answer_to_webhook = webhook_caller.post(NONSENSE[nonsense], webhook_caller.credentials)


@then("the app turns the stranger away")
def turned_away(expect: Expect, context: ScenarioContext) -> None:
    expect.equal("the app's answer to a stranger", seen=context.answer_to_webhook, due=UNAUTHORIZED)


@then("the app calls it no event of Gladly")
def called_nonsense(expect: Expect, context: ScenarioContext) -> None:
    expect.equal("the app's answer to what is no event", seen=context.answer_to_webhook, due=BAD_REQUEST)


@then("the app has waited as long as it was asked to")
def has_waited(observer: Observer, expect: Expect) -> None:
    waits = observer.traffic.waits_after_throttling()
    waited = bool(waits) and min(waits) >= ASKED_WAIT
    expect.that(f"the app waits {ASKED_WAIT:g} s when Klaviyo asks for it", waited, seen=_seconds(waits))


@then("Klaviyo refuses the app's key")
def key_is_refused(observer: Observer, expect: Expect) -> None:
    expect.soon("Klaviyo refuses a call of the app for its key", observer.traffic.refusals)


@then("Gladly has had every message accepted by the app")
def all_accepted(observer: Observer, expect: Expect) -> None:
    expect.soon("the app accepts every event of Gladly", observer.traffic.undelivered, lambda left: not left)
    refused = observer.traffic.refused_deliveries()
    expect.that("the app accepts every event at the first attempt", not refused, seen=refused)


@then(parsers.parse("the app used the {api} API"))
def used_api(observer: Observer, expect: Expect, api: str) -> None:
    look = observer.traffic.api_of_the_last_event
    expect.soon(f"the app's last event came by the {api} API", look, lambda used: used == api)


@then("the app has printed none of its keys and tokens")
def nothing_printed(observer: Observer, expect: Expect) -> None:
    leaks = observer.leaks()
    expect.that("the app prints none of its keys and tokens", not leaks, seen=leaks)


def _seconds(waits: list[float]) -> list[str]:
    return [f"it waited {wait:.1f} s" for wait in waits] or ["Klaviyo never asked for it"]
