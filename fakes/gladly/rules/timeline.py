"""Conversation items: the lines of a conversation's timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fakes.gladly.rules.customers import Customer
from fakes.gladly.rules.events import Initiator
from fakes.gladly.rules.times import stamp

CHAT: Final = "CHAT"
EMAIL: Final = "EMAIL"
SMS: Final = "SMS"
_SUPPORT_EMAIL = "support@gladly-demo.com"
_SUPPORT_PHONE = "+16505550100"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a timeline. ``content`` carries its own ``type``."""

    id: str
    customer_id: str
    conversation_id: str
    timestamp: datetime
    initiator: Initiator
    content: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the item as read (Gladly OpenAPI)."""
        return {
            "id": self.id,
            "customerId": self.customer_id,
            "conversationId": self.conversation_id,
            "timestamp": stamp(self.timestamp),
            "initiator": self.initiator.of_item(),
            "content": dict(self.content),
        }


@dataclass(frozen=True, slots=True)
class Contact:
    """One stretch of talk on one channel, within a conversation."""

    id: str
    channel: str


def channel_for(customer: Customer) -> str:
    """Return the channel the fake's messages take: e-mail if there is an address, else SMS, else chat (ours)."""
    if customer.emails:
        return EMAIL
    return SMS if customer.phones else CHAT


def message(contact: Contact, customer: Customer, text: str, *, inbound: bool) -> dict[str, Any]:
    """Return a message's content in the shape of its channel (Gladly OpenAPI)."""
    if contact.channel == EMAIL and customer.emails:
        ends = _ends(customer.emails[0].original, _SUPPORT_EMAIL, inbound=inbound)
        return {"type": "EMAIL", "from": ends[0], "to": [ends[1]], "subject": "A question", "content": text}
    if contact.channel == SMS and customer.phones:
        ends = _ends(customer.phones[0].normalized, _SUPPORT_PHONE, inbound=inbound)
        return {"type": "SMS", "from": ends[0], "to": ends[1], "content": text}
    return {"type": "CHAT_MESSAGE", "messageType": "TEXT", "sessionId": contact.id, "content": text}


def _ends(theirs: str, ours: str, *, inbound: bool) -> tuple[str, str]:
    return (theirs, ours) if inbound else (ours, theirs)


def status_change(status: str) -> dict[str, Any]:
    """Return the content that records an opening or closing; ``status`` is ``OPEN`` or ``CLOSED``."""
    return {"type": "CONVERSATION_STATUS_CHANGE", "status": status}


def topic_change(*, added: Sequence[str] = (), removed: Sequence[str] = ()) -> dict[str, Any]:
    """Return the content that records topics put on or taken off (that the empty list is absent is inferred)."""
    content: dict[str, Any] = {"type": "TOPIC_CHANGE"}
    if added:
        content["addedTopicIds"] = list(added)
    if removed:
        content["removedTopicIds"] = list(removed)
    return content
