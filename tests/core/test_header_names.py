"""Header names as the vendors send them: HTTP does not care about their letter case, clients do."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from fakes.core.faults import ConnectionFault, Fault
from fakes.core.http.headers import HeaderNames

START = "200 OK"


def sent(spelled: tuple[str, ...], *names: str) -> list[str]:
    """Return the header names that come out when the application sends these."""
    seen: list[str] = []

    def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response(START, [(name, "x") for name in names])
        return []

    def start(_status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        seen.extend(name for name, _ in headers)
        return lambda _: None

    assert list(HeaderNames(app, spelled)({}, start)) == []
    return seen


def test_words_begin_with_capitals() -> None:
    """A name is written as HTTP's documents write it, whatever letter case it comes in."""
    given = ("content-type", "RETRY-AFTER", "Set-Cookie", "www-authenticate", "etag", "x-one2-three")
    expected = ["Content-Type", "Retry-After", "Set-Cookie", "WWW-Authenticate", "ETag", "X-One2-Three"]
    assert sent((), *given) == expected


def test_names_of_a_vendors_own() -> None:
    """A name that a vendor spells in its own way is sent so."""
    spelled = ("RateLimit-Limit", "cf-mitigated")
    assert sent(spelled, "ratelimit-limit", "CF-Mitigated", "ratelimit-other") == [
        *spelled,
        "Ratelimit-Other",
    ]


def test_spoilt_answers_too() -> None:
    """The half of an answer that a fault lets through has the same names."""

    def app(_environ: object, _start: object) -> list[bytes]:
        raise ConnectionFault(Fault("*", "truncate"), headers=[("content-type", "x")])

    with pytest.raises(ConnectionFault) as fault:
        HeaderNames(app)({}, lambda *_: lambda _: None)
    assert fault.value.headers == [("Content-Type", "x")]
    assert re.fullmatch("[A-Z].*", fault.value.headers[0][0])
