"""What reconciling a day of conversations costs: ``python -m tests.bench.reconcile [COUNT]``, by default 100,000.

Both systems work out their answers and keep nothing, so the memory is the harness's own. Waiting for a call's turn takes
no time here: it is added up, and said. Four cases, a process each: the last 24 hours, by the Events API; a day further
back, by reports that are cut off; each with a look-up for every customer, and with an export.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.live.reconcile.moments import duration
from harness.live.reconcile.page import write_page
from harness.live.reconcile.plan import Words
from harness.live.reconcile.run import Asked, reconciled
from harness.live.reconcile.saying import Shown
from tests.bench.measure import resident, say
from tests.live.reconcile_crowd import Crowd

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WINDOWS = {
    "the last 24 hours": (NOW - timedelta(hours=24), NOW),
    "a day further back": (NOW - timedelta(hours=84), NOW - timedelta(hours=60)),
}
LIMITS = {
    "Gladly, in 1 s": 10,
    "/api/v1/reports, in 60 s": 10,
    "Klaviyo, in 1 s": 350,
    "Klaviyo, in 60 s": 3_500,
}
"""The vendors' limits for the calls that are made most (Gladly OpenAPI, Klaviyo OpenAPI)."""

MEGABYTE = 1024 * 1024


def measure(count: int, window: str, export: str) -> None:
    """Reconcile once and say what it took."""
    crowd, (since, until) = Crowd(count, NOW), WINDOWS[window]
    before, began = resident(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        words = Words(since.isoformat(), until.isoformat() if until < NOW else "")
        asked = Asked(words, Path(folder) / "store.sqlite", export=export)
        with reconciled(crowd.systems(), "bench", asked, clock=lambda: NOW) as found:
            shown_as = Shown.of(found.plan, addresses=False)
            write_page(Path(folder) / "page.html", found, shown_as, "bench")
            counts, sizes, notes = found.counts, found.sizes, found.notes
            store = asked.store.stat().st_size / MEGABYTE
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before / MEGABYTE
    say(f"\n{window}, {'addresses from an export' if export == 'auto' else 'a look-up a customer'}")
    say(f"  {sizes['conversations']:,} conversations, {sizes['events in Klaviyo']:,} events in Klaviyo")
    say(f"  {seconds:.0f} s of work, {peak:.0f} MB of memory at the most, {store:.0f} MB on disk")
    say(f"  keeping to the limits would take {duration(crowd.turns.seconds)}")
    for name, number in sorted(crowd.calls.items()):
        say(f"  {number:>8,} {name}")
    for name, limit in LIMITS.items():
        if crowd.most[name]:
            say(f"  {crowd.most[name]:>8,} at the most of {name}, where {limit:,} are allowed")
            assert crowd.most[name] <= limit
    for note in notes:
        say(f"  {note}")
    say(
        f"  missing {counts['missing']:,}, doubled {counts['doubled']:,}, unexplained {counts['unexplained']:,}"
    )
    assert counts["unexplained"] == counts["late"] == counts["undecided"] == 0
    assert crowd.lost(since, until) <= counts["missing"] <= 2 * crowd.lost(since, until)
    assert crowd.doubled(since, until) <= counts["doubled"] <= 2 * crowd.doubled(since, until)


def main(count: int) -> None:
    """Measure each case in a process of its own, for its memory."""
    for window in WINDOWS:
        for export in ("never", "auto"):
            command = [sys.executable, "-m", "tests.bench.reconcile", str(count), window, export]
            subprocess.run(command, check=True)  # noqa: S603 - our own command


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(int(sys.argv[1]), sys.argv[2], sys.argv[3])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
