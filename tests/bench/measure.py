"""How the benches measure: medians of many calls, rounds of both settings taken in turn, resident memory."""

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Call = Callable[[], object]


def resident() -> int:
    """Return the resident memory of this process in bytes, after a collection."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def median_of(call: Call, times: int) -> float:
    """Return the median seconds of ``times`` calls."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def compared(few: Call, many: Call, *, rounds: int = 7, times: int = 60) -> tuple[float, float]:
    """Return the median seconds of both, measured in turn so that a busy machine is busy for both."""
    for call in (few, many):
        median_of(call, times)
    taken = [(median_of(few, times), median_of(many, times)) for _ in range(rounds)]
    return statistics.median(one for one, _ in taken), statistics.median(other for _, other in taken)


@contextmanager
def frozen() -> Iterator[None]:
    """Keep the collector from looking through what was set up before."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def row(what: str, few: float, many: float) -> None:
    """Print what two settings cost, and their ratio."""
    say(f"{what:<44} {few * 1e6:9.0f} us {many * 1e6:9.0f} us   x {many / few:.2f}")
