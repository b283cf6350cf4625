"""Any integration in a process of its own, by the contract."""

import contextlib
import os
import shlex
import signal
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
from harness.worlds.limits import fill_disk
from harness.worlds.outlook import Patience
from harness.worlds.output import Output
from harness.worlds.port import Port, is_listened_at

REFERENCE = shlex.join([sys.executable, "-m", "integration"])
READY_WITHIN = 10.0
STOPS_WITHIN = 10.0
DIES_WITHIN = 30.0
POLL = 0.02
SEEN_OF_OUTPUT = 2_000


class ProcessApp:
    """Runs ``command`` once per scenario, in its own process group, with the contract's variables."""

    def __init__(
        self,
        command: str,
        app_environment: AppEnvironment,
        extra_env: dict[str, str],
        patience: Patience | None = None,
    ) -> None:
        """Reserve a port for this scenario; start nothing yet. ``patience`` is the session's."""
        self._patience = patience or Patience()
        self._command = shlex.split(command)
        self._settings = app_environment
        self._extra_env = extra_env
        self._port = Port()
        self._private_key: str | None = None
        self._told: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._output = Output()
        self._client = open_client()
        self._stopped, self._died = threading.Event(), threading.Event()
        self._deadly: Strikes | None = None

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
        output = self._output.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the command is the user's own
                self._command,
                env=inherited | self._extra_env | own,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(output)
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

    def use_klaviyo_at(self, url: str) -> None:
        """Stop with SIGTERM and start with another address of Klaviyo's API."""
        self._settings = replace(self._settings, klaviyo_url=url)
        self.save_settings(None)

    def fill_disk(self) -> None:
        """Let it write into no file any more, until it is started again."""
        if self._process is not None:
            fill_disk(self._process.pid)

    def dies_in(self, trouble: Strikes) -> None:
        """Kill it from another thread as soon as ``trouble`` has struck, a call that stays unanswered for long."""
        self._died.clear()
        self._deadly = trouble

        def watch() -> None:
            while self._deadly is trouble and not self._stopped.wait(POLL):
                if trouble.struck():
                    self.crash()
                    self._died.set()
                    return

        threading.Thread(target=watch, name="killer", daemon=True).start()

    def lives_on(self) -> None:
        """Kill it no more in whatever call it makes."""
        self._deadly = None

    def has_died(self) -> bool:
        """Say whether it was killed in a call and not started since."""
        return self._died.is_set()

    def start_after_death(self) -> None:
        """Start it again once it was killed so; ``NotReady`` when it never is."""
        if not self._died.wait(DIES_WITHIN):
            raise NotReady(
                f"the call in which the app was to be killed has not come within {DIES_WITHIN:.0f} s"
            )
        self._died.clear()
        self.start_again()

    @contextlib.contextmanager
    def second_process(self) -> Iterator[None]:
        """Start another process beside the one that runs, at another port; at the end the first is stopped."""
        first, port = self._process, self._port
        self._port = Port()
        try:
            self.start(self._private_key)
            yield
        finally:
            second, self._process = self._process, first
            self._end(signal.SIGTERM)
            self._process = second
            port.token.close()

    def ended(self) -> str:
        """Return how it ended by itself, for people to read; ``""`` while it runs, or when the harness has ended it.

        What the command has started may live on without it, as long as it listens at the port.
        """
        process = self._process
        if process is None or process.poll() is None or is_listened_at(self._port.number):
            return ""
        self._output.wait_for_the_end()
        return f"and the app has ended by itself, {_way(process.returncode)}; {self._last_words()}"

    def shown_in_the_process_list(self) -> list[str]:
        """Return the variables, with fingerprints, whose values ``ps`` shows."""
        listed = subprocess.run(["ps", "-Aww", "-o", "args="], capture_output=True, text=True, check=True)  # noqa: S607 - everybody's own
        return leaked(listed.stdout, self._told)

    def files_with(self, secret: str) -> list[str]:
        """Return the files of its state folder that hold ``secret``."""
        return files_with(self._settings.state_dir, secret)

    def output(self) -> str:
        """Return standard output and standard error together, from the first start on."""
        return self._output.text()

    def told(self) -> list[str]:
        """Return the secrets that it was told."""
        return list(self._told)

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
        within = self._patience.longest(READY_WITHIN)
        end = time.monotonic() + within
        while answer := self._ping():
            if process.poll() is not None:
                self._output.wait_for_the_end()
                why = f"the app has ended at its start, {_way(process.returncode)}"
            elif time.monotonic() >= end:
                self._end(signal.SIGKILL)
                why = (
                    f"the app does not answer 200 to a PING within {within:.0f} s of its start: {answer} "
                    f"(POST {self.url}; $PORT says where it is to listen)"
                )
            else:
                time.sleep(POLL)
                continue
            self._patience.vain += 1
            raise NotReady(f"{why}; {self._last_words()}")

    def _ping(self) -> str:
        """Return what came of a PING instead of 200, ``""`` for that."""
        webhook = self._settings.webhook
        try:
            answer = self._client.post(
                self.url,
                json={"id": "readiness", "type": "PING", "timestamp": "2026-01-01T00:00:00.000Z"},
                auth=httpx.BasicAuth(webhook.username, webhook.password),
            )
        except httpx.ConnectError:
            return "nobody listens at the port"
        except httpx.TransportError as error:
            return f"no answer came ({type(error).__name__})"
        return "" if answer.status_code == httpx.codes.OK else f"it answers {answer.status_code}"

    def _last_words(self) -> str:
        """Return the end of what it printed, in a sentence."""
        printed = redact(self.output(), self._told)[-SEEN_OF_OUTPUT:].strip()
        return f"it printed last: {printed}" if printed else "it printed nothing"

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process, how)
        within = self._patience.longest(STOPS_WITHIN)
        try:
            process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            process.wait()
            self._patience.vain += 1
            raise NotReady(f"the app has not ended within {within:.0f} s of SIGTERM") from None
        _signal_group(process, signal.SIGKILL)
        self._output.wait_for_the_end()


def _way(code: int) -> str:
    """Return an exit code in words; a negative one is a signal's."""
    return f"with exit code {code}" if code >= 0 else f"by the signal {signal.Signals(-code).name}"


def _signal_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Signal the process group; one that is empty by now is fine."""
    try:
        os.killpg(process.pid, how)
    except ProcessLookupError:
        return
