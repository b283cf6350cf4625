"""Systems with a hundred thousand conversations a day that keep none of them: every answer is worked out when asked for."""

import heapq
import json
import re
import threading
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from typing import Any
from urllib.parse import parse_qs

import httpx

from harness.live.caller import Caller
from harness.live.gladly import GladlyApi
from harness.live.klaviyo import KlaviyoApi
from harness.live.pace import Limit, Pace
from harness.live.systems import Systems

DAY = timedelta(days=1)
LASTS = timedelta(minutes=10)
LOST_EVERY, DOUBLED_EVERY, TWO_ADDRESSES_EVERY = 10_007, 20_011, 5
ROWS_OF_A_REPORT = 100_000
PAGE = 1_000
METRICS = {"Started": "started conversation in Gladly", "Closed": "closed conversation in Gladly"}
HEADINGS = "Timezone Filter,Timestamp,Event Type,Conversation ID,Customer ID"
EXTRA = (
    "CONVERSATION_ASSIGNEE/UPDATED",
    "CONVERSATION/TOPIC_ADDED",
    "CONVERSATION_ASSIGNEE/UPDATED",
    "NOTE/CREATED",
)
"""What a conversation tells of besides, at its beginning: rows that have to be read and are of no use."""


class Turns:
    """A time that only waiting for a call's turn moves, so that keeping to the limits costs none."""

    def __init__(self) -> None:
        """Begin at 0."""
        self.seconds = 0.0
        self._mine = threading.local()
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the time, and remember it for this thread's next sleep."""
        self._mine.began = self.seconds
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let the time be no earlier than ``seconds`` after this thread looked at it."""
        with self._lock:
            self.seconds = max(self.seconds, self._mine.began + seconds)

    def pace(self, *limits: Limit, room: float = 0.6) -> Pace:
        """Return a pace by this time."""
        return Pace(*limits, room=room, now=self.now, sleep=self.sleep)


@dataclass
class Crowd:
    """``count`` conversations a day, evenly spread, for as long as one asks; at ``now``."""

    count: int
    now: datetime
    turns: Turns = field(default_factory=Turns)
    calls: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    _recent: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def step(self) -> timedelta:
        """How far apart two conversations begin."""
        return DAY / self.count

    def systems(self) -> Systems:
        """Return both APIs."""
        klaviyo = httpx.Client(transport=httpx.MockTransport(self._klaviyo), base_url="https://a.klaviyo.com")
        gladly = httpx.Client(transport=httpx.MockTransport(self._gladly), base_url="https://shop.gladly.com")
        return Systems(
            KlaviyoApi(Caller("Klaviyo", klaviyo), "pk_bench", self.turns.pace),
            GladlyApi(Caller("Gladly", gladly), self.turns.pace),
        )

    # What there is.

    def first(self, since: datetime) -> int:
        """Return the number of the first conversation that begins at or after ``since``."""
        return -int((datetime(2026, 1, 1, tzinfo=UTC) - since) // self.step)

    def begins(self, number: int) -> datetime:
        """Return when a conversation begins."""
        return datetime(2026, 1, 1, tzinfo=UTC) + number * self.step

    def customer(self, number: int) -> str:
        """Return whose a conversation is; a customer writes every 0.7 days."""
        return f"customer-{number * 7_919 % (self.count * 7 // 10):08d}"

    def happenings(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, str, int]]:
        """Yield what happens, ascending by time."""
        begun = range(self.first(since), self.first(until))
        ended = range(self.first(since - LASTS), self.first(until - LASTS))
        starts = ((self.begins(one), kind, one) for one in begun for kind in ("CONVERSATION/CREATED", *EXTRA))
        ends = ((self.begins(one) + LASTS, "CONVERSATION/CLOSED", one) for one in ended)
        return heapq.merge(starts, ends, key=lambda one: one[0])

    def lost(self, since: datetime, until: datetime) -> int:
        """Return how many started events never came of the conversations of a time."""
        return sum(not one % LOST_EVERY for one in range(self.first(since), self.first(until)))

    def doubled(self, since: datetime, until: datetime) -> int:
        """Return how many closed events came twice of the conversations of a time."""
        numbers = range(self.first(since - LASTS), self.first(until - LASTS))
        return sum(not one % DOUBLED_EVERY for one in numbers)

    def _events(self, metric: str, since: datetime) -> Iterator[tuple[datetime, str, str]]:
        """Yield Klaviyo's events of a metric: time, address, id."""
        shift = LASTS if metric == "Closed" else timedelta()
        number = self.first(since - shift)
        while (at := self.begins(number) + shift) <= self.now:
            for copy in range(self._copies(metric, number)):
                for address in addresses(self.customer(number)):
                    yield at, address, f"{metric}{number}-{address[:3]}{copy}"
            number += 1

    def _copies(self, metric: str, number: int) -> int:
        if metric == "Started":
            return 0 if not number % LOST_EVERY else 1
        return 2 if not number % DOUBLED_EVERY else 1

    # How it answers.

    def _klaviyo(self, request: httpx.Request) -> httpx.Response:
        self._count("Klaviyo", request.url.path, 1.0, 60.0)
        if request.url.path == "/api/metrics":
            data = [{"id": one, "attributes": {"name": name}} for one, name in METRICS.items()]
            return httpx.Response(200, json={"data": data, "links": {"next": None}})
        query = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
        [metric] = re.findall(r'metric_id,"(\w+)"', query["filter"])
        [since] = re.findall(r"greater-or-equal\(datetime,([^)]+)\)", query["filter"])
        ends = re.findall(r"less-than\(datetime,([^)]+)\)", query["filter"])
        until = datetime.fromisoformat(ends[0]) if ends else self.now + DAY
        start = datetime.fromisoformat(query.get("cursor", since))
        found = (one for one in self._events(metric, start) if one[0].replace(microsecond=0) < until)
        page = _whole_seconds(found)
        last = page[-1][0].replace(microsecond=0) + timedelta(seconds=1) if page else until
        following = None
        if len(page) >= PAGE:
            params = {"filter": query["filter"], "cursor": last.isoformat()}
            following = str(httpx.URL("https://a.klaviyo.com/api/events", params=params))
        return httpx.Response(200, json=_document(page, following))

    def _gladly(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/api/v1/reports":
            self._count("Gladly", path, 60.0)
            return httpx.Response(200, content=self._report(json.loads(request.content)))
        self._count("Gladly", re.sub("customer-[0-9]+", "{id}", path), 1.0)
        if path == "/api/v1/events":
            query = parse_qs(request.url.query.decode())
            since, until = (datetime.fromisoformat(query[name][0]) for name in ("startAt", "endAt"))
            return httpx.Response(200, content=self._stream(since, until))
        if path == "/api/v1/export/jobs":
            job = {"id": "job", "updatedAt": self.now.isoformat(), "files": ["customers.jsonl"]}
            return httpx.Response(200, json=[job])
        if path.startswith("/api/v1/export"):
            customers = (f"customer-{one:08d}" for one in range(self.count * 7 // 10))
            return httpx.Response(200, content=_export(customers))
        customer = path.rpartition("/")[2]
        emails = [{"original": one, "normalized": one} for one in addresses(customer)]
        return httpx.Response(
            200, json={"id": customer, "emails": emails, "updatedAt": "2025-01-01T00:00:00.000Z"}
        )

    def _stream(self, since: datetime, until: datetime) -> Iterator[bytes]:
        for order, (at, kind, number) in enumerate(self.happenings(since, until)):
            content = {"conversationId": f"conversation-{number}", "customerId": self.customer(number)}
            event = {"id": f"{number}-{order}", "type": kind, "timestamp": _stamp(at), "content": content}
            yield json.dumps(event).encode() + b"\n"

    def _report(self, body: Any) -> Iterator[bytes]:
        name = body["timezone"]
        zone = timezone(timedelta(hours=-int(name.removeprefix("Etc/GMT")))) if name != "UTC" else UTC
        start = datetime.fromisoformat(body["startAt"]).replace(tzinfo=zone)
        yield HEADINGS.encode() + b"\n"
        for at, kind, number in islice(self.happenings(start, start + DAY), ROWS_OF_A_REPORT):
            row = (name, at.astimezone(zone).isoformat(timespec="milliseconds"), kind)
            yield ",".join([*row, f"conversation-{number}", self.customer(number)]).encode() + b"\n"

    def _count(self, system: str, path: str, *windows: float) -> None:
        """Count a call, and how many there have been at the most in each of the windows, in seconds."""
        with self._lock:
            self.calls[f"{system} {path}"] += 1
            for window in windows:
                key = f"{path if path == '/api/v1/reports' else system}, in {window:g} s"
                recent = self._recent.setdefault(key, deque())
                recent.append(self.turns.seconds)
                while recent[0] <= self.turns.seconds - window:
                    recent.popleft()
                self.most[key] = max(self.most[key], len(recent))


def addresses(customer: str) -> list[str]:
    """Return a customer's addresses: every fifth has two."""
    first = f"{customer}@shop.invalid"
    return [first, f"two.{first}"] if not int(customer[-8:]) % TWO_ADDRESSES_EVERY else [first]


def _whole_seconds(events: Iterable[tuple[datetime, str, str]]) -> list[tuple[datetime, str, str]]:
    """Return a page of events: at the least so many, and all of its last second."""
    page: list[tuple[datetime, str, str]] = []
    for one in events:
        if len(page) >= PAGE and one[0].replace(microsecond=0) > page[-1][0]:
            break
        page.append(one)
    return page


def _document(page: list[tuple[datetime, str, str]], following: str | None) -> Any:
    people = sorted({address for _, address, _ in page})
    mark = {"In Gladly Conversation": False}
    return {
        "data": [
            {
                "id": event,
                "attributes": {
                    "datetime": at.replace(microsecond=0).isoformat(),
                    "event_properties": {"$event_id": event.replace("-", ":")},
                },
                "relationships": {"profile": {"data": {"id": str(bisect_left(people, address))}}},
            }
            for at, address, event in page
        ],
        "included": [
            {"type": "profile", "id": str(number), "attributes": {"email": address, "properties": mark}}
            for number, address in enumerate(people)
        ],
        "links": {"next": following},
    }


def _export(customers: Iterable[str]) -> Iterator[bytes]:
    for customer in customers:
        yield json.dumps({"id": customer, "emailAddresses": addresses(customer)}).encode() + b"\n"


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
