"""Analytics > Metrics: the list of metrics (vendor help, runbook)."""

from dataclasses import dataclass
from datetime import timedelta

import falcon

from fakes.klaviyo.pages.pager import Pager
from fakes.klaviyo.pages.site import METRICS_PATH, KlaviyoSite, KlaviyoVisit, analytics
from fakes.klaviyo.pages.values import metric_path
from fakes.klaviyo.rules.analytics.aggregates import counts
from fakes.klaviyo.rules.metrics import INTEGRATION, INTEGRATION_KEY, Metric

_SPAN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    """A metric with its events of the last 30 days, how many more than in the 30 days before, and of all time."""

    metric: Metric
    path: str
    recent: int
    change: int
    ever: int


class MetricList:
    """The page of metrics."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the metrics that were searched for."""
        with analytics(self._site, request) as visit:
            search = request.get_param("search") or ""
            integration = request.get_param("integration") or ""
            found = visit.tenant.metrics.search(search) if integration in ("", INTEGRATION_KEY) else []
            pager = Pager.of(request, found, search=search, integration=integration)
            self._site.show(
                response,
                "metrics.html",
                visit,
                pager=pager,
                rows=[_row(visit, metric) for metric in pager.rows],
                any_metric=bool(visit.tenant.metrics.all()),
                search=search,
                integration=integration,
                integrations=[(INTEGRATION_KEY, INTEGRATION)],
                metrics_path=METRICS_PATH,
            )


def _row(visit: KlaviyoVisit, metric: Metric) -> Row:
    events, now = visit.tenant.events, visit.tenant.clock.now()
    end = now + timedelta(seconds=1)
    before, recent = counts(events, metric.id, [now - 2 * _SPAN, now - _SPAN], end)
    return Row(metric, metric_path(metric), recent, recent - before, events.count(metric.id))
