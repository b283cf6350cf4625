"""Whether the people are signed in and may do what the runbook asks of them, by looking at pages and changing nothing."""

from collections.abc import Callable, Iterator

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as PlaywrightError

from harness.chromium.session import BrowserSession
from harness.errors import NotRunHere, PageFailed, PartMissing, Refused, WrongSystem
from harness.live.doctor import finding
from harness.live.findings import Finding
from harness.live.run import nobody, sessions_of
from harness.live.settings import LiveSettings
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.gladly.customers import Customers
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.new_key import NewPrivateKey
from harness.pages.tab import Tab

TROUBLE = (PageFailed, PartMissing, PlaywrightError)
LOOK = "see what has changed: python -m harness pages --live"


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
        def open_pages(tab: Tab) -> str:
            ApiKeys(tab).open()
            NewPrivateKey(tab).open()
            return "the page that makes keys opens"

        todo = "sign in as an Owner, Admin or Manager: `live sign-in klaviyo-admin`"
        yield from self._may("klaviyo-admin", ("LD-21", "LD-22"), open_pages, todo)

    def dana(self) -> Iterator[Finding]:
        there: list[Apps] = []

        def open_list(tab: Tab) -> str:
            there.append(Apps(tab).open())
            there[0].listed()
            return "the list of apps opens"

        todo = "sign in as an Administrator: `live sign-in gladly-admin`"
        found = list(self._may("gladly-admin", ("LD-23", "LD-24"), open_list, todo))
        yield from found
        if found[-1].verdict == "fine" and there:
            yield self._app(there[0])

    def sam(self) -> Iterator[Finding]:
        def open_workspace(tab: Tab) -> str:
            Customers(tab).open()
            return "the agents' workspace opens"

        todo = "sign in as an agent: `live sign-in gladly-agent`"
        yield from self._may("gladly-agent", ("LD-26", "LD-27"), open_workspace, todo)

    def _may(
        self, person: str, ids: tuple[str, str], look: Callable[[Tab], str], todo: str
    ) -> Iterator[Finding]:
        """Yield whether ``person`` is signed in, and if so whether ``look``, which says what it saw, may be done."""
        signed_in, tab = self._enter(person, ids[0])
        yield signed_in
        if tab is None:
            return
        try:
            yield finding(ids[1], "fine", look(tab))
        except Refused as error:
            yield finding(ids[1], "missing", f"the system says: {_short(error)}", todo)
        except TROUBLE as error:
            yield finding(
                ids[1], "missing", _short(error), "see what has changed: python -m harness pages --live"
            )

    def _app(self, apps: Apps) -> Finding:
        name, rows = self._settings.app_name, apps.listed()
        found = next((row for row in rows if row.name == name), None)
        if found is None:
            others = ", ".join(row.name for row in rows) or "none"
            seen = f"no app is called {name!r}; there are: {others}"
            return finding("LD-25", "missing", seen, "set LIVE_GLADLY_APP_NAME")
        try:
            apps.edit(name)
            has_key = EditKlaviyoApp(apps.tab).read().has_private_key
        except (Refused, *TROUBLE) as error:
            return finding("LD-25", "missing", _short(error), LOOK)
        state = f"{'on' if found.active else 'off'}, {'with' if has_key else 'without'} a private key"
        upgrade = "it is not upgraded yet: `--live upgrade` upgrades it, `--live verify` needs it upgraded"
        todo = [*([] if found.active else ["switch it on"]), *([] if has_key else [upgrade])]
        return finding("LD-25", "note" if todo else "fine", state, "; ".join(todo))

    def _enter(self, person: str, finding_id: str) -> tuple[Finding, Tab | None]:
        sessions = sessions_of(person, self._settings, lambda: self._browser, nobody, self._contexts.append)
        try:
            tab = sessions.tab()
        except NotRunHere:
            todo = f"python -m harness live sign-in {person}"
            return finding(finding_id, "missing", "nobody is, or the session has ended", todo), None
        except (WrongSystem, *TROUBLE) as error:
            return finding(
                finding_id, "missing", _short(error), f"python -m harness live sign-in {person}"
            ), None
        return finding(finding_id, "fine", f"by {self._settings.people[person].state}"), tab


def _short(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
