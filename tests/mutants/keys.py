"""Mistakes with the private key: which one is used, and what becomes of events when it is refused."""

import re
from pathlib import Path
from typing import Any

from integration import klaviyo
from integration.answers import Refused, Rejected, RetryLater
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox
from integration.settings import BadSettings, Settings
from tests.mutants.registry import instead, mutant, set_rule

USELESS = "test_the_right_key_after_a_useless_one"
WELL_FORMED = re.compile(r"pk_[0-9a-f]{34}")


def _reject_where(says_so: Any) -> None:
    """Let a refusal of a key take the event with it, where ``says_so`` of the key."""

    @instead(Klaviyo, "send")
    def send(real: Any, self: Any, event: Event, *, in_conversation: bool) -> None:
        try:
            real(self, event, in_conversation=in_conversation)
        except Refused as refused:
            if self._private_key and says_so(self._private_key):
                raise Rejected(str(refused)) from None
            raise


@mutant("test_the_right_key_after_a_wrong_one")
def drop_on_refusal() -> None:
    """What a refused key held back is thrown away."""
    set_rule(klaviyo, "_CREDENTIALS_REFUSED", set())
    set_rule(klaviyo, "_NEVER_ACCEPTED", {400, 401, 403, 410})


@mutant(f"{USELESS}[a malformed key]")
def drop_what_a_malformed_key_cannot_send() -> None:
    """A key that does not look like one is not tried, and what it was to send is dropped."""
    _reject_where(lambda key: key.startswith("pk_") and not WELL_FORMED.fullmatch(key))


@mutant(f"{USELESS}[a key that Klaviyo does not know]")
def drop_what_an_unknown_key_cannot_send() -> None:
    """401 to a well-formed key is taken for a bad event."""
    _reject_where(WELL_FORMED.fullmatch)


@mutant(f"{USELESS}[the public key]")
def end_at_a_key_without_its_prefix() -> None:
    """A private key without its prefix ends the process at its start, so that Gladly's webhooks reach nobody."""

    @instead(Settings, "from_env")
    def from_env(real: Any, env: Any) -> Any:
        settings = real(env)
        if settings.klaviyo_private_key and not settings.klaviyo_private_key.startswith("pk_"):
            raise BadSettings("KLAVIYO_PRIVATE_KEY must begin with pk_")
        return settings


@mutant(f"{USELESS}[its key with a line break behind it]")
def keep_the_line_break() -> None:
    """A line break behind the key is sent along, which no header can hold, and the event is given up for it."""
    given: dict[str, str] = {}

    @instead(Settings, "from_env")
    def from_env(real: Any, env: Any) -> Any:
        given["key"] = env.get("KLAVIYO_PRIVATE_KEY", "")
        return real(env)

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Klaviyo, *others: Any) -> None:
        if given["key"] != given["key"].strip():
            raise Rejected("LocalProtocolError")
        real(self, *others)


@mutant("test_ten_conversations_with_a_refused_key")
def try_a_refused_key_with_every_event() -> None:
    """Each event is tried once with a key that was refused."""
    tried: set[str] = set()

    @instead(Klaviyo, "send")
    def send(real: Any, self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        try:
            real(self, event, in_conversation=in_conversation)
        except Refused as refused:
            if event.id in tried:
                raise
            tried.add(event.id)
            raise RetryLater(str(refused), 60.0) from None


def _at_each_start(choose: Any) -> None:
    """Let ``choose`` say by which private key Klaviyo is called, from the one given and a file that outlives restarts."""

    @instead(Klaviyo, "__init__")
    def init(real: Any, self: Any, settings: Settings, *others: Any) -> None:
        real(self, settings, *others)
        if self._private_key:
            settings.state_dir.mkdir(parents=True, exist_ok=True)
            self._private_key = choose(self._private_key, settings.state_dir / "key")


def _first(given: str, file: Path) -> str:
    if not file.exists():
        file.write_text(given)
    return file.read_text()


def _before(given: str, file: Path) -> str:
    before = file.read_text() if file.exists() else given
    file.write_text(given)
    return before


@mutant("test_a_key_of_another_account")
def keep_the_first_key() -> None:
    """The first key that the app is ever given is kept for good."""
    _at_each_start(_first)


@mutant("test_the_key_is_replaced", "test_two_admins_save_one_over_the_other")
def use_the_key_of_the_start_before() -> None:
    """A key that is saved counts from the next start but one."""
    _at_each_start(_before)


@mutant("test_the_key_is_replaced_while_an_event_is_on_its_way")
def keep_the_key_with_the_request() -> None:
    """A request is kept as it was made, with its key, and sent again as it is when it was not answered."""

    @instead(Klaviyo, "__init__")
    def init(real: Any, self: Any, settings: Settings, *others: Any) -> None:
        real(self, settings, *others)
        self.requests = settings.state_dir / "requests"

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Any, event: Event, mark: bool, private_key: str) -> None:
        kept: Path = self.requests / re.sub(r"\W", "-", event.id)
        key = kept.read_text() if kept.exists() else private_key
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(key)
        try:
            real(self, event, mark, key)
        except RetryLater:
            raise
        except (Refused, Rejected):
            kept.unlink()
            raise
        kept.unlink()


@mutant("test_something_else_is_pasted_as_the_key[a malformed key]")
def fall_back_to_the_legacy_api() -> None:
    """When the private key is refused, the event goes by the legacy API."""

    @instead(Klaviyo, "send")
    def send(real: Any, self: Any, event: Event, *, in_conversation: bool) -> None:
        try:
            real(self, event, in_conversation=in_conversation)
        except Refused:
            self._track(event, in_conversation, self._public_key)


@mutant("test_a_new_key_after_the_old_one_was_deleted")
def stay_parked_for_good() -> None:
    """What was parked by a refusal is never taken up again, whatever key comes."""

    @instead(Outbox, "park")
    def park(real: Any, self: Any, side: Any, item: Any = None) -> Any:
        news = real(self, side, item)
        if isinstance(item, Event):
            self.postpone(item, self._now() + 86_400.0)
        return news
