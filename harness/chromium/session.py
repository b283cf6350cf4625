"""One browser for a whole session, with contexts that share nothing, and no way off this machine."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Route
from playwright.sync_api import Error as PlaywrightError

from harness.chromium.driver import run_driver
from harness.chromium.find import find_browser
from harness.egress import is_loopback

ARGUMENTS = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
"""Lets the browser look up no name but this machine's."""

WIDTH, HEIGHT = 1280, 900
LONGEST_WAIT = 10.0


@dataclass
class BrowserSession:
    """A running Chromium. ``attempts`` lists what its pages wanted from outside this machine and did not get."""

    browser: Browser
    loopback_only: bool
    attempts: list[str] = field(default_factory=list)

    def open_context(
        self, base_url: str, waits: float = LONGEST_WAIT, state: Path | None = None
    ) -> BrowserContext:
        """Return a context of its own: cookies, storage and clipboard rights for one person.

        Whatever is done there waits ``waits`` seconds at the most. ``state`` is a file of cookies and storage to begin with.
        """
        context = self.browser.new_context(
            base_url=base_url,
            viewport={"width": WIDTH, "height": HEIGHT},
            permissions=["clipboard-read", "clipboard-write"],
            storage_state=state,
        )
        context.set_default_timeout(min(waits, LONGEST_WAIT) * 1_000)
        if self.loopback_only:
            context.route(_leaves_the_machine, self._refuse)
        return context

    def _refuse(self, route: Route) -> None:
        self.attempts.append(urlsplit(route.request.url)._replace(query="", fragment="").geturl())
        route.abort("blockedbyclient")


@contextlib.contextmanager
def open_browser(
    *, loopback_only: bool = True, scratch: Path | None = None, headless: bool = True
) -> Iterator[BrowserSession]:
    """Start a Chromium and close it at the end; raises ``NoBrowser`` when there is none.

    ``loopback_only`` keeps its pages from everything that is not on this machine; ``scratch`` is where it may write what is
    removed at the end, instead of in the machine's temporary folder; not ``headless`` shows it on the screen.
    """
    program = find_browser()
    arguments = [*ARGUMENTS, *([NO_NAMES] if loopback_only else [])]
    with run_driver(scratch) as playwright:
        browser = playwright.chromium.launch(
            executable_path=program.path, args=arguments, chromium_sandbox=False, headless=headless
        )
        try:
            yield BrowserSession(browser, loopback_only)
        finally:
            with contextlib.suppress(PlaywrightError):  # Ctrl-C in a terminal ends the driver as well
                browser.close()


def _leaves_the_machine(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and not is_loopback(
        (parts.hostname or "", parts.port)
    )
