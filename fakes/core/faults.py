"""Bounded misbehaviour that a test asks a fake for.

========== =========== ==================================================================================
kind       the request what the caller sees
========== =========== ==================================================================================
status     is refused  an error with ``status``
edge       is refused  the page of an edge in front of the vendor: a challenge for the ``status`` 403, a failure for 5xx,
                       a page that asks for patience for 200
throttle   is refused  429 and the vendor's throttle answer, ``seconds`` as the wait, told by ``retry_after``
redirect   is refused  302 to ``location``, with the request's own path and query behind it
reset      is refused  the connection is cut before any answer
lost       is refused  nothing: the connection stays silent for ``seconds``, then closes, and the request is never served
delay      is served   the answer, ``seconds`` late
timeout    is served   nothing: the connection stays silent for ``seconds``, then closes
truncate   is served   half of the answer's body (without a body: of its first line), then the connection closes
garbage    is served   200 and a body that is no JSON
duplicate  webhooks    the delivery is made twice
reorder    webhooks    the delivery is made after the next one
drop       webhooks    the delivery is never made
========== =========== ==================================================================================
"""

import itertools
import re
import threading
from collections import deque
from copy import copy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

from fakes.core.errors import FaultError

RequestKind = Literal[
    "status", "edge", "throttle", "redirect", "reset", "lost", "delay", "timeout", "truncate", "garbage"
]
WebhookKind = Literal["duplicate", "reorder", "drop"]
RetryAfter = Literal["seconds", "date", "absent"]
REQUEST_KINDS: frozenset[str] = frozenset(get_args(RequestKind))
WEBHOOK_KINDS: frozenset[str] = frozenset(get_args(WebhookKind))
RETRY_AFTER: tuple[str, ...] = get_args(RetryAfter)
MOST_TIMES = 100_000
MOST_SECONDS = 3_600
MOST_REMEMBERED = 1_000
"""How many faults a tenant remembers that are over."""
CHALLENGE = 403
EDGE_STATUSES: tuple[int, ...] = (200, CHALLENGE, 502, 503, *range(520, 525))
"""What an edge answers by itself: that it wants to see a browser, that it did not get on with what is behind it,
or, by a page with 200 that an admin put there, that one should come back later."""

_OK, _LAST_STATUS = 200, 599
_OF_THE_KIND = -1


@dataclass(slots=True)
class Fault:
    """The next ``times`` requests (or deliveries) that match ``route`` misbehave by ``kind``, from behind the first ``after`` on.

    ``route`` is a method and a path, such as ``POST /api/events``; ``*`` stands for any run of characters, and a
    webhook's route is its event type, such as ``CONVERSATION/CREATED``. ``seconds`` is a wait, ``status`` an HTTP
    status: 500 unless said otherwise, 403 for the kind ``edge``. ``retry_after`` says how a throttled call is told of its
    wait, ``location`` where a redirect leads. ``struck`` counts how often it has happened; ``times`` is what is left.
    """

    route: str
    kind: str
    times: int = 1
    status: int = _OF_THE_KIND
    seconds: float = 1.0
    after: int = 0
    retry_after: str = "seconds"
    location: str = ""
    id: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        """Raise ``FaultError`` on what cannot be."""
        if self.kind not in REQUEST_KINDS | WEBHOOK_KINDS:
            known = ", ".join(sorted(REQUEST_KINDS | WEBHOOK_KINDS))
            raise FaultError("kind", f"unknown fault kind {self.kind!r}; known kinds: {known}")
        if self.status == _OF_THE_KIND:
            self.status = CHALLENGE if self.kind == "edge" else 500
        if not 1 <= self.times <= MOST_TIMES:
            raise FaultError("times", f"times must be 1 to {MOST_TIMES}, not {self.times}")
        if not _OK <= self.status <= _LAST_STATUS:
            raise FaultError("status", f"status must be {_OK} to {_LAST_STATUS}, not {self.status}")
        if self.kind == "edge" and self.status not in EDGE_STATUSES:
            known = ", ".join(map(str, EDGE_STATUSES))
            raise FaultError("status", f"no edge answers {self.status} by itself; what it answers: {known}")
        if not 0 <= self.seconds <= MOST_SECONDS:
            raise FaultError("seconds", f"seconds must be 0 to {MOST_SECONDS}, not {self.seconds}")
        if not 0 <= self.after <= MOST_TIMES:
            raise FaultError("after", f"after must be 0 to {MOST_TIMES}, not {self.after}")
        if self.retry_after not in RETRY_AFTER:
            known = ", ".join(RETRY_AFTER)
            raise FaultError("retry_after", f"retry_after must be one of {known}, not {self.retry_after!r}")
        if bool(self.location) != (self.kind == "redirect"):
            raise FaultError("location", "a redirect, and nothing else, needs a location to lead to")

    def matches(self, route: str) -> bool:
        """Say whether this fault is meant for ``route``."""
        return fnmatchcase(route, self.route)


def can_trigger(pattern: str, known: str) -> bool:
    """Say whether a fault's route can ever match calls of ``known``, a path template or an event type."""
    template = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(known))
    return bool(re.fullmatch(template, pattern)) or fnmatchcase(re.sub(r"\{\w+\}", "x", known), pattern)


class ConnectionFault(Exception):
    """The answer must be spoiled below HTTP; whoever serves the request carries it out."""

    def __init__(
        self, fault: Fault, *, status: str = "", headers: list[tuple[str, str]], body: bytes = b""
    ) -> None:
        """Keep the answer that would have been sent, for ``truncate``."""
        super().__init__(f"{fault.kind} as armed for {fault.route}")
        self.fault = fault
        self.status = status
        self.headers = headers
        self.body = body


class Faults:
    """The armed faults of one tenant, and what became of those before. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._armed: list[Fault] = []
        self._all: deque[Fault] = deque(maxlen=MOST_REMEMBERED)
        self._number = itertools.count(1)
        self._lock = threading.Lock()

    def arm(self, fault: Fault) -> Fault:
        """Add ``fault`` behind those already armed, and return it as it is now, with its ``id``."""
        with self._lock:
            fault.id = next(self._number)
            self._armed.append(fault)
            self._all.append(fault)
            return copy(fault)  # it is used up while it is looked at

    def take(self, route: str, kinds: frozenset[str]) -> Fault | None:
        """Return the first armed fault of ``kinds`` for ``route`` whose turn it is and use it up once, or None."""
        with self._lock:
            for fault in self._armed:
                if fault.kind not in kinds or not fault.matches(route):
                    continue
                if fault.after:
                    fault.after -= 1
                    continue
                fault.times -= 1
                fault.struck += 1
                if fault.times == 0:
                    self._armed.remove(fault)
                return fault
        return None

    def clear(self, but: int | None = None) -> None:
        """Disarm all, but for the one with the id ``but``."""
        with self._lock:
            self._armed[:] = [fault for fault in self._armed if fault.id == but]

    def armed(self) -> list[Fault]:
        """Return what is armed, in order."""
        with self._lock:
            return list(self._armed)

    def all(self) -> list[Fault]:
        """Return every fault as it is now, the first armed first; of those that are over only the last thousand."""
        with self._lock:
            return [copy(fault) for fault in self._all]
