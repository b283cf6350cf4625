"""What every fake is: its tenants, its journal, and one way to find out whose request it is. No routes stand here."""

import re
import secrets
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

import falcon

from fakes.core.browsers.browsers import Browsers
from fakes.core.errors import UnknownTenant
from fakes.core.faults import REQUEST_KINDS
from fakes.core.ids import Ids
from fakes.core.journal import Journal
from fakes.core.paths import CONTROL_PREFIX
from fakes.core.secrets import Secrets
from fakes.core.tenants import Runtime, Tenant, Tenants

T = TypeVar("T", bound=Tenant)
FAKE = "fakes.fake"
"""Where a request's WSGI environment says which fake it was sent to."""


class Fake(ABC, Generic[T]):
    """One vendor's fake, as a state: the routes that serve it are made once a process and find it by the request.

    ``strict`` raises what is unknown into the caller's stack instead of answering 501. ``journal`` takes what belongs
    to no tenant: requests with unknown credentials and calls nobody knows. ``demo_tenants`` are the ids of the tenants
    whose users the start page signs in with a click. ``browsers`` are those on the vendor's pages,
    ``control_browsers`` those in the control room. ``header_names`` are the vendor's header names that do not simply
    begin each word with a capital, ``hosts`` the host names that it is known by (``*.example.com``: all names below).
    """

    name: ClassVar[str]
    fault_kinds: ClassVar[frozenset[str]] = REQUEST_KINDS
    fault_subjects: ClassVar[tuple[str, ...]] = ()
    secret_looks: ClassVar[re.Pattern[str] | None] = None
    header_names: ClassVar[tuple[str, ...]] = ()
    hosts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, runtime: Runtime, *, control_token: str | None = None, strict: bool = False) -> None:
        """Start without tenants. Without ``control_token`` one is made up."""
        self.runtime = runtime
        self.control_token = control_token or secrets.token_urlsafe(24)
        self.strict = strict
        self.ids = Ids(f"{self.name} {runtime.seed}")
        self.tenants: Tenants[T] = Tenants(self.forget)
        self.demo_tenants: list[str] = []
        self.journal = Journal(runtime.clock, Secrets(self.secret_looks))
        word = self.name.lower()
        self.browsers = Browsers(f"{word}_session", same_site="Lax")
        self.control_browsers = Browsers(f"{word}_room", path=CONTROL_PREFIX.rstrip("/"), same_site="Strict")

    @abstractmethod
    def identify(self, request: falcon.Request) -> T | None:
        """Return the tenant that the request's credentials or host name, or None."""

    def signed_in(self, request: falcon.Request) -> T | None:
        """Return the tenant in which the browser that asks is signed in, or None."""
        session = self.browsers.session(request)
        try:
            return None if session is None else self.tenants.get(session.tenant_id)
        except UnknownTenant:
            return None

    def may_wait(self, method: str, path: str) -> bool:
        """Say whether answering this request may take a while, as when somebody else is asked or much is read.

        A server makes such calls on threads of their own. A fake that is sure of its others says so.
        """
        del method, path
        return True

    def forget(self, tenant: T) -> None:
        """Drop what this fake keeps about ``tenant`` outside of it."""

    def reset(self) -> None:
        """Empty all tenants and the fake's own journal."""
        self.tenants.clear()
        self.journal.clear()

    def journal_of(self, tenant: T | None) -> Journal:
        """Return the tenant's journal, or the fake's own for None."""
        return self.journal if tenant is None else tenant.journal


def fake_of(request: falcon.Request) -> Fake[Any]:
    """Return the fake that the request was sent to."""
    fake: Fake[Any] = request.env[FAKE]
    return fake
