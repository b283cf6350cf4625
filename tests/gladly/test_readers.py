"""What readers of others rely on, read as they read: reports and jobs by the day, events by the millisecond.

The readers here are made for these tests after what three public ones do: PostHog's source of Gladly's reports and export
jobs, tap-gladly's, and Estuary's source of Gladly's events.
"""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.events.stream import ENTITIES
from fakes.gladly.rules.organization.organization import Organization
from tests.gladly.conftest import Begin
from tests.gladly.test_conversations import FORCE, OPEN, at
from tests.gladly.test_exports import NIGHT

DAY = 86_400
MILLISECOND = timedelta(milliseconds=1)
Json = dict[str, Any]


def report(api: httpx.Client, metric_set: str, first: date, last: date) -> list[dict[str, str | None]]:
    """Return a report's rows, column names as a table would have them; an empty body is an empty window."""
    ask = {"metricSet": metric_set, "timezone": "UTC", "startAt": str(first), "endAt": str(last)}
    answer = api.post("/api/v1/reports", json=ask)
    answer.raise_for_status()
    found = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    return [
        {re.sub(r"[^a-z0-9]+", "_", name.lower()): value or None for name, value in row.items()}
        for row in found
    ]


def since(api: httpx.Client, metric_set: str, mark: str, today: date, days: int) -> dict[str, Json]:
    """Read window after window, beginning one window before the mark; what is read twice is the same row."""
    rows: dict[str, Json] = {}
    first = date.fromisoformat(mark[:10]) - timedelta(days=days)
    while first <= today:
        last = min(first + timedelta(days=days - 1), today)
        for row in report(api, metric_set, first, last):
            rows[json.dumps(row, sort_keys=True)] = row
        first = last + timedelta(days=1)
    return rows


@pytest.mark.parametrize("days", [1, 7])
def test_reports_read_by_the_day_and_by_the_week(
    api: httpx.Client, begin: Begin, runtime: Runtime, days: int
) -> None:
    """Windows that begin before the mark bring every row once, ascending, nothing that was there is gone or changed."""
    conversation = begin()
    known: dict[str, Json] = {}
    mark = "2026-03-02T00:00:00.000Z"
    for change in (FORCE, OPEN, FORCE):
        found = since(api, "ConversationTimestampsReport", mark, runtime.clock.now().date(), days)
        assert known.keys() <= found.keys() | known.keys() == {**known, **found}.keys()
        known |= found
        mark = max(row["timestamp"] for row in known.values())
        runtime.clock.advance(DAY)
        api.patch(at(conversation), json=change)
    known |= since(api, "ConversationTimestampsReport", mark, runtime.clock.now().date(), days)
    read = list(known.values())

    assert [row["event_type"] for row in read] == [
        "CONVERSATION/CREATED",
        "CONVERSATION/CLOSED",
        "CONVERSATION/REOPENED",
        "CONVERSATION/CLOSED",
    ]
    assert [row["timestamp"] for row in read] == sorted(row["timestamp"] for row in read)
    assert {row["conversation_id"] for row in read} == {conversation.id}


def test_conversations_read_by_the_week_are_restated(
    api: httpx.Client, begin: Begin, runtime: Runtime
) -> None:
    """A reader that goes back far enough finds a conversation's row again under its id, as it stands now."""
    conversation = begin()
    table: dict[str, str] = {}
    for change in (None, FORCE):
        if change is not None:
            runtime.clock.advance(DAY)
            api.patch(at(conversation), json=change)
        for row in since(
            api, "ConversationExportReport", "2026-03-08", runtime.clock.now().date(), 7
        ).values():
            table[row["conversation_id"]] = row["status"]

    assert table == {conversation.id: "CLOSED"}


