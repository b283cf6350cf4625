"""Any integration in a process of its own, by the contract."""

import contextlib
import itertools
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx

from harness.app_ports import Strikes
from harness.errors import NotReady
from harness.redaction import redact
from harness.values import Credentials, Secret
from harness.worlds.app import WEBHOOK_PATH, AppEnvironment, files_with, leaked, secrets_in
from harness.worlds.clients import open_client

REFERENCE = shlex.join([sys.executable, "-m", "integration"])
READY_WITHIN = 10.0
STOPS_WITHIN = 10.0
DIES_WITHIN = 30.0
POLL = 0.02
# Below the ephemeral range, so that no outgoing connection can take a port that is about to be listened on.
PORTS = range(21_000, 32_000)
_candidates = itertools.cycle(PORTS)
SEEN_OF_OUTPUT = 2_000


class ProcessApp:
    """Runs ``command`` once per scenario, in its own process group, with the contract's variables."""

    def __init__(self, command: str, app_environment: AppEnvironment, extra_env: dict[str, str]) -> None:
        """Reserve a port for this scenario; start nothing yet."""
        self._command = shlex.split(command)
        self._settings = app_environment
        self._extra_env = extra_env
        self._port = Port()
        self._private_key: str | None = None
        self._told: set[str] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self._output = app_environment.state_dir.parent / f"{app_environment.state_dir.name}.output"
        self._client = open_client()
        self._stopped, self._died = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        """The address of its webhook."""
        return f"http://127.0.0.1:{self._port.number}{WEBHOOK_PATH}"

    @property
    def key(self) -> Secret:
        """The key by which it is to call Klaviyo now."""
        return Secret(self._private_key or self._settings.public_key)

    def start(self, private_key: str | None) -> None:
        """Start the process and wait for its 200 to a PING, ten seconds at the most."""
        self._private_key = private_key
        self._settings.state_dir.mkdir(parents=True, exist_ok=True)
        own = self._settings.environment(self._port.number, private_key)
        self._told |= secrets_in(own)
        inherited = {name: value for name, value in os.environ.items() if name != "KLAVIYO_PRIVATE_KEY"}
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the command is the user's own
                self._command,
                env=inherited | self._extra_env | own,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready(self._process)

    def save_settings(self, private_key: str | None) -> None:
        """Stop with SIGTERM and start with the new environment."""
        self._end(signal.SIGTERM)
        self.start(private_key or self._private_key)

    def crash(self) -> None:
        """Kill with SIGKILL."""
        self._end(signal.SIGKILL)

    def start_again(self) -> None:
        """Start with the settings it had."""
        self.start(self._private_key)

    def use_credentials(self, credentials: Credentials) -> None:
        """Stop with SIGTERM and start with other credentials for Gladly's API."""
        self._settings = replace(self._settings, gladly=credentials)
        self.save_settings(None)

    def dies_in(self, trouble: Strikes) -> None:
        """Kill it from another thread as soon as ``trouble`` has struck, a call that stays unanswered for long."""

        def watch() -> None:
            while not self._stopped.wait(POLL):
                if trouble.struck():
                    self.crash()
                    self._died.set()
                    return

        threading.Thread(target=watch, name="killer", daemon=True).start()

    def start_after_death(self) -> None:
        """Start it again once it was killed so; ``NotReady`` when it never is."""
        if not self._died.wait(DIES_WITHIN):
            raise NotReady(
                f"the call in which the app was to be killed has not come within {DIES_WITHIN:.0f} s"
            )
        self.start_again()

    @contextlib.contextmanager
    def second_process(self) -> Iterator[None]:
        """Start another process beside the one that runs, at another port; at the end the first is stopped."""
        first, port = self._process, self._port
        self._port = Port()
        self.start(self._private_key)
        try:
            yield
        finally:
            second, self._process = self._process, first
            self._end(signal.SIGTERM)
            self._process = second
            port.token.close()

    def shown_in_the_process_list(self) -> list[str]:
        """Return fingerprints of the secrets it was told that ``ps`` shows."""
        listed = subprocess.run(["ps", "-Aww", "-o", "args="], capture_output=True, text=True, check=True)  # noqa: S607 - everybody's own
        return leaked(listed.stdout, self._told)

    def files_with(self, secret: str) -> list[str]:
        """Return the files of its state folder that hold ``secret``."""
        return files_with(self._settings.state_dir, secret)

    def output(self) -> str:
        """Return standard output and standard error together, from the first start on."""
        return self._output.read_text(errors="replace") if self._output.exists() else ""

    def leaks(self) -> list[str]:
        """Return which secrets it was told stand in its output, by their fingerprints."""
        return leaked(self.output(), self._told)

    def stop(self) -> None:
        """End the process and whatever it started."""
        self._stopped.set()
        try:
            self._end(signal.SIGTERM)
        finally:
            self._port.token.close()
            self._client.close()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + READY_WITHIN
        while not self._answers_ping():
            if process.poll() is not None:
                raise NotReady(
                    f"the integration ended with code {process.returncode} at its start: {self._last_words()}"
                )
            if time.monotonic() >= end:
                self._end(signal.SIGKILL)
                raise NotReady(
                    f"no 200 to a PING at {self.url} within {READY_WITHIN:.0f} s: {self._last_words()}"
                )
            time.sleep(POLL)

    def _answers_ping(self) -> bool:
        webhook = self._settings.webhook
        try:
            answer = self._client.post(
                self.url,
                json={"id": "readiness", "type": "PING", "timestamp": "2026-01-01T00:00:00.000Z"},
                auth=httpx.BasicAuth(webhook.username, webhook.password),
            )
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK

    def _last_words(self) -> str:
        return redact(self.output(), self._told)[-SEEN_OF_OUTPUT:].strip() or "it printed nothing"

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process, how)
        try:
            process.wait(timeout=STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            process.wait()
            raise NotReady(f"the integration did not end within {STOPS_WITHIN:.0f} s of SIGTERM") from None
        _signal_group(process, signal.SIGKILL)


def _signal_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Signal the process group; one that is empty by now is fine."""
    try:
        os.killpg(process.pid, how)
    except ProcessLookupError:
        return


class Port:
    """A TCP port on loopback that nobody listens on, reserved until its ``token`` is closed.

    The integration binds the TCP port itself, after a restart again; so what is held meanwhile is the UDP port of the
    same number, which no other session of the harness on this machine can then take.
    """

    def __init__(self) -> None:
        """Take the next port that is free, or raise ``NotReady``."""
        for number in itertools.islice(_candidates, len(PORTS)):
            token = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            if _binds(token, number) and _is_listenable(number):
                self.number, self.token = number, token
                return
            token.close()
        raise NotReady(f"no port from {PORTS.start} to {PORTS.stop - 1} is free on this machine")


def _is_listenable(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _binds(probe, number)


def _binds(sock: socket.socket, number: int) -> bool:
    try:
        sock.bind(("127.0.0.1", number))
    except OSError:
        return False
    return True
