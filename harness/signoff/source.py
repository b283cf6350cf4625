"""The runbook's own text, as far as the project may keep it: the SHA-256 of each of its sentences."""

import hashlib
import re
from pathlib import Path

_MARKER = re.compile(r"^(?:[-*]\s+)?(?:\d+\.\s+)?")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?]”))\s+(?=[A-Z“])")


def sentences(text: str) -> list[str]:
    """Split the source document into sentences: lines without list markers, cut after a full stop.

    White space is folded, so that re-wrapping or re-indenting the document is no change.
    """
    lines = (_MARKER.sub("", " ".join(line.split())) for line in text.splitlines())
    return [sentence for line in lines if line for sentence in _SENTENCE_END.split(line)]


def digest(sentence: str) -> str:
    """Return the SHA-256 of ``sentence`` in hex."""
    return hashlib.sha256(sentence.encode()).hexdigest()


def read_digests(path: Path) -> dict[str, str]:
    """Return digest → sentence for the document at ``path``. Raises ``OSError`` when it cannot be read."""
    return {digest(sentence): sentence for sentence in sentences(path.read_text(encoding="utf-8"))}
