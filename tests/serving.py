"""``python -m fakes`` as a process, for tests that need to see it from outside."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]


@dataclass
class Served:
    """The running fakes: what their JSON line says, and the process."""

    about: dict[str, Any]
    process: subprocess.Popen[str]

    @property
    def klaviyo_url(self) -> str:
        """The base URL of Klaviyo."""
        return str(self.about["klaviyo"]["url"])

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call Klaviyo's control plane below the account and return its JSON."""
        url = f"{self.klaviyo_url}/_fake/accounts/{self.about['klaviyo']['account_id']}{path}"
        headers = {"X-Fake-Control": self.about["control_token"]}
        answer = httpx.request(method, url, json=body, headers=headers, trust_env=False)
        return answer.raise_for_status().json()

    def new_key(self, *scopes: str) -> str:
        """Make a custom private key with these scopes."""
        body = {"name": "Gladly App", "access": "custom", "scopes": scopes}
        return str(self.control("POST", "/keys", body)["private_key"])


@contextlib.contextmanager
def served(*options: str) -> Iterator[Served]:
    """Serve on free ports until the block ends, then interrupt."""
    command = [sys.executable, "-m", "fakes", "--json", "--klaviyo-port", "0", "--gladly-port", "0", *options]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Served(json.loads(process.stdout.readline()), process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=10)
