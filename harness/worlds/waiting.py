"""How a world waits: never by a fixed sleep, always for something, with a deadline."""

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

R = TypeVar("R")


class Waiting(Protocol):
    """Waits for something to become true, or for everything to have calmed down."""

    def until(self, check: Callable[[], R], what: str) -> R:
        """Return what ``check`` returns once it is true; ``AssertionError`` naming ``what`` when the deadline has passed."""
        ...

    def until_quiet(self) -> None:
        """Return when nothing more is to be expected of the systems and the app."""
        ...


class ByClock:
    """Waits by moving a clock that stands still, so that nobody sleeps."""

    STEP = 1.0
    DEADLINE = 180.0
    CALM = 120.0

    def __init__(self, advance: Callable[[float], None]) -> None:
        """Move time with ``advance`` (seconds)."""
        self._advance = advance

    def until(self, check: Callable[[], R], what: str) -> R:
        """Move the clock on until ``check`` is true, for three minutes of its time at the most."""
        waited = 0.0
        while not (found := check()):
            if waited >= self.DEADLINE:
                raise AssertionError(
                    f"{what}: not within {self.DEADLINE:.0f} s of the fakes' time; last seen: {found!r}"
                )
            self._advance(self.STEP)
            waited += self.STEP
        return found

    def until_quiet(self) -> None:
        """Let two minutes go by: every retry of the app has fallen due."""
        self._advance(self.CALM)


class InRealTime:
    """Waits by polling."""

    POLL = 0.03

    def __init__(self, activity: Callable[[], object], *, deadline: float, calm: float) -> None:
        """Give up after ``deadline`` seconds; call it quiet when ``activity`` has not changed for ``calm`` seconds."""
        self._activity = activity
        self._deadline = deadline
        self._calm = calm

    def until(self, check: Callable[[], R], what: str) -> R:
        """Poll ``check`` until it is true or the deadline has passed."""
        end = time.monotonic() + self._deadline
        while not (found := check()):
            if time.monotonic() >= end:
                raise AssertionError(f"{what}: not within {self._deadline:.0f} s; last seen: {found!r}")
            time.sleep(self.POLL)
        return found

    def until_quiet(self) -> None:
        """Poll until nothing has happened for the calm time, or the deadline has passed."""
        end = time.monotonic() + self._deadline
        seen, since = self._activity(), time.monotonic()
        while (moment := time.monotonic()) < min(end, since + self._calm):
            time.sleep(self.POLL)
            if (now := self._activity()) != seen:
                seen, since = now, moment
