"""Replying to a customer's message through the API."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fakes.gladly.rules.conversations.timeline import CHANNEL_OF_TYPE, Contact, Item
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, raise_invalid

LONGEST_BODY: Final = 2048
MOST_OPTIONS, LONGEST_LABEL = 10, 50
_OPTION_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
_UNSUPPORTED: Final = frozenset({"VOICEMAIL"})
TYPES: Final = frozenset(CHANNEL_OF_TYPE) - _UNSUPPORTED
"""The types of message that a reply may have (Gladly OpenAPI; ``TWITTER`` is decommissioned)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as sent. ``options`` are the quick replies to choose from, as pairs of id and label, or None."""

    type: str | None
    body: str | None
    plain: str | None = None
    options: Sequence[tuple[str, str]] | None = field(default=None)


def refuse_reply(item: Item, reply: Reply) -> None:
    """Raise ``InvalidError`` if nobody can reply to ``item``, or not so (texts Gladly OpenAPI unless said otherwise).

    Whether the conversation is closed is asked elsewhere. That a reply must have the type of the message, and all
    about quick replies but their limits, is inferred.
    """
    if item.conversation_id is None or item.initiator.type != "CUSTOMER":
        raise InvalidError(ErrorDetail("invalid", "you can only reply to customer messages"))
    if not reply.type:
        raise InvalidError(ErrorDetail("blank", "", "content.type"))
    if item.type not in TYPES or reply.type not in TYPES:
        wrong = item.type if item.type not in TYPES else reply.type
        raise InvalidError(ErrorDetail("invalid", f"type [{wrong}] is not supported"))
    if item.type != reply.type:
        raise InvalidError(ErrorDetail("invalid", f"type must be [{item.type}]", "content.type"))
    raise_invalid([*_body_errors(reply), *_option_errors(reply)])


def _body_errors(reply: Reply) -> list[ErrorDetail]:
    body = reply.body or ""
    if not body.strip():
        return [ErrorDetail("blank", "content.body cannot be blank", "content.body")]
    if len(body) > LONGEST_BODY:
        detail = f"content.body cannot be larger than {LONGEST_BODY} characters"
        return [ErrorDetail("too_long", detail, "content.body")]
    return []


def _option_errors(reply: Reply) -> list[ErrorDetail]:
    if reply.options is None:
        return []
    attr = "content.messageData.options"
    if not 1 <= len(reply.options) <= MOST_OPTIONS:
        return [ErrorDetail("invalid", f"there must be 1 to {MOST_OPTIONS} options", attr)]
    ids = [one for one, _ in reply.options]
    if len(set(ids)) < len(ids) or not all(_OPTION_ID.fullmatch(one) for one in ids):
        return [ErrorDetail("invalid", "option id is not unique or contains unsupported characters", attr)]
    if any(not 1 <= len(label) <= LONGEST_LABEL for _, label in reply.options):
        return [ErrorDetail("invalid", f"option label must have 1 to {LONGEST_LABEL} characters", attr)]
    return []


def reply_content(item: Item, reply: Reply, contact: Contact) -> Mapping[str, Any]:
    """Return the content of the item that ``reply`` to ``item`` becomes, read by ``content``, not ``body``."""
    old = item.content
    text = reply.plain or reply.body or ""
    match item.type:
        case "EMAIL":
            subject = f"Re: {old['subject']}"
            ends = {"from": old["to"][0], "to": [old["from"]]}
            return {"type": item.type, **ends, "subject": subject, "content": text}
        case "SMS":
            return {"type": item.type, "from": old["to"], "to": old["from"], "content": text}
        case "CHAT_MESSAGE":
            head = {"type": item.type, "messageType": "TEXT", "sessionId": contact.id, "content": text}
            if reply.options is None:
                return head
            options = [{"id": one, "label": label} for one, label in reply.options]
            return head | {"messageType": "QUICK_REPLY_REQUEST", "messageData": {"options": options}}
        case _:
            return {**old, "content": text}
