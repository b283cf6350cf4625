"""A metric's page: its views, and the activity feed with its filters."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from harness.pages.element import PageObject, element, sometimes, varying
from harness.pages.klaviyo.properties import properties_in
from harness.pages.tab import settled
from harness.values import FeedRow

_READ = """(rows) => rows.map((row) => [
    row.querySelector("a").innerText,
    row.querySelector("summary span").innerText,
    row.querySelector("time").dateTime,
])"""
"""Reads who, what and when of all rows at once: a question for each takes a round trip of its own."""


class Metric(PageObject, system="klaviyo", about_people=True):
    """One metric's page, on whichever view."""

    back = element("The way back to the list.")
    switcher = element("The way to another metric.")
    bar = element("The bar of views.")
    views = element("The captions of the views.")
    activity_feed = element("The way to the feed.")
    view = varying("The way to one of the views, by its caption.", "caption")

    def captions(self) -> list[str]:
        """Return the captions of the views, in their order."""
        return [text.strip() for text in self.views.all_inner_texts()]

    def go_back(self) -> None:
        """Go back to the list of metrics."""
        self.tab.follow(self.back)

    def show(self, caption: str) -> None:
        """Turn to a view."""
        self.tab.follow(self.view(caption=caption))

    def show_feed(self) -> "Feed":
        """Turn to the activity feed."""
        feed = Feed(self.tab)
        if not feed.on_or_before.is_visible():
            self.tab.follow(self.activity_feed)
        return feed


class Feed(PageObject, system="klaviyo", about_people=True):
    """The activity feed of a metric."""

    on_or_before = element("The last moment to show.")
    filter_property = element("The property to filter by.")
    filter_value = element("The value it should have.")
    apply = element("The button that filters.")
    clear = element("The way back to the whole feed.")
    rows = sometimes("The events.")
    nothing = sometimes("What stands there when there are no events.")
    feed = sometimes("The list of events.")
    older = sometimes("The way to older events.")

    def narrow(
        self, *, until: datetime | None = None, name: str = "", value: str = "", timezone: str = "UTC"
    ) -> None:
        """Filter by moment, by property, or both; moments are typed in the account's ``timezone``."""
        if until is not None:
            self.on_or_before.fill(until.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M:%S"))
        if name:
            self.filter_property.select_option(label=name)
            self.filter_value.fill(value)
        self.tab.follow(self.apply)

    def clear_filters(self) -> None:
        """Go back to the whole feed."""
        self.tab.follow(self.clear)

    def read(self, *, opened: bool = False) -> list[FeedRow]:
        """Return every row, newest first, page by page; each is ``opened`` if its properties are wanted."""
        return list(self.rows_down(opened=opened))

    def rows_down(self, *, opened: bool = False) -> Iterator[FeedRow]:
        """Yield the rows, newest first; older pages are turned to as far as one goes on reading."""
        yield from self._rows_here(opened)
        while self.older.is_visible():
            self.tab.follow(self.older)
            yield from self._rows_here(opened)

    def _rows_here(self, opened: bool) -> Iterator[FeedRow]:
        settled(self.rows, self.nothing)
        for number, (profile, text, moment) in enumerate(self.rows.evaluate_all(_READ)):
            properties = properties_in(self.rows.nth(number)) if opened else {}
            yield FeedRow(profile.strip(), text.strip(), datetime.fromisoformat(moment), properties)
