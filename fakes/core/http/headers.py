"""The letter case of header names. HTTP does not care, clients that were tried against the real system may.

The framework hands names over in lower case. They are written as HTTP's own documents write them, but for names that a
vendor spells in its own way and declares with its fake.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication

from fakes.core.faults import ConnectionFault

_IRREGULAR: Final = {
    "etag": "ETag",
    "te": "TE",
    "www-authenticate": "WWW-Authenticate",
    "x-xss-protection": "X-XSS-Protection",
}

Headers = list[tuple[str, str]]


class HeaderNames:
    """A WSGI application that sends what ``app`` answers, header names in the letter case of ``spelled``.

    ``spelled`` are the names that do not simply begin each word with a capital. Answers that a fault spoils are renamed as well.
    """

    def __init__(self, app: WSGIApplication, spelled: Iterable[str] = ()) -> None:
        """Stand before ``app``."""
        self._app = app
        self._names: dict[str, str] = {**_IRREGULAR, **{name.lower(): name for name in spelled}}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, and the answer back."""

        def start(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            return start_response(status, self.renamed(headers), *error)

        try:
            return self._app(environ, start)
        except ConnectionFault as fault:
            fault.headers = self.renamed(fault.headers)
            raise

    def renamed(self, headers: Iterable[tuple[str, str]]) -> Headers:
        """Return the headers with their names as they are to be sent."""
        return [(self.name(name), value) for name, value in headers]

    def name(self, name: str) -> str:
        """Return a header's name as it is to be sent."""
        found = self._names.get(name)
        if found is None:
            lower = name.lower()
            found = self._names.get(lower) or "-".join(word.capitalize() for word in lower.split("-"))
            self._names[name] = found
        return found
