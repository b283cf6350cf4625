"""The control routes of the Klaviyo App: what Settings > Apps does, without the page; and of the webhooks' logs.

With the header ``X-Fake-User`` they act as that user, by the user's roles; without it, as the harness.
"""

from typing import TYPE_CHECKING

import falcon
from pydantic import Field

from fakes.core.control import Ask, ControlError, asked
from fakes.core.web import App
from fakes.gladly.control_kit import ControlResource, acting_user, domain_errors
from fakes.gladly.rules.apps import Installation, KlaviyoApp
from fakes.gladly.rules.organization import Organization
from fakes.gladly.rules.users import User

if TYPE_CHECKING:  # the fake builds these resources, so importing it here for real would go round in a circle
    from fakes.gladly.fake import GladlyFake


class InstallAsk(Ask):
    """The app to install, or the one there is to point elsewhere."""

    name: str
    webhook_url: str
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
    """The edit form as it is when Save App is clicked; an empty key field is left blank."""

    name: str
    private_key: str = Field(default="", repr=False)


class ToggleAsk(Ask):
    """Where the toggle is to stand: green is active."""

    active: bool


class _Rows(ControlResource):
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with self.acting(tenant_id) as organization:
            resp.media = [app.row() for app in organization.apps.rows(acting_user(req, organization))]


class _App(ControlResource):
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with self.acting(tenant_id) as organization:
            resp.media = organization.apps.first(acting_user(req, organization)).form()

    def on_put(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        wanted = asked(req, InstallAsk).installation()
        organization = self.fake.tenants.get(tenant_id)
        user = acting_user(req, organization)
        organization.secrets.add(wanted.password)
        with domain_errors():
            organization.apps.check(wanted, _installed(organization), user)
        # No lock here: the address that is asked to answer may call back.
        if wanted.enabled and not self.fake.deliveries.ping(organization, wanted.settings()).accepted:
            raise ControlError(f"{wanted.url} did not answer PING with status 200; nothing has changed")
        with self.acting(tenant_id):
            resp.media = _put(organization, wanted, user).row()

    def on_patch(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, SaveAsk)
        with self.acting(tenant_id) as organization:
            user = acting_user(req, organization)
            app = organization.apps.first(user)
            organization.apps.save(app, ask.name, ask.private_key, user)
            resp.media = app.row()


class _Active(ControlResource):
    def on_put(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, ToggleAsk)
        with self.acting(tenant_id) as organization:
            user = acting_user(req, organization)
            app = organization.apps.first(user)
            organization.apps.switch(app, active=ask.active, by=user)
            resp.media = app.row()


class _Log(ControlResource):
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with self.acting(tenant_id) as organization:
            app = organization.apps.first(acting_user(req, organization))
            resp.media = [row.as_json() for row in app.connector.rows(organization.clock.now())]


class _WebhookLog(ControlResource):
    def on_get(self, _req: falcon.Request, resp: falcon.Response, tenant_id: str, webhook_id: str) -> None:
        with self.acting(tenant_id) as organization:
            webhook = organization.webhooks.get(webhook_id)
            resp.media = [row.as_json() for row in webhook.rows(organization.clock.now())]


def _installed(organization: Organization) -> KlaviyoApp | None:
    return next(iter(organization.apps), None)


def _put(organization: Organization, wanted: Installation, user: User | None) -> KlaviyoApp:
    app = _installed(organization)
    if app is None:
        return organization.apps.install(wanted, user)
    organization.apps.repoint(app, wanted, user)
    return app


def add_app_control(app: App, fake: "GladlyFake", organization: str) -> None:
    """Add the app's routes, and the webhooks' logs, under ``organization``, the path of one organization."""
    app.add_route(f"{organization}/apps", _Rows(fake))
    app.add_route(f"{organization}/app", _App(fake))
    app.add_route(f"{organization}/app/active", _Active(fake))
    app.add_route(f"{organization}/app/deliveries", _Log(fake))
    app.add_route(f"{organization}/webhooks/{{webhook_id}}/deliveries", _WebhookLog(fake))
