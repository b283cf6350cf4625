"""Which browser is driven, and what is tried where there is none."""

import os
from pathlib import Path

import pytest

from harness.chromium import find, install
from harness.chromium.find import find_browser, version_of
from harness.errors import NoBrowser


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make this a machine without any browser, and return the only folder on its path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "ms-playwright"))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    find_browser.cache_clear()
    monkeypatch.setattr(find, "find_browser", find_browser)
    return folder


@pytest.fixture(autouse=True)
def forget() -> object:
    """Let the next test look again."""
    yield
    find_browser.cache_clear()


def program(path: Path, says: str = "Chromium 1.2") -> Path:
    """Make a program at ``path`` that prints ``says``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_without_any_it_is_said_what_to_do() -> None:
    """No browser at all is an error that names the command to get one and the variable to name one."""
    with pytest.raises(NoBrowser, match=r"python -m harness browser.*CHROMIUM_PATH"):
        find_browser()


def test_the_shell_is_preferred_among_commands(bare_machine: Path) -> None:
    """Of several commands on the path, the headless shell is taken: it starts fastest."""
    program(bare_machine / "google-chrome")
    shell = program(bare_machine / "chromium-headless-shell")
    assert (find_browser().path, find_browser().origin) == (shell, "chromium-headless-shell")


def test_playwrights_own_comes_before_commands(bare_machine: Path, tmp_path: Path) -> None:
    """Playwright's own browser is taken before the machine's, its shell before its full one."""
    program(bare_machine / "chromium")
    program(tmp_path / "ms-playwright" / "chromium-1200" / "chrome-linux" / "chrome")
    shell = program(
        tmp_path / "ms-playwright" / "chromium_headless_shell-1200" / "chrome-linux" / "headless_shell"
    )
    assert find_browser().path == shell


def test_the_newest_of_playwrights_own_is_taken(tmp_path: Path) -> None:
    """Of several that Playwright downloaded over time, the newest by number is taken, not the first by name."""
    for revision in (999, 1200, 1100):
        shell = tmp_path / "ms-playwright" / f"chromium_headless_shell-{revision}" / "chrome-linux"
        program(shell / "headless_shell")
    assert find_browser().path.parents[1].name == "chromium_headless_shell-1200"


def test_the_variable_comes_first(
    bare_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CHROMIUM_PATH is taken before everything else."""
    program(bare_machine / "chromium")
    mine = program(tmp_path / "mine")
    monkeypatch.setenv("CHROMIUM_PATH", str(mine))
    assert find_browser().path == mine


def test_a_variable_that_names_nothing_is_no_browser(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong CHROMIUM_PATH is said, not passed over for another browser."""
    program(bare_machine / "chromium")
    monkeypatch.setenv("CHROMIUM_PATH", "/no/such/program")
    with pytest.raises(NoBrowser, match="CHROMIUM_PATH names '/no/such/program'"):
        find_browser()


def test_version_is_what_the_program_says(bare_machine: Path) -> None:
    """The version is asked of the program itself, for the report."""
    program(bare_machine / "chromium", "Chromium 9.9 built for tests")
    assert version_of(find_browser()) == "Chromium 9.9 built for tests"


def test_what_is_missing_is_got_by_the_first_way_that_works(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Playwright's download is tried first, then the system's packages, until a browser is there."""
    tried: list[str] = []

    def run(command: list[str]) -> bool:
        tried.append(command[-1])
        if command[-1] == "chromium-headless-shell" and "apt-get" in command[0]:
            program(bare_machine / "chromium-headless-shell")
            find_browser.cache_clear()
            return True
        return "apt-get" in command[0]

    program(bare_machine / "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(install, "_run", run)
    found = install.find_or_install(lambda _: None)
    assert found.origin == "chromium-headless-shell"
    assert tried == ["chromium-headless-shell", "update", "chromium-headless-shell"]


def test_nobody_but_root_installs_packages(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to install packages they are not tried, and it is said that there is no browser."""
    tried: list[str] = []
    program(bare_machine / "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(install, "_run", lambda command: tried.extend(command[:1]))
    with pytest.raises(NoBrowser, match="no Chromium could be had"):
        install.find_or_install(lambda _: None)
    assert all("apt-get" not in one for one in tried)
