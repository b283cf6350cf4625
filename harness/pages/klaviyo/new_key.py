"""The page on which a private API key is made, and the one that shows it once."""

from collections.abc import Mapping

from playwright.sync_api import Locator

from harness.errors import Refused
from harness.pages.element import PageObject, element, sometimes, varying
from harness.values import Secret


class NewPrivateKey(PageObject, system="klaviyo"):
    """The form of a new private key."""

    name = element("The name of the key.")
    custom_key = element("The kind of key whose scopes are chosen one by one.")
    read_only_key = element("The kind of key that reads everything.")
    full_access_key = element("The kind of key that may do everything.")
    scopes = element("The table of scopes and levels.")
    events_full_access = element("The one level that the runbook asks for.")
    other_level = varying("Any other level of a scope.", "scope", "level")
    create = element("The button that makes the key.")
    cancel = element("The way back without a key.")
    error = sometimes("What is wrong with a field, beside it.")

    def open(self) -> "NewPrivateKey":
        """Go to the page by its address. Raises ``Refused`` when the system turns the user away."""
        self.tab.visit(self._address())
        return self

    def level(self, scope: str, level: str) -> Locator:
        """Return the choice of one level for one scope."""
        if (scope, level) == ("Events", "Full Access"):
            return self.events_full_access
        return self.other_level(scope=scope, level=level)

    def fill(self, name: str, access: str, scopes: Mapping[str, str]) -> None:
        """Fill in the form; ``access`` and ``scopes`` are in the runbook's words, whatever the page calls them."""
        self.name.fill(name)
        kinds = {
            "Custom Key": self.custom_key,
            "Read-Only Key": self.read_only_key,
            "Full Access Key": self.full_access_key,
        }
        kinds[access].check()
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


class PrivateKeyCreated(PageObject, system="klaviyo"):
    """The page that shows a new key, this once."""

    key = element("The whole key.")
    copy = element("The button that copies the key.")
    copied_note = sometimes("What says that the key has been copied.")

    def copied(self) -> str:
        """Click Copy Key and return what is in the clipboard then."""
        self.copy.click()
        self.copied_note.wait_for()
        return Secret(str(self.page.evaluate("navigator.clipboard.readText()")).strip())
