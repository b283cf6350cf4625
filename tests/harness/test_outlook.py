"""When it is of no use to wait any longer, and when it still is."""

from dataclasses import replace

import pytest

from harness.actors.api.heard import Heard
from harness.worlds.outlook import MANY, Outlook, Patience

NOTHING = Heard(heard=0, failures=0, is_told_to_wait=False, is_unanswered=False)
DEADLINE = 30.0


class Watched:
    """An app that is heard of, on a clock that stands still."""

    def __init__(self, patience: Patience | None = None) -> None:
        """Begin to wait at once."""
        self.now, self.heard, self.end = 1_000.0, NOTHING, ""
        self.outlook = Outlook(
            DEADLINE,
            hear=lambda: self.heard,
            ended=lambda: self.end,
            patience=patience,
            now=lambda: self.now,
        )

    def waits(self) -> tuple[float, str]:
        """Return how many seconds are waited until it is in vain, and why it is."""
        began = self.now
        self.outlook.begin()
        while not (why := self.outlook.why_in_vain()):
            self.now += 0.5
        return self.now - began, why


@pytest.fixture
def watched() -> Watched:
    """Return an app of which nothing was heard."""
    return Watched()


def test_an_app_that_has_nothing_to_wait_for_is_waited_for_a_third_of_the_deadline(watched: Watched) -> None:
    """Nothing was heard of it, and nothing says that it waits for something."""
    assert watched.waits() == (DEADLINE / 3, "and nothing more was heard of the app")


def test_whatever_is_heard_of_it_starts_the_time_anew(watched: Watched) -> None:
    """A call after nine seconds is a sign of life."""
    watched.outlook.begin()
    assert not watched.outlook.why_in_vain()
    for _ in range(2):
        watched.now += DEADLINE * 0.3
        watched.heard = replace(watched.heard, heard=watched.heard.heard + 1)
        assert not watched.outlook.why_in_vain()


@pytest.mark.parametrize(
    ("heard", "seconds"),
    [
        (replace(NOTHING, failures=1), 10),
        (replace(NOTHING, failures=2), 20),
        (replace(NOTHING, failures=5), 30),
        (replace(NOTHING, is_told_to_wait=True), 30),
        (replace(NOTHING, is_unanswered=True), 30),
    ],
    ids=["failed once", "failed twice", "failed often", "told to wait", "unanswered"],
)
def test_an_app_that_may_be_waiting_is_given_time(watched: Watched, heard: Heard, seconds: float) -> None:
    """One that was told to wait, or that has failed, may be quiet for longer; never beyond the deadline."""
    watched.heard = heard
    assert watched.waits()[0] == seconds


def test_an_app_that_has_ended_is_not_waited_for(watched: Watched) -> None:
    """The reason says how it ended."""
    watched.end = "and the app has ended by itself"
    assert watched.waits() == (0.5, "and the app has ended by itself")


def test_a_session_in_which_much_came_to_nothing_waits_less() -> None:
    """The run is red whatever comes: the rest is for the details only."""
    patience = Patience()
    watched = Watched(patience)
    for _ in range(MANY):
        assert watched.waits()[0] == DEADLINE / 3
        watched.outlook.came_to_nothing()
    assert watched.waits()[0] == 2.0
    watched.heard = replace(NOTHING, is_told_to_wait=True)
    assert watched.waits()[0] == DEADLINE / 3


def test_a_short_deadline_is_no_shorter_for_it() -> None:
    """Two seconds are little enough for anything, and a deadline is never exceeded."""
    assert Patience().quiet(3.0) == 2.0
    assert Patience().quiet(1.0) == 1.0
