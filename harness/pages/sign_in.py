"""The page that lets people in, alike at both systems but for what its button says."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator

from harness.errors import Refused
from harness.pages.element import element, page_object, sometimes
from harness.pages.tab import Tab


@page_object
class SignIn:
    """A sign-in page."""

    path = "/login"

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    @element
    def email(self) -> Locator:
        """The e-mail address."""
        return self.page.get_by_label("Email")

    @element
    def password(self) -> Locator:
        """The password."""
        return self.page.get_by_label("Password")

    @element
    def submit(self) -> Locator:
        """The button that signs in."""
        return self.page.get_by_role("button", name=re.compile("^(Log|Sign) in$"))

    @sometimes
    def error(self) -> Locator:
        """What was wrong with address or password."""
        return self.page.get_by_role("alert")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in with ``email`` and ``password`` and see the first page. Raises ``Refused`` when they are not taken."""
        self.page.goto(self.path)
        self.email.fill(email)
        self.password.fill(password)
        self.tab.follow(self.submit)
        if urlsplit(self.page.url).path == self.path:
            raise Refused("; ".join(self.error.all_inner_texts()) or "signing in led back to signing in")
