"""What is searched for: every secret of a run by value, in part too, and what looks like a key or credentials."""

import base64
import binascii
import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator

LOOKS_LIKE_A_KEY = re.compile(rb"(?<![A-Za-z0-9_-])pk_[A-Za-z0-9_-]{6,}|pk_[0-9a-f]{30,}")
"""A private key of Klaviyo's, or the beginning of one. Within a longer word only a whole key is one: ids may hold ``pk_``."""

SHORTEST = 6
"""Shorter secrets are not searched for: they stand in ordinary words."""
SHORTEST_PART = 12
"""This many characters in a row of a secret are as bad as the whole; masks on the pages show four."""

_CREDENTIALS = re.compile(rb"(?i:\bbasic)[ +]+([A-Za-z0-9+/_-]{8,}={0,2})")
_TOKEN = re.compile(rb"(?i:\bbearer)[ +]+(?=[A-Za-z0-9._~/+-]*[0-9])[A-Za-z0-9._~/+-]{8,}")
_WORD = re.compile(rb"(?<![A-Za-z0-9])[a-z]{4,}(?![A-Za-z0-9])")
_WINDOW = struct.calcsize("Q")
_STEP = SHORTEST_PART - _WINDOW
SECRET, PART = "a secret of the run", "a part of a secret of the run"
_LOOKS, _LOGIN = "what looks like a private key", "what looks like credentials"


class Known:
    """A set of secrets, made ready for quick searches.

    Any two windows of eight bytes, four bytes apart, that lie in a text are looked up in a table of all windows of all
    secrets: whatever of a secret is eleven bytes long or more holds one of them. Only what is met so is compared.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        """Take ``secrets`` in; those shorter than ``SHORTEST`` are left out."""
        values = {str(one).encode() for one in secrets if len(one) >= SHORTEST}
        self._tiny = sorted(one for one in values if len(one) < _WINDOW)
        self._secrets = sorted(values.difference(self._tiny))
        self._whole_only = {one for one in self._secrets if not _is_random(one)}
        self._step = 1 if any(len(one) < _WINDOW + _STEP - 1 for one in self._secrets) else _STEP
        self._places: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
        for one in self._secrets:
            for start in range(len(one) - _WINDOW + 1):
                self._places[_number(one[start : start + _WINDOW])].append((one, start))
        self._numbers = set(self._places)

    def found_in(self, content: bytes) -> list[str]:
        """Return what stands in ``content``, by kind and never by value."""
        found = set(self._by_value(content))
        if LOOKS_LIKE_A_KEY.search(content):
            found.add(_LOOKS)
        if _TOKEN.search(content) or any(map(_is_login, _CREDENTIALS.findall(content))):
            found.add(_LOGIN)
        return sorted(found - {PART} if SECRET in found else found)

    def _by_value(self, content: bytes) -> Iterator[str]:
        if any(one in content for one in self._tiny):
            yield SECRET
        for number in self._numbers_in(content):
            for secret, start in self._places[number]:
                yield from self._compared(content, secret, start)

    def _numbers_in(self, content: bytes) -> set[int]:
        """Return which windows of secrets stand in ``content`` at those places that are looked at."""
        seen: set[int] = set()
        view = memoryview(content)
        for shift in range(0, _WINDOW, self._step):
            many = (len(content) - shift) // _WINDOW
            if many > 0:
                seen |= self._numbers.intersection(view[shift : shift + many * _WINDOW].cast("Q"))
        return seen

    def _compared(self, content: bytes, secret: bytes, start: int) -> Iterator[str]:
        """Yield what of ``secret`` stands where its eight bytes from ``start`` on do."""
        if secret in content:
            yield SECRET
        elif secret not in self._whole_only:
            window = secret[start : start + _WINDOW]
            at = content.find(window)
            while at >= 0:
                if _length_around(content, at, secret, start) >= SHORTEST_PART:
                    yield PART
                    return
                at = content.find(window, at + 1)


def _length_around(content: bytes, at: int, secret: bytes, start: int) -> int:
    """Return how many bytes of ``secret`` stand in ``content`` around where ``at`` and ``start`` are the same."""
    before = after = 0
    while before < min(at, start) and content[at - before - 1] == secret[start - before - 1]:
        before += 1
    longest = min(len(content) - at, len(secret) - start)
    while after < longest and content[at + after] == secret[start + after]:
        after += 1
    return before + after


def _is_random(secret: bytes) -> bool:
    """Say whether parts of ``secret`` are secret too: not those of a password made of words, nor a login in Base64."""
    return not _WORD.search(secret) and not _is_login(secret)


def _is_login(encoded: bytes) -> bool:
    """Say whether this is a user and a password as HTTP's Basic scheme sends them, and not a word behind ``Basic``."""
    try:
        text = base64.b64decode(
            encoded + b"=" * (-len(encoded) % 4), b"-_" if b"-" in encoded else None
        ).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return ":" in text and text.isprintable()


def _number(window: bytes) -> int:
    [number] = struct.unpack("Q", window)
    return int(number)
