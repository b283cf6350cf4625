"""Merging two customers, which agents do in the workspace; there is no public call for it (Gladly OpenAPI)."""

from dataclasses import dataclass
from typing import Final

from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.organization.organization import Organization

NONE: Final = ""
"""What stands for a conversation in ``CUSTOMER/MERGED`` when there is none (inferred: the fields are required)."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: who vanished into whom, and which conversation into which, empty where none did."""

    source_customer_id: str
    destination_customer_id: str
    source_conversation_id: str
    destination_conversation_id: str


def merge(organization: Organization, source_id: str, into_id: str, by: Initiator) -> Merged:
    """Let one customer vanish into another, with all that is theirs.

    Of two conversations that are not closed the source's vanishes into the other, with no ``CLOSED`` (its id is gone:
    vendor docs; the rest inferred). One alone moves and stays. Raises ``NotExistError`` or ``InvalidError``.
    """
    conversations = organization.conversations
    organization.customers.check_absorb(source_id, into_id)
    source, into = conversations.not_closed(source_id), conversations.not_closed(into_id)
    if source is not None and into is not None:
        conversations.absorb(source, into, by)
        merged = Merged(source_id, into_id, source.id, into.id)
    else:
        stays = into or source
        merged = Merged(source_id, into_id, NONE, stays.id if stays is not None else NONE)
    for part in (conversations, organization.items, organization.tasks):
        part.move_customer(source_id, into_id)
    organization.customers.absorb(source_id, into_id)
    _tell(organization, merged, by)
    return merged


def _tell(organization: Organization, merged: Merged, by: Initiator) -> None:
    content = {
        "destinationCustomerId": merged.destination_customer_id,
        "destinationConversationId": merged.destination_conversation_id,
        "sourceCustomerId": merged.source_customer_id,
        "sourceConversationId": merged.source_conversation_id,
    }
    organization.events.raise_(event_types.CUSTOMER_MERGED, by, content)
    customers = {name: content[name] for name in ("sourceCustomerId", "destinationCustomerId")}
    organization.events.raise_(event_types.PROFILE_MERGED, None, customers)
