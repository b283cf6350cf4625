"""Waiting for minutes: less often as time goes by, with a word now and then, and an end."""

from harness.live.progress import LiveWaiting, in_lines
from harness.ports import LastSeen


class Clock:
    """Time that moves only when somebody waits."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds


def waiting(clock: Clock, told: list[str], deadline: float = 300.0) -> LiveWaiting:
    """Return a waiting on ``clock``."""
    return LiveWaiting(
        deadline=deadline, settle=60.0, show=in_lines(told.append), now=clock, sleep=clock.sleep
    )


def test_it_looks_less_often_as_time_goes_by() -> None:
    """Five minutes take some thirty looks, and a few words on what is waited for."""
    clock, told, looks = Clock(), list[str](), list[float]()

    def look() -> bool:
        looks.append(clock.now)
        return False

    assert waiting(clock, told).until(look, bool, "an event").in_time is False
    assert clock.now == 300.0
    assert len(looks) < 45
    assert 5 < len(told) < 20
    assert told[0].startswith("waiting for: an event (")
    assert told[0].endswith("s of 300 s)")


def test_it_ends_as_soon_as_enough_is_seen() -> None:
    """What is there at the first look costs no time and no word."""
    clock, told = Clock(), list[str]()
    seen = waiting(clock, told).until(lambda: 3, lambda number: number == 3)
    assert (seen, clock.now, told) == (LastSeen(3, in_time=True), 0.0, [])


def test_quiet_is_the_settling_time() -> None:
    """Inside a real system nothing can be seen: only time can tell."""
    clock, told = Clock(), list[str]()
    assert waiting(clock, told).until_quiet()
    assert clock.now == 60.0


def test_quiet_is_no_shorter_than_what_took_longest() -> None:
    """Where an event took two minutes to come, one minute in which nothing comes says nothing."""
    clock, told = Clock(), list[str]()
    wait = waiting(clock, told)
    wait.until(lambda: clock.now, lambda now: now >= 120.0)
    came = clock.now
    wait.until_quiet()
    assert clock.now - came == came
