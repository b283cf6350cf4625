"""How often an organization may call: 10 requests a second, all its tokens together (Gladly OpenAPI).

Whether the published limit per method is one bucket or five is open; one bucket for all is the stricter reading
(inferred), and the switch ``rate_limit_per_method`` makes it five. The window is a second of the organization's
clock (inferred).
"""

import threading
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from fakes.gladly.rules.organization.organization import Organization

PER_SECOND: Final = 10
LIMIT_HEADER: Final = "Ratelimit-Limit-Second"
REMAINING_HEADER: Final = "Ratelimit-Remaining-Second"
_ALL: Final = "*"


class Limits:
    """Counts the requests of every organization in the second that is going on."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._counts: WeakKeyDictionary[Organization, dict[str, tuple[datetime, int]]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def take(self, organization: Organization, method: str) -> int:
        """Count a request by ``method`` and return how many are left in this second; below zero it is refused.

        With the switch ``rate_limits`` off nothing is counted and all are always left.
        """
        if not organization.switches.rate_limits:
            return PER_SECOND
        second = organization.clock.now().replace(microsecond=0)
        bucket = method if organization.switches.rate_limit_per_method else _ALL
        with self._lock:
            buckets = self._counts.setdefault(organization, {})
            when, count = buckets.get(bucket, (second, 0))
            count = count + 1 if when == second else 1
            buckets[bucket] = (second, count)
        return PER_SECOND - count
