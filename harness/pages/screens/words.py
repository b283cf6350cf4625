"""The nearest known word to one that is not known."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

MOST_NAMED = 20
LEAST_SHARED = 4
"""How many letters in a row have to be alike, to be no accident."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a clause that names the nearest of the ``known`` words, or lists them when none is near."""
    names = sorted(known)
    close = get_close_matches(word.lower(), [name.lower() for name in names], n=1)
    if close:
        return f"; did you mean {next(name for name in names if name.lower() == close[0])!r}?"
    return f"; there are: {', '.join(names)}" if len(names) <= MOST_NAMED else ""


def likeness(wanted: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1, or how much of what is ``wanted`` is in a longer one."""
    matcher = SequenceMatcher(None, wanted.lower(), other.lower(), autojunk=False)
    shared = sum(block.size for block in matcher.get_matching_blocks() if block.size >= LEAST_SHARED)
    return max(matcher.ratio(), shared / max(1, len(wanted)))
