"""Settings > Apps: the list, and the form of the Klaviyo App."""

import re

from playwright.sync_api import Locator

from harness.errors import Refused
from harness.pages.element import element, page_object, sometimes
from harness.pages.tab import Tab, settled
from harness.values import AppForm, AppRow, FormField

NAME, KEY = "Name", "Klaviyo Private API Key"


@page_object
class Apps:
    """The list of apps."""

    path = "/admin/apps"

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    @element
    def heading(self) -> Locator:
        """The heading of the page."""
        return self.page.get_by_role("heading", name="Apps", level=1)

    @element
    def add(self) -> Locator:
        """The way to another app."""
        return self.page.get_by_role("link", name="Add App")

    @sometimes
    def toggles(self) -> Locator:
        """The switches, each called as its app."""
        return self.page.get_by_role("main").get_by_role("switch")

    @sometimes
    def nothing(self) -> Locator:
        """What stands there while there is no app."""
        return self.page.get_by_role("main").get_by_text(re.compile("^No app"))

    @sometimes
    def edits(self) -> Locator:
        """The ways to the forms of the apps; they show when a row is pointed at or focused."""
        return self.page.get_by_role("main").get_by_role("link", name="Edit")

    @sometimes
    def confirm_off(self) -> Locator:
        """The button that confirms that an app is to be switched off."""
        return self.page.get_by_role("dialog").get_by_role("button", name="Deactivate")

    def open(self) -> "Apps":
        """Go to the page by its address. Raises ``Refused`` when the system turns the user away."""
        self.tab.visit(self.path)
        return self

    def listed(self) -> list[AppRow]:
        """Return the rows as they stand there."""
        settled(self.toggles, self.nothing)
        return [
            AppRow(one.get_attribute("aria-label") or "", one.get_attribute("aria-checked") == "true")
            for one in self.toggles.all()
        ]

    def edit_first(self) -> None:
        """Point at the first app and open its form."""
        self.edits.first.focus()
        self.tab.follow(self.edits.first)

    def switch_first(self, *, on: bool) -> None:
        """Bring the first app's switch to where it is wanted, confirming what is asked."""
        toggle = self.toggles.first
        name = toggle.get_attribute("aria-label") or ""
        if (toggle.get_attribute("aria-checked") == "true") is on:
            return
        toggle.click()
        if not on:
            self.tab.follow(self.confirm_off)
        self.page.get_by_role("switch", name=name, exact=True, checked=on).wait_for()


@page_object
class EditKlaviyoApp:
    """The form of the Klaviyo App, open in a tab of its own for as long as it takes."""

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``, which shows the form."""
        self.tab, self.page = tab, tab.page

    @element
    def heading(self) -> Locator:
        """The heading of the form."""
        return self.page.get_by_role("heading", name="Edit Klaviyo App")

    @element
    def description(self) -> Locator:
        """What the app is for."""
        return self.page.get_by_text("enables you to segment customers in Klaviyo")

    @element
    def name(self) -> Locator:
        """The app's name."""
        return self.page.get_by_label(NAME, exact=True)

    @element
    def private_key(self) -> Locator:
        """The private key, which is written but never shown."""
        return self.page.get_by_label(KEY, exact=True)

    @element
    def save(self) -> Locator:
        """The button that saves."""
        return self.page.get_by_role("button", name="Save App")

    @sometimes
    def key_is_set(self) -> Locator:
        """What says that a key has been saved."""
        return self.page.get_by_text("A private key is saved")

    @sometimes
    def errors(self) -> Locator:
        """What is wrong, above the form or beside a field."""
        return self.page.get_by_role("alert").or_(self.page.locator("[id$='-error']"))

    def read(self) -> AppForm:
        """Return the form as it is shown."""
        fields = tuple(
            self._field(label, locator) for label, locator in ((NAME, self.name), (KEY, self.private_key))
        )
        return AppForm(
            self.heading.inner_text().strip(),
            self.description.inner_text().strip(),
            fields,
            self.key_is_set.is_visible(),
        )

    def submit(self, name: str | None, private_key: str) -> None:
        """Fill in the key, and ``name`` unless it is None, and save. Raises ``Refused`` with what the form says against it."""
        if name is not None:
            self.name.fill(name)
        self.private_key.fill(private_key)
        self.tab.follow(self.save)
        apps = Apps(self.tab)
        apps.heading.or_(self.errors).or_(self.page.get_by_role("heading", name="Forbidden")).first.wait_for()
        if not apps.heading.is_visible():
            raise Refused(
                "; ".join(self.errors.all_inner_texts()) or self.page.get_by_role("main").inner_text()
            )

    def _field(self, label: str, locator: Locator) -> FormField:
        told_by = (locator.get_attribute("aria-describedby") or "").split()
        help_text = " ".join(self.page.locator(f"[id='{one}']").inner_text() for one in told_by)
        return FormField(label, help_text, locator.input_value())
