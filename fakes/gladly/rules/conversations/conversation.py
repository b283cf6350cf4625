"""One conversation: what is known of it and how it is read."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from fakes.gladly.rules.conversations.timeline import Contact, Item
from fakes.gladly.rules.events.events import Assignee
from fakes.gladly.rules.times import stamp


class Status(StrEnum):
    """The states the API shows (Gladly OpenAPI). WAITING: nothing to do until the customer writes."""

    OPEN = "OPEN"
    WAITING = "WAITING"
    CLOSED = "CLOSED"


@dataclass(slots=True)
class Conversation:
    """A conversation.

    ``awaits_reply``: the customer wrote last and nobody has answered. ``contacts`` are the stretches of talk that go
    on, at most one for each channel. ``attributes`` are pairs of a custom attribute's id and a value.
    """

    id: str
    customer_id: str
    created_at: datetime
    assignee: Assignee
    status: Status = Status.OPEN
    closed_at: datetime | None = None
    awaits_reply: bool = False
    contacts: dict[str, Contact] = field(default_factory=dict)
    topic_ids: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """Say whether it is closed: neither open nor waiting."""
        return self.status is Status.CLOSED

    @property
    def is_new(self) -> bool:
        """Say whether it waits for an agent to have it."""
        return not self.is_closed and self.assignee.agent_id is None

    @property
    def state(self) -> str:
        """The status as the workspace shows it, which has one more than the API: ``New`` (vendor help)."""
        return "New" if self.is_new else self.status.value.capitalize()

    def as_json(self) -> dict[str, Any]:
        """Return the conversation as read; what there is none of is absent (Gladly OpenAPI, recorded response)."""
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
        if self.attributes:
            head["customAttributes"] = [{"id": one, "value": value} for one, value in self.attributes]
        return head

    def ids(self) -> dict[str, str]:
        """Return the ids that every event about it carries."""
        return {"customerId": self.customer_id, "conversationId": self.id}

    def about(self) -> dict[str, Any]:
        """Return the content shared by the life cycle's events: the ids and the assignment at that moment."""
        return {**self.ids(), "context": {"assignee": self.assignee.as_json()}}
