"""What every part of a run has at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.live.reconcile.plan import Plan
from harness.live.reconcile.progress import Told, nobody
from harness.live.reconcile.store import Store
from harness.live.systems import Systems


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Work:
    """Where to read, what to read, where to keep it, and who hears of it."""

    systems: Systems
    plan: Plan
    store: Store
    told: Told = nobody
    clock: Callable[[], datetime] = utc_now
