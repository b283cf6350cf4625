"""A site: what all web pages of one fake share. Who is signed in, what a page looks like, what a form must carry."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar, Generic, NoReturn, Protocol, TypeVar
from urllib.parse import quote

import falcon
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined

from fakes.core.browsers.forms import TOKEN_FIELD, Form
from fakes.core.browsers.sessions import Session
from fakes.core.errors import PageError
from fakes.core.pages.assets import Assets
from fakes.core.paths import is_control
from fakes.core.service import fake_of
from fakes.core.tenants import Tenant

CORE = "fakes.core.pages"
STATIC = "/static/"
LIVE_HEADER = "X-Live"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every page is sent with: nothing from elsewhere, nothing inline, nothing kept."""

_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;="
"""What stands in an address as it is, beside letters, digits and what is escaped already."""


class Person(Protocol):
    """Somebody who can sign in."""

    @property
    def email(self) -> str:
        """The e-mail address they sign in with."""
        ...

    @property
    def password(self) -> str:
        """Their password, in the clear: it opens nothing but a fake."""
        ...


T = TypeVar("T", bound=Tenant)
P = TypeVar("P", bound=Person)


@dataclass(frozen=True, slots=True)
class Guest:
    """A user as the start page and the control room show them: an address, and a name or role."""

    email: str
    label: str


@dataclass(slots=True)
class Visit(Generic[T, P]):
    """A request of somebody who is signed in."""

    request: falcon.Request
    tenant: T
    user: P
    session: Session
    cookie: str = field(repr=False)


