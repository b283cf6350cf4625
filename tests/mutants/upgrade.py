"""Mistakes on the way from the legacy API to the new one."""

import contextlib
from dataclasses import replace
from typing import Any

from integration import klaviyo
from integration.answers import Refused, Rejected, RetryLater
from integration.klaviyo import Klaviyo
from integration.outbox import Event
from integration.settings import Settings
from tests.mutants.registry import instead, mutant, set_rule


@mutant("test_a_conversation_after_the_upgrade")
def stay_with_the_legacy_api() -> None:
    """A private key changes nothing."""

    def send(self: Any, event: Event, *, in_conversation: bool) -> None:
        self._track(event, in_conversation, self._public_key)

    set_rule(Klaviyo, "send", send)


@mutant("test_the_legacy_api_is_retired_before_the_upgrade")
def drop_when_the_legacy_api_is_gone() -> None:
    """A 410 throws the event away."""
    set_rule(klaviyo, "_CREDENTIALS_REFUSED", {401, 403})
    set_rule(klaviyo, "_NEVER_ACCEPTED", {400, 410})


@mutant("test_conversations_begin_and_end_while_dana_saves_the_key")
def send_by_both_apis_at_first() -> None:
    """After the upgrade events go by both APIs for a while, to be sure."""

    @instead(Klaviyo, "__init__")
    def init(real: Any, self: Any, settings: Settings, *others: Any) -> None:
        real(self, settings, *others)
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        before = settings.state_dir / "speaks-legacy"
        self.speaks_both = bool(self._private_key) and before.exists()
        if not self._private_key:
            before.touch()

    @instead(Klaviyo, "send")
    def send(real: Any, self: Any, event: Event, *, in_conversation: bool) -> None:
        if self.speaks_both:
            with contextlib.suppress(RetryLater, Refused, Rejected):
                self._track(event, in_conversation, self._public_key)
        real(self, event, in_conversation=in_conversation)


@mutant("test_the_legacy_api_took_an_event_and_its_answer_was_lost")
def name_events_otherwise_by_the_new_api() -> None:
    """The new API is told another unique id than the legacy one was."""

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Klaviyo, event: Event, *others: Any) -> None:
        real(self, replace(event, id=f"v3:{event.id}"), *others)


@mutant("test_the_legacy_api_shows_a_page")
def take_any_200_of_the_legacy_api_for_success() -> None:
    """The legacy API's answer is judged by its status, not by its body."""

    @instead(Klaviyo, "_track")
    def track(real: Any, self: Any, *given: Any) -> None:
        try:
            real(self, *given)
        except RetryLater as later:
            if str(later) != "no legacy answer":
                raise
