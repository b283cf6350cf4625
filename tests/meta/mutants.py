"""Changes that each break one rule of the integration or of a fake, for a process of their own (``fork_each.py``).

``MUTANTS`` maps each name to the change; ``test_mutants.py`` says which scenario has to go red, and where in it.
"""

import hmac
import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx

from fakes.core.faults import Fault
from fakes.gladly.rules.apps.apps import Apps
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import KeyRing, PrivateKey
from harness.actors.api.gladly import ApiAgent
from integration import klaviyo, outbox, webhook
from integration.answers import Rejected, RetryLater
from integration.dispatcher import Dispatcher
from integration.gladly import Gladly
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox, Webhook

MUTANTS: dict[str, Callable[[], None]] = {}
set_rule: Callable[[Any, str, Any], None] = setattr


def mutant(change: Callable[[], None]) -> Callable[[], None]:
    """Register a change under its function's name."""
    MUTANTS[change.__name__] = change
    return change


@mutant
def send_on_reopen() -> None:
    """A reopened conversation counts as started."""
    real = webhook.read
    set_rule(
        webhook, "read", lambda body: real(body.replace(b"CONVERSATION/REOPENED", b"CONVERSATION/CREATED"))
    )


@mutant
def skip_the_second_address() -> None:
    """Only the first address of a customer is reported."""
    real = Gladly.addresses
    set_rule(Gladly, "addresses", lambda self, customer: real(self, customer)[:1])


@mutant
def believe_a_broken_gladly() -> None:
    """Whatever goes wrong at Gladly counts as no address."""
    real = Gladly.addresses

    def trusting(self: Gladly, customer: str) -> list[str]:
        try:
            return real(self, customer)
        except RetryLater:
            return []

    set_rule(Gladly, "addresses", trusting)


@mutant
def count_every_spelling() -> None:
    """An address in two spellings counts twice."""
    real = Gladly.addresses
    set_rule(
        Gladly,
        "addresses",
        lambda self, customer: [*real(self, customer), *map(str.upper, real(self, customer))],
    )
    real_address = Outbox.address

    def address(self: Outbox, found: Webhook, emails: list[str]) -> None:
        for number, email in enumerate(emails):
            real_address(self, replace(found, id=f"{found.id}-{number}"), [email])
        real_address(self, found, [])

    set_rule(Outbox, "address", address)


@mutant
def wrong_metric_name() -> None:
    """The metric is spelled with a capital letter."""
    set_rule(klaviyo, "STARTED", "Started conversation in Gladly")


@mutant
def drop_on_refusal() -> None:
    """What a refused key held back is thrown away."""
    set_rule(klaviyo, "_CREDENTIALS_REFUSED", set())
    set_rule(klaviyo, "_NEVER_ACCEPTED", {400, 401, 403, 410})


@mutant
def park_on_any_403() -> None:
    """A page of what stands in front of Klaviyo is taken for a refusal of the key, which is never tried again."""
    set_rule(klaviyo, "later_if_not_from_the_api", lambda _response: None)
    set_rule(outbox, "PROBE_EVERY", 86_400.0)


@mutant
def drop_when_the_legacy_api_is_gone() -> None:
    """A 410 throws the event away."""
    set_rule(klaviyo, "_CREDENTIALS_REFUSED", {401, 403})
    set_rule(klaviyo, "_NEVER_ACCEPTED", {400, 410})


@mutant
def stamp_with_the_time_of_sending() -> None:
    """The event has the time at which it is sent."""
    real = Dispatcher._send  # noqa: SLF001 - a mutant may

    def send(self: Dispatcher, event: Event) -> None:
        real(self, replace(event, at=self._now()))

    set_rule(Dispatcher, "_send", send)


@mutant
def no_memory_for_webhooks() -> None:
    """A webhook that comes twice is worked through twice."""
    real = Outbox.accept
    set_rule(Outbox, "accept", lambda self, found: real(self, replace(found, id=str(uuid.uuid4()))))


@mutant
def outbox_in_memory() -> None:
    """A crash loses what was owed."""
    real = Outbox.__init__

    def forgetful(self: Outbox, path: Any, *others: Any) -> None:
        path.unlink(missing_ok=True)
        real(self, path, *others)

    set_rule(Outbox, "__init__", forgetful)


@mutant
def give_up_on_trouble() -> None:
    """An event that could not be sent at once is thrown away."""

    def give_up(self: Dispatcher, item: Webhook | Event, _later: RetryLater) -> None:
        if isinstance(item, Event):
            self._outbox.close_event(item, "rejected")

    set_rule(Dispatcher, "_postpone", give_up)


@mutant
def hurry_when_asked_to_wait() -> None:
    """Retry-After is not heeded."""
    real = RetryLater.__init__
    set_rule(RetryLater, "__init__", lambda self, why, _seconds=0.0: real(self, why))


@mutant
def ignore_closings() -> None:
    """A closed conversation is not reported."""
    set_rule(webhook, "CLOSED", "CONVERSATION/NEVER")


@mutant
def mark_always_true() -> None:
    """The mark is never taken back."""
    set_rule(Outbox, "in_conversation", lambda _self, _email: True)


@mutant
def mark_as_text() -> None:
    """The mark is the word true or false."""
    real = Outbox.in_conversation
    set_rule(Outbox, "in_conversation", lambda self, email: str(real(self, email)).lower())


@mutant
def tell_more_than_needed() -> None:
    """The event carries the conversation's id."""
    real = Klaviyo._post  # noqa: SLF001 - a mutant may

    def chatty(self: Klaviyo, path: str, **request: Any) -> Any:
        if "content" in request:
            request["content"] = request["content"].replace(
                '"properties": {}', '"properties": {"id": "c1"}', 1
            )
        return real(self, path, **request)

    set_rule(Klaviyo, "_post", chatty)


