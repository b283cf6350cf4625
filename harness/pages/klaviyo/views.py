"""The views of a metric beside its activity feed: chart, cohorts, best people, activity map."""

import re

from playwright.sync_api import Locator

from harness.pages.element import PageObject, element, sometimes
from harness.pages.tab import settled
from harness.values import MetricView

_CELLS = "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
_PLACE = "(heading) => heading.cellIndex"
_NUMBER = re.compile(r"\d[\d,]*")


class Chart(PageObject, system="klaviyo", about_people=True):
    """How many events there were, over time."""

    total = element("How many events the chart counts.")

    def read(self) -> MetricView:
        """Return how many events it counts."""
        return MetricView(_number(self.total.inner_text()))


class Cohorts(PageObject, system="klaviyo", about_people=True):
    """People by when they had their first event."""

    table = element("The table of the cohorts.")
    people_column = element("The heading of the column of how many people a cohort has.")
    rows = element("The cohorts.")

    def read(self) -> MetricView:
        """Return how many people all cohorts have."""
        return MetricView(sum(_column(self.rows, self.people_column)))


class BestPeople(PageObject, system="klaviyo", about_people=True):
    """Who has most events."""

    table = element("The table of people.")
    addresses = element("Their addresses.")
    events_column = element("The heading of the column of how many events they have.")
    rows = sometimes("The people.")
    nothing = sometimes("What stands there while there is nobody.")

    def read(self) -> MetricView:
        """Return who stands there, and how many events they have."""
        settled(self.rows, self.nothing)
        if not self.rows.count():
            return MetricView(0)
        people = [text.strip() for text in self.addresses.all_inner_texts()]
        return MetricView(sum(_column(self.rows, self.events_column)), tuple(people))


class ActivityMap(PageObject, system="klaviyo", about_people=True):
    """Events by where their people are."""

    map = element("The map.")
    places = sometimes("The table of places.")
    events_column = sometimes("The heading of the column of how many events a place has.")
    rows = sometimes("The places.")
    nowhere = sometimes("What says of how many events nobody knows where their people are.")

    def read(self) -> MetricView:
        """Return how many events it counts, wherever they are, or nowhere."""
        self.map.wait_for()
        placed = sum(_column(self.rows, self.events_column)) if self.places.is_visible() else 0
        elsewhere = _number(self.nowhere.inner_text()) if self.nowhere.is_visible() else 0
        return MetricView(placed + elsewhere)


def _column(rows: Locator, heading: Locator) -> list[int]:
    """Return the numbers of ``rows`` below ``heading``, wherever its column stands."""
    place = heading.evaluate(_PLACE)
    return [_number(cells[place]) for cells in rows.evaluate_all(_CELLS)]


def _number(text: str) -> int:
    """Return the first whole number in ``text``."""
    found = _NUMBER.search(text)
    if found is None:
        raise AssertionError(f"there is no number in {text!r}")
    return int(found[0].replace(",", ""))
