"""Klaviyo's part of the control room: accounts and their switches."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from fakes.core.control.pages.vendor import Opened, Switch, TenantAdmin
from fakes.core.control.plane import checked
from fakes.klaviyo.control.accounts import AccountAsk, SwitchesAsk, turn
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake

HELP = {
    "legacy_api": "Whether the legacy API still answers.",
    "visibility_delay": "Seconds from an event's 202 until it shows.",
    "drop_test_domains": "Events for example.com and test.com are accepted and vanish.",
    "managers_may_manage_keys": "The older of two rules about the role Manager.",
    "future_filters": "Whether a read of what comes after a moment yet to come is refused or empty.",
    "test_account": "Whether the account says that it is for tests.",
    "rate_limits": "Whether a call beyond the limit is answered 429.",
}


class KlaviyoTenantAdmin(TenantAdmin[KlaviyoFake, Account]):
    """Shows and changes the accounts of a fake."""

    tenants: ClassVar[str] = "accounts"
    tenant: ClassVar[str] = "account"

    def open(self, fake: KlaviyoFake, name: str) -> Opened[Account]:
        """Open an account; nothing of it is shown only once."""
        return Opened(fake.create_account(checked({"name": name} if name else {}, AccountAsk).name))

    def switches(self, tenant: Account) -> list[Switch]:
        """Return the account's switches."""
        choices = {"legacy_api": ("live", "retired"), "future_filters": ("refused", "empty")}
        values = asdict(tenant.switches)
        return [Switch(name, value, HELP[name], choices.get(name, ())) for name, value in values.items()]

    def turn(self, _fake: KlaviyoFake, tenant: Account, values: Mapping[str, Any]) -> None:
        """Set switches as the control plane does."""
        turn(tenant, checked(values, SwitchesAsk))
