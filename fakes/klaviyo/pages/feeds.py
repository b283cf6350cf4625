"""Feeds of events on pages: their rows, their filters, and the links to what is older and newer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import falcon

from fakes.core.errors import PageError
from fakes.klaviyo.pages import ago, values
from fakes.klaviyo.pages.site import KlaviyoVisit
from fakes.klaviyo.pages.values import Shown
from fakes.klaviyo.rules import times
from fakes.klaviyo.rules.analytics.insights import moment
from fakes.klaviyo.rules.errors import InvalidCursor
from fakes.klaviyo.rules.events import cursors
from fakes.klaviyo.rules.events.events import BEHIND, Event, Position
from fakes.klaviyo.rules.events.feed import Feed, FeedPage, HasProperty
from fakes.klaviyo.rules.metrics import Metric
from fakes.klaviyo.rules.profiles import Profile

BAD_TIME = "Enter a date and a time."
NO_PROPERTY = "Select the property that has this value."


@dataclass(frozen=True, slots=True)
class Row:
    """An event as a row: ``phrase`` is its time in words, ``datetime`` in ISO 8601, ``in_full`` in the account's zone."""

    id: str
    profile: Profile | None
    metric: Metric | None
    phrase: str
    datetime: str
    in_full: str
    properties: list[Shown]


@dataclass(frozen=True, slots=True)
class ShownFeed:
    """A page of a feed as it is shown; ``older`` and ``newer`` are addresses, ``""`` where there is nothing."""

    rows: list[Row]
    older: str
    newer: str
    cut_short: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What the filters of a feed say, word for word, and what is wrong with it by field."""

    before: str = ""
    name: str = ""
    value: str = ""
    end: Position = BEHIND
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: falcon.Request, timezone: str) -> "Filters":
        """Read them from the address; ``before`` is a moment in ``timezone``."""
        before, name, value = (request.get_param(each) or "" for each in ("before", "property", "value"))
        errors: dict[str, str] = {}
        end: Position = BEHIND
        if before:
            try:
                end = _behind(before, timezone)
            except (ValueError, OverflowError):
                errors["before"] = BAD_TIME
        if value and not name:
            errors["property"] = NO_PROPERTY
        return cls(before, name, value, end, errors)

    @property
    def wanted(self) -> HasProperty | None:
        """What is wanted of an event: nothing unless both property and value are given."""
        return HasProperty(self.name, self.value) if self.name and self.value else None

    @property
    def said(self) -> dict[str, str]:
        """The parameters that say it."""
        said = {"before": self.before, "property": self.name, "value": self.value}
        return {name: text for name, text in said.items() if text}


def _behind(text: str, timezone: str) -> Position:
    """Return the place behind the second ``text`` of ``timezone``; of one that comes twice, behind the later."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone))
    return max(int(local.replace(fold=fold).timestamp()) for fold in (0, 1)) + 1, ""


def read(visit: KlaviyoVisit, feed: Feed, **kept: str) -> ShownFeed:
    """Return the page of ``feed`` that the address asks for; ``kept`` are the address's other parameters.

    Raises ``PageError`` for a place that no link of ours leads to.
    """
    page = _page(feed, visit.request.get_param("at") or "")
    names = {metric.id: metric for metric in visit.tenant.metrics.all()}
    rows = [_row(visit, event, names.get(event.metric_id)) for event in page.rows]
    link = _linker(kept)
    return ShownFeed(rows, link(page.older, True), link(page.newer, False), page.cut_short)


def _page(feed: Feed, cursor: str) -> FeedPage:
    if not cursor:
        return feed.older_than()
    try:
        place, older = cursors.position_of(cursor)
    except InvalidCursor:
        raise PageError(HTTPStatus.NOT_FOUND, "There is no such page of events.") from None
    return feed.older_than(place) if older else feed.newer_than(place)


def _linker(kept: dict[str, str]) -> Callable[[Position | None, bool], str]:
    def link(place: Position | None, older: bool) -> str:
        if place is None:
            return ""
        return f"?{urlencode({**kept, 'at': cursors.cursor_of(place, forward=older)})}"

    return link


def _row(visit: KlaviyoVisit, event: Event, metric: Metric | None) -> Row:
    timezone, at = visit.tenant.timezone, moment(event)
    return Row(
        event.id,
        visit.tenant.profiles.get(event.profile_id),
        metric,
        ago.phrase(at, visit.tenant.clock.now(), timezone),
        times.shown_seconds(event.timestamp),
        ago.in_full(at, timezone),
        values.of_event(event.properties),
    )
