"""The control routes for what has no public call: conversations begun, messages written, rules at work, merges.

What an agent does, the user named in the header ``X-Fake-User`` does; without it, the first with the role Agent.
"""

from dataclasses import asdict
from typing import Literal

import falcon
from pydantic import Field

from fakes.core.control.plane import Ask, asked
from fakes.core.errors import ControlError
from fakes.core.http.app import App
from fakes.gladly.control.resource import acting, acting_user
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.conversations.timeline import Message
from fakes.gladly.rules.events.events import Assignee, Initiator
from fakes.gladly.rules.organization.merging import merge
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.rules.workspace import Workspace

Channel = Literal["CHAT", "EMAIL", "SMS", "FB_MESSENGER", "INSTAGRAM_DIRECT", "WHATSAPP", "VOICEMAIL"]


class _SaysAsk(Ask):
    channel: Channel | None = None
    text: str | None = Field(default=None, min_length=1, max_length=25_000)

    def said(self) -> Message:
        """Return what is to be written."""
        return Message(self.channel, self.text)


class ConversationAsk(_SaysAsk):
    """A conversation to begin, or, with ``choice`` ``reopen``, the one closed last to open again for an agent.

    ``message`` false lets the agent give up before anything is sent.
    """

    customer_id: str
    opened_by: Literal["customer", "agent"] = "customer"
    choice: Literal["create_new", "reopen"] = "create_new"
    message: bool = True


class MessageAsk(_SaysAsk):
    """A message to be written: the customer's comes in, an agent's answers and lets the conversation wait."""

    sender: Literal["customer", "agent"] = Field(default="customer", alias="from")


class CloseAsk(Ask):
    """Who closes: a Rule, which nothing holds, or an agent, who may say that no answer is owed."""

    by: Literal["rule", "agent"] = "rule"
    force: bool = False


class RouteAsk(Ask):
    """Whom Gladly assigns a conversation to by itself; the first inbox if none is named."""

    inbox_id: str | None = None
    agent_id: str | None = None


class MergeAsk(Ask):
    """The customer to merge into."""

    into: str


class _Conversations:
    def on_post(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, ConversationAsk)
        if ask.opened_by == "customer" and (ask.choice == "reopen" or not ask.message):
            raise ControlError("choice, message: only an agent can reopen, or begin without a message")
        with acting(req, tenant_id) as organization:
            if organization.conversations.not_closed(ask.customer_id) is not None:
                text = f"customer {ask.customer_id} already has a conversation that is not closed"
                raise ControlError(text, 409)
            conversation = _opened(req, organization, ask)
        resp.status, resp.media = falcon.HTTP_201, {"id": conversation.id}


def _opened(req: falcon.Request, organization: Organization, ask: ConversationAsk) -> Conversation:
    if ask.opened_by == "customer":
        return organization.begin_as_customer(ask.customer_id, ask.said())
    agent = _agent(req, organization)
    open_it = organization.reopen_as_agent if ask.choice == "reopen" else organization.begin_as_agent
    return open_it(ask.customer_id, agent, ask.said(), silently=not ask.message)


class _Messages:
    def on_post(
        self, req: falcon.Request, resp: falcon.Response, tenant_id: str, conversation_id: str
    ) -> None:
        ask = asked(req, MessageAsk)
        with acting(req, tenant_id) as organization:
            conversation, reopened = organization.conversations.get(conversation_id), False
            if ask.sender == "agent":
                organization.answer_as_agent(conversation.id, _agent(req, organization), ask.said())
            else:
                conversation, reopened = organization.receive_message(conversation.customer_id, ask.said())
            item_id = conversation.items[-1].id
        resp.status = falcon.HTTP_201
        resp.media = {"conversation_id": conversation.id, "reopened": reopened, "item_id": item_id}


class _Close:
    def on_post(
        self, req: falcon.Request, resp: falcon.Response, tenant_id: str, conversation_id: str
    ) -> None:
        ask = asked(req, CloseAsk)
        with acting(req, tenant_id) as organization:
            if ask.by == "rule":
                organization.close_by_rule(conversation_id)
            else:
                conversation = organization.conversations.get(conversation_id)
                by = Initiator.agent(_agent(req, organization))
                organization.conversations.close(conversation, by, force=ask.force)
        resp.status = falcon.HTTP_204


class _Route:
    def on_post(
        self, req: falcon.Request, resp: falcon.Response, tenant_id: str, conversation_id: str
    ) -> None:
        ask = asked(req, RouteAsk)
        with acting(req, tenant_id) as organization:
            inbox_id = ask.inbox_id or organization.unassigned().inbox_id
            organization.route(conversation_id, Assignee(inbox_id, ask.agent_id or None))
        resp.status = falcon.HTTP_204


class _Merge:
    def on_post(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, customer_id: str) -> None:
        ask = asked(req, MergeAsk)
        with acting(req, tenant_id) as organization:
            by = Initiator.agent(_agent(req, organization))
            resp.media = asdict(merge(organization, customer_id, ask.into, by))


def _agent(request: falcon.Request, organization: Organization) -> str:
    """Return the agent at work: the user named in the header, else the first with the role Agent."""
    if (user := acting_user(request, organization)) is not None:
        return Workspace(organization, user).agent_id
    if not (agents := organization.users.with_role(Role.AGENT)):
        raise ControlError("the organization has no active user with the role Agent", 409)
    return agents[0].id


def add_conversation_control(app: App, organization: str) -> None:
    """Add the routes under ``organization``, the path of one organization."""
    conversation = f"{organization}/conversations/{{conversation_id}}"
    app.add_route(f"{organization}/conversations", _Conversations())
    app.add_route(f"{conversation}/messages", _Messages())
    app.add_route(f"{conversation}/close", _Close())
    app.add_route(f"{conversation}/route", _Route())
    app.add_route(f"{organization}/customers/{{customer_id}}/merge", _Merge())
