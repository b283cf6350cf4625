"""Events as they are kept: one per profile, metric and unique id, in order of time."""

import hashlib
import heapq
import json
import re
import uuid
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.core.ids import Ids
from fakes.klaviyo.rules.errors import InvalidEvent
from fakes.klaviyo.rules.events.most_active import MostActive
from fakes.klaviyo.rules.metrics import Metric
from fakes.klaviyo.rules.payload import check_properties, is_number
from fakes.klaviyo.rules.profiles import Profile

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
FURTHEST_AHEAD = timedelta(days=365)
LONGEST_METRIC_NAME = 127
LONGEST_UNIQUE_ID = 255
ID_LENGTH = 11
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_UUID_EPOCH = 0x01B21DD213814000  # 100 ns steps from 1582-10-15 to 1970-01-01
_CLOCK_SEQUENCE = 1

Position = tuple[int, str]
"""Where an event stands in time: unix seconds, then event id."""

FIRST, BEHIND = (-(2**62), ""), (2**62, "")
"""Places before and behind every event."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What a caller says happened. ``time`` is aware UTC; None means the moment of receipt."""

    metric: str
    properties: dict[str, Any] = field(default_factory=dict)
    time: datetime | None = None
    value: float | None = None
    value_currency: str | None = None
    unique_id: str | None = None

    def checked(self, now: datetime) -> "EventDraft":
        """Return the draft, or raise ``InvalidEvent``.

        The time lies from 1990 (Klaviyo OpenAPI) to a year (365 days: inferred) from ``now``; a metric's name has 1
        to 127 characters and a unique id 1 to 255 (vendor docs); a currency has three letters (Klaviyo OpenAPI: a code
        of ISO 4217; whether the code exists is not looked up). The texts are inferred.
        """
        if self.time is not None and not EARLIEST <= self.time <= now + FURTHEST_AHEAD:
            raise InvalidEvent("Invalid input", "time")
        if not 1 <= len(self.metric) <= LONGEST_METRIC_NAME:
            raise InvalidEvent("Invalid input", "metric")
        if self.unique_id is not None and not 1 <= len(self.unique_id) <= LONGEST_UNIQUE_ID:
            raise InvalidEvent("Invalid input", "unique_id")
        if self.value is not None and not is_number(self.value):
            raise InvalidEvent("Invalid input", "value")
        if self.value_currency is not None and not _CURRENCY.fullmatch(self.value_currency):
            raise InvalidEvent("Invalid input", "value_currency")
        check_properties(self.properties, "properties")
        return self


@dataclass(frozen=True, slots=True)
class Event:
    """An event that happened. ``timestamp`` is unix seconds; the properties are kept as JSON and read on demand."""

    id: str
    metric_id: str
    profile_id: str
    timestamp: int
    stored: bytes = field(repr=False)

    @property
    def place(self) -> Position:
        """Where the event stands in time."""
        return (self.timestamp, self.id)

    @property
    def properties(self) -> dict[str, Any]:
        """The caller's properties and ``$event_id``, ``$value``, ``$value_currency`` (recorded response)."""
        decoded: dict[str, Any] = json.loads(self.stored)
        return decoded

    @property
    def uuid(self) -> str:
        """A version-1 UUID of the event's second with clock sequence 1 (recorded response); the node is the id's."""
        steps = self.timestamp * 10_000_000 + _UUID_EPOCH
        node = int.from_bytes(_digest(self.id)[:6])
        parts = (steps & 0xFFFFFFFF, steps >> 32 & 0xFFFF, steps >> 48 & 0x0FFF, 0, _CLOCK_SEQUENCE, node)
        return str(uuid.UUID(fields=parts, version=1))


