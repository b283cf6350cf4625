"""The page that lets people in: each system has one, alike in its parts."""

from urllib.parse import urlsplit

from harness.errors import Refused
from harness.pages.element import PageObject, element, sometimes
from harness.pages.tab import Tab


class SignIn(PageObject):
    """A sign-in page."""

    email = element("The e-mail address.")
    password = element("The password.")
    submit = element("The button that signs in.")
    error = sometimes("What was wrong with address or password.")

    def __init__(self, tab: Tab, system: str) -> None:
        """Work in ``tab``, at ``system``: ``klaviyo`` or ``gladly``."""
        super().__init__(tab)
        self.system = system

    def open(self) -> "SignIn":
        """Go to the page."""
        self.page.goto(self._address())
        return self

    def is_shown(self) -> bool:
        """Say whether the tab is at this page: it is where everything leads while nobody is signed in."""
        return urlsplit(self.page.url).path.rstrip("/") == self._address().rstrip("/")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in with ``email`` and ``password`` and see the first page. Raises ``Refused`` when they are not taken."""
        self.open()
        self.email.fill(email)
        self.password.fill(password)
        self.tab.follow(self.submit)
        if self.is_shown():
            raise Refused("; ".join(self.error.all_inner_texts()) or "signing in led back to signing in")
