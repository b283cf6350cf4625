"""Request bodies as they are meant, whatever way they were packed for the journey."""

import zlib

import falcon

from fakes.core.request import body_of
from fakes.klaviyo.api.jsonapi.errors import ParseFailed, PayloadTooLarge, UnsupportedMediaType
from fakes.klaviyo.rules.payload import LARGEST_PAYLOAD
from fakes.klaviyo.service.requests import state_of

_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""zlib's window bits by encoding; deflate comes with and without zlib's frame."""


def content(request: falcon.Request) -> bytes:
    """Return the request's body without its ``Content-Encoding``: identity, gzip or deflate.

    Raises ``UnsupportedMediaType`` for any other (415 vendor docs; its naming the encoding is inferred),
    ``PayloadTooLarge`` over 5 MB, which counts what is inside (vendor docs), and ``ParseFailed`` for a body that
    does not unpack (inferred).
    """
    state = state_of(request)
    if state.content is None:
        encoding = (request.get_header("Content-Encoding") or "identity").strip().lower()
        state.content = _unpacked(body_of(request), encoding)
    return state.content


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        found = body
    elif (windows := _WINDOWS.get(encoding)) is None:
        raise UnsupportedMediaType(encoding)
    else:
        found = _inflated(body, windows)
    if len(found) > LARGEST_PAYLOAD:
        raise PayloadTooLarge
    return found


def _inflated(body: bytes, windows: tuple[int, ...]) -> bytes:
    for bits in windows:
        stream = zlib.decompressobj(bits)
        try:
            found = stream.decompress(body, LARGEST_PAYLOAD + 1)
        except zlib.error:
            continue
        if stream.eof or len(found) > LARGEST_PAYLOAD:
            return found
    raise ParseFailed("the body does not decompress")
