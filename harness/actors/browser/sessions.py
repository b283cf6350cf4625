"""BrowserSessions: each person in a browser of their own, signed in with the role they have just now."""

from collections.abc import Callable, Mapping
from typing import Protocol

from playwright.sync_api import Page

from harness.actors.api.control import Tenant
from harness.actors.ports import Secret

OpenPage = Callable[[str, str], Page]
"""Opens a page for a person at a base URL in a context of their own."""


class SignInPage(Protocol):
    """A system's page for signing in."""

    def sign_in(self, email: str, password: str) -> None:
        """Sign in and see the first page."""
        ...


class BrowserSessions:
    """The desks at one system, one for each role, opened when somebody first sits down there."""

    def __init__(
        self,
        tenant: Tenant,
        open_page: OpenPage,
        sign_in: Callable[[Page], SignInPage],
        role: str,
        seen: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Serve the users of ``tenant``; begin with ``role``.

        ``seen`` is told of moments within a step that are worth a picture: a form filled in, a key shown.
        """
        self.seen = seen
        self._users: Mapping[str, Mapping[str, str]] = {user["role"]: user for user in tenant.about["users"]}
        self._url = str(tenant.about["url"])
        self._open_page = open_page
        self._sign_in = sign_in
        self._pages: dict[str, Page] = {}
        self._tabs: dict[str, Page] = {}
        self.role = role

    def take(self, role: str) -> None:
        """Sit down with ``role``; ``LookupError`` names the roles there are."""
        if role not in self._users:
            raise LookupError(f"there is no user with the role {role!r}; roles: {sorted(self._users)}")
        self.role = role

    def page(self, role: str | None = None) -> Page:
        """Return the page at the desk of ``role``, or of the role taken, signed in."""
        role = role or self.role
        if role not in self._pages:
            user = self._users[role]
            page = self._open_page(f"{role} of {self._url}", self._url)
            self._sign_in(page).sign_in(user["email"], Secret(user["password"]))
            self._pages[role] = page
        return self._pages[role]

    def another_tab(self) -> Page:
        """Return a second page at the desk of the role taken, signed in as the first is; the first stays as it is."""
        if self.role not in self._tabs:
            self._tabs[self.role] = self.page().context.new_page()
        return self._tabs[self.role]
