"""BrowserSessions: the users of one system, each signed in to a browser context of their own."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab
from harness.values import Secret

OpenTab = Callable[[str], Tab]
"""Opens a tab at a base URL, in a browser context of its own."""


class Sessions(Protocol):
    """People of one system at web pages, of whom one at a time acts."""

    role: str
    picture: Callable[[str], None]
    """Is told of moments within a step that are worth a picture: a form filled in, a key shown."""

    def take(self, role: str) -> None:
        """Go on with ``role``."""
        ...

    def tab(self, role: str | None = None) -> Tab:
        """Return the tab of ``role``, or of the role taken, signed in."""
        ...

    def second_tab(self, role: str | None = None) -> Tab:
        """Return a second tab; what is open in the first stays as it is."""
        ...


class BrowserSessions:
    """One signed-in session for each role at one system, opened when the role is first taken."""

    def __init__(
        self,
        about: Mapping[str, Any],
        open_tab: OpenTab,
        role: str,
        picture: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Serve the users that ``about`` tells of, as the fakes do of a tenant; begin with ``role``.

        ``picture`` is told of moments within a step that are worth one: a form filled in, a key shown.
        """
        self.picture = picture
        self._users: Mapping[str, Mapping[str, str]] = {user["role"]: user for user in about["users"]}
        self._url = str(about["url"])
        self._system = "klaviyo" if "account_id" in about else "gladly"
        self._open_tab = open_tab
        self._tabs: dict[str, Tab] = {}
        self._second_tabs: dict[str, Tab] = {}
        self.role = role

    def take(self, role: str) -> None:
        """Go on with ``role``; ``LookupError`` names the roles there are."""
        if role not in self._users:
            raise LookupError(f"there is no user with the role {role!r}; roles: {sorted(self._users)}")
        self.role = role

    def tab(self, role: str | None = None) -> Tab:
        """Return the tab of ``role``, or of the role taken, signed in."""
        role = role or self.role
        if role not in self._tabs:
            user = self._users[role]
            tab = self._open_tab(self._url)
            SignIn(tab, self._system).sign_in(user["email"], Secret(user["password"]))
            self._tabs[role] = tab
        return self._tabs[role]

    def second_tab(self, role: str | None = None) -> Tab:
        """Return a second tab of ``role``, or of the role taken; what is open in the first stays as it is."""
        role = role or self.role
        if role not in self._second_tabs:
            self._second_tabs[role] = self.tab(role).beside()
        return self._second_tabs[role]
