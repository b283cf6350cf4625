"""Texts of the vendors without anything that is not the vendor's: only words of a list are let through.

An error's text may repeat what was sent, a path whose it is, a field whom it is about. What is no word of the committed
list is shown as ``…``, what is an id, a time, an address or a number as its kind.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

LIST = Path(__file__).parent / "baseline" / "words.txt"
UNKNOWN = "…"
LONGEST_WORD, LONGEST_NAME, MOST_DIGITS = 20, 40, 3

E_MAIL: Final = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?P<fraction>\.\d+)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_KEY: Final = re.compile(r"pk_[\w*-]+|(?:Basic|Bearer)\s+\S+")
_URL: Final = re.compile(r"https?://[^\s'\"<>]+")
_RUN: Final = re.compile(r"\w+(?:[-]\w+)*")
_PART: Final = re.compile(r"IDs(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|_+|-+|[^\W\d_]")
_KINDS: Final = (
    (_KEY, "{key}"),
    (_URL, "{url}"),
    (E_MAIL, "{e-mail}"),
    (MOMENT, "{moment}"),
    (UUID, "{uuid}"),
)


@cache
def vocabulary() -> frozenset[str]:
    """Return the words that may be shown, in lower case."""
    words = LIST.read_text(encoding="utf-8").lower().split()
    return frozenset(part for word in words for part in word.split("-") if part)


def is_worded(text: str) -> bool:
    """Say whether ``text`` is made of words of the list only, run together as names of fields are."""
    parts = [one for one in _PART.findall(text) if one.strip("_-")]
    if sum(map(len, _PART.findall(text))) != len(text) or not parts:
        return False
    return all((one.isdigit() and len(one) < MOST_DIGITS) or one.lower() in vocabulary() for one in parts)


def worded(text: str) -> str:
    """Return ``text`` with its kinds of things for the things, and ``…`` for words that are not on the list."""
    kept = text
    for looks, name in _KINDS:
        kept = looks.sub(name, kept)
    pieces, at = [], 0
    for match in _RUN.finditer(kept):
        pieces += [_plain(kept[at : match.start()]), _shown(match[0])]
        at = match.end()
    return "".join([*pieces, _plain(kept[at:])])


def _shown(run: str) -> str:
    if run in {"key", "url", "e-mail", "moment", "uuid"} or is_worded(run):
        return run if not any(map(str.isdigit, run)) else re.sub(r"\d+", "N", run)
    return "N" if run.isdigit() else UNKNOWN


def _plain(text: str) -> str:
    """Return what is between words: punctuation as it is, anything else as unknown."""
    return "".join(one if one.isascii() and (one.isprintable() or one.isspace()) else UNKNOWN for one in text)


def is_field_name(text: str) -> bool:
    """Say whether ``text`` looks like a field's name, and like nothing that somebody typed in.

    Words joined by humps, ``_``, ``-`` or blanks of a title, none of them long, hardly a digit.
    """
    if not re.fullmatch(r"\$?[A-Za-z][A-Za-z0-9_-]*", text) or len(text) > LONGEST_NAME:
        return False
    parts = _PART.findall(text.lstrip("$"))
    words = [one for one in parts if one[0].isalpha()]
    if sum(map(len, parts)) != len(text.lstrip("$")):
        return False
    short = sum(len(one) == 1 for one in words)
    digits = sum(map(str.isdigit, text))
    return digits <= 1 and short <= 1 and all(len(one) <= LONGEST_WORD for one in words) and text[0] != "-"


def is_the_vendors_own(text: str) -> bool:
    """Say whether ``text`` looks like one of a set of values that a vendor has: ``OPEN``, ``CONTACT/STARTED``, ``events:read``."""
    if re.fullmatch(r"[A-Z]{2,20}(?:[_/ ][A-Z]{2,20}){0,4}|[a-z-]{2,30}:(?:read|write)", text):
        return True
    return is_worded(text) and text == text.lower() and " " not in text
