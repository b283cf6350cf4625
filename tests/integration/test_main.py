"""``python -m integration`` as a process: ready, asked, kept waiting, told to end, ended."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from integration.webhook import PATH
from tests.integration.bench import ENV, PRIVATE_KEY, RIGHTLY, SECRETS, event
from tests.integration.process import PATIENCE, Process, hanging, lines, running

PING = {"type": "PING"}


def test_sigterm_ends_it_with_code_0(tmp_path: Path) -> None:
    """It answers PING once it listens, and SIGTERM ends it with code 0; its log is JSON and holds no secret."""
    with running(tmp_path) as process:
        assert process.post(PING) == 200
        out, err = process.terminate()
    assert (process.popen.returncode, out) == (0, "")
    assert [line["event"] for line in lines(err)][:: len(lines(err)) - 1] == ["ready", "stopped"]
    assert not [secret for secret in SECRETS if secret in err]


@pytest.mark.parametrize("missing", ["GLADLY_API_TOKEN", "STATE_DIR"])
def test_bad_settings_end_it_with_a_word(tmp_path: Path, missing: str) -> None:
    """Without a required variable it ends at once with code 1 and one line that names it and no secret."""
    with running(tmp_path, {missing: ""}) as process:
        out, err = process.popen.communicate(timeout=PATIENCE)
    assert (process.popen.returncode, out) == (1, "")
    assert err == f"integration: set {missing}; docs/integration-contract.md says what each one is\n"


def test_port_of_another_ends_it_with_a_word(tmp_path: Path) -> None:
    """Where somebody else listens it ends at once with one line."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with running(tmp_path, {"PORT": str(port)}) as process:
            _, err = process.popen.communicate(timeout=PATIENCE)
    assert process.popen.returncode == 1
    assert err.startswith("integration: ")
    assert err.count("\n") == 1


def damage(folder: Path) -> None:
    """Write what is no database where the outbox should be."""
    (folder / "outbox.db").write_bytes(b"what was here before " * 500)


def block(folder: Path) -> None:
    """Put a folder where the file should be."""
    (folder / "outbox.db").mkdir()


@pytest.mark.parametrize(
    ("harm", "words"), [(damage, "is damaged: move it away"), (block, "cannot be written")]
)
def test_useless_outbox_ends_it_with_a_word(tmp_path: Path, harm: Callable[[Path], None], words: str) -> None:
    """An outbox that cannot be used ends it with one line that names the file and says what to do; the file stays as it is."""
    harm(tmp_path)
    path = tmp_path / "outbox.db"
    before = path.read_bytes() if path.is_file() else b""
    with running(tmp_path) as process:
        _, err = process.popen.communicate(timeout=PATIENCE)
    assert process.popen.returncode == 1
    assert err.startswith(f"integration: {path} {words}")
    assert err.count("\n") == 1
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_database_that_is_not_there_ends_it_with_a_word(tmp_path: Path) -> None:
    """A database that cannot be reached ends it with one line, without the password."""
    url = "postgresql://user:secret-word@127.0.0.1:1/none"
    with running(tmp_path, {"DATABASE_URL": url}) as process:
        _, err = process.popen.communicate(timeout=PATIENCE)
    assert process.popen.returncode == 1
    assert err.startswith("integration: the database that DATABASE_URL names cannot be used")
    assert (err.count("\n"), "secret-word" in err) == (1, False)


def test_hosts_that_hang_hold_nothing_up(tmp_path: Path) -> None:
    """While both hosts hang, webhooks are answered at once, the end comes in time, and all that is owed is still there."""
    count = 200
    with hanging() as gladly, hanging() as klaviyo:
        env = {
            "GLADLY_BASE_URL": gladly,
            "KLAVIYO_BASE_URL": klaviyo,
            "KLAVIYO_PRIVATE_KEY": PRIVATE_KEY,
        }
        with running(tmp_path, env) as process:
            assert process.post(PING) == 200
            begun = time.monotonic()
            with ThreadPoolExecutor(32) as pool:
                bodies = (event(event_id=f"event-{number}") for number in range(count))
                assert set(pool.map(process.post, bodies)) == {200}
            assert time.monotonic() - begun < 15
            assert process.health()["webhooks_waiting"] == count
            begun = time.monotonic()
            _, err = process.terminate()
            assert time.monotonic() - begun < 8
        assert process.popen.returncode == 0
        assert lines(err)[-1]["event"] == "stopped"
        with running(tmp_path, env) as process:
            assert process.post(PING) == 200
            assert process.health()["webhooks_waiting"] == count


def exchange(process: Process, request: bytes) -> bytes:
    """Send bytes and return all that comes back until the connection is closed."""
    with socket.create_connection(("127.0.0.1", process.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def request(body: bytes, *headers: str, length: int | None = None) -> bytes:
    """Return a webhook as bytes."""
    size = [] if "Transfer-Encoding: chunked" in headers else [f"Content-Length: {length or len(body)}"]
    head = [f"POST {PATH} HTTP/1.1", "Host: app", *size, *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def test_bodies_on_the_wire(tmp_path: Path) -> None:
    """Too long a body gets its answer and no more, a chunked one is read, and every stranger gets the same head."""
    right = f"Authorization: {RIGHTLY['Authorization']}"
    with running(tmp_path) as process:
        assert process.post(PING) == 200
        long = request(b"x" * 3_000_000, right)
        assert exchange(process, long).startswith(b"HTTP/1.1 400")
        chunked = b'f\r\n{"type":"PING"}\r\n0\r\n\r\n'
        head = request(chunked, right, "Transfer-Encoding: chunked", "Connection: close")
        assert exchange(process, head).startswith(b"HTTP/1.1 200")
        strange = [request(b""), request(b"{}", "Authorization: Basic \xff"), request(b"x" * 3_000_000)]
        answers = {
            b"\r\n".join(line for line in exchange(process, each).split(b"\r\n") if b"Date" not in line)
            for each in strange
        }
        assert len(answers) == 1
        _, err = process.terminate()
    assert "Traceback" not in err


def test_state_holds_no_secret(tmp_path: Path) -> None:
    """After work with refused credentials no file of the state folder holds a key or a token."""
    with running(tmp_path, {"KLAVIYO_PRIVATE_KEY": PRIVATE_KEY}) as process:
        assert process.post(event()) == 200
        process.terminate()
    found = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"event-one" in found
    assert not [secret for secret in SECRETS if secret.encode() in found]


def test_health_tells_no_stranger_anything(tmp_path: Path) -> None:
    """Health is counts and moments."""
    with running(tmp_path) as process:
        assert process.post(event()) == 200
        answer = httpx.get(f"{process.url}/health", trust_env=False)
    assert answer.status_code == 200
    assert set(answer.json()) == {
        "healthy",
        "webhooks_waiting",
        "events_owed",
        "parked",
        "paused_until",
        "oldest_owed_seconds",
        "last_success",
    }
    assert ENV["GLADLY_USERNAME"] not in answer.text
