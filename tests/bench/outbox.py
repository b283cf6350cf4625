"""How much the reference integration's outbox gets through: ``python -m tests.bench.outbox [COUNT]``.

One webhook is taken in, looked up, its event claimed, sent and closed, as one worker after the other would, without any
HTTP. On SQLite with every commit synced to the disk, and on PostgreSQL with the same where its programs are.
"""

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count as numbers
from pathlib import Path

from integration.outbox import Outbox, Side, Webhook
from tests.bench.measure import say
from tests.integration import postgres

GLADLY, KLAVIYO = Side("gladly", "token"), Side("klaviyo", "key")
THREADS = 16
OWED = 5_000


def webhook(number: int) -> Webhook:
    """Return a webhook of a customer of its own."""
    return Webhook(f"w{number}", started=True, customer_id=f"c{number}", at=1e9 + number, conversation_id="t")


def through(outbox: Outbox, number: int) -> None:
    """Take one in and see it through to the end."""
    outbox.accept(webhook(number))
    taken = outbox.take_webhook(GLADLY)
    assert taken is not None
    outbox.address(taken, [f"c{number}@shop.example"])
    event = outbox.take_event(KLAVIYO)
    assert event is not None
    outbox.in_conversation(event.email)
    outbox.close_event(event, "sent")
    outbox.unpark(KLAVIYO)


def per_second(count: int, do: Callable[[int], object], first: Iterator[int], threads: int = 1) -> float:
    """Return how often a second something is done."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(do, [next(first) for _ in range(count)]))
    return count / (time.perf_counter() - begun)


def measure(name: str, where: Path | str, count: int) -> None:
    """Say what an outbox at ``where`` gets through."""
    outbox, number = Outbox(where), numbers()
    rate = per_second(count, lambda one: through(outbox, one), number)
    say(f"{name:<12} from webhook to done, one worker       {rate:8.0f} a second")
    rate = per_second(count, lambda one: outbox.accept(webhook(one)), number, THREADS)
    say(f"{name:<12} webhooks taken in by {THREADS} threads         {rate:8.0f} a second")
    for one in [next(number) for _ in range(OWED)]:
        outbox.address(webhook(one), [f"c{one}@shop.example"])
    rate = per_second(count, lambda _one: outbox.take_event(KLAVIYO), number)
    say(f"{name:<12} events claimed with {OWED} owed            {rate:8.0f} a second")
    outbox.close()


def main() -> None:
    """Measure both."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        measure("sqlite", folder / "outbox.db", count)
        if postgres.programs() is None:
            say(postgres.WHY_NOT)
        else:
            measure("postgresql", stack.enter_context(postgres.serving(safe=True)), count)


if __name__ == "__main__":
    main()
