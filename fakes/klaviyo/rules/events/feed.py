"""A feed: the newest events first, by pages, perhaps only those with a certain property."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fakes.klaviyo.rules.events.events import BEHIND, FIRST, Event, Events, Position

PAGE_SIZE = 25
"""How many events a page of a feed has (inferred: the vendor's number is unknown)."""

MOST_LOOKED_AT = 4_000
"""How many events one page looks at for those that fit; the next page goes on from there, so that none is slow."""

_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class HasProperty:
    """Wants events whose property ``name`` has ``value``, as a person would type it: ``12``, ``true``, ``Ann``.

    A list has the value if one of its items has it; an object has none (inferred).
    """

    name: str
    value: str

    def among(self, found: Sequence[Event]) -> Iterator[Event]:
        """Iterate over those of ``found`` that have it. Only events in whose stored bytes it may stand are decoded."""
        name, value = json.dumps(self.name).encode(), json.dumps(self.value)[1:-1].encode()
        likely = [event for event in found if value in event.stored and name in event.stored]
        return (event for event in likely if self._held_by(event))

    def _held_by(self, event: Event) -> bool:
        value = event.properties.get(self.name)
        return any(typed(item) == self.value for item in (value if isinstance(value, list) else [value]))


def typed(value: Any) -> str:
    """Return ``value`` as a person would type it: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of a feed. ``older`` and ``newer`` are the places to go on from, None where there is nothing.

    ``cut_short`` says that the page looked at as many events as it may and that more could fit.
    """

    rows: list[Event]
    older: Position | None
    newer: Position | None
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """The events before ``end`` of the metrics and profiles with these ids (None: all) that fit."""

    events: Events
    metrics: Iterable[str] | None = None
    profiles: Iterable[str] | None = None
    end: Position = BEHIND
    wanted: HasProperty | None = None

    def older_than(self, place: Position | None = None) -> FeedPage:
        """Return the newest events older than ``place``; without one the newest there are."""
        rows, rest = self._taken(
            FIRST, self.end if place is None else min(place, self.end), newest_first=True
        )
        newer = None if place is None else rows[0].place if rows else _just_before(place)
        return FeedPage(rows, rest, newer, cut_short=rest is not None and len(rows) < PAGE_SIZE)

    def newer_than(self, place: Position) -> FeedPage:
        """Return the oldest events newer than ``place``, newest first as ever."""
        rows, rest = self._taken(_just_behind(place), self.end, newest_first=False)
        rows.reverse()
        older = rows[-1].place if rows else _just_behind(place)
        return FeedPage(rows, older, rest, cut_short=rest is not None and len(rows) < PAGE_SIZE)

    def _taken(
        self, low: Position, high: Position, *, newest_first: bool
    ) -> tuple[list[Event], Position | None]:
        """Return a page's rows, and the place to go on from if there may be more."""
        found = self.events.between(
            low, high, newest_first=newest_first, metrics=self.metrics, profiles=self.profiles
        )
        return _page(found) if self.wanted is None else _sifted(found, self.wanted)


def _page(found: Iterator[Event]) -> tuple[list[Event], Position | None]:
    rows: list[Event] = []
    for event in found:
        if len(rows) == PAGE_SIZE:
            return rows, rows[-1].place
        rows.append(event)
    return rows, None


def _sifted(found: Iterator[Event], wanted: HasProperty) -> tuple[list[Event], Position | None]:
    rows: list[Event] = []
    looked_at, place = 0, FIRST
    while looked_at < MOST_LOOKED_AT:
        some = list(islice(found, min(_AT_A_TIME, MOST_LOOKED_AT - looked_at)))
        if not some:
            return rows, None
        for event in wanted.among(some):
            if len(rows) == PAGE_SIZE:
                return rows, rows[-1].place
            rows.append(event)
        looked_at, place = looked_at + len(some), some[-1].place
    return rows, None if next(found, None) is None else place


def _just_behind(place: Position) -> Position:
    return place[0], f"{place[1]}\0"


def _just_before(place: Position) -> Position:
    """Return a place from which ``newer_than`` finds an event that stands at ``place``."""
    return place[0] - 1, "\U0010ffff"
