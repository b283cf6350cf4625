"""What the integration is told, and what it says when that is not enough."""

from pathlib import Path

import pytest

from integration.settings import KLAVIYO, REQUIRED, BadSettings, Settings
from tests.integration.bench import ENV, PRIVATE_KEY, PUBLIC_KEY, SECRETS

WHOLE = {
    **ENV,
    "STATE_DIR": "state",
    "KLAVIYO_PRIVATE_KEY": PRIVATE_KEY,
    "KLAVIYO_PUBLIC_KEY": PUBLIC_KEY,
}


def test_everything_is_read() -> None:
    """Every variable of the contract has its place; a slash at the end of a URL goes."""
    slashed = {name: f"{value}/" if name.endswith("BASE_URL") else value for name, value in WHOLE.items()}
    assert Settings.from_env(slashed) == Settings(
        port=8080,
        gladly_base_url="https://shop.gladly.test",
        gladly_username="api@shop.test",
        gladly_api_token=ENV["GLADLY_API_TOKEN"],
        webhook_username="gladly",
        webhook_password=ENV["WEBHOOK_PASSWORD"],
        state_dir=Path("state"),
        klaviyo_base_url="https://klaviyo.test",
        klaviyo_private_key=PRIVATE_KEY,
        klaviyo_public_key=PUBLIC_KEY,
    )


def test_klaviyo_is_the_real_one_unless_told() -> None:
    """Without the optional variables it speaks to the real Klaviyo and has no keys; an empty key is none."""
    settings = Settings.from_env({name: WHOLE[name] for name in REQUIRED} | {"KLAVIYO_PRIVATE_KEY": ""})
    assert settings.klaviyo_base_url == KLAVIYO == "https://a.klaviyo.com"
    assert (settings.klaviyo_private_key, settings.klaviyo_public_key) == (None, None)


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("name", REQUIRED)
def test_missing_variable_is_named(name: str, value: str | None) -> None:
    """A required variable that is absent or empty is named, alone."""
    env = {key: each for key, each in WHOLE.items() if key != name} | ({} if value is None else {name: value})
    with pytest.raises(BadSettings, match=f"^set {name}; ") as refusal:
        Settings.from_env(env)
    assert not [secret for secret in SECRETS if secret in str(refusal.value)]


def test_all_that_is_missing_is_named_at_once() -> None:
    """Nobody has to start it seven times to learn what it needs."""
    with pytest.raises(BadSettings, match=", ".join(REQUIRED)):
        Settings.from_env({})


@pytest.mark.parametrize("port", ["http", "-1", "80.5", "0x50", "0", "65536"])
def test_port_must_be_a_number(port: str) -> None:
    """A port that is no number is refused with what was given, and without a secret."""
    with pytest.raises(BadSettings, match=f"^PORT must be a number from 1 to 65535, not '{port}'$"):
        Settings.from_env({**WHOLE, "PORT": port})


def test_repr_hides_secrets() -> None:
    """The repr of the settings, which lands in logs and tracebacks, shows no secret."""
    shown = repr(Settings.from_env(WHOLE))
    assert "shop.gladly.test" in shown
    assert not [secret for secret in SECRETS if secret in shown]
