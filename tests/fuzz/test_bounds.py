"""Requests leave nothing behind: journals and logs are bounded, and nothing else grows by being asked."""

import gc
import json
import sys
from itertools import cycle, islice

import pytest

from fakes.core.journal import MOST_ENTRIES, Journal
from tests.fuzz.requests import Requests
from tests.fuzz.sides import SIDES, Side
from tests.fuzz.storm import source
from tests.fuzz.wire import Raw, send

LOAD, WARM_UP = 10_000, 700
"""With both sides 20,000 requests."""

ROUNDS = 3
"""What leaks grows in every round; what other threads of this process happen to hold does not."""

LEAST_LEAK = 0.05
"""Blocks of memory a request; a leak is one at least for each request of some kind, one in twenty or more here."""

EVENT = {
    "properties": {"a": 1},
    "unique_id": "1",
    "time": "2026-11-23T09:00:00Z",
    "metric": {"data": {"type": "metric", "attributes": {"name": "again"}}},
    "profile": {"data": {"type": "profile", "attributes": {"email": "again@shop.example"}}},
}
REPEATED = {
    "klaviyo": ("POST", "/api/events", {"data": {"type": "event", "attributes": EVENT}}),
    "gladly": ("PATCH", "/api/v1/customer-profiles/again", {"name": "Again", "address": "1 Long Street"}),
}
"""What is accepted every time and changes nothing but the first time."""


def blocks() -> int:
    """Return how many blocks of memory the interpreter has in use."""
    gc.collect()
    return sys.getallocatedblocks()


def harmless(name: str, side: Side) -> list[Raw]:
    """Return a request for every route that changes nothing: plain reads, and writes that are not let in or unreadable."""
    requests = Requests(source(name), side)
    typed = (("Content-Type", "application/json"),)
    found = []
    for route in requests.routes:
        method, _, path = route.partition(" ")
        if method in ("GET", "HEAD", "OPTIONS"):
            found.append(requests.plain(route, b""))
        else:
            found.append(Raw(method, path, headers=typed, body=b"{}"))
        if method in ("POST", "PATCH", "PUT") and not path.endswith("/reset"):
            found.append(requests.plain(route, b"{nonsense"))
    method, path, body = REPEATED[name]
    repeated = Raw(method, path, headers=(*side.authorization(), *typed), body=json.dumps(body).encode())
    return [*found, Raw("GET", "/unknown"), *[repeated] * (len(found) // 8)]


def load(side: Side, requests: list[Raw], count: int) -> None:
    """Send ``count`` requests, the first again after the last."""
    for request in islice(cycle(requests), count):
        answer = send(side.app, request)
        assert answer is not None
        assert answer.status < 500 or answer.status == 501


@pytest.mark.parametrize("name", SIDES)
def test_requests_leave_nothing_behind(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten thousand requests of every kind a fake holds no more memory than after the first few hundred."""
    monkeypatch.setattr(Journal.__init__, "__defaults__", (50,))
    monkeypatch.setattr("fakes.gladly.rules.events.events.LOG_LENGTH", 50)
    side = SIDES[name](1)
    if name == "gladly":
        side.call("POST", "/api/v1/customer-profiles", {"id": "again"}, side.authorization())
    requests = harmless(name, side)
    load(side, requests, WARM_UP)
    for _ in range(ROUNDS):
        before = blocks()
        load(side, requests, LOAD)
        if (grown := (blocks() - before) / LOAD) < LEAST_LEAK:
            break

    assert grown < LEAST_LEAK


def test_a_leak_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal that keeps everything shows in the count of blocks."""
    monkeypatch.setattr(Journal.__init__, "__defaults__", (10**9,))
    side = SIDES["klaviyo"](1)
    requests = harmless("klaviyo", side)
    before = blocks()
    load(side, requests, WARM_UP)

    assert (blocks() - before) / WARM_UP > 20 * LEAST_LEAK


@pytest.mark.parametrize("name", SIDES)
def test_journals_are_bounded(name: str) -> None:
    """However much is asked, both journals of a fake hold their last entries only, so many, none of them long."""
    side = SIDES[name](1)
    tenant = side.fake.tenants.get(side.tenant_id)
    for journal in (side.fake.journal, tenant.journal):
        for _ in range(MOST_ENTRIES + 50):
            journal.write("action", "something")
    long = Raw(
        "POST", "/api/nowhere/" + "p" * 50_000, "q=" + "x" * 50_000, side.authorization(), b"y" * 100_000
    )
    for request in (long, Raw("POST", long.path, long.query, body=long.body)):
        send(side.app, request)

    for journal in (side.fake.journal, tenant.journal):
        entries = journal.entries()
        assert (len(entries), entries[-1].kind) == (MOST_ENTRIES, "request")
        assert all(len(str(entry.as_json())) < 10_000 for entry in entries[-2:])
