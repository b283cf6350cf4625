"""A metric's page: Chart, Activity feed, Cohorts, Best people, Activity map (vendor help, runbook)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import falcon

from fakes.core.errors import PageError
from fakes.core.pages.site import go
from fakes.klaviyo.pages import charts, feeds
from fakes.klaviyo.pages.feeds import Filters
from fakes.klaviyo.pages.site import METRICS_PATH, KlaviyoSite, KlaviyoVisit, analytics
from fakes.klaviyo.pages.values import metric_path
from fakes.klaviyo.rules.analytics import insights
from fakes.klaviyo.rules.analytics.aggregates import Interval, counts, starts
from fakes.klaviyo.rules.events.feed import MOST_LOOKED_AT, Feed, typed
from fakes.klaviyo.rules.metrics import Metric

TABS = {
    "chart": "Chart",
    "activity-feed": "Activity feed",
    "cohorts": "Cohorts",
    "best-people": "Best people",
    "activity-map": "Activity map",
}
"""The tabs by what ``?tab=`` calls them. The first is shown when none is asked for (inferred)."""

RANGES = (30, 7, 90)
"""Days that a chart looks back, the default first."""

INTERVALS: tuple[Interval, ...] = ("day", "week", "month")


class MetricPage:
    """The page of one metric."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(
        self, request: falcon.Request, response: falcon.Response, metric_id: str, slug: str = ""
    ) -> None:
        """Show a tab of the metric; an address with another slug leads to the one with the metric's own."""
        with analytics(self._site, request) as visit:
            metric = _existing(visit, metric_id)
            path = metric_path(metric)
            if slug != path.removeprefix(f"/metric/{metric.id}").removeprefix("/"):
                go(f"{path}?{request.query_string}" if request.query_string else path)
            tab = request.get_param("tab") or ""
            tab = tab if tab in TABS else next(iter(TABS))
            values = _VALUES[tab](visit, metric)
            wrong = "filters" in values and bool(values["filters"].errors)
            self._site.show(
                response,
                f"metric_{tab.replace('-', '_')}.html",
                visit,
                status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
                metric=metric,
                this_path=path,
                metrics=visit.tenant.metrics.search(""),
                metrics_path=METRICS_PATH,
                tab=tab,
                tabs=TABS,
                **values,
            )


class MetricSwitch:
    """``/metric``, where a metric's page sends what was chosen in its switcher."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, _response: falcon.Response) -> None:
        """Send the browser on to the metric, to the same tab."""
        with analytics(self._site, request) as visit:
            metric = _existing(visit, request.get_param("metric") or "")
            go(f"{metric_path(metric)}?{urlencode({'tab': request.get_param('tab') or ''})}")


def _existing(visit: KlaviyoVisit, metric_id: str) -> Metric:
    metric = visit.tenant.metrics.get(metric_id)
    if metric is None:
        raise PageError(HTTPStatus.NOT_FOUND, "There is no such metric in this account.")
    return metric


def _chart(visit: KlaviyoVisit, metric: Metric) -> dict[str, Any]:
    account, now = visit.tenant, visit.tenant.clock.now()
    days = next((each for each in RANGES if str(each) == visit.request.get_param("days")), RANGES[0])
    interval = next((each for each in INTERVALS if each == visit.request.get_param("interval")), INTERVALS[0])
    end = now + timedelta(seconds=1)
    dates = starts(now - timedelta(days=days - 1), end, interval, account.timezone)
    labels = [_label(date, interval, account.timezone) for date in dates]
    chart = charts.bars(labels, counts(account.events, metric.id, dates, end))
    return {
        "chart": chart,
        "days": days,
        "ranges": sorted(RANGES),
        "interval": interval,
        "intervals": INTERVALS,
    }


def _feed(visit: KlaviyoVisit, metric: Metric) -> dict[str, Any]:
    account = visit.tenant
    filters = Filters.of(visit.request, account.timezone)
    feed = Feed(account.events, metrics=[metric.id], end=filters.end, wanted=filters.wanted)
    known = metric.properties.values()
    samples = [each for one in known if filters.name in ("", one.name) for each in one.samples]
    return {
        "filters": filters,
        "feed": None if filters.errors else feeds.read(visit, feed, tab="activity-feed", **filters.said),
        "properties": [
            *sorted(one.name for one in known),
            "$event_id",
            *(["$value"] if metric.had_value else []),
        ],
        "samples": list(dict.fromkeys(map(typed, samples))),
        "most_looked_at": MOST_LOOKED_AT,
    }


def _cohorts(visit: KlaviyoVisit, metric: Metric) -> dict[str, Any]:
    account = visit.tenant
    weeks = insights.last_weeks(account.clock.now(), account.timezone)
    found = insights.newest(account.events, metric.id, since=weeks[0])
    rows = [
        (_label(cohort.start, "week", account.timezone), cohort)
        for cohort in insights.cohorts(found, account.events, weeks)
    ]
    return {
        "rows": rows,
        "weeks": len(weeks),
        "cut_short": len(found) == insights.MOST_LOOKED_AT,
        "looked_at": len(found),
    }


def _best_people(visit: KlaviyoVisit, metric: Metric) -> dict[str, Any]:
    profiles, ranked = visit.tenant.profiles, visit.tenant.events.most_active(metric.id)
    return {"people": [(profiles.get(profile_id), count) for profile_id, count in ranked]}


def _map(visit: KlaviyoVisit, metric: Metric) -> dict[str, Any]:
    found = insights.newest(visit.tenant.events, metric.id)
    places = insights.whereabouts(found, visit.tenant.profiles)
    return {
        "places": places,
        "dots": charts.dots(places.spots),
        "cut_short": len(found) == insights.MOST_LOOKED_AT,
        "looked_at": len(found),
    }


def _label(date: datetime, interval: Interval, timezone: str) -> str:
    local = date.astimezone(ZoneInfo(timezone))
    return f"{local:%b %Y}" if interval == "month" else f"{local:%b} {local.day}"


_VALUES: dict[str, Callable[[KlaviyoVisit, Metric], dict[str, Any]]] = {
    "chart": _chart,
    "activity-feed": _feed,
    "cohorts": _cohorts,
    "best-people": _best_people,
    "activity-map": _map,
}
