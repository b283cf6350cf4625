"""Where a fake does what happens after it has answered: webhook deliveries, above all.

``InlineTaskQueue`` runs a job at once on the caller's stack, so that in the memory world a failing step shows
step, actor, fake and integration in one traceback. ``ThreadedTaskQueue`` runs jobs on a few threads; jobs of one
key keep their order, jobs of different keys do not wait for each other.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    """Does jobs on a pool of threads, one at a time and in order for each key."""

    def __init__(self, threads: int = 16) -> None:
        """Start with up to ``threads`` threads, made as they are needed."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="fake-work")
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
            self._pool.submit(self._run, key)

    def close(self) -> None:
        """Drop what is queued and wait for nothing."""
        with self._lock:
            self._closed = True
            for queue in self._waiting.values():
                queue.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

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
