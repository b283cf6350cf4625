"""Gladly's part of the control plane: organizations, and the conversations that have no public call."""

from typing import TYPE_CHECKING, Annotated, Literal

import falcon
from pydantic import Field

from fakes.core.control import Ask, ControlError, add_control_plane, asked
from fakes.core.web import CONTROL_PREFIX, App
from fakes.gladly.control_app import add_app_control
from fakes.gladly.control_kit import ControlResource
from fakes.gladly.rules.users import Role

if TYPE_CHECKING:  # the fake builds these resources, so importing it here for real would go round in a circle
    from fakes.gladly.fake import GladlyFake

_TEN_YEARS = 10 * 365 * 86_400


class OrganizationAsk(Ask):
    """An organization to found."""

    name: str | None = Field(default=None, min_length=1, max_length=100)


class SwitchesAsk(Ask):
    """The switches to turn; what is absent stays. See ``Switches``."""

    reopen_window_hours: float | None = Field(default=None, ge=0, le=_TEN_YEARS / 3600)
    topic_required_to_close: bool | None = None
    rate_limits: bool | None = None
    retry_offsets: list[Annotated[float, Field(ge=0, le=_TEN_YEARS)]] | None = None


class ConversationAsk(Ask):
    """A conversation to begin."""

    customer_id: str
    opened_by: Literal["customer", "agent"] = "customer"


class MessageAsk(Ask):
    """A message to be written: the customer's comes in, an agent's answers and lets the conversation wait."""

    sender: Literal["customer", "agent"] = Field(default="customer", alias="from")


class _Organizations(ControlResource):
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        founded = self.fake.create_organization(asked(req, OrganizationAsk).name)
        resp.status, resp.media = falcon.HTTP_201, founded.as_json(req.prefix)


class _Organization(ControlResource):
    def on_patch(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        given = asked(req, SwitchesAsk).model_dump(exclude_none=True)
        with self.acting(tenant_id) as organization:
            for name, value in given.items():
                setattr(organization.switches, name, tuple(value) if isinstance(value, list) else value)
            resp.media = organization.switches.as_json()

    def on_delete(self, _req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        self.fake.tenants.remove(tenant_id)
        resp.status = falcon.HTTP_204


class _Conversations(ControlResource):
    def on_post(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, ConversationAsk)
        with self.acting(tenant_id) as organization:
            if organization.conversations.not_closed(ask.customer_id) is not None:
                text = f"customer {ask.customer_id} already has a conversation that is not closed"
                raise ControlError(text, 409)
            if ask.opened_by == "agent":
                agent = organization.users.with_role(Role.AGENT)[0]
                conversation = organization.begin_as_agent(ask.customer_id, agent.id)
            else:
                conversation = organization.begin_as_customer(ask.customer_id)
        resp.status, resp.media = falcon.HTTP_201, {"id": conversation.id}


class _Messages(ControlResource):
    def on_post(
        self, req: falcon.Request, resp: falcon.Response, tenant_id: str, conversation_id: str
    ) -> None:
        ask = asked(req, MessageAsk)
        with self.acting(tenant_id) as organization:
            conversation, reopened = organization.conversations.get(conversation_id), False
            if ask.sender == "agent":
                agent = organization.users.with_role(Role.AGENT)[0]
                organization.answer_as_agent(conversation.id, agent.id)
            else:
                conversation, reopened = organization.receive_message(conversation.customer_id)
        resp.status = falcon.HTTP_201
        resp.media = {"conversation_id": conversation.id, "reopened": reopened}


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
    app.add_route(f"{one}/conversations", _Conversations(fake))
    app.add_route(f"{one}/conversations/{{conversation_id}}/messages", _Messages(fake))
    app.add_route(f"{one}/notices", _Notices(fake))
    add_app_control(app, fake, one)
