"""The ways in and out of a site: the start page, the sign-in page, signing out, and the assets."""

from http import HTTPStatus
from typing import Any, Generic, TypeVar

import falcon

from fakes.core.browsers.forms import Form
from fakes.core.errors import PageError
from fakes.core.http.app import App
from fakes.core.pages.site import STATIC, Person, Site, go, safe_path
from fakes.core.request import state_of
from fakes.core.service import fake_of
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)
P = TypeVar("P", bound=Person)
SIGN_OUT_PATH = "/logout"
WRONG = "The email or password you entered is incorrect."


class StartPage(Generic[T, P]):
    """The page at the root: says that this is a fake, and signs one in as any demo user with a click.

    Only users of the tenants in ``fake.demo_tenants`` stand on it: those that ``python -m fakes`` made.
    """

    def __init__(self, site: Site[T, P]) -> None:
        """Lead into ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the page, to anybody."""
        tenants = [fake_of(request).tenants.get(one) for one in _shown(request)]
        self._site.show_outside(
            request,
            response,
            "core/start.html",
            people=[(tenant, self._site.people(tenant)) for tenant in tenants],
            sign_in_path=self._site.sign_in_path,
            **self._signed_in(request),
        )

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Sign in as the demo user whose button was pressed."""
        form = self._site.form(request)
        tenant_id = form.text("tenant")
        if tenant_id not in _shown(request):
            raise PageError(HTTPStatus.NOT_FOUND, "There is no such demo user here.")
        tenant = fake_of(request).tenants.get(tenant_id)
        user = self._site.find_user(tenant, form.text("email"))
        if user is None:
            raise PageError(HTTPStatus.NOT_FOUND, "There is no such demo user here.")
        self._site.sign_in(request, response, tenant, user)
        go(self._site.home(user))

    def _signed_in(self, request: falcon.Request) -> dict[str, Any]:
        visit = self._site.visit_of(request)
        return {"visit": visit, "home": self._site.home(visit.user) if visit else ""}


class SignIn(Generic[T, P]):
    """The vendor's own sign-in page, by e-mail address and password."""

    def __init__(self, site: Site[T, P]) -> None:
        """Lead into ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the form."""
        self._show(request, response, email="", following=request.get_param("next") or "")

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Sign in, or show the form again with what was wrong; it does not say which of the two."""
        form = self._site.form(request)
        found = self._who(request, form)
        if found is None:
            self._show(
                request,
                response,
                email=form.text("email"),
                following=form.text("next"),
                error=WRONG,
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
            )
            return
        tenant, user = found
        self._site.sign_in(request, response, tenant, user)
        go(safe_path(form.text("next"), otherwise=self._site.home(user)))

    def _who(self, request: falcon.Request, form: Form) -> tuple[T, P] | None:
        for tenant in self._site.tenants_at(request):
            user = self._site.log_in(tenant, form.text("email"), form.text("password"))
            if user is not None:
                return tenant, user
        return None

    def _show(
        self,
        request: falcon.Request,
        response: falcon.Response,
        *,
        email: str,
        following: str,
        error: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> None:
        self._site.show_outside(
            request,
            response,
            "sign_in.html",
            sign_in_path=self._site.sign_in_path,
            email=email,
            following=following,
            error=error,
            status=status,
        )


class SignOut(Generic[T, P]):
    """Signing out, by a form: a link could be followed unasked."""

    def __init__(self, site: Site[T, P]) -> None:
        """Lead out of ``site``."""
        self._site = site

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """End the session and show the sign-in page."""
        self._site.form(request)
        self._site.sign_out(request, response)
        go(self._site.sign_in_path)


class Favicon(Generic[T, P]):
    """The icon that browsers ask for unasked."""

    def __init__(self, site: Site[T, P]) -> None:
        """Send to the icon of ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, _response: falcon.Response) -> None:
        """Send the browser to the icon."""
        state_of(request).recorded = False
        go(self._site.assets.url("icon.svg"))


def add_site(app: App, site: Site[T, P]) -> None:
    """Add to ``app`` what every site has: start page, sign-in, sign-out, assets, and a page for what went wrong."""

    def show_error(req: falcon.Request, resp: falcon.Response, error: PageError, _params: object) -> None:
        site.show_error(req, resp, error)

    app.add_error_handler(PageError, show_error)
    app.unsupported_page = site.show_unsupported
    app.add_route("/", StartPage(site))
    app.add_route(site.sign_in_path, SignIn(site))
    app.add_route(SIGN_OUT_PATH, SignOut(site))
    app.add_route(f"{STATIC}{{name}}", site.assets)
    app.add_route("/favicon.ico", Favicon(site))


def _shown(request: falcon.Request) -> list[str]:
    """Return the ids of the demo tenants that are still there."""
    fake = fake_of(request)
    there = {tenant.id for tenant in fake.tenants}
    return [one for one in fake.demo_tenants if one in there]
