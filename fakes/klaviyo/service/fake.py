"""The fake itself: accounts behind one application."""

import re
from typing import ClassVar

import falcon

from fakes.core.clock import Clock
from fakes.core.paths import is_journal
from fakes.core.secrets import fingerprint
from fakes.core.service import Fake
from fakes.core.tenants import Runtime
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import LOOKS_SECRET
from fakes.klaviyo.rules.users import Role, User
from fakes.klaviyo.service.credentials import Credentials
from fakes.klaviyo.service.requests import (
    LEGACY_GENERATIONS,
    LEGACY_PATHS,
    OAUTH_SCHEME,
    SCHEME,
    credentials,
    key_of,
    state_of,
    token_of,
)

DEFAULT_NAME = "Gladly Demo"
DEFAULT_TIMEZONE = "America/New_York"


_LONG = ("/api/metric-aggregates", "/metric/")


class KlaviyoFake(Fake[Account]):
    """A stateful stand-in for Klaviyo; each account is a tenant of its own."""

    name: ClassVar[str] = "Klaviyo"
    secret_looks: ClassVar[re.Pattern[str] | None] = LOOKS_SECRET
    header_names: ClassVar[tuple[str, ...]] = (
        *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
        *("CID", "X-Klaviyo-API-Revision"),
    )
    """Names in the vendor's own spelling: documentation, and answers logged in public reports."""

    hosts: ClassVar[tuple[str, ...]] = ("a.klaviyo.com", "www.klaviyo.com", "klaviyo.com")

    def __init__(self, runtime: Runtime, *, control_token: str | None = None, strict: bool = False) -> None:
        """Start without accounts; see ``Fake``."""
        self._credentials = Credentials()
        super().__init__(runtime, control_token=control_token, strict=strict)

    def create_account(self, name: str = DEFAULT_NAME, timezone: str = DEFAULT_TIMEZONE) -> Account:
        """Open an account with one user for every role and no private key.

        ``timezone`` is an IANA name; raises ``zoneinfo.ZoneInfoNotFoundError`` when a date is shown in one nobody
        knows.
        """
        clock: Clock = self.runtime.clock
        announce = self._credentials.add_key
        account = Account(self.ids.text(6), name, timezone, ids=self.ids, clock=clock, announce=announce)
        for role in Role:
            account.add_user(User(f"{role.slug}@{account.domain}", self.ids.text(16), role))
        self._credentials.add_account(account)
        return self.tenants.add(account)

    def identify(self, request: falcon.Request) -> Account | None:
        """Return the account of the private key, else of the browser that is signed in, else of the public key, or None.

        A private key is remembered in the request's context; whether it is good is decided later.
        """
        if request.path.startswith("/client/"):
            return self._by_public(request)
        if request.path.startswith(LEGACY_GENERATIONS):
            return self._by_private(request, key_of(request))
        if not request.auth and (signed_in := self.signed_in(request)) is not None:
            return signed_in
        scheme, value = credentials(request)
        if scheme in (SCHEME, OAUTH_SCHEME):
            return self._by_private(request, value)
        return self._by_public(request) or self._by_retired_parameter(request)

    def may_wait(self, method: str, path: str) -> bool:
        """Say yes to what goes through a great many rows; this fake asks nobody."""
        del method
        return path.startswith(_LONG) or is_journal(path)

    def forget(self, tenant: Account) -> None:
        """Drop the account's credentials."""
        self._credentials.forget(tenant)

    def _by_private(self, request: falcon.Request, value: str | None) -> Account | None:
        if not value:
            return None
        state_of(request).credential = fingerprint(value)
        found = self._credentials.by_private(value)
        if found is None:
            return None
        account, state_of(request).key = found
        return account

    def _by_public(self, request: falcon.Request) -> Account | None:
        key = request.get_param("company_id") or request.get_param("token")
        if key is None and request.path in LEGACY_PATHS:
            key = token_of(request)
        if key is None:
            return None
        state_of(request).credential = fingerprint(key)
        return self._credentials.by_public(key)

    def _by_retired_parameter(self, request: falcon.Request) -> Account | None:
        """Look at ``api_key``, how retired generations named a private key: it shows whose request it is, no more."""
        key = request.get_param("api_key")
        found = None if key is None else self._credentials.by_private(key)
        return None if found is None else found[0]
