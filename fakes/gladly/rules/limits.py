"""How often an organization may call: 10 requests a second, all its tokens together, and 10 reports a minute (Gladly OpenAPI).

Whether the published limit per method is one bucket or five is open; one bucket for all is the stricter reading
(inferred), and the switch ``rate_limit_per_method`` makes it five. The window is a second of the organization's
clock (inferred).
"""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from fakes.core.clock import Clock
from fakes.gladly.rules.errors import ErrorDetail, LimitError
from fakes.gladly.rules.switches import Switches

PER_SECOND: Final = 10
REPORTS_PER_MINUTE: Final = 10
REPORTS_AT_ONCE: Final = 2
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


class ReportLimits:
    """Counts the reports of one organization: ten a minute and two at once, beside all other limits (Gladly OpenAPI).

    The window is a minute of the organization's clock (inferred). A report that takes time by the clock holds its place
    until that time is over. What is refused counts too (inferred).
    """

    def __init__(self, clock: Clock, switches: Switches) -> None:
        """Start with nothing counted."""
        self._clock = clock
        self._switches = switches
        self._minute: datetime | None = None
        self._count = 0
        self._numbers = itertools.count()
        self._ends: dict[int, datetime | None] = {}
        self._lock = threading.Lock()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Be the place of one report while it is made. Raises ``LimitError`` (texts inferred)."""
        began = self._clock.now()
        number = self._begin(began)
        try:
            yield
        finally:
            self._end(number, began + timedelta(seconds=self._switches.report_seconds))

    def _begin(self, now: datetime) -> int:
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            self._count = self._count + 1 if minute == self._minute else 1
            self._minute = minute
            self._ends = {one: end for one, end in self._ends.items() if end is None or end > now}
            if self._switches.rate_limits and self._count > REPORTS_PER_MINUTE:
                detail = f"rate limit of {REPORTS_PER_MINUTE} reports per minute exceeded"
                raise LimitError(ErrorDetail("rate_limit", detail))
            if self._switches.rate_limits and len(self._ends) >= REPORTS_AT_ONCE:
                detail = f"limit of {REPORTS_AT_ONCE} concurrent reports exceeded"
                raise LimitError(ErrorDetail("rate_limit", detail))
            number = next(self._numbers)
            self._ends[number] = None
        return number

    def _end(self, number: int, end: datetime) -> None:
        with self._lock:
            self._ends[number] = end
