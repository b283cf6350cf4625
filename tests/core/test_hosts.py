"""Host names: a fake answers to this machine's names and those it was given, and to no page's own."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from fakes.__main__ import arguments
from fakes.core.http.hosts import HostCheck
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.http.server import Server
from fakes.core.tenants import Runtime
from tests.core.conftest import START
from tests.core.toy import CONTROL_TOKEN, DEADLINE, THING, ToyFake, application
from tests.fuzz.sides import SIDES

ELSEWHERE = (
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "notlocalhost",
    "10.0.0.1",
    "0.0.0.0",  # noqa: S104 - a name asked for, not an address bound
    "[::]",
    "[2001:db8::1]",
    "user@localhost",
    "localhost, evil.example",
    "shop.example",
    "",
)
HERE = (
    "localhost",
    "LocalHost:4010",
    "localhost.",
    "shop.localhost:80",
    "127.0.0.1",
    "127.8.9.10:4010",
    "[::1]:4020",
    "[::1]",
    "::1",
    "[::ffff:127.0.0.1]",
)


def nobody(_environ: dict[str, Any], _start: Callable[..., Any]) -> list[bytes]:
    """Be asked nothing."""
    raise AssertionError


@pytest.mark.parametrize("host", HERE)
def test_names_of_this_machine(host: str) -> None:
    """Loopback names and addresses are known, with any port and in any letter case."""
    assert HostCheck(nobody).knows(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_names(host: str) -> None:
    """No other name or address is known, however much it looks like one."""
    assert not HostCheck(nobody).knows(host)


def test_names_that_were_given() -> None:
    """A name that was given is known, ``*.`` stands for every name below and not for the name itself."""
    check = HostCheck(nobody, "fakes.lan", ["Box.example", "*.vendor.example"])
    known = ("fakes.lan:4010", "box.example", "a.vendor.example", "a.b.vendor.example.")
    unknown = ("vendor.example", "avendor.example", "a.box.example", "lan")
    assert [host for host in known if not check.knows(host)] == []
    assert [host for host in unknown if check.knows(host)] == []


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", ""])  # noqa: S104 - what is tested
def test_every_address_bound_is_no_name(bound: str) -> None:
    """Listening on every address makes no name known; one address that is listened on is."""
    assert not HostCheck(nobody, bound).knows(bound or "evil.example")
    assert not HostCheck(nobody, bound).knows("192.0.2.7")
    assert HostCheck(nobody, "192.0.2.7").knows("192.0.2.7:4010")


def test_brackets_end_a_name() -> None:
    """What stands behind the brackets of an address is a port or no name at all."""
    assert HostCheck(nobody).knows("[::1]:4010")
    assert not HostCheck(nobody).knows("[::1].evil.example")


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost", "::", "::1"])  # noqa: S104 - what is tested
def test_the_url_that_is_announced_is_answered(host: str) -> None:
    """Whatever a server listens on, the URL that it says to have is one that it serves."""
    with Server.of(application(ToyFake(Runtime.in_process(START))), host) as server:
        assert httpx.get(f"{server.url}/things", timeout=DEADLINE, trust_env=False).status_code == 200


@pytest.fixture
def served() -> Iterator[Server]:
    """The toy behind a socket, under one more name."""
    with Server.of(application(ToyFake(Runtime.in_process(START))), hosts=["box.example"]) as server:
        yield server


def ask(server: Server, host: str, path: str = "/things", **headers: str) -> httpx.Response:
    """Ask by this name."""
    named = {"Host": host, **headers}
    return httpx.get(f"{server.url}{path}", headers=named, timeout=DEADLINE, trust_env=False)


def test_served_under_known_names(served: Server) -> None:
    """The server answers to its address, to loopback names and to a name that it was given."""
    for host in (httpx.URL(served.url).netloc.decode(), "localhost", "box.example:99"):
        assert ask(served, host).json() == THING


@pytest.mark.parametrize("path", ["/things", "/_fake/clock", "/_fake/", "/nowhere"])
def test_misdirected(served: Server, path: str) -> None:
    """Asked by another name, any path answers 421 with what to do, before the token is looked at, and signs nobody in."""
    answer = ask(served, "evil.example", path, **{CONTROL_HEADER: CONTROL_TOKEN})
    assert (answer.status_code, answer.headers["Content-Type"]) == (421, "text/plain; charset=utf-8")
    assert "evil.example" in answer.text
    assert "--allow-host" in answer.text
    assert "Set-Cookie" not in answer.headers


def raw(server: Server, request: bytes) -> bytes:
    """Send this and return the first line of what comes."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 0), timeout=DEADLINE) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b"")).partition(b"\r\n")[0]


def test_no_host(served: Server) -> None:
    """HTTP/1.0 may leave the host out, as no browser does, and is served; HTTP/1.1 may not (RFC 9112)."""
    assert raw(served, b"GET /things HTTP/1.0\r\n\r\n") == b"HTTP/1.1 200 OK"
    assert raw(served, b"GET /things HTTP/1.1\r\n\r\n") == b"HTTP/1.1 400 Bad Request"


def test_host_in_the_target(served: Server) -> None:
    """A request to a proxy names its host in the target, and that one counts (RFC 9112)."""
    request = b"GET http://%s/things HTTP/1.1\r\nHost: %s\r\n\r\n"
    assert raw(served, request % (b"evil.example", b"localhost")).startswith(b"HTTP/1.1 421 ")
    assert raw(served, request % (b"localhost", b"evil.example")) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("side", "hosts", "strangers"),
    [
        ("klaviyo", ("a.klaviyo.com", "www.klaviyo.com"), ("evil.klaviyo.com.example", "shop.gladly.com")),
        (
            "gladly",
            ("shop.gladly.com", "shop.us-1.gladly.com", "shop.gladly.qa", "shop.us-uat.gladly.qa"),
            ("gladly.com.evil.example", "a.klaviyo.com"),
        ),
    ],
)
def test_vendors_hosts(side: str, hosts: tuple[str, ...], strangers: tuple[str, ...]) -> None:
    """Each fake is served under its vendor's host names, and not under the other's."""
    with Server.of(SIDES[side](7).app) as server:
        assert {ask(server, host, "/_fake/clock").status_code for host in hosts} == {403}
        assert {ask(server, host, "/_fake/clock").status_code for host in strangers} == {421}


@pytest.mark.parametrize(
    "name", ["http://fakes.example", "fakes.example:80", "fakes.example/x", "two words", ""]
)
def test_what_is_no_host_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``--allow-host`` takes a host name and nothing else, and says so."""
    with pytest.raises(SystemExit):
        arguments(["--allow-host", name])
    assert "without scheme, port or path" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["fakes.example", "*.fakes.example", "::1", "[::1]", "10.0.0.7"])
def test_what_is_a_host_name(name: str) -> None:
    """Names, wildcards and addresses are taken."""
    assert arguments(["--allow-host", name]).allow_host == [name]
