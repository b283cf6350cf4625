"""Kim at the list of metrics and at a metric's page: she acts, and what is shown to her stays there to be looked at."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from harness.actors.browser.sessions import Sessions
from harness.pages.klaviyo.metric import Feed, Metric
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.klaviyo.new_key import NewPrivateKey
from harness.pages.klaviyo.views import ActivityMap, BestPeople, Chart, Cohorts
from harness.pages.tab import Tab
from harness.values import FeedRow, MetricView

OWNER = "Owner"


def _feed_in(tab: Tab) -> MetricView:
    rows = Feed(tab).read()
    return MetricView(len(rows), tuple(row.profile for row in rows))


VIEWS: Mapping[str, Callable[[Tab], MetricView]] = MappingProxyType(
    {
        "Chart": lambda tab: Chart(tab).read(),
        "Activity feed": _feed_in,
        "Cohorts": lambda tab: Cohorts(tab).read(),
        "Best people": lambda tab: BestPeople(tab).read(),
        "Activity map": lambda tab: ActivityMap(tab).read(),
    }
)
"""How each view of a metric is read, by its caption."""

Soon = Callable[[str, Callable[[], Any]], Any]
"""Waits for something to be there, and returns it."""


class PageMetricsList:
    """Fulfils ``ports.MetricsList`` and ``ports.MetricsView``. The list stays as it was left, whoever looks elsewhere meanwhile."""

    def __init__(self, sessions: Sessions) -> None:
        """Work in Kim's ``sessions``."""
        self._sessions = sessions
        self._text = ""
        self._at = ""
        self._is_unread = False

    def open(self) -> None:
        """Go to the list of all metrics."""
        Metrics(self._tab()).open()
        self._remember("")

    def search_for(self, text: str) -> None:
        """Type ``text`` into the box and press Enter, on the list as it is or, coming from elsewhere, on all metrics."""
        metrics = self._list() if self._is_here() else Metrics(self._tab()).open()
        metrics.search_for(text)
        self._remember(text)

    def clear(self) -> None:
        """Click Clear on the list as it was left."""
        self._back_there().clear_search()
        self._remember("")

    def choose_rows(self, count: int) -> None:
        """Choose how many rows a page has."""
        self._back_there().choose_rows(count)
        self._remember(self._text)

    def names_by_page(self) -> list[list[str]]:
        """Go on from this page to the last; return the names on each."""
        self._is_unread = False
        return self._list().names_by_page()

    def go_back(self) -> None:
        """Go back to the list from a metric's page."""
        Metric(self._tab()).go_back()
        self._remember("")

    def shown(self) -> list[str]:
        """Return the names on the list: first as it was left, then as it is shown by now, on all its pages."""
        if not (self._is_unread and self._is_here()):
            self._back_there()
        self._is_unread = False
        return self._list().all_names()

    def _back_there(self) -> Metrics:
        """Return to where the list was left, unless the tab is there; search again where the address tells of no search."""
        if self._is_unread and self._is_here():
            return self._list()
        if not self._at:
            raise LookupError("the list of metrics has not been opened")
        self._tab().visit(self._at)
        metrics = self._list()
        if self._text and metrics.searched_for() != self._text:
            metrics.search_for(self._text)
        return metrics

    def _remember(self, text: str) -> None:
        self._text, self._at, self._is_unread = text, self._tab().page.url, True

    def _is_here(self) -> bool:
        return bool(self._at) and self._tab().page.url == self._at

    def _list(self) -> Metrics:
        return Metrics(self._tab())

    def _tab(self) -> Tab:
        return self._sessions.tab(OWNER)


class FeedOpener(Protocol):
    """Whoever knows the way to a metric's feed."""

    def open_feed(self, metric: str) -> Feed | None:
        """Turn to the activity feed of ``metric``; None when there is no such metric."""
        ...


class KlaviyoPages:
    """Fulfils ``ports.Pages`` and ``ports.PagesView``: what only a screen can show."""

    def __init__(self, sessions: Sessions, opener: FeedOpener, metrics: PageMetricsList, soon: Soon) -> None:
        """Work in Kim's ``sessions``; ``opener`` opens feeds, ``soon`` waits until there is one."""
        self._sessions = sessions
        self._opener, self._metrics, self._soon = opener, metrics, soon
        self._by_page: list[list[str]] = []
        self._captions: list[str] = []
        self._views: dict[str, tuple[str, MetricView | None]] = {}
        self._feed: tuple[str, list[FeedRow] | None] = ("", None)

    def cancel_new_key(self, name: str) -> None:
        """Fill in a new private key called ``name`` and cancel."""
        form = NewPrivateKey(self._sessions.tab()).open()
        form.fill(name, "Custom Key", {"Events": "Full Access"})
        self._sessions.picture("the new key is filled in")
        form.give_up()

    def choose_rows(self, count: int) -> None:
        """Choose how many rows a page of the metrics has."""
        self._metrics.choose_rows(count)

    def page_through_metrics(self) -> None:
        """Go through every page of the metrics."""
        self._by_page = self._metrics.names_by_page()

    def open_metric(self, metric: str) -> None:
        """Open ``metric`` from the list, as soon as it is there."""
        self._open_feed(metric)
        self._captions = Metric(self._tab()).captions()

    def open_views(self, metric: str) -> None:
        """Open ``metric``, and each of its views in turn."""
        self.open_metric(metric)
        for caption in self._captions:
            Metric(self._tab()).show(caption)
            seen = VIEWS[caption](self._tab()) if caption in VIEWS else None
            self._views[caption] = (self._tab().page.url, seen)
            self._sessions.picture(f"the view {caption}")

    def back_to_metrics(self) -> None:
        """Go back from a metric to the list."""
        self._metrics.go_back()

    def narrow_feed(self, metric: str, name: str, value: str) -> None:
        """Narrow the feed of ``metric`` to events whose property ``name`` is ``value``."""
        self._open_feed(metric).narrow(name=name, value=value)
        self._keep_feed()

    def clear_feed_filters(self) -> None:
        """Clear the filters of the feed that was narrowed."""
        at, _ = self._feed
        if self._tab().page.url != at:
            self._tab().visit(at)
        Feed(self._tab()).clear_filters()
        self._keep_feed()

    def metrics_by_page(self) -> list[list[str]]:
        """Return the names of the metrics on each of the pages that were gone through."""
        return self._by_page

    def captions(self) -> list[str]:
        """Return the captions of the views of the metric that was opened."""
        return self._captions

    def view(self, caption: str) -> MetricView:
        """Return what a view showed when it was opened; looked at again, what it shows by now."""
        if caption not in self._views:
            raise LookupError(f"no view {caption!r} has been opened; opened: {sorted(self._views)}")
        at, seen = self._views[caption]
        if seen is None:
            self._tab().visit(at)
            seen = VIEWS[caption](self._tab())
        self._views[caption] = (at, None)
        return seen

    def feed_rows(self) -> list[FeedRow]:
        """Return the rows of the feed as it was left, with their properties; looked at again, as it is by now."""
        at, seen = self._feed
        if seen is None:
            self._tab().visit(at)
            seen = Feed(self._tab()).read(opened=True)
        self._feed = (at, None)
        return seen

    def _keep_feed(self) -> None:
        self._feed = (self._tab().page.url, Feed(self._tab()).read(opened=True))

    def _open_feed(self, metric: str) -> Feed:
        found: Feed = self._soon(
            f"Klaviyo shows the metric {metric!r}", lambda: self._opener.open_feed(metric)
        )
        return found

    def _tab(self) -> Tab:
        return self._sessions.tab(OWNER)
