"""Which host names a served fake answers to: a page on the web must not reach it under a name of its own.

A page can have its own host name resolved to this machine (DNS rebinding), and the browser then takes the fake for that
page's origin. What no browser can be made to send is another name in ``Host``.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication

_LOOPBACK: Final = ("localhost", "*.localhost")
_ANY_ADDRESS: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - what must not count as a name

_BRACKETED: Final = re.compile(r"\[([^\]]*)\](?::\d*)?")
_MOST_KEPT: Final = 1_000


class HostCheck:
    """A WSGI application that passes on what is asked of a known host, and answers the rest with 421.

    Known are this machine's own names, ``bound`` (what the server listens on, unless that is every address) and
    ``hosts``, of which ``*.example.com`` stands for every name below. A request without any host, which only HTTP/1.0
    may send and no browser does, is passed on.
    """

    def __init__(self, app: WSGIApplication, bound: str = "", hosts: Iterable[str] = ()) -> None:
        """Stand before ``app``."""
        self._app = app
        names = [name_of(host) for host in (*_LOOPBACK, *hosts, *({bound} - _ANY_ADDRESS))]
        self._exact = frozenset(name for name in names if not name.startswith("*."))
        self._below = tuple(name.removeprefix("*") for name in names if name.startswith("*."))
        self._known: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Pass on or refuse."""
        host: str | None = environ.get("HTTP_HOST")
        if host is None or self.knows(host):
            return self._app(environ, start_response)
        name = name_of(host)
        body = (
            f"This fake is not served under the name {name!r}. Ask it as localhost, or start it with --allow-host NAME"
            " for every other name that it is to answer to.\n"
        ).encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Length", str(len(body))),
        ]
        start_response(
            f"{HTTPStatus.MISDIRECTED_REQUEST.value} {HTTPStatus.MISDIRECTED_REQUEST.phrase}", headers
        )
        return [body]

    def knows(self, host: str) -> bool:
        """Say whether ``host``, as a request names it, is one to answer to."""
        if host in self._known:
            return True
        name = name_of(host)
        found = name in self._exact or name.endswith(self._below) or _is_loopback(name)
        if found and len(self._known) < _MOST_KEPT:
            self._known.add(host)
        return found


def name_of(host: str) -> str:
    """Return the name in a ``Host`` header: without port, brackets and the root's dot, in lower case."""
    host = host.strip().lower()
    if (bracketed := _BRACKETED.fullmatch(host)) is not None:
        return bracketed[1]
    name = host if host.count(":") > 1 else host.partition(":")[0]
    return name.removesuffix(".")


def _is_loopback(name: str) -> bool:
    try:
        address = ip_address(name)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback
