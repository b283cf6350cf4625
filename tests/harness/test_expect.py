"""The one way of asserting: it says what was expected, what was seen, and what the systems did, in plain words."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

import pytest

from harness.errors import NotAsExpected
from harness.ports import LastSeen
from harness.values import AppRow, FeedRow, Secret
from harness.wording import in_words
from harness.worlds.expect import Expect

T = TypeVar("T")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Impatient:
    """A wait that looks once and never sees the end of unrest."""

    longest = "a moment"

    def until(self, look: Callable[[], T], is_enough: Callable[[T], object], _what: str = "") -> LastSeen:
        """Look once."""
        seen = look()
        return LastSeen(seen, in_time=bool(is_enough(seen)))

    def until_quiet(self) -> bool:
        """Give up."""
        return False


@pytest.fixture
def expect() -> Expect:
    """Return a way of asserting in the middle of a step."""
    made = Expect(Impatient(), lambda: ["Klaviyo  10:00:01 answered 202 to POST /api/events"])
    made.step = "Then the key is listed"
    return made


def test_a_failure_says_step_expectation_sight_and_journal(expect: Expect) -> None:
    """The text has the step's sentence, what was expected, what was seen, and the lines of the journal."""
    with pytest.raises(NotAsExpected) as failed:
        expect.that("Klaviyo lists the key 'A'", holds=False, seen=["B", "C"])
    assert str(failed.value).splitlines() == [
        "Then the key is listed",
        "  expected: Klaviyo lists the key 'A'",
        "  seen:     2: B; C",
        "  the systems, last, by their own clock:",
        "    Klaviyo  10:00:01 answered 202 to POST /api/events",
    ]


def test_what_is_the_same_in_every_run_is_the_summary(expect: Expect) -> None:
    """The summary has no line of the journal, which has times in it."""
    with pytest.raises(NotAsExpected) as failed:
        expect.that("this", holds=False, seen=None)
    assert failed.value.summary == "Then the key is listed\n  expected: this\n  seen:     nothing"


def test_what_holds_passes(expect: Expect) -> None:
    """Nothing is raised when what was expected is so, and a wait returns what it saw."""
    expect.that("this", [1], seen=None)
    expect.equal("that", seen=1, due=1)
    assert expect.soon("soon", lambda: [1], lambda seen: len(seen) == 1) == [1]


def test_another_value_is_told_beside_the_one_that_was_due(expect: Expect) -> None:
    """An expectation of a value names both values."""
    with pytest.raises(NotAsExpected, match=r"expected: the status: OPEN\n  seen:     CLOSED"):
        expect.equal("the status", seen="CLOSED", due="OPEN")


def test_a_wait_in_vain_says_how_long(expect: Expect) -> None:
    """A wait that ends at its deadline tells what was seen last and how long it took."""
    with pytest.raises(NotAsExpected, match=r"seen:     nothing \(after waiting for a moment\)"):
        expect.soon("the moon", list)


def test_unrest_at_the_deadline_is_a_failure(expect: Expect) -> None:
    """Systems that do not come to rest fail the step: nothing more could be believed."""
    with pytest.raises(NotAsExpected, match="come to rest"):
        expect.quiet()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        ([], "nothing"),
        ("", "nothing"),
        (0, "0"),
        (False, "no"),
        (Secret("pk_0123456789"), "a key"),
        (NOON, "2026-11-23 12:00:00"),
        (date(2026, 11, 23), "2026-11-23"),
        ({"read", "write"}, "2: read; write"),
        ({"Events": {"read"}}, "Events: read"),
        (AppRow("Klaviyo", active=True), "name: Klaviyo, active: yes"),
        (FeedRow("a@b.c", "started", NOON), "'started' for a@b.c at 2026-11-23 12:00:00"),
        (list(range(10)), "10: 0; 1; 2; 3; 4; 5; 6; 7; and 2 more"),
        (object(), "something of the kind object"),
    ],
)
def test_values_are_told_in_words(value: object, words: str) -> None:
    """No value is told by its class or its address, and no key in full."""
    assert in_words(value) == words
