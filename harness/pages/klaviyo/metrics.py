"""Analytics > Metrics: the list."""

import re

from playwright.sync_api import Locator

from harness.pages.element import element, page_object, sometimes
from harness.pages.tab import Tab, settled


@page_object
class Metrics:
    """The list of metrics."""

    path = "/analytics/metrics"

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    @element
    def heading(self) -> Locator:
        """The heading of the page."""
        return self.page.get_by_role("heading", name="Metrics", level=1)

    @element
    def search(self) -> Locator:
        """The box to search in."""
        return self.page.get_by_role("searchbox", name="Search metrics")

    @element
    def integration(self) -> Locator:
        """The filter by integration, which begins as All integrations."""
        return self.page.get_by_label("Integration")

    @element
    def clear(self) -> Locator:
        """The way back to all metrics."""
        return self.page.get_by_role("link", name="Clear")

    @element
    def rows_per_page(self) -> Locator:
        """How many rows a page has."""
        return self.page.get_by_label("Rows per page")

    @sometimes
    def names(self) -> Locator:
        """The names of the metrics, each the way to its page."""
        return self.page.get_by_role("table").get_by_role("rowheader").get_by_role("link")

    @sometimes
    def nothing(self) -> Locator:
        """What stands there when no metric is found."""
        return self.page.get_by_role("main").get_by_text(re.compile("^No metric"))

    @sometimes
    def next(self) -> Locator:
        """The way to the next page of the list."""
        return self.page.get_by_role("navigation", name="Pages").get_by_role("link", name="Next")

    def open(self) -> "Metrics":
        """Go to the list of all metrics."""
        self.tab.visit(self.path)
        return self

    def search_for(self, text: str) -> None:
        """Search for ``text``; search for nothing by Clear."""
        if not text:
            self.tab.follow(self.clear)
            return
        self.search.fill(text)
        with self.page.expect_navigation():
            self.search.press("Enter")

    def all_names(self) -> list[str]:
        """Return the names on this page of the list and on all that follow."""
        found = self._names()
        while self.next.is_visible():
            self.tab.follow(self.next)
            found += self._names()
        return found

    def choices_of_rows(self) -> list[int]:
        """Return how many rows a page may have."""
        return [int(text) for text in self.rows_per_page.locator("option").all_inner_texts()]

    def open_metric(self, name: str) -> bool:
        """Open the metric of exactly this name from this page of the list, or return False if it is not there."""
        settled(self.names, self.nothing)
        link = self.names.filter(has_text=name).get_by_text(name, exact=True)
        if not link.count():
            return False
        self.tab.follow(link.first)
        return True

    def _names(self) -> list[str]:
        settled(self.names, self.nothing)
        return [text.strip() for text in self.names.all_inner_texts()]
