"""Calls of the app's webhook: by Gladly again and in other forms, by strangers, and with nonsense."""

import json
from collections.abc import Callable
from typing import Any

from pytest_bdd import given, parsers, then, when

from harness.app_ports import AppUnderTest
from harness.ports import Agent, Setup
from harness.values import Credentials
from harness.worlds.expect import Expect
from harness.worlds.ledger import Ledger
from harness.worlds.observer import Observer
from harness.worlds.world import WebhookCaller
from steps.context import ScenarioContext

CREATED, CLOSED = "CONVERSATION/CREATED", "CONVERSATION/CLOSED"
HOUR = 3_600.0
MEGABYTE = 1_000_000
STRANGERS = {"with a guess": Credentials("stranger", "guess"), "without a word": None}
NONSENSE = {
    "plain text": b"this is no event",
    "an empty object": b"{}",
    "a list": b"[]",
    "half an event": b'{"type":',
    "nothing at all": b"",
    "a number": b"42",
    "a megabyte of nonsense": b"x" * MEGABYTE,
}
EVENT: dict[str, Any] = {
    "id": "a-strangers-event-0001",
    "type": CREATED,
    "timestamp": "2026-11-23T10:00:00.000Z",
    "content": {"customerId": "nobody-of-ours", "conversationId": "none"},
}
HALF_A_START = {
    "a start without an id": {name: value for name, value in EVENT.items() if name != "id"},
    "a start without a time": {name: value for name, value in EVENT.items() if name != "timestamp"},
    "a start without a customer": {**EVENT, "content": {"conversationId": "none"}},
}
NONSENSE |= {name: json.dumps(event).encode() for name, event in HALF_A_START.items()}
OF_NO_USE: dict[str, dict[str, Any]] = {
    "something that nobody knows": {**EVENT, "type": "CONVERSATION/FORGOTTEN"},
    "a conversation of another organization": EVENT,
}
UNKNOWN_FIELDS: dict[str, Any] = {"mood": "sunny", "links": [{"rel": "self"}]}
NEWER: dict[str, Any] = {"version": 7, "schema": {"name": "event", "revision": "2027-01-01"}}
FORMS = {
    "with fields that nobody knows": UNKNOWN_FIELDS,
    "in a newer format": NEWER,
    "at the moment of its start": {},
}
UNAUTHORIZED, BAD_REQUEST, SUCCESS = 401, 400, range(200, 300)


@when(parsers.parse("a stranger {manner} tells the app of a conversation with a customer"))
def stranger_reports(
    sam: Agent, webhook_caller: WebhookCaller, context: ScenarioContext, manner: str
) -> None:
    context.customer = sam.add_customer(name=context.people.name(), emails=[context.address()])
    content = {"customerId": context.customer.id, "conversationId": "none"}
    context.answer_to_webhook = webhook_caller.post(_body({**EVENT, "content": content}), STRANGERS[manner])


@when("a stranger says whatever comes to mind")
def stranger_says_anything(webhook_caller: WebhookCaller, context: ScenarioContext) -> None:
    said = [_body(EVENT), _body({**EVENT, "type": "PING"}), *NONSENSE.values()]
    context.answers = {
        webhook_caller.whole_answer(body, credentials) for body in said for credentials in STRANGERS.values()
    }


@when(parsers.parse("{nonsense} is sent to the app in Gladly's name"))
def send_nonsense(webhook_caller: WebhookCaller, context: ScenarioContext, nonsense: str) -> None:
    context.answer_to_webhook = webhook_caller.post(NONSENSE[nonsense], webhook_caller.credentials)


@when(parsers.re(r"Gladly tells the app of (?P<what>(?!the closing).+)"))
def tell_of(webhook_caller: WebhookCaller, context: ScenarioContext, what: str) -> None:
    context.answer_to_webhook = webhook_caller.post(_body(OF_NO_USE[what]), webhook_caller.credentials)


