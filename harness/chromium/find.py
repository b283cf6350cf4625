"""Which Chromium to drive: one that is there, in a fixed order, so that a report can say which it was."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.errors import NoBrowser

VARIABLE = "CHROMIUM_PATH"
COMMANDS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_ANSWERS_WITHIN = 20


@dataclass(frozen=True)
class Browser:
    """A Chromium on this machine: the program and where it comes from."""

    path: Path
    origin: str


@cache
def find_browser() -> Browser:
    """Return the Chromium to use: ``CHROMIUM_PATH``, else Playwright's own, else the first of ``COMMANDS`` on the path.

    Raises ``NoBrowser``; also when ``CHROMIUM_PATH`` names no program, for then something else was meant.
    """
    if named := os.environ.get(VARIABLE):
        if not os.access(named, os.X_OK) or Path(named).is_dir():
            raise NoBrowser(f"{VARIABLE} names {named!r}, which is no program; correct it or unset it")
        return Browser(Path(named), VARIABLE)
    if (own := playwrights_own()) is not None:
        return Browser(own, "Playwright")
    for command in COMMANDS:
        if path := shutil.which(command):
            return Browser(Path(path), command)
    raise NoBrowser(
        "no Chromium was found: not Playwright's own, not "
        + ", ".join(COMMANDS)
        + f"; run `python -m harness browser`, or name one in {VARIABLE}"
    )


def playwrights_own() -> Path | None:
    """Return Playwright's headless Chromium, or None when it was never downloaded.

    On Linux its folder is read rather than its driver asked: that takes half a second, for every test session.
    """
    if not sys.platform.startswith("linux"):
        return _as_the_driver_says()
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    found = sorted(Path(home).glob("chromium*/chrom*-linux*/*"))
    programs = [path for path in found if path.name in {"headless_shell", "chrome-headless-shell", "chrome"}]
    return min(programs, key=_preference, default=None)


def _preference(program: Path) -> tuple[bool, int]:
    """Prefer the shell, which starts in a third of the time, and among those the newest."""
    revision = re.search(r"-(\d+)$", program.parents[1].name)
    return program.name == "chrome", -int(revision[1]) if revision else 0


def _as_the_driver_says() -> Path | None:
    from harness.chromium.driver import run_driver  # noqa: PLC0415 - imports Playwright, which Linux does without

    with run_driver() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def version_of(browser: Browser) -> str:
    """Return what the program says of itself, such as ``Chromium 156.0.8078.108``, or ``unknown version``."""
    try:
        run = subprocess.run(  # noqa: S603 - the program that was found
            [browser.path, "--version"], capture_output=True, text=True, timeout=_ANSWERS_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown version"
    return run.stdout.strip().splitlines()[0] if run.stdout.strip() else "unknown version"
