"""A browser without scripts: follows links, sends forms, keeps cookies, and remembers every page that it saw."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import httpx

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.users import Role, User
from tests.klaviyo.pages.dom import Node, read


class Somebody(Protocol):
    """Who can sign in."""

    @property
    def email(self) -> str:
        """The e-mail address."""

    @property
    def password(self) -> str:
        """The password."""


class Browser:
    """One browser. ``response`` is the last answer, ``page`` its tree, ``seen`` the text of every page so far."""

    def __init__(self, client: httpx.Client) -> None:
        """Browse by ``client``, which keeps the cookies."""
        self.client = client
        self.response: httpx.Response
        self.page: Node
        self.seen: list[str] = []

    @property
    def path(self) -> str:
        """The address of the page that is shown."""
        return self.response.request.url.raw_path.decode()

    def open(self, path: str, status: int = 200) -> Node:
        """Go to an address and return the page, which must answer with ``status``."""
        return self._show(self.client.get(path, follow_redirects=True), status)

    def follow(self, text: str) -> Node:
        """Follow the only link with this text."""
        path = self.page.link(text)
        return self.open(str(self.response.request.url.join(path)))

    def send(
        self, form: Node, fields: Mapping[str, str | Sequence[str]] | None = None, *, status: int = 200
    ) -> Node:
        """Send a form of the page, with ``fields`` filled in."""
        values: dict[str, str | Sequence[str]] = {**form.fields(), **(fields or {})}
        url = self.response.request.url.join(form.attributes.get("action", ""))
        if form.attributes["method"] == "get":
            return self._show(self.client.get(url, params=values, follow_redirects=True), status)
        return self._show(self.client.post(url, data=values, follow_redirects=True), status)

    def sign_in(self, user: Somebody, password: str | None = None, status: int = 200) -> Node:
        """Fill in the sign-in page."""
        form = self.open("/login").one("form")
        return self.send(form, {"email": user.email, "password": password or user.password}, status=status)

    def form_token(self) -> str:
        """Return the token that forms of the page that is shown carry."""
        return self.page.one("form", action="/logout").fields()["form_token"]

    def _show(self, response: httpx.Response, status: int) -> Node:
        assert response.status_code == status, f"{response.status_code}: {response.text}"
        self.response, self.page = response, read(response.text)
        self.seen.append(response.text)
        return self.page


def user_of(account: Account, role: Role) -> User:
    """Return the account's user of a role."""
    return next(user for user in account.users if user.role is role)
