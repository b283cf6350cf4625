"""Profiles: the list, and one profile's page."""

from collections.abc import Mapping
from typing import Any

from harness.pages.element import PageObject, element, sometimes
from harness.pages.klaviyo.properties import properties_in
from harness.pages.tab import settled


class Profiles(PageObject, system="klaviyo", about_people=True):
    """The list of profiles."""

    search = element("The box to search for an address in.")
    addresses = sometimes("The addresses, each the way to its profile.")
    nothing = sometimes("What stands there when nobody is found.")

    def open(self) -> "Profiles":
        """Go to the list."""
        self.tab.visit(self._address())
        return self

    def open_profile(self, email: str) -> bool:
        """Search for ``email`` and open its profile, or return False if there is none."""
        self.search.fill(email)
        with self.page.expect_navigation():
            self.search.press("Enter")
        settled(self.addresses, self.nothing)
        for link in self.addresses.all():
            if link.inner_text().strip() == email:
                self.tab.follow(link)
                return True
        return False


class Profile(PageObject, system="klaviyo", about_people=True):
    """One profile's page."""

    about = element("Who it is: address, number, name.")
    properties = element("The custom properties.")
    timeline = element("The profile's events.")

    def read(self) -> Mapping[str, Any]:
        """Return what the page says, by the API's names: its labels in lower case, joined by underscores."""
        about = {label.lower().replace(" ", "_"): value for label, value in properties_in(self.about).items()}
        return {**about, "properties": properties_in(self.properties)}
