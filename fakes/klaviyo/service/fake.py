"""The fake itself: accounts behind one application."""

import http.client
import re
from math import ceil
from typing import ClassVar

import falcon

from fakes.core.clock import Clock
from fakes.core.control.pages.routes import add_control_pages
from fakes.core.faults import Fault
from fakes.core.http.app import App, create_app
from fakes.core.service import Fake
from fakes.core.tenants import Runtime
from fakes.klaviyo.api.jsonapi.endpoint import OAUTH_SCHEME, SCHEME, credentials
from fakes.klaviyo.api.jsonapi.errors import Throttled, of_status
from fakes.klaviyo.api.jsonapi.headers import HEADER_NAMES
from fakes.klaviyo.api.legacy import rest, track
from fakes.klaviyo.api.routes import add_api, fill
from fakes.klaviyo.control.accounts import add_control
from fakes.klaviyo.control.pages import KlaviyoTenantAdmin
from fakes.klaviyo.pages.routes import add_pages
from fakes.klaviyo.pages.site import KlaviyoSite
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import LOOKS_SECRET
from fakes.klaviyo.rules.users import Role, User
from fakes.klaviyo.service.credentials import Credentials

DEFAULT_NAME = "Gladly Demo"
DEFAULT_TIMEZONE = "America/New_York"
_FIRST_ERROR = 400


class KlaviyoFake(Fake[Account]):
    """A stateful stand-in for Klaviyo; each account is a tenant of its own."""

    name: ClassVar[str] = "Klaviyo"
    secret_looks: ClassVar[re.Pattern[str] | None] = LOOKS_SECRET
    header_names: ClassVar[tuple[str, ...]] = HEADER_NAMES
    hosts: ClassVar[tuple[str, ...]] = ("a.klaviyo.com", "www.klaviyo.com", "klaviyo.com")

    def __init__(self, runtime: Runtime, *, control_token: str | None = None, strict: bool = False) -> None:
        """Start without accounts; see ``Fake``."""
        self._credentials = Credentials()
        self.site: KlaviyoSite
        super().__init__(runtime, control_token=control_token, strict=strict)

    def build(self) -> App:
        """Return the application: API, legacy calls, pages, control room, control plane."""
        app = create_app(self)
        add_api(app, self)
        track.add_legacy(app)
        rest.add_legacy_rest(app)
        self.site = KlaviyoSite(self)
        add_pages(app, self.site)
        add_control_pages(app, self.site, KlaviyoTenantAdmin(self))
        add_control(app, self)
        return app

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
        if request.path.startswith(track.GENERATIONS):
            return self._by_private(request, rest.key_of(request))
        if not request.auth and (signed_in := self.site.tenant_of(request)) is not None:
            return signed_in
        scheme, value = credentials(request)
        if scheme in (SCHEME, OAUTH_SCHEME):
            return self._by_private(request, value)
        return self._by_public(request) or self._by_retired_parameter(request)

    def refuse(self, response: falcon.Response, fault: Fault) -> None:
        """Answer a ``throttle`` fault with 429 and its wait, a ``status`` fault with that status.

        A fault armed for a retired path by its name looks as that generation's errors do.
        """
        if track.is_meant(fault.route) and (fault.kind == "throttle" or fault.status >= _FIRST_ERROR):
            _refuse_as_legacy(response, fault)
        elif fault.kind == "throttle":
            fill(response, Throttled(ceil(fault.seconds)), self.ids.uuid4())
        elif fault.status < _FIRST_ERROR:
            response.status = fault.status
        else:
            fill(response, of_status(fault.status, _phrase(fault.status)), self.ids.uuid4())

    def may_wait(self, method: str, path: str) -> bool:
        """Say no: this fake asks nobody."""
        del method, path
        return False

    def forget(self, tenant: Account) -> None:
        """Drop the account's credentials."""
        self._credentials.forget(tenant)

    def _by_private(self, request: falcon.Request, value: str | None) -> Account | None:
        found = None if value is None else self._credentials.by_private(value)
        if found is None:
            return None
        account, request.context.key = found
        return account

    def _by_public(self, request: falcon.Request) -> Account | None:
        key = request.get_param("company_id") or request.get_param("token")
        if key is None and request.path in track.PATHS:
            key = track.token_of(request)
        return None if key is None else self._credentials.by_public(key)

    def _by_retired_parameter(self, request: falcon.Request) -> Account | None:
        """Look at ``api_key``, how retired generations named a private key: it shows whose request it is, no more."""
        key = request.get_param("api_key")
        found = None if key is None else self._credentials.by_private(key)
        return None if found is None else found[0]


def _refuse_as_legacy(response: falcon.Response, fault: Fault) -> None:
    if fault.kind == "throttle":
        wait = ceil(fault.seconds)
        detail = f"Request was throttled. Expected available in {wait:.1f} seconds."
        track.refuse(response, Throttled.status, detail, wait)
    else:
        track.refuse(response, fault.status, f"{_phrase(fault.status)}.")


def _phrase(status: int) -> str:
    """Return HTTP's name for a status, or a plain one where HTTP has none."""
    return http.client.responses.get(status, f"Error {status}")
