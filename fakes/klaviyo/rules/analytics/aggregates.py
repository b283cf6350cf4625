"""Counting the events of a metric: by hour, day, week or month of a time zone, and by dimensions."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from fakes.klaviyo.rules.events.events import EARLIEST, Event, Events

Interval = Literal["hour", "day", "week", "month"]
LONGEST_RANGE = timedelta(days=366)
"""How far apart the two ends may be (inferred; it keeps the number of intervals small)."""


LAST_YEAR = 9_000  # behind it the calendar ends too soon to count on


def countable(first: datetime, end: datetime) -> bool:
    """Say whether the time between the ends can be cut into intervals: not empty, not too long, from 1990 on."""
    return EARLIEST <= first < end and end - first <= LONGEST_RANGE and end.year < LAST_YEAR


def starts(first: datetime, end: datetime, interval: Interval, timezone: str) -> list[datetime]:
    """Return the starts in UTC of all intervals that touch ``first`` up to but without ``end``.

    Days, weeks and months begin at midnight in ``timezone``; weeks on Monday (inferred).
    """
    zone = ZoneInfo(timezone)
    local = first.astimezone(zone)
    if interval == "hour":
        at = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        hours = (end - at) / timedelta(hours=1)
        return [at + timedelta(hours=number) for number in range(int(-(-hours // 1)))]
    day = local.date()
    if interval == "week":
        day -= timedelta(days=day.weekday())
    elif interval == "month":
        day = day.replace(day=1)
    found: list[datetime] = []
    while (at := datetime.combine(day, time(), zone).astimezone(UTC)) < end:
        found.append(at)
        day = _next(day, interval)
    return found


def _next(day: date, interval: Interval) -> date:
    if interval == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if interval == "week" else 1)


@dataclass(slots=True)
class Row:
    """The figures of one combination of dimensions, one per interval."""

    dimensions: tuple[str, ...]
    count: list[int]
    sum_value: list[float]
    people: list[set[str]] = field(repr=False)

    @classmethod
    def empty(cls, dimensions: tuple[str, ...], intervals: int) -> "Row":
        """Return a row of zeros."""
        return cls(dimensions, [0] * intervals, [0.0] * intervals, [set() for _ in range(intervals)])

    @property
    def unique(self) -> list[int]:
        """How many different profiles."""
        return [len(people) for people in self.people]


def aggregate(events: Iterable[Event], dates: Sequence[datetime], by: Sequence[str]) -> list[Row]:
    """Return the rows of ``events``, none of which lies before the first of ``dates``.

    Without dimensions there is always one row. A dimension that an event lacks is an empty text (inferred).
    """
    edges = [date.timestamp() for date in dates]
    rows: dict[tuple[str, ...], Row] = {} if by else {(): Row.empty((), len(dates))}
    for event in events:
        properties = event.properties if by else {}
        key = tuple(_text(properties.get(name)) for name in by)
        if (row := rows.get(key)) is None:
            row = rows[key] = Row.empty(key, len(dates))
        at = bisect_right(edges, event.timestamp) - 1
        row.count[at] += 1
        row.sum_value[at] += value_of(event)
        row.people[at].add(event.profile_id)
    return list(rows.values())


def counts(events: Events, metric_id: str, dates: Sequence[datetime], end: datetime) -> list[int]:
    """Return how many events of a metric fall into each interval; the last goes up to but without ``end``."""
    edges = [(int(date.timestamp()), "") for date in (*dates, end)]
    return [events.count(metric_id, low, high) for low, high in pairwise(edges)]


def value_of(event: Event) -> float:
    """Return the event's ``$value`` as a number, 0 without one."""
    value = event.properties.get("$value")
    return float(value) if isinstance(value, int | float) else 0.0


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)
