"""The composition root of Gladly's fake: REST API, pages, control plane and control room, put together once a process."""

from functools import cache

from fakes.core.control.pages.routes import add_control_pages
from fakes.core.http.app import App, Application
from fakes.gladly.api.errors import refuse
from fakes.gladly.api.routes import add_api
from fakes.gladly.control.pages import GladlyTenantAdmin
from fakes.gladly.control.routes import add_control
from fakes.gladly.pages.routes import add_pages
from fakes.gladly.pages.site import GladlySite
from fakes.gladly.service.fake import GladlyFake
from fakes.gladly.service.requests import GladlyRequest


def application(fake: GladlyFake) -> Application:
    """Return ``fake`` as a WSGI application."""
    return Application(routes(), fake)


@cache
def routes() -> App:
    """Return the routes that all fakes of Gladly share."""
    app = App(refuse, GladlyRequest)
    add_api(app)
    add_control(app)
    site = GladlySite()
    add_pages(app, site)
    add_control_pages(app, site, GladlyTenantAdmin())
    return app
