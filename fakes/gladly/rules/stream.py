"""The Events API: what was raised lately, by entity and time (Gladly OpenAPI unless said otherwise)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fakes.gladly.rules import event_types
from fakes.gladly.rules.events import Event
from fakes.gladly.rules.problems import Problem, raise_invalid

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
    problems = []
    if query.start < now - FARTHEST_BACK:
        problems.append(Problem("invalid", "startAt must be within the last 24 hours", "startAt"))
    if (query.end or now) <= query.start:
        problems.append(Problem("invalid", "endAt must occur after startAt", "startAt"))
    problems += entity_problems(query.entities)
    raise_invalid(problems)


def entity_problems(entities: tuple[str, ...]) -> list[Problem]:
    """Return what is wrong with the entities asked for (texts inferred)."""
    if not entities:
        return [Problem("blank", "entities cannot be blank", "entities")]
    return [
        Problem("invalid", f"unknown entity [{one}]", "entities") for one in entities if one not in ENTITIES
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
