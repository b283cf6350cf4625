"""The organization: one tenant of Gladly, with everything that belongs to it."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.core.tenants import Tenant
from fakes.gladly.rules.apps.apps import Apps
from fakes.gladly.rules.conversations.annotations import Annotations
from fakes.gladly.rules.conversations.attributes import Attributes
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.conversations.conversations import Conversations
from fakes.gladly.rules.conversations.items import Items
from fakes.gladly.rules.conversations.record import Record
from fakes.gladly.rules.conversations.replies import Reply, refuse_reply, reply_content
from fakes.gladly.rules.conversations.timeline import CHANNEL_OF_TYPE, Item, Message, channel_for
from fakes.gladly.rules.conversations.updates import Update, update
from fakes.gladly.rules.customers.customers import Customer, Customers
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, TakenError, raise_invalid
from fakes.gladly.rules.events.events import Assignee, Event, Events, Initiator
from fakes.gladly.rules.events.history import History
from fakes.gladly.rules.exports.exports import Exports
from fakes.gladly.rules.limits import Limits, ReportLimits
from fakes.gladly.rules.switches import Switches
from fakes.gladly.rules.tasks.tasks import Change, Tasks
from fakes.gladly.rules.teams.directory import Agent, Directory
from fakes.gladly.rules.times import stamp
from fakes.gladly.rules.users.tokens import Tokens
from fakes.gladly.rules.users.users import Role, User, Users
from fakes.gladly.rules.webhooks.webhooks import Webhook, Webhooks

MOST_NOTICES: Final = 1_000
"""How many notices an organization keeps; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An e-mail that Gladly would have sent to the organization's API users."""

    at: datetime
    to: tuple[str, ...]
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return ``{"at", "to", "text"}``."""
        return {"at": stamp(self.at), "to": list(self.to), "text": self.text}


class Organization(Tenant):
    """An organization, reached as ``{subdomain}.gladly.com``. Its id is a slugid."""

    def __init__(self, ids: Ids, clock: Clock, name: str, subdomain: str) -> None:
        """Start without users, inboxes, topics, customers and apps."""
        super().__init__(ids.slugid(), clock)
        self.ids = ids
        self.name = name
        self.subdomain = subdomain
        self.timezone = "America/Los_Angeles"
        self.gone = False
        self.switches = Switches()
        self.limits = Limits(clock, self.switches)
        self.report_limits = ReportLimits(clock, self.switches)
        self.history = History()
        self.outgoing: deque[tuple[Webhook, Event]] = deque()
        self.is_publishing = False
        self.events = Events(
            clock, ids, self.journal, lambda kind: len(self.listeners(kind)), self.history.add
        )
        self.exports = Exports(clock, ids, self.events)
        self.users = Users()
        self.invitations: dict[str, User] = {}
        self.tokens = Tokens(ids)
        self.directory = Directory(ids)
        self.customers = Customers(clock, ids, self.events, self.switches)
        self.items = Items(clock, ids)
        record = Record(clock, ids, self.events, self.items)
        self.conversations = Conversations(record, self.switches)
        self.attributes = Attributes(clock, ids)
        self.annotations = Annotations(record, self.directory.topics, self.attributes)
        self.tasks = Tasks(clock, ids, self.events, self.directory)
        self.webhooks = Webhooks(clock)
        self.apps = Apps(clock, ids, self.journal, self.secrets)
        self.notices: deque[Notice] = deque(maxlen=MOST_NOTICES)
        self._rule = Initiator.rule(ids.slugid())

    @property
    def login_domain(self) -> str:
        """The domain of the users' e-mail addresses."""
        return f"{self.subdomain}.gladly-demo.com"

    @property
    def home(self) -> str:
        """The organization's URL at Gladly."""
        return f"https://{self.subdomain}.gladly.com"

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "loginDomain", "name", "timezone", "gladlyUrl"}`` (Gladly OpenAPI)."""
        return {
            "id": self.id,
            "loginDomain": self.login_domain,
            "name": self.name,
            "timezone": self.timezone,
            "gladlyUrl": self.home,
        }

    def add_user(self, name: str, email: str, password: str, roles: frozenset[Role]) -> User:
        """Add a user, or raise ``TakenError``; who answers customers becomes an agent of every inbox."""
        self.secrets.add(password)
        user = self.users.add(User(self.ids.slugid(), name, email, password, roles))
        self.place(user)
        return user

    def place(self, user: User) -> None:
        """Put a user who answers customers into the agents list and every inbox, and take any other out."""
        if user.is_agent() and user.is_active:
            self.directory.add_agent(Agent(user.id, user.name, user.email))
        else:
            self.directory.remove_agent(user.id)

    def unassigned(self) -> Assignee:
        """Return whom a conversation belongs to that a customer begins: the first inbox, no agent (inferred)."""
        return Assignee(self.directory.inboxes()[0].id)

    def begin_as_customer(self, customer_id: str, what: Message | None = None) -> Conversation:
        """Let the customer begin a new conversation. Raises ``NotExistError`` or ``InvalidError``."""
        customer = self.customers.get(customer_id)
        by, what = Initiator.customer(customer.id), what or Message()
        channel_for(customer, what.channel)
        conversation = self.conversations.begin(customer, by, self.unassigned())
        self.conversations.say(conversation, customer, by, what)
        return conversation

    def begin_as_agent(
        self, customer_id: str, agent_id: str, what: Message | None = None, *, silently: bool = False
    ) -> Conversation:
        """Let the agent begin a new conversation, assigned to them. Raises ``NotExistError`` or ``InvalidError``.

        ``silently``: the agent gives up before the message is sent; the conversation stays (vendor help).
        """
        customer = self.customers.get(customer_id)
        by, what = Initiator.agent(self.directory.agent(agent_id).id), what or Message()
        channel_for(customer, what.channel)
        conversation = self.conversations.begin(customer, by, self._to_agent(agent_id))
        if not silently:
            self.conversations.say(conversation, customer, by, what)
        return conversation

    def reopen_as_agent(
        self, customer_id: str, agent_id: str, what: Message | None = None, *, silently: bool = False
    ) -> Conversation:
        """Let the agent choose Reopen: the conversation closed last opens again, and is theirs (vendor help).

        An agent may do so at any time, whatever the reopen window. Raises ``NotExistError`` or ``InvalidError``.
        """
        customer = self.customers.get(customer_id)
        by, what = Initiator.agent(self.directory.agent(agent_id).id), what or Message()
        conversation = self.conversations.latest_closed(customer_id)
        if conversation is None:
            raise InvalidError(ErrorDetail("invalid_state", "customer has no closed conversation to reopen"))
        channel_for(customer, what.channel)
        self.conversations.reopen(conversation, by)
        self.conversations.assign(conversation, self._to_agent(agent_id), by, "MESSAGE_OUTBOUND")
        if not silently:
            self.conversations.say(conversation, customer, by, what)
        return conversation

    def _to_agent(self, agent_id: str) -> Assignee:
        return Assignee(self.unassigned().inbox_id, agent_id)

    def receive_message(self, customer_id: str, what: Message | None = None) -> tuple[Conversation, bool]:
        """Take in a message of the customer; return its conversation and whether that was reopened by it."""
        customer = self.customers.get(customer_id)
        return self.conversations.receive(customer, self.unassigned(), what or Message())

    def answer_as_agent(self, conversation_id: str, agent_id: str, what: Message | None = None) -> Item:
        """Let the agent answer. Raises ``NotExistError``, or ``InvalidError`` when it is closed."""
        conversation = self.conversations.get(conversation_id)
        customer = self.customers.get(conversation.customer_id)
        agent = self.directory.agent(agent_id)
        return self.conversations.answer(conversation, customer, agent.id, what or Message())

    def read_item(self, item_id: str) -> Item:
        """Return the item. Raises ``NotExistError``, or ``InvalidError`` for a kind the API does not show.

        The text is the Gladly OpenAPI's; that a task is of such a kind is inferred.
        """
        if item_id in self.tasks:
            detail = f"Conversation item with id [{item_id}] exists but is not supported by the API."
            raise InvalidError(ErrorDetail("invalid", detail))
        return self.items.get(item_id)

    def check_task(self, wanted: Change, task_id: str | None) -> None:
        """Raise ``InvalidError`` or ``TakenError`` unless a task could be made so; items and tasks share ids (inferred)."""
        self.tasks.check(wanted, task_id)
        if task_id is not None and task_id in self.items:
            raise TakenError(ErrorDetail("taken", "task already exists", "newConversationItems"))

    def reply(self, item_id: str, reply: Reply, user: User) -> Item:
        """Reply to a customer's message through the API. Raises ``NotExistError`` or ``InvalidError``."""
        item = self.items.get(item_id)
        refuse_reply(item, reply)
        conversation = self.conversations.get(item.conversation_id or "")
        return self.conversations.reply(
            conversation,
            user.id,
            Initiator.api(user.id),
            CHANNEL_OF_TYPE[item.type],
            lambda contact: reply_content(item, reply, contact),
        )

    def close_by_rule(self, conversation_id: str) -> None:
        """Let a Rule close the conversation (vendor help). Raises ``NotExistError``."""
        self.conversations.close_by_rule(self.conversations.get(conversation_id), self._rule)

    def route(self, conversation_id: str, assignee: Assignee) -> None:
        """Let Gladly assign the conversation by itself (reason Gladly OpenAPI; by whom inferred)."""
        conversation = self.conversations.get(conversation_id)
        errors = self.directory.assignment_errors(assignee.inbox_id, assignee.agent_id)
        if conversation.is_closed:
            errors.append(ErrorDetail("invalid_state", "closed conversation cannot be reassigned"))
        raise_invalid(errors)
        self.conversations.assign(conversation, assignee, self._rule, "AUTOMATED_ASSIGNMENT")

    def update_conversation(self, conversation_id: str, wanted: Update, by: Initiator) -> None:
        """Change status, assignee or both. Raises ``NotExistError`` or ``InvalidError``."""
        conversation = self.conversations.get(conversation_id)
        update(conversation, wanted, by, conversations=self.conversations, directory=self.directory)

    def delete_customer(self, customer_id: str, by: Initiator) -> Customer:
        """Delete a customer and all conversations of theirs, which must be closed (Gladly OpenAPI)."""
        customer = self.customers.get(customer_id)
        if self.conversations.not_closed(customer_id) is not None:
            detail = "Unable to delete the profile. Please close any open or waiting conversations."
            raise InvalidError(ErrorDetail("invalid_state", detail, "conversation"))
        self.conversations.forget_customer(customer_id)
        self.items.forget_customer(customer_id)
        self.tasks.forget_customer(customer_id)
        self.customers.remove(customer_id, by)
        return customer

    def listeners(self, event_type: str) -> list[Webhook]:
        """Return who hears an event of this type now: the webhooks, then the connectors of active apps."""
        connectors = [app.connector for app in self.apps]
        return [webhook for webhook in [*self.webhooks, *connectors] if webhook.hears(event_type)]

    def deactivate(self, webhook: Webhook) -> None:
        """Switch ``webhook`` off after its last retry failed and tell the API users (Gladly OpenAPI, vendor help)."""
        now = self.clock.now()
        webhook.settings = replace(webhook.settings, enabled=False)
        webhook.disabled_at_limit = webhook.updated_at = now
        to = tuple(user.email for user in self.users.with_role(Role.API_USER))
        name = webhook.settings.name or webhook.settings.url
        text = f"The webhook {name} was deactivated: it failed to accept an event and all of its retries."
        self.notices.append(Notice(now, to, text))