class Site(ABC, Generic[T, P]):
    """The pages of a vendor's fakes, which share them. A vendor says who its people are and which templates and assets it has."""

    vendor: ClassVar[str]
    sign_in_path: ClassVar[str]
    package: ClassVar[str]

    def __init__(self) -> None:
        """Read all templates' places and all assets now."""
        self.assets = Assets(STATIC, CORE, self.package)
        loaders = ChoiceLoader([PackageLoader(self.package), PrefixLoader({"core": PackageLoader(CORE)})])
        self.templates = Environment(
            loader=loaders,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals |= {
            "asset": self.assets.url,
            "vendor": self.vendor,
            "form_token_field": TOKEN_FIELD,
        }

    @abstractmethod
    def find_user(self, tenant: T, email: str) -> P | None:
        """Return the tenant's user with this address, or None."""

    @abstractmethod
    def log_in(self, tenant: T, email: str, password: str) -> P | None:
        """Return the tenant's user whom address and password belong to, or None."""

    @abstractmethod
    def people(self, tenant: T) -> list["Guest"]:
        """Return all users, as the start page names those whom it lets in with a click."""

    @abstractmethod
    def home(self, user: P) -> str:
        """Return the path of the page that ``user`` sees first."""

    def frame(self, visit: Visit[T, P]) -> dict[str, Any]:
        """Return what the frame around every page of somebody signed in needs, beside ``visit``."""
        return {"visit": visit}

    # Who is there

    def tenants_at(self, request: falcon.Request) -> list[T]:
        """Return the tenants whose users can sign in at the host that is asked: all, unless a vendor has hosts for each."""
        return list(fake_of(request).tenants)

    def tenant_of(self, request: falcon.Request) -> T | None:
        """Return the tenant in which the browser that asks is signed in, or None."""
        tenant: T | None = fake_of(request).signed_in(request)
        return tenant

    def visit_of(self, request: falcon.Request) -> Visit[T, P] | None:
        """Return the visit of whoever is signed in, or None."""
        browsers = fake_of(request).browsers
        session, tenant = browsers.session(request), self.tenant_of(request)
        user = None if session is None or tenant is None else self.find_user(tenant, session.email)
        if session is None or tenant is None or user is None:
            return None
        return Visit(request, tenant, user, session, browsers.cookie(request))

    def enter(self, request: falcon.Request) -> Visit[T, P]:
        """Return the visit of whoever is signed in; anybody else is sent to sign in and back again."""
        if (visit := self.visit_of(request)) is None:
            self._ask_to_sign_in(request)
        return visit

    def form(self, request: falcon.Request) -> Form:
        """Return the form that was sent, or raise ``PageError`` unless it carries this browser's token."""
        return required(fake_of(request).browsers.form(request))

    def sign_in(self, request: falcon.Request, response: falcon.Response, tenant: T, user: P) -> None:
        """Begin a session and give the browser its cookie."""
        fake_of(request).browsers.begin(request, response, tenant.id, user.email)

    def sign_out(self, request: falcon.Request, response: falcon.Response) -> None:
        """End the session of the browser that asks."""
        fake_of(request).browsers.end(request, response)

    # What they see

    def show(
        self,
        response: falcon.Response,
        template: str,
        visit: Visit[T, P],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        **values: Any,
    ) -> None:
        """Answer a page to somebody signed in. Notices are shown once."""
        values |= self.frame(visit) | {
            "notices": notices_for(visit.request, visit.session),
            "path": visit.request.path,
            "form_token": fake_of(visit.request).browsers.sessions.form_token(visit.cookie),
        }
        self.render(response, template, status, values)

    def show_outside(
        self,
        request: falcon.Request,
        response: falcon.Response,
        template: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        **values: Any,
    ) -> None:
        """Answer a page to whoever it is; its forms carry the visitor's token."""
        browsers = fake_of(request).browsers
        token = browsers.sessions.form_token(browsers.visitor(request, response))
        self.render(response, template, status, values | {"form_token": token})

    def show_error(self, request: falcon.Request, response: falcon.Response, error: PageError) -> None:
        """Answer a page that says what was wrong."""
        values = {"title": error.status.phrase, "text": error.text, "in_control": is_control(request.path)}
        self.render(response, "core/error.html", error.status, values)

    def show_unsupported(self, request: falcon.Request, response: falcon.Response, text: str) -> None:
        """Answer a page that says that the fake has no such page."""
        in_control = is_control(request.path)
        text = "The control room has no such page." if in_control else text
        values = {"title": "Unsupported by the fake", "text": text, "in_control": in_control}
        self.render(response, "core/error.html", HTTPStatus.NOT_IMPLEMENTED, values)

    def render(
        self, response: falcon.Response, template: str, status: HTTPStatus, values: dict[str, Any]
    ) -> None:
        """Answer ``template`` with ``values`` and the headers of every page."""
        page = self.templates.get_template(template).render(values)
        response.data = page.encode(
            "utf-8", "replace"
        )  # half a surrogate pair, which UTF-8 cannot carry, becomes ?
        response.status = status
        response.content_type = falcon.MEDIA_HTML
        response.set_headers(HEADERS)

    def _ask_to_sign_in(self, request: falcon.Request) -> NoReturn:
        back = f"?next={quote(request.relative_uri, safe='')}" if request.method == "GET" else ""
        go(f"{self.sign_in_path}{back}")


def go(path: str) -> NoReturn:
    """Send the browser on to ``path``, a path of this site; a form that was sent is not sent again by a reload.

    Cookies that were set on the response before are kept. What of ``path`` no header can hold is percent-encoded.
    """
    location = quote(path, safe=_IN_ADDRESSES, errors="replace")
    raise falcon.HTTPSeeOther(location, headers=dict(HEADERS))  # the framework adds to what it is given


def notices_for(request: falcon.Request, session: Session) -> list[str]:
    """Return what the next page says once. A page's live part, fetched again by its script, is no next page."""
    if request.get_header(LIVE_HEADER) is not None:
        return []
    notices = list(session.notices)
    session.notices.clear()
    return notices


def required(form: Form | None) -> Form:
    """Return ``form``, or raise ``PageError`` when there is none that may be acted on."""
    if form is None:
        raise PageError(
            HTTPStatus.FORBIDDEN,
            "This form is out of date, so nothing was changed. Go back, reload the page and try again.",
        )
    return form


def safe_path(path: str, otherwise: str) -> str:
    """Return ``path`` if it leads to a page of this site, else ``otherwise``."""
    stays = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if stays else otherwise
