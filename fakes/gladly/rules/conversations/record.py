"""What happens to a conversation, written down: lines on its timeline and events, each in its exact shape."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.gladly.rules.conversations.conversation import Conversation, Status
from fakes.gladly.rules.conversations.items import Items
from fakes.gladly.rules.conversations.timeline import (
    EMAIL,
    SMS,
    VOICEMAIL,
    Contact,
    Item,
    Message,
    channel_for,
    message,
)
from fakes.gladly.rules.customers.customers import Customer
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Assignee, Events, Initiator

_INBOUND_TEXT = "Hello, I have a question about my order."
_OUTBOUND_TEXT = "Hello, we have news about your order."

Write = Callable[[Contact], Mapping[str, Any]]


class Record:
    """Writes for all conversations of one organization. Whether something may happen is not asked here."""

    def __init__(self, clock: Clock, ids: Ids, events: Events, items: Items) -> None:
        """Write with this clock and these ids."""
        self._clock = clock
        self._ids = ids
        self._events = events
        self.items = items

    def now(self) -> datetime:
        """Return the present moment."""
        return self._clock.now()

    def new_id(self) -> str:
        """Return an id that nothing has."""
        return self._ids.slugid()

    def note(self, conversation: Conversation, by: Initiator, content: Mapping[str, Any]) -> Item:
        """Append a line to the timeline."""
        item = self.items.add(conversation.customer_id, conversation.id, by, content)
        conversation.items.append(item)
        return item

    def happened(self, kind: str, conversation: Conversation, by: Initiator, **more: Any) -> None:
        """Raise an event with the ids and the assignment."""
        self._events.raise_(kind, by, conversation.about() | more)

    def told(self, kind: str, conversation: Conversation, by: Initiator, **more: Any) -> None:
        """Raise an event with the ids, without the assignment."""
        self._events.raise_(kind, by, conversation.ids() | more)

    def status_updated(self, conversation: Conversation) -> None:
        """Raise the event that has no initiator and does not say the new status (Gladly OpenAPI)."""
        self._events.raise_(event_types.STATUS_UPDATED, None, conversation.ids())

    def to_status(self, conversation: Conversation, status: Status) -> None:
        """Move between OPEN and WAITING."""
        if conversation.status is not status:
            conversation.status = status
            self.status_updated(conversation)

    def assign(self, conversation: Conversation, assignee: Assignee, by: Initiator, reason: str) -> None:
        """Give it to ``assignee``; to whom it is already, nothing happens (inferred)."""
        before = conversation.assignee
        if before == assignee:
            return
        conversation.assignee = assignee
        content = {
            **conversation.ids(),
            "reason": reason,
            "assignee": assignee.as_json(),
            "context": {"assignee": before.as_json()},
        }
        self._events.raise_(event_types.ASSIGNEE_UPDATED, by, content)

    def said(self, conversation: Conversation, customer: Customer, by: Initiator, what: Message) -> Item:
        """Write down a message of the customer or of an agent to the customer. Raises ``InvalidError``."""
        inbound = by.type == "CUSTOMER"
        text = what.text or (_INBOUND_TEXT if inbound else _OUTBOUND_TEXT)
        channel = channel_for(customer, what.channel or _going_on(conversation, customer))
        if channel == VOICEMAIL and not inbound:
            channel = channel_for(customer)
        return self.wrote(
            conversation,
            by,
            channel,
            lambda contact: message(
                contact, customer, text, self.now(), inbound=inbound, subject=what.subject
            ),
        )

    def wrote(self, conversation: Conversation, by: Initiator, channel: str, write: Write) -> Item:
        """Write down what ``write`` makes of the contact on ``channel``, which starts if none goes on there."""
        contact = conversation.contacts.get(channel)
        if contact is None:
            contact = conversation.contacts[channel] = Contact(self.new_id(), channel)
            self._of_contact(event_types.CONTACT_STARTED, contact, conversation, by)
        item = self.note(conversation, by, write(contact))
        conversation.awaits_reply = by.type == "CUSTOMER"
        kind = event_types.MESSAGE_RECEIVED if conversation.awaits_reply else event_types.MESSAGE_SENT
        self._of_contact(kind, contact, conversation, by, messageId=item.id)
        return item

    def answered(self, conversation: Conversation, by: Initiator) -> None:
        """Let all contacts end as answered, and the conversation wait for the customer (order inferred)."""
        for contact in conversation.contacts.values():
            kind = event_types.CONTACT_FULFILLED
            self._of_contact(kind, contact, conversation, by, fulfilledType="RESPONDED")
        self.end_contacts(conversation, by, status="ANSWERED")
        self.to_status(conversation, Status.WAITING)

    def end_contacts(self, conversation: Conversation, by: Initiator, **how: str) -> None:
        """End every contact that goes on."""
        for contact in conversation.contacts.values():
            self._of_contact(event_types.CONTACT_ENDED, contact, conversation, by, **how)
        conversation.contacts.clear()

    def _of_contact(
        self, kind: str, contact: Contact, conversation: Conversation, by: Initiator, **more: str
    ) -> None:
        ids = {"channel": contact.channel, "contactId": contact.id}
        self._events.raise_(kind, by, ids | conversation.about() | more)


def _going_on(conversation: Conversation, customer: Customer) -> str | None:
    """Return the channel of the latest contact that goes on and that the customer can still be reached by."""
    lost = {*((EMAIL,) if not customer.emails else ()), *((SMS,) if not customer.phones else ())}
    return next((channel for channel in reversed(conversation.contacts) if channel not in lost), None)
