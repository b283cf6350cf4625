"""What holds other contents: archives, compressed files, and pictures with their text chunks."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_INFLATED = 64_000_000
"""How many bytes may come out of one file, with all that is packed in it."""

_ZIP, _EMPTY_ZIP, _GZIP, _PNG = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"\x89PNG\r\n\x1a\n"
_ZLIB_LEAST, _ZLIB_METHOD, _ZLIB_CHECK = 8, 0x78, 31
_PIXELS = {b"IDAT", b"fdAT"}
TOO_LARGE = "too large to be looked into"
UNREADABLE = "packed in a way that cannot be looked into"


class TooLarge(Exception):
    """More comes out of a file than may."""


@dataclass
class Budget:
    """How many bytes may still come out of a file."""

    left: int = MOST_INFLATED

    @property
    def next(self) -> int:
        """How much is to be read next: one byte more than what is left, by which too much is known."""
        return self.left + 1

    def spend(self, content: bytes) -> bytes:
        """Return ``content``, or raise ``TooLarge`` if it is more than what is left."""
        if len(content) > self.left:
            self.left = 0
            raise TooLarge
        self.left -= len(content)
        return content


@dataclass(frozen=True)
class Part:
    """Something in a container: what it is called, and its content or, in ``trouble``, why that is not to be had.

    ``name`` is the name that stands in the archive, which may be a secret itself.
    """

    called: str
    content: bytes = b""
    name: str = ""
    trouble: str = ""


def opened(content: bytes, budget: Budget) -> Iterator[Part] | None:
    """Return the parts of ``content``, or None if it is no container."""
    if content.startswith((_ZIP, _EMPTY_ZIP)) or (
        b"PK\x05\x06" in content and zipfile.is_zipfile(io.BytesIO(content))
    ):
        return _safely(_members, content, budget)
    if content.startswith(_GZIP):
        return _safely(_gzip, content, budget)
    if content.startswith(_PNG):
        return _safely(_chunks, content, budget)
    if _begins_like_zlib(content):
        return _zlib(content, budget)
    return None


def _safely(
    parts: Callable[[bytes, Budget], Iterator[Part]], content: bytes, budget: Budget
) -> Iterator[Part]:
    try:
        yield from parts(content, budget)
    except TooLarge:
        yield Part("", trouble=TOO_LARGE)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        yield Part("", trouble=UNREADABLE)


def _members(content: bytes, budget: Budget) -> Iterator[Part]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield Part("the comment of the archive", archive.comment)
        for number, member in enumerate(archive.infolist(), 1):
            with archive.open(member) as opened_member:
                inflated = budget.spend(opened_member.read(budget.next))
            yield Part(f"member {number}", inflated, name=member.filename)


def _gzip(content: bytes, budget: Budget) -> Iterator[Part]:
    while content.startswith(_GZIP):
        inflated, content = _inflated(content, budget, zlib.MAX_WBITS + 16)
        yield Part("gzip", inflated)
    if content:
        yield Part("behind the end of gzip", content)


def _zlib(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield what is in a stream; what only begins like one, and is none, has no part but itself."""
    try:
        inflated, rest = _inflated(content, budget, zlib.MAX_WBITS)
    except zlib.error:
        return
    except TooLarge:
        yield Part("", trouble=TOO_LARGE)
        return
    yield Part("zlib", inflated)
    yield Part("behind the end of zlib", rest)


def _inflated(content: bytes, budget: Budget, bits: int) -> tuple[bytes, bytes]:
    """Return what comes out of a stream, also of one that breaks off, and what stands behind it."""
    stream = zlib.decompressobj(bits)
    inflated = budget.spend(stream.decompress(content, budget.next))
    return inflated, stream.unused_data


def _begins_like_zlib(content: bytes) -> bool:
    header = int.from_bytes(content[:2], "big")
    return len(content) >= _ZLIB_LEAST and content[0] == _ZLIB_METHOD and header % _ZLIB_CHECK == 0


def _chunks(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield every chunk of a PNG but its pixels, and what stands behind its end."""
    at = len(_PNG)
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data, at = content[at + 8 : at + 8 + length], at + 12 + length
        if kind not in _PIXELS:
            yield Part(f"the picture's chunk {kind.decode('latin-1')}", _text_of(kind, data, budget))
        if kind == b"IEND":
            break
    yield Part("behind the picture's end", content[at:])


def _text_of(kind: bytes, data: bytes, budget: Budget) -> bytes:
    """Return the data of a chunk, and uncompressed what is compressed in it."""
    keyword, _, rest = data.partition(b"\0")
    if kind in {b"zTXt", b"iCCP"}:
        return keyword + b"\n" + _inflated(rest[1:], budget, zlib.MAX_WBITS)[0]
    if kind == b"iTXt" and rest[:1] == b"\1":
        language, _, more = rest[2:].partition(b"\0")
        translated, _, packed = more.partition(b"\0")
        return b"\n".join([keyword, language, translated, _inflated(packed, budget, zlib.MAX_WBITS)[0]])
    return data
