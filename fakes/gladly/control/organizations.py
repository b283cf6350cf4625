"""Gladly's part of the control plane: organizations and their switches."""

from typing import Annotated

import falcon
from pydantic import Field

from fakes.core.control.plane import Ask, asked
from fakes.core.http.app import App
from fakes.gladly.control.resource import acting
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.context import fake_of

_TEN_YEARS = 10 * 365 * 86_400
_MOST_ROWS = 100_000_000


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
    report_row_limit: int | None = Field(default=None, ge=1, le=_MOST_ROWS)
    report_header_when_empty: bool | None = None
    report_seconds: float | None = Field(default=None, ge=0, le=_TEN_YEARS)
    retry_offsets: list[Annotated[float, Field(ge=0, le=_TEN_YEARS)]] | None = None


def turn(organization: Organization, ask: SwitchesAsk) -> None:
    """Set the switches that ``ask`` names. Hold the organization's lock."""
    for name, value in ask.model_dump(exclude_none=True).items():
        setattr(organization.switches, name, tuple(value) if isinstance(value, list) else value)


class _Organizations:
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        provisioned = fake_of(req).create_organization(asked(req, OrganizationAsk).name)
        resp.status, resp.media = falcon.HTTP_201, provisioned.as_json(req.prefix)


class _Organization:
    def on_patch(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, SwitchesAsk)
        with acting(req, tenant_id) as organization:
            turn(organization, ask)
            resp.media = organization.switches.as_json()

    def on_delete(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        fake_of(req).tenants.remove(tenant_id)
        resp.status = falcon.HTTP_204


class _Notices:
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with acting(req, tenant_id) as organization:
            resp.media = [notice.as_json() for notice in organization.notices]


def add_organization_control(app: App, every: str, organization: str) -> None:
    """Add the routes of all organizations at ``every``, of one at ``organization``."""
    app.add_route(every, _Organizations())
    app.add_route(organization, _Organization())
    app.add_route(f"{organization}/notices", _Notices())