@mutant
def let_strangers_in() -> None:
    """The webhook does not look at credentials."""
    set_rule(hmac, "compare_digest", lambda _left, _right: True)


@mutant
def swallow_nonsense() -> None:
    """Anything is taken for an event."""
    real = webhook.read

    def tolerant(body: bytes) -> Webhook | None:
        try:
            return real(body)
        except ValueError:
            return None

    set_rule(webhook, "read", tolerant)


@mutant
def refuse_useless_events() -> None:
    """Events of no use are answered with 400."""
    real = webhook.read

    def picky(body: bytes) -> Webhook | None:
        found = real(body)
        if found is None and b'"PING"' not in body:
            raise ValueError("not interested")
        return found

    set_rule(webhook, "read", picky)


@mutant
def stay_with_the_legacy_api() -> None:
    """A private key changes nothing."""

    def send(self: Any, event: Event, *, in_conversation: bool) -> None:
        self._track(event, in_conversation, self._public_key)

    set_rule(Klaviyo, "send", send)


@mutant
def log_the_key() -> None:
    """The private key is logged."""
    real = Klaviyo.send

    def send(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        logging.getLogger("integration").warning("sending with %s", self._private_key)
        real(self, event, in_conversation=in_conversation)

    set_rule(Klaviyo, "send", send)


@mutant
def call_an_unknown_route() -> None:
    """Events go to a route that no fake knows."""
    real = Klaviyo._post  # noqa: SLF001 - a mutant may
    set_rule(
        Klaviyo, "_post", lambda self, path, **request: real(self, path.replace("events", "event"), **request)
    )


@mutant
def send_what_nobody_reads() -> None:
    """Events go out with a parameter that the call does not have."""
    real = Klaviyo._post  # noqa: SLF001 - a mutant may
    set_rule(Klaviyo, "_post", lambda self, path, **request: real(self, f"{path}?source=gladly", **request))


@mutant
def send_each_event_twice() -> None:
    """Every event is sent a second time under another id."""
    real = Klaviyo.send

    def twice(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        real(self, event, in_conversation=in_conversation)
        real(self, replace(event, id=f"{event.id}-again"), in_conversation=in_conversation)

    set_rule(Klaviyo, "send", twice)


@mutant
def fake_ignores_scopes() -> None:
    """The fake lets every key do everything."""
    set_rule(PrivateKey, "allows", lambda _self, _scopes: True)


@mutant
def fake_keeps_deleted_keys_alive() -> None:
    """The fake goes on accepting a deleted key."""
    set_rule(PrivateKey, "works", property(lambda _self: True))


@mutant
def fake_shows_whole_keys() -> None:
    """The fake's list shows keys in clear."""
    set_rule(PrivateKey, "masked", property(lambda self: self.secret))


@mutant
def fake_asks_for_no_role() -> None:
    """Anybody may manage the fake's keys."""
    set_rule(KeyRing, "_check", lambda _self, _actor: None)


@mutant
def fake_switches_nothing() -> None:
    """The fake's switch of the app does nothing."""
    set_rule(Apps, "switch", lambda *_args, **_kwargs: None)


@mutant
def fake_breaks_inside() -> None:
    """The fake fails with an error of its own whenever an event comes in."""
    set_rule(Account, "submit", lambda *_args: 1 / 0)


@mutant
def harness_breaks_inside() -> None:
    """The harness itself fails when Sam acts."""
    set_rule(ApiAgent, "open_conversation", lambda *_: 1 / 0)


@mutant
def fake_never_throttles() -> None:
    """The fake's faults never trigger; the scenario that asks for a wait must notice."""
    set_rule(Fault, "matches", lambda _self, _route: False)


@mutant
def tell_the_name_by_the_legacy_api() -> None:
    """The legacy payload carries a first name."""
    real = Klaviyo._post  # noqa: SLF001 - a mutant may

    def chatty(self: Klaviyo, path: str, **request: Any) -> Any:
        if "data" in request:
            text = request["data"]["data"].replace('"$email"', '"$first_name": "Ann", "$email"', 1)
            request["data"] = {"data": text}
        return real(self, path, **request)

    set_rule(Klaviyo, "_post", chatty)


@mutant
def print_the_token() -> None:
    """The Basic credentials for Gladly are printed."""
    real = Gladly.addresses

    def loud(self: Gladly, customer: str) -> list[str]:
        request = next(self._auth.auth_flow(httpx.Request("GET", "https://x")))
        print(request.headers["Authorization"])  # noqa: T201 - as above
        return real(self, customer)

    set_rule(Gladly, "addresses", loud)


@mutant
def lose_the_outbox_on_save() -> None:
    """An orderly stop empties the outbox."""
    real = Outbox.close

    def forgetful(self: Outbox) -> None:
        with self._transaction() as connection:
            connection.exec_driver_sql("DELETE FROM events")
        real(self)

    set_rule(Outbox, "close", forgetful)


@mutant
def report_a_second_metric() -> None:
    """Every event is sent under a metric of its own as well."""
    real = Klaviyo.send

    def more(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        real(self, event, in_conversation=in_conversation)
        started, klaviyo.STARTED = klaviyo.STARTED, "Support Contact"
        real(self, replace(event, started=True), in_conversation=in_conversation)
        klaviyo.STARTED = started

    set_rule(Klaviyo, "send", more)


def reject(_self: object, _event: Event, **_: object) -> None:
    """Stand in for a Klaviyo that takes nothing."""
    raise Rejected("never")


@mutant
def send_nothing() -> None:
    """Nothing reaches Klaviyo at all."""
    set_rule(Klaviyo, "send", reject)


@mutant
def change_nothing() -> None:
    """Break no rule, so that no scenario can go red."""
