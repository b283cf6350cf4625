"""The agent workspace: a customer's profile with a conversation beside it, and what an agent does there."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import falcon

from fakes.core.browsers.forms import Form
from fakes.core.pages.site import go
from fakes.gladly.pages.composer import CHANNELS, MOST_CHARACTERS, too_long
from fakes.gladly.pages.lines import NAMELESS, lines, shown_topic
from fakes.gladly.pages.page import Errors, Page, by_field, note
from fakes.gladly.pages.site import CONVERSATIONS_PATH, CUSTOMERS_PATH, GladlyVisit
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.conversations.conversations import TOPICS_REQUIRED
from fakes.gladly.rules.customers.customers import Customer
from fakes.gladly.rules.errors import InvalidError
from fakes.gladly.rules.workspace import Workspace
from fakes.gladly.service.context import fake_of

REPLIES: Mapping[str, str] = {
    "EMAIL": "Reply with an email",
    "SMS": "Reply with a text message",
    "CHAT": "Reply with a chat",
    "WHATSAPP": "Reply with a WhatsApp message",
    "FB_MESSENGER": "Reply with a Messenger message",
    "INSTAGRAM_DIRECT": "Reply with an Instagram message",
}
"""What the reply bar is called (vendor sample code for e-mail and chat)."""

_BLOCKED: Mapping[str, str] = {TOPICS_REQUIRED: "A topic is required before this conversation can be closed."}
"""What a page says of a reason that keeps the closing buttons grey; another reason is shown as the rules word it."""


class WorkspacePage(Page):
    """A page of the workspace."""

    def workspace(self, visit: GladlyVisit) -> Workspace:
        """Return the user's workspace, or raise ``RoleError``."""
        return Workspace(visit.tenant, visit.user)

    def show_workspace(
        self,
        response: falcon.Response,
        visit: GladlyVisit,
        customer: Customer,
        conversation: Conversation | None,
        *,
        errors: Errors | None = None,
        typed: Mapping[str, str] | None = None,
        asks: Mapping[str, Any] | None = None,
    ) -> None:
        """Show the workspace. ``typed`` are texts that were refused; ``asks`` is the question that stands open, if any."""
        workspace = self.workspace(visit)
        values = {} if conversation is None else _about(visit, workspace, customer, conversation)
        self.show(
            response,
            "workspace.html",
            visit,
            errors=errors,
            status=HTTPStatus.CONFLICT if asks else None,
            customer=customer,
            nameless=NAMELESS,
            conversation=conversation,
            conversations=workspace.conversations(customer.id),
            topic_name=_topic_names(visit),
            channels=[(one, CHANNELS[one].name) for one in workspace.channels(customer.id)],
            typed=typed or {},
            asks=asks or {},
            longest=MOST_CHARACTERS,
            customers_path=CUSTOMERS_PATH,
            conversations_path=CONVERSATIONS_PATH,
            **values,
        )


def _topic_names(visit: GladlyVisit) -> Any:
    topics = visit.tenant.directory.topics
    return lambda topic_id: shown_topic(topics.full_name(topic_id))


def _about(
    visit: GladlyVisit, workspace: Workspace, customer: Customer, conversation: Conversation
) -> dict[str, Any]:
    """Return what the page shows of a conversation."""
    usable = [(one, shown_topic(name)) for one, name in workspace.topics()]
    known = {one for one, _ in usable}
    names = _topic_names(visit)
    kept = [(one, names(one)) for one in conversation.topic_ids if one not in known]
    channel = workspace.reply_channel(conversation)
    blocked = workspace.closing(conversation.id).blocked
    return {
        "lines": lines(visit.tenant, customer, conversation),
        "closing_blocked": _BLOCKED.get(blocked, blocked),
        "topics": [*usable, *kept],
        "assigned": _assigned(visit, conversation),
        "assignees": _assignees(visit),
        "assignee": _value(conversation.assignee.inbox_id, conversation.assignee.agent_id),
        "reply": None if channel is None else {"channel": channel, "label": REPLIES[channel]},
    }


