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
from fakes.core.control.plane import ControlError
from fakes.core.http.app import CONTROL_PREFIX, ROOM, is_room
from fakes.core.pages.site import PageError, Site, notices_for, required
from fakes.core.tenants import Tenant, UnknownTenant

T = TypeVar("T", bound=Tenant)
OVERVIEW = CONTROL_PREFIX
SURE = "sure"
NOT_SURE = "Tick the box to say that you mean it. Nothing was changed."


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry of the room's navigation."""

    address: str
    text: str


class ControlSite(Generic[T]):
    """What the room's pages share. Implements ``fakes.core.service.Gate``."""

    def __init__(self, site: Site[T, Any], admin: TenantAdmin[T]) -> None:
        """Show what is behind ``site``, with what its vendor tells."""
        self.site, self.fake, self.admin = site, site.fake, admin
        self.browsers = Browsers(
            f"{site.fake.name.lower()}_room", path=CONTROL_PREFIX.rstrip("/"), same_site="Strict"
        )

    def receives(self, request: falcon.Request, response: falcon.Response) -> bool:
        """Take requests for the room's pages; who is not in gets 403 and the form that asks for the token."""
        if not is_room(request.path):
            return False
        at_the_door = request.method == "POST" and f"{request.path.rstrip('/')}/" == OVERVIEW
        if not at_the_door and self.browsers.session(request) is None:
            self.ask_for_the_token(request, response)
            response.complete = True
        return True

    def ask_for_the_token(self, request: falcon.Request, response: falcon.Response, error: str = "") -> None:
        """Answer 403 with the form that asks for the control token."""
        values = {
            "form_token": self.browsers.sessions.form_token(self.browsers.visitor(request, response)),
            "error": error,
        }
        self.site.render(response, "core/control_sign_in.html", HTTPStatus.FORBIDDEN, values)

    def form(self, request: falcon.Request) -> Form:
        """Return the form that was sent, or raise ``PageError`` unless it carries this browser's token."""
        return required(self.browsers.form(request))

    def tenant(self, tenant_id: str) -> T:
        """Return the tenant, or raise ``PageError``."""
        try:
            return self.fake.tenants.get(tenant_id)
        except UnknownTenant:
            text = f"There is no {self.admin.tenant} {tenant_id} here, or not any more."
            raise PageError(HTTPStatus.NOT_FOUND, text) from None

    def notice(self, request: falcon.Request, text: str) -> None:
        """Have the next page say ``text``, once."""
        if (session := self.browsers.session(request)) is not None:
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
        """Answer a page of the room, of one tenant or of the fake as a whole."""
        session = self.browsers.session(request)
        values |= {
            "path": request.path.rstrip("/"),
            "form_token": self.browsers.sessions.form_token(self.browsers.cookie(request)),
            "notices": [] if session is None else notices_for(request, session),
            "words": self.admin,
            "tenant": tenant,
            "places": _links(),
            "tenant_places": [] if tenant is None else _tenant_links(tenant.id, sends=self.admin.sends),
        }
        self.site.render(response, template, status, values)


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
    return [(name, readable(value)) for name, value in details.items() if value not in ("", None)]


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
    return f"{ROOM}/tenants/{tenant_id}"


def _links() -> list[NavLink]:
    return [
        NavLink(OVERVIEW.rstrip("/"), "Overview"),
        NavLink(f"{ROOM}/clock", "Clock"),
        NavLink(f"{ROOM}/journal", "Journal of nobody"),
        NavLink(f"{ROOM}/reset", "Reset"),
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
