"""Broken rules for checks in ``steps/`` that no other mutant needs, beside ``mutants``: ``test_checks.py`` says which.

They were found by the mutation tester (``docs/mutation.md``): with the check left out, nothing went red.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import httpx

from fakes.gladly.rules.apps import form
from fakes.gladly.rules.apps.apps import Apps, KlaviyoApp
from fakes.gladly.rules.conversations.conversations import Conversations
from fakes.klaviyo.rules.keys.keys import KeyRing
from integration import answers, dispatcher, klaviyo, outbox, webhook
from integration.answers import Refused, Rejected
from integration.gladly import Gladly
from integration.klaviyo import Klaviyo
from integration.outbox import Event
from integration.settings import Settings
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


@step_mutant
def fake_helps_with_no_name() -> None:
    """The form does not say what the app's name is for."""
    set_rule(form, "NAME_HELP", "A name.")


@step_mutant
def fake_helps_with_no_key() -> None:
    """The form does not say where the key is made."""
    set_rule(form, "KEY_HELP", "Used to authenticate API requests.")


@step_mutant
def fake_says_no_purpose() -> None:
    """The form does not say what the app is for."""
    set_rule(form, "DESCRIPTION", "The Gladly-Klaviyo integration.")


def _change_the_form(change: Callable[[dict[str, Any]], object]) -> None:
    """Let ``change`` do something to the app's form before it is shown."""
    real = KlaviyoApp.form

    def changed(self: KlaviyoApp) -> dict[str, Any]:
        shown = deepcopy(real(self))
        change(shown)
        return shown

    set_rule(KlaviyoApp, "form", changed)


@step_mutant
def fake_heads_the_form_otherwise() -> None:
    """The form is headed as the one that adds an app."""
    _change_the_form(lambda shown: shown.update(heading=form.ADD_HEADING))


@step_mutant
def fake_shows_the_key_again() -> None:
    """The field of the key has something in it."""
    _change_the_form(lambda shown: shown["fields"][1].update(value="pk_" + "1e" * 17))


@step_mutant
def fake_says_there_is_no_key() -> None:
    """The form says that no private key is saved, whatever was."""
    _change_the_form(lambda shown: shown.update(private_key_set=False))


@step_mutant
def fake_renames_nothing() -> None:
    """Saving an app leaves its name as it was."""
    real = Apps.save
    set_rule(Apps, "save", lambda self, app, _name, *more, **named: real(self, app, app.name, *more, **named))


@step_mutant
def fake_reopens_nothing() -> None:
    """Whoever answers within the reopen window begins a new conversation."""
    set_rule(Conversations, "recently_closed", lambda _self, _customer: None)


@step_mutant
def fake_reopens_for_ever() -> None:
    """Whoever writes long after the reopen window continues the old conversation."""
    set_rule(Conversations, "recently_closed", lambda self, customer: self.latest_closed(customer))


@step_mutant
def fake_stays_off() -> None:
    """The fake's switch turns the app off, and never on again."""
    real = Apps.switch

    def switch(self: Apps, app: Any, *, active: bool, **more: Any) -> None:
        if not active:
            real(self, app, active=active, **more)

    set_rule(Apps, "switch", switch)


@step_mutant
def fake_lists_the_newest_key_alone() -> None:
    """The list of keys shows one key and no other."""
    real = KeyRing.all
    set_rule(KeyRing, "all", lambda self, actor: real(self, actor)[-1:])
