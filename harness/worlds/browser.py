"""The ``browser`` world: as ``http``, with people at Chromium on both systems' web pages."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as PlaywrightError

from harness.actors.api.gladly import ApiGladlyView
from harness.actors.api.klaviyo import ApiKlaviyoAdmin, ApiKlaviyoView
from harness.actors.browser.gladly import ADMINISTRATOR, AGENT, PageAgent, PageGladlyAdmin, PageGladlyView
from harness.actors.browser.klaviyo import PageKlaviyoAdmin, PageKlaviyoView
from harness.actors.browser.metrics import OWNER, KlaviyoPages, PageMetricsList
from harness.actors.browser.sessions import BrowserSessions, OpenTab
from harness.chromium.session import BrowserSession
from harness.evidence.screens import ScreenKeeper
from harness.pages.tab import Tab
from harness.worlds import http
from harness.worlds.expect import Expect
from harness.worlds.tenants import Routes, Tenants
from harness.worlds.world import World


@dataclass
class Cookies:
    """The cookies of all browser contexts of a scenario: whoever has one is signed in."""

    _contexts: list[BrowserContext] = field(default_factory=list)
    _values: set[str] = field(default_factory=set, repr=False)

    def watch(self, context: BrowserContext) -> None:
        """Take the cookies of ``context`` in, whenever they are asked for."""
        self._contexts.append(context)

    def values(self) -> list[str]:
        """Return the value of every cookie that was seen; of a context that is closed, those that were seen before."""
        for context in self._contexts:
            with contextlib.suppress(PlaywrightError):
                self._values.update(cookie["value"] for cookie in context.cookies())
        return sorted(self._values)


@contextlib.contextmanager
def compose(
    servers: http.Servers,
    command: str,
    state_dir: Path,
    deadline: float,
    *,
    browser: BrowserSession,
    screens: ScreenKeeper,
) -> Iterator[World]:
    """Put a world together for one scenario: the ``http`` world's, with people's routes by page."""
    cookies = Cookies()

    def open_tab(url: str) -> Tab:
        context = browser.open_context(url, deadline)
        cookies.watch(context)
        screens.watch(context)
        return Tab(context.new_page(), on_leave=screens.check)

    def by_page(tenants: Tenants, expect: Expect) -> Routes:
        return _routes(tenants, expect, open_tab, screens)

    with http.compose(servers, command, state_dir, deadline, routes=by_page) as plain:

        def secrets() -> list[str]:
            return [*plain.secrets(), *cookies.values()]

        screens.secrets = secrets

        def unexpected() -> list[str]:
            outside, browser.attempts[:] = list(browser.attempts), []
            flaws, screens.flaws[:] = list(screens.flaws), []
            return [*plain.unexpected(), *flaws, *(f"a page wanted {where}" for where in outside)]

        yield replace(plain, unexpected=unexpected, secrets=secrets, screens=screens)


def _routes(tenants: Tenants, expect: Expect, open_tab: OpenTab, screens: ScreenKeeper) -> Routes:
    kims = BrowserSessions(tenants.klaviyo.about, open_tab, OWNER, screens.look)
    danas = BrowserSessions(tenants.gladly.about, open_tab, ADMINISTRATOR, screens.look)
    sams = BrowserSessions(tenants.gladly.about, open_tab, AGENT, screens.look)
    klaviyo = PageKlaviyoView(kims, ApiKlaviyoView(tenants.klaviyo))
    metrics, gladly = PageMetricsList(kims), ApiGladlyView(tenants.gladly)
    return Routes(
        kim=PageKlaviyoAdmin(kims, ApiKlaviyoAdmin(tenants.klaviyo)),
        klaviyo=klaviyo,
        metrics=metrics,
        dana=PageGladlyAdmin(danas),
        sam=PageAgent(sams, gladly),
        gladly=PageGladlyView(danas, gladly),
        pages=KlaviyoPages(kims, klaviyo, metrics, expect.soon),
    )
