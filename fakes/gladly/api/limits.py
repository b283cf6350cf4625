"""How often an organization may call: 10 requests a second, all its tokens together (Gladly OpenAPI).

Whether the published limit per method is one bucket or five is open; one bucket for all is the stricter reading
(inferred). The window is a second of the organization's clock (inferred).
"""

import threading
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from fakes.gladly.rules.organization import Organization

PER_SECOND: Final = 10
LIMIT_HEADER: Final = "Ratelimit-Limit-Second"
REMAINING_HEADER: Final = "Ratelimit-Remaining-Second"


class Limits:
    """Counts the requests of every organization in the second that is going on."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._counts: WeakKeyDictionary[Organization, tuple[datetime, int]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def take(self, organization: Organization) -> int:
        """Count a request and return how many are left in this second; below zero it is refused.

        With the switch ``rate_limits`` off nothing is counted and all are always left.
        """
        if not organization.switches.rate_limits:
            return PER_SECOND
        second = organization.clock.now().replace(microsecond=0)
        with self._lock:
            when, count = self._counts.get(organization, (second, 0))
            count = count + 1 if when == second else 1
            self._counts[organization] = (second, count)
        return PER_SECOND - count
