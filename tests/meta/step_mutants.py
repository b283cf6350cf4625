"""Broken integrations for checks in ``steps/`` that no other mutant needs: ``test_checks.py`` says which check.

They were found by the mutation tester (``docs/mutation.md``): with the check left out, nothing went red.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx

from integration import answers, dispatcher, klaviyo, outbox, webhook
from integration.answers import Refused, Rejected
from integration.gladly import Gladly
from integration.klaviyo import Klaviyo
from integration.outbox import Event
from integration.settings import Settings
from integration.webhook import WebhookEndpoint
from tests.meta.key_mutants import MUTANTS, mutant, set_rule

__all__ = ["MUTANTS", "mutant", "set_rule"]

STEP_MUTANTS: dict[str, Callable[[], None]] = {}
HOUR = 3_600.0


def step_mutant(change: Callable[[], None]) -> Callable[[], None]:
    """Register a change here and among the others."""
    STEP_MUTANTS[change.__name__] = mutant(change)
    return change


def _with_the_next_one(again: Callable[[Klaviyo, Event], None]) -> None:
    """Let ``again`` do something with each event when the next one is sent, so that it comes late."""
    real = Klaviyo.send
    sent: list[Event] = []

    def send(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        while sent:
            again(self, sent.pop())
        real(self, event, in_conversation=in_conversation)
        sent.append(event)

    set_rule(Klaviyo, "send", send)


@step_mutant
def send_each_event_again_with_the_next() -> None:
    """An event is sent a second time, under another id, when there is something else to tell."""
    real = Klaviyo.send
    _with_the_next_one(
        lambda self, event: real(self, replace(event, id=f"{event.id}-again"), in_conversation=True)
    )


@step_mutant
def report_a_second_metric_with_the_next() -> None:
    """A metric of the app's own appears when there is something else to tell."""
    real = Klaviyo.send

    def more(self: Klaviyo, event: Event) -> None:
        started, klaviyo.STARTED = klaviyo.STARTED, "gladly contact"
        real(self, replace(event, id=f"{event.id}-more", started=True), in_conversation=True)
        klaviyo.STARTED = started

    _with_the_next_one(more)


