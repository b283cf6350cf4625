"""The thing under test, as the harness handles it, and what it is told (docs/integration-contract.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

WEBHOOK_PATH = "/webhooks/gladly"


@dataclass(frozen=True)
class Credentials:
    """A user name and a password."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Surroundings:
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
        """Kill it without warning and start it again with the same settings."""
        ...

    def output(self) -> str:
        """Return all that it printed and logged."""
        ...

    def stop(self) -> None:
        """End it for good."""
        ...


def secrets_in(env: Mapping[str, str]) -> list[str]:
    """Return the values in ``env`` that must never be printed."""
    return [
        env[name] for name in ("GLADLY_API_TOKEN", "WEBHOOK_PASSWORD", "KLAVIYO_PRIVATE_KEY") if name in env
    ]
