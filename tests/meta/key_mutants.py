"""Broken rules of keys, beside ``mutants``: who is let in by which key, and how much of a key is shown."""

from collections.abc import Iterable

from fakes.klaviyo.rules.keys.keys import PREFIX, PrivateKey
from integration.klaviyo import Klaviyo
from integration.outbox import Event
from tests.meta.mutants import MUTANTS, mutant
from tests.mutants.registry import set_rule

__all__ = ["MUTANTS", "mutant", "set_rule"]


@mutant
def fake_lets_readers_of_flows_write_them() -> None:
    """One scope of the eleven opens more than it should."""
    real = PrivateKey.allows

    def generous(self: PrivateKey, scopes: Iterable[str]) -> bool:
        return real(self, ["flows:read" if one == "flows:write" else one for one in scopes])

    set_rule(PrivateKey, "allows", generous)


@mutant
def fake_refuses_writers_of_tags() -> None:
    """One scope of the eleven opens less than it should, whatever the list of keys says."""
    real = PrivateKey.allows
    set_rule(
        PrivateKey,
        "allows",
        lambda self, scopes: "tags:write" not in (said := list(scopes)) and real(self, said),
    )


@mutant
def fake_hides_one_character() -> None:
    """The fake's list hides one character of a key."""

    def barely(self: PrivateKey) -> str:
        return f"{PREFIX}*{self.secret[len(PREFIX) + 1 :]}"

    set_rule(PrivateKey, "masked", property(barely))


@mutant
def call_by_a_made_up_key() -> None:
    """The app is refused, but not for the key that it was given."""
    real = Klaviyo.send

    def send(self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        self._private_key = "pk_" + "1e" * 17
        real(self, event, in_conversation=in_conversation)

    set_rule(Klaviyo, "send", send)
