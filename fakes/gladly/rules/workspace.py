"""The agent workspace: what one user who answers customers sees and does there.

What an agent does is done by the same rules as everything else, with the agent as its initiator.
"""

from dataclasses import dataclass
from typing import Final, Literal

from fakes.gladly.rules.conversations.conversation import Conversation, Status
from fakes.gladly.rules.conversations.timeline import (
    CHANNEL_OF_TYPE,
    EMAIL,
    SMS,
    TYPE_OF_CHANNEL,
    VOICEMAIL,
    Item,
    Message,
)
from fakes.gladly.rules.conversations.updates import Update
from fakes.gladly.rules.customers.addresses import Email, Phone
from fakes.gladly.rules.customers.customers import Customer, Profile
from fakes.gladly.rules.errors import ErrorDetail, InvalidError
from fakes.gladly.rules.events.events import Assignee, Initiator
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import User, require_workspace

Choice = Literal["create_new", "reopen"]
"""The two buttons of the modal before an outbound contact: Create New and Reopen (vendor help)."""

MOST_LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class Closing:
    """Whether closing is to be had (vendor help).

    ``blocked`` says why the buttons are grey, or is empty; ``awaits_reply`` whether the customer waits for a reply.
    """

    blocked: str
    awaits_reply: bool

    def asks(self, *, confirmed: bool) -> bool:
        """Say whether the agent has yet to confirm; what is blocked is refused without being asked about."""
        return self.awaits_reply and not self.blocked and not confirmed


