"""Conversation items: the lines of a timeline, and what a message looks like on each channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fakes.gladly.rules.conversations.recordings import located, voicemail
from fakes.gladly.rules.customers.customers import Customer
from fakes.gladly.rules.errors import ErrorDetail, InvalidError
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.times import stamp

CHAT: Final = "CHAT"
EMAIL: Final = "EMAIL"
SMS: Final = "SMS"
VOICEMAIL: Final = "VOICEMAIL"
TYPE_OF_CHANNEL: Final[Mapping[str, str]] = {
    CHAT: "CHAT_MESSAGE",
    EMAIL: "EMAIL",
    SMS: "SMS",
    "FB_MESSENGER": "FACEBOOK_MESSAGE",
    "INSTAGRAM_DIRECT": "INSTAGRAM_DIRECT",
    "WHATSAPP": "WHATSAPP",
    VOICEMAIL: "VOICEMAIL",
}
"""The type of an item by the channel of its contact (Gladly OpenAPI: the two vocabularies differ)."""

CHANNEL_OF_TYPE: Final[Mapping[str, str]] = {kind: channel for channel, kind in TYPE_OF_CHANNEL.items()}
NOTE: Final = "CONVERSATION_NOTE"
ACTIVITY: Final = "CUSTOMER_ACTIVITY"
_SUBJECT = "A question"
_SUPPORT_EMAIL = "support@gladly-demo.com"
_SUPPORT_PHONE = "+16505550100"


@dataclass(slots=True, eq=False)
class Item:
    """One line of a timeline. ``content`` carries its own ``type``; without a conversation it is the customer's."""

    id: str
    customer_id: str
    conversation_id: str | None
    timestamp: datetime
    initiator: Initiator
    content: Mapping[str, Any]

    @property
    def type(self) -> str:
        """What kind of line it is, such as ``EMAIL``."""
        return str(self.content["type"])

    def as_json(self) -> dict[str, Any]:
        """Return the item as read; ``conversationId`` is absent outside of conversations (Gladly OpenAPI)."""
        head = {"id": self.id, "customerId": self.customer_id}
        if self.conversation_id is not None:
            head["conversationId"] = self.conversation_id
        return {
            **head,
            "timestamp": stamp(self.timestamp),
            "initiator": self.initiator.of_item(),
            "content": located(self.id, self.content),
        }


@dataclass(frozen=True, slots=True)
class Contact:
    """One stretch of talk on one channel, within a conversation."""

    id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is written. Without a channel it takes the one the fake would choose, without a text a made-up one.

    Only an e-mail has a ``subject``; None is made up too, an empty one is none.
    """

    channel: str | None = None
    text: str | None = None
    subject: str | None = None


def channel_for(customer: Customer, asked: str | None = None) -> str:
    """Return the channel of a message: the one asked for, else e-mail if there is an address, else SMS, else chat.

    Raises ``InvalidError`` when the customer lacks the address or number that the channel needs (ours).
    """
    if asked == EMAIL and not customer.emails:
        raise InvalidError(ErrorDetail("invalid", "the customer has no e-mail address", "channel"))
    if asked == SMS and not customer.phones:
        raise InvalidError(ErrorDetail("invalid", "the customer has no phone number", "channel"))
    if asked and asked not in TYPE_OF_CHANNEL:
        raise InvalidError(ErrorDetail("invalid", "there is no such channel"))
    if asked:
        return asked
    if customer.emails:
        return EMAIL
    return SMS if customer.phones else CHAT


def message(
    contact: Contact,
    customer: Customer,
    text: str,
    at: datetime,
    *,
    inbound: bool,
    subject: str | None = None,
) -> dict[str, Any]:
    """Return a message's content in the shape of its channel (Gladly OpenAPI)."""
    kind = TYPE_OF_CHANNEL[contact.channel]
    match contact.channel:
        case "EMAIL":
            ends = _ends(customer.emails[0].original, _SUPPORT_EMAIL, inbound=inbound)
            head = {
                "type": kind,
                "from": ends[0],
                "to": [ends[1]],
                "subject": _SUBJECT if subject is None else subject,
            }
            return head | {"content": text}
        case "SMS":
            ends = _ends(customer.phones[0].normalized, _SUPPORT_PHONE, inbound=inbound)
            return {"type": kind, "from": ends[0], "to": ends[1], "content": text}
        case "CHAT":
            return {"type": kind, "messageType": "TEXT", "sessionId": contact.id, "content": text}
        case "FB_MESSENGER":
            return {"type": kind, "pageId": "100000000000001", "userId": customer.id, "content": text}
        case "VOICEMAIL":
            return voicemail(text, at)
        case _:
            return {"type": kind, "content": text}


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
