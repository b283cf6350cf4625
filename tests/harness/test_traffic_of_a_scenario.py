"""What the journals tell of the app in a scenario of the memory world, in typed entries and in lines for people."""

from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import ANY

import pytest

from fakes.core.journal import Journal
from harness.actors.api.heard import Heard
from harness.actors.api.traffic import Call, Delivery
from harness.worlds.world import World

REQUEST = {
    "number": 1,
    "at": "2026-11-23T10:00:00+00:00",
    "kind": "request",
    "what": "POST /api/events?a=1",
    "details": {
        "method": "POST",
        "path": "/api/events",
        "status": 202,
        "body": "",
        "fault": "",
        "credential": "",
    },
}


def open_conversation(world: World) -> None:
    """Let Sam open a conversation with a new customer."""
    world.sam.open_conversation(world.sam.add_customer(name="Ann", emails=["ann@mail.sandbox.gladly.qa"]))


@pytest.mark.parametrize(
    ("method", "path", "sends", "is_legacy"),
    [
        ("POST", "/api/events", True, False),
        ("GET", "/api/events", False, False),
        ("GET", "/api/track", True, True),
        ("POST", "/client/events", False, False),
    ],
)
def test_calls_that_send_are_told_from_the_harness_own_reading(
    method: str, path: str, sends: bool, is_legacy: bool
) -> None:
    """What sends is a POST below /api/, or a call of the legacy API whatever its method."""
    details = {"method": method, "path": path, "status": 200, "fault": "", "credential": ""}
    call = Call.of(REQUEST | {"details": details})
    assert (call.sends, call.is_legacy) == (sends, is_legacy)


@pytest.mark.parametrize(
    ("outcome", "is_settled"),
    [("accepted", True), ("lost", True), ("refused", False), ("unanswered", False)],
)
def test_a_delivery_is_settled_when_it_needs_no_other_attempt(outcome: str, is_settled: bool) -> None:
    """Only what was accepted, or lost for good, is not tried again."""
    details = {"event_id": "e", "event_type": "PING", "outcome": outcome, "status": None}
    assert Delivery.of({"details": details}).is_settled is is_settled


def test_the_traffic_of_a_conversation(world: World) -> None:
    """Deliveries are accepted, the event came by the new API, and both stand among the lines."""
    open_conversation(world)
    assert (world.traffic.undelivered(), world.traffic.refused_deliveries()) == ([], [])
    assert world.traffic.api_of_the_last_event() == "new"
    assert [(call.path, call.status) for call in world.traffic.calls()] == [("/api/events", 202)]
    assert world.traffic.lines() == [
        "Gladly   2026-11-23 10:00:00 told the app of CONVERSATION/CREATED: answered 200",
        "Klaviyo  2026-11-23 10:00:00 answered 202 to POST /api/events",
    ]


def test_what_the_app_did_not_take(world: World) -> None:
    """While the app is down, deliveries are unanswered, and their events undelivered."""
    world.app.crash()
    open_conversation(world)
    assert "CONVERSATION/CREATED" in world.traffic.undelivered()
    assert "CONVERSATION/CREATED" in world.traffic.refused_deliveries()
    assert (
        "Gladly   2026-11-23 10:00:00 told the app of CONVERSATION/CREATED: no answer (ConnectError)"
        in world.traffic.lines()
    )


def test_faults_are_overcome_by_a_call_that_is_answered(world: World) -> None:
    """After a fault was in the way, only another call that none was in the way of counts."""
    world.faults.at_klaviyo("status", status=503)
    open_conversation(world)
    assert not world.traffic.faults_overcome()
    world.advance(60.0)
    assert world.traffic.faults_overcome()
    assert [call.fault for call in world.traffic.calls()] == ["status", ""]


def test_what_was_heard_of_the_app(world: World) -> None:
    """Webhooks, a question to Gladly and an event are signs; with nothing owed it has nothing to wait for."""
    before = world.traffic.hear().heard
    open_conversation(world)
    assert world.traffic.hear() == Heard(ANY, failures=0, is_told_to_wait=False, is_unanswered=False)
    assert world.traffic.hear().heard >= before + 3


@pytest.mark.parametrize(
    ("kind", "is_told_to_wait", "is_unanswered"),
    [
        ("status", False, False),
        ("reset", False, False),
        ("throttle", True, False),
        ("lost", False, True),
        ("timeout", False, True),
    ],
)
def test_what_may_keep_the_app_quiet(
    world: World, kind: str, is_told_to_wait: bool, is_unanswered: bool
) -> None:
    """A failure makes it wait, a wait it was asked for more so, and a call without an answer is given up late."""
    world.faults.at_klaviyo(kind, seconds=60)
    open_conversation(world)
    assert world.traffic.hear() == Heard(ANY, 1, is_told_to_wait, is_unanswered)


def test_failures_in_a_row_are_counted(world: World) -> None:
    """Each one makes the app wait longer; what is answered again ends the row."""
    trouble = world.faults.klaviyo_goes_down(status=503)
    open_conversation(world)
    while trouble.struck() < 3:
        world.advance(1)
    assert world.traffic.hear().failures == 3
    world.faults.end_at_klaviyo()
    world.advance(60)
    assert world.traffic.hear().failures == 0


def test_what_gladly_has_not_said_yet_may_still_come(world: World) -> None:
    """A webhook that is held back is something to wait for."""
    world.faults.at_gladly("CONVERSATION/CREATED", "delay", seconds=60)
    open_conversation(world)
    assert world.traffic.hear().is_told_to_wait
    world.advance(60)
    assert not world.traffic.hear().is_told_to_wait


def test_what_happened_has_the_time_that_the_app_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that writes a moment later, perhaps in the next second, changes nothing."""
    late = Journal.write

    def write(self: Journal, *what: str, **details: object) -> None:
        late(self, *what, **details)  # type: ignore[arg-type]
        last = self._entries[-1]
        self._entries[-1] = replace(last, at=last.at + timedelta(seconds=5))

    monkeypatch.setattr(Journal, "write", write)
    open_conversation(world)
    [happening] = world.observer.ledger.happenings()
    [said] = world.observer.ledger.said("CONVERSATION/CREATED")
    assert happening.at == datetime.fromisoformat(said["timestamp"]).timestamp()
