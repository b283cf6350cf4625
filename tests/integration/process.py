"""``python -m integration`` as a process, and hosts that keep it waiting."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx

from harness.worlds.port import Port
from integration.webhook import PATH
from tests.integration.bench import ENV

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "integration"]
PATIENCE = 20.0
ATTEMPTS_TO_CONNECT = 7
AUTH = (ENV["WEBHOOK_USERNAME"], ENV["WEBHOOK_PASSWORD"])


_reserved: list[Port] = []


def free_port() -> int:
    """Return a port that nobody listens on, nor will until these tests have ended.

    A process that is killed and started again needs the same one again: no outgoing connection may take it meanwhile.
    """
    _reserved.append(Port())
    return _reserved[-1].number


@dataclass
class Process:
    """The integration, on ``port``."""

    port: int
    popen: subprocess.Popen[str]
    client: httpx.Client = field(repr=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def post(self, body: Any) -> int:
        """Send a webhook and return the status, as soon as it listens."""
        return self.client.post(self.url + PATH, json=body, auth=AUTH).status_code

    def health(self) -> dict[str, Any]:
        """Return what it says of itself, as soon as it listens."""
        try:
            found: dict[str, Any] = self.client.get(f"{self.url}/health").json()
        except httpx.ConnectError:
            ended = self.popen.poll()
            assert ended is None, f"the process on port {self.port} ended with code {ended}"
            raise
        return found

    def terminate(self) -> tuple[str, str]:
        """Send SIGTERM, wait for the end, and return what it printed."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.communicate(timeout=PATIENCE)


@contextlib.contextmanager
def running(
    state: Path, env: Mapping[str, str] | None = None, stderr: int | IO[str] = subprocess.PIPE
) -> Iterator[Process]:
    """Run it with its state in ``state``; kill it at the end of the block."""
    port = (env or {}).get("PORT") or str(free_port())
    own = {**ENV, "STATE_DIR": str(state), **(env or {}), "PORT": port}
    transport = httpx.HTTPTransport(retries=ATTEMPTS_TO_CONNECT)  # with growing waits, until somebody listens
    with (
        httpx.Client(transport=transport, timeout=PATIENCE) as client,
        subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            COMMAND, cwd=ROOT, env={**os.environ, **own}, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as popen,
    ):
        try:
            yield Process(int(port), popen, client)
        finally:
            popen.kill()


@contextlib.contextmanager
def hanging() -> Iterator[str]:
    """The URL of a host that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def lines(text: str) -> list[dict[str, Any]]:
    """Return the log lines in ``text``; each is one JSON object."""
    return [json.loads(line) for line in text.splitlines()]
