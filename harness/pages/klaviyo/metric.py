"""A metric's page: its views, and the activity feed with its filters."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator

from harness.pages.element import element, page_object, sometimes
from harness.pages.klaviyo.properties import properties_in
from harness.pages.tab import Tab, settled
from harness.values import FeedRow

_READ = """(rows) => rows.map((row) => [
    row.querySelector("a").innerText,
    row.querySelector("summary span").innerText,
    row.querySelector("time").dateTime,
])"""
"""Reads who, what and when of all rows at once: a question for each takes a round trip of its own."""


@page_object
class Metric:
    """One metric's page, on whichever view."""

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``, which shows a metric."""
        self.tab, self.page = tab, tab.page

    @element
    def back(self) -> Locator:
        """The way back to the list."""
        return self.page.get_by_role("main").get_by_role("link", name="← Metrics")

    @element
    def switcher(self) -> Locator:
        """The way to another metric."""
        return self.page.get_by_label("Metric", exact=True)

    @element
    def views(self) -> Locator:
        """The captions of the views."""
        return self.page.get_by_role("navigation", name="Views of this metric").get_by_role("link")

    @element
    def activity_feed(self) -> Locator:
        """The way to the feed."""
        return self.views.filter(has_text="Activity feed")

    def captions(self) -> list[str]:
        """Return the captions of the views, in their order."""
        return [text.strip() for text in self.views.all_inner_texts()]

    def go_back(self) -> None:
        """Go back to the list of metrics."""
        self.tab.follow(self.back)

    def show_feed(self) -> "Feed":
        """Turn to the activity feed."""
        feed = Feed(self.tab)
        if not feed.on_or_before.is_visible():
            self.tab.follow(self.activity_feed)
        return feed


@page_object
class Feed:
    """The activity feed of a metric."""

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``, which shows a feed."""
        self.tab, self.page = tab, tab.page

    @element
    def on_or_before(self) -> Locator:
        """The last moment to show."""
        return self.page.get_by_label("On or before")

    @element
    def filter_property(self) -> Locator:
        """The property to filter by."""
        return self.page.get_by_label("Filter by")

    @element
    def filter_value(self) -> Locator:
        """The value it should have."""
        return self.page.get_by_label("Select a value")

    @element
    def apply(self) -> Locator:
        """The button that filters."""
        return self.page.get_by_role("button", name="Apply")

    @element
    def clear(self) -> Locator:
        """The way back to the whole feed."""
        return self.page.get_by_role("main").get_by_role("link", name="Clear")

    @sometimes
    def rows(self) -> Locator:
        """The events."""
        return self.page.get_by_role("list", name="Activity feed").locator("> li")

    @sometimes
    def nothing(self) -> Locator:
        """What stands there when there are no events."""
        return self.page.get_by_role("main").get_by_text(re.compile("^No events"))

    @sometimes
    def older(self) -> Locator:
        """The way to older events."""
        return self.page.get_by_role("link", name="Older")

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
        found = list(self._rows_here(opened))
        while self.older.is_visible():
            self.tab.follow(self.older)
            found += self._rows_here(opened)
        return found

    def _rows_here(self, opened: bool) -> Iterator[FeedRow]:
        settled(self.rows, self.nothing)
        for number, (profile, text, moment) in enumerate(self.rows.evaluate_all(_READ)):
            properties = properties_in(self.rows.nth(number)) if opened else {}
            yield FeedRow(profile.strip(), text.strip(), datetime.fromisoformat(moment), properties)
