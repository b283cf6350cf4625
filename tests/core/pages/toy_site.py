"""Pages of no vendor at all: a shop, its clerks, and a counter on which notes are left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

import falcon

from fakes.core.clock import Clock
from fakes.core.control.pages.routes import add_control_pages
from fakes.core.control.pages.vendor import Opened, Sending, Switch, TenantAdmin
from fakes.core.control.plane import Ask, add_control_plane, checked
from fakes.core.errors import ControlError
from fakes.core.faults import Fault
from fakes.core.http.app import App, Application
from fakes.core.pages.sign_in import add_site
from fakes.core.pages.site import Guest, Site, go
from fakes.core.secrets import same
from fakes.core.service import Fake
from fakes.core.tenants import Runtime, Tenant

CONTROL_TOKEN = "control-token-of-the-shops"
ADA, BEA = "ada@shop.test", "bea@shop.test"


@dataclass(frozen=True)
class Clerk:
    """Somebody who works in a shop."""

    email: str
    password: str = field(repr=False)


class Shop(Tenant):
    """A tenant with two clerks, whose addresses are those of every other shop's clerks too."""

    def __init__(self, shop_id: str, name: str, clock: Clock) -> None:
        """Open with an empty counter."""
        super().__init__(shop_id, clock)
        self.name = name
        self.notes: list[str] = []
        self.lights = True
        self.prices: tuple[float, ...] = (1.5, 2.0)
        self.clerks = {email: Clerk(email, f"password-{email[:3]}-{shop_id}") for email in (ADA, BEA)}
        self.secrets.add(*(clerk.password for clerk in self.clerks.values()))


class ShopFake(Fake[Shop]):
    """A fake with pages and a control room."""

    name: ClassVar[str] = "Toy"

    def __init__(self, runtime: Runtime) -> None:
        """Start without shops."""
        super().__init__(runtime, control_token=CONTROL_TOKEN)

    def create(self, name: str = "Corner Shop") -> Shop:
        """Open a shop."""
        return self.tenants.add(Shop(self.ids.text(6), name, self.runtime.clock))

    def identify(self, request: falcon.Request) -> Shop | None:
        """Return the shop of whoever is signed in."""
        return self.signed_in(request)


class ShopSite(Site[Shop, Clerk]):
    """The pages."""

    vendor: ClassVar[str] = "Toy"
    sign_in_path: ClassVar[str] = "/login"
    package: ClassVar[str] = "tests.core.pages"

    def find_user(self, tenant: Shop, email: str) -> Clerk | None:
        """Return the clerk, or None."""
        return tenant.clerks.get(email)

    def log_in(self, tenant: Shop, email: str, password: str) -> Clerk | None:
        """Return the clerk whose password this is, or None."""
        clerk = tenant.clerks.get(email)
        return clerk if clerk is not None and same(clerk.password, password) else None

    def people(self, tenant: Shop) -> list[Guest]:
        """Return the clerks."""
        return [Guest(email, email.partition("@")[0].title()) for email in tenant.clerks]

    def home(self, _user: Clerk) -> str:
        """Return the counter."""
        return "/counter"


class Counter:
    """The page with a form."""

    def __init__(self, site: ShopSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the notes."""
        self._site.show(response, "counter.html", self._site.enter(request))

    def on_post(self, request: falcon.Request, _response: falcon.Response) -> None:
        """Leave the notes that were sent."""
        visit = self._site.enter(request)
        visit.tenant.notes += self._site.form(request).all("note")
        visit.session.notices.append("Noted.")
        go("/counter")


class ShopAsk(Ask):
    """What a shop's switches may be."""

    lights: bool
    prices: list[float]


class ShopAdmin(TenantAdmin[ShopFake, Shop]):
    """The control room's part that a vendor supplies."""

    tenants: ClassVar[str] = "shops"
    tenant: ClassVar[str] = "shop"
    sends: ClassVar[bool] = True

    def open(self, fake: ShopFake, name: str) -> Opened[Shop]:
        """Open a shop with a secret that is shown once."""
        if name == "Taken":
            raise ControlError("name: there is such a shop", field="name")
        return Opened(fake.create(name or "Corner Shop"), {"Key of the till": "till-key-0815"})

    def switches(self, tenant: Shop) -> list[Switch]:
        """Return lights and prices."""
        return [
            Switch("lights", tenant.lights, "Whether one sees anything."),
            Switch("prices", tenant.prices, "What things cost."),
        ]

    def turn(self, _fake: ShopFake, tenant: Shop, values: Mapping[str, Any]) -> None:
        """Set both."""
        ask = checked(values, ShopAsk)
        tenant.lights, tenant.prices = ask.lights, tuple(ask.prices)

    def deliveries(self, tenant: Shop) -> list[Sending]:
        """Return a delivery for each note."""
        now = tenant.clock.now()
        return [
            Sending(now, "NOTE/LEFT", "http://hook.test", "200", True, {"note": one}) for one in tenant.notes
        ]


def application(fake: ShopFake) -> Application:
    """Return ``fake`` as a WSGI application."""
    return Application(routes(), fake)


@cache
def routes() -> App:
    """Return the routes that all fakes of shops share."""
    app, site = App(_refuse), ShopSite()
    add_site(app, site)
    add_control_pages(app, site, ShopAdmin())
    app.add_route("/counter", Counter(site))
    add_control_plane(app, "shops")
    return app


def _refuse(_fake: Fake[Any], response: falcon.Response, fault: Fault) -> None:
    """Answer with the status of the fault."""
    response.status = fault.status
