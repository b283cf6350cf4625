"""The addresses of the control room."""

from typing import Any, TypeVar

from fakes.core.control.pages.journal import JournalPage
from fakes.core.control.pages.overview import ClockPage, ControlSignOut, NewTenant, Overview, ResetPage
from fakes.core.control.pages.site import OVERVIEW, ControlSite, home_of
from fakes.core.control.pages.tenant import DeliveriesPage, FaultsPage, People, SwitchesPage
from fakes.core.control.pages.vendor import TenantAdmin
from fakes.core.http.app import ROOM, App
from fakes.core.pages.site import Site
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)


def add_control_pages(app: App, site: Site[T, Any], admin: TenantAdmin[T]) -> ControlSite[T]:
    """Add the control room to ``app``, which has the pages of ``site``; ``admin`` is the vendor's part of it."""
    room = ControlSite(site, admin)
    site.fake.gate = room
    one, people, faults = home_of("{tenant_id}"), People(room), FaultsPage(room)
    journal = JournalPage(room)
    _add(app, OVERVIEW.rstrip("/"), Overview(room))
    _add(app, f"{ROOM}/leave", ControlSignOut(room))
    _add(app, f"{ROOM}/clock", ClockPage(room))
    _add(app, f"{ROOM}/reset", ResetPage(room))
    _add(app, f"{ROOM}/journal", journal, suffix="unclaimed")
    _add(app, f"{ROOM}/tenants", NewTenant(room))
    _add(app, one, people)
    _add(app, f"{one}/sign-in", people, suffix="sign_in")
    _add(app, f"{one}/door", people, suffix="door")
    _add(app, f"{one}/remove", people, suffix="remove")
    _add(app, f"{one}/journal", journal)
    if admin.sends:
        _add(app, f"{one}/deliveries", DeliveriesPage(room))
    _add(app, f"{one}/faults", faults)
    _add(app, f"{one}/faults/disarm", faults, suffix="disarm")
    _add(app, f"{one}/switches", SwitchesPage(room))
    return room


def _add(app: App, path: str, resource: object, suffix: str | None = None) -> None:
    """Add both spellings of a path, with and without a slash at its end."""
    for spelling in (path, f"{path}/"):
        app.add_route(spelling, resource, suffix=suffix)
