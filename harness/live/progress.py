"""Waiting for something that takes minutes, and saying meanwhile what for and for how long. Fulfils ``ports.Waiting``."""

import time
from collections.abc import Callable
from typing import TypeVar

from harness.live.pace import nap
from harness.ports import LastSeen

T = TypeVar("T")
FIRST_POLL, LONGEST_POLL, GROWTH = 0.5, 10.0, 1.5
FIRST_WORD, LONGEST_SILENCE = 3.0, 30.0


class LiveWaiting:
    """Looks again and again, less often as time goes by, until a deadline. Times are seconds."""

    def __init__(
        self,
        *,
        deadline: float,
        settle: float,
        tell: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = nap,
    ) -> None:
        """Give up after ``deadline``; call it quiet after ``settle``. ``tell`` hears of long waits, a line now and then."""
        self._deadline, self._settle = deadline, settle
        self._tell, self._now, self._sleep = tell, now, sleep
        self.longest = f"{deadline:.0f} s"

    def until(
        self, look: Callable[[], T], is_enough: Callable[[T], object], what: str = "something"
    ) -> LastSeen:
        """Look until enough is seen or the deadline has passed."""
        began, poll, word = self._now(), FIRST_POLL, FIRST_WORD
        while not is_enough(seen := look()):
            waited = self._now() - began
            if waited >= self._deadline:
                return LastSeen(seen, in_time=False)
            if waited >= word:
                self._tell(f"waiting for: {what} ({waited:.0f} s of {self._deadline:.0f} s)")
                word = waited + min(LONGEST_SILENCE, max(FIRST_WORD, waited))
            self._sleep(min(poll, self._deadline - waited))
            poll = min(LONGEST_POLL, poll * GROWTH)
        return LastSeen(seen, in_time=True)

    def until_quiet(self) -> bool:
        """Let the settling time go by: nothing of the systems' inside can be seen, so nothing but time can tell."""
        self._tell(f"waiting for {self._settle:.0f} s in which nothing more may come")
        self._sleep(self._settle)
        return True
