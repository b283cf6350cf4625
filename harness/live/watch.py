"""``live watch``: what Gladly says happens, and whether and when Klaviyo hears of it, as it happens. Changes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from harness.live.gladly import Happening, happenings
from harness.live.klaviyo import Event
from harness.live.pace import nap
from harness.live.systems import Systems

STARTED, CLOSED = "started conversation in Gladly", "closed conversation in Gladly"
METRIC_OF = {"CONVERSATION/CREATED": STARTED, "CONVERSATION/CLOSED": CLOSED}
REOPENED = "CONVERSATION/REOPENED"
MARK_AFTER = {STARTED: True, CLOSED: False}
OVERLAP = timedelta(seconds=40)
"""Gladly's Events API may lag by 15 seconds (Gladly OpenAPI) and two clocks differ, so each look reaches back a little."""

POLL = 2.0
SAME = timedelta(seconds=1)


@dataclass
class Awaited:
    """An event that Klaviyo should come to show. ``seen_at`` is when this machine saw it, ``at_klaviyo`` its own time."""

    happening: Happening
    metric: str
    email: str
    seen_at: datetime | None = None
    at_klaviyo: datetime | None = None
    count: int = 0

    @property
    def took(self) -> float | None:
        """Seconds from what happened in Gladly until it was seen in Klaviyo, at the most."""
        return None if self.seen_at is None else (self.seen_at - self.happening.at).total_seconds()