def test_jobs_read_oldest_first(api: httpx.Client, begin: Begin, runtime: Runtime) -> None:
    """Completed jobs sort by when they were updated, and every line of every file is an object with an id."""
    begin()
    runtime.clock.advance(NIGHT + 2 * DAY)
    jobs = api.get("/api/v1/export/jobs", params={"status": "COMPLETED"}).json()
    marks = [job["updatedAt"] for job in jobs]
    merged: dict[tuple[str, str], Json] = {}
    for job in jobs:
        for name in job["files"]:
            body = api.get(f"/api/v1/export/jobs/{job['id']}/files/{name}").text
            for line in body.splitlines():
                row = json.loads(line)
                merged[name, row["id"]] = row
    counts = {name: sum(1 for one, _ in merged if one == name) for name, _ in merged}

    assert (len(jobs), marks) == (3, sorted(set(marks)))
    assert counts == {
        "agents.jsonl": len(api.get("/api/v1/agents").json()),
        "topics.jsonl": len(api.get("/api/v1/topics").json()),
        "conversation_items.jsonl": 2,
        "customers.jsonl": 1,
    }


@dataclass
class Follower:
    """Reads the stream of events of one entity from where it stopped: a millisecond after the last event."""

    api: httpx.Client
    cursor: datetime
    entity: str = "CONVERSATION"
    read: list[Json] = field(default_factory=list)

    def catch_up(self) -> int:
        """Read what there is and return how much; anything but strict lines in order of time is an error."""
        query = {"startAt": self.cursor.isoformat(), "entities": self.entity}
        answer = self.api.get("/api/v1/events", params=query)
        answer.raise_for_status()
        lines = answer.text.split("\n") if answer.text else []
        last = self.cursor
        for line in lines:
            event = json.loads(line)
            assert event.keys() == {"id", "type", "timestamp", "initiator", "content"}
            assert event["initiator"].keys() == {"id", "type"}
            moment = datetime.fromisoformat(event["timestamp"])
            assert moment >= last, "out of order"
            last = moment
            self.read.append(event)
        if lines:
            self.cursor = last + MILLISECOND
        return len(lines)


def test_events_followed_by_the_millisecond(
    api: httpx.Client, organization: Organization, begin: Begin, runtime: Runtime
) -> None:
    """A follower that asks from one millisecond after the last event on gets each event once, and nothing twice."""
    follower = Follower(api, runtime.clock.now() - timedelta(hours=1))
    conversation = begin()
    counts = [follower.catch_up()]
    for change in (FORCE, OPEN, FORCE):
        runtime.clock.advance(0.001)
        api.patch(at(conversation), json=change)
        runtime.clock.advance(0.001)
        counts.append(follower.catch_up())
    runtime.clock.advance(0.001)
    counts.append(follower.catch_up())

    expected = [event.id for event in organization.events.log() if event.type.startswith("CONVERSATION/")]
    assert counts == [1, 1, 1, 1, 0]
    assert [event["id"] for event in follower.read] == expected


def test_events_within_a_millisecond_are_not_lost(api: httpx.Client, begin: Begin, runtime: Runtime) -> None:
    """An event's last thousandths of a second are not sent, and asking from what was sent on brings it again."""
    runtime.clock.advance(0.000_7)
    begin()
    follower = Follower(api, runtime.clock.now() - timedelta(hours=1))
    follower.catch_up()
    again = Follower(api, datetime.fromisoformat(follower.read[0]["timestamp"]))
    runtime.clock.advance(0.002)

    assert (again.catch_up(), again.catch_up()) == (1, 0)
    assert again.read == follower.read


def test_every_entity_can_be_followed(api: httpx.Client, begin: Begin, runtime: Runtime) -> None:
    """Each entity that such a follower has a table for is answered, those without events by nothing."""
    begin()
    start = runtime.clock.now() - timedelta(hours=1)
    counts = {one: Follower(api, start, one).catch_up() for one in ENTITIES if one != "CUSTOMER_PROFILE"}

    assert {name: count for name, count in counts.items() if count} == {"CONTACT": 2, "CONVERSATION": 1}


def test_follower_that_slept_a_day_is_told(api: httpx.Client, begin: Begin, runtime: Runtime) -> None:
    """A cursor that is more than twenty-four hours old is refused; reports still tell what was missed."""
    begin()
    follower = Follower(api, runtime.clock.now() - MILLISECOND)
    runtime.clock.advance(DAY)
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        follower.catch_up()

    found = report(api, "ConversationTimestampsReport", date(2026, 3, 2), date(2026, 3, 2))
    assert [row["event_type"] for row in found] == ["CONVERSATION/CREATED"]
