"""How a world waits: never by a fixed sleep, always for something, with a deadline. Fulfils ``ports.Waiting``."""

import time
from collections.abc import Callable
from typing import TypeVar

from harness.ports import LastSeen
from harness.worlds.outlook import Outlook

T = TypeVar("T")


class ByClock:
    """Waits by moving a clock that stands still, so that nobody sleeps."""

    STEP = 1.0
    DEADLINE = 180.0
    CALM = 120.0
    longest = f"{DEADLINE:.0f} s of the fakes' time"

    def __init__(self, advance: Callable[[float], None]) -> None:
        """Move time with ``advance`` (seconds)."""
        self._advance = advance

    def until(
        self,
        look: Callable[[], T],
        is_enough: Callable[[T], object],
        what: str = "something",  # noqa: ARG002 - quick
    ) -> LastSeen:
        """Move the clock on until enough is seen, for three minutes of its time at the most."""
        waited = 0.0
        while not is_enough(seen := look()):
            if waited >= self.DEADLINE:
                return LastSeen(seen, in_time=False)
            self._advance(self.STEP)
            waited += self.STEP
        return LastSeen(seen, in_time=True)

    def until_quiet(self) -> bool:
        """Let two minutes go by: every retry of the app has fallen due."""
        self._advance(self.CALM)
        return True


class InRealTime:
    """Waits by polling."""

    POLL = 0.03

    def __init__(
        self,
        activity: Callable[[], object],
        *,
        deadline: float,
        calm: float,
        outlook: Outlook | None = None,
    ) -> None:
        """Give up after ``deadline`` seconds, or sooner when ``outlook`` says that nothing can come any more.

        It is quiet when ``activity`` has not changed for ``calm`` seconds.
        """
        self._activity = activity
        self._outlook = outlook or Outlook(deadline)
        self._deadline = deadline
        self._calm = calm
        self.longest = f"{deadline:.0f} s"

    def until(
        self,
        look: Callable[[], T],
        is_enough: Callable[[T], object],
        what: str = "something",  # noqa: ARG002 - quick
    ) -> LastSeen:
        """Poll until enough is seen, or nothing can come of it any more."""
        self._outlook.begin()
        while not is_enough(seen := look()):
            if why := self._outlook.why_in_vain():
                self._outlook.came_to_nothing()
                return LastSeen(seen, in_time=False, why=why)
            time.sleep(self.POLL)
        return LastSeen(seen, in_time=True)

    def until_quiet(self) -> bool:
        """Poll until nothing has happened for the calm time; False when the deadline has passed before."""
        end = time.monotonic() + self._deadline
        seen, since = self._activity(), time.monotonic()
        while (moment := time.monotonic()) < since + self._calm:
            if moment >= end:
                self._outlook.came_to_nothing()
                return False
            time.sleep(self.POLL)
            if (now := self._activity()) != seen:
                seen, since = now, moment
        return True
