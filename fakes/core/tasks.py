"""Where a fake does what happens after it has answered: webhook deliveries, above all.

``InlineTaskQueue`` runs a job at once on the caller's stack, so that in the memory world a failing step shows
step, actor, fake and integration in one traceback. ``ThreadedTaskQueue`` runs jobs on a few threads; jobs of one
key keep their order, jobs of different keys do not wait for each other.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

Job = Callable[[], None]

log = logging.getLogger(__name__)


class TaskQueue(Protocol):
    """Takes jobs to be done in order per key."""

    def submit(self, key: str, job: Job) -> None:
        """Do ``job`` after all earlier jobs of ``key``."""
        ...

    def close(self) -> None:
        """Take no more jobs."""
        ...


class InlineTaskQueue:
    """Does each job at once; a job submitted from inside a job of the same key waits its turn."""

    def __init__(self) -> None:
        """Start idle."""
        self._waiting: dict[str, deque[Job]] = {}

    def submit(self, key: str, job: Job) -> None:
        """Do ``job`` now, or right after the job of this key that is running. Errors pass to the caller."""
        if (queue := self._waiting.get(key)) is not None:
            queue.append(job)
            return
        queue = self._waiting[key] = deque([job])
        try:
            while queue:
                queue.popleft()()
        finally:
            del self._waiting[key]

    def close(self) -> None:
        """Nothing to end."""


class ThreadedTaskQueue:
    """Does jobs on a few threads, one at a time and in order for each key.

    The threads end with the process, whatever they wait for: a receiver that keeps silent must not delay its end.
    """

    def __init__(self, threads: int = 16) -> None:
        """Start with up to ``threads`` threads, made as they are needed."""
        self._most = threads
        self._threads: list[threading.Thread] = []
        self._ready: SimpleQueue[str | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Job]] = {}
        self._closed = False

    def submit(self, key: str, job: Job) -> None:
        """Queue ``job`` behind the earlier jobs of ``key``. An error that it lets out is logged; the next job follows."""
        with self._lock:
            if self._closed:
                return
            if key in self._waiting:
                self._waiting[key].append(job)
                return
            self._waiting[key] = deque([job])
            if len(self._threads) < min(self._most, len(self._waiting)):
                thread = threading.Thread(target=self._work, name="fake-tasks", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._ready.put(key)

    def close(self) -> None:
        """Drop what is queued and wait for nothing."""
        with self._lock:
            self._closed = True
            for queue in self._waiting.values():
                queue.clear()
        for _ in self._threads:
            self._ready.put(None)

    def _work(self) -> None:
        while (key := self._ready.get()) is not None:
            self._run(key)

    def _run(self, key: str) -> None:
        while (job := self._next(key)) is not None:
            try:
                job()
            except Exception:
                log.exception("a job of %s failed; the next one follows", key)

    def _next(self, key: str) -> Job | None:
        with self._lock:
            queue = self._waiting[key]
            if queue:
                return queue.popleft()
            del self._waiting[key]
            return None
