"""What the integration under test is told (docs/integration-contract.md)."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.redaction import redact
from harness.values import Credentials

SECRETS = ("GLADLY_API_TOKEN", "WEBHOOK_PASSWORD", "KLAVIYO_PRIVATE_KEY")
WEBHOOK_PATH = "/webhooks/gladly"
LONGEST_LINE = 160


@dataclass(frozen=True)
class AppEnvironment:
    """Where the integration finds both systems, and who it is there."""

    gladly_url: str
    gladly: Credentials
    klaviyo_url: str
    public_key: str
    webhook: Credentials
    state_dir: Path

    def environment(self, port: int, private_key: str | None) -> dict[str, str]:
        """Return the contract's variables; no private key means before the upgrade."""
        env = {
            "PORT": str(port),
            "GLADLY_BASE_URL": self.gladly_url,
            "GLADLY_USERNAME": self.gladly.username,
            "GLADLY_API_TOKEN": self.gladly.password,
            "WEBHOOK_USERNAME": self.webhook.username,
            "WEBHOOK_PASSWORD": self.webhook.password,
            "KLAVIYO_BASE_URL": self.klaviyo_url,
            "KLAVIYO_PUBLIC_KEY": self.public_key,
            "STATE_DIR": str(self.state_dir),
        }
        return env | ({"KLAVIYO_PRIVATE_KEY": private_key} if private_key else {})


def secrets_in(env: Mapping[str, str]) -> dict[str, str]:
    """Return value → variable for what is never to be printed, also as the Basic credentials that it is sent in."""
    pairs = (("GLADLY_USERNAME", "GLADLY_API_TOKEN"), ("WEBHOOK_USERNAME", "WEBHOOK_PASSWORD"))
    basic = {
        base64.b64encode(f"{env[user]}:{env[secret]}".encode()).decode(): f"{user}:{secret} in Base64"
        for user, secret in pairs
    }
    # A public key that was pasted in the place of a private one is as public as before.
    public = env.get("KLAVIYO_PUBLIC_KEY")
    return basic | {env[name]: name for name in SECRETS if name in env and env[name] != public}


def leaked(output: str, secrets: Mapping[str, str]) -> list[str]:
    """Return which of ``secrets``, value → variable, stand in ``output``: the variable, a fingerprint, and the line, masked."""
    return sorted(
        f"{name} (sha256:{hashlib.sha256(one.encode()).hexdigest()[:8]}) in {_line_with(one, output, secrets)!r}"
        for one, name in secrets.items()
        if one in output
    )


def _line_with(secret: str, output: str, secrets: Iterable[str]) -> str:
    line = next((one for one in output.splitlines() if secret in one), "")
    return redact(line, secrets)[:LONGEST_LINE]


def files_with(folder: Path, secret: str) -> list[str]:
    """Return the files below ``folder`` that hold ``secret``."""
    return sorted(
        path.name for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()
    )
