"""The control routes of the Klaviyo App: what Settings > Apps does, without the page; and of the webhooks' logs.

With the header ``X-Fake-User`` they act as that user, by the user's roles; without it, as the harness.
"""

from typing import Any

import falcon
from pydantic import Field

from fakes.core.control.plane import Ask, asked
from fakes.core.errors import ControlError
from fakes.core.http.app import App
from fakes.gladly.control.resource import acting, acting_user, domain_errors
from fakes.gladly.rules.apps.apps import Installation, KlaviyoApp
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import User
from fakes.gladly.service.context import fake_of


class InstallAsk(Ask):
    """The app to install, or the one there is to point elsewhere."""

    name: str
    webhook_url: str = Field(min_length=1)
    username: str
    password: str = Field(repr=False)
    enabled: bool
    upgraded: bool = False

    def installation(self) -> Installation:
        """Return what is asked for."""
        return Installation(
            self.name, self.webhook_url, self.username, self.password, self.enabled, self.upgraded
        )


class SaveAsk(Ask):
    """The form as it is when Save App is clicked; an empty key field is left blank.

    ``existing_only`` is Do Not Create New Klaviyo Customers; ``version`` the one that the form was opened with, to
    have a stale one refused. What is absent stays as it is, or is off for an app that is added.
    """

    name: str
    private_key: str = Field(default="", repr=False)
    existing_only: bool | None = None
    version: int | None = None


class ConnectorAsk(Ask):
    """Where an app's events are to go."""

    webhook_url: str
    username: str
    password: str = Field(repr=False)


class ToggleAsk(Ask):
    """Where the toggle is to stand: green is active."""

    active: bool


class _Apps:
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with acting(req, tenant_id) as organization:
            resp.media = [app.row() for app in organization.apps.rows(acting_user(req, organization))]

    def on_post(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, SaveAsk)
        with acting(req, tenant_id) as organization:
            by, only = acting_user(req, organization), bool(ask.existing_only)
            app = organization.apps.add(ask.name, ask.private_key, by, existing_only=only)
        resp.status, resp.media = falcon.HTTP_201, app.row()

    def on_get_form(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with acting(req, tenant_id) as organization:
            resp.media = organization.apps.form(acting_user(req, organization))


class _App:
    """One app by its id; without one, the app installed first."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, app_id: str = "") -> None:
        with acting(req, tenant_id) as organization:
            resp.media = _app(organization, app_id, acting_user(req, organization)).form()

    def on_patch(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, app_id: str = "") -> None:
        ask = asked(req, SaveAsk)
        with acting(req, tenant_id) as organization:
            by = acting_user(req, organization)
            app = _app(organization, app_id, by)
            organization.apps.save(
                app, ask.name, ask.private_key, by, existing_only=ask.existing_only, version=ask.version
            )
            resp.media = app.row()

    def on_delete(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, app_id: str = "") -> None:
        with acting(req, tenant_id) as organization:
            by = acting_user(req, organization)
            organization.apps.delete(_app(organization, app_id, by), by)
        resp.status = falcon.HTTP_204


def _point(
    req: falcon.Request, organization: Organization, app: KlaviyoApp | None, wanted: Installation
) -> dict[str, Any]:
    """Point ``app``, or a new one, where ``wanted`` says, and return its row."""
    by = acting_user(req, organization)
    organization.secrets.add(wanted.password)
    with domain_errors():
        organization.apps.check(wanted, app, by)
    # No lock here: the address that is asked to answer may call back.
    if wanted.enabled and not fake_of(req).deliveries.ping(organization, wanted.settings()).accepted:
        raise ControlError(f"{wanted.url} did not answer PING with status 200; nothing has changed")
    with acting(req, organization.id):
        if app is None:
            return organization.apps.install(wanted, by).row()
        organization.apps.repoint(app, wanted, by)
        return app.row()


class _FirstApp(_App):
    """The app installed first, which ``PUT`` installs or points elsewhere."""

    def on_put(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        wanted = asked(req, InstallAsk).installation()
        organization = fake_of(req).tenants.get(tenant_id)
        first = next(iter(organization.apps), None)
        resp.media = _point(req, organization, first, wanted)


class _Connector:
    """Where the events of one app go. One that is on has the address pinged first."""

    def on_put(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, app_id: str) -> None:
        ask = asked(req, ConnectorAsk)
        organization = fake_of(req).tenants.get(tenant_id)
        with domain_errors():
            app = organization.apps.get(app_id, acting_user(req, organization))
        wanted = Installation(app.name, ask.webhook_url, ask.username, ask.password, app.active)
        resp.media = _point(req, organization, app, wanted)


class _Active:
    def on_put(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, app_id: str = "") -> None:
        ask = asked(req, ToggleAsk)
        with acting(req, tenant_id) as organization:
            by = acting_user(req, organization)
            app = _app(organization, app_id, by)
            organization.apps.switch(app, active=ask.active, by=by)
            resp.media = app.row()


class _Log:
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, app_id: str = "") -> None:
        with acting(req, tenant_id) as organization:
            app = _app(organization, app_id, acting_user(req, organization))
            resp.media = [row.as_json() for row in app.connector.rows(organization.clock.now())]


class _WebhookLog:
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, webhook_id: str) -> None:
        with acting(req, tenant_id) as organization:
            webhook = organization.webhooks.get(webhook_id, acting_user(req, organization))
            resp.media = [row.as_json() for row in webhook.rows(organization.clock.now())]


def _app(organization: Organization, app_id: str, by: User | None) -> KlaviyoApp:
    return organization.apps.get(app_id, by) if app_id else organization.apps.first(by)


def add_app_control(app: App, organization: str) -> None:
    """Add the apps' routes, and the webhooks' logs, under ``organization``, the path of one organization."""
    app.add_route(f"{organization}/apps", _Apps())
    app.add_route(f"{organization}/apps/new", _Apps(), suffix="form")
    for path, one in (
        (f"{organization}/app", _FirstApp()),
        (f"{organization}/apps/{{app_id}}", _App()),
    ):
        app.add_route(path, one)
        app.add_route(f"{path}/active", _Active())
        app.add_route(f"{path}/deliveries", _Log())
    app.add_route(f"{organization}/apps/{{app_id}}/connector", _Connector())
    app.add_route(f"{organization}/webhooks/{{webhook_id}}/deliveries", _WebhookLog())
