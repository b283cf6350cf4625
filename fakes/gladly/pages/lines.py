"""The lines of a timeline as the workspace writes them (vendor sample code, vendor help; what is not there is ours)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.conversations.timeline import NOTE, TYPE_OF_CHANNEL, Item
from fakes.gladly.rules.customers.customers import Customer
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.organization.organization import Organization

SENT: Final = {
    "CHAT_MESSAGE": "sent a chat",
    "EMAIL": "sent an email",
    "SMS": "sent a text message",
    "FACEBOOK_MESSAGE": "sent a Messenger message",
    "INSTAGRAM_DIRECT": "sent an Instagram message",
    "WHATSAPP": "sent a WhatsApp message",
    "VOICEMAIL": "left a voicemail",
    NOTE: "added a note",
}
"""What somebody did, by the type of the item."""

NAMELESS: Final = "Add Customer Name"
"""What stands where a customer's name would (vendor sample code)."""

_A_DAY_IN_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Line:
    """A line: who did what, when. ``what`` follows ``who``; ``strong`` stands in it as a name does, ``rest`` after that.

    ``kind`` is ``inbound``, ``outbound``, ``note`` or ``change``; ``app`` whether it was done through the API.
    """

    who: str
    what: str
    at: datetime
    kind: str
    strong: str = ""
    rest: str = ""
    subject: str = ""
    body: str | None = None
    app: bool = False


def called(customer: Customer) -> str:
    """Return what a customer is called in a list: the name, else an address or a number, else that a name is missing."""
    contacts = [*(one.original for one in customer.emails), *(one.original for one in customer.phones)]
    return customer.name or next(iter(contacts), NAMELESS)


def lines(organization: Organization, customer: Customer, conversation: Conversation) -> list[Line]:
    """Return the lines of the conversation, the oldest first."""
    opened = False
    found: list[Line] = []
    for item in conversation.items:
        found += _of(organization, customer, item, opened=opened)
        opened = True
    return found


def _of(organization: Organization, customer: Customer, item: Item, *, opened: bool) -> Iterator[Line]:
    who, app = _name(organization, customer, item.initiator), item.initiator.type == "APPLICATION"
    content = item.content
    match item.type:
        case "TOPIC_CHANGE":
            for done in ("added", "removed"):
                for topic in _topics(organization, content.get(f"{done}TopicIds", ())):
                    yield Line("Topic", "", item.timestamp, "change", strong=topic, rest=done, app=app)
        case "CONVERSATION_STATUS_CHANGE" if content["status"] == "CLOSED":
            yield Line("Conversation", "closed", item.timestamp, "change", rest=f"by {who}", app=app)
        case "CONVERSATION_STATUS_CHANGE":
            what = _opening(organization, item, opened=opened)
            yield Line(who, what, item.timestamp, "change", app=app)
        case kind:
            text = _text(item)
            subject = str(content.get("subject", ""))
            what = SENT.get(kind, kind.replace("_", " ").lower())
            yield Line(
                who, what, item.timestamp, _side(item), subject=subject, body=text or "(no text)", app=app
            )


def _text(item: Item) -> str:
    """Return what was said; of a voicemail its summary."""
    content = item.content
    spoken = content.get("recordingSummary", {}).get("summary", "")
    return str(content.get("body", "") if item.type == NOTE else content.get("content", spoken))


def _opening(organization: Organization, item: Item, *, opened: bool) -> str:
    if not opened:
        return "opened this conversation"
    if item.initiator.type != "CUSTOMER":
        return "reopened this conversation"
    hours = organization.switches.reopen_window_hours
    within = "a day" if hours == _A_DAY_IN_HOURS else f"{hours:g} hours"
    return f"opened this conversation by responding within {within}"


def _side(item: Item) -> str:
    if item.type not in TYPE_OF_CHANNEL.values():
        return "note"
    return "inbound" if item.initiator.type == "CUSTOMER" else "outbound"


def _topics(organization: Organization, topic_ids: Sequence[str]) -> list[str]:
    return [shown_topic(organization.directory.topics.full_name(one)) or one for one in topic_ids]


def shown_topic(full_name: str) -> str:
    """Return a topic's full name as the workspace shows it: with single angle quotes between the levels."""
    return full_name.replace(" > ", " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ")


def _name(organization: Organization, customer: Customer, by: Initiator) -> str:
    match by.type:
        case "CUSTOMER":
            return customer.name or "The customer"
        case "AUTOMATION":
            return "A rule"
        case _:
            user = organization.users.by_id(by.id)
            return user.name if user is not None else "Somebody"
