"""What a metric's events tell about its people: cohorts by the week they began, and where they are.

Both look at a bounded number of events, the newest, so that a metric with very many answers as well; what they show
says from when on it is complete.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from fakes.klaviyo.rules.analytics.aggregates import starts
from fakes.klaviyo.rules.events.events import BEHIND, FIRST, Event, Events
from fakes.klaviyo.rules.profiles import Profile, Profiles

MOST_LOOKED_AT = 50_000
WEEKS = 8
"""How many weeks the cohorts go back (inferred: the vendor's number is unknown)."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Who had their first event in the week of ``start``: how many, and how many had one in each week from then on."""

    start: datetime
    size: int
    active: list[int]


def newest(events: Events, metric_id: str, since: datetime | None = None) -> list[Event]:
    """Return the newest events of a metric since a moment, newest first, no more than may be looked at."""
    low = FIRST if since is None else (int(since.timestamp()), "")
    found = events.between(low, BEHIND, newest_first=True, metrics=[metric_id])
    return list(islice(found, MOST_LOOKED_AT))


def cohorts(found: Sequence[Event], events: Events, weeks: Sequence[datetime]) -> list[Cohort]:
    """Return a cohort for each of ``weeks``, of ``found``, which are events of one metric since the first of them.

    Somebody's first event is looked up, so who began before these weeks is in no cohort.
    """
    edges = [week.timestamp() for week in weeks]
    seen: dict[str, set[int]] = {}
    for event in found:
        seen.setdefault(event.profile_id, set()).add(bisect_right(edges, event.timestamp) - 1)
    active = [Counter[int]() for _ in weeks]
    for profile_id, their_weeks in seen.items():
        first = next(iter(events.between(metrics=[found[0].metric_id], profiles=[profile_id])))
        began = bisect_right(edges, first.timestamp) - 1
        if began >= 0:
            active[began].update(week - began for week in their_weeks)
    return [
        Cohort(week, active[at][0], [active[at][later] for later in range(len(weeks) - at)])
        for at, week in enumerate(weeks)
    ]


def last_weeks(now: datetime, timezone: str) -> list[datetime]:
    """Return the starts of the last weeks, the present one included, in the account's time zone."""
    return starts(now - timedelta(weeks=WEEKS - 1), now + timedelta(seconds=1), "week", timezone)


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on the map and how many events happened there."""

    latitude: float
    longitude: float
    count: int


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Events by country and region of their profiles, most first, and by coordinates."""

    regions: list[tuple[str, str, int]]
    spots: list[Spot]
    nowhere: int


def whereabouts(found: Sequence[Event], profiles: Profiles) -> Whereabouts:
    """Return where the profiles of ``found`` are now (inferred: the vendor may remember where they were then)."""
    regions: Counter[tuple[str, str]] = Counter()
    spots: Counter[tuple[float, float]] = Counter()
    for profile_id, count in Counter(event.profile_id for event in found).items():
        profile = profiles.get(profile_id)
        location: dict[str, Any] = {} if profile is None else profile.location
        regions[(_text(location.get("country")), _text(location.get("region")))] += count
        if profile is not None and (spot := coordinates(profile)) is not None:
            spots[spot] += count
    nowhere = regions.pop(("", ""), 0)
    by_count = sorted(regions.items(), key=lambda row: (-row[1], row[0]))
    return Whereabouts(
        [(country, region, count) for (country, region), count in by_count],
        [Spot(*spot, count) for spot, count in sorted(spots.items())],
        nowhere,
    )


def coordinates(profile: Profile) -> tuple[float, float] | None:
    """Return latitude and longitude of a profile, which are numbers or texts of them; None if they are on no map."""
    try:
        latitude, longitude = (float(profile.location[name]) for name in ("latitude", "longitude"))
    except (TypeError, ValueError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None  # noqa: PLR2004 - degrees


def moment(event: Event) -> datetime:
    """Return when the event happened."""
    return datetime.fromtimestamp(event.timestamp, UTC)


def _text(value: object) -> str:
    return "" if value is None else str(value)
