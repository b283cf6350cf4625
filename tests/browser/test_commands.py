"""``python -m harness browser`` and ``python -m harness pages``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from harness.chromium.session import BrowserSession
from harness.pages.check import check_klaviyo
from harness.pages.element import Element
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.rehearsal import furnished_fakes
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


def test_a_part_that_no_longer_resolves_is_reported_by_name(
    session: BrowserSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page object whose part is gone is reported with the part's name."""

    def gone(metrics: Metrics) -> Locator:
        return metrics.page.get_by_role("button", name="Was here once")

    part = Element(gone, always=True)
    part.__set_name__(Metrics, "search")
    monkeypatch.setattr(Metrics, "search", part)
    with furnished_fakes() as logins:
        context = session.open_context(logins["KLAVIYO"].url)
        found = {one.page_object: one for one in check_klaviyo(Tab(context.new_page()), logins["KLAVIYO"])}
        context.close()
    assert found["klaviyo.Metrics"].missing == ("klaviyo.Metrics.search",)
    assert found["klaviyo.ApiKeys"].missing == ()


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
