"""Who acts at real pages: signed in, and in the one account that may be touched."""

from pathlib import Path
from typing import Any

import pytest

from harness.errors import NotRunHere, Refused, WrongSystem
from harness.live.sessions import LiveSessions
from harness.live.settings import Person
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab


class Context:
    """A browser context with a page that goes wherever it is told."""

    def new_page(self) -> "Context":
        """Return the page."""
        return self

    def goto(self, address: str) -> None:
        """Go there."""

    def close(self) -> None:
        """Close."""


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Path:
    """Return a kept browser state."""
    file = tmp_path / "klaviyo-admin.json"
    file.write_text("{}", encoding="utf-8")
    return file


def sessions(state: Path) -> LiveSessions:
    """Return Kim's, in the account AbC123."""
    context: Any = Context()
    return LiveSessions(
        Person("klaviyo-admin", state),
        "https://www.klaviyo.com",
        lambda _url, _state: context,
        "",
        lambda _question: False,
        account_id="AbC123",
    )


def shown(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let the browser be signed in, and its page of API keys show ``text``."""
    monkeypatch.setattr(SignIn, "is_shown", lambda _page: False)
    monkeypatch.setattr(ApiKeys, "open", lambda page: page)
    monkeypatch.setattr(Tab, "text", lambda _tab: text)


def test_the_right_account(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that shows the account's public key is used."""
    shown(monkeypatch, "Public API Key AbC123")
    assert isinstance(sessions(state).tab(), Tab)


def test_a_browser_that_stands_in_another_account(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One login may have several accounts at one address: a browser in another is refused before anything is done in it."""
    shown(monkeypatch, "Public API Key ZzZzZz")
    with pytest.raises(WrongSystem, match="another Klaviyo account than AbC123"):
        sessions(state).tab()


def test_whoever_may_not_see_keys_cannot_make_one(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the page of keys is refused, the account cannot be seen and no key can be made there."""

    def refuse(_page: ApiKeys) -> None:
        raise Refused("no")

    shown(monkeypatch, "")
    monkeypatch.setattr(ApiKeys, "open", refuse)
    assert isinstance(sessions(state).tab(), Tab)


def test_nobody_is_signed_in(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where signing in is shown, or there is no state, the reason says which command keeps one."""
    monkeypatch.setattr(SignIn, "is_shown", lambda _page: True)
    for file in (state, state.with_name("none.json")):
        with pytest.raises(NotRunHere, match="live sign-in klaviyo-admin"):
            sessions(file).tab()
