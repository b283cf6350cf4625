"""What every world stands on: waiting, egress, the contract's environment."""

import contextlib
import dataclasses
import http.client
import shlex
import socket
import sys
from pathlib import Path

import httpx
import pytest

from harness.worlds.app import AppEnvironment, Credentials, secrets_in
from harness.worlds.egress import EgressRefused, EgressTrap, is_loopback, loopback_only
from harness.worlds.process import NotReady, Port, ProcessApp
from harness.worlds.waiting import ByClock, InRealTime

SURROUNDINGS = AppEnvironment(
    "http://127.0.0.1:1",
    Credentials("api", "token"),
    "http://127.0.0.1:2",
    "AbC123",
    Credentials("hook", "pass"),
    Path("s"),
)


def test_waiting_by_clock_moves_time_and_not_more_than_needed() -> None:
    """The clock is advanced second by second until the check is true."""
    moved: list[float] = []
    assert ByClock(moved.append).until(lambda: len(moved) == 3, "three") is True
    assert moved == [1.0, 1.0, 1.0]


def test_waiting_by_clock_gives_up() -> None:
    """After its deadline the wait fails and says what it waited for and saw last."""
    with pytest.raises(AssertionError, match=r"the moon: not within 180 s.*last seen: \[\]"):
        ByClock(lambda _: None).until(list, "the moon")


def test_waiting_in_real_time_gives_up() -> None:
    """Polling fails at its deadline with what it waited for."""
    with pytest.raises(AssertionError, match="the moon: not within 0 s; last seen: 0"):
        InRealTime(lambda: 0, deadline=0.0, calm=0.0).until(lambda: 0, "the moon")


def test_quiet_is_when_nothing_has_changed_for_the_calm_time() -> None:
    """Activity starts the calm time anew."""
    activity = iter([1, 2, 3])
    InRealTime(lambda: next(activity, 3), deadline=5.0, calm=0.3).until_quiet()
    assert next(activity, None) is None


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        (("127.0.0.1", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost", 80), True),
        ("/run/some.sock", True),
        (("a.klaviyo.com", 443), False),
        (("192.0.2.1", 80), False),
    ],
)
def test_loopback_is_told_from_the_rest(address: object, stays: bool) -> None:
    """Loopback addresses and local sockets stay on the machine, names and other addresses do not."""
    assert is_loopback(address) is stays


def test_leaving_the_machine_is_refused() -> None:
    """Connecting to anything but loopback raises before a byte is sent, and only inside the guard."""
    real = socket.socket.connect
    with loopback_only(), pytest.raises(EgressRefused, match=r"192\.0\.2\.1"), socket.socket() as sock:
        sock.connect(("192.0.2.1", 80))
    assert socket.socket.connect is real


def test_the_trap_refuses_and_remembers() -> None:
    """A call through the trap is refused, and where it wanted to go is remembered without its query."""
    trap = EgressTrap()
    host, port = trap.environment()["HTTPS_PROXY"].removeprefix("http://").split(":")
    try:
        connection = http.client.HTTPConnection(host, int(port))
        connection.request("GET", "http://a.klaviyo.com/api/track?data=secret")
        assert connection.getresponse().status == httpx.codes.FORBIDDEN
    finally:
        trap.close()
    assert trap.attempts == ["GET http://a.klaviyo.com/api/track"]


def test_before_the_upgrade_there_is_no_private_key() -> None:
    """The contract's variable is absent, not empty."""
    assert "KLAVIYO_PRIVATE_KEY" not in SURROUNDINGS.environment(1, None)
    assert secrets_in(SURROUNDINGS.environment(1, "pk_x")) == {
        "token",
        "pass",
        "pk_x",
        "YXBpOnRva2Vu",
        "aG9vazpwYXNz",
    }


def test_surroundings_keep_their_secrets() -> None:
    """No secret shows in the representation."""
    assert "token" not in repr(SURROUNDINGS).replace("api_token", "")
    assert "pass" not in repr(SURROUNDINGS).replace("password", "")


def process(tmp_path: Path, command: str) -> ProcessApp:
    """Return an app of this command."""
    here = dataclasses.replace(SURROUNDINGS, state_dir=tmp_path / "state")
    return ProcessApp(command, here, {})


def test_an_integration_that_ends_at_once_is_named(tmp_path: Path) -> None:
    """The error has the exit code and the last words of the process."""
    app = process(tmp_path, shlex.join([sys.executable, "-c", "raise SystemExit('no such setting')"]))
    with pytest.raises(NotReady, match="ended with code 1 at its start: no such setting"):
        app.start(None)
    app.stop()


def test_a_port_is_reserved_until_released() -> None:
    """No second session can have a port that is taken, although nobody listens on it yet."""
    first, second = Port(), Port()
    with contextlib.closing(second.token), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        assert first.number != second.number
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", first.number))
        first.token.close()
        other.bind(("127.0.0.1", first.number))
