"""What reports read: the life of every conversation, line by line, for as long as the organization lives.

The stream of events forgets; reports do not (Gladly OpenAPI: any dates can be asked for). A line keeps ids only, which it
shares with what they name, so that a day of many conversations stays small.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Assignee, Event, Initiator

KEPT: Final = frozenset(
    {
        event_types.CONVERSATION_CREATED,
        event_types.CONVERSATION_CLOSED,
        event_types.CONVERSATION_REOPENED,
        event_types.TOPIC_ADDED,
        event_types.TOPIC_REMOVED,
        event_types.NOTE_CREATED,
        event_types.ASSIGNEE_UPDATED,
        event_types.CUSTOMER_MERGED,
        event_types.CONTACT_STARTED,
    }
)
"""The types that some report tells of."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a conversation. ``assigned`` is whose it was before, ``newly`` whose it became.

    The texts are empty where the type has none; a merge has the ids of what stays, and ``merged_…`` of what vanished.
    """

    at: datetime
    type: str
    conversation_id: str
    customer_id: str
    by: Initiator
    assigned: Assignee | None
    newly: Assignee | None = None
    topic_id: str = ""
    reason: str = ""
    merged_customer_id: str = ""
    merged_conversation_id: str = ""
    contact_id: str = ""
    channel: str = ""


class History:
    """The happenings of one organization, in order of time."""

    def __init__(self) -> None:
        """Start with none."""
        self._happenings: list[Happening] = []
        self._assigned: dict[str, Assignee] = {}
        self._assignees: dict[tuple[str, str | None], Assignee] = {}

    def __len__(self) -> int:
        """Count the happenings."""
        return len(self._happenings)

    def add(self, event: Event) -> None:
        """Keep what reports need of ``event``, if it is of a kind that they tell of."""
        if event.type not in KEPT or event.content is None or event.initiator is None:
            return
        happening = self._happening(event, event.initiator, event.content)
        self._happenings.append(happening)
        if (now := happening.newly or happening.assigned) is not None:
            self._assigned[happening.conversation_id] = now

    def between(self, start: datetime, end: datetime | None = None) -> list[Happening]:
        """Return what happened from ``start`` up to before ``end``, without an end all since."""
        first = bisect_left(self._happenings, start, key=lambda each: each.at)
        if end is None:
            return self._happenings[first:]
        return self._happenings[first : bisect_left(self._happenings, end, key=lambda each: each.at)]

    def _happening(self, event: Event, by: Initiator, content: Mapping[str, Any]) -> Happening:
        if event.type == event_types.CUSTOMER_MERGED:
            stays = content["destinationConversationId"]
            return Happening(
                event.timestamp,
                event.type,
                stays,
                content["destinationCustomerId"],
                by,
                self._assigned.get(stays),
                merged_customer_id=content["sourceCustomerId"],
                merged_conversation_id=content["sourceConversationId"],
            )
        conversation_id = content["conversationId"]
        before = self._assignee(content.get("context", {}).get("assignee"))
        return Happening(
            event.timestamp,
            event.type,
            conversation_id,
            content["customerId"],
            by,
            before or self._assigned.get(conversation_id),
            newly=self._assignee(content.get("assignee")),
            topic_id=content.get("topicId", ""),
            reason=content.get("reason", ""),
            contact_id=content.get("contactId", ""),
            channel=content.get("channel", ""),
        )

    def _assignee(self, shown: Mapping[str, str] | None) -> Assignee | None:
        """Return whom an event shows, the same object for the same inbox and agent."""
        if shown is None:
            return None
        key = (shown["inboxId"], shown.get("agentId"))
        return self._assignees.setdefault(key, Assignee(*key))
