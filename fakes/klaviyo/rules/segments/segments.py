"""Segments: people who meet conditions, found at the moment of asking.

Groups of conditions must all hold, and of each group at least one condition (vendor help). Conditions on a profile
property and on a metric are known. A new definition takes the vendor minutes to settle (public reports); here it takes
as long as an event takes to show.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fakes.core.ids import Ids
from fakes.klaviyo.rules import times
from fakes.klaviyo.rules.analytics.aggregates import value_of
from fakes.klaviyo.rules.errors import InvalidSegment, UnsupportedCondition
from fakes.klaviyo.rules.events.events import BEHIND, FIRST, Event, Events, Position
from fakes.klaviyo.rules.profiles import LOCATION, NAMES, Profile, Profiles

Json = Mapping[str, Any]
Test = Callable[[Profile, Events, datetime], bool]

UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
MOST_QUANTITY = 100_000
_CUSTOM = re.compile(r"properties\[(?:'([^']+)'|\"([^\"]+)\")\]")
_PLAIN = frozenset({"id", "email", "phone_number", "external_id", *NAMES})
_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    "equals": lambda a, b: a == b,
    "not-equals": lambda a, b: a != b,
    "greater-than": lambda a, b: a > b,
    "greater-than-or-equal": lambda a, b: a >= b,
    "less-than": lambda a, b: a < b,
    "less-than-or-equal": lambda a, b: a <= b,
}
_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda a, b: a == b,
    "contains": lambda a, b: b in a,
    "starts-with": lambda a, b: a.startswith(b),
    "ends-with": lambda a, b: a.endswith(b),
}


@dataclass(slots=True)
class Segment:
    """A named set of conditions. ``definition`` is kept as it came; ``tests`` are what it means from ``settled`` on."""

    id: str
    name: str
    definition: dict[str, Any]
    tests: list[list[Test]]
    created: datetime
    updated: datetime
    settled: datetime
    is_starred: bool = False
    is_active: bool = True

    def is_processing(self, now: datetime) -> bool:
        """Say whether the definition has not settled yet."""
        return now < self.settled

    def holds(self, profile: Profile, events: Events, now: datetime) -> bool:
        """Say whether ``profile`` is in the segment at ``now``.

        Nobody is in one that is inactive or is being processed (inferred).
        """
        if not self.is_active or self.is_processing(now):
            return False
        return all(any(t(profile, events, now) for t in group) for group in self.tests)

    def redefine(self, definition: dict[str, Any], settled: datetime) -> None:
        """Take another definition; raise ``InvalidSegment`` or ``UnsupportedCondition``."""
        self.tests = compiled(definition)
        self.definition, self.settled = definition, settled

    def members(self, profiles: Profiles, events: Events, now: datetime) -> list[Profile]:
        """Return the profiles that are in the segment at ``now``, oldest first."""
        return [profile for profile in profiles.all() if self.holds(profile, events, now)]


class Segments:
    """The segments of one account."""

    def __init__(self, ids: Ids) -> None:
        """Start without segments."""
        self._ids = ids
        self._by_id: dict[str, Segment] = {}

    def create(
        self, name: str, definition: dict[str, Any], starred: bool, now: datetime, settled: datetime
    ) -> Segment:
        """Make a segment; raise ``InvalidSegment`` or ``UnsupportedCondition``."""
        tests = compiled(definition)
        segment = Segment(self._ids.text(6), name, definition, tests, now, now, settled, starred)
        self._by_id[segment.id] = segment
        return segment

    def get(self, segment_id: str) -> Segment | None:
        """Return the segment, or None."""
        return self._by_id.get(segment_id)

    def delete(self, segment_id: str) -> None:
        """Forget the segment."""
        self._by_id.pop(segment_id, None)

    def all(self) -> list[Segment]:
        """Return all segments, oldest first."""
        return list(self._by_id.values())

    def holding(self, profile: Profile, events: Events, now: datetime) -> list[Segment]:
        """Return the segments that ``profile`` is in at ``now``, oldest first."""
        return [segment for segment in self.all() if segment.holds(profile, events, now)]


def compiled(definition: Json) -> list[list[Test]]:
    """Return the tests of a definition; raise ``InvalidSegment`` or ``UnsupportedCondition``."""
    groups = _of(definition, "condition_groups", list)
    if not groups:
        raise InvalidSegment("Invalid input", "condition_groups")
    found = [[_condition(each) for each in _of(group, "conditions", list)] for group in groups]
    if not all(found):
        raise InvalidSegment("Invalid input", "conditions")
    return found


def _of(holder: Any, name: str, kind: type) -> Any:
    """Return ``holder[name]`` if it is of ``kind``, or raise ``InvalidSegment``."""
    value = holder.get(name) if isinstance(holder, Mapping) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise InvalidSegment("Invalid input", name)
    return value


def _condition(said: Any) -> Test:
    kind = _of(said, "type", str)
    if kind == "profile-property":
        read, fits = _property(_of(said, "property", str)), _value_test(_of(said, "filter", Mapping))
        return lambda profile, _events, _now: fits(read(profile))
    if kind == "profile-metric":
        return _metric(said)
    raise UnsupportedCondition(f"segment conditions of type {kind}")


def custom_name(property_: str) -> str:
    """Return the name of the custom property that a condition is about, ``""`` for any other."""
    match = _CUSTOM.fullmatch(property_)
    return "" if match is None else match[1] or match[2]


def _property(name: str) -> Callable[[Profile], Any]:
    if key := custom_name(name):
        return lambda profile: profile.properties.get(key)
    if name in _PLAIN:
        return lambda profile: getattr(profile, name)
    place = name.removeprefix("location.")
    if place in LOCATION:
        return lambda profile: profile.location.get(place)
    raise InvalidSegment("Invalid input", "property")


def _value_test(said: Json) -> Callable[[Any], bool]:
    """Return what a filter wants of a value. A value that is missing meets only negations (inferred)."""
    kind, operator = _of(said, "type", str), _of(said, "operator", str)
    if kind == "existence" and operator in ("is-set", "not-set"):
        return lambda value: (value not in (None, "", [])) == (operator == "is-set")
    if kind == "boolean" and operator == "equals":
        wanted = _of(said, "value", bool)
        return lambda value: value is wanted
    if kind == "numeric" and operator in _NUMBERS:
        return _number_test(said)
    plain, negated = operator.removeprefix("not-"), operator.startswith("not-")
    if kind == "string" and plain == "in":
        texts = frozenset(str(item) for item in _of(said, "value", list))
        return lambda value: (isinstance(value, str) and value in texts) != negated
    if kind == "string" and plain in _TEXTS:
        text, compare = _of(said, "value", str), _TEXTS[plain]
        return lambda value: (isinstance(value, str) and compare(value, text)) != negated
    if kind == "list" and plain == "contains":
        item = said.get("value")
        return lambda value: (isinstance(value, list) and item in value) != negated
    raise UnsupportedCondition(f"segment filters of type {kind} with operator {operator}")


def _number_test(said: Json) -> Callable[[Any], bool]:
    number, compare = _of(said, "value", int | float), _NUMBERS[_of(said, "operator", str)]  # type: ignore[arg-type]  # isinstance takes unions
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and compare(value, number)
    )


def _metric(said: Json) -> Test:
    metric_id, measurement = _of(said, "metric_id", str), _of(said, "measurement", str)
    if measurement not in ("count", "sum"):
        raise InvalidSegment("Invalid input", "measurement")
    fits = _value_test({"type": "numeric"} | dict(_of(said, "measurement_filter", Mapping)))
    span = _span(_of(said, "timeframe_filter", Mapping))
    wanted = [
        (_of(each, "property", str), _value_test(_of(each, "filter", Mapping)))
        for each in said.get("metric_filters") or []
    ]

    def test(profile: Profile, events: Events, now: datetime) -> bool:
        low, high = span(now)
        rows = events.between(low, high, metrics=[metric_id], profiles=[profile.id])
        return fits(_measured(measurement, [row for row in rows if _has(row, wanted)]))

    return test


def _has(event: Event, wanted: list[tuple[str, Callable[[Any], bool]]]) -> bool:
    return all(fits(event.properties.get(name)) for name, fits in wanted)


def _measured(measurement: str, rows: list[Event]) -> float:
    return len(rows) if measurement == "count" else sum(map(value_of, rows))


def _span(said: Json) -> Callable[[datetime], tuple[Position, Position]]:
    """Return the part of time that a timeframe names, seen from now."""
    operator = _of(said, "operator", str)
    if operator == "alltime":
        return lambda _: (FIRST, BEHIND)
    if operator in ("before", "after"):
        at = _second(_moment(said, "date"))
        return lambda _: (FIRST, at) if operator == "before" else (at, BEHIND)
    if operator == "between-static":
        start, end = _second(_moment(said, "start")), _second(_moment(said, "end"))
        return lambda _: (start, end)
    if operator in ("in-the-last", "at-least"):
        back = _unit(said) * _quantity(said, "quantity")
        if operator == "in-the-last":
            return lambda now: (_second(now - back), BEHIND)
        return lambda now: (FIRST, _second(now - back))
    if operator == "between":
        far, near = sorted((_quantity(said, "start"), _quantity(said, "end")), reverse=True)
        unit = _unit(said)
        return lambda now: (_second(now - unit * far), _second(now - unit * near))
    raise UnsupportedCondition(f"segment timeframes with operator {operator}")


def _unit(said: Json) -> timedelta:
    unit = UNITS.get(_of(said, "unit", str))
    if unit is None:
        raise InvalidSegment("Invalid input", "unit")
    return unit


def _quantity(said: Json, name: str) -> int:
    quantity: int = _of(said, name, int)
    if not 0 <= quantity <= MOST_QUANTITY:
        raise InvalidSegment("Invalid input", name)
    return quantity


def _moment(said: Json, name: str) -> datetime:
    try:
        return times.parse(_of(said, name, str))
    except ValueError:
        raise InvalidSegment("Invalid input", name) from None


def _second(moment: datetime) -> Position:
    return int(moment.timestamp()), ""
