"""What was found, read from the store as it is wanted: numbers at once, problems one by one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from itertools import groupby
from operator import itemgetter

from harness.live.reconcile.gather import METRICS
from harness.live.reconcile.judge import CHANGED, DROPPED, IS_GONE, WAS_MERGED
from harness.live.reconcile.moments import DAY, HOUR, MINUTE, duration, from_milliseconds, milliseconds, shown
from harness.live.reconcile.plan import Plan
from harness.live.reconcile.senders import Senders, senders
from harness.live.reconcile.store import STARTED, UNREAD, Store

FAILURES = ("missing", "doubled")
KINDS = ("missing", "doubled", "late", "legacy", "mark", "undecided")
"""The kinds of problems, the gravest first."""

LEGACY = "by the legacy API, or another sender"
MOST_BUCKETS = 60
WIDTHS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY)


@dataclass(frozen=True)
class Lag:
    """By how many seconds an event's time in Klaviyo lies behind Gladly's: the median, the 99th percentile, the most."""

    count: int
    p50: int
    p99: int
    most: int


@dataclass(frozen=True)
class Bucket:
    """What became of the events of conversations' events from ``start`` on."""

    start: datetime
    expected: int
    missing: int
    doubled: int
    lag: Lag | None


@dataclass(frozen=True)
class Problem:
    """Something to look at: of which conversation event, at which address (empty: of none in particular), and what it is."""

    kind: str
    at: datetime
    metric: str
    conversation: str
    address: str
    says: str
    lag: int | None = None


