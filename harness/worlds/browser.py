"""The ``browser`` world: as ``http``, with people at Chromium on both systems' web pages."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page

from harness.actors.api.gladly import ApiAgent
from harness.actors.api.klaviyo import ApiKlaviyoAdmin
from harness.actors.browser.gladly import PageAgent, PageGladlyAdmin
from harness.actors.browser.klaviyo import OWNER, KlaviyoPages, PageKlaviyoAdmin
from harness.actors.browser.sessions import BrowserSessions
from harness.chromium.session import BrowserSession
from harness.evidence.screens import Screens
from harness.pages.sign_in import SignIn
from harness.worlds import http
from harness.worlds.tenants import Tenants
from harness.worlds.world import World

CAPABILITIES = (http.CAPABILITIES | {"pages"}) - {"tables"}


@contextlib.contextmanager
def compose(
    servers: http.Servers,
    command: str,
    state_dir: Path,
    deadline: float,
    *,
    browser: BrowserSession,
    screens: Screens,
) -> Iterator[World]:
    """Put a world together for one scenario: the ``http`` world's, with people's routes by page."""
    with http.compose_with_tenants(servers, command, state_dir, deadline) as (plain, tenants):
        complaints = plain.complaints
        screens.secrets = plain.secrets

        def all_complaints() -> list[str]:
            outside, browser.attempts[:] = list(browser.attempts), []
            scripts, screens.complaints[:] = list(screens.complaints), []
            return [*complaints(), *scripts, *(f"a page wanted {where}" for where in outside)]

        yield replace(
            _with_people_at_screens(plain, tenants, browser, screens, deadline),
            name="browser",
            capabilities=CAPABILITIES,
            complaints=all_complaints,
            witness=screens,
        )


def _with_people_at_screens(
    plain: World, tenants: Tenants, browser: BrowserSession, screens: Screens, deadline: float
) -> World:
    def open_page(_who: str, url: str) -> Page:
        context = browser.open_context(url, deadline)
        screens.watch(context)
        return context.new_page()

    at_klaviyo = BrowserSessions(tenants.klaviyo, open_page, SignIn, OWNER, screens.look)
    of_dana = BrowserSessions(tenants.gladly, open_page, SignIn, "Administrator", screens.look)
    of_sam = BrowserSessions(tenants.gladly, open_page, SignIn, "Agent", screens.look)
    kim = PageKlaviyoAdmin(at_klaviyo, ApiKlaviyoAdmin(tenants.klaviyo))
    return replace(
        plain,
        kim=kim,
        dana=PageGladlyAdmin(of_dana),
        agent=PageAgent(of_sam, ApiAgent(tenants.gladly)),
        web_pages=KlaviyoPages(at_klaviyo, kim),
    )
