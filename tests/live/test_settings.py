"""The environment's variables: all that is wrong is said at once, with what to do, and nothing secret is shown."""

import re
from pathlib import Path

import pytest

from harness.errors import BadSettings
from harness.live.findings import EXPLAINED
from harness.live.settings import environment, settings
from harness.live.variables import every_variable

ROOT = Path(__file__).parents[2]
WHOLE = {
    "LIVE_KLAVIYO_ACCOUNT_ID": "AbC123",
    "LIVE_KLAVIYO_KEY": "pk_0123456789abcdef",
    "LIVE_GLADLY_URL": "https://shop.us-uat.gladly.qa",
    "LIVE_GLADLY_ORGANIZATION_ID": "UvImZaYMQtKJGF2VDuiBNg",
    "LIVE_GLADLY_API_USER": "api@shop.invalid",
    "LIVE_GLADLY_API_TOKEN": "token-of-gladly",
}


def problems(**changes: str) -> tuple[str, ...]:
    """Return what is wrong with the whole environment after ``changes``."""
    with pytest.raises(BadSettings) as refusal:
        settings(WHOLE | changes)
    return refusal.value.problems


def test_the_defaults() -> None:
    """What is left out is the vendor's own address, and nothing may be changed."""
    made = settings(WHOLE)
    assert (made.klaviyo_api, made.klaviyo_web) == ("https://a.klaviyo.com", "https://www.klaviyo.com")
    assert (made.allow, made.deadline, made.is_loopback) == ("nothing", 600.0, False)
    assert made.people["gladly-agent"].state == Path("build/live/states/gladly-agent.json")


def test_everything_missing_is_said_at_once() -> None:
    """Each missing variable is named with what it is, where to get it, and where it is explained."""
    with pytest.raises(BadSettings) as refusal:
        settings({})
    assert len(refusal.value.problems) == 6
    [key] = [one for one in refusal.value.problems if one.startswith("LIVE_KLAVIYO_KEY")]
    assert "Create Private API Key" in key
    assert "docs/live.md#live-klaviyo-key" in key


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LIVE_GLADLY_URL", "shop.gladly.qa", "nothing behind the host"),
        ("LIVE_GLADLY_URL", "https://shop.gladly.qa/admin", "nothing behind the host"),
        ("LIVE_GLADLY_URL", "http://shop.gladly.com", "credentials in clear"),
        ("LIVE_DEADLINE", "soon", "no number of seconds"),
        ("LIVE_SETTLE", "-1", "no number of seconds"),
        ("LIVE_DEADLINE", "nan", "no number of seconds"),
        ("LIVE_ALLOW", "everything", "none of nothing, verify, upgrade"),
        ("LIVE_MAIL_DOMAIN", "example.com", "silently drops"),
        ("LIVE_MAIL_DOMAIN", "shop.test.com", "silently drops"),
        ("LIVE_GLADLY_AGENT_EMAIL", "sam@shop.invalid", "or neither"),
        ("LIVE_KLAVIYO_KEYS", "x", "is no variable of the harness"),
    ],
)
def test_what_cannot_be(name: str, value: str, said: str) -> None:
    """A value that cannot be is refused by the variable's name."""
    [problem] = problems(**{name: value})
    assert said in problem
    assert problem.startswith(name) or name in problem


def test_nothing_secret_is_shown() -> None:
    """Neither the settings' text nor an error holds a key, a token or a password."""
    made = settings(
        WHOLE | {"LIVE_GLADLY_AGENT_EMAIL": "sam@shop.invalid", "LIVE_GLADLY_AGENT_PASSWORD": "pass-of-sam"}
    )
    assert made.secrets() == ["pk_0123456789abcdef", "token-of-gladly", "pass-of-sam"]
    assert not [one for one in made.secrets() if one in repr(made)]
    [problem] = problems(LIVE_GLADLY_URL="pk_0123456789abcdef0123456789abcdef")
    assert "pk_0123" not in problem


def test_a_file_gives_what_the_environment_does_not(tmp_path: Path) -> None:
    """The environment wins over the file; a file that is not there is an error."""
    file = tmp_path / "live.env"
    file.write_text("LIVE_ALLOW=verify\nLIVE_SETTLE=$5\n", encoding="utf-8")
    assert environment(file, {"LIVE_ALLOW": "upgrade"}) == {"LIVE_ALLOW": "upgrade", "LIVE_SETTLE": "$5"}
    with pytest.raises(BadSettings, match=r"copy \.env\.example"):
        environment(tmp_path / "none", {})


def test_the_example_and_the_page_have_every_variable() -> None:
    """Each variable stands in ``.env.example``, and ``docs/live.md`` has an anchor for it; neither has another."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = sorted(one.name for one in every_variable())
    assert sorted(re.findall(r"^(?:# )?(LIVE_[A-Z_]+)=", example, re.MULTILINE)) == names
    page = (ROOT / "docs" / "live.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"<a id=\"(live-[a-z-]+)\"></a>`LIVE_", page))) == sorted(
        one.anchor.partition("#")[2] for one in every_variable()
    )


def test_every_finding_of_the_doctor_is_explained() -> None:
    """Each id stands in ``docs/live.md`` with an anchor, and no other does."""
    page = (ROOT / "docs" / "live.md").read_text(encoding="utf-8")
    assert re.findall(r'<a id="ld-(\d+)">', page) == [one.removeprefix("LD-") for one in EXPLAINED]
