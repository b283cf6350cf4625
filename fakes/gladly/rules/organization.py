"""The organization: one tenant of Gladly, with everything that belongs to it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.core.tenants import Tenant
from fakes.gladly.rules.apps import Apps
from fakes.gladly.rules.conversations import Conversation, Conversations
from fakes.gladly.rules.customers import Customer, Customers
from fakes.gladly.rules.directory import Agent, Directory
from fakes.gladly.rules.events import Assignee, Events, Initiator
from fakes.gladly.rules.problems import InvalidError, Problem
from fakes.gladly.rules.switches import Switches
from fakes.gladly.rules.times import stamp
from fakes.gladly.rules.tokens import Tokens
from fakes.gladly.rules.updates import Update, update
from fakes.gladly.rules.users import Role, User, Users
from fakes.gladly.rules.webhooks import Webhook, Webhooks


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
        self.events = Events(clock, ids, self.journal)
        self.users = Users()
        self.tokens = Tokens(ids)
        self.directory = Directory(ids)
        self.customers = Customers(clock, ids, self.events)
        self.conversations = Conversations(clock, ids, self.events, self.switches)
        self.webhooks = Webhooks(clock)
        self.apps = Apps(clock, ids, self.journal, self.secrets)
        self.notices: list[Notice] = []

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
        if user.is_agent():
            self.directory.add_agent(Agent(user.id, user.name, user.email))
        return user

    def unassigned(self) -> Assignee:
        """Return whom a conversation belongs to that a customer begins: the first inbox, no agent (inferred)."""
        return Assignee(self.directory.inboxes()[0].id)

    def begin_as_customer(self, customer_id: str) -> Conversation:
        """Let the customer begin a new conversation. Raises ``NotExistError`` or ``InvalidError``."""
        customer = self.customers.get(customer_id)
        return self.conversations.begin(customer, Initiator.customer(customer.id), self.unassigned())

    def begin_as_agent(self, customer_id: str, agent_id: str) -> Conversation:
        """Let the agent begin a new conversation, assigned to them. Raises ``NotExistError`` or ``InvalidError``."""
        customer = self.customers.get(customer_id)
        agent = self.directory.agent(agent_id)
        assignee = Assignee(self.unassigned().inbox_id, agent.id)
        return self.conversations.begin(customer, Initiator.agent(agent.id), assignee)

    def receive_message(self, customer_id: str) -> tuple[Conversation, bool]:
        """Take in a message of the customer; return its conversation and whether that was reopened by it."""
        return self.conversations.receive(self.customers.get(customer_id), self.unassigned())

    def answer_as_agent(self, conversation_id: str, agent_id: str) -> None:
        """Let the agent answer. Raises ``NotExistError``, or ``InvalidError`` when it is closed."""
        conversation = self.conversations.get(conversation_id)
        customer = self.customers.get(conversation.customer_id)
        self.conversations.answer(conversation, customer, self.directory.agent(agent_id).id)

    def update_conversation(self, conversation_id: str, wanted: Update, by: Initiator) -> None:
        """Change status, assignee or both. Raises ``NotExistError`` or ``InvalidError``."""
        conversation = self.conversations.get(conversation_id)
        update(conversation, wanted, by, conversations=self.conversations, directory=self.directory)

    def add_topics(self, conversation_id: str, topic_ids: list[str], by: Initiator) -> None:
        """Put topics on a conversation that is not closed (vendor docs). Raises ``NotExistError`` or ``InvalidError``.

        A disabled topic cannot be applied (Gladly OpenAPI); how these are refused is inferred.
        """
        conversation = self._with_topics_open(conversation_id)
        found = [self.directory.topics.find(each) for each in topic_ids]
        if any(topic is None or topic.disabled for topic in found):
            raise InvalidError(Problem("invalid", "topic does not exist or is disabled", "topicIds"))
        self.conversations.add_topics(conversation, topic_ids, by)

    def remove_topic(self, conversation_id: str, topic_id: str, by: Initiator) -> None:
        """Take a topic off a conversation that is not closed. Raises ``NotExistError`` or ``InvalidError``."""
        self.conversations.remove_topic(self._with_topics_open(conversation_id), topic_id, by)

    def _with_topics_open(self, conversation_id: str) -> Conversation:
        conversation = self.conversations.get(conversation_id)
        if conversation.is_closed:
            raise InvalidError(Problem("invalid_state", "topics cannot be changed on a closed conversation"))
        return conversation

    def delete_customer(self, customer_id: str, by: Initiator) -> Customer:
        """Delete a customer and all conversations of theirs, which must be closed (Gladly OpenAPI)."""
        customer = self.customers.get(customer_id)
        if self.conversations.not_closed(customer_id) is not None:
            detail = "Unable to delete the profile. Please close any open or waiting conversations."
            raise InvalidError(Problem("invalid_state", detail, "conversation"))
        self.conversations.forget_customer(customer_id)
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