@step_mutant
def tell_by_the_legacy_api_as_well() -> None:
    """With a private key, events still go to the old account by the legacy API too."""
    real = Klaviyo.send

    def both(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        real(self, event, in_conversation=in_conversation)
        if self._private_key and self._public_key:
            self._track(event, in_conversation, self._public_key)

    set_rule(Klaviyo, "send", both)


@step_mutant
def tell_the_phone() -> None:
    """Klaviyo is told the phone number that Gladly has."""
    real_profile, real_post = Gladly._profile, Klaviyo._post  # noqa: SLF001 - a mutant may
    phones: list[str] = []

    def profile(self: Gladly, customer_id: str) -> httpx.Response:
        response = real_profile(self, customer_id)
        phones[:] = [phone["original"] for phone in response.json().get("phones", [])]
        return response

    def post(self: Klaviyo, path: str, **request: Any) -> Any:
        if phones and "content" in request:
            told = f'"phone_number": "{phones[0]}", "email"'
            request["content"] = request["content"].replace('"email"', told, 1)
        return real_post(self, path, **request)

    set_rule(Gladly, "_profile", profile)
    set_rule(Klaviyo, "_post", post)


@step_mutant
def stamp_an_hour_early() -> None:
    """Events have a time an hour before what they tell of."""
    real = Klaviyo.send
    set_rule(
        Klaviyo,
        "send",
        lambda self, event, **more: real(self, replace(event, at=event.at - HOUR), **more),
    )


@step_mutant
def mark_the_first_address_only() -> None:
    """Of a customer with several addresses only the first one is marked."""
    real = Klaviyo.send
    first: dict[str, str] = {}

    def send(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        is_first = first.setdefault(event.webhook_id, event.email) == event.email
        real(self, event, in_conversation=in_conversation and is_first)

    set_rule(Klaviyo, "send", send)


@step_mutant
def give_the_other_addresses_up() -> None:
    """When one address of a customer is refused, the others are given up with it."""
    real = Klaviyo.send
    given_up: set[str] = set()

    def send(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        if event.webhook_id in given_up:
            return
        try:
            real(self, event, in_conversation=in_conversation)
        except Rejected:
            given_up.add(event.webhook_id)
            raise

    set_rule(Klaviyo, "send", send)


@step_mutant
def hold_everything_up_behind_a_refused_event() -> None:
    """One event that Klaviyo will never take holds up whatever else is owed."""
    real = Klaviyo.send

    def send(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        try:
            real(self, event, in_conversation=in_conversation)
        except Rejected as rejected:
            raise Refused(str(rejected)) from None

    set_rule(Klaviyo, "send", send)


@step_mutant
def never_try_an_address_without_a_dot() -> None:
    """Addresses that look wrong are passed over in silence, so nobody learns that Klaviyo would refuse them."""
    real = Gladly.addresses
    set_rule(
        Gladly,
        "addresses",
        lambda self, customer: [one for one in real(self, customer) if "." in one.rpartition("@")[2]],
    )


@step_mutant
def name_no_refused_event() -> None:
    """The log says that an event was refused, but not which."""
    real = dispatcher.log.error

    def error(what: str, **more: Any) -> None:
        more.pop("gladly_event", None)
        real(what, **more)

    set_rule(dispatcher.log, "error", error)


@step_mutant
def hammer_with_a_refused_key() -> None:
    """A refused key is tried every second."""
    set_rule(outbox, "PROBE_EVERY", 1.0)


@step_mutant
def keep_every_key_in_a_file() -> None:
    """Each key that the app was ever told is kept in a file."""
    real = Klaviyo.__init__

    def keeping(self: Klaviyo, settings: Settings, *more: Any) -> None:
        with (settings.state_dir / "keys").open("a", encoding="utf-8") as file:
            file.write(f"{settings.klaviyo_private_key}\n")
        real(self, settings, *more)

    set_rule(Klaviyo, "__init__", keeping)


@step_mutant
def go_on_with_the_first_key() -> None:
    """A key that is saved later takes effect for nothing that is sent."""
    real = Klaviyo.__init__
    first: list[str] = []

    def stubborn(self: Klaviyo, settings: Settings, *more: Any) -> None:
        if settings.klaviyo_private_key:
            first.append(settings.klaviyo_private_key)
            settings = replace(settings, klaviyo_private_key=first[0])
        real(self, settings, *more)

    set_rule(Klaviyo, "__init__", stubborn)


@step_mutant
def lag_one_key_behind() -> None:
    """A key that is saved takes effect when the next one is."""
    real = Klaviyo.__init__
    known: list[str] = []

    def late(self: Klaviyo, settings: Settings, *more: Any) -> None:
        if settings.klaviyo_private_key:
            known.append(settings.klaviyo_private_key)
            settings = replace(settings, klaviyo_private_key=known[-2:][0])
        real(self, settings, *more)

    set_rule(Klaviyo, "__init__", late)


@step_mutant
def make_up_an_address() -> None:
    """A customer without an address is reported under one that is made up."""
    real = Gladly.addresses
    set_rule(
        Gladly, "addresses", lambda self, customer: real(self, customer) or ["unknown@mail.sandbox.gladly.qa"]
    )


@step_mutant
def refuse_reopenings() -> None:
    """Of all that is of no use, a reopening is answered with 400."""
    real = webhook.read

    def picky(body: bytes) -> outbox.Webhook | None:
        if b"CONVERSATION/REOPENED" in body:
            raise ValueError("not interested")
        return real(body)

    set_rule(webhook, "read", picky)


@step_mutant
def ask_gladly_whatever_a_stranger_says() -> None:
    """Whoever calls the webhook makes the app call Gladly."""
    real_gladly, real_post = Gladly.__init__, WebhookEndpoint.on_post
    known: list[Gladly] = []

    def gladly(self: Gladly, *given: Any) -> None:
        real_gladly(self, *given)
        known.append(self)

    def on_post(self: WebhookEndpoint, *given: Any) -> None:
        known[-1].addresses("nobody")
        real_post(self, *given)

    set_rule(Gladly, "__init__", gladly)
    set_rule(WebhookEndpoint, "on_post", on_post)


@step_mutant
def accept_at_the_second_attempt() -> None:
    """Each event of Gladly's is turned away once."""
    real = webhook.read
    seen: set[bytes] = set()

    def forgetful(body: bytes) -> outbox.Webhook | None:
        if b'"PING"' not in body and body not in seen:
            seen.add(body)
            raise ValueError("not yet")
        return real(body)

    set_rule(webhook, "read", forgetful)


@step_mutant
def give_up_when_gladly_refuses() -> None:
    """A refused token of Gladly's counts as a customer without addresses."""
    real = Gladly.addresses

    def resigned(self: Gladly, customer: str) -> list[str]:
        try:
            return real(self, customer)
        except Refused:
            return []

    set_rule(Gladly, "addresses", resigned)


@step_mutant
def give_up_when_no_wait_is_named() -> None:
    """Klaviyo asks to wait without saying how long, and the event is thrown away."""
    real = answers.later_if_busy

    def impatient(response: httpx.Response, now: float) -> None:
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS and "Retry-After" not in response.headers:
            raise Rejected("busy for ever")
        real(response, now)

    set_rule(klaviyo, "later_if_busy", impatient)


@step_mutant
def read_no_date() -> None:
    """A wait until a date is taken for one that is not named."""
    set_rule(answers, "http_date", lambda _text: None)


@step_mutant
def follow_to_any_host() -> None:
    """Gladly's credentials go wherever an answer points."""
    set_rule(Gladly, "_moved_to", lambda _self, _url, response: response.headers["Location"])
