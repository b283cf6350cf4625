"""What the integration is told through its environment (docs/integration-contract.md)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

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
    database_url: str | None = field(default=None, repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the variables from ``env``, or raise ``BadSettings`` naming what is missing.

        Blanks and line breaks around a key or token are what comes along when it is pasted.
        """
        if missing := [name for name in REQUIRED if not env.get(name)]:
            raise BadSettings(f"set {', '.join(missing)}; docs/integration-contract.md says what each one is")
        if not env["PORT"].isdecimal() or not 0 < int(env["PORT"]) <= HIGHEST_PORT:
            raise BadSettings(f"PORT must be a number from 1 to {HIGHEST_PORT}, not {env['PORT']!r}")
        return cls(
            port=int(env["PORT"]),
            gladly_base_url=_url(env, "GLADLY_BASE_URL"),
            gladly_username=env["GLADLY_USERNAME"].strip(),
            gladly_api_token=env["GLADLY_API_TOKEN"].strip(),
            webhook_username=env["WEBHOOK_USERNAME"],
            webhook_password=env["WEBHOOK_PASSWORD"],
            state_dir=Path(env["STATE_DIR"]),
            klaviyo_base_url=_url(env, "KLAVIYO_BASE_URL", KLAVIYO),
            klaviyo_private_key=env.get("KLAVIYO_PRIVATE_KEY", "").strip() or None,
            klaviyo_public_key=env.get("KLAVIYO_PUBLIC_KEY", "").strip() or None,
            database_url=env.get("DATABASE_URL") or None,
        )

    def klaviyo_credentials(self) -> str:
        """Return what tells these credentials from others without telling what they are."""
        return _digest(
            self.klaviyo_base_url, self.klaviyo_private_key or f"legacy:{self.klaviyo_public_key or ''}"
        )

    def gladly_credentials(self) -> str:
        """Return the same for Gladly's."""
        return _digest(self.gladly_base_url, self.gladly_username, self.gladly_api_token)


def _url(env: Mapping[str, str], name: str, default: str = "") -> str:
    url = (env.get(name) or default).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise BadSettings(f"{name} must be a URL that begins with http:// or https://")
    return url


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]
