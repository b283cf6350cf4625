"""What a journal may say of a key, token or password: a fingerprint, never the thing itself."""

import hashlib
import hmac


def fingerprint(secret: str) -> str:
    """Return a short stable name for ``secret`` that does not reveal it, such as ``secret:1f0c9a4e``."""
    return f"secret:{hashlib.sha256(secret.encode()).hexdigest()[:8]}"


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


class Secrets:
    """The secrets of one tenant, to be taken out of everything that is written down."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._marks: dict[str, str] = {}

    def add(self, *values: str) -> None:
        """Remember ``values``; empty ones are passed over."""
        self._marks.update({value: fingerprint(value) for value in values if value})

    def redact(self, text: str) -> str:
        """Return ``text`` with every known secret replaced by its fingerprint, the longest first."""
        for value in sorted(self._marks, key=len, reverse=True):
            text = text.replace(value, self._marks[value])
        return text

    def __repr__(self) -> str:
        """Say how many secrets there are, not which."""
        return f"Secrets({len(self._marks)})"
