"""HTTP calls that end in time, whatever the other side does.

httpx limits each step of a call, not the whole: an answer that drips, or a name that takes minutes to resolve, would
hold its worker. So a call is made on a thread of its own and given up when its time is over.
"""

import queue
import threading
from typing import Any

import httpx

from integration.answers import RetryLater

TIMEOUT = 10.0


class Calls:
    """Makes calls for several workers; a given ``transport`` is called on the caller's own stack."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        """Open a client that follows no redirect, so that no credentials go where they do not belong."""
        self._client = httpx.Client(timeout=TIMEOUT, transport=transport, follow_redirects=False)
        self._on_this_stack = transport is not None
        self._lock = threading.Lock()
        self._awaited: set[queue.SimpleQueue[httpx.Response | BaseException]] = set()
        self._hung_up = False

    def ask(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Return the whole answer, or raise ``RetryLater`` when there is none within ``TIMEOUT``."""
        try:
            if self._on_this_stack:
                return self._client.request(method, url, **options)
            return self._ask_in_time(method, url, **options)
        except httpx.HTTPError as error:
            raise RetryLater(type(error).__name__) from None

    def hang_up(self) -> None:
        """Give up all calls that are under way, and every later one."""
        with self._lock:
            self._hung_up = True
            for answer in self._awaited:
                answer.put(RetryLater("hung up"))

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _ask_in_time(self, method: str, url: str, **options: Any) -> httpx.Response:
        answer: queue.SimpleQueue[httpx.Response | BaseException] = queue.SimpleQueue()

        def call() -> None:
            try:
                answer.put(self._client.request(method, url, **options))
            except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
                answer.put(error)

        with self._lock:
            if self._hung_up:
                raise RetryLater("hung up")
            self._awaited.add(answer)
        try:
            threading.Thread(target=call, name="call", daemon=True).start()
            came = answer.get(timeout=TIMEOUT)
        except queue.Empty:
            raise RetryLater(f"no answer within {TIMEOUT:.0f} s") from None
        finally:
            with self._lock:
                self._awaited.discard(answer)
        if isinstance(came, BaseException):
            raise came
        return came
