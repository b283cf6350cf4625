"""The two clocks: time moves forward only, and timers fire in the order they fall due."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from fakes.core.clock import LAST, Clock, ManualClock, MovableClock
from fakes.core.errors import ClockError
from tests.core.toy import DEADLINE

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR = 3_600.0


@pytest.fixture
def manual() -> ManualClock:
    """A clock that stands still."""
    return ManualClock(START)


@pytest.fixture
def movable() -> Iterator[MovableClock]:
    """A clock that runs, closed afterwards."""
    clock = MovableClock()
    yield clock
    clock.close()


@pytest.fixture(params=["manual", "movable"])
def clock(request: pytest.FixtureRequest) -> Clock:
    """Each of the two clocks."""
    found: Clock = request.getfixturevalue(request.param)
    return found


def _after(clock: Clock, seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


def _advance_until(clock: Clock, done: Callable[[float], bool]) -> None:
    """Advance by an hour at a time until ``done``, which waits as many seconds as it is told."""
    for _ in range(int(DEADLINE * 100)):
        clock.advance(HOUR)
        if done(0.01):
            return
    pytest.fail("the clock was advanced again and again, and nothing came of it")


def test_time_is_in_utc(clock: Clock) -> None:
    """A clock tells aware time in UTC."""
    assert clock.now().utcoffset() == timedelta()


def test_advance_moves_forward(clock: Clock) -> None:
    """A clock that is advanced by an hour is an hour ahead, give or take the time that passes meanwhile."""
    before = clock.now()
    clock.advance(HOUR)
    assert timedelta(0) <= clock.now() - before - timedelta(hours=1) < timedelta(seconds=DEADLINE)


def test_every_clock_stops(clock: Clock) -> None:
    """A clock refuses to go on for ever, stays where it is, and a pause does not take it further either."""
    clock.advance((LAST - clock.now()).total_seconds() - HOUR)
    before = clock.now()
    with pytest.raises(ClockError, match="the clock stops at 9000-01-01: cannot advance by 7200"):
        clock.advance(2 * HOUR)
    assert clock.now() - before < timedelta(seconds=HOUR)


def test_pause_at_the_end_of_time(manual: ManualClock) -> None:
    """A pause longer than the time that is left ends with it."""
    manual.advance((LAST - START).total_seconds() - 1)
    manual.pause(HOUR)
    assert manual.now() == LAST


def test_after_without_time_that_runs(manual: ManualClock) -> None:
    """What is to come later comes at once on a clock that stands still, which is moved as far as that."""
    seen: list[float] = []
    manual.after(HOUR, lambda: seen.append((manual.now() - START).total_seconds()))
    assert seen == [HOUR]


def test_after_does_not_wait(movable: MovableClock) -> None:
    """What is to come later is waited for by nobody, and comes when the clock is moved as far as that."""
    came = threading.Event()
    movable.after(HOUR, came.set)
    assert not came.is_set()
    _advance_until(movable, came.wait)


def test_backwards_is_refused(clock: Clock) -> None:
    """A clock refuses to go back, and says that it only moves forward."""
    with pytest.raises(ValueError, match=r"only moves forward: cannot advance by -0\.5 seconds"):
        clock.advance(-0.5)


def test_manual_stands_still(manual: ManualClock) -> None:
    """Nobody but a test moves a manual clock."""
    assert manual.now() == manual.now() == START


def test_manual_timers_fire_in_order_of_time(manual: ManualClock) -> None:
    """Timers fire by due time, equal ones in the order they were set, each seeing its own due time."""
    fired: list[tuple[str, float]] = []

    def note(name: str) -> Callable[[], None]:
        return lambda: fired.append((name, (manual.now() - START).total_seconds()))

    for name, seconds in (("late", 3), ("first", 1), ("second", 1), ("beyond", 3.5)):
        manual.call_at(_after(manual, seconds), note(name))
    manual.advance(3)
    assert fired == [("first", 1), ("second", 1), ("late", 3)]
    assert manual.now() == START + timedelta(seconds=3)


def test_manual_timer_of_the_past_fires_on_the_next_advance(manual: ManualClock) -> None:
    """A timer for a moment that has gone by fires when the clock is next advanced, and time does not go back."""
    fired: list[datetime] = []
    manual.call_at(_after(manual, -5), lambda: fired.append(manual.now()))
    assert fired == []
    manual.advance(0)
    assert fired == [START]


def test_manual_timer_set_by_a_timer_fires_in_the_same_advance(manual: ManualClock) -> None:
    """A timer set by another one fires within the advance that its time falls into."""
    fired: list[datetime] = []
    due = _after(manual, 2)
    manual.call_at(_after(manual, 1), lambda: manual.call_at(due, lambda: fired.append(manual.now())))
    manual.advance(5)
    assert fired == [due]


def test_manual_pause_inside_a_timer_does_not_turn_back(manual: ManualClock) -> None:
    """A timer that pauses beyond the end of the advance leaves the clock there."""
    manual.call_at(_after(manual, 1), lambda: manual.pause(10))
    manual.advance(2)
    assert manual.now() == START + timedelta(seconds=11)


def test_manual_pause_lets_timers_fire(manual: ManualClock) -> None:
    """A pause is an advance: what falls due meanwhile fires, and nobody sleeps."""
    fired: list[str] = []
    manual.call_at(_after(manual, 30), lambda: fired.append("timer"))
    manual.pause(60)
    assert fired == ["timer"]
    assert manual.now() == START + timedelta(seconds=60)


def test_manual_error_of_a_timer_passes_to_the_caller(manual: ManualClock) -> None:
    """A timer's error reaches whoever advanced the clock; the timers behind it wait for the next advance."""
    fired: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    manual.call_at(_after(manual, 1), fail)
    manual.call_at(_after(manual, 2), lambda: fired.append("behind"))
    with pytest.raises(ZeroDivisionError):
        manual.advance(5)
    assert fired == []
    manual.advance(5)
    assert fired == ["behind"]


