"""What every fake is: tenants behind a WSGI application, with one way to find out whose request it is."""

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, TypeVar

import falcon

from fakes.core.faults import REQUEST_KINDS, Fault
from fakes.core.ids import Ids
from fakes.core.journal import Journal
from fakes.core.secrets import Secrets
from fakes.core.tenants import Runtime, Tenant, Tenants

T = TypeVar("T", bound=Tenant)


class Gate(Protocol):
    """What stands before the pages of the control plane, which no browser could ask for with a header."""

    def receives(self, request: falcon.Request, response: falcon.Response) -> bool:
        """Say whether a request is for these pages; if its sender may not come in, it is answered at once."""
        ...


class Fake(ABC, Generic[T]):
    """One vendor's fake. ``strict`` raises what is unknown into the caller's stack instead of answering 501.

    ``journal`` takes what belongs to no tenant: requests with unknown credentials and calls nobody knows.
    ``demo_tenants`` are the ids of the tenants whose users the front door signs in with a click. Its pages set
    ``unsupported_page``, what a browser is shown instead of the JSON of a 501, and ``gate``.

    ``header_names`` are the vendor's header names that do not simply begin each word with a capital, ``hosts`` the
    host names that it is known by (``*.example.com``: all names below).
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
        self.unsupported_page: Callable[[falcon.Request, falcon.Response, str], None] | None = None
        self.gate: Gate | None = None
        self.journal = Journal(runtime.clock, Secrets(self.secret_looks))
        self.app: falcon.App[falcon.Request, falcon.Response] = self.build()

    @abstractmethod
    def build(self) -> "falcon.App[falcon.Request, falcon.Response]":
        """Return the WSGI application with all routes."""

    @abstractmethod
    def identify(self, request: falcon.Request) -> T | None:
        """Return the tenant that the request's credentials or host name, or None."""

    @abstractmethod
    def refuse(self, response: falcon.Response, fault: Fault) -> None:
        """Fill ``response`` with the vendor's own look of a ``status`` or ``throttle`` fault."""

    def may_wait(self, method: str, path: str) -> bool:
        """Say whether answering this request may take a while without doing anything, as when somebody else is asked.

        A server makes such calls on threads of their own. A fake that is sure of its others says so.
        """
        del method, path
        return True

    def forget(self, tenant: T) -> None:
        """Drop what this fake keeps about ``tenant`` outside of it."""

    def reset(self) -> None:
        """Empty all tenants and the fake's own journal."""
        self.tenants.clear()
        self.journal = Journal(self.runtime.clock, Secrets(self.secret_looks))

    def journal_of(self, tenant: T | None) -> Journal:
        """Return the tenant's journal, or the fake's own for None."""
        return self.journal if tenant is None else tenant.journal
