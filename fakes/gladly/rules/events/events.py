"""Events: the envelope, who began them, what they carry, and the outbox they wait in until they are sent."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.core.journal import Journal
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.times import stamp


@dataclass(frozen=True, slots=True)
class Initiator:
    """Who brought something about.

    ``type`` is the word used in events: ``CUSTOMER``, ``AGENT``, ``APPLICATION`` (through the API), ``AUTOMATION``
    (a Rule) or ``SYSTEM`` (vendor help). That REST calls count as ``APPLICATION`` in events is inferred.
    """

    type: str
    id: str

    @classmethod
    def agent(cls, user_id: str) -> "Initiator":
        """Return an agent at work in Gladly."""
        return cls("AGENT", user_id)

    @classmethod
    def customer(cls, customer_id: str) -> "Initiator":
        """Return a customer."""
        return cls("CUSTOMER", customer_id)

    @classmethod
    def api(cls, user_id: str) -> "Initiator":
        """Return the user whose token made a REST call."""
        return cls("APPLICATION", user_id)

    @classmethod
    def rule(cls, rule_id: str) -> "Initiator":
        """Return one of the organization's Rules."""
        return cls("AUTOMATION", rule_id)

    def as_json(self) -> dict[str, str]:
        """Return ``{"id", "type"}`` for an event."""
        return {"id": self.id, "type": self.type}

    def of_item(self) -> dict[str, str]:
        """Return ``{"type", "id"}`` for a timeline item, where the API goes by ``API`` (Gladly OpenAPI)."""
        return {"type": "API" if self.type == "APPLICATION" else self.type, "id": self.id}


@dataclass(frozen=True, slots=True)
class Assignee:
    """Whose a conversation is: an inbox always, an agent perhaps."""

    inbox_id: str
    agent_id: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return ``{"inboxId", "agentId"?}``; the agent is absent when there is none (Gladly OpenAPI)."""
        return {"inboxId": self.inbox_id} | ({"agentId": self.agent_id} if self.agent_id else {})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, with ids only, never names or texts (Gladly OpenAPI).

    ``timestamp`` is when it was recorded. ``initiator`` and ``content`` are None where the type has none.
    """

    id: str
    type: str
    timestamp: datetime
    initiator: Initiator | None = None
    content: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return exactly what goes over the wire: ``id, type, timestamp, initiator?, content?``."""
        head: dict[str, Any] = {"id": self.id, "type": self.type, "timestamp": stamp(self.timestamp)}
        if self.initiator is not None:
            head["initiator"] = self.initiator.as_json()
        if self.content is not None:
            head["content"] = dict(self.content)
        return head


LOG_LENGTH: Final = 10_000
"""How many events an organization remembers for the stream; Gladly remembers those of 24 hours (a difference)."""


class Events:
    """The outbox of one organization: a rule raises, the service takes and sends once all state is in place."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        journal: Journal,
        listeners: Callable[[str], int],
        keep: Callable[[Event], None],
    ) -> None:
        """Start empty; ``listeners`` says how many hear of a type of event now, ``keep`` remembers it for good."""
        self._keep = keep
        self._listeners = listeners
        self._clock = clock
        self._ids = ids
        self._journal = journal
        self._raised: list[Event] = []
        self._log: deque[Event] = deque(maxlen=LOG_LENGTH)

    def raise_(self, event_type: str, initiator: Initiator | None, content: Mapping[str, Any]) -> Event:
        """Record that something happened, now, and write it into the journal."""
        event = Event(self._ids.slugid(), event_type, self._clock.now(), initiator, content)
        self._raised.append(event)
        self._log.append(event)
        self._keep(event)
        self._journal.write(
            "event",
            event_type,
            event_id=event.id,
            event_type=event_type,
            timestamp=stamp(event.timestamp),
            listeners=self._listeners(event_type),
            content=content,
        )
        return event

    def take(self) -> list[Event]:
        """Return what was raised since the last call, in order."""
        taken, self._raised = self._raised, []
        return taken

    def log(self) -> list[Event]:
        """Return what was raised lately, in order, also what no webhook heard."""
        return list(self._log)

    def ping(self) -> Event:
        """Return a ``PING``: only its type is documented; id and timestamp are inferred. It is not an outbox event."""
        return Event(self._ids.slugid(), event_types.PING, self._clock.now())
