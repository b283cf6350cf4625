"""Clues: what the systems saw that comes nearest to what was expected, in a sentence each, for whoever has to mend the app."""

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

import httpx

from harness.actors.api.traffic import Traffic
from harness.errors import SystemFailed
from harness.ports import KlaviyoView
from harness.values import FeedRow
from harness.worlds.ledger import MARK, METRICS, Happening, Ledger

OURS = tuple(METRICS.values())
NEAR = 0.8
A_MOMENT = 2.0
"""Seconds by which two times may differ and be one."""
MOST = 6
NOBODY_LISTENS = "(ConnectError)"
"""What comes of a webhook while the app is down, as many a scenario wants it."""


class Clues:
    """Looks for them when something is not as it was expected."""

    def __init__(self, traffic: Traffic, ledger: Ledger, klaviyo: KlaviyoView) -> None:
        """Look at what both systems have seen of the app, by the cheapest route."""
        self._traffic, self._ledger, self._klaviyo = traffic, ledger, klaviyo

    def __call__(self) -> list[str]:
        """Return what may help, the first things first."""
        found: list[str] = []
        for look in (self._at_the_door, self._on_the_way, self._at_klaviyo):
            # A system that is in trouble, as the scenario wants it, has no clue to give.
            with contextlib.suppress(SystemFailed, httpx.HTTPError):
                found += look()
        return found[:MOST]

    def _at_the_door(self) -> Iterator[str]:
        """Look whether the app takes what Gladly says."""
        answers = (one for one in self._traffic.turned_away() if NOBODY_LISTENS not in one)
        for answer, count in Counter(answers).items():
            yield f"the app did not accept what Gladly said, {count} x: {answer} (only 2xx is accepted)"

    def _on_the_way(self) -> Iterator[str]:
        """Look at the calls that the app made."""
        happened = self._ledger.happenings()
        if not happened:
            return
        asked, sent = self._traffic.questions(), self._traffic.calls()
        if not asked and not sent:
            yield (
                "the app has called neither Gladly nor Klaviyo: look at what becomes of an event that its webhook "
                "accepts, and at $GLADLY_BASE_URL and $KLAVIYO_BASE_URL"
            )
        elif not sent:
            yield f"the app asked Gladly for the customer ({_statuses(asked)}) and sent nothing to Klaviyo"
        yield from (
            f"{system} answered {said}, {count} x"
            for (system, said), count in Counter(self._traffic.errors()).items()
        )

    def _at_klaviyo(self) -> Iterator[str]:
        """Look at what is like what was expected."""
        names = self._klaviyo.search_metrics("")
        yield from _like_metrics(names)
        people = self._klaviyo.everybody()
        expected = {
            email for one in self._ledger.happenings() for email in self._ledger.addresses(one.customer)
        }
        yield from _like_people(expected, people)
        for metric in set(OURS) & set(names):
            yield from self._at_other_times(metric)
        for email in sorted(expected & set(people)):
            yield from _like_marks(email, (self._klaviyo.profile(email) or {}).get("properties") or {})

    def _at_other_times(self, metric: str) -> Iterator[str]:
        """Compare the times of a metric's events with those of what happened, as far as people are the same."""
        rows = self._klaviyo.feed(metric)
        for happening in (one for one in self._ledger.happenings() if one.metric == metric):
            for email in self._ledger.addresses(happening.customer):
                yield from _at_another_time(happening, [row for row in rows if row.profile == email])


def _statuses(calls: Iterable[int]) -> str:
    return ", ".join(f"{count} x answered {status}" for status, count in Counter(calls).items())


def _like_metrics(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name not in OURS and (near := get_close_matches(name, OURS, n=1, cutoff=NEAR)):
            yield f"Klaviyo has the metric {name!r}: {_difference(name, near[0])}"


def _difference(seen: str, due: str) -> str:
    if seen.casefold() == due.casefold():
        return f"it is to be {due!r}, the same but for capital letters"
    if seen.split() == due.split():
        return f"it is to be {due!r}, the same but for blanks"
    return f"it is to be {due!r}"


def _like_people(expected: set[str], people: Iterable[str]) -> Iterator[str]:
    """Name the profiles that nobody is to have, if they are like somebody's address that Klaviyo does not know."""
    missing = sorted(expected - set(people))
    for email in people:
        if email not in expected and (near := get_close_matches(email.casefold(), missing, n=1, cutoff=NEAR)):
            yield f"Klaviyo has a profile {email!r}: the customer's address is {near[0]!r}"


def _at_another_time(happening: Happening, rows: list[FeedRow]) -> Iterator[str]:
    apart = [row.at.timestamp() - happening.at for row in rows]
    if apart and all(abs(seconds) > A_MOMENT for seconds in apart):
        nearest = min(apart, key=abs)
        way = "before" if nearest < 0 else "after"
        yield (
            f"an event {happening.metric!r} has a time {_duration(abs(nearest))} {way} the conversation's: "
            "it is to have the webhook's timestamp"
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def _like_marks(email: str, profile: Any) -> Iterator[str]:
    for name, value in dict(profile).items():
        if name == MARK and not isinstance(value, bool):
            yield f"the property {MARK!r} of {email} is {value!r}: it is to be true or false, not a {_kind(value)}"
        if name != MARK and get_close_matches(name, [MARK], n=1, cutoff=NEAR):
            yield f"{email} has the property {name!r}: {_difference(name, MARK)}"


def _kind(value: object) -> str:
    return {str: "text", int: "number", float: "number"}.get(type(value), type(value).__name__)
