"""A thread that works off what is due, and comes back from the dead a few times."""

import threading
import time
from collections.abc import Callable

from integration.log import logger

AFTER_A_FAILURE = 5.0
LOOKS_AROUND = 2.0  # what another process was at may have fallen due
MOST_LIVES = 4

log = logger(__name__)


class Worker:
    """Does ``step`` whenever it is woken or what is left falls due; ``step`` returns when that is."""

    def __init__(self, name: str, step: Callable[[], float | None]) -> None:
        """Start nothing yet."""
        self._name = name
        self._step = step
        self._wake = threading.Event()
        self._stopping = False
        self._lives = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def is_at_work(self) -> bool:
        """Say whether it works. One that has not begun, or died unseen, is begun now if it may live again."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return True
            if self._lives == MOST_LIVES or self._stopping:
                return False
            if self._lives:
                log.error("a worker has died: it begins again", worker=self._name)
            self._lives += 1
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # there are no more threads to be had
                return False
            return True

    def wake(self) -> None:
        """Have it look for work now."""
        self._wake.set()

    def stop(self) -> None:
        """Have it end after what it is at."""
        self._stopping = True
        self._wake.set()

    def has_ended(self, within: float) -> bool:
        """Wait for its end, ``within`` seconds at the most."""
        if self._thread is None:
            return True
        self._thread.join(timeout=max(0.0, within))
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping:
            due = self._due_after_a_step()
            wait = LOOKS_AROUND if due is None else min(due - time.time(), LOOKS_AROUND)
            self._wake.wait(max(0.0, wait))
            self._wake.clear()

    def _due_after_a_step(self) -> float | None:
        try:
            return self._step()
        except Exception as error:  # noqa: BLE001 - a dead worker would leave the webhook answering 200 for nothing
            log.error("work failed", worker=self._name, why=type(error).__name__, next_in=AFTER_A_FAILURE)  # noqa: TRY400 - a traceback may quote an address
            return time.time() + AFTER_A_FAILURE
