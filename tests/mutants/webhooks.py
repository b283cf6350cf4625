"""Mistakes at the door: what is answered to Gladly, to strangers, and to nonsense."""

import hmac
import json
from typing import Any

import falcon

from integration import calls, webhook
from integration.dispatcher import Dispatcher
from integration.outbox import Outbox, Webhook
from integration.webhook import WebhookEndpoint
from integration.workers import Worker
from tests.mutants.registry import instead, mutant, set_rule

KNOWN_TYPES = ("CONVERSATION/", "CONTACT/", "CUSTOMER", "CONVERSATION_", "PING", "TASK/", "AGENT_")
LONGER_THAN_GLADLY_WAITS = 20.0
A_LOT = 500_000
MORE_NONSENSE = "test_more_nonsense_in_gladlys_name"


@mutant("test_gladly_says_things_of_no_use_to_the_app")
def refuse_useless_events() -> None:
    """Events of no use are answered with 400."""

    @instead(webhook, "read")
    def picky(real: Any, body: bytes) -> Webhook | None:
        found: Webhook | None = real(body)
        if found is None and b'"PING"' not in body:
            raise ValueError("not interested")
        return found


@mutant("test_an_event_that_is_of_no_use[something that nobody knows]")
def know_only_the_types_of_today() -> None:
    """An event type that is not in the list of today is answered with 400."""

    @instead(webhook, "read")
    def picky(real: Any, body: bytes) -> Webhook | None:
        found: Webhook | None = real(body)
        if b"FORGOTTEN" in body or not any(one.encode() in body for one in KNOWN_TYPES):
            raise ValueError("no such type")
        return found


@mutant("test_an_event_that_is_of_no_use[a conversation of another organization]")
def verify_the_customer_at_the_door() -> None:
    """Before the webhook is answered the customer is looked up, and one whom Gladly does not know gets 400."""

    @instead(Dispatcher, "__init__")
    def remember(real: Any, self: Any, outbox: Any, gladly: Any, *others: Any) -> None:
        real(self, outbox, gladly, *others)
        outbox.gladly = gladly

    @instead(Outbox, "accept")
    def accept(real: Any, self: Any, found: Webhook) -> None:
        base = self.gladly._base  # noqa: SLF001 - a mutant may
        answer = self.gladly._calls.ask(  # noqa: SLF001 - a mutant may
            "GET",
            f"{base}/api/v1/customer-profiles/{found.customer_id}",
            auth=self.gladly._auth,  # noqa: SLF001 - a mutant may
        )
        if answer.status_code == 404:
            raise falcon.HTTPBadRequest(description="no such customer")
        real(self, found)


def _only_fields(allowed: set[str]) -> None:
    @instead(webhook, "read")
    def strict(real: Any, body: bytes) -> Webhook | None:
        found: Webhook | None = real(body)
        if found is not None:
            event = json.loads(body)
            if unknown := set(event) - {"id", "type", "timestamp", "initiator", "content"} - allowed:
                raise ValueError(f"unknown fields: {len(unknown)}")
        return found


@mutant("test_an_event_that_is_a_little_different[with fields that nobody knows]")
def allow_no_extra_fields() -> None:
    """A field that is not in the schema is answered with 400; only a schema's version is let through."""
    _only_fields({"version", "schema"})


@mutant("test_an_event_that_is_a_little_different[in a newer format]")
def insist_on_the_first_version() -> None:
    """An event that says it is of a newer version is answered with 400."""
    _only_fields({"mood", "links"})


@mutant("test_gladly_goes_on_while_klaviyo_keeps_silent")
def answer_when_all_is_done() -> None:
    """The webhook is answered when Klaviyo has answered, in the same thread, with a timeout longer than Gladly's."""
    set_rule(calls, "TIMEOUT", LONGER_THAN_GLADLY_WAITS)
    seen: list[Dispatcher] = []

    @instead(Worker, "__init__")
    def idle(real: Any, self: Worker, name: str, _step: Any) -> None:
        real(self, name, lambda: None)

    @instead(Dispatcher, "__init__")
    def remember(real: Any, self: Dispatcher, *others: Any) -> None:
        real(self, *others)
        seen.append(self)

    @instead(WebhookEndpoint, "_taken_in")
    def taken_in(real: Any, self: Any, found: Webhook | None, body: bytes) -> Any:
        status = real(self, found, body)
        if found is not None:
            seen[-1].work()
        return status


