"""Faults as rules: what can be armed, what matches, how they are used up."""

import math
from typing import Any

import pytest

from fakes.core.errors import FaultError
from fakes.core.faults import REQUEST_KINDS, WEBHOOK_KINDS, Fault, Faults

IMPOSSIBLE: dict[str, tuple[dict[str, Any], str]] = {
    "kind": (
        {"kind": "explode"},
        (
            "unknown fault kind 'explode'; known kinds: delay, drop, duplicate, edge, garbage, lost,"
            " redirect, reorder, reset, status, throttle, timeout, truncate"
        ),
    ),
    "no times": ({"times": 0}, "times must be 1 to 100000, not 0"),
    "too many times": ({"times": 100_001}, "times must be 1 to 100000, not 100001"),
    "low status": ({"status": 199}, "status must be 200 to 599, not 199"),
    "high status": ({"status": 600}, "status must be 200 to 599, not 600"),
    "no status of an edge": (
        {"kind": "edge", "status": 500},
        "no edge answers 500 by itself; what it answers: 200, 403, 502, 503, 520, 521, 522, 523, 524",
    ),
    "negative wait": ({"seconds": -0.1}, "seconds must be 0 to 3600, not -0.1"),
    "long wait": ({"seconds": 3_601}, "seconds must be 0 to 3600, not 3601"),
    "after a negative number": ({"after": -1}, "after must be 0 to 100000, not -1"),
    "no way to tell": (
        {"retry_after": "soon"},
        "retry_after must be one of seconds, date, absent, not 'soon'",
    ),
    "nowhere to go": ({"kind": "redirect"}, "a redirect, and nothing else, needs a location to lead to"),
    "somewhere to go": (
        {"location": "http://x"},
        "a redirect, and nothing else, needs a location to lead to",
    ),
    "no number": ({"seconds": math.nan}, "seconds must be 0 to 3600, not nan"),
}


@pytest.mark.parametrize(("wrong", "text"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_impossible_faults(wrong: dict[str, Any], text: str) -> None:
    """A fault that cannot be is refused with what was wrong and what is allowed."""
    with pytest.raises(FaultError) as refusal:
        Fault(**{"route": "GET /things", "kind": "status", **wrong})
    assert str(refusal.value) == text


@pytest.mark.parametrize(
    "at_the_edge",
    [{"times": 1}, {"times": 1_000}, {"status": 200}, {"status": 599}, {"seconds": 0}, {"seconds": 3_600}],
)
def test_edges_are_allowed(at_the_edge: dict[str, Any]) -> None:
    """The first and the last allowed value of each field are taken."""
    fault = Fault(**{"route": "*", "kind": "status", **at_the_edge})
    assert [getattr(fault, name) for name in at_the_edge] == list(at_the_edge.values())


def test_status_left_out() -> None:
    """Without a status the kinds have their own: 403 at an edge, 500 else."""
    assert [Fault("*", kind).status for kind in ("status", "edge", "throttle")] == [500, 403, 500]


@pytest.mark.parametrize(
    ("route", "asked", "matches"),
    [
        ("POST /api/events", "POST /api/events", True),
        ("POST /api/events", "GET /api/events", False),
        ("POST /api/events", "POST /api/events/1", False),
        ("* /api/*", "GET /api/events/1", True),
        ("get /api", "GET /api", False),
        ("CONVERSATION/*", "CONVERSATION/CREATED", True),
    ],
)
def test_route_matches(route: str, asked: str, matches: bool) -> None:
    """A route matches as written, case included; a star stands for any run of characters."""
    assert Fault(route, "status").matches(asked) is matches


def test_times_are_counted_down() -> None:
    """A fault strikes as often as was asked for, and is gone then."""
    faults, fault = Faults(), Fault("GET /a", "status", times=2)
    faults.arm(fault)
    struck = [faults.take("GET /a", REQUEST_KINDS) for _ in range(3)]
    assert struck == [fault, fault, None]
    assert faults.armed() == []


def test_first_armed_strikes_first() -> None:
    """Of several faults that match, the one armed first is used up first; others stay for their own routes."""
    faults = Faults()
    for route, status in (("GET /other", 500), ("GET /a", 501), ("GET /*", 502)):
        faults.arm(Fault(route, "status", status=status))
    struck = [faults.take("GET /a", REQUEST_KINDS) for _ in range(2)]
    assert [fault.status for fault in struck if fault] == [501, 502]
    assert [fault.route for fault in faults.armed()] == ["GET /other"]


def test_kinds_are_apart() -> None:
    """A fault for deliveries is not triggered by a request, nor is it used up by one."""
    faults = Faults()
    faults.arm(Fault("*", "drop"))
    assert faults.take("GET /a", REQUEST_KINDS) is None
    assert faults.take("CONVERSATION/CREATED", WEBHOOK_KINDS) is not None


def test_clear_disarms() -> None:
    """What is cleared strikes no more."""
    faults = Faults()
    faults.arm(Fault("*", "status"))
    faults.clear()
    assert faults.take("GET /a", REQUEST_KINDS) is None


def test_some_pass_first() -> None:
    """A fault that strikes after so many lets them pass, to others that are armed as well, and then strikes."""
    faults = Faults()
    faults.arm(Fault("*", "status", after=2))
    other = faults.arm(Fault("*", "reset"))
    taken = [faults.take("GET /x", REQUEST_KINDS) for _ in range(4)]
    assert [fault.kind if fault else None for fault in taken] == ["reset", None, "status", None]
    assert (other.id, other.struck) == (2, 0)


def test_what_became_of_each_is_told() -> None:
    """How often each fault has struck is known after it is used up or disarmed, in the order of arming."""
    faults = Faults()
    for kind, times in (("reset", 1), ("status", 3)):
        faults.arm(Fault("*", kind, times))
    for _ in range(3):
        faults.take("GET /x", REQUEST_KINDS)
    faults.clear()
    assert faults.take("GET /x", REQUEST_KINDS) is None
    assert [(one.id, one.kind, one.struck, one.times) for one in faults.all()] == [
        (1, "reset", 1, 0),
        (2, "status", 2, 1),
    ]
