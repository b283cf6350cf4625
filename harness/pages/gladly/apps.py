"""Settings > Apps: the list, and the form of the Klaviyo App."""

from playwright.sync_api import Locator

from harness.errors import Refused
from harness.pages.element import PageObject, element, sometimes, varying
from harness.pages.tab import settled
from harness.values import AppForm, AppRow, FormField

_LABEL = "(field) => (field.labels?.[0]?.innerText ?? field.ariaLabel ?? '').trim()"
"""What the page calls a field."""


class Apps(PageObject, system="gladly"):
    """The list of apps."""

    heading = element("The heading of the page.")
    add = element("The way to another app.")
    toggles = sometimes("The switches, each called as its app.")
    toggle = varying("The switch of one app.", "name")
    rows = sometimes("The apps.")
    nothing = sometimes("What stands there while there is no app.")
    edits = sometimes("The ways to the forms of the apps; they show when a row is pointed at or focused.")
    edit_of = varying("The way to the form of one app, in its row.", "name")
    confirm_off = sometimes("The button that confirms that an app is to be switched off.")

    def open(self) -> "Apps":
        """Go to the page by its address. Raises ``Refused`` when the system turns the user away."""
        self.tab.visit(self._address())
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

    def edit(self, name: str) -> None:
        """Point at the app called ``name`` and open its form."""
        way = self.edit_of(self.rows.filter(has=self.toggle(name=name)), name=name)
        way.focus()
        self.tab.follow(way)

    def switch_first(self, *, on: bool) -> None:
        """Bring the first app's switch to where it is wanted, confirming what is asked."""
        self.switch(self.toggles.first.get_attribute("aria-label") or "", on=on)

    def switch(self, name: str, *, on: bool) -> None:
        """Bring the switch of the app called ``name`` to where it is wanted, confirming what is asked."""
        toggle = self.toggle(name=name)
        if (toggle.get_attribute("aria-checked") == "true") is on:
            return
        toggle.click()
        if not on:
            self.tab.follow(self.confirm_off)
        toggle.and_(self.page.locator(f"[aria-checked={str(on).lower()}]")).wait_for()


class EditKlaviyoApp(PageObject, system="gladly"):
    """The form of the Klaviyo App, open in a tab of its own for as long as it takes."""

    heading = element("The heading of the form.")
    description = element("What the app is for.")
    name = element("The app's name.")
    private_key = element("The private key, which is written but never shown.")
    save = element("The button that saves.")
    key_is_set = sometimes("What says that a key has been saved.")
    forbidden = sometimes("What stands there instead when one may not save.")
    errors = sometimes("What is wrong, above the form or beside a field.")

    def read(self) -> AppForm:
        """Return the form as it is shown."""
        fields = tuple(self._field(one) for one in (self.name, self.private_key))
        return AppForm(
            self.heading.inner_text().strip(),
            self.description.inner_text().strip(),
            fields,
            self.key_is_set.is_visible(),
        )

    def submit(self, name: str | None, private_key: str) -> None:
        """Fill in ``name`` unless it is None, the key unless it is empty, and save. Raises ``Refused`` with what the form says."""
        if name is not None:
            self.name.fill(name)
        if private_key:
            # Else it is left as it stands there: a form may take an emptied field for a wish to remove the key.
            self.private_key.fill(private_key)
        self.tab.follow(self.save)
        apps = Apps(self.tab)
        apps.heading.or_(self.errors).or_(self.forbidden).first.wait_for()
        if not apps.heading.is_visible():
            raise Refused("; ".join(self.errors.all_inner_texts()) or self.tab.text())

    def _field(self, locator: Locator) -> FormField:
        told_by = (locator.get_attribute("aria-describedby") or "").split()
        help_text = " ".join(self.page.locator(f"[id='{one}']").inner_text() for one in told_by)
        return FormField(str(locator.evaluate(_LABEL)), help_text, locator.input_value())
