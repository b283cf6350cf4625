"""The page on which a private API key is made, and the one that shows it once."""

from collections.abc import Mapping

from playwright.sync_api import Locator

from harness.errors import Refused
from harness.pages.element import element, page_object, sometimes
from harness.pages.tab import Tab
from harness.values import Secret


@page_object
class NewPrivateKey:
    """The form of a new private key."""

    path = "/create-private-api-key"

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    @element
    def name(self) -> Locator:
        """The name of the key."""
        return self.page.get_by_label("Private API Key Name")

    @element
    def custom_key(self) -> Locator:
        """The kind of key whose scopes are chosen one by one."""
        return self.page.get_by_role("radio", name="Custom Key")

    @element
    def read_only_key(self) -> Locator:
        """The kind of key that reads everything."""
        return self.page.get_by_role("radio", name="Read-Only Key")

    @element
    def full_access_key(self) -> Locator:
        """The kind of key that may do everything."""
        return self.page.get_by_role("radio", name="Full Access Key")

    @element
    def scopes(self) -> Locator:
        """The table of scopes and levels."""
        return self.page.get_by_role("table", name="API Scopes")

    @element
    def events_full_access(self) -> Locator:
        """The one level that the runbook asks for."""
        return self.level("Events", "Full Access")

    @element
    def create(self) -> Locator:
        """The button that makes the key."""
        return self.page.get_by_role("main").get_by_role("button", name="Create", exact=True)

    @element
    def cancel(self) -> Locator:
        """The way back without a key."""
        return self.page.get_by_role("link", name="Cancel")

    @sometimes
    def error(self) -> Locator:
        """What is wrong with a field, beside it."""
        return self.page.locator("[id$='-error']")

    def open(self) -> "NewPrivateKey":
        """Go to the page by its address. Raises ``Refused`` when the system turns the user away."""
        self.tab.visit(self.path)
        return self

    def level(self, scope: str, level: str) -> Locator:
        """Return the choice of one level for one scope."""
        return self.scopes.get_by_role("radio", name=f"{scope}: {level}", exact=True).describe(
            f"NewPrivateKey.level({scope!r}, {level!r})"
        )

    def fill(self, name: str, access: str, scopes: Mapping[str, str]) -> None:
        """Fill in the form by the labels on the page."""
        self.name.fill(name)
        self.page.get_by_role("radio", name=access, exact=True).check()
        for scope, level in scopes.items():
            self.level(scope, level).check()

    def give_up(self) -> None:
        """Click Cancel."""
        self.tab.follow(self.cancel)

    def submit(self) -> None:
        """Create the key. Raises ``Refused`` with what stands beside a field that is wrong."""
        self.tab.follow(self.create)
        shown = PrivateKeyCreated(self.tab)
        shown.copy.or_(self.error).first.wait_for()
        if not shown.copy.is_visible():
            raise Refused("; ".join(self.error.all_inner_texts()))


@page_object
class PrivateKeyCreated:
    """The page that shows a new key, this once."""

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    @element
    def key(self) -> Locator:
        """The whole key."""
        return self.page.get_by_label("Private API key", exact=True)

    @element
    def copy(self) -> Locator:
        """The button that copies the key."""
        return self.page.get_by_role("button", name="Copy Key")

    def copied(self) -> str:
        """Click Copy Key and return what is in the clipboard then."""
        self.copy.click()
        self.page.get_by_text("Copied", exact=True).wait_for()
        return Secret(str(self.page.evaluate("navigator.clipboard.readText()")).strip())