def _assigned(visit: GladlyVisit, conversation: Conversation) -> str:
    """Return whose the conversation is, as the bar says it (vendor sample code)."""
    inbox = visit.tenant.directory.inbox(conversation.assignee.inbox_id).name
    agent = visit.tenant.users.by_id(conversation.assignee.agent_id or "")
    if agent is None:
        return inbox
    return f"{agent.name}{' (You)' if agent is visit.user else ''} in {inbox}"


def _assignees(visit: GladlyVisit) -> list[tuple[str, str]]:
    """Return value and name of everybody whom a conversation can be given to: each inbox, then its agents."""
    directory = visit.tenant.directory
    found = []
    for inbox in [each for each in directory.inboxes() if not each.disabled]:
        found.append((_value(inbox.id, None), inbox.name))
        agents = [agent for agent in directory.agents() if agent.id in inbox.agent_ids]
        found += [(_value(inbox.id, agent.id), f"{agent.name} in {inbox.name}") for agent in agents]
    return found


def _value(inbox_id: str, agent_id: str | None) -> str:
    return f"{inbox_id}/{agent_id or ''}"


class CustomerPage(WorkspacePage):
    """A customer's profile, beside it their latest conversation, if there is one."""

    def on_get(self, request: falcon.Request, response: falcon.Response, customer_id: str) -> None:
        """Show the workspace. Who was merged into another leads to that other."""
        with self.reading(request) as visit:
            self.workspace(visit)
            visit.tenant.customers.require_unmoved(customer_id)
            latest = next(iter(self.workspace(visit).conversations(customer_id)), None)
            self.show_workspace(response, visit, visit.tenant.customers.get(customer_id), latest)


class ConversationPage(WorkspacePage):
    """A conversation, beside it the customer's profile."""

    def on_get(self, request: falcon.Request, response: falcon.Response, conversation_id: str) -> None:
        """Show the workspace."""
        with self.reading(request) as visit:
            self.workspace(visit)
            self.show_conversation(response, visit, conversation_id)

    def show_conversation(
        self, response: falcon.Response, visit: GladlyVisit, conversation_id: str, **values: Any
    ) -> None:
        """Show the workspace with this conversation."""
        conversation = visit.tenant.conversations.get(conversation_id)
        customer = visit.tenant.customers.get(conversation.customer_id)
        self.show_workspace(response, visit, customer, conversation, **values)


class Reply(ConversationPage):
    """The reply bar."""

    def on_post(self, request: falcon.Request, response: falcon.Response, conversation_id: str) -> None:
        """Send the reply and show the conversation; or show it with what was wrong and what was written."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            text = form.text("reply")
            if wrong := too_long(text):
                self._again(response, visit, conversation_id, text, {"reply": wrong})
                return
            try:
                with fake_of(visit.request).acting(visit.tenant):
                    item = self.workspace(visit).reply(conversation_id, text, form.text("channel") or None)
            except InvalidError as error:
                self._again(response, visit, conversation_id, text, by_field(error, {"": "reply"}))
                return
            note(visit, "replied to a customer", conversation_id=conversation_id, item_id=item.id)
            go(f"{CONVERSATIONS_PATH}/{conversation_id}")

    def _again(
        self,
        response: falcon.Response,
        visit: GladlyVisit,
        conversation_id: str,
        text: str,
        errors: Errors,
    ) -> None:
        closed = visit.tenant.conversations.get(conversation_id).is_closed
        shown = {"": " ".join(errors.values())} if closed else errors
        self.show_conversation(response, visit, conversation_id, errors=shown, typed={"reply": text})


class Note(ConversationPage):
    """A note, which no customer sees."""

    def on_post(self, request: falcon.Request, response: falcon.Response, conversation_id: str) -> None:
        """Add the note and show the conversation; or show it with what was wrong."""
        with self.entered(request) as visit:
            text = self.site.form(request).text("note")
            try:
                if wrong := too_long(text):
                    errors = {"note": wrong}
                else:
                    errors = {}
                    with fake_of(visit.request).acting(visit.tenant):
                        self.workspace(visit).note(conversation_id, text)
            except InvalidError as error:
                errors = by_field(error, {"content.body": "note"})
            if errors:
                self.show_conversation(response, visit, conversation_id, errors=errors, typed={"note": text})
                return
            note(visit, "added a note", conversation_id=conversation_id)
            go(f"{CONVERSATIONS_PATH}/{conversation_id}")


class Topics(ConversationPage):
    """The topics picker: what was ticked is applied, what was unticked is taken off, the rest is left alone."""

    def on_post(self, request: falcon.Request, response: falcon.Response, conversation_id: str) -> None:
        """Change the topics and show the conversation; or show it with what was wrong."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            try:
                with fake_of(visit.request).acting(visit.tenant):
                    self._change(visit, conversation_id, form)
            except InvalidError as error:
                errors = by_field(error, {"topicIds": "topics"})
                self.show_conversation(response, visit, conversation_id, errors=errors)
                return
            note(visit, "changed the topics", conversation_id=conversation_id)
            go(f"{CONVERSATIONS_PATH}/{conversation_id}")

    def _change(self, visit: GladlyVisit, conversation_id: str, form: Form) -> None:
        workspace, wanted, had = self.workspace(visit), form.all("topic"), form.all("had")
        workspace.add_topics(conversation_id, [one for one in wanted if one not in had])
        on = visit.tenant.conversations.get(conversation_id).topic_ids
        for one in [each for each in on if each in had and each not in wanted]:
            workspace.remove_topic(conversation_id, one)


