"""Seeded, collision-free identifiers.

One ``Ids`` belongs to one fake and hands out every id of all its tenants, so that the same seed and the same
calls give the same ids, and no two tenants ever share one.
"""

import base64
import random
import threading
import uuid
from datetime import datetime
from string import ascii_letters, digits

ALPHANUMERIC = ascii_letters + digits
HEX = "0123456789abcdef"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ids:
    """A source of ids from one seed. Safe to use from several threads."""

    def __init__(self, seed: int | str) -> None:
        """Begin the sequence of ``seed``."""
        self._random = random.Random(seed)  # noqa: S311 - reproducible ids are the point, these are no real secrets
        self._given: set[str] = set()
        self._lock = threading.Lock()

    def text(self, length: int, alphabet: str = ALPHANUMERIC) -> str:
        """Return ``length`` characters of ``alphabet`` that were never returned before."""
        with self._lock:
            while True:
                value = "".join(self._random.choices(alphabet, k=length))
                if value not in self._given:
                    self._given.add(value)
                    return value

    def number(self, below: int) -> int:
        """Return a whole number from 0 up to ``below``; numbers may repeat."""
        with self._lock:
            return self._random.randrange(below)

    def uuid4(self) -> str:
        """Return a version-4 UUID as 36 characters."""
        with self._lock:
            return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def ulid(self, at: datetime) -> str:
        """Return a ULID of 26 characters: 48 bits of ``at`` in milliseconds, 80 random bits."""
        with self._lock:
            value = int(at.timestamp() * 1000) << 80 | self._random.getrandbits(80)
        return "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))

    def slugid(self) -> str:
        """Return a slugid v4: a version-4 UUID as 22 characters of base64url without padding."""
        with self._lock:
            value = uuid.UUID(int=self._random.getrandbits(128), version=4)
        return base64.urlsafe_b64encode(value.bytes).decode().rstrip("=")
