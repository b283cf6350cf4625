"""Rate limits: two fixed windows at once for each endpoint of an account."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

BURST_SECONDS = 1
STEADY_SECONDS = 60


class Tier(Enum):
    """How many calls an endpoint takes in a second and in a minute (Klaviyo OpenAPI)."""

    XS = (1, 15)
    S = (3, 60)
    M = (10, 150)
    L = (75, 750)
    XL = (350, 3500)

    def __init__(self, burst: int, steady: int) -> None:
        """Take the two limits."""
        self.burst = burst
        self.steady = steady


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call stands. ``wait`` is 0 if it was taken, else whole seconds until the full window ends."""

    tier: Tier
    remaining: int
    wait: int = 0

    def headers(self) -> dict[str, str]:
        """Return the headers of a reply that is not 429: a list form, about the burst window (recorded response)."""
        burst, steady = self.tier.burst, self.tier.steady
        return {
            "RateLimit-Limit": f"{burst}, {burst};w={BURST_SECONDS}, {steady};w={STEADY_SECONDS}",
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": "0",
        }


@dataclass(slots=True)
class _Window:
    number: int = -1
    taken: int = 0

    def taken_in(self, number: int) -> int:
        if number != self.number:
            self.number, self.taken = number, 0
        return self.taken


class Limits:
    """The windows of one account. Keys share them; only calls that are taken count (inferred from vendor docs)."""

    def __init__(self) -> None:
        """Start with empty windows."""
        self._windows: dict[str, tuple[_Window, _Window]] = {}

    def take(self, counters: Sequence[tuple[str, Tier]], now: datetime, *, enforced: bool = True) -> Standing:
        """Count a call in all of ``counters`` or, if one of their windows is full, in none, and say where it stands.

        Counters are endpoints and what has limits of its own across endpoints; the last one is reported. When not
        ``enforced`` every call is taken.
        """
        seconds = now.timestamp()
        windows = [(self._windows.setdefault(name, (_Window(), _Window())), tier) for name, tier in counters]
        wait = max(_wait(pair, tier, seconds) for pair, tier in windows)
        (reported, _), tier = windows[-1]
        if enforced and wait:
            return Standing(tier, 0, wait)
        for burst, steady in (pair for pair, _ in windows):
            burst.taken += 1
            steady.taken += 1
        return Standing(tier, max(0, tier.burst - reported.taken))


def _wait(windows: tuple[_Window, _Window], tier: Tier, seconds: float) -> int:
    """Return the whole seconds until the longer window that is full ends, at least one, or 0 if there is room."""
    burst, steady = windows
    in_burst = burst.taken_in(int(seconds // BURST_SECONDS))
    in_steady = steady.taken_in(int(seconds // STEADY_SECONDS))
    if in_burst < tier.burst and in_steady < tier.steady:
        return 0
    length = STEADY_SECONDS if in_steady >= tier.steady else BURST_SECONDS
    return max(1, math.ceil((seconds // length + 1) * length - seconds))
