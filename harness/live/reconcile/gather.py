"""Reading both systems into the store, from where the last run was stopped. Nothing is ever held but a page or a chunk.

Gladly tells the last 24 hours by its Events API and what lies further back by reports, a day at a time. A report is cut
off at 100,000 rows without a word (third-party reader, PostHog's); what follows is then asked for as a day of another
time zone, which begins at the hour where the report ended.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

from harness.errors import NotAllowed, SystemFailed
from harness.live.gladly import happenings
from harness.live.klaviyo import Event
from harness.live.reconcile.forms import form_of
from harness.live.reconcile.moments import from_milliseconds, milliseconds, parsed, shown
from harness.live.reconcile.plan import Plan
from harness.live.reconcile.progress import Step
from harness.live.reconcile.store import CLOSED, STARTED, UNREAD, Store, address_of
from harness.live.reconcile.work import Work

METRICS = {STARTED: "started conversation in Gladly", CLOSED: "closed conversation in Gladly"}
KINDS = {"CREATED": STARTED, "CLOSED": CLOSED}
STREAMED = timedelta(hours=24) - timedelta(minutes=10)
"""How far back the Events API is asked: it refuses what is older than 24 hours, and two clocks differ."""

CHUNK, LONGEST_CHUNK = timedelta(minutes=10), timedelta(hours=1)
LONGEST_STREAM = timedelta(hours=23, minutes=57)
"""How far back the Events API is asked at the most; it reaches 24 hours (Gladly OpenAPI)."""

FEW, MANY = 1_000, 5_000
"""How much of the Events API is read at once: more after a chunk of few events, less after one of many."""

REPORT_ROWS = 100_000
"""How many rows a report has at the most (third-party reader, PostHog's)."""

NEEDS = "What lies more than 23 hours back is read from reports, which need the role Administrator; try --since 23h."
COLUMNS = ("Timestamp", "Event Type", "Conversation ID", "Customer ID")
PAGE = 1_000
MOST_FORMS, MOST_TYPES = 200, 12
ANOTHER_FORM = "one of very many others"
GLADLY = "gladly"
CUT = "cut"
KNOWN_TYPE, OTHER_TYPES = "known type", "other types"
"""The notes that say whether a report had a type that is known, and which others reports had."""

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_WORD = re.compile(r"[A-Za-z]+")
Row = tuple[int, int, str, str, bool]


def kind_of(event_type: str) -> int | None:
    """Return which metric an event's type calls for: ``CONVERSATION/CREATED``, ``Created``, but not ``NOTE/CREATED``."""
    *before, last = [word.upper() for word in _WORD.findall(event_type)] or [""]
    return KINDS.get(last) if set(before) <= {"CONVERSATION"} else None


def gather_gladly(work: Work) -> None:
    """Read what happened to conversations, chunk by chunk, until the end of the plan."""
    plan, store = work.plan, work.store
    at, is_done, about = store.part(GLADLY, milliseconds(plan.reads_since))
    end = milliseconds(plan.reads_until)
    count = store.one("SELECT count(*) FROM happenings")
    length = CHUNK
    streamed_since = _streamed_since(work)
    while not is_done:
        since = from_milliseconds(at)
        if work.clock() - streamed_since > LONGEST_STREAM:
            streamed_since = _streamed_since(work)
        with store.db:
            if since >= streamed_since:
                until, about = min(since + length, from_milliseconds(end)), ""
                found, length = _chunk(work, since, until, length)
            else:
                found, until, about = _report(work, since, min(from_milliseconds(end), streamed_since), about)
            count += found
            at, is_done = milliseconds(until), milliseconds(until) >= end
            store.advance(GLADLY, at, is_done=is_done, about=about)
        work.told(Step("reading Gladly", count, doing=f"up to {shown(until)}"))
    _make_sure_of_types(store)


def _make_sure_of_types(store: Store) -> None:
    """Raise ``SystemFailed`` when reports had rows and no type that is known: they may be worded otherwise."""
    types = store.note(OTHER_TYPES)
    if types and not store.note(KNOWN_TYPE):
        raise SystemFailed(
            "Gladly's reports of this time have rows, but by their types conversations were neither created nor closed;"
            f" the types are: {', '.join(json.loads(types))}"
        )


def _streamed_since(work: Work) -> datetime:
    """Return from when on the Events API is read. It stays so for a while: a report takes time, and so would never be done."""
    return (max(work.clock(), work.plan.now) - STREAMED).replace(microsecond=0)


def _chunk(work: Work, since: datetime, until: datetime, length: timedelta) -> tuple[int, timedelta]:
    """Read a chunk and return how many events were of use, and how long the next one should be."""
    events = work.systems.gladly.events(since, until)
    rows = [
        _row(work.plan, kind, one.at, one.conversation, one.customer)
        for one in happenings(events)
        if (kind := kind_of(one.type)) is not None
    ]
    work.store.add_happenings(rows)
    if len(events) > MANY:
        length /= 2
    elif len(events) < FEW:
        length = min(2 * length, LONGEST_CHUNK)
    return len(rows), length


def _row(plan: Plan, kind: int, at: datetime, conversation: str, customer: str) -> Row:
    return kind, milliseconds(at), conversation, customer, plan.since <= at < plan.until


def _report(work: Work, since: datetime, until: datetime, about: str) -> tuple[int, datetime, str]:
    """Read a report and return how many rows were of use, how far it went, and whether it was cut off.

    Who may not read reports can still have the last day: what lies before the window is then left out.
    """
    read = _Report(work, since, until)
    try:
        found = read.day(goes_on=about == CUT)
    except NotAllowed as error:
        if since < work.plan.since:
            work.store.jot(UNREAD, str(error))
            return 0, work.plan.since, ""
        raise NotAllowed(f"{error}\n{NEEDS}") from None
    read.note_types()
    return found, read.covered, CUT if read.is_cut else ""


@dataclass
class _Report:
    """One report on its way into the store: a day, of which ``since`` up to before ``until`` is wanted."""

    work: Work
    since: datetime
    until: datetime
    is_cut: bool = False
    is_known: bool = False
    others: set[str] = field(default_factory=set)
    """Types of its rows that are neither a creation nor a closing; ``is_known``: there was one that is."""

    def __post_init__(self) -> None:
        """Begin with nothing covered."""
        self.covered = self.since

    def day(self, *, goes_on: bool) -> int:
        """Read it and return how many rows were of use; with ``goes_on`` from the hour where the one before was cut."""
        start = self.since.replace(minute=0, second=0, microsecond=0)
        start = start if goes_on else start.replace(hour=0)
        self.covered = min(start + DAY, self.until)
        ahead = 24 - start.hour if start.hour > 11 else -start.hour  # noqa: PLR2004 - zones lie 12 hours to both sides
        zone = timezone(timedelta(hours=ahead))
        # The names of these zones count the other way round (the IANA time zone database).
        name = "UTC" if not start.hour else f"Etc/GMT{-ahead:+d}"
        rows = self.work.systems.gladly.report(start.astimezone(zone).date(), name)
        count = total = 0
        last, is_ascending = start, True
        while page := list(islice(rows, PAGE)):
            wanted = [one for row in page if (one := self._wanted(row, zone)) is not None]
            self.work.store.add_happenings(wanted)
            total, count = total + len(page), count + len(wanted)
            oldest, newest = _at(page[0], zone), _at(page[-1], zone)
            is_ascending = is_ascending and last <= oldest <= newest
            last = max(last, newest)
        if total >= REPORT_ROWS and not is_ascending:
            self._leave_out(self.since, self.covered)
        elif total >= REPORT_ROWS and last < self.covered:
            self._cut_at(max(last, self.since), start)
        return count

    def _cut_at(self, last: datetime, start: datetime) -> None:
        """Go on where it was cut off; when that is no further on, leave the hour out."""
        self.is_cut = True
        self.covered = last.replace(microsecond=0)
        if self.covered < start + HOUR:
            self.covered = min(start + HOUR, self.until)
            self._leave_out(last, self.covered)

    def _leave_out(self, since: datetime, until: datetime) -> None:
        self.work.store.note_gap(milliseconds(since), milliseconds(until))

    def note_types(self) -> None:
        """Note which types it had; to be called in a transaction."""
        store = self.work.store
        if self.is_known:
            store.jot(KNOWN_TYPE, "yes")
        others = {*json.loads(store.note(OTHER_TYPES) or "[]"), *self.others}
        if others:
            store.jot(OTHER_TYPES, json.dumps(sorted(others)[:MOST_TYPES]))

    def _wanted(self, row: Mapping[str, str], zone: timezone) -> Row | None:
        event_type = row.get("Event Type") or ""
        kind = kind_of(event_type)
        if kind is None:
            if len(self.others) < MOST_TYPES:
                self.others.add(event_type or "(none)")
            return None
        self.is_known = True
        at = _at(row, zone)
        if not self.since <= at < self.until:
            return None
        return _row(self.work.plan, kind, at, row["Conversation ID"], row["Customer ID"])


def _at(row: Mapping[str, str], zone: timezone) -> datetime:
    if absent := [name for name in COLUMNS if name not in row]:
        raise SystemFailed(f"Gladly's report has no column {', '.join(absent)}; it has {', '.join(row)}")
    try:
        return parsed(row["Timestamp"], zone)
    except ValueError:
        raise SystemFailed(f"Gladly's report has a time that is none: {row['Timestamp']!r}") from None


def gather_klaviyo(work: Work) -> list[str]:
    """Read every event of both metrics, page by page, and return the names of metrics that Klaviyo has not got."""
    known = work.systems.klaviyo.metric_ids()
    for kind, name in METRICS.items():
        ids = known.get(name, [])
        for one in ids:
            _metric(work, kind, one, f"; metric {one}" if len(ids) > 1 else "")
    return [name for name in METRICS.values() if name not in known]


def _metric(work: Work, kind: int, metric_id: str, suffix: str) -> None:
    """Read one metric; ``suffix`` is what the form of its events says besides."""
    plan, store = work.plan, work.store
    part = f"klaviyo {metric_id}"
    reached, is_done, _ = store.part(part, milliseconds(plan.reads_since))
    if is_done:
        return
    until = None if plan.reaches_now else plan.reads_until + timedelta(seconds=1)
    events = work.systems.klaviyo.events(metric_id, from_milliseconds(reached).replace(microsecond=0), until)
    count = store.one("SELECT count(*) FROM seen WHERE kind = ?", kind)
    forms: dict[str, int] = {}
    while page := list(islice(events, PAGE)):
        with store.db:
            store.add_seen([_seen(store, kind, one, suffix, forms) for one in page if one.email])
            reached = milliseconds(page[-1].at)
            store.advance(part, reached)
        count += len(page)
        work.told(Step(f"reading Klaviyo's {METRICS[kind]!r}", count, doing=f"up to {shown(page[-1].at)}"))
    with store.db:
        store.advance(part, reached, is_done=True)


def _seen(
    store: Store, kind: int, event: Event, suffix: str, forms: dict[str, int]
) -> tuple[str, int, str, int, int, int | None]:
    address = address_of(event.email)
    form = form_of(event.properties, address, event.at) + suffix
    form = form if form in forms or len(forms) < MOST_FORMS else ANOTHER_FORM
    if form not in forms:
        forms[form] = store.form(form)
    return event.id, kind, address, milliseconds(event.at), forms[form], mark_of(event.mark)


def mark_of(value: Any) -> int | None:
    """Return a mark as 1 or 0, None when there is none; texts are read as what they say, and 2 is anything else."""
    if value is None or value == "":
        return None
    text = str(value).strip().lower()
    return {"true": 1, "1": 1, "false": 0, "0": 0}.get(text, 2)
