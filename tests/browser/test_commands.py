"""``python -m harness browser`` and ``python -m harness pages``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Route

from harness.chromium.session import BrowserSession
from harness.pages import check
from harness.pages.check import check_klaviyo
from harness.pages.rehearsal import furnished_fakes
from harness.pages.screens.current import use
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m harness`` in a process of its own: Playwright runs once in each."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KLAVIYO_", "GLADLY_"))}
    command = [sys.executable, "-m", "harness", *words]
    return subprocess.run(command, env=kept | env, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own


@pytest.mark.usefixtures("session")
def test_every_part_of_every_page_object_is_found_on_the_fakes(tmp_path: Path) -> None:
    """All page objects fit the fakes' pages, the command says how many parts there are, and leaves no file behind."""
    done = run("pages", TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 missing." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_no_longer_resolves_is_named_and_mended_by_a_file(
    session: BrowserSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renamed box is named with what it is now; that, in a file, mends it; and nothing private is in what is kept."""
    monkeypatch.setattr(check, "WAIT_MS", 500)

    def rename(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("Search metrics", "Find a metric"))

    with furnished_fakes() as logins:
        login = logins["KLAVIYO"]
        context = session.open_context(login.url)
        tab = Tab(context.new_page())
        SignIn(tab, "klaviyo").sign_in(login.email, login.password)
        context.route("**/analytics/metrics*", rename)
        found = {one.page_object: one for one in check_klaviyo(tab, report=tmp_path)}
        [part] = found["klaviyo.Metrics"].missing
        assert part.name == "klaviyo.Metrics.search"
        mending = tmp_path / "mine.toml"
        mending.write_text(part.candidates[0], encoding="utf-8")
        use([mending])
        try:
            again = {one.page_object: one for one in check_klaviyo(tab)}
        finally:
            use()
        context.close()
    assert found["klaviyo.ApiKeys"].fits
    assert again["klaviyo.Metrics"].fits
    assert "Find a metric" in part.candidates[0]
    assert sorted(path.suffix for path in found["klaviyo.Metrics"].files) == [".png", ".txt"]
    assert [path.stat().st_mode & 0o777 for path in found["klaviyo.Metrics"].files] == [0o600, 0o600]
    kept = "".join(
        path.read_text(encoding="utf-8") for path in found["klaviyo.Metrics"].files if path.suffix != ".png"
    )
    assert "Find a metric" in kept
    assert login.password not in kept
    assert "@" not in kept


def test_who_signs_in_must_be_named() -> None:
    """A real system without credentials in the environment is a misuse that names the variables."""
    done = run("pages", "--klaviyo", "http://127.0.0.1:9")
    assert done.returncode == 2
    assert "KLAVIYO_EMAIL, KLAVIYO_PASSWORD" in done.stderr


def test_without_a_browser_the_command_says_so_loudly() -> None:
    """When no browser can be had the command fails, and says that the browser world cannot be run."""
    done = run("browser", CHROMIUM_PATH="/no/such/program")
    assert done.returncode == 1
    assert "THE BROWSER WORLD CANNOT BE RUN" in done.stderr
