"""``python -m integration`` as a process: ready, told to end, ended."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from integration.webhook import PATH
from tests.integration.bench import ENV, SECRETS

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "integration"]
PATIENCE = 20.0
ATTEMPTS_TO_CONNECT = 6


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def _running(env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        COMMAND,
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _ping(port: int) -> int:
    """Return the status of a PING, trying to connect with growing waits until somebody listens."""
    transport = httpx.HTTPTransport(retries=ATTEMPTS_TO_CONNECT)
    auth = (ENV["WEBHOOK_USERNAME"], ENV["WEBHOOK_PASSWORD"])
    with httpx.Client(transport=transport, timeout=PATIENCE) as client:
        url = f"http://127.0.0.1:{port}{PATH}"
        return client.post(url, json={"type": "PING"}, auth=auth).status_code


def test_sigterm_ends_it_with_code_0(tmp_path: Path) -> None:
    """It answers PING once it listens, and SIGTERM ends it with code 0 and without a word."""
    port = _free_port()
    with _running({**ENV, "PORT": str(port), "STATE_DIR": str(tmp_path)}) as process:
        assert _ping(port) == 200
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize("missing", ["GLADLY_API_TOKEN", "STATE_DIR"])
def test_bad_settings_end_it_with_a_word(tmp_path: Path, missing: str) -> None:
    """Without a required variable it ends at once with code 1 and one line that names it and no secret."""
    with _running({**ENV, "STATE_DIR": str(tmp_path), missing: ""}) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (1, "")
    assert err == f"integration: set {missing}; docs/integration-contract.md says what each one is\n"
    assert not [secret for secret in SECRETS if secret in err]
