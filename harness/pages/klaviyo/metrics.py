"""Analytics > Metrics: the list."""

from harness.pages.element import PageObject, element, sometimes, varying
from harness.pages.tab import settled


class Metrics(PageObject, system="klaviyo"):
    """The list of metrics."""

    heading = element("The heading of the page.")
    search = element("The box to search in.")
    integration = element("The filter by integration, which begins as All integrations.")
    clear = element("The way back to all metrics.")
    rows_per_page = element("How many rows a page has.")
    names = sometimes("The names of the metrics, each the way to its page.")
    metric = varying("The name of one metric, the way to its page.", "name")
    nothing = sometimes("What stands there when no metric is found.")
    next = sometimes("The way to the next page of the list.")

    def open(self) -> "Metrics":
        """Go to the list of all metrics."""
        self.tab.visit(self._address())
        return self

    def search_for(self, text: str) -> None:
        """Search for ``text``."""
        self.search.fill(text)
        with self.page.expect_navigation():
            self.search.press("Enter")

    def searched_for(self) -> str:
        """Return what stands in the box."""
        return self.search.input_value()

    def clear_search(self) -> None:
        """Click Clear."""
        self.tab.follow(self.clear)

    def choose_rows(self, count: int) -> None:
        """Choose ``count`` rows a page."""
        with self.page.expect_navigation():
            self.rows_per_page.select_option(label=str(count))

    def all_names(self) -> list[str]:
        """Return the names on this page of the list and on all that follow."""
        return [name for names in self.names_by_page() for name in names]

    def names_by_page(self) -> list[list[str]]:
        """Return the names on this page of the list, and on each that follows."""
        found = [self._names()]
        while self.next.is_visible():
            self.tab.follow(self.next)
            found.append(self._names())
        return found

    def open_metric(self, name: str) -> bool:
        """Open the metric of exactly this name from this page of the list, or return False if it is not there."""
        settled(self.names, self.nothing)
        link = self.metric(name=name)
        if not link.count():
            return False
        self.tab.follow(link.first)
        return True

    def _names(self) -> list[str]:
        settled(self.names, self.nothing)
        return [text.strip() for text in self.names.all_inner_texts()]
