"""The control room: the control plane's pages under ``/_fake/``, for people with the control token.

A browser cannot send the control plane's header, so the token is asked for in a form and begins a session whose cookie
opens these pages and nothing else.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import falcon

from fakes.core.browsers.browsers import Browsers
from fakes.core.browsers.forms import Form
from fakes.core.control.pages.vendor import TenantAdmin
from fakes.core.errors import ControlError, PageError, UnknownTenant
from fakes.core.http.app import App
from fakes.core.pages.site import Site, notices_for, required
from fakes.core.paths import CONTROL_PAGES, CONTROL_PREFIX, is_control_page
from fakes.core.service import fake_of
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)
OVERVIEW = CONTROL_PREFIX
SURE = "sure"
NOT_SURE = "Tick the box to say that you mean it. Nothing was changed."


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry of the control room's navigation."""

    address: str
    text: str


class ControlSite(Generic[T]):
    """What these pages share: who may come in, and what a page looks like. A vendor's fakes share it."""

    def __init__(self, app: App, site: Site[T, Any], admin: TenantAdmin[Any, T]) -> None:
        """Belong to ``app``, whose pages are those of ``site``; ``admin`` is what its vendor tells."""
        self.app, self.site, self.admin = app, site, admin

    def receives(self, request: falcon.Request, response: falcon.Response) -> bool:
        """Take requests for these pages; who is not in gets 403 and the form that asks for the token."""
        if not is_control_page(request.path):
            return False
        gives_token = request.method == "POST" and f"{request.path.rstrip('/')}/" == OVERVIEW
        if not gives_token and browsers_of(request).session(request) is None:
            self.ask_for_the_token(request, response)
            response.complete = True
        return True

    def ask_for_the_token(self, request: falcon.Request, response: falcon.Response, error: str = "") -> None:
        """Answer 403 with the form that asks for the control token."""
        browsers = browsers_of(request)
        token = browsers.sessions.form_token(browsers.visitor(request, response))
        values = {"form_token": token, "error": error}
        self.site.render(response, "core/control_sign_in.html", HTTPStatus.FORBIDDEN, values)

    def form(self, request: falcon.Request) -> Form:
        """Return the form that was sent, or raise ``PageError`` unless it carries this browser's token."""
        return required(browsers_of(request).form(request))

    def tenant(self, request: falcon.Request, tenant_id: str) -> T:
        """Return the tenant, or raise ``PageError``."""
        try:
            tenant: T = fake_of(request).tenants.get(tenant_id)
        except UnknownTenant:
            text = f"There is no {self.admin.tenant} {tenant_id} here, or not any more."
            raise PageError(HTTPStatus.NOT_FOUND, text) from None
        return tenant

    def notice(self, request: falcon.Request, text: str) -> None:
        """Have the next page say ``text``, once."""
        if (session := browsers_of(request).session(request)) is not None:
            session.notices.append(text)

    def show(
        self,
        request: falcon.Request,
        response: falcon.Response,
        template: str,
        *,
        tenant: T | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        **values: Any,
    ) -> None:
        """Answer a page, of one tenant or of the fake as a whole."""
        session = browsers_of(request).session(request)
        values |= {
            "path": request.path.rstrip("/"),
            "form_token": browsers_of(request).sessions.form_token(browsers_of(request).cookie(request)),
            "notices": [] if session is None else notices_for(request, session),
            "words": self.admin,
            "tenant": tenant,
            "places": _links(),
            "tenant_places": [] if tenant is None else _tenant_links(tenant.id, sends=self.admin.sends),
        }
        self.site.render(response, template, status, values)


def browsers_of(request: falcon.Request) -> Browsers:
    """Return the browsers that are in the control room of the fake that is asked."""
    return fake_of(request).control_browsers


@contextmanager
def refusals() -> Iterator[None]:
    """Make what the control plane refuses a page."""
    try:
        yield
    except ControlError as error:
        raise PageError(HTTPStatus(error.status), str(error)) from None


def errors_of(error: ControlError) -> dict[str, str]:
    """Return what was wrong by field, as the forms show it beside the field: without the field's name."""
    return {error.field: re.sub(rf"^{re.escape(error.field)}(\.\d+)*: ", "", str(error))}


def laid_out(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the details that say something, each as a name and a text to be read."""
    return [(name, readable(value)) for name, value in details.items() if value not in ("", None, [])]


def readable(value: object) -> str:
    """Return a text as it is, a JSON text or any other value as indented JSON."""
    if isinstance(value, str):
        if not value.startswith(("{", "[")):
            return value
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return str(value)
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def home_of(tenant_id: str) -> str:
    """Return the address of a tenant's page."""
    return f"{CONTROL_PAGES}/tenants/{tenant_id}"


def _links() -> list[NavLink]:
    return [
        NavLink(OVERVIEW.rstrip("/"), "Overview"),
        NavLink(f"{CONTROL_PAGES}/clock", "Clock"),
        NavLink(f"{CONTROL_PAGES}/journal", "Requests of no tenant"),
        NavLink(f"{CONTROL_PAGES}/reset", "Reset"),
    ]


def _tenant_links(tenant_id: str, *, sends: bool) -> list[NavLink]:
    home = home_of(tenant_id)
    deliveries = [NavLink(f"{home}/deliveries", "Deliveries")] if sends else []
    return [
        NavLink(home, "People"),
        NavLink(f"{home}/journal", "Journal"),
        *deliveries,
        NavLink(f"{home}/faults", "Faults"),
        NavLink(f"{home}/switches", "Switches"),
    ]
