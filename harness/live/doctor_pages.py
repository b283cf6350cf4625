"""Whether the people are signed in and may do what the runbook asks of them, by looking at pages and changing nothing."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as PlaywrightError

from harness.chromium.session import BrowserSession
from harness.errors import NotRunHere, PageFailed, PartMissing, Refused
from harness.live.doctor import finding
from harness.live.findings import Finding
from harness.live.run import ROLES, nobody
from harness.live.sessions import LiveSessions
from harness.live.settings import LiveSettings
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.gladly.customers import Customers
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.new_key import NewPrivateKey
from harness.pages.tab import Tab

TROUBLE = (PageFailed, PartMissing, PlaywrightError)


def look_at_pages(settings: LiveSettings, browser: BrowserSession) -> Iterator[Finding]:
    """Yield who is signed in, and what they may do."""
    people = _People(settings, browser)
    try:
        yield from people.kim()
        yield from people.dana()
        yield from people.sam()
    finally:
        people.close()


class _People:
    def __init__(self, settings: LiveSettings, browser: BrowserSession) -> None:
        self._settings, self._browser = settings, browser
        self._contexts: list[BrowserContext] = []

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def kim(self) -> Iterator[Finding]:
        signed_in, tab = self._enter("klaviyo-admin", "LD-21")
        yield signed_in
        if tab is None:
            return
        try:
            ApiKeys(tab).open()
            NewPrivateKey(tab).open()
        except Refused as error:
            todo = "sign in as an Owner, Admin or Manager: `live sign-in klaviyo-admin`"
            yield finding("LD-22", "missing", f"Klaviyo says: {_short(error)}", todo)
        except TROUBLE as error:
            yield finding(
                "LD-22", "missing", _short(error), "see what has changed: python -m harness pages --live"
            )
        else:
            yield finding("LD-22", "fine", "the page that makes keys opens")

    def dana(self) -> Iterator[Finding]:
        signed_in, tab = self._enter("gladly-admin", "LD-23")
        yield signed_in
        if tab is None:
            return
        try:
            apps = Apps(tab).open()
            rows = apps.listed()
        except Refused as error:
            todo = "sign in as an Administrator: `live sign-in gladly-admin`"
            yield finding("LD-24", "missing", f"Gladly says: {_short(error)}", todo)
            return
        except TROUBLE as error:
            yield finding(
                "LD-24", "missing", _short(error), "see what has changed: python -m harness pages --live"
            )
            return
        yield finding("LD-24", "fine", "the list of apps opens")
        name = self._settings.app_name
        found = next((row for row in rows if row.name == name), None)
        if found is None:
            others = ", ".join(row.name for row in rows) or "none"
            yield finding(
                "LD-25",
                "missing",
                f"no app is called {name!r}; there are: {others}",
                "set LIVE_GLADLY_APP_NAME",
            )
            return
        apps.edit(name)
        has_key = EditKlaviyoApp(tab).read().has_private_key
        state = f"{'on' if found.active else 'off'}, {'with' if has_key else 'without'} a private key"
        todo = "" if found.active else "switch it on"
        todo += (
            ""
            if has_key
            else "; it is not upgraded yet: `--live upgrade` upgrades it, `--live verify` needs it upgraded"
        )
        yield finding("LD-25", "fine" if found.active and has_key else "note", state, todo.removeprefix("; "))

    def sam(self) -> Iterator[Finding]:
        signed_in, tab = self._enter("gladly-agent", "LD-26")
        yield signed_in
        if tab is None:
            return
        try:
            Customers(tab).open()
        except Refused as error:
            todo = "sign in as an agent: `live sign-in gladly-agent`"
            yield finding("LD-27", "missing", f"Gladly says: {_short(error)}", todo)
        except TROUBLE as error:
            yield finding(
                "LD-27", "missing", _short(error), "see what has changed: python -m harness pages --live"
            )
        else:
            yield finding("LD-27", "fine", "the agents' workspace opens")

    def _enter(self, person: str, finding_id: str) -> tuple[Finding, Tab | None]:
        url = self._settings.klaviyo_web if person.startswith("klaviyo") else self._settings.gladly

        def open_context(base_url: str, state: Path) -> BrowserContext:
            context = self._browser.open_context(base_url, state=state)
            self._contexts.append(context)
            return context

        sessions = LiveSessions(self._settings.people[person], url, open_context, ROLES[person], nobody)
        try:
            tab = sessions.tab()
        except NotRunHere:
            todo = f"python -m harness live sign-in {person}"
            return finding(finding_id, "missing", "nobody is, or the session has ended", todo), None
        except TROUBLE as error:
            return finding(finding_id, "missing", _short(error), f"check the address {url}"), None
        return finding(finding_id, "fine", f"by {self._settings.people[person].state}"), tab


def _short(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
