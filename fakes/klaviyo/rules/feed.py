"""A feed: the newest events first, by pages, perhaps only those with a certain property."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fakes.klaviyo.rules.events import BEHIND, FIRST, Event, Events, Place

PAGE_SIZE = 25
"""How many events a page of a feed has (inferred: the vendor's number is unknown)."""

MOST_LOOKED_AT = 20_000
"""How many events one page looks at for those that fit; the next page goes on from there, so that none is slow."""


@dataclass(frozen=True, slots=True)
class HasProperty:
    """Wants events whose property ``name`` has ``value``, as a person would type it: ``12``, ``true``, ``Ann``.

    A list has the value if one of its items has it; an object has none (inferred).
    """

    name: str
    value: str

    def sieve(self) -> Callable[[Event], bool]:
        """Return the test. Only an event in whose stored bytes name and value stand is decoded."""
        name, value = json.dumps(self.name).encode(), json.dumps(self.value)[1:-1].encode()
        return lambda event: name in event.stored and value in event.stored and self._held_by(event)

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
    older: Place | None
    newer: Place | None
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """The events before ``end`` of the metrics and profiles with these ids (None: all) that fit."""

    events: Events
    metrics: Iterable[str] | None = None
    profiles: Iterable[str] | None = None
    end: Place = BEHIND
    wanted: HasProperty | None = None

    def older_than(self, place: Place | None = None) -> FeedPage:
        """Return the newest events older than ``place``; without one the newest there are."""
        rows, rest = self._taken(
            FIRST, self.end if place is None else min(place, self.end), newest_first=True
        )
        newer = None if place is None else rows[0].place if rows else _just_before(place)
        return FeedPage(rows, rest, newer, cut_short=rest is not None and len(rows) < PAGE_SIZE)

    def newer_than(self, place: Place) -> FeedPage:
        """Return the oldest events newer than ``place``, newest first as ever."""
        rows, rest = self._taken(_just_behind(place), self.end, newest_first=False)
        rows.reverse()
        older = rows[-1].place if rows else _just_behind(place)
        return FeedPage(rows, older, rest, cut_short=rest is not None and len(rows) < PAGE_SIZE)

    def _taken(self, low: Place, high: Place, *, newest_first: bool) -> tuple[list[Event], Place | None]:
        """Return a page's rows, and the place to go on from if there may be more."""
        found = self.events.between(
            low, high, newest_first=newest_first, metrics=self.metrics, profiles=self.profiles
        )
        return _page(found) if self.wanted is None else _sifted(found, self.wanted.sieve())


def _page(found: Iterator[Event]) -> tuple[list[Event], Place | None]:
    rows: list[Event] = []
    for event in found:
        if len(rows) == PAGE_SIZE:
            return rows, rows[-1].place
        rows.append(event)
    return rows, None


def _sifted(found: Iterator[Event], fits: Callable[[Event], bool]) -> tuple[list[Event], Place | None]:
    rows: list[Event] = []
    place = FIRST
    for number, event in enumerate(found):
        if number == MOST_LOOKED_AT:
            return rows, place
        if fits(event):
            if len(rows) == PAGE_SIZE:
                return rows, rows[-1].place
            rows.append(event)
        place = event.place
    return rows, None


def _just_behind(place: Place) -> Place:
    return place[0], f"{place[1]}\0"


def _just_before(place: Place) -> Place:
    """Return a place from which ``newer_than`` finds an event that stands at ``place``."""
    return place[0] - 1, "\U0010ffff"
