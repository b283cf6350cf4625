"""The watch: what happens in Gladly, what comes of it in Klaviyo, and what is missing, in time that moves when it waits."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain, repeat

import pytest

from harness.live.watch import CLOSED, STARTED, Watcher
from tests.live.reconcile_scene import Scene, scene

ANN = "ann@shop.invalid"
Act = Callable[[], object]


@pytest.fixture(name="there")
def _there() -> Iterator[Scene]:
    """Yield both systems."""
    with scene() as made:
        made.advance(60)
        yield made


def watched(
    there: Scene, *acts: Act, seconds: float = 120.0, grace: float = 5.0
) -> tuple[Watcher, list[str]]:
    """Watch while ``acts`` are done, one at each look after the first; return the watcher and what it told."""
    told: list[str] = []
    left: Iterator[Act] = chain(acts, repeat(list))

    def sleep(pause: float) -> None:
        there.advance(pause)
        next(left)()

    watcher = Watcher(
        there.systems, told.append, lambda email: email[:3], lambda: there.now, sleep, grace=grace
    )
    watcher.watch(seconds)
    return watcher, told


class Conversation:
    """A conversation with one customer, of which Klaviyo is told later than it happens."""

    def __init__(self, there: Scene, *emails: str) -> None:
        """Make the customer."""
        self.there, self.emails = there, emails
        self.customer = there.customer(*emails)
        self.id = ""
        self.at: dict[str, datetime] = {}

    def open(self) -> None:
        """Open it."""
        self.id, self.at[STARTED] = self.there.open(self.customer), self.there.now

    def close(self) -> None:
        """Close it."""
        self.there.set_status(self.id, "CLOSED")
        self.at[CLOSED] = self.there.now

    def tell(self, metric: str, *, mark: bool | None = None, name: str = "") -> Act:
        """Return what tells Klaviyo."""

        def told() -> None:
            for email in self.emails:
                self.there.track(metric, email, self.at[metric], mark=mark, name=name and f"{name}{email}")

        return told


def test_all_of_it_arrives(there: Scene) -> None:
    """An opening and a closing are told with how long they took, and nothing is missing; it ends by itself."""
    one = Conversation(there, ANN, "Ann.Two@shop.invalid")
    watcher, told = watched(there, one.open, one.tell(STARTED), one.close, one.tell(CLOSED))
    assert watcher.missing() == []
    assert watcher.is_tested
    assert [one.took for one in watcher.awaited] == [pytest.approx(2, abs=1)] * 4
    assert any(
        "seen 2 s after it happened, at the time it happened; In Gladly Conversation: True" in line
        for line in told
    )
    assert there.calls[-1].method == "GET"


def test_nothing_happens(there: Scene) -> None:
    """Where nobody opens or closes, that is what is missing."""
    watcher, told = watched(there, seconds=4)
    assert [line.split()[0] for line in watcher.missing()] == ["nobody", "nobody"]
    assert told == []


def test_what_does_not_arrive_is_named(there: Scene) -> None:
    """Each event that Klaviyo never shows is named with its time and whom it is for."""
    one = Conversation(there, ANN)
    watcher, _ = watched(there, one.open, one.tell(STARTED), one.close, seconds=20)
    assert watcher.missing() == [f"{CLOSED!r} of {one.at[CLOSED]:%H:%M:%S} has not arrived for ann"]


def test_a_double_and_a_wrong_mark_are_named(there: Scene) -> None:
    """An event that came twice, and a mark that is not what the newest event says, are missing of a good test."""
    one = Conversation(there, ANN)
    acts = [
        one.open,
        one.tell(STARTED),
        one.tell(STARTED, name="again"),
        one.close,
        one.tell(CLOSED, mark=True),
    ]
    watcher, _ = watched(there, *acts, seconds=30)
    double, mark = watcher.missing()
    assert "has arrived 2 times for ann" in double
    assert mark == "the profile of ann is marked True and not False"


def test_a_reopening_and_a_customer_without_address(there: Scene) -> None:
    """Of both nothing is to come, and that is told."""
    one, nobody = Conversation(there, ANN), Conversation(there)
    acts = [one.open, one.tell(STARTED), one.close, lambda: there.set_status(one.id, "OPEN"), nobody.open]
    watcher, told = watched(there, *acts, seconds=20)
    assert len(watcher.reopened) == 1
    assert watcher.without_address == 1
    assert any("reopened; nothing is to come of it" in line for line in told)
    assert any("has no e-mail address, so nothing is to come of it" in line for line in told)


def test_an_event_with_the_time_of_its_sending(there: Scene) -> None:
    """An event whose time is not the conversation's is told with how far it is off."""
    one = Conversation(there, ANN)
    late = [lambda: None, lambda: None, lambda: there.track(STARTED, ANN)]
    _, told = watched(there, one.open, *late, seconds=20)
    assert any("+6 s off its time" in line for line in told)


