"""Nothing secret reaches a record: known secrets by value, unknown ones by their look. Nor do people's addresses, where asked."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

MASK = "[redacted]"
LOOKS_SECRET = re.compile(r"pk_[A-Za-z0-9_-]{6,}|(?<=Basic )[A-Za-z0-9+/=]{8,}|(?<=Bearer )\S{8,}")
LOOKS_PERSONAL = re.compile(
    r"[^\s@<>\"'(),;:=?&/]+(?:@|%40)[^\s@<>\"'(),;:=?&/]+\.[A-Za-z]{2,}|(?:\+|%2B)\d[\d ().-]{6,}\d"
)
"""E-mail addresses, and phone numbers as they are written across borders. A browser's regular expressions read it alike."""


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without ``secrets`` and without anything that looks like a key or credentials."""
    for secret in sorted(set(secrets) - {""}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return LOOKS_SECRET.sub(MASK, text)


def redact_people(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without secrets, and without e-mail addresses and phone numbers. Names of people stay."""
    return LOOKS_PERSONAL.sub(MASK, redact(text, secrets))


def in_every_text(data: Any, clean: Callable[[str], str]) -> Any:
    """Return plain JSON values with every text in them as ``clean`` returns it; keys stay."""
    match data:
        case str():
            return clean(data)
        case Mapping():
            return {key: in_every_text(value, clean) for key, value in data.items()}
        case list() | tuple():
            return [in_every_text(one, clean) for one in data]
        case _:
            return data
