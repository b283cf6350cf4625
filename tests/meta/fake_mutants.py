"""Broken rules of the fakes for checks in ``steps/`` that no other mutant needs, beside ``step_mutants``."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from fakes.gladly.rules.apps import form
from fakes.gladly.rules.apps.apps import Apps, KlaviyoApp
from fakes.gladly.rules.conversations.conversations import Conversations
from fakes.klaviyo.rules.keys.keys import KeyRing, PrivateKey
from tests.meta.step_mutants import MUTANTS, STEP_MUTANTS, mutant, set_rule, step_mutant

__all__ = ["MUTANTS", "STEP_MUTANTS", "mutant", "set_rule"]


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
def fake_dates_keys_otherwise() -> None:
    """The list says that keys were made on another day."""
    set_rule(PrivateKey, "created_date", lambda _self, _timezone: "04/12/2023")


@step_mutant
def fake_lists_the_newest_key_alone() -> None:
    """The list of keys shows one key and no other."""
    real = KeyRing.all
    set_rule(KeyRing, "all", lambda self, actor: real(self, actor)[-1:])
