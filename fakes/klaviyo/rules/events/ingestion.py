"""From accepted to visible: what was answered 202 waits here until it is processed.

Processing finds or makes the metric and the profile, merges, and keeps the event unless it is a duplicate. Until
then nothing of a submission shows anywhere, as with the vendor, where it takes seconds to minutes (vendor docs).
"""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fakes.klaviyo.rules.events.events import Event, EventDraft, Events
from fakes.klaviyo.rules.metrics import Metrics
from fakes.klaviyo.rules.profiles import ProfileChange, Profiles

TEST_DOMAINS = ("example.com", "test.com")
"""Domains whose events vanish in silence (vendor docs, which add "or similar": their subdomains are inferred)."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, order=True)
class Submission:
    """Something accepted. It takes effect at ``visible_at``; without ``event`` it only changes a profile."""

    visible_at: datetime
    number: int
    received: datetime = field(compare=False)
    profile: ProfileChange = field(compare=False)
    event: EventDraft | None = field(compare=False)
    drop_test_domains: bool = field(compare=False)


def is_test_address(email: str | None) -> bool:
    """Say whether events for this address are dropped."""
    domain = (email or "").rpartition("@")[2].lower()
    return any(domain == test or domain.endswith(f".{test}") for test in TEST_DOMAINS)


class Ingestion:
    """The submissions of one account that wait, and their processing. The caller holds the account's lock."""

    def __init__(self, metrics: Metrics, profiles: Profiles, events: Events, report: Report) -> None:
        """Process into the three collections; ``report`` hears of everything that never shows."""
        self._metrics = metrics
        self._profiles = profiles
        self._events = events
        self._report = report
        self._waiting: list[Submission] = []
        self._numbers = itertools.count()

    def accept(
        self,
        profile: ProfileChange,
        event: EventDraft | None,
        *,
        received: datetime,
        visible_at: datetime,
        drop_test_domains: bool,
    ) -> None:
        """Take a checked submission."""
        number = next(self._numbers)
        submission = Submission(visible_at, number, received, profile, event, drop_test_domains)
        heapq.heappush(self._waiting, submission)

    def settle(self, now: datetime) -> None:
        """Process everything that is due, in order of its time, each at its own time."""
        while self._waiting and self._waiting[0].visible_at <= now:
            self._process(heapq.heappop(self._waiting))

    def _process(self, submission: Submission) -> None:
        at, draft = submission.visible_at, submission.event
        if draft is not None and submission.drop_test_domains and is_test_address(submission.profile.email):
            self._report(f"dropped {draft.metric!r}: the address is of a test domain")
            return
        profile = self._profiles.upsert(submission.profile, at)
        if profile is None:
            self._report("dropped: nobody has this profile identifier")
            return
        if draft is None:
            return
        metric = self._metrics.find_or_create(draft.metric, at)
        event = self._events.record(draft, metric, profile, submission.received)
        if event is None:
            self._report(f"dropped {draft.metric!r}: profile {profile.id} has it under this unique id")
            return
        self._metrics.observe(metric, draft.properties)
        happened = _moment(event)
        profile.last_event_date = max(profile.last_event_date or happened, happened)


def _moment(event: Event) -> datetime:
    return datetime.fromtimestamp(event.timestamp, UTC)
