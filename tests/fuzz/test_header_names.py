"""Every answer of both fakes, as bytes on a socket: no header name in a letter case that the vendor does not send."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from fakes.core.faults import Fault
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.http.server import Server
from fakes.core.paths import is_control
from tests.fuzz.sides import SIDES, TOKEN, Side
from tests.fuzz.wire import Headers, Raw, send

DEADLINE = 20.0
BODY = b"{}"
VENDORS_OWN = {
    "klaviyo": {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "Allow", "CID"},
    "gladly": {"Ratelimit-Limit-Second", "Ratelimit-Remaining-Second", "Gladly-Limited-Data", "WWW-Authenticate", "Location"},
}  # fmt: skip
"""Names that must have been seen, or the test has asked for too little."""

EVERYWHERE = {"Content-Type", "Content-Length", "Date", "Server", "Connection", "Set-Cookie", "Location"}
IRREGULAR = {"CID", "ETag", "WWW-Authenticate"}
REGULAR = re.compile(r"(RateLimit|API|[A-Z][a-z0-9]*)(-(RateLimit|API|[A-Z][a-z0-9]*))*")
PAGES = (
    "/",
    "/nowhere",
    "/_fake/",
    "/_fake/room",
    "/_fake/nowhere",
    "/api/nowhere",
    "/api/v1/nowhere",
    "//x",
)


@dataclass
class Served:
    """A side and where it is served."""

    name: str
    side: Side
    place: tuple[str, int]

    def names(self, method: str, path: str, headers: Headers) -> set[str]:
        """Return the names of the headers of an answer."""
        head = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
        head += [f"{name}: {value}" for name, value in headers] + [f"Content-Length: {len(BODY)}"]
        with socket.create_connection(self.place, timeout=DEADLINE) as connection:
            connection.sendall("\r\n".join((*head, "", "")).encode("latin-1") + BODY)
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {line.partition(":")[0] for line in lines}

    def credentials(self, route: str) -> list[Headers]:
        """Return what a request for a route may carry: good credentials, a browser's, bad ones."""
        typed = ("Content-Type", "application/json")
        control = is_control(route.partition(" ")[2])
        good = (CONTROL_HEADER, TOKEN) if control else self.side.authorization()[0]
        browser = (*self.side.crowd.browser(route)[0], ("Accept", "text/html"))
        return [(good, ("revision", "2026-07-15"), typed), browser, (("Authorization", "Basic eDp5"), typed)]


@pytest.fixture(params=SIDES)
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """Each side behind a socket."""
    side = SIDES[request.param](7)
    side.keep()
    with Server.of(side.app) as server:
        url = httpx.URL(server.url)
        yield Served(request.param, side, (url.host, url.port or 0))


def wrong(names: set[str]) -> set[str]:
    """Return the names that are written as no vendor writes them."""
    return {name for name in names if name not in IRREGULAR and not REGULAR.fullmatch(name)}


def test_all_routes(served: Served) -> None:
    """On every route and beside them, with good credentials and others, no header name is in lower case."""
    asked = [route.split(" ") for route in served.side.app.app.known_routes()]
    asked = [*asked, *(["GET", page] for page in PAGES), *(["BREW", "/"], ["DELETE", "/api/events"])]
    seen: set[str] = set()
    for number, (method, template) in enumerate(asked):
        if template.endswith("/reset"):
            continue  # what the other requests need would be gone
        for headers in served.credentials(f"{method} {template}"):
            found = served.names(method, re.sub(r"\{\w+(:\w+)?\}", "x", template), headers)
            assert wrong(found) == set(), (method, template)
            seen |= found
        if number % 20 == 0:
            served.side.calm()
    for kept in served.side.kept:
        seen |= served.names("GET", kept.path, kept.headers)
    assert wrong(seen) == set()
    assert seen >= (EVERYWHERE | VENDORS_OWN[served.name]) - {"Retry-After"}


@pytest.mark.parametrize("kind", ["status", "throttle", "garbage", "truncate", "delay"])
def test_faults(served: Served, kind: str) -> None:
    """An answer that a fault refuses, delays or spoils has the vendor's header names too."""
    path = {"klaviyo": "/api/metrics", "gladly": "/api/v1/topics"}[served.name]
    served.side.fake.tenants.get(served.side.tenant_id).faults.arm(Fault(f"GET {path}", kind, status=503))
    found = served.names("GET", path, served.side.authorization())
    assert "Content-Type" in found
    assert wrong(found) == set()
    if (served.name, kind) == ("klaviyo", "throttle"):
        assert "Retry-After" in found


def test_the_edge(served: Served) -> None:
    """What an edge answers has the names that edges send, of which some are in lower case."""
    path = {"klaviyo": "/api/metrics", "gladly": "/api/v1/topics"}[served.name]
    served.side.fake.tenants.get(served.side.tenant_id).faults.arm(Fault(f"GET {path}", "edge"))
    found = served.names("GET", path, served.side.authorization())
    assert found >= {"Content-Type", "Server", "CF-Ray", "cf-mitigated", "accept-ch", "critical-ch"}


def test_without_a_socket(served: Served) -> None:
    """In-process the names are the same."""
    path = {"klaviyo": "/api/events", "gladly": "/api/v1/organization"}[served.name]
    answer = send(served.side.app, Raw("GET", path, headers=served.side.authorization()))
    assert answer is not None
    names = {name for name, _ in answer.headers}
    assert wrong(names) == set()
    assert names & VENDORS_OWN[served.name]