class Findings:
    """The result of a run. ``calls`` is how many were made, by system."""

    def __init__(self, store: Store, plan: Plan, notes: tuple[str, ...], calls: Mapping[str, int]) -> None:
        """Read from ``store``, which has to stay open."""
        self._store, self.plan, self.calls = store, plan, calls
        cut = [
            f"Gladly's report was cut off: what happened from {shown(from_milliseconds(since))} to"
            f" {shown(from_milliseconds(until))} is not known in full, and Klaviyo's events of then are passed over."
            for since, until in store.gaps()
        ]
        unread = store.note(UNREAD)
        before = (
            "What happened before the window could not be read, so what came again more than a moment later is passed"
            f" over: it may have come late of an earlier conversation. {unread}"
        )
        self.notes = (*notes, *cut, *([before] if unread else []))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each verdict, of addresses' events but for ``no address`` and whole ``undecided`` ones."""
        names = ("once", "late", "doubled", "missing", "undecided", "no address", "pending")
        counts = dict.fromkeys(names, 0)
        counts |= dict(self._store.rows("SELECT verdict, count(*) FROM verdicts GROUP BY verdict"))
        counts["legacy"] = sum(1 for _ in self._strays())
        counts["mark"] = self._store.one("SELECT count(*) FROM marks WHERE verdict <> 'missing'")
        counts["unexplained"] = self._store.one("SELECT count(*) FROM unexplained")
        return counts

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How much was looked at."""
        inside = "FROM happenings WHERE inside"
        return {
            "conversations": self._store.one(f"SELECT count(DISTINCT conversation) {inside}"),
            "conversation events": self._store.one(f"SELECT count(*) {inside}"),
            "customers": self._store.one(f"SELECT count(DISTINCT customer) {inside}"),
            "addresses": self._store.one("SELECT count(DISTINCT address) FROM verdicts WHERE address <> ''"),
            "events in Klaviyo": self._store.one(
                "SELECT count(*) FROM seen WHERE at >= ? AND at < ?",
                milliseconds(self.plan.since),
                milliseconds(self.plan.until),
            ),
        }

    @property
    def is_fine(self) -> bool:
        """Whether nothing is missing and nothing came more than once."""
        return not any(self.counts[kind] for kind in FAILURES)

    @cached_property
    def unsure(self) -> str:
        """Why there is no verdict, where nothing wrong was found and that says nothing; empty when there is one.

        Where nothing happened, nothing can be wrong: that is a verdict.
        """
        conversations, counts = self.sizes["conversations"], self.counts
        since, until = milliseconds(self.plan.since), milliseconds(self.plan.until)
        if not self.is_fine:
            return ""
        if any(begin < until and end > since for begin, end in self._store.gaps()):
            return "a report was cut off, so not all that happened in this time was compared"
        if not conversations or any(counts[one] for one in ("once", "late")):
            return ""
        if counts["pending"]:
            return (
                "nothing that was found is old enough to be judged (--grace):"
                f" ask again in {duration(self.plan.grace)}"
            )
        many = "" if conversations == 1 else "s"
        return f"of {conversations:,} conversation{many} nothing could be compared: see not to be decided, and of no address"

    @cached_property
    def lag(self) -> Lag | None:
        """The lag of all that arrived, None when nothing did."""
        return _lag(self._store.one("SELECT count(*) FROM arrived"), self._nth)

    def _nth(self, number: int) -> int:
        return int(self._store.one("SELECT lag FROM arrived ORDER BY lag LIMIT 1 OFFSET ?", number))

    @cached_property
    def senders(self) -> Senders:
        """What can be said of the API by which events came."""
        return senders(self._store, self.plan.upgraded)

    @cached_property
    def width(self) -> int:
        """How many seconds a bucket is wide."""
        length = (self.plan.until - self.plan.since).total_seconds()
        return next((one for one in WIDTHS if length / one <= MOST_BUCKETS), WIDTHS[-1])

    def buckets(self) -> Iterator[Bucket]:
        """Yield the window in even parts, empty ones too, the oldest first."""
        width = self.width * 1_000
        first = milliseconds(self.plan.since) // width
        query = """SELECT h.at / ?, count(*), sum(verdict = 'missing'), sum(verdict = 'doubled')
            FROM verdicts v JOIN happenings h ON h.id = v.happening WHERE v.address <> '' GROUP BY 1"""
        counted = {number: counts for number, *counts in self._store.rows(query, width)}
        lags = dict(self._lags(width))
        for number in range(first, (milliseconds(self.plan.until) - 1) // width + 1):
            expected, missing, doubled = counted.get(number, (0, 0, 0))
            yield Bucket(from_milliseconds(number * width), expected, missing, doubled, lags.get(number))

    def _lags(self, width: int) -> Iterator[tuple[int, Lag | None]]:
        """Yield a bucket's lag by its number; of its lags the distinct ones are held, with how often each was."""
        query = (
            "SELECT at / ? AS bucket, lag, count(*) FROM arrived GROUP BY bucket, lag ORDER BY bucket, lag"
        )
        for number, rows in groupby(self._store.rows(query, width), key=itemgetter(0)):
            counted = [(lag, count) for _, lag, count in rows]
            yield number, _lag(sum(count for _, count in counted), partial(_nth_of, counted))

    def problems(self) -> Iterator[Problem]:
        """Yield every problem, the gravest kind first, each kind by time."""
        yield from self._verdicts("missing")
        yield from self._verdicts("doubled")
        yield from self._verdicts("late")
        yield from self._strays()
        yield from self._marks()
        yield from self._verdicts("undecided")

    def unexplained(self) -> Iterator[Problem]:
        """Yield the events that no conversation explains."""
        query = """SELECT s.at, s.kind, s.address, s.id FROM unexplained u JOIN seen s ON s.id = u.seen
            ORDER BY s.at, s.id"""
        for at, kind, address, event in self._store.rows(query):
            says = f"Klaviyo's event {event} fits no conversation event of the address"
            yield Problem("unexplained", from_milliseconds(at), METRICS[kind], "", address, says)

    def _verdicts(self, verdict: str) -> Iterator[Problem]:
        query = """SELECT h.at, h.kind, h.conversation, v.address, v.verdict, v.reason, c.updated, c.moved_to, s.at,
            (SELECT group_concat(at) FROM (SELECT d.at AS at FROM doubles JOIN seen d ON d.id = doubles.seen
                WHERE doubles.happening = h.id AND doubles.address = v.address ORDER BY d.at)),
            m.happening IS NOT NULL, m.mark,
            (SELECT count(*) FROM verdicts o WHERE o.happening = h.id AND o.seen IS NOT NULL),
            (SELECT count(DISTINCT form) FROM seen d WHERE d.id = v.seen OR d.id IN (
                SELECT seen FROM doubles WHERE doubles.happening = h.id AND doubles.address = v.address))
            FROM verdicts v JOIN happenings h ON h.id = v.happening LEFT JOIN customers c ON c.id = h.customer
            LEFT JOIN seen s ON s.id = v.seen LEFT JOIN marks m ON m.address = v.address AND m.happening = h.id
            WHERE v.verdict = ? ORDER BY h.at, h.conversation, v.address"""
        for row in self._store.rows(query, verdict):
            one = _Judged(*row)
            moment = from_milliseconds(one.at)
            yield Problem(
                verdict, moment, METRICS[one.kind], one.conversation, one.address, one.says, one.lag
            )

    def _strays(self) -> Iterator[Problem]:
        """Yield the events after the upgrade whose form is not the new API's; of what came twice that is said there."""
        if self.senders.new is None or self.plan.upgraded is None:
            return
        query = """SELECT at, kind, conversation, address, seen_at, text FROM tied JOIN forms ON forms.id = form
            WHERE form <> ? AND at >= ? AND NOT EXISTS (SELECT 1 FROM verdicts v
                WHERE v.happening = tied.happening AND v.address = tied.address AND v.verdict = 'doubled')
            ORDER BY at, tied.id"""
        values = (self.senders.new, milliseconds(self.plan.upgraded))
        for at, kind, conversation, address, seen_at, form in self._store.rows(query, *values):
            says = f"{LEGACY}: {form}"
            lag = seen_at // 1_000 - at // 1_000
            yield Problem("legacy", from_milliseconds(at), METRICS[kind], conversation, address, says, lag)

    def _marks(self) -> Iterator[Problem]:
        query = """SELECT h.at, h.kind, h.conversation, m.address, m.mark FROM marks m
            JOIN happenings h ON h.id = m.happening WHERE m.verdict <> 'missing' ORDER BY h.at, m.address"""
        for at, kind, conversation, address, mark in self._store.rows(query):
            says = _mark_says(kind, mark)
            yield Problem("mark", from_milliseconds(at), METRICS[kind], conversation, address, says)


def _lag(count: int, nth: Callable[[int], int]) -> Lag | None:
    """Return the lag of ``count`` events whose lags ``nth`` knows in ascending order, from 0 on."""
    if not count:
        return None
    return Lag(count, nth((count - 1) // 2), nth(-(-count * 99 // 100) - 1), nth(count - 1))


def _nth_of(counted: list[tuple[int, int]], number: int) -> int:
    for lag, count in counted:
        number -= count
        if number < 0:
            return lag
    raise IndexError(number)


@dataclass(frozen=True)
class _Judged:
    """A row with a verdict, its customer, what came, and what the address's mark says if that is wrong."""

    at: int
    kind: int
    conversation: str
    address: str
    verdict: str
    reason: str
    updated: int | None
    moved_to: str | None
    seen_at: int | None
    doubles: str | None
    has_wrong_mark: int
    mark: int | None
    found: int
    forms: int

    @property
    def lag(self) -> int | None:
        """The lag in seconds, None for what did not arrive."""
        return None if self.seen_at is None else self.seen_at // 1_000 - self.at // 1_000

    @property
    def says(self) -> str:
        """The verdict in words."""
        if self.verdict == "missing":
            mark = f"; {_mark_says(self.kind, self.mark)}" if self.has_wrong_mark else ""
            return f"no event in Klaviyo{mark}"
        if self.verdict == "doubled":
            moments = [self.seen_at or 0, *map(int, (self.doubles or "").split(","))]
            return f"came {len(moments)} times: " + ", ".join(
                shown(from_milliseconds(one)) for one in moments
            )
        if self.verdict == "late":
            return f"its time in Klaviyo is {duration(self.lag or 0)} later"
        return self._undecided()

    def _undecided(self) -> str:
        if self.reason == WAS_MERGED:
            places = {0: "at none of their addresses", 1: "at one of their addresses"}
            found = places.get(self.found, f"at {self.found} of their addresses")
            return f"the customer was merged into {self.moved_to} since; an event was found {found}"
        if self.reason == IS_GONE:
            return "the customer was deleted since, and their addresses with them"
        if self.reason == CHANGED:
            when = shown(from_milliseconds(self.updated)) if self.updated else "a time unknown"
            return f"no event in Klaviyo, but the customer was changed since, at {when}: the address may be newer"
        if self.reason == DROPPED:
            return "no event in Klaviyo, which silently drops events for addresses of this domain"
        return "Gladly names no customer"


def _mark_says(kind: int, mark: int | None) -> str:
    word = {None: "not there", 0: "false", 1: "true"}.get(mark, "neither true nor false")
    newest = "started" if kind == STARTED else "closed"
    return f"the mark `In Gladly Conversation` is {word}, and the newest event {newest} a conversation"
