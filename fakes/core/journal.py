"""What a fake saw and did, in order, bounded, with every secret redacted to a fingerprint."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any, Literal, get_args

from fakes.core.clock import Clock
from fakes.core.secrets import Secrets

Kind = Literal["request", "unsupported", "ignored", "error", "delivery", "event", "fault", "action"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MOST_ENTRIES = 20_000
"""How many entries a journal holds: a thousand conversations leave more than ten thousand."""

LONGEST_WHAT = 2_000
"""How many characters the line of an entry has at most: a path and its query may be a hundred times as long."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a journal.

    ``kind`` is ``request`` (an answered call), ``unsupported`` (a call the fake does not know), ``ignored`` (what a
    call was sent and did not read), ``error`` (the fake itself failed), ``delivery`` (a webhook attempt), ``event``
    (something the domain did), ``fault`` (an armed fault that triggered) or ``action`` (what a user did). ``at`` is
    aware UTC.
    """

    number: int
    at: datetime
    kind: Kind
    what: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the entry as plain JSON values, the time in ISO 8601."""
        return asdict(self) | {"at": self.at.isoformat(), "details": dict(self.details)}


class Journal:
    """The last ``limit`` entries of one tenant, or of the fake itself for what belongs to no tenant."""

    def __init__(self, clock: Clock, secrets: Secrets, limit: int = MOST_ENTRIES) -> None:
        """Write with the time of ``clock``, redact what ``secrets`` knows."""
        self._clock = clock
        self._secrets = secrets
        self._entries: deque[Entry] = deque(maxlen=limit)
        self._lock = threading.Lock()
        self._count = 0

    def write(self, kind: Kind, what: str, **details: Any) -> None:
        """Append an entry; texts in ``details``, however deep, are redacted, and ``what`` is cut where it gets long."""
        clean = {name: self._redact(value) for name, value in details.items()}
        with self._lock:
            self._count += 1
            self._entries.append(
                Entry(self._count, self._clock.now(), kind, self._secrets.redact(what)[:LONGEST_WHAT], clean)
            )

    def entries(self, *kinds: Kind, after: int = 0) -> list[Entry]:
        """Return the entries behind the one numbered ``after`` in order, of ``kinds`` only when any are named."""
        with self._lock:
            later = takewhile(lambda entry: entry.number > after, reversed(self._entries))
            found = [entry for entry in later if not kinds or entry.kind in kinds]
        found.reverse()
        return found

    def clear(self) -> None:
        """Forget all entries. Numbers go on where they were: a reader who asks for what came since is not deceived."""
        with self._lock:
            self._entries.clear()

    def redact(self, text: str) -> str:
        """Return ``text`` as it may be written down; cut a text after this, never before, or half a secret stays."""
        return self._secrets.redact(text)

    def _redact(self, value: Any) -> Any:
        match value:
            case str():
                return self._secrets.redact(value)
            case Mapping():
                return {self._redact(key): self._redact(item) for key, item in value.items()}
            case list() | tuple():
                return [self._redact(item) for item in value]
            case _:
                return value
