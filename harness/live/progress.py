"""Waiting for something that takes minutes, and saying meanwhile what for and for how long. Fulfils ``ports.Waiting``."""

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

from harness.live.pace import nap
from harness.ports import LastSeen

T = TypeVar("T")
FIRST_POLL, LONGEST_POLL, GROWTH = 0.5, 10.0, 1.5
FIRST_WORD, LONGEST_SILENCE = 3.0, 30.0

Show = Callable[[str, float], AbstractContextManager[Callable[[float], None]]]
"""Shows a wait for something, of so many seconds at most; what it opens is told the seconds that have gone by."""


class LiveWaiting:
    """Looks again and again, less often as time goes by, until a deadline. Times are seconds."""

    def __init__(
        self,
        *,
        deadline: float,
        settle: float,
        show: Show,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = nap,
    ) -> None:
        """Give up after ``deadline``; call it quiet after ``settle``. Whoever watches is told by ``show``."""
        self._deadline, self._settle = deadline, settle
        self._show, self._now, self._sleep = show, now, sleep
        self.longest = f"{deadline:.0f} s"
        self._slowest = 0.0

    def until(
        self, look: Callable[[], T], is_enough: Callable[[T], object], what: str = "something"
    ) -> LastSeen:
        """Look until enough is seen or the deadline has passed."""
        began, poll = self._now(), FIRST_POLL
        with self._show(what, self._deadline) as tell:
            while not is_enough(seen := look()):
                waited = self._now() - began
                if waited >= self._deadline:
                    return LastSeen(seen, in_time=False)
                tell(waited)
                self._sleep(min(poll, self._deadline - waited))
                poll = min(LONGEST_POLL, poll * GROWTH)
        self._slowest = max(self._slowest, self._now() - began)
        return LastSeen(seen, in_time=True)

    def until_quiet(self) -> bool:
        """Let the settling time go by: nothing of the systems' inside can be seen, so nothing but time can tell.

        It is no shorter than the longest that anything has taken to come so far.
        """
        began, settle = self._now(), max(self._settle, self._slowest)
        with self._show("time in which nothing more comes", settle) as tell:
            while (waited := self._now() - began) < settle:
                tell(waited)
                self._sleep(min(FIRST_POLL, settle - waited))
        return True


def in_lines(line: Callable[[str], None]) -> Show:
    """Return what shows a wait as a line now and then: soon at first, then every half minute."""

    @contextlib.contextmanager
    def show(what: str, longest: float) -> Iterator[Callable[[float], None]]:
        due = FIRST_WORD

        def tell(waited: float) -> None:
            nonlocal due
            if waited >= due:
                line(said(what, waited, longest))
                due = waited + min(LONGEST_SILENCE, max(FIRST_WORD, waited))

        yield tell

    return show


def said(what: str, waited: float, longest: float) -> str:
    """Return what is said of a wait."""
    return f"waiting for: {what} ({waited:.0f} s of {longest:.0f} s)"
