"""Looking through a folder, file by file: names and contents, whatever they are packed in or written as."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from harness.evidence.scan.containers import TOO_LARGE, UNREADABLE, Budget, Part, opened
from harness.evidence.scan.encodings import DECODERS, is_text, together
from harness.evidence.scan.known import SECRET, Known

DEEPEST = 8
"""How many archives may lie in each other, and how many encodings."""
LARGEST = 256_000_000
"""How many bytes a file may have, to be looked into at all."""


@dataclass(frozen=True, order=True)
class Leak:
    """Where something secret stands, or what could not be looked into: never the secret itself.

    ``file`` is relative to the pack, ``where`` the place in it (``""``: as it stands), ``what`` what was found there.
    """

    file: str
    where: str
    what: str

    def __str__(self) -> str:
        """Return it as people read it."""
        return ": ".join(one for one in (self.file, self.where, self.what) if one)


def find(pack: Path, secrets: Iterable[str]) -> list[Leak]:
    """Return every leak of ``secrets``, and of what looks like a key or credentials, in ``pack``; none for no folder.

    What cannot be looked into is a leak as well: it may hold anything.
    """
    known = Known(secrets)
    leaks: list[Leak] = []
    for number, path in enumerate(sorted(pack.rglob("*")), 1):
        name, in_name = _named(path.relative_to(pack), number, known)
        leaks += in_name
        if path.is_file():
            leaks += _in_file(path, name, known)
    return sorted(set(leaks))


def find_in_text(name: str, text: str | bytes, secrets: Iterable[str]) -> list[Leak]:
    """Return every leak in ``text``, which is called ``name``."""
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return _in_content(name, content, Known(secrets))


def _named(path: Path, number: int, known: Known) -> tuple[str, list[Leak]]:
    """Return what a file may be called in a leak, and the leaks in its name."""
    if not _in_content("", path.name.encode("utf-8", "surrogateescape"), known):
        hidden = [part for part in path.parts[:-1] if _in_content("", part.encode(), known)]
        return ("/".join("…" if part in hidden else part for part in path.parts), [])
    called = f"file {number} of the pack"
    return called, [Leak(called, "its name", what) for what in _whats(path.name, known)]


def _whats(name: str, known: Known) -> list[str]:
    return sorted({leak.what for leak in _in_content("", name.encode("utf-8", "surrogateescape"), known)})


def _in_file(path: Path, name: str, known: Known) -> list[Leak]:
    try:
        if path.stat().st_size > LARGEST:
            return [Leak(name, "", TOO_LARGE)]
        return _in_content(name, path.read_bytes(), known)
    except OSError:
        return [Leak(name, "", UNREADABLE)]


def _in_content(name: str, content: bytes, known: Known) -> list[Leak]:
    look = _Look(name, known)
    look.at(content, ())
    return sorted(set(look.leaks))


@dataclass
class _Look:
    """The look into one file; ``_seen`` holds what was decoded already, so that nothing is looked at twice."""

    file: str
    known: Known
    leaks: list[Leak] = field(default_factory=list)
    _budget: Budget = field(default_factory=Budget)
    _seen: set[bytes] = field(default_factory=set)

    def at(self, content: bytes, where: tuple[str, ...]) -> None:
        """Note every leak in ``content``, which stands at ``where``."""
        if len(where) > DEEPEST:
            self._note(where[:DEEPEST], ["packed too deep to be looked into"])
            return
        before, is_container = len(self.leaks), False
        for part in opened(content, self._budget) or ():
            is_container = True
            self._in_part(part, where)
        if not is_container:
            self._in_plain(content, where)
        elif len(self.leaks) == before:  # what stands in a part was told of there
            self._note(where, self.known.found_in(content))

    def _in_part(self, part: Part, where: tuple[str, ...]) -> None:
        if part.trouble:
            self._note(where, [part.trouble])
            return
        in_name = _whats(part.name, self.known)
        self._note((*where, f"the name of {part.called}"), in_name)
        self.at(part.content, (*where, f"member {part.name}" if part.name and not in_name else part.called))

    def _in_plain(self, content: bytes, where: tuple[str, ...]) -> None:
        found = self.known.found_in(content)
        self._note(where, found)
        if SECRET in found or len(where) >= DEEPEST:
            return
        for called, decoder in DECODERS.items():
            self._in_pieces(decoder(content), (*where, called))

    def _in_pieces(self, decoded: Iterable[bytes], where: tuple[str, ...]) -> None:
        pieces = set(decoded) - self._seen
        self._seen |= pieces
        packed = {one for one in pieces if opened(one, self._budget) is not None}
        for one in sorted(packed):
            self.at(one, where)
        readable = {one for one in pieces - packed if is_text(one)}
        self._note(where, self.known.found_in(together(sorted(pieces - readable))))
        if readable:
            self._in_plain(together(sorted(readable)), where)

    def _note(self, where: tuple[str, ...], found: Iterable[str]) -> None:
        self.leaks += [Leak(self.file, ": ".join(where), what) for what in found]
