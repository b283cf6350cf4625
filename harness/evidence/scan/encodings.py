"""Texts under an encoding: what stands in a file, read as each of the encodings that it may be written in.

A whole file is never decoded: only what lies around a mark of the encoding is, and a run of letters that may be Base64.
"""

import binascii
import html
import quopri
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote_to_bytes

AROUND = 256
"""How many bytes on either side of a mark belong to what is decoded: no secret is longer."""

_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,30};)")
_ESCAPE = re.compile(rb"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]{1,6}\}|[nrt/\\])")
_QUOTED = re.compile(rb"=(?:[0-9A-Fa-f]{2}|\r?\n)")
_WIDE = re.compile(rb"(?:[\t\n\r -~]\0{1,3}){8,}|(?:\0{1,3}[\t\n\r -~]){8,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}(?:[ \t]*\r?\n[ \t]*[A-Za-z0-9+/_-]{2,})*")
_NO_BASE64 = re.compile(rb"[a-z/_-]+|[0-9a-f]+")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}[ :,-]?){8,}[0-9A-Fa-f]?")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_SIMPLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}

Decoder = Callable[[bytes], Iterator[bytes]]


def _around(content: bytes, mark: re.Pattern[bytes]) -> Iterator[bytes]:
    """Yield the stretches of ``content`` around each ``mark``, those that overlap as one."""
    start, end = 0, -1
    for match in mark.finditer(content):
        if match.start() - AROUND > end:
            if end >= 0:
                yield content[start:end]
            start = max(match.start() - AROUND, 0)
        end = match.end() + AROUND
    if end >= 0:
        yield content[start:end]


def _percent(content: bytes) -> Iterator[bytes]:
    for one in _around(content, _PERCENT):
        yield unquote_to_bytes(one)


def _entities(content: bytes) -> Iterator[bytes]:
    for one in _around(content, _ENTITY):
        yield html.unescape(one.decode("latin-1")).encode()


def _escapes(content: bytes) -> Iterator[bytes]:
    for one in _around(content, _ESCAPE):
        yield _ESCAPE.sub(_unescaped, one)


def _unescaped(match: re.Match[bytes]) -> bytes:
    text = match[0][1:]
    if text[:1] in {b"u", b"x"}:
        number = int(text[1:].strip(b"{}"), 16)
        return chr(number).encode("utf-8", "replace") if number <= sys.maxunicode else b"?"
    return _SIMPLE.get(text, text)


def _quoted_printable(content: bytes) -> Iterator[bytes]:
    for one in _around(content, _QUOTED):
        yield quopri.decodestring(one)


def _wide(content: bytes) -> Iterator[bytes]:
    if b"\0" in content:
        for match in _WIDE.finditer(content):
            yield match[0].replace(b"\0", b"")


def _base64(content: bytes) -> Iterator[bytes]:
    """Yield each run read from each of four places: it may begin anywhere within letters that only stand before it."""
    for run in set(_BASE64.findall(content)):
        if _NO_BASE64.fullmatch(run):
            continue
        letters = b"".join(run.split()).translate(_URL_SAFE)
        for shift in range(4):
            piece = letters[shift:]
            yield binascii.a2b_base64(piece + b"A" * (-len(piece) % 4))


def _hex(content: bytes) -> Iterator[bytes]:
    for run in set(_HEX.findall(content)):
        digits = run.translate(None, b" :,-")
        for shift in range(2):
            yield bytes.fromhex(digits[shift : len(digits) - (len(digits) - shift) % 2].decode())


DECODERS: dict[str, Decoder] = {
    "decoded percent-encoding": _percent,
    "decoded HTML entities": _entities,
    "decoded escapes": _escapes,
    "decoded quoted-printable": _quoted_printable,
    "decoded UTF-16": _wide,
    "decoded base64": _base64,
    "decoded hex": _hex,
}
"""Every encoding that is looked under, by what it is called in a finding."""


def is_text(content: bytes) -> bool:
    """Say whether most of ``content`` can be read: what is decoded without being encoded cannot."""
    return len(content.translate(None, _READABLE)) * 4 <= len(content)


_READABLE = bytes([*b"\0\t\n\r", *range(0x20, 0x7F)])


def together(pieces: Iterable[bytes]) -> bytes:
    """Return different ``pieces`` as one content, in which no two touch."""
    return b"\n".join(dict.fromkeys(pieces))
