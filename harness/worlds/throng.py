"""A throng: customers who begin and end conversations all the time, while something else is done."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from fakes.core.clock import Clock
from harness.errors import SystemFailed
from harness.ports import Agent
from harness.worlds.observer import MAIL_DOMAIN

AT_ONCE = 3
"""How many conversations are open at a time."""

A_WHILE = 8
"""How many conversations begin in a while."""


class Rhythm(Protocol):
    """When the next customer comes."""

    def start(self, tick: Callable[[], None]) -> None:
        """Call ``tick`` again and again from now on."""
        ...

    def let_pass(self, enough: Callable[[], bool]) -> None:
        """Return when it is ``enough``; raise ``SystemFailed`` if it never is."""
        ...

    def stop(self) -> None:
        """Call no more, and raise what a call has raised."""
        ...


class Throng:
    """Acts as so many customers and agents, by the cheapest route."""

    def __init__(self, sam: Agent, rhythm: Rhythm, repeat: Callable[[], None]) -> None:
        """Come by ``rhythm``; ``repeat`` has Gladly say its first event again."""
        self._sam, self._rhythm = sam, rhythm
        self._repeat = repeat
        self._open: deque[str] = deque()
        self._begun = 0

    def begin(self) -> None:
        """Begin, and return when some have come."""
        self._rhythm.start(self._tick)
        self.go_on()

    def go_on(self) -> None:
        """Return when a while has gone by."""
        due = self._begun + A_WHILE
        self._rhythm.let_pass(lambda: self._begun >= due)

    def end(self) -> None:
        """Let nobody come any more, have Gladly repeat what it said first, and close what is open."""
        self._rhythm.stop()
        self._repeat()
        while self._open:
            self._sam.close_conversation(self._open.popleft())

    def _tick(self) -> None:
        number = self._begun
        customer = self._sam.add_customer(
            name=f"Customer {number}", emails=[f"throng-{number}@{MAIL_DOMAIN}"]
        )
        self._open.append(self._sam.open_conversation(customer))
        self._begun += 1
        if len(self._open) > AT_ONCE:
            self._sam.close_conversation(self._open.popleft())


class ByClock:
    """Comes once a second of a clock that stands still, whenever it is moved."""

    def __init__(self, clock: Clock) -> None:
        """Go by ``clock``."""
        self._clock = clock
        self._tick: Callable[[], None] | None = None

    def start(self, tick: Callable[[], None]) -> None:
        """Call ``tick`` once a second."""
        self._tick = tick
        self._again()

    def let_pass(self, enough: Callable[[], bool]) -> None:
        """Move the clock on."""
        for _ in range(A_WHILE * 10):
            if enough():
                return
            self._clock.advance(1)
        raise SystemFailed("the customers do not come any more")

    def stop(self) -> None:
        """Call no more."""
        self._tick = None

    def _again(self) -> None:
        if self._tick is not None:
            self._clock.call_at(self._clock.now() + timedelta(seconds=1), self._again)
            self._tick()


class InRealTime:
    """Comes ten times a second, in a thread of its own."""

    APART, DEADLINE = 0.1, 30.0

    def __init__(self) -> None:
        """Wait for the start."""
        self._stopping = threading.Event()
        self._came = threading.Condition()
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None

    def start(self, tick: Callable[[], None]) -> None:
        """Call ``tick`` from another thread."""

        def run() -> None:
            try:
                while not self._stopping.wait(self.APART):
                    tick()
                    with self._came:
                        self._came.notify_all()
            except Exception as error:  # noqa: BLE001 - raised where the throng is ended
                self._error = error

        self._thread = threading.Thread(target=run, name="throng", daemon=True)
        self._thread.start()

    def let_pass(self, enough: Callable[[], bool]) -> None:
        """Wait until it is enough, half a minute at the most."""
        with self._came:
            came = self._came.wait_for(enough, self.DEADLINE)
        if not came:
            self.stop()
            raise SystemFailed("the customers do not come any more")

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error
