"""Profiles: the list, and one profile's page."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator

from harness.pages.element import element, page_object, sometimes
from harness.pages.klaviyo.properties import properties_in
from harness.pages.tab import Tab, settled


@page_object
class Profiles:
    """The list of profiles."""

    path = "/profiles"

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    @element
    def search(self) -> Locator:
        """The box to search for an address in."""
        return self.page.get_by_role("searchbox", name="Search by email")

    @sometimes
    def addresses(self) -> Locator:
        """The addresses, each the way to its profile."""
        return self.page.get_by_role("table").get_by_role("rowheader").get_by_role("link")

    @sometimes
    def nothing(self) -> Locator:
        """What stands there when nobody is found."""
        return self.page.get_by_role("main").get_by_text(re.compile("^No profile"))

    def open(self) -> "Profiles":
        """Go to the list."""
        self.tab.visit(self.path)
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


@page_object
class Profile:
    """One profile's page."""

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``, which shows a profile."""
        self.tab, self.page = tab, tab.page

    @element
    def about(self) -> Locator:
        """Who it is: address, number, name."""
        return self.page.get_by_role("region", name="About")

    @element
    def properties(self) -> Locator:
        """The custom properties."""
        return self.page.get_by_role("region", name="Custom properties")

    @element
    def timeline(self) -> Locator:
        """The profile's events."""
        return self.page.get_by_role("region", name="Timeline")

    def read(self) -> Mapping[str, Any]:
        """Return what the page says, by the API's names: its labels in lower case, joined by underscores."""
        about = {label.lower().replace(" ", "_"): value for label, value in properties_in(self.about).items()}
        return {**about, "properties": properties_in(self.properties)}