class Workspace:
    """The workspace of one user."""

    def __init__(self, organization: Organization, user: User) -> None:
        """Sit down, or raise ``RoleError`` when the user answers no customers (which roles do is inferred)."""
        require_workspace(user)
        self._organization = organization
        self._user = user
        self._by = Initiator.agent(user.id)

    @property
    def agent_id(self) -> str:
        """The id of who sits here."""
        return self._user.id

    def customers(self, text: str = "") -> list[Customer]:
        """Return up to 50 customers with ``text`` in their name or an address, the latest change first (inferred)."""
        wanted = text.strip().casefold()
        found = [each for each in self._organization.customers.all() if _mentions(each, wanted)]
        return sorted(found, key=lambda each: (each.updated_at, each.id), reverse=True)[:MOST_LISTED]

    def add_customer(self, name: str = "", email: str = "", phone: str = "") -> Customer:
        """Add a customer as Add New Customer does. Raises ``InvalidError`` or ``TakenError``."""
        emails = (Email.entered(email),) if email.strip() else None
        phones = (Phone.entered(phone),) if phone.strip() else None
        profile = Profile(name.strip() or None, emails=emails, phones=phones)
        return self.add_profile(profile)

    def add_profile(self, profile: Profile) -> Customer:
        """Add a customer with all that Add New Customer asks for. Raises ``InvalidError`` or ``TakenError``."""
        return self._organization.customers.create(profile, self._by)

    def conversations(self, customer_id: str) -> list[Conversation]:
        """Return the customer's conversations, the newest first, or raise ``NotExistError``."""
        self._organization.customers.get(customer_id)
        return list(reversed(self._organization.conversations.of_customer(customer_id)))

    def current(self, customer_id: str) -> Conversation | None:
        """Return the customer's conversation that is not closed, which a contact joins, or None."""
        return self._organization.conversations.not_closed(customer_id)

    def choice(self, customer_id: str) -> Conversation | None:
        """Return the conversation that the modal offers to reopen before an outbound contact, or None for no modal.

        There is a modal when the customer's last conversation was recently closed (vendor help), which is read as
        within the reopen window (inferred), and none is open.
        """
        if self.current(customer_id) is not None:
            return None
        return self._organization.conversations.recently_closed(customer_id)

    def open(
        self,
        customer_id: str,
        choice: Choice | None = None,
        what: Message | None = None,
        *,
        silently: bool = False,
    ) -> Conversation:
        """Begin an outbound contact: a new conversation, or with ``reopen`` the one closed last; it is the agent's.

        ``silently``: the agent presses the modal's button and gives up before the message is sent, and the
        conversation stays (vendor help). Raises ``NotExistError``, or ``InvalidError``: when one is open already,
        when there is a choice to make and none was made, when there is nothing to reopen.
        """
        self._organization.customers.get(customer_id)
        if choice is None and self.choice(customer_id) is not None:
            raise InvalidError(ErrorDetail("blank", "choose Reopen or Create New", "choice"))
        if choice == "reopen":
            return self._organization.reopen_as_agent(customer_id, self.agent_id, what, silently=silently)
        return self._organization.begin_as_agent(customer_id, self.agent_id, what, silently=silently)

    def answer(self, conversation_id: str, what: Message | None = None) -> Item:
        """Send a message. Raises ``NotExistError``, or ``InvalidError`` when the conversation is closed."""
        return self._organization.answer_as_agent(conversation_id, self.agent_id, what)

    def reply(self, conversation_id: str, text: str, channel: str | None = None) -> Item:
        """Do what the reply bar does: an e-mail has the subject of the latest one (inferred). Raises as ``answer`` does."""
        conversation = self._organization.conversations.get(conversation_id)
        subjects = (
            str(item.content["subject"]) for item in reversed(conversation.items) if item.type == EMAIL
        )
        latest = next(subjects, "")
        subject = f"Re: {latest}" if latest and not latest.startswith("Re: ") else latest
        return self.answer(conversation_id, Message(channel, text, subject))

    def channels(self, customer_id: str) -> list[str]:
        """Return the channels that the customer can be reached by now (inferred). Raises ``NotExistError``.

        That is e-mail and SMS for who has an address or a number, and any other channel on which they have written in
        the conversation that is not closed, voicemail aside.
        """
        customer, current = self._organization.customers.get(customer_id), self.current(customer_id)
        items = current.items if current is not None else []
        used = [CHANNEL_OF_TYPE.get(item.type, "") for item in items if item.initiator.type == "CUSTOMER"]
        head = [*([EMAIL] if customer.emails else []), *([SMS] if customer.phones else [])]
        others = [one for one in TYPE_OF_CHANNEL if one in used and one not in {EMAIL, SMS, VOICEMAIL}]
        return [*head, *others]

    def reply_channel(self, conversation: Conversation) -> str | None:
        """Return the channel of the latest message on which the customer can be reached, else the first one, or None."""
        usable = self.channels(conversation.customer_id)
        said = (CHANNEL_OF_TYPE.get(item.type) for item in reversed(conversation.items))
        return next((one for one in said if one in usable), next(iter(usable), None))

    def queue(self) -> list[Conversation]:
        """Return what is the agent's and not closed, then what is New, each in the order it came (inferred)."""
        conversations = self._organization.conversations
        return [*conversations.assigned_to(self.agent_id), *conversations.new()]

    def following(self, conversation_id: str) -> Conversation | None:
        """Return where Next leads: the first open conversation of the queue after this one, else from its start, or None."""
        queue = self.queue()
        place = next((at for at, each in enumerate(queue, 1) if each.id == conversation_id), 0)
        rest = [each for each in (*queue[place:], *queue[:place]) if each.id != conversation_id]
        return next((each for each in rest if each.status is Status.OPEN), None)

    def topics(self) -> list[tuple[str, str]]:
        """Return id and full name, such as ``Orders > Returns``, of every topic that can be applied, by name."""
        topics = self._organization.directory.topics
        usable = [topic for topic in topics.all() if not topic.disabled]
        return sorted(((topic.id, topics.full_name(topic.id)) for topic in usable), key=lambda pair: pair[1])

    def add_topics(self, conversation_id: str, topic_ids: list[str]) -> None:
        """Apply topics. Raises ``NotExistError``, or ``InvalidError`` (closed, unknown or disabled topic)."""
        conversation = self._organization.conversations.get(conversation_id)
        self._organization.annotations.add_topics(conversation, topic_ids, self._by)

    def remove_topic(self, conversation_id: str, topic_id: str) -> None:
        """Take a topic off. Raises ``NotExistError``, or ``InvalidError`` when the conversation is closed."""
        conversation = self._organization.conversations.get(conversation_id)
        self._organization.annotations.remove_topic(conversation, topic_id, self._by)

    def note(self, conversation_id: str, body: str) -> Item:
        """Write a note, which no customer sees. Raises ``NotExistError``, or ``InvalidError`` when it is blank."""
        conversation = self._organization.conversations.get(conversation_id)
        return self._organization.annotations.add_note(conversation, body, self._by)

    def assign(self, conversation_id: str, inbox_id: str, agent_id: str | None = None) -> None:
        """Give the conversation to an inbox and perhaps an agent of it. Raises ``NotExistError`` or ``InvalidError``."""
        wanted = Update(assignee=Assignee(inbox_id, agent_id))
        self._organization.update_conversation(conversation_id, wanted, self._by)

    def closing(self, conversation_id: str) -> Closing:
        """Say whether closing is to be had now. Raises ``NotExistError``."""
        conversation = self._organization.conversations.get(conversation_id)
        errors = self._organization.conversations.closing_errors(conversation, force=True)
        return Closing("; ".join(error.detail for error in errors), conversation.awaits_reply)

    def close(self, conversation_id: str, *, confirmed: bool = False) -> None:
        """Close the conversation; one that is closed stays so.

        Raises ``NotExistError``, or ``InvalidError``: while a topic is required and none is on, whatever is
        confirmed; and while the customer waits for a reply, unless that was ``confirmed`` (vendor help).
        """
        conversation = self._organization.conversations.get(conversation_id)
        if self.closing(conversation_id).asks(confirmed=confirmed):
            detail = "the customer is waiting for a reply: confirm that the conversation closes without one"
            raise InvalidError(ErrorDetail("invalid_state", detail, "confirmed"))
        self._organization.conversations.close(conversation, self._by, force=True)


def _mentions(customer: Customer, wanted: str) -> bool:
    texts = [customer.name.casefold(), *(email.normalized for email in customer.emails)]
    return any(wanted in text for text in texts)
