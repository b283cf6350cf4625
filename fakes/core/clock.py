"""The one clock that limits, windows, retries and page times go by.

Two clocks share a protocol: ``ManualClock`` stands still until it is advanced and fires timers
inline (nothing sleeps, one stack); ``MovableClock`` runs with real time, can be moved forward, and
fires timers on a thread of its own.
"""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from fakes.core.errors import ClockError

LAST = datetime(9000, 1, 1, tzinfo=UTC)
"""Where every clock stops: later moments would soon be beyond what a calendar can hold."""

Action = Callable[[], None]
_Timer = tuple[datetime, int, Action]

log = logging.getLogger(__name__)


class Clock(Protocol):
    """Tells the time in UTC, can be moved forward, and calls back at a time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def advance(self, seconds: float) -> None:
        """Move the clock forward by ``seconds``; timers that fall due fire in order of time.

        Raises ``ClockError`` for a way backwards or beyond ``LAST``.
        """
        ...

    def call_at(self, when: datetime, action: Action) -> None:
        """Call ``action`` once the clock has reached ``when``."""
        ...

    def pause(self, seconds: float) -> None:
        """Let ``seconds`` of this clock's time go by before returning."""
        ...

    def after(self, seconds: float, action: Action) -> None:
        """Call ``action`` when ``seconds`` of this clock's time have gone by, without waiting for it where time runs."""
        ...

    def close(self) -> None:
        """Forget all timers and end any thread."""
        ...


def _moved(now: datetime, seconds: float) -> datetime:
    """Return where a clock stands ``seconds`` after ``now``; raise ``ClockError`` for backwards or beyond ``LAST``."""
    if seconds < 0:
        raise ClockError(f"the clock only moves forward: cannot advance by {seconds} seconds")
    if seconds > (LAST - now).total_seconds():
        raise ClockError(f"the clock stops at {LAST.date()}: cannot advance by {seconds} seconds")
    return now + timedelta(seconds=seconds)


class ManualClock:
    """A clock that stands still until told; timers fire inside ``advance`` and see their own due time."""

    def __init__(self, start: datetime) -> None:
        """Start at ``start`` (aware, UTC)."""
        self._now = start
        self._timers: list[_Timer] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        """Return the present moment of this clock."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move forward, firing timers on the way, each at its own time."""
        target = _moved(self._now, seconds)
        while self._timers and self._timers[0][0] <= target:
            when, _, action = heapq.heappop(self._timers)
            self._now = max(self._now, when)
            action()
        self._now = max(self._now, target)

    def call_at(self, when: datetime, action: Action) -> None:
        """Call ``action`` when the clock is advanced to or past ``when``; a past moment fires on the next advance."""
        heapq.heappush(self._timers, (when, next(self._order), action))

    def pause(self, seconds: float) -> None:
        """Advance by ``seconds``, as far as there is time left: nobody sleeps."""
        self.advance(min(seconds, (LAST - self._now).total_seconds()))

    def after(self, seconds: float, action: Action) -> None:
        """Advance as ``pause`` does, then call ``action``."""
        self.pause(seconds)
        action()

    def close(self) -> None:
        """Forget all timers."""
        self._timers.clear()


class MovableClock:
    """Real time plus an offset; timers fire on one daemon thread and must be short."""

    def __init__(self) -> None:
        """Start at real time with no offset."""
        self._offset = timedelta()
        self._timers: list[_Timer] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def now(self) -> datetime:
        """Return real UTC time plus what the clock was advanced by."""
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Move forward; due timers fire at once on the timer thread."""
        with self._changed:
            _moved(self.now(), seconds)
            self._offset += timedelta(seconds=seconds)
            self._changed.notify_all()

    def call_at(self, when: datetime, action: Action) -> None:
        """Call ``action`` on the timer thread at ``when``. An error that it lets out is logged; later timers still fire."""
        with self._changed:
            heapq.heappush(self._timers, (when, next(self._order), action))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="fake-clock", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Wait until the clock has moved by ``seconds``, by itself or because it was advanced, or is closed."""
        until = self.now() + timedelta(seconds=seconds)
        with self._changed:
            while not self._closed and (left := (until - self.now()).total_seconds()) > 0:
                self._changed.wait(left)

    def after(self, seconds: float, action: Action) -> None:
        """Call ``action`` on the timer thread once the clock has moved by ``seconds``, by itself or because it was advanced."""
        self.call_at(self.now() + timedelta(seconds=seconds), action)

    def close(self) -> None:
        """End the timer thread; timers still waiting never fire."""
        with self._changed:
            self._closed = True
            self._timers.clear()
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while (action := self._next_due()) is not None:
            try:
                action()
            except Exception:
                log.exception("a timer failed; later ones still fire")

    def _next_due(self) -> Action | None:
        with self._changed:
            while not self._closed:
                if not self._timers:
                    self._changed.wait()
                    continue
                wait = (self._timers[0][0] - self.now()).total_seconds()
                if wait <= 0:
                    return heapq.heappop(self._timers)[2]
                self._changed.wait(wait)
        return None
