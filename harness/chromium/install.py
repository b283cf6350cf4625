"""Installing a browser where there is none: Playwright's, else Debian's package where that is allowed."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence

from harness.chromium.find import Browser, find_browser
from harness.errors import NoBrowser

DOWNLOAD_WITHIN = 300
PACKAGES = ("chromium-headless-shell", "chromium")
FONTS = "fonts-dejavu-core"
"""Without any font on the machine a page has no text to look at; the browser only recommends one."""

Say = Callable[[str], None]


def find_or_install(say: Say) -> Browser:
    """Return a Chromium, got by the first way that works; ``say`` hears what is tried. Raises ``NoBrowser``."""
    find_browser.cache_clear()
    try:
        return find_browser()
    except NoBrowser as none:
        if os.environ.get("CHROMIUM_PATH"):
            raise
        say(str(none))
    for attempt in _attempts():
        say(f"trying: {' '.join(attempt)}")
        if _run(attempt):
            try:
                return find_browser()
            except NoBrowser:
                continue
    raise NoBrowser(
        "no Chromium could be had: install one (chromium, google-chrome or `python -m playwright install chromium`)"
        " or name one in CHROMIUM_PATH"
    )


def _attempts() -> list[list[str]]:
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]]
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        attempts.append([apt, "-qq", "update"])
        attempts += [[apt, "-qq", "install", "-y", "--no-install-recommends", FONTS, one] for one in PACKAGES]
    return attempts


def _run(command: Sequence[str]) -> bool:
    with tempfile.TemporaryDirectory(prefix="gladly-klaviyo-install-", ignore_cleanup_errors=True) as scratch:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "TMPDIR": scratch}
        try:
            run = subprocess.run(  # noqa: S603 - fixed words
                command, env=environment, capture_output=True, timeout=DOWNLOAD_WITHIN, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
    return run.returncode == 0
