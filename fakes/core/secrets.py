"""What a journal may say of a key, token or password: a fingerprint, never the thing itself."""

import hashlib
import hmac
import re
import threading


def fingerprint(secret: str) -> str:
    """Return a short stable name for ``secret`` that does not reveal it, such as ``secret:1f0c9a4e``."""
    return f"secret:{hashlib.sha256(secret.encode()).hexdigest()[:8]}"


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


class Secrets:
    """The secrets of one tenant, to be taken out of everything that is written down.

    ``looks`` also takes out what only looks like a secret of this vendor, such as another tenant's key.
    """

    def __init__(self, looks: re.Pattern[str] | None = None) -> None:
        """Know no secret by value yet."""
        self._marks: dict[str, str] = {}
        self._looks = looks
        self._lock = threading.Lock()

    def add(self, *values: str) -> None:
        """Remember ``values``; empty ones are passed over."""
        with self._lock:  # two that add at once must not lose each other's
            marks = self._marks | {value: fingerprint(value) for value in values if value}
            # In a new dictionary: another thread may be going through the old one.
            self._marks = dict(sorted(marks.items(), key=lambda mark: len(mark[0]), reverse=True))

    def values(self) -> list[str]:
        """Return every secret that was ever added, also of what is gone, for whoever looks for leaks of them."""
        return sorted(self._marks)

    def redact(self, text: str) -> str:
        """Return ``text`` with every known secret replaced by its fingerprint, the longest first."""
        for value, mark in self._marks.items():
            text = text.replace(value, mark)
        return self._looks.sub(lambda match: fingerprint(match[0]), text) if self._looks else text

    def __repr__(self) -> str:
        """Say how many secrets there are, not which."""
        return f"Secrets({len(self._marks)})"
