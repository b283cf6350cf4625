"""What every world stands on: waiting, egress, the contract's environment."""

import contextlib
import dataclasses
import http.client
import itertools
import shlex
import socket
import sys
from pathlib import Path

import httpx
import pytest

from harness.egress import EgressTrap, is_loopback, loopback_only
from harness.errors import EgressRefused, NotReady
from harness.values import Credentials
from harness.worlds import memory
from harness.worlds.app import AppEnvironment, leaked, secrets_in
from harness.worlds.port import Port
from harness.worlds.process import ProcessApp
from harness.worlds.waiting import ByClock, InRealTime

ENVIRONMENT = AppEnvironment(
    "http://127.0.0.1:1",
    Credentials("api", "token"),
    "http://127.0.0.1:2",
    "AbC123",
    Credentials("hook", "pass"),
    Path("s"),
)


def test_waiting_by_clock_moves_time_and_not_more_than_needed() -> None:
    """The clock is advanced second by second until enough is seen."""
    moved: list[float] = []
    assert ByClock(moved.append).until(lambda: len(moved), lambda count: count == 3) == (3, True, "")
    assert moved == [1.0, 1.0, 1.0]


def test_waiting_by_clock_gives_up() -> None:
    """After its deadline the wait returns what it saw last, and that this was not in time."""
    assert ByClock(lambda _: None).until(list, bool) == ([], False, "")
    assert ByClock.longest == "180 s of the fakes' time"


def test_waiting_in_real_time_gives_up() -> None:
    """Polling ends at its deadline with what it saw last."""
    wait = InRealTime(lambda: 0, deadline=0.0, calm=0.0)
    assert wait.until(lambda: 0, bool) == (0, False, "after waiting for 0 s")
    assert wait.longest == "0 s"


def test_quiet_is_when_nothing_has_changed_for_the_calm_time() -> None:
    """Activity starts the calm time anew."""
    activity = iter([1, 2, 3])
    assert InRealTime(lambda: next(activity, 3), deadline=5.0, calm=0.3).until_quiet()
    assert next(activity, None) is None


def test_unrest_at_the_deadline_is_told() -> None:
    """Systems that never come to rest are not called quiet when the deadline has passed."""
    activity = itertools.count()
    assert not InRealTime(lambda: next(activity), deadline=0.1, calm=0.05).until_quiet()


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
    assert "KLAVIYO_PRIVATE_KEY" not in ENVIRONMENT.environment(1, None)
    assert secrets_in(ENVIRONMENT.environment(1, "pk_x")) == {
        "token": "GLADLY_API_TOKEN",
        "pass": "WEBHOOK_PASSWORD",
        "pk_x": "KLAVIYO_PRIVATE_KEY",
        "YXBpOnRva2Vu": "GLADLY_USERNAME:GLADLY_API_TOKEN in Base64",
        "aG9vazpwYXNz": "WEBHOOK_USERNAME:WEBHOOK_PASSWORD in Base64",
    }


def test_the_apps_environment_keeps_its_secrets() -> None:
    """No secret shows in the representation."""
    assert "token" not in repr(ENVIRONMENT).replace("api_token", "")
    assert "pass" not in repr(ENVIRONMENT).replace("password", "")


def process(tmp_path: Path, command: str) -> ProcessApp:
    """Return an app of this command."""
    here = dataclasses.replace(ENVIRONMENT, state_dir=tmp_path / "state")
    return ProcessApp(command, here, {})


def test_an_integration_that_ends_at_once_is_named(tmp_path: Path) -> None:
    """The error has the exit code and the last words of the process."""
    app = process(tmp_path, shlex.join([sys.executable, "-c", "raise SystemExit('no such setting')"]))
    with pytest.raises(
        NotReady, match="ended at its start, with exit code 1; it printed last: no such setting"
    ):
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


ENDS_AT_A_CONVERSATION = """
import http.server, os
class Door(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"PING" not in body:
            print("no such customer", flush=True)
            os._exit(7)
        self.send_response(200)
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Door).serve_forever()
"""


def test_a_process_that_ends_by_itself_is_told_with_its_last_words(tmp_path: Path) -> None:
    """Its exit code and what it printed are told; one that runs, or that the harness ended, has not ended by itself."""
    app = process(tmp_path, shlex.join([sys.executable, "-c", ENDS_AT_A_CONVERSATION]))
    app.start(None)
    assert app.ended() == ""
    with contextlib.suppress(httpx.TransportError):
        httpx.post(app.url, content=b"anything")
    ended = InRealTime(lambda: 0, deadline=10, calm=0).until(app.ended, bool).value
    assert "by itself, with exit code 7; it printed last:" in ended
    assert ended.endswith("no such customer")
    app.stop()
    assert app.ended() == ""


def test_the_line_with_a_secret_is_told_without_it() -> None:
    """Which variable, and in which line; nothing in that line that is secret."""
    [told] = leaked("all is well\nsent with hush-hush and pk_abcdef123", {"hush-hush": "TOKEN"})
    assert told.startswith("TOKEN (sha256:")
    assert told.endswith("in 'sent with [redacted] and [redacted]'")


def test_another_seed_gives_other_ids(tmp_path: Path) -> None:
    """The same seed gives the same ids."""
    keys = []
    for number, seed in enumerate((0, 7, 7)):
        with memory.compose(tmp_path / str(number), seed) as world:
            keys.append(world.setup.make_key("Key"))
    assert keys[0] != keys[1] == keys[2]