def test_manual_close_forgets_timers(manual: ManualClock) -> None:
    """A timer that waits when the clock is closed never fires."""
    fired: list[str] = []
    manual.call_at(_after(manual, 1), lambda: fired.append("timer"))
    manual.close()
    manual.advance(2)
    assert fired == []


def test_movable_timers_fire_in_order_of_time(movable: MovableClock) -> None:
    """Timers that an advance makes due fire by due time on a thread of the clock's own, none of the later ones."""
    fired: list[str] = []
    done = threading.Event()

    def last() -> None:
        fired.append(threading.current_thread().name)
        done.set()

    movable.call_at(_after(movable, 9 * HOUR), lambda: fired.append("beyond"))
    movable.call_at(_after(movable, 2 * HOUR), last)
    movable.call_at(_after(movable, HOUR), lambda: fired.append("first"))
    movable.advance(3 * HOUR)
    assert done.wait(DEADLINE)
    assert fired == ["first", "fake-clock"]


def test_movable_timer_fires_by_itself(movable: MovableClock) -> None:
    """A timer fires in real time too when nobody advances the clock."""
    done = threading.Event()
    movable.call_at(_after(movable, 0.02), done.set)
    assert done.wait(DEADLINE)


def test_movable_goes_on_after_an_error(movable: MovableClock, caplog: pytest.LogCaptureFixture) -> None:
    """A timer that fails is logged, and those behind it still fire."""
    done = threading.Event()

    def fail() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR, logger="fakes.core.clock"):
        movable.call_at(_after(movable, HOUR), fail)
        movable.call_at(_after(movable, 2 * HOUR), done.set)
        movable.advance(3 * HOUR)
        assert done.wait(DEADLINE)
    assert "ZeroDivisionError" in caplog.text


def test_movable_pause_ends_when_advanced(movable: MovableClock) -> None:
    """A pause of a day ends as soon as the clock has been advanced by a day."""
    pausing = threading.Thread(target=movable.pause, args=(24 * HOUR,))
    pausing.start()

    def over(seconds: float) -> bool:
        pausing.join(seconds)
        return not pausing.is_alive()

    _advance_until(movable, over)
    assert not pausing.is_alive()


def test_movable_pause_lasts(movable: MovableClock) -> None:
    """A pause does not return before its time has gone by."""
    before = movable.now()
    movable.pause(0.05)
    assert movable.now() - before >= timedelta(seconds=0.05)


def test_movable_close_ends_pauses_and_the_thread(movable: MovableClock) -> None:
    """Closing ends whoever pauses, drops waiting timers and leaves no thread."""
    fired: list[str] = []
    before = set(threading.enumerate())
    movable.call_at(_after(movable, HOUR), lambda: fired.append("timer"))
    ticking = set(threading.enumerate()) - before
    pausing = threading.Thread(target=movable.pause, args=(24 * HOUR,))
    pausing.start()
    movable.close()
    pausing.join(DEADLINE)
    assert len(ticking) == 1
    assert not pausing.is_alive()
    assert not any(thread.is_alive() for thread in ticking)
    movable.advance(2 * HOUR)
    assert fired == []