@dataclass
class Watcher:
    """Watches both systems. ``shown`` is how an address is written; ``tell`` hears of everything that is new."""

    systems: Systems
    tell: Callable[[str], None]
    shown: Callable[[str], str]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = nap
    awaited: list[Awaited] = field(default_factory=list)
    reopened: list[Happening] = field(default_factory=list)
    without_address: int = 0
    marks: dict[str, object] = field(default_factory=dict)
    grace: float = 120.0
    """How many seconds an event may take to arrive before it is missing."""
    _known: set[str] = field(default_factory=set)
    _heard_until: datetime | None = None
    _looked_at: datetime | None = None
    _wrong: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    """By address: since when its mark has contradicted what is known of it, and what it should be."""

    _metric_ids: dict[str, str] = field(default_factory=dict)

    def watch(self, seconds: float, *, until_tested: bool = True) -> None:
        """Watch for ``seconds``, or until a conversation was opened and closed and all of it has arrived."""
        began = self.now()
        end = began + timedelta(seconds=seconds)
        while True:
            self._hear(began)
            self._look()
            if until_tested and self.is_tested:
                return
            if self.now() >= end:
                return
            self.sleep(POLL)

    @property
    def is_tested(self) -> bool:
        """Whether one conversation was opened and closed and all of it has arrived, with nothing wrong so far."""
        return not self.missing()

    def _is_one_complete(self) -> bool:
        """Say whether of one conversation both have arrived for every address, and the marks are right."""
        arrived: dict[str, set[str]] = {}
        for one in self.awaited:
            is_right = one.seen_at is not None and one.email not in self._wrong
            arrived.setdefault(one.happening.conversation, set()).add(one.metric if is_right else "")
        return {STARTED, CLOSED} in arrived.values()

    def missing(self) -> list[str]:
        """Return what of the runbook's Testing the steps has not been seen."""
        started = [one for one in self.awaited if one.metric == STARTED]
        closed = [one for one in self.awaited if one.metric == CLOSED]
        lines = []
        if not started:
            lines.append(
                "nobody has opened a conversation (reopening one does not count) with a customer who has an address"
            )
        if not closed:
            lines.append("nobody has closed one")
        lines += [
            f"{one.metric!r} of {one.happening.at:%H:%M:%S} has not arrived for {self.shown(one.email)}"
            for one in self.awaited
            if one.seen_at is None and self._is_due(one.happening.at)
        ]
        lines += [
            f"{one.metric!r} of {one.happening.at:%H:%M:%S} has arrived {one.count} times for {self.shown(one.email)}"
            for one in self.awaited
            if one.count > 1
        ]
        lines += [
            f"the profile of {self.shown(email)} is marked {self.marks.get(email)!r} and not {right}"
            for email, (since, right) in self._wrong.items()
            if self._is_due(since)
        ]
        if not lines and not self._is_one_complete():
            lines.append(
                "no conversation was both opened and closed, with all of it arrived and the right mark"
            )
        return lines

    def _is_due(self, since: datetime) -> bool:
        """Say whether that was longer ago than the grace when Klaviyo was looked at last."""
        return ((self._looked_at or self.now()) - since).total_seconds() > self.grace

    def _judge_marks(self) -> None:
        """Keep since when each mark is wrong: Klaviyo may hear of a closing before Gladly tells of it."""
        newest: dict[str, Awaited] = {}
        for one in sorted(self.awaited, key=lambda one: one.happening.at):
            newest[one.email] = one
        for email, one in newest.items():
            right = MARK_AFTER[one.metric]
            if one.seen_at is None or self.marks.get(email) is right:
                self._wrong.pop(email, None)
                continue
            since, before = self._wrong.get(email, (self._looked_at or self.now(), right))
            self._wrong[email] = since if before is right else self._looked_at or self.now(), right

    def _hear(self, began: datetime) -> None:
        asked_at = self.now()
        since = (self._heard_until or began) - OVERLAP
        heard = list(happenings(self.systems.gladly.events(since)))
        self._heard_until = asked_at
        for one in heard:
            if one.id in self._known or one.at < began:
                continue
            self._known.add(one.id)
            if one.type == REOPENED:
                self.reopened.append(one)
                self.tell(f"Gladly, {one.at:%H:%M:%S}: reopened; nothing is to come of it")
            elif one.type in METRIC_OF:
                self._expect(one)

    def _expect(self, one: Happening) -> None:
        customer = self.systems.gladly.customer(one.customer)
        emails = dict.fromkeys(email.strip().lower() for email in customer.emails)
        what = one.type.removeprefix("CONVERSATION/").lower()
        if not emails:
            self.without_address += 1
            why = "is gone" if customer.is_gone or customer.merged_into else "has no e-mail address"
            self.tell(f"Gladly, {one.at:%H:%M:%S}: {what}; the customer {why}, so nothing is to come of it")
            return
        self.tell(f"Gladly, {one.at:%H:%M:%S}: {what}, with {', '.join(map(self.shown, emails))}")
        self.awaited += [Awaited(one, METRIC_OF[one.type], email) for email in emails]

    def _look(self) -> None:
        """Look for everything that is awaited at once: one read a metric."""
        self._looked_at = self.now()
        for metric in (STARTED, CLOSED):
            wanted = [one for one in self.awaited if one.metric == metric]
            if not wanted:
                continue
            if metric not in self._metric_ids:
                self._metric_ids = self.systems.klaviyo.metrics()
            if metric in self._metric_ids:
                since = min(one.happening.at for one in wanted) - SAME
                self._match(wanted, self.systems.klaviyo.events(self._metric_ids[metric], since))
        self._judge_marks()

    def _match(self, wanted: list[Awaited], events: Iterable[Event]) -> None:
        by_address: dict[str, list[Event]] = {}
        for event in events:
            by_address.setdefault(event.email.lower(), []).append(event)
        for one in wanted:
            mine = by_address.get(one.email, [])
            others = [two.happening.at for two in wanted if two.email == one.email and two is not one]
            exact = [event for event in mine if abs(event.at - _second(one.happening.at)) <= SAME]
            late = [event for event in mine if event.at > one.happening.at and not _is_of(event, others)]
            found = exact or late[:1]
            if mine:
                self.marks[one.email] = mine[-1].mark
            one.count = len(found)
            if found and one.seen_at is None:
                one.seen_at, one.at_klaviyo = self.now(), found[0].at
                self.tell(self._arrival(one))

    def _arrival(self, one: Awaited) -> str:
        apart = (one.at_klaviyo - _second(one.happening.at)).total_seconds() if one.at_klaviyo else 0.0
        time_said = (
            "at the time it happened"
            if abs(apart) <= SAME.total_seconds()
            else f"{apart:+.0f} s off its time"
        )
        mark = self.marks.get(one.email)
        return (
            f"Klaviyo: {one.metric!r} for {self.shown(one.email)}, seen {one.took:.0f} s after it happened, {time_said};"
            f" In Gladly Conversation: {mark}"
        )


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _is_of(event: Event, others: Iterable[datetime]) -> bool:
    return any(abs(event.at - _second(other)) <= SAME for other in others)