@when(parsers.parse("Gladly tells the app of the closing {how}"))
def tell_of_the_closing(webhook_caller: WebhookCaller, context: ScenarioContext, how: str) -> None:
    [begun] = [one for one in webhook_caller.said(CREATED) if _about(one, context.conversation)]
    closing = {**begun, "id": "a-closing-of-another-form", "type": CLOSED, **FORMS[how]}
    closing["content"] = {**begun["content"], **FORMS[how]}
    context.answer_to_webhook = webhook_caller.post(_body(closing), webhook_caller.credentials)


@given("Sam has opened and closed a conversation with a customer, and both were reported")
def both_were_reported(setup: Setup, ledger: Ledger, expect: Expect, context: ScenarioContext) -> None:
    context.customer = setup.sam.add_customer(name=context.people.name(), emails=[context.address()])
    context.conversation = setup.sam.open_conversation(context.customer)
    setup.sam.close_conversation(context.conversation)
    expect.soon("Klaviyo has both", ledger.open_items, lambda left: not left)


@given("Sam has opened a conversation with a customer, and it was reported")
def it_was_reported(setup: Setup, ledger: Ledger, expect: Expect, context: ScenarioContext) -> None:
    context.customer = setup.sam.add_customer(name=context.people.name(), emails=[context.address()])
    context.conversation = setup.sam.open_conversation(context.customer)
    expect.soon("Klaviyo has it", ledger.open_items, lambda left: not left)


@when("Gladly says both again, 32 times at once")
def says_again_at_once(webhook_caller: WebhookCaller) -> None:
    webhook_caller.post_at_once(_said(webhook_caller) * 16)


@when("Gladly says both again, an hour later")
def says_again_later(webhook_caller: WebhookCaller, advance: Callable[[float], None]) -> None:
    advance(HOUR)
    webhook_caller.post_at_once(_said(webhook_caller))


@when("Gladly says both again, after a restart")
def says_again_after_restart(webhook_caller: WebhookCaller, app: AppUnderTest) -> None:
    app.crash()
    app.start_again()
    webhook_caller.post_at_once(_said(webhook_caller))


@then("the app turns the stranger away")
def turned_away(expect: Expect, context: ScenarioContext) -> None:
    expect.equal("the app's answer to a stranger", seen=context.answer_to_webhook, due=UNAUTHORIZED)


@then("the app answers each time the same, that the stranger is turned away")
def turned_away_alike(expect: Expect, context: ScenarioContext) -> None:
    alike = len(context.answers) == 1 and next(iter(context.answers))[0] == UNAUTHORIZED
    seen = [
        f"{status} with the body {body!r} and {dict(headers)}" for status, body, headers in context.answers
    ]
    expect.that("the app's answers to a stranger are all the same, 401", alike, seen=seen)


@then("the app has called nobody")
def has_called_nobody(observer: Observer, expect: Expect) -> None:
    expect.quiet()
    called = observer.traffic.calls_of_the_app()
    expect.that("the app has called neither Gladly nor Klaviyo", not called, seen=called)


@then("the app calls it no event of Gladly")
def called_nonsense(expect: Expect, context: ScenarioContext) -> None:
    expect.equal("the app's answer to what is no event", seen=context.answer_to_webhook, due=BAD_REQUEST)


@then("the app accepts it")
def accepted(expect: Expect, context: ScenarioContext) -> None:
    answer = context.answer_to_webhook
    expect.that("the app's answer is 2xx", answer in SUCCESS, seen=answer)


@then("the app goes on reporting")
def goes_on(observer: Observer) -> None:
    observer.settle()


@then("Gladly has had every message accepted by the app")
def all_accepted(observer: Observer, expect: Expect) -> None:
    expect.soon("the app accepts every event of Gladly", observer.traffic.undelivered, lambda left: not left)
    refused = observer.traffic.refused_deliveries()
    expect.that("the app accepts every event at the first attempt", not refused, seen=refused)


def _said(webhook_caller: WebhookCaller) -> list[bytes]:
    return [_body(one) for kind in (CREATED, CLOSED) for one in webhook_caller.said(kind)]


def _about(event: dict[str, Any], conversation: str) -> bool:
    return bool(event["content"]["conversationId"] == conversation)


def _body(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()
