"""A site: what all web pages of one fake share. Who is signed in, what a page looks like, what a form must carry."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar, Generic, NoReturn, Protocol, TypeVar
from urllib.parse import quote

import falcon
from jinja2 import BytecodeCache, ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from jinja2.bccache import Bucket

from fakes.core.fake import Fake
from fakes.core.pages.assets import Assets
from fakes.core.pages.forms import TOKEN_FIELD, Form, read_form
from fakes.core.pages.sessions import Session, Sessions
from fakes.core.tenants import Tenant, UnknownTenant

CORE = "fakes.core.pages"
STATIC = "/static/"
_A_DAY = 86_400
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


class Person(Protocol):
    """Somebody who can sign in."""

    @property
    def email(self) -> str:
        """The e-mail address they sign in with."""
        ...


T = TypeVar("T", bound=Tenant)
P = TypeVar("P", bound=Person)


@dataclass(frozen=True, slots=True)
class Guest:
    """A demo user as the front door shows them: an address, and a name or role."""

    email: str
    label: str


class PageError(Exception):
    """A page that cannot be shown; becomes a page of its own with ``status`` and the text."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        """Say what was wrong and what to do."""
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(slots=True)
class Visit(Generic[T, P]):
    """A request of somebody who is signed in."""

    request: falcon.Request
    tenant: T
    user: P
    session: Session
    cookie: str = field(repr=False)


class _Compiled(BytecodeCache):
    """Templates compiled once a process, though every fake has an environment of its own; a changed source is noticed."""

    def __init__(self) -> None:
        self._by_key: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._by_key.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._by_key[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Site(ABC, Generic[T, P]):
    """The pages of one fake. A vendor says who its people are and which templates and assets it has."""

    cookie_name: ClassVar[str]
    sign_in_path: ClassVar[str]
    package: ClassVar[str]

    def __init__(self, fake: Fake[T]) -> None:
        """Serve the pages of ``fake``; read all templates' places and all assets now."""
        self.fake = fake
        self.sessions = Sessions()
        self.assets = Assets(STATIC, CORE, self.package)
        loaders = ChoiceLoader([PackageLoader(self.package), PrefixLoader({"core": PackageLoader(CORE)})])
        self.templates = Environment(
            loader=loaders,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_COMPILED,
        )
        self.templates.globals |= {
            "asset": self.assets.url,
            "vendor": fake.name,
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
        """Return whom the front door lets in with a click, as it names them."""

    @abstractmethod
    def home(self, user: P) -> str:
        """Return the path of the page that ``user`` sees first."""

    def frame(self, visit: Visit[T, P]) -> dict[str, Any]:
        """Return what the frame around every page of somebody signed in needs, beside ``visit``."""
        return {"visit": visit}

    # Who is there

    def cookie_of(self, request: falcon.Request) -> str:
        """Return the value of this site's cookie, ``""`` without one."""
        values = request.get_cookie_values(self.cookie_name)
        return values[0] if values else ""

    def tenants_at(self, _request: falcon.Request) -> list[T]:
        """Return the tenants whose users can sign in at the host that is asked: all, unless a vendor has hosts for each."""
        return list(self.fake.tenants)

    def tenant_of(self, request: falcon.Request) -> T | None:
        """Return the tenant in which the browser that asks is signed in, or None."""
        session = self.sessions.get(self.cookie_of(request))
        try:
            return None if session is None else self.fake.tenants.get(session.tenant_id)
        except UnknownTenant:
            return None

    def enter(self, request: falcon.Request) -> Visit[T, P]:
        """Return the visit of whoever is signed in; anybody else is sent to sign in and back again."""
        cookie = self.cookie_of(request)
        session, tenant = self.sessions.get(cookie), self.tenant_of(request)
        user = None if session is None or tenant is None else self.find_user(tenant, session.email)
        if session is None or tenant is None or user is None:
            self._ask_to_sign_in(request)
        return Visit(request, tenant, user, session, cookie)

    def form(self, request: falcon.Request, cookie: str | None = None) -> Form:
        """Return the form that was sent, or raise ``PageError`` unless it carries this browser's token."""
        cookie = self.cookie_of(request) if cookie is None else cookie
        form = read_form(request)
        if not cookie or not self.sessions.fits(cookie, form.text(TOKEN_FIELD)):
            raise PageError(
                HTTPStatus.FORBIDDEN,
                "This form is out of date, so nothing was changed. Go back, reload the page and try again.",
            )
        return form

    def sign_in(self, response: falcon.Response, tenant: T, user: P) -> None:
        """Begin a session and give the browser its cookie."""
        self._set_cookie(response, self.sessions.begin(tenant.id, user.email))

    def sign_out(self, request: falcon.Request, response: falcon.Response) -> None:
        """End the session of the browser that asks."""
        self.sessions.end(self.cookie_of(request))
        response.unset_cookie(self.cookie_name, path="/", same_site="Lax")

    def visitor(self, request: falcon.Request, response: falcon.Response) -> str:
        """Return the cookie of whoever asks, signed in or not, and give the browser one if it has none."""
        cookie = self.cookie_of(request)
        if not cookie:
            cookie = self.sessions.new_cookie()
            self._set_cookie(response, cookie)
        return cookie

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
        notices = list(visit.session.notices)
        visit.session.notices.clear()
        values |= self.frame(visit) | {
            "notices": notices,
            "path": visit.request.path,
            "form_token": self.sessions.form_token(visit.cookie),
        }
        self._render(response, template, status, values)

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
        cookie = self.visitor(request, response)
        self._render(response, template, status, values | {"form_token": self.sessions.form_token(cookie)})

    def show_error(self, response: falcon.Response, error: PageError) -> None:
        """Answer a page that says what was wrong."""
        self._render(
            response, "core/error.html", error.status, {"title": error.status.phrase, "text": error.text}
        )

    def _render(
        self, response: falcon.Response, template: str, status: HTTPStatus, values: dict[str, Any]
    ) -> None:
        response.status = status
        response.content_type = falcon.MEDIA_HTML
        response.set_headers(HEADERS)
        page = self.templates.get_template(template).render(values)
        response.data = page.encode(
            "utf-8", "replace"
        )  # what UTF-8 cannot carry, half a surrogate pair, becomes ?

    def _set_cookie(self, response: falcon.Response, value: str) -> None:
        response.set_cookie(
            self.cookie_name,
            value,
            path="/",
            http_only=True,
            same_site="Lax",
            secure=False,
            max_age=30 * _A_DAY,
        )

    def _ask_to_sign_in(self, request: falcon.Request) -> NoReturn:
        back = f"?next={quote(request.relative_uri, safe='')}" if request.method == "GET" else ""
        raise falcon.HTTPSeeOther(f"{self.sign_in_path}{back}")


def go(path: str) -> NoReturn:
    """Send the browser on to ``path``, a path of this site; a form that was sent is not sent again by a reload."""
    raise falcon.HTTPSeeOther(path)


def safe_path(path: str, otherwise: str) -> str:
    """Return ``path`` if it leads to a page of this site, else ``otherwise``."""
    stays = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if stays else otherwise
