"""Conversations: how one begins, is joined, closed, reopened, and which events each step raises, in order.

============================== ===========================================================================
step                           events, in this order (pairing and order inferred; names Gladly OpenAPI)
============================== ===========================================================================
customer begins                CONVERSATION/CREATED, CONTACT/STARTED, CONTACT/MESSAGE_RECEIVED
agent begins                   CONVERSATION/CREATED, CONTACT/STARTED, CONTACT/MESSAGE_SENT
customer writes, open          (CONTACT/STARTED if no contact is active,) CONTACT/MESSAGE_RECEIVED
customer writes, waiting       CONVERSATION_STATUS/UPDATED, CONTACT/STARTED, CONTACT/MESSAGE_RECEIVED
customer writes within window  CONVERSATION/REOPENED, CONVERSATION_STATUS/UPDATED, CONTACT/STARTED,
                               CONTACT/MESSAGE_RECEIVED
agent answers                  (CONTACT/STARTED,) CONTACT/MESSAGE_SENT, CONTACT/FULFILLED, CONTACT/ENDED,
                               CONVERSATION_STATUS/UPDATED
close                          CONVERSATION/CLOSED, CONVERSATION_STATUS/UPDATED (, CONTACT/ENDED)
agent or API reopens           CONVERSATION/REOPENED, CONVERSATION_STATUS/UPDATED
============================== ===========================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.gladly.rules import event_types, timeline
from fakes.gladly.rules.customers import Customer
from fakes.gladly.rules.events import Assignee, Events, Initiator
from fakes.gladly.rules.problems import InvalidError, NotExistError, Problem, raise_invalid
from fakes.gladly.rules.switches import Switches
from fakes.gladly.rules.times import stamp

_INBOUND_TEXT = "Hello, I have a question about my order."
_OUTBOUND_TEXT = "Hello, we have news about your order."


class Status(StrEnum):
    """The states the API shows (Gladly OpenAPI). WAITING: nothing to do until the customer writes."""

    OPEN = "OPEN"
    WAITING = "WAITING"
    CLOSED = "CLOSED"


@dataclass(slots=True)
class Conversation:
    """A conversation. ``awaits_reply``: the customer wrote last and nobody has answered."""

    id: str
    customer_id: str
    created_at: datetime
    assignee: Assignee
    status: Status = Status.OPEN
    closed_at: datetime | None = None
    awaits_reply: bool = False
    contact: timeline.Contact | None = None
    topic_ids: list[str] = field(default_factory=list)
    items: list[timeline.Item] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """Say whether it is closed: neither open nor waiting."""
        return self.status is Status.CLOSED

    def as_json(self) -> dict[str, Any]:
        """Return the conversation as read; agent, topics and closing time are absent when there are none."""
        head: dict[str, Any] = {
            "id": self.id,
            "customerId": self.customer_id,
            "createdAt": stamp(self.created_at),
            **self.assignee.as_json(),
            "status": self.status.value,
        }
        if self.closed_at is not None:
            head["closedAt"] = stamp(self.closed_at)
        if self.topic_ids:
            head["topicIds"] = list(self.topic_ids)
        return head

    def about(self) -> dict[str, Any]:
        """Return the content shared by the life cycle's events: the ids and the assignment at that moment."""
        return {
            "customerId": self.customer_id,
            "conversationId": self.id,
            "context": {"assignee": self.assignee.as_json()},
        }


