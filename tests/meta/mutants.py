"""Changes that each break one rule of the integration or of a fake, for a process of their own (``fork_each.py``).

``MUTANTS`` maps each name to the change; ``test_mutants.py`` says which scenario has to go red, and where in it.
"""

from collections.abc import Callable

from fakes.core.faults import Fault
from fakes.gladly.rules.apps.apps import Apps
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import KeyRing, PrivateKey
from harness.actors.api.gladly import ApiAgent
from integration import klaviyo, outbox
from integration.answers import Rejected
from integration.klaviyo import Klaviyo
from integration.outbox import Event
from tests.mutants.registry import load, set_rule

SHARED = (
    "send_on_reopen",
    "skip_the_second_address",
    "believe_a_broken_gladly",
    "count_every_spelling",
    "wrong_metric_name",
    "drop_on_refusal",
    "drop_when_the_legacy_api_is_gone",
    "stamp_with_the_time_of_sending",
    "no_memory_for_webhooks",
    "outbox_in_memory",
    "give_up_on_trouble",
    "hurry_when_asked_to_wait",
    "ignore_closings",
    "mark_always_true",
    "mark_as_text",
    "tell_more_than_needed",
    "let_strangers_in",
    "swallow_nonsense",
    "refuse_useless_events",
    "stay_with_the_legacy_api",
    "log_the_key",
    "send_each_event_twice",
    "tell_the_name_by_the_legacy_api",
    "print_the_token",
    "lose_the_outbox_on_save",
    "report_a_second_metric",
)
"""Mutants that are integrations of their own as well (``tests/mutants``): they are defined there."""
MUTANTS: dict[str, Callable[[], None]] = {}


def mutant(change: Callable[[], None]) -> Callable[[], None]:
    """Register a change under its function's name."""
    MUTANTS[change.__name__] = change
    return change


@mutant
def park_on_any_403() -> None:
    """A page of what stands in front of Klaviyo is taken for a refusal of the key, which is never tried again."""
    set_rule(klaviyo, "later_if_not_from_the_api", lambda _response: None)
    set_rule(outbox, "PROBE_EVERY", 86_400.0)


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


MUTANTS.update({name: load()[name].change for name in SHARED})
