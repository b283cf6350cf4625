"""Mistakes in what Klaviyo is told: names, times, marks, and more than it should hear."""

import json
from dataclasses import replace
from typing import Any

from integration import klaviyo, webhook
from integration.dispatcher import Dispatcher
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox, Webhook
from tests.mutants.registry import instead, mutant, set_rule


@mutant("test_an_agent_reopens_the_conversation")
def send_on_reopen() -> None:
    """A reopened conversation counts as started."""

    @instead(webhook, "read")
    def read(real: Any, body: bytes) -> Webhook | None:
        found: Webhook | None = real(body.replace(b"CONVERSATION/REOPENED", b"CONVERSATION/CREATED"))
        return found


@mutant("test_an_agent_closes_a_conversation")
def ignore_closings() -> None:
    """A closed conversation is not reported."""
    set_rule(webhook, "CLOSED", "CONVERSATION/NEVER")


@mutant("test_both_metrics_are_found")
def wrong_metric_name() -> None:
    """The metric is spelled with a capital letter."""
    set_rule(klaviyo, "STARTED", "Started conversation in Gladly")


@mutant("test_an_agent_closes_a_conversation")
def mark_always_true() -> None:
    """The mark is never taken back."""
    set_rule(Outbox, "in_conversation", lambda _self, _email: True)


@mutant("test_an_agent_opens_a_conversation")
def mark_as_text() -> None:
    """The mark is the word true or false."""

    @instead(Outbox, "in_conversation")
    def in_conversation(real: Any, self: Outbox, email: str) -> str:
        return str(real(self, email)).lower()


@mutant("test_a_customer_with_a_name_a_phone_and_an_address")
def tell_more_than_needed() -> None:
    """The event carries the conversation's id."""

    @instead(Klaviyo, "_post")
    def chatty(real: Any, self: Klaviyo, path: str, **request: Any) -> Any:
        if "content" in request:
            text = request["content"].replace('"properties": {}', '"properties": {"id": "c1"}', 1)
            request["content"] = text
        return real(self, path, **request)


@mutant("test_a_customer_with_a_name_a_phone_and_an_address_before_the_upgrade")
def tell_the_name_by_the_legacy_api() -> None:
    """The legacy payload carries a first name."""

    @instead(Klaviyo, "_post")
    def chatty(real: Any, self: Klaviyo, path: str, **request: Any) -> Any:
        if "data" in request:
            text = request["data"]["data"].replace('"$email"', '"$first_name": "Ann", "$email"', 1)
            request["data"] = {"data": text}
        return real(self, path, **request)


@mutant("test_a_customer_with_a_name_a_phone_and_an_address")
def report_a_second_metric() -> None:
    """Every event is sent under a metric of its own as well."""

    @instead(Klaviyo, "send")
    def more(real: Any, self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        real(self, event, in_conversation=in_conversation)
        started, klaviyo.STARTED = klaviyo.STARTED, "Support Contact"
        try:
            real(self, replace(event, started=True), in_conversation=in_conversation)
        finally:
            klaviyo.STARTED = started


@mutant("test_an_agent_opens_a_conversation")
def send_each_event_twice() -> None:
    """Every event is sent a second time under another id."""

    @instead(Klaviyo, "send")
    def twice(real: Any, self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        real(self, event, in_conversation=in_conversation)
        real(self, replace(event, id=f"{event.id}-again"), in_conversation=in_conversation)


@mutant("test_klaviyo_asks_to_wait")
def stamp_with_the_time_of_sending() -> None:
    """The event has the time at which it is sent."""

    @instead(Dispatcher, "_send")
    def send(real: Any, self: Any, event: Event) -> None:
        real(self, replace(event, at=self._now()))


@mutant("test_a_conversation_before_the_upgrade")
def tell_the_legacy_api_milliseconds() -> None:
    """The legacy API is told the time in milliseconds, where it takes seconds."""

    @instead(Klaviyo, "_post")
    def post(real: Any, self: Klaviyo, path: str, **request: Any) -> Any:
        if "data" in request:
            said = json.loads(request["data"]["data"])
            request["data"] = {"data": json.dumps({**said, "time": said["time"] * 1_000})}
        return real(self, path, **request)
