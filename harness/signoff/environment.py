"""What a sign-off was made with: versions and commit, nothing that changes from run to run."""

import platform
import subprocess
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from harness.chromium.find import find_browser, version_of
from harness.errors import NoBrowser
from harness.worlds.registry import WORLDS

ROOT = Path(__file__).parents[2]
PROJECT = "gladly-klaviyo-harness"
CHANGED = "with uncommitted changes"


def environment(worlds: Iterable[str] = ()) -> dict[str, str]:
    """Return the versions that matter and the commit of the checkout, ``unknown`` where there is none."""
    browser = {"browser": _browser()} if any(WORLDS[name].needs_browser for name in worlds) else {}
    return browser | {
        "harness": f"{PROJECT} {metadata.version(PROJECT)}",
        "commit": _commit(),
        "Python": platform.python_version(),
        "pytest-bdd": metadata.version("pytest-bdd"),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def version() -> str:
    """Return which harness this is, ``""`` when that does not say what it does: a checkout with changes, or none."""
    known = environment()
    commit = known["commit"]
    return "" if commit == "unknown" or CHANGED in commit else f"{known['harness']} ({commit})"


def _browser() -> str:
    try:
        found = find_browser()
    except NoBrowser:
        return "none on this machine"
    return f"{version_of(found)} ({found.origin})"


def _commit() -> str:
    """Return the commit, marked when files differ from it."""
    found = _git("rev-parse", "HEAD")
    if not found:
        return "unknown"
    return f"{found} {CHANGED}" if _git("status", "--porcelain") else found


def _git(*words: str) -> str:
    try:
        run = subprocess.run(  # noqa: S603 - fixed words
            ["git", *words],  # noqa: S607 - the user's own git
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""