class Conversations:
    """The conversations of one organization. A customer has at most one that is not closed (vendor help)."""

    def __init__(self, clock: Clock, ids: Ids, events: Events, switches: Switches) -> None:
        """Start with none."""
        self._clock = clock
        self._ids = ids
        self._events = events
        self._switches = switches
        self._by_id: dict[str, Conversation] = {}
        self._by_customer: dict[str, list[Conversation]] = {}

    def get(self, conversation_id: str) -> Conversation:
        """Return the conversation, or raise ``NotExistError`` with Gladly's text (Gladly OpenAPI)."""
        if (conversation := self._by_id.get(conversation_id)) is None:
            raise NotExistError(Problem("not_exist", "conversation does not exist"))
        return conversation

    def of_customer(self, customer_id: str) -> list[Conversation]:
        """Return all conversations of the customer, the oldest first."""
        return list(self._by_customer.get(customer_id, ()))

    def not_closed(self, customer_id: str) -> Conversation | None:
        """Return the customer's open or waiting conversation, or None."""
        return next((each for each in self.of_customer(customer_id) if not each.is_closed), None)

    def begin(self, customer: Customer, by: Initiator, assignee: Assignee) -> Conversation:
        """Begin a new conversation by a first message of ``by``, or raise ``InvalidError`` if one is not closed.

        Begun by the customer it waits for an answer; begun by an agent it is theirs (assignment inferred).
        """
        if self.not_closed(customer.id) is not None:
            raise InvalidError(Problem("invalid_state", "customer already has an open conversation"))
        conversation = Conversation(self._ids.slugid(), customer.id, self._clock.now(), assignee)
        self._by_id[conversation.id] = conversation
        self._by_customer.setdefault(customer.id, []).append(conversation)
        self._note(conversation, by, timeline.status_change("OPEN"))
        self._events.raise_(event_types.CONVERSATION_CREATED, by, conversation.about())
        self._say(conversation, customer, by)
        return conversation

    def receive(self, customer: Customer, assignee: Assignee) -> tuple[Conversation, bool]:
        """Take in a message of the customer and return its conversation and whether that was reopened by it.

        It joins the conversation that is not closed; else reopens the one closed last if that was less than the
        reopen window ago; else begins a new one with ``assignee`` (vendor help; that the window runs from the
        closing, and that its last moment is outside, is inferred).
        """
        by = Initiator.customer(customer.id)
        conversation = self.not_closed(customer.id)
        if reopened := conversation is None:
            conversation = self._recently_closed(customer.id)
        if conversation is None:
            return self.begin(customer, by, assignee), False
        if reopened:
            self.reopen(conversation, by)
        elif conversation.status is Status.WAITING:
            self._to_status(conversation, Status.OPEN)
        self._say(conversation, customer, by)
        return conversation, reopened

    def answer(self, conversation: Conversation, customer: Customer, agent_id: str) -> None:
        """Let the agent answer: the contact ends and the conversation waits for the customer.

        Raises ``InvalidError`` when it is closed. Event order inferred.
        """
        if conversation.is_closed:
            raise InvalidError(Problem("invalid", "you cannot reply to items in closed conversations"))
        by = Initiator.agent(agent_id)
        self._say(conversation, customer, by)
        self._raise_contact(event_types.CONTACT_FULFILLED, by, conversation, fulfilledType="RESPONDED")
        self._end_contact(conversation, by, status="ANSWERED")
        self._to_status(conversation, Status.WAITING)

    def closing_problems(self, conversation: Conversation, *, force: bool) -> list[Problem]:
        """Return all that forbids closing now (Gladly OpenAPI). That ``force`` cannot replace a topic is inferred."""
        problems = []
        if self._switches.topic_required_to_close and not conversation.topic_ids:
            problems.append(Problem("invalid_state", "topics are required before closing of conversation"))
        if conversation.awaits_reply and not force:
            detail = (
                "cannot close conversation, customer waiting for response,"
                " set 'status.force' to true to override"
            )
            problems.append(Problem("invalid_state", detail))
        return problems

    def close(self, conversation: Conversation, by: Initiator, *, force: bool = False) -> None:
        """Close it, or raise ``InvalidError``. Closing what is closed does nothing and raises no event (inferred)."""
        if conversation.is_closed:
            return
        raise_invalid(self.closing_problems(conversation, force=force))
        answered = not conversation.awaits_reply
        conversation.status, conversation.closed_at = Status.CLOSED, self._clock.now()
        conversation.awaits_reply = False
        self._note(conversation, by, timeline.status_change("CLOSED"))
        self._events.raise_(event_types.CONVERSATION_CLOSED, by, conversation.about())
        self._raise_status_updated(conversation)
        status = "ANSWERED" if answered else "UNANSWERED"
        self._end_contact(conversation, by, status=status, reason="CONVERSATION_CLOSED")

    def reopening_problems(self, conversation: Conversation) -> list[Problem]:
        """Return what forbids reopening now: another conversation of the customer that is not closed (inferred)."""
        other = self.not_closed(conversation.customer_id)
        if other is None or other is conversation:
            return []
        return [Problem("invalid_state", "customer already has an open conversation")]

    def reopen(self, conversation: Conversation, by: Initiator) -> None:
        """Open it again, or raise ``InvalidError``. Opening what is open does nothing (inferred).

        A reopening raises ``CONVERSATION/REOPENED``, never ``CREATED`` (vendor help).
        """
        if conversation.status is Status.OPEN:
            return
        if conversation.status is Status.WAITING:
            self._to_status(conversation, Status.OPEN)
            return
        raise_invalid(self.reopening_problems(conversation))
        conversation.status, conversation.closed_at = Status.OPEN, None
        self._note(conversation, by, timeline.status_change("OPEN"))
        self._events.raise_(event_types.CONVERSATION_REOPENED, by, conversation.about())
        self._raise_status_updated(conversation)

    def assign(self, conversation: Conversation, assignee: Assignee, by: Initiator) -> None:
        """Give it to ``assignee``; to whom it is already, nothing happens (inferred)."""
        before = conversation.assignee
        if before == assignee:
            return
        conversation.assignee = assignee
        content = {
            "customerId": conversation.customer_id,
            "conversationId": conversation.id,
            "reason": "MANUAL",
            "assignee": assignee.as_json(),
            "context": {"assignee": before.as_json()},
        }
        self._events.raise_(event_types.ASSIGNEE_UPDATED, by, content)

    def add_topics(self, conversation: Conversation, topic_ids: list[str], by: Initiator) -> None:
        """Put topics on; those it has are passed over (Gladly OpenAPI). One event per topic."""
        added = [each for each in dict.fromkeys(topic_ids) if each not in conversation.topic_ids]
        if not added:
            return
        conversation.topic_ids += added
        self._note(conversation, by, timeline.topic_change(added=added))
        for topic_id in added:
            self._events.raise_(event_types.TOPIC_ADDED, by, conversation.about() | {"topicId": topic_id})

    def remove_topic(self, conversation: Conversation, topic_id: str, by: Initiator) -> None:
        """Take a topic off, or raise ``NotExistError`` if it is not on (wording inferred)."""
        if topic_id not in conversation.topic_ids:
            raise NotExistError(Problem("not_exist", "topic does not exist on conversation"))
        conversation.topic_ids.remove(topic_id)
        self._note(conversation, by, timeline.topic_change(removed=[topic_id]))
        self._events.raise_(event_types.TOPIC_REMOVED, by, conversation.about() | {"topicId": topic_id})

    def forget_customer(self, customer_id: str) -> None:
        """Drop all conversations of the customer."""
        for conversation in self._by_customer.pop(customer_id, ()):
            del self._by_id[conversation.id]

    def _recently_closed(self, customer_id: str) -> Conversation | None:
        closed = [(each.closed_at, each) for each in self.of_customer(customer_id) if each.closed_at]
        if not closed:
            return None
        when, latest = max(closed, key=lambda pair: pair[0])
        window = timedelta(hours=self._switches.reopen_window_hours)
        return latest if self._clock.now() - when < window else None

    def _say(self, conversation: Conversation, customer: Customer, by: Initiator) -> None:
        if conversation.contact is None:
            conversation.contact = timeline.Contact(self._ids.slugid(), timeline.channel_for(customer))
            self._raise_contact(event_types.CONTACT_STARTED, by, conversation)
        inbound = by.type == "CUSTOMER"
        text = _INBOUND_TEXT if inbound else _OUTBOUND_TEXT
        said = self._note(
            conversation, by, timeline.message(conversation.contact, customer, text, inbound=inbound)
        )
        conversation.awaits_reply = inbound
        kind = event_types.MESSAGE_RECEIVED if inbound else event_types.MESSAGE_SENT
        self._raise_contact(kind, by, conversation, messageId=said.id)

    def _to_status(self, conversation: Conversation, status: Status) -> None:
        if conversation.status is not status:
            conversation.status = status
            self._raise_status_updated(conversation)

    def _raise_status_updated(self, conversation: Conversation) -> None:
        """Raise the event that has no initiator and does not say the new status (Gladly OpenAPI)."""
        content = {"conversationId": conversation.id, "customerId": conversation.customer_id}
        self._events.raise_(event_types.STATUS_UPDATED, None, content)

    def _raise_contact(self, kind: str, by: Initiator, conversation: Conversation, **more: str) -> None:
        if conversation.contact is not None:
            contact = {"channel": conversation.contact.channel, "contactId": conversation.contact.id}
            self._events.raise_(kind, by, contact | conversation.about() | more)

    def _end_contact(self, conversation: Conversation, by: Initiator, **how: str) -> None:
        self._raise_contact(event_types.CONTACT_ENDED, by, conversation, **how)
        conversation.contact = None

    def _note(self, conversation: Conversation, by: Initiator, content: Mapping[str, Any]) -> timeline.Item:
        now = self._clock.now()
        item = timeline.Item(self._ids.slugid(), conversation.customer_id, conversation.id, now, by, content)
        conversation.items.append(item)
        return item
