"""The people who act at web pages, each with the browser state that ``live sign-in`` has kept. Fulfils ``Sessions``."""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as PlaywrightError

from harness.errors import NotRunHere, Refused, WrongSystem
from harness.live.settings import Person
from harness.live.variables import PEOPLE
from harness.pages.gladly.customers import Customers
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.screens.current import screen
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab, WayIn

OpenContext = Callable[[str, Path], BrowserContext]
"""Opens a browser context at a base URL with a state."""

PRIVATE = 0o600


class LiveSessions:
    """One person at one system. ``ask`` asks whoever sits at the terminal to sign in, and says whether that was done."""

    def __init__(
        self,
        person: Person,
        url: str,
        open_context: OpenContext,
        role: str,
        ask: Callable[[str], bool],
        *,
        account_id: str = "",
    ) -> None:
        """Open nothing yet; ``role`` is what the person is known to be, ``account_id`` the one account at Klaviyo to be in."""
        self.role = role
        self._account_id = account_id
        self.picture: Callable[[str], None] = lambda _text: None
        self._person, self._url = person, url
        self._open_context, self._ask = open_context, ask
        self._tab: Tab | None = None
        self._second: Tab | None = None

    def take(self, role: str) -> None:
        """Go on with ``role``. Raises ``NotRunHere`` for any but the person's own: there is one person a system here."""
        if role != self.role:
            raise NotRunHere(f"one person acts at each system here, and is not known to be {role}")

    def tab(self, role: str | None = None) -> Tab:  # noqa: ARG002 - there is one person
        """Return the person's tab, signed in. Raises ``NotRunHere`` when nobody is."""
        if self._tab is None:
            self._tab = self._signed_in()
        return self._tab

    def second_tab(self, role: str | None = None) -> Tab:  # noqa: ARG002 - as above
        """Return a second tab; what is open in the first stays as it is."""
        if self._second is None:
            self._second = self.tab().beside()
        return self._second

    def _signed_in(self) -> Tab:
        while True:
            tab = self._try()
            if tab is not None:
                return tab
            how = f"run `python -m harness live sign-in {self._person.name}`"
            if not self._ask(
                f"Nobody is signed in as {self._person.name}, {PEOPLE[self._person.name]}: {how}."
            ):
                raise NotRunHere(f"nobody is signed in as {self._person.name}; {how}")

    def _try(self) -> Tab | None:
        if not self._person.state.is_file():
            return None
        try:
            context = self._open_context(self._url, self._person.state)
        except (PlaywrightError, ValueError):
            return None  # a file that holds no state lets nobody in
        system = system_of(self._person.name)
        todo = f"the session of {self._person.name} has ended; run `python -m harness live sign-in {self._person.name}`"
        tab = Tab(context.new_page(), way_in=WayIn(screen(system, SignIn.__name__).address, todo))
        tab.page.goto(behind_the_door(system))
        if not SignIn(tab, system).is_shown():
            if system == "klaviyo":
                self._make_sure_of_account(tab)
            return tab
        context.close()
        return None

    def _make_sure_of_account(self, tab: Tab) -> None:
        """Raise ``WrongSystem`` unless the page of API keys shows the account's public key, which is its id.

        All accounts of one login live at one address, so the browser may stand in another than the key. Whoever may not see
        that page cannot make a key either.
        """
        try:
            ApiKeys(tab).open()
        except Refused:
            return
        if self._account_id not in tab.text():
            raise WrongSystem(
                f"the browser of {self._person.name} stands in another Klaviyo account than {self._account_id}: switch to"
                f" it when you sign in (`python -m harness live sign-in {self._person.name}`). Nothing was changed."
            )


def system_of(person: str) -> str:
    """Return at which system somebody acts: ``klaviyo`` or ``gladly``."""
    return person.partition("-")[0]


def behind_the_door(system: str) -> str:
    """Return the address of a page that is shown to whoever is signed in and to nobody else: a start page may be public."""
    page = Metrics if system == "klaviyo" else Customers
    return screen(system, page.__name__).address


def keep_state(context: BrowserContext, file: Path) -> None:
    """Write the context's cookies and storage to ``file``, which nobody but its owner may read."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
    os.close(descriptor)
    file.chmod(PRIVATE)
    context.storage_state(path=file)
