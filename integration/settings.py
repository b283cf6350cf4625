"""What the integration is told through its environment (docs/integration-contract.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HIGHEST_PORT = 65_535
KLAVIYO = "https://a.klaviyo.com"
REQUIRED = (
    "PORT",
    "GLADLY_BASE_URL",
    "GLADLY_USERNAME",
    "GLADLY_API_TOKEN",
    "WEBHOOK_USERNAME",
    "WEBHOOK_PASSWORD",
    "STATE_DIR",
)


class BadSettings(ValueError):
    """The environment lacks something or holds nonsense; the text names it, never a secret's value."""


@dataclass(frozen=True)
class Settings:
    """The contract's variables; secrets stay out of ``repr``. No private key means before the upgrade."""

    port: int
    gladly_base_url: str
    gladly_username: str
    gladly_api_token: str = field(repr=False)
    webhook_username: str
    webhook_password: str = field(repr=False)
    state_dir: Path
    klaviyo_base_url: str = KLAVIYO
    klaviyo_private_key: str | None = field(default=None, repr=False)
    klaviyo_public_key: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the contract's variables from ``env``, or raise ``BadSettings`` naming what is missing."""
        if missing := [name for name in REQUIRED if not env.get(name)]:
            raise BadSettings(f"set {', '.join(missing)}; docs/integration-contract.md says what each one is")
        if not env["PORT"].isdecimal() or not 0 < int(env["PORT"]) <= HIGHEST_PORT:
            raise BadSettings(f"PORT must be a number from 1 to {HIGHEST_PORT}, not {env['PORT']!r}")
        return cls(
            port=int(env["PORT"]),
            gladly_base_url=env["GLADLY_BASE_URL"].rstrip("/"),
            gladly_username=env["GLADLY_USERNAME"],
            gladly_api_token=env["GLADLY_API_TOKEN"],
            webhook_username=env["WEBHOOK_USERNAME"],
            webhook_password=env["WEBHOOK_PASSWORD"],
            state_dir=Path(env["STATE_DIR"]),
            klaviyo_base_url=(env.get("KLAVIYO_BASE_URL") or KLAVIYO).rstrip("/"),
            klaviyo_private_key=env.get("KLAVIYO_PRIVATE_KEY") or None,
            klaviyo_public_key=env.get("KLAVIYO_PUBLIC_KEY") or None,
        )
