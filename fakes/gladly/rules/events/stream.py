"""The Events API: what was raised lately, by entity and time (Gladly OpenAPI unless said otherwise)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fakes.gladly.rules.errors import ErrorDetail, raise_invalid
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Event

FARTHEST_BACK: Final = timedelta(hours=24)
ENTITIES: Final = (
    "AGENT_AVAILABILITY",
    "AGENT_STATUS",
    "CONTACT",
    "CONVERSATION",
    "CUSTOMER",
    "CUSTOMER_PROFILE",
    "PAYMENT_REQUEST",
    "TASK",
)
_ALSO: Final = {"CONVERSATION": ("CONVERSATION_ASSIGNEE",)}
NEVER: Final = frozenset({event_types.STATUS_UPDATED, event_types.PROFILE_MERGED})
"""Types that webhooks get and the stream does not have; neither has an initiator."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: from ``start`` up to before ``end``; without an end, up to now."""

    start: datetime
    end: datetime | None
    entities: tuple[str, ...]


def check(query: Query, now: datetime) -> None:
    """Raise ``InvalidError`` unless ``query`` can be answered; only the text about ``endAt`` is documented."""
    errors = []
    if query.start < now - FARTHEST_BACK:
        errors.append(ErrorDetail("invalid", "startAt must be within the last 24 hours", "startAt"))
    if (query.end or now) <= query.start:
        errors.append(ErrorDetail("invalid", "endAt must occur after startAt", "startAt"))
    errors += entity_errors(query.entities)
    raise_invalid(errors)


def entity_errors(entities: tuple[str, ...]) -> list[ErrorDetail]:
    """Return what is wrong with the entities asked for (texts inferred)."""
    if not entities:
        return [ErrorDetail("blank", "entities cannot be blank", "entities")]
    return [
        ErrorDetail("invalid", f"unknown entity [{one}]", "entities")
        for one in entities
        if one not in ENTITIES
    ]


def selected(events: Iterable[Event], query: Query) -> list[Event]:
    """Return those of ``events`` that ``query`` asks for, in their order.

    That a moment given as the end is outside is inferred, so that windows can follow each other.
    """
    wanted = {*query.entities, *(more for one in query.entities for more in _ALSO.get(one, ()))}
    return [
        event
        for event in events
        if event_types.entity_of(event.type) in wanted
        and event.type not in NEVER
        and query.start <= event.timestamp
        and (query.end is None or event.timestamp < query.end)
    ]
