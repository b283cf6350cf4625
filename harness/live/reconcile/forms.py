"""The form of an event: what can be seen of who sent it. Klaviyo's API does not say by which of its APIs an event came.

So this is no knowledge but a likeness: two events of one form look as if one sender had made them. What tells senders
apart is which properties they set and how they name an event (``$event_id``); whoever sets the same is not told apart.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

ID = "$event_id"
VALUES = ("$value", "$value_currency")
"""Klaviyo fills a value of 0 in once anybody has sent one for the metric (Klaviyo docs), so 0 says nothing of the sender."""

OWN_SECOND = "none of its sender's (Klaviyo's own: the second of the event)"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{16,}", re.IGNORECASE)
_RUN = re.compile(r"[\w-]+")
UNIX_SECONDS = 10
"""How many digits a moment of our time has in seconds."""


def form_of(properties: Mapping[str, Any], address: str, at: datetime) -> str:
    """Return the form of an event of ``address`` at ``at``, in words."""
    names = sorted(name for name, value in properties.items() if name != ID and (name not in VALUES or value))
    shape = shape_of(properties.get(ID), address, at)
    return f"{'properties ' + ', '.join(names) if names else 'no properties'}; event id: {shape}"


def shape_of(event_id: Any, address: str, at: datetime) -> str:
    """Return what an event's id looks like, the same for all ids that one sender makes in one way."""
    text = "" if event_id is None else str(event_id).strip()
    if not text:
        return "none"
    if text.isascii() and text.isdigit():
        if int(text) == int(at.timestamp()):
            return OWN_SECOND
        return "unix seconds" if len(text) == UNIX_SECONDS else "a number"
    if _UUID.fullmatch(text):
        return "a UUID"
    if _HEX.fullmatch(text):
        return "hexadecimal"
    parts = re.split(re.escape(address), text, flags=re.IGNORECASE) if address else [text]
    return "{address}".join(_RUN.sub("x", part) for part in parts)