@mutant("test_nonsense_in_gladlys_name[plain text]", "test_nonsense_in_gladlys_name[half an event]")
def swallow_nonsense() -> None:
    """Anything is taken for an event."""

    @instead(webhook, "read")
    def tolerant(real: Any, body: bytes) -> Webhook | None:
        try:
            found: Webhook | None = real(body)
        except ValueError:
            return None
        return found


def _take_for_nothing(*bodies: bytes) -> None:
    """Let the door accept these bodies as events of no use."""

    @instead(webhook, "read")
    def read(real: Any, body: bytes) -> Webhook | None:
        found: Webhook | None = None if body in bodies else real(body)
        return found


@mutant("test_nonsense_in_gladlys_name[an empty object]")
def take_an_empty_object_for_a_greeting() -> None:
    """An empty object is answered with 200, for a test of the connection."""
    _take_for_nothing(b"{}")


@mutant("test_nonsense_in_gladlys_name[a list]")
def take_a_list_for_a_batch() -> None:
    """A list is taken for a batch of events, an empty one for a batch of none."""
    _take_for_nothing(b"[]")


@mutant(f"{MORE_NONSENSE}[nothing at all]")
def take_an_empty_body_for_a_sign_of_life() -> None:
    """A call without a body is answered with 200, for a monitor's look at the door."""
    _take_for_nothing(b"")


@mutant(f"{MORE_NONSENSE}[a number]")
def expect_an_object() -> None:
    """What is JSON and no object ends in an error of our own, 500."""

    @instead(webhook, "read")
    def trusting(real: Any, body: bytes) -> Webhook | None:
        if body.isdigit():
            body = json.loads(body)["type"]
        found: Webhook | None = real(body)
        return found


@mutant(f"{MORE_NONSENSE}[a megabyte of nonsense]")
def refuse_what_is_long() -> None:
    """A body of more than half a megabyte is answered with 413."""

    @instead(WebhookEndpoint, "on_post")
    def on_post(real: Any, self: Any, req: falcon.Request, resp: falcon.Response) -> None:
        try:
            real(self, req, resp)
        except falcon.HTTPBadRequest:
            if (req.content_length or 0) > A_LOT:
                raise falcon.HTTPContentTooLarge from None
            raise


@mutant("test_a_stranger_reports_a_conversation[with a guess]")
def let_strangers_in() -> None:
    """The webhook looks whether there are credentials, not at what they are."""
    set_rule(hmac, "compare_digest", lambda left, _right: bool(left))


@mutant("test_a_stranger_reports_a_conversation[without a word]")
def let_in_who_shows_nothing() -> None:
    """Credentials are compared only where there are some."""
    set_rule(hmac, "compare_digest", lambda left, right: left in {b"", right})


@mutant("test_a_stranger_learns_nothing_and_moves_nothing")
def read_before_looking_who_speaks() -> None:
    """A body is judged before the credentials are, so a stranger is told what is wrong with it."""

    @instead(WebhookEndpoint, "on_post")
    def on_post(real: Any, self: Any, req: falcon.Request, resp: falcon.Response) -> None:
        if not (req.content_length or 0) > len(b"this is no event"):
            raise falcon.HTTPBadRequest(description="not a Gladly event")
        real(self, req, resp)


@mutant("test_a_stranger_learns_nothing_and_moves_nothing")
def ask_gladly_before_looking_who_speaks() -> None:
    """The customer is looked up at Gladly before the webhook's credentials are looked at."""
    seen: list[Dispatcher] = []

    @instead(Dispatcher, "__init__")
    def remember(real: Any, self: Dispatcher, *others: Any) -> None:
        real(self, *others)
        seen.append(self)

    @instead(WebhookEndpoint, "on_post")
    def on_post(real: Any, self: Any, req: falcon.Request, resp: falcon.Response) -> None:
        if not req.auth or "c3RyYW5nZXI6" in req.auth:
            seen[-1]._gladly.addresses("nobody-of-ours")  # noqa: SLF001 - a mutant may
        real(self, req, resp)


@mutant(
    f"{MORE_NONSENSE}[a start without an id]",
    f"{MORE_NONSENSE}[a start without a time]",
    f"{MORE_NONSENSE}[a start without a customer]",
)
def pass_over_half_an_event() -> None:
    """An event of a known type that lacks something is passed over with 200, as one of no use."""

    @instead(webhook, "read")
    def read(real: Any, body: bytes) -> Any:
        try:
            return real(body)
        except ValueError:
            if b'"CONVERSATION/' in body:
                return None
            raise
