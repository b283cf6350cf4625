"""How often an organization may call: 10 requests a second, all its tokens together (Gladly OpenAPI).

Whether the published limit per method is one bucket or five is open; one bucket for all is the stricter reading
(inferred), and the switch ``rate_limit_per_method`` makes it five. The window is a second of the organization's
clock (inferred).
"""

import threading
from datetime import datetime
from typing import Final

from fakes.core.clock import Clock
from fakes.gladly.rules.switches import Switches

PER_SECOND: Final = 10
_ALL: Final = "*"


class Limits:
    """Counts the requests of one organization in the second that is going on."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        """Start with nothing counted."""
        self._clock = clock
        self._switches = switches
        self._counts: dict[str, tuple[datetime, int]] = {}
        self._lock = threading.Lock()

    def take(self, method: str) -> int:
        """Count a request by ``method`` and return how many are left in this second; below zero it is refused.

        With the switch ``rate_limits`` off nothing is counted and all are always left.
        """
        if not self._switches.rate_limits:
            return PER_SECOND
        second = self._clock.now().replace(microsecond=0)
        bucket = method if self._switches.rate_limit_per_method else _ALL
        with self._lock:
            when, count = self._counts.get(bucket, (second, 0))
            count = count + 1 if when == second else 1
            self._counts[bucket] = (second, count)
        return PER_SECOND - count