class Assignment(ConversationPage):
    """Whose the conversation is."""

    def on_post(self, request: falcon.Request, response: falcon.Response, conversation_id: str) -> None:
        """Give the conversation to an inbox, or to an agent of it; or show it with what was wrong."""
        with self.entered(request) as visit:
            inbox_id, _, agent_id = self.site.form(request).text("assignee").partition("/")
            try:
                with fake_of(visit.request).acting(visit.tenant):
                    self.workspace(visit).assign(conversation_id, inbox_id, agent_id or None)
            except InvalidError as error:
                fields = {"assignee.inboxId": "assignee", "assignee.agentId": "assignee"}
                self.show_conversation(response, visit, conversation_id, errors=by_field(error, fields))
                return
            note(visit, "assigned a conversation", conversation_id=conversation_id)
            go(f"{CONVERSATIONS_PATH}/{conversation_id}")


class Close(ConversationPage):
    """Close, and Close & Next: with ``then`` they differ in where they lead."""

    def on_post(self, request: falcon.Request, response: falcon.Response, conversation_id: str) -> None:
        """Close and go on; or ask first, while the customer waits for a reply (vendor help)."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            workspace, then, confirmed = self.workspace(visit), form.text("then"), form.ticked("confirmed")
            if workspace.closing(conversation_id).asks(confirmed=confirmed):
                asks = {"what": "close", "then": then}
                self.show_conversation(response, visit, conversation_id, asks=asks)
                return
            try:
                with fake_of(visit.request).acting(visit.tenant):
                    workspace.close(conversation_id, confirmed=confirmed)
            except InvalidError as error:
                self.show_conversation(response, visit, conversation_id, errors=by_field(error, {}))
                return
            note(visit, "closed a conversation", conversation_id=conversation_id)
            go(
                next_path(workspace, conversation_id)
                if then == "next"
                else f"{CONVERSATIONS_PATH}/{conversation_id}"
            )


class Next(WorkspacePage):
    """Next: on to what is to be done next."""

    def on_get(self, request: falcon.Request, _response: falcon.Response, conversation_id: str) -> None:
        """Go to the next open conversation, or to My Customers when there is none."""
        with self.reading(request) as visit:
            go(next_path(self.workspace(visit), conversation_id))


def next_path(workspace: Workspace, conversation_id: str) -> str:
    """Return where Next leads after a conversation."""
    following = workspace.following(conversation_id)
    return CUSTOMERS_PATH if following is None else f"{CONVERSATIONS_PATH}/{following.id}"