def test_others_that_still_wait_do_not_keep_it(there: Scene) -> None:
    """In a busy account it ends once one conversation was opened and closed and has arrived; a stranger's may be on its way."""
    one, other = Conversation(there, ANN), Conversation(there, "bob@shop.invalid")
    acts = [one.open, one.tell(STARTED), one.close, other.open, one.tell(CLOSED)]
    watcher, _ = watched(there, *acts, grace=60.0)
    assert watcher.is_tested
    assert [one.seen_at is None for one in watcher.awaited].count(True) == 1


def test_what_happens_while_klaviyo_is_slow(there: Scene) -> None:
    """What happens during a look that takes minutes is heard at the next one, whatever was heard before."""
    before, one = Conversation(there, "bob@shop.invalid"), Conversation(there, ANN)

    def slow() -> None:
        one.open()
        there.advance(90)
        one.close()
        there.advance(90)

    watcher, _ = watched(there, before.open, slow, one.tell(STARTED), seconds=400)
    assert [each.metric for each in watcher.awaited if each.email == ANN] == [STARTED, CLOSED]


def test_an_opening_and_a_closing_of_two_conversations(there: Scene) -> None:
    """One conversation opened and another closed are no test, though all of it arrived: it goes on, and that is said."""
    old, new = Conversation(there, "bob@shop.invalid"), Conversation(there, ANN)
    old.open()
    there.advance(60)
    watcher, _ = watched(there, new.open, new.tell(STARTED), old.close, old.tell(CLOSED), seconds=20)
    assert not watcher.is_tested
    assert watcher.missing() == [
        "no conversation was both opened and closed, with all of it arrived and the right mark"
    ]


def test_an_end_before_anything_is_due(there: Scene) -> None:
    """When time is up before what is awaited is due, nothing has failed to arrive, and nothing is tested either."""
    one = Conversation(there, ANN)
    watcher, _ = watched(there, one.open, one.close, seconds=10, grace=120.0)
    [line] = watcher.missing()
    assert line.startswith("no conversation was both opened and closed")


def test_a_stranger_whose_mark_is_ahead_does_not_keep_it(there: Scene) -> None:
    """A stranger's mark that is already that of a closing which Gladly has not told yet is no wrong mark within the grace."""
    one, other = Conversation(there, ANN), Conversation(there, "bob@shop.invalid")
    acts = [
        one.open,
        one.tell(STARTED),
        other.open,
        other.tell(STARTED, mark=False),
        one.close,
        one.tell(CLOSED),
    ]
    watcher, _ = watched(there, *acts, grace=60.0)
    assert (watcher.is_tested, watcher.missing()) == (True, [])


def test_ones_own_wrong_mark_keeps_it(there: Scene) -> None:
    """The mark of the conversation that is opened and closed has to be right at once, whatever the grace."""
    one = Conversation(there, ANN)
    acts = [one.open, one.tell(STARTED), one.close, one.tell(CLOSED, mark=True)]
    watcher, _ = watched(there, *acts, seconds=30, grace=120.0)
    assert not watcher.is_tested
    assert len(watcher.missing()) == 1


def test_what_was_not_looked_for_in_time_is_not_missing(there: Scene) -> None:
    """What was still young when Klaviyo was looked at last is not missing, however long that look took."""
    one = Conversation(there, ANN)

    def slow() -> None:
        one.open()
        read = there.systems.klaviyo.metrics

        def metrics() -> dict[str, str]:
            there.advance(90)
            return read()

        there.systems.klaviyo.metrics = metrics  # type: ignore[method-assign]

    watcher, _ = watched(there, slow, seconds=60, grace=60.0)
    assert not [line for line in watcher.missing() if "has not arrived" in line]


def test_a_clock_that_is_ahead_hears_everything(there: Scene) -> None:
    """A machine half a minute ahead of Gladly hears what happens between two looks."""
    one = Conversation(there, ANN)
    told: list[str] = []
    acts: Iterator[Act] = chain([*[list] * 20, one.open, one.close], repeat(list))

    def sleep(pause: float) -> None:
        there.advance(pause)
        next(acts)()

    ahead = timedelta(seconds=30)
    watcher = Watcher(there.systems, told.append, str, lambda: there.now + ahead, sleep)
    watcher.watch(60)
    assert [each.metric for each in watcher.awaited] == [STARTED, CLOSED]
