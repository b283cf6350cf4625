"""The composition root of Klaviyo's fake: API, legacy calls, pages, control plane and control room, put together once a process."""

from functools import cache

from fakes.core.control.pages.routes import add_control_pages
from fakes.core.http.app import App, Application
from fakes.klaviyo.api.legacy.rest import add_legacy_rest
from fakes.klaviyo.api.legacy.track import add_legacy
from fakes.klaviyo.api.refusals import refuse
from fakes.klaviyo.api.routes import add_api
from fakes.klaviyo.control.accounts import add_control
from fakes.klaviyo.control.pages import KlaviyoTenantAdmin
from fakes.klaviyo.pages.routes import add_pages
from fakes.klaviyo.pages.site import KlaviyoSite
from fakes.klaviyo.service.fake import KlaviyoFake
from fakes.klaviyo.service.requests import KlaviyoRequest


def application(fake: KlaviyoFake) -> Application:
    """Return ``fake`` as a WSGI application."""
    return Application(routes(), fake)


@cache
def routes() -> App:
    """Return the routes that all fakes of Klaviyo share."""
    app = App(refuse, KlaviyoRequest)
    add_api(app)
    add_legacy(app)
    add_legacy_rest(app)
    site = KlaviyoSite()
    add_pages(app, site)
    add_control_pages(app, site, KlaviyoTenantAdmin())
    add_control(app)
    return app
