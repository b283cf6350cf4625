"""The addresses of the control room."""

from typing import Any, TypeVar

from fakes.core.control.pages.journal import JournalPage
from fakes.core.control.pages.overview import ClockPage, ControlSignOut, NewTenant, Overview, ResetPage
from fakes.core.control.pages.site import OVERVIEW, ControlSite, home_of
from fakes.core.control.pages.tenant import DeliveriesPage, FaultsPage, SwitchesPage, UsersPage
from fakes.core.control.pages.vendor import TenantAdmin
from fakes.core.http.app import App
from fakes.core.pages.site import Site
from fakes.core.paths import CONTROL_PAGES
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)


def add_control_pages(app: App, site: Site[T, Any], admin: TenantAdmin[Any, T]) -> None:
    """Add the control room to ``app``, which has the pages of ``site``; ``admin`` is the vendor's part of it."""
    control = ControlSite(app, site, admin)
    app.receives_control = control.receives
    one, users, faults = home_of("{tenant_id}"), UsersPage(control), FaultsPage(control)
    journal = JournalPage(control)
    _add(app, OVERVIEW.rstrip("/"), Overview(control))
    _add(app, f"{CONTROL_PAGES}/leave", ControlSignOut(control))
    _add(app, f"{CONTROL_PAGES}/clock", ClockPage(control))
    _add(app, f"{CONTROL_PAGES}/reset", ResetPage(control))
    _add(app, f"{CONTROL_PAGES}/journal", journal, suffix="unclaimed")
    _add(app, f"{CONTROL_PAGES}/tenants", NewTenant(control))
    _add(app, one, users)
    _add(app, f"{one}/sign-in", users, suffix="sign_in")
    _add(app, f"{one}/start-page", users, suffix="start_page")
    _add(app, f"{one}/remove", users, suffix="remove")
    _add(app, f"{one}/journal", journal)
    if admin.sends:
        _add(app, f"{one}/deliveries", DeliveriesPage(control))
    _add(app, f"{one}/faults", faults)
    _add(app, f"{one}/faults/disarm", faults, suffix="disarm")
    _add(app, f"{one}/switches", SwitchesPage(control))


def _add(app: App, path: str, resource: object, suffix: str | None = None) -> None:
    """Add both spellings of a path, with and without a slash at its end."""
    for spelling in (path, f"{path}/"):
        app.add_route(spelling, resource, suffix=suffix)
