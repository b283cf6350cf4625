"""Seeded, collision-free identifiers.

One ``Ids`` belongs to one fake and hands out every id of all its tenants, so that the same seed and the same
calls give the same ids, and no two tenants ever share one.
"""

import base64
import random
import threading
import uuid
from datetime import datetime
from math import gcd
from string import ascii_letters, digits

ALPHANUMERIC = ascii_letters + digits
HEX = "0123456789abcdef"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ids:
    """A source of ids from one seed. Safe to use from several threads."""

    def __init__(self, seed: int | str) -> None:
        """Begin the sequence of ``seed``."""
        self._random = random.Random(seed)  # noqa: S311 - reproducible ids are the point, these are no real secrets
        self._texts: dict[tuple[int, str], _Texts] = {}
        self._lock = threading.Lock()

    def text(self, length: int, alphabet: str = ALPHANUMERIC) -> str:
        """Return ``length`` characters of ``alphabet`` that were never returned for these two before.

        Raises ``OverflowError`` when all there can be have been given.
        """
        with self._lock:
            if (texts := self._texts.get((length, alphabet))) is None:
                texts = self._texts[length, alphabet] = _Texts(self._random, length, alphabet)
            return texts.next()

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


class _Texts:
    """Every text of one length and alphabet once, in an order that looks like none; what was given is not remembered.

    The n-th text is n by a permutation of all there are: multiplied and shifted, its digits turned round, and
    multiplied and shifted again.
    """

    def __init__(self, chance: random.Random, length: int, alphabet: str) -> None:
        self._alphabet, self._length = alphabet, length
        self._size = len(alphabet) ** length
        self._steps = [(self._factor(chance), chance.randrange(self._size)) for _ in range(2)]
        self._given = 0

    def next(self) -> str:
        if self._given == self._size:
            raise OverflowError(f"all {self._size} texts of {self._length} characters have been given")
        (first, shift), (second, again) = self._steps
        digits = self._digits((self._given * first + shift) % self._size)
        turned = 0
        for digit in digits:
            turned = turned * len(self._alphabet) + digit
        self._given += 1
        return "".join(
            self._alphabet[digit] for digit in self._digits((turned * second + again) % self._size)
        )

    def _digits(self, number: int) -> list[int]:
        """Return the digits of ``number``, the lowest first."""
        found = []
        for _ in range(self._length):
            number, digit = divmod(number, len(self._alphabet))
            found.append(digit)
        return found

    def _factor(self, chance: random.Random) -> int:
        """Return a number that shares no divisor with the size, so that multiplying by it loses nothing."""
        while gcd(factor := chance.randrange(1, self._size + 1), self._size) != 1:
            pass
        return factor
