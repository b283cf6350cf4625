"""Keeping to the vendors' rate limits with room to spare: calls are spread, not fired until a 429 comes."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

ROOM = 0.6
"""The share of a published limit that is used: others call the same account with the same allowance."""


def nap(seconds: float) -> None:
    """Wait without anything to look at: for a call's turn, or for what the system asked for."""
    threading.Event().wait(max(0.0, seconds))


@dataclass(frozen=True)
class Limit:
    """At most ``calls`` in ``seconds``."""

    calls: int
    seconds: float


class Pace:
    """Lets calls pass no faster than a share of its limits. Safe to use from several threads."""

    def __init__(
        self,
        *limits: Limit,
        room: float = ROOM,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = nap,
    ) -> None:
        """Keep to ``room`` of each of ``limits``, and to one call at the least."""
        self._limits = [Limit(max(1, int(one.calls * room)), one.seconds) for one in limits]
        self._now, self._sleep = now, sleep
        self._taken: deque[float] = deque(maxlen=max((one.calls for one in self._limits), default=1))
        self._lock = threading.Lock()
        self._not_before = 0.0

    @property
    def per_second(self) -> float:
        """How many calls a second can go on without end."""
        return min((one.calls / one.seconds for one in self._limits), default=float("inf"))

    def take(self) -> float:
        """Wait for this call's turn and return how many seconds that took."""
        with self._lock:
            began = self._now()
            at = max(self._not_before, began, *(self._free_at(one) for one in self._limits), 0.0)
            self._taken.append(at)
        if at > began:
            self._sleep(at - began)
        return at - began

    def hold(self, seconds: float) -> None:
        """Let nobody pass for ``seconds``: the system has asked for it."""
        with self._lock:
            self._not_before = max(self._not_before, self._now() + seconds)

    def _free_at(self, limit: Limit) -> float:
        if len(self._taken) < limit.calls:
            return 0.0
        return self._taken[-limit.calls] + limit.seconds
