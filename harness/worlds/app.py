"""The thing under test, as the harness handles it, and what it is told (docs/integration-contract.md)."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

SECRETS = ("GLADLY_API_TOKEN", "WEBHOOK_PASSWORD", "KLAVIYO_PRIVATE_KEY")
WEBHOOK_PATH = "/webhooks/gladly"


@dataclass(frozen=True)
class Credentials:
    """A user name and a password."""

    username: str
    password: str = field(repr=False)


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


class AppUnderTest(Protocol):
    """An integration that can be started, told a new key, crashed and stopped."""

    @property
    def url(self) -> str:
        """Where its webhook door is."""
        ...

    def start(self, private_key: str | None) -> None:
        """Start it and wait until it answers a PING."""
        ...

    def save_settings(self, private_key: str | None) -> None:
        """Stop it in an orderly way and start it again with ``private_key``, or with the old one for None."""
        ...

    def crash(self) -> None:
        """Kill it without warning."""
        ...

    def start_again(self) -> None:
        """Start it with the settings it had."""
        ...

    def leaks(self) -> list[str]:
        """Return fingerprints of the secrets it was told and has printed."""
        ...

    def output(self) -> str:
        """Return all that it printed and logged."""
        ...

    def stop(self) -> None:
        """End it for good."""
        ...


def secrets_in(env: Mapping[str, str]) -> set[str]:
    """Return the values in ``env`` that must never be printed, also as the Basic credentials they are sent in."""
    pairs = (("GLADLY_USERNAME", "GLADLY_API_TOKEN"), ("WEBHOOK_USERNAME", "WEBHOOK_PASSWORD"))
    basic = {base64.b64encode(f"{env[user]}:{env[secret]}".encode()).decode() for user, secret in pairs}
    return basic | {env[name] for name in SECRETS if name in env}


def leaked(output: str, secrets: Iterable[str]) -> list[str]:
    """Return a fingerprint of each of ``secrets`` that stands in ``output``."""
    return sorted(
        f"sha256:{hashlib.sha256(one.encode()).hexdigest()[:8]}" for one in secrets if one in output
    )
