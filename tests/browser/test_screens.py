"""What is kept of screens: changed ones only, no key in picture or trace, and what pages do that none should."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from harness.chromium.session import BrowserSession
from harness.evidence.accessibility import Accessibility
from harness.evidence.scan import find
from harness.evidence.screens import ScreenKeeper
from harness.evidence.traces import redact_trace

KEY, OTHER_KEY = "pk_" + "0a" * 17, "pk_" + "9f" * 17
COOKIE = {"name": "session", "value": "cookie-value-that-opens-doors", "url": "http://127.0.0.1:9"}


def shows_key(key: str) -> str:
    """Return a page that shows ``key`` where the systems' pages do."""
    return f"""<main><h1>New key</h1><code role=region aria-label="Private API key">{key}</code>
        <label>Klaviyo Private API Key <input value="{key}"></label></main>"""


@pytest.fixture
def watched(session: BrowserSession, tmp_path: Path) -> tuple[ScreenKeeper, Page]:
    """Return screens that watch a context with one page."""
    screens = ScreenKeeper(tmp_path / "kept", secrets=lambda: ["a-password"])
    context = session.open_context("http://127.0.0.1:9")
    screens.watch(context)
    context.add_cookies([COOKIE])  # type: ignore[list-item]  # a plain dictionary is one
    return screens, context.new_page()


def test_a_picture_is_kept_when_something_has_changed(watched: tuple[ScreenKeeper, Page]) -> None:
    """A step that changed nothing leaves no picture; one that did leaves one, named by its number and text."""
    screens, page = watched
    page.set_content("<p>one</p>")
    screens.look("Kim looks")
    screens.look("Kim looks again")
    page.set_content("<p>two</p>")
    screens.look('Kim clicks "Two"')
    screens.close()
    assert [path.name for path in screens.kept] == ["01-kim-looks-1.png", "03-kim-clicks-two-2.png"]


def test_no_key_can_be_read_in_a_picture(watched: tuple[ScreenKeeper, Page]) -> None:
    """Two different keys give the same picture: both are painted over."""
    screens, page = watched
    for key in (KEY, OTHER_KEY):
        page.set_content(shows_key(key))
        screens.look("Kim copies the key")
    screens.close()
    one, other = (path.read_bytes() for path in screens.kept)
    assert one == other


def test_the_trace_of_a_failure_holds_no_secret(watched: tuple[ScreenKeeper, Page]) -> None:
    """Keys, passwords and cookies are in no file of the trace; that the pages were there shows that it is one."""
    screens, page = watched
    page.set_content(shows_key(KEY) + "<input type=password>")
    page.get_by_role("textbox").first.fill(OTHER_KEY)
    page.locator("input[type=password]").fill("a-password")
    screens.failed = True
    screens.close()
    [trace] = [path for path in screens.kept if path.suffix == ".zip"]
    assert find(trace.parent, [KEY, OTHER_KEY, "a-password", COOKIE["value"]]) == []
    assert find(trace.parent, ["New key"]) != []


def test_what_passed_leaves_no_trace(watched: tuple[ScreenKeeper, Page]) -> None:
    """A scenario that did not fail keeps no trace."""
    screens, page = watched
    page.set_content("<p>fine</p>")
    screens.close()
    assert not screens.folder.exists()


def test_only_failures_are_kept_when_no_sign_off_is_wanted(watched: tuple[ScreenKeeper, Page]) -> None:
    """Without a sign-off a picture is taken only of the step that failed."""
    screens, page = watched
    screens.keep_all = False
    page.set_content("<p>one</p>")
    screens.look("passes")
    screens.look("fails", failed=True)
    screens.close()
    assert [path.name for path in screens.kept] == ["02-fails-1.png", "trace-1.zip"]


def test_secrets_are_taken_out_of_every_member_of_an_archive(tmp_path: Path) -> None:
    """Text is redacted in place, urlencoded forms too; what is no text and holds a secret is left out."""
    raw, path = tmp_path / "raw.zip", tmp_path / "trace.zip"
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("a.trace", f"key={KEY}&p=a+b%21")
        archive.writestr("picture", b"\xff\xfe a b! ")
        archive.writestr("other", b"\xff\xfe fine")
    redact_trace(raw, path, ["a b!"])
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["a.trace", "other"]
        assert archive.read("a.trace") == b"key=[redacted]&p=[redacted]"


def test_a_script_that_fails_is_a_flaw(watched: tuple[ScreenKeeper, Page]) -> None:
    """An error of a page's script is noted, so that a scenario cannot pass over it."""
    screens, page = watched
    with page.context.expect_event("weberror"):
        page.set_content("<script>throw new Error('broken')</script>")
    assert [one for one in screens.flaws if "broken" in one]
    screens.close()


def test_pages_reach_nothing_outside_this_machine(session: BrowserSession, page: Page) -> None:
    """What a page wants from elsewhere is refused and noted."""
    with page.expect_event("requestfailed"):
        page.set_content("<img src='http://198.51.100.7/pixel?id=1'>")
    assert session.attempts.pop() == "http://198.51.100.7/pixel"


def test_axe_names_what_a_page_breaks_once(page: Page) -> None:
    """A rule that is broken is reported with its place, and not again for a page of the same make."""
    axe = Accessibility()
    page.set_content("<html lang=en><title>t</title><main><h1>h</h1><input></main></html>")
    assert [one for one in axe.check(page) if "label" in one and "input" in one]
    assert axe.check(page) == []