class Events:
    """The events of one account, in order of time as a whole, for each metric and for each profile.

    A read looks at the shortest of these orders, so its cost does not grow with what it is not about.
    """

    def __init__(self, ids: Ids) -> None:
        """Start without events."""
        self._ids = ids
        self._by_id: dict[str, Event] = {}
        self._seen: set[bytes] = set()
        self._in_order: list[Event] = []
        self._of_metric: dict[str, list[Event]] = {}
        self._of_profile: dict[str, list[Event]] = {}
        self._most_active: defaultdict[str, MostActive] = defaultdict(MostActive)

    def record(self, draft: EventDraft, metric: Metric, profile: Profile, received: datetime) -> Event | None:
        """Keep the event, or return None when its profile and metric already have one of its unique id.

        Without a unique id the second it happened in is one (Klaviyo OpenAPI). A value of 0 is filled in under a
        metric that has had values (vendor docs, recorded response).
        """
        timestamp = int((draft.time or received).timestamp())
        unique_id = draft.unique_id or str(timestamp)
        key = _digest(f"{profile.id} {metric.id} {unique_id}")
        if key in self._seen:
            return None
        self._seen.add(key)
        stored = json.dumps(_as_read(draft, unique_id, metric)).encode()
        event = Event(self._ids.text(ID_LENGTH), metric.id, profile.id, timestamp, stored)
        metric.had_value = metric.had_value or draft.value is not None
        self._by_id[event.id] = event
        of_metric = self._of_metric.setdefault(metric.id, [])
        for order in (self._in_order, of_metric, self._of_profile.setdefault(profile.id, [])):
            insort(order, event, key=_place)
        self._most_active[metric.id].see(profile.id)
        return event

    def get(self, event_id: str) -> Event | None:
        """Return the event, or None."""
        return self._by_id.get(event_id)

    def between(
        self,
        low: Position = FIRST,
        high: Position = BEHIND,
        *,
        newest_first: bool = False,
        metrics: Iterable[str] | None = None,
        profiles: Iterable[str] | None = None,
    ) -> Iterator[Event]:
        """Iterate over the events from ``low`` up to but without ``high``, in order of time.

        Only events of the metrics and the profiles with these ids; None means all.
        """
        wanted = None if metrics is None or profiles is None else frozenset(metrics)
        found = [_span(order, low, high, newest_first) for order in self._orders(metrics, profiles)]
        merged = found[0] if len(found) == 1 else heapq.merge(*found, key=_place, reverse=newest_first)
        return (event for event in merged if wanted is None or event.metric_id in wanted)

    def count(self, metric_id: str, low: Position = FIRST, high: Position = BEHIND) -> int:
        """Count a metric's events from ``low`` up to but without ``high``, without looking at each."""
        order = self._of_metric.get(metric_id, [])
        return bisect_left(order, high, key=_place) - bisect_left(order, low, key=_place)

    def most_active(self, metric_id: str) -> list[tuple[str, int]]:
        """Return the ids of the profiles with most events of a metric and how many, most first."""
        found = self._most_active.get(metric_id)
        return [] if found is None else found.ranked()

    def _orders(self, metrics: Iterable[str] | None, profiles: Iterable[str] | None) -> list[list[Event]]:
        if profiles is not None:
            return [self._of_profile.get(each, []) for each in dict.fromkeys(profiles)]
        if metrics is not None:
            return [self._of_metric.get(each, []) for each in dict.fromkeys(metrics)]
        return [self._in_order]

    def __len__(self) -> int:
        """Count the events."""
        return len(self._by_id)


def _place(event: Event) -> Position:
    return event.place


def _digest(text: str) -> bytes:
    """Return 16 bytes that stand for ``text``: what was seen is many and needs no reading."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _span(order: list[Event], low: Position, high: Position, newest_first: bool) -> Iterator[Event]:
    first, end = bisect_left(order, low, key=_place), bisect_left(order, high, key=_place)
    for index in range(end - 1, first - 1, -1) if newest_first else range(first, end):
        yield order[index]


def _as_read(draft: EventDraft, unique_id: str, metric: Metric) -> dict[str, Any]:
    properties = draft.properties | {"$event_id": unique_id}
    if draft.value is not None or metric.had_value:
        properties["$value"] = 0 if draft.value is None else draft.value
    if draft.value_currency is not None:
        properties["$value_currency"] = draft.value_currency
    return properties
