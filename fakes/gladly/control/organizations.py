"""Gladly's part of the control plane: organizations and their switches."""

from typing import TYPE_CHECKING, Annotated

import falcon
from pydantic import Field

from fakes.core.control.plane import Ask, add_control_plane, asked
from fakes.core.http.app import CONTROL_PREFIX, App
from fakes.gladly.control.apps import add_app_control
from fakes.gladly.control.conversations import add_conversation_control
from fakes.gladly.control.resource import ControlResource
from fakes.gladly.control.users import add_user_control
from fakes.gladly.rules.organization.organization import Organization

if TYPE_CHECKING:  # the fake builds these resources, so importing it here for real would go round in a circle
    from fakes.gladly.service.fake import GladlyFake

_TEN_YEARS = 10 * 365 * 86_400


class OrganizationAsk(Ask):
    """An organization to found."""

    name: str | None = Field(default=None, min_length=1, max_length=100)


class SwitchesAsk(Ask):
    """The switches to turn; what is absent stays. See ``Switches``."""

    reopen_window_hours: float | None = Field(default=None, ge=0, le=_TEN_YEARS / 3600)
    topic_required_to_close: bool | None = None
    rate_limits: bool | None = None
    rate_limit_per_method: bool | None = None
    merge_custom_attributes: bool | None = None
    retry_offsets: list[Annotated[float, Field(ge=0, le=_TEN_YEARS)]] | None = None


def turn(organization: Organization, ask: SwitchesAsk) -> None:
    """Set the switches that ``ask`` names. Hold the organization's lock."""
    for name, value in ask.model_dump(exclude_none=True).items():
        setattr(organization.switches, name, tuple(value) if isinstance(value, list) else value)


class _Organizations(ControlResource):
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        provisioned = self.fake.create_organization(asked(req, OrganizationAsk).name)
        resp.status, resp.media = falcon.HTTP_201, provisioned.as_json(req.prefix)


class _Organization(ControlResource):
    def on_patch(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, SwitchesAsk)
        with self.acting(tenant_id) as organization:
            turn(organization, ask)
            resp.media = organization.switches.as_json()

    def on_delete(self, _req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        self.fake.tenants.remove(tenant_id)
        resp.status = falcon.HTTP_204


class _Notices(ControlResource):
    def on_get(self, _req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with self.acting(tenant_id) as organization:
            resp.media = [notice.as_json() for notice in organization.notices]


def add_control(app: App, fake: "GladlyFake") -> None:
    """Add the shared control routes and Gladly's own."""
    add_control_plane(app, fake, "organizations")
    one = f"{CONTROL_PREFIX}organizations/{{tenant_id}}"
    app.add_route(f"{CONTROL_PREFIX}organizations", _Organizations(fake))
    app.add_route(one, _Organization(fake))
    app.add_route(f"{one}/notices", _Notices(fake))
    add_conversation_control(app, fake, one)
    add_app_control(app, fake, one)
    add_user_control(app, fake, one)
