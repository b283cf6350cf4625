"""The runbook's own text, as far as the project may keep it: the SHA-256 of each of its sentences."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from pathlib import Path

LONGEST_WRAP = 12
"""Over how many lines a sentence may have been wrapped."""

_MARKER = re.compile(r"^(?:[-*]\s+)?(?:\d+\.\s+)?")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?]”))\s+(?=[A-Z“])")


def sentences(text: str) -> list[str]:
    """Split the source document into sentences: lines without list markers, cut after a full stop.

    White space is folded, so that re-indenting the document is no change.
    """
    return [sentence for line in _lines(text) if line for sentence in _SENTENCE_END.split(line)]


def _lines(text: str) -> Iterator[str]:
    return (_MARKER.sub("", " ".join(line.split())) for line in text.splitlines())


def rejoined(text: str, known: Collection[str]) -> list[str]:
    """Return the sentences of ``text``; one of the digests ``known`` is one sentence on however many lines it stands.

    A document that was wrapped at another width says the same; which lines belong together only the digests tell.
    """
    paragraphs = [list(lines) for is_text, lines in groupby(_lines(text), key=bool) if is_text]
    return [sentence for lines in paragraphs for sentence in _of_paragraph(lines, known)]


def _of_paragraph(lines: list[str], known: Collection[str]) -> list[str]:
    plain = [sentence for line in lines for sentence in _SENTENCE_END.split(line)]
    missed = {
        sentence for sentence in _over_several(lines) if digest(sentence) in known and sentence not in plain
    }
    own = [one for one in plain if digest(one) in known or not any(one in sentence for sentence in missed)]
    return own + sorted(missed)


def _over_several(lines: list[str]) -> Iterable[str]:
    for begin in range(len(lines)):
        for end in range(begin + 2, min(begin + LONGEST_WRAP, len(lines)) + 1):
            yield from _SENTENCE_END.split(" ".join(lines[begin:end]))


def digest(sentence: str) -> str:
    """Return the SHA-256 of ``sentence`` in hex."""
    return hashlib.sha256(sentence.encode()).hexdigest()


def read_digests(path: Path, known: Collection[str] = ()) -> dict[str, str]:
    """Return digest → sentence for the document at ``path``; see ``rejoined`` for those that are ``known``.

    Raises ``OSError`` or ``UnicodeDecodeError`` when it cannot be read.
    """
    return {digest(sentence): sentence for sentence in rejoined(path.read_text(encoding="utf-8"), known)}
