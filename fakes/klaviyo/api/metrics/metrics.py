"""``/api/metrics``: read them. There is no way to make or delete one here (Klaviyo OpenAPI)."""

import falcon

from fakes.klaviyo.api.jsonapi import documents, paging
from fakes.klaviyo.api.jsonapi.documents import Document
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import NotFound
from fakes.klaviyo.api.jsonapi.fields import FLOW_FIELDS
from fakes.klaviyo.api.jsonapi.filters import Clause
from fakes.klaviyo.api.jsonapi.query import Reads
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.rules.metrics import Metric

METRIC_FIELDS = frozenset({"created", "id", "integration", "name", "updated"})
PAGE_SIZE = 200
FIELDS = {
    "metric": METRIC_FIELDS,
    "flow": FLOW_FIELDS,
}
INCLUDES = {"flow-triggers": "flows:read"}
ONE = Reads("metric", includes=INCLUDES, fields=FIELDS)
MANY = Reads(
    "metric",
    filters={"integration.name": ("equals",), "integration.category": ("equals",)},
    includes=INCLUDES,
    fields=FIELDS,
    paged=True,
)
"""What reading metrics understands (Klaviyo OpenAPI): neither ``page[size]`` nor ``sort``."""


class MetricList(Resource):
    """``/api/metrics``."""

    @endpoint("get_metrics", "metrics:read", tier=Tier.M, reads=MANY)
    def on_get(self, call: Call, response: falcon.Response) -> None:
        """Send a page of metrics, ascending by id (recorded response)."""
        with call.account.lock:
            clauses = call.clauses(MANY)
            rows = [metric for metric in call.account.metrics.all() if _fits(clauses)]
            page = paging.id_page(rows, PAGE_SIZE, call.query.cursor(), "id", lambda metric: metric.id)
            data = [document(call, MANY, metric) for metric in page.rows]
            documents.send(response, call.collection(data, page, _included(call)))


class MetricItem(Resource):
    """``/api/metrics/{metric_id}``."""

    @endpoint("get_metric", "metrics:read", tier=Tier.M, reads=ONE)
    def on_get(self, call: Call, response: falcon.Response, metric_id: str) -> None:
        """Send one metric, or 404 (recorded response)."""
        with call.account.lock:
            metric = existing(call, metric_id)
            documents.send(response, call.single(document(call, ONE, metric), _included(call)))


def existing(call: Call, metric_id: str) -> Metric:
    """Return the account's metric, or raise ``NotFound`` (recorded text). The caller holds the lock."""
    metric = call.account.metrics.get(metric_id)
    if metric is None:
        raise NotFound(f"Metric with id {metric_id} does not exist.")
    return metric


def _fits(clauses: list[Clause]) -> bool:
    """Say whether the metrics of the API integration pass; all metrics here are of it.

    Its name is ``API``. Filtering by its category finds nothing although the objects show ``API`` (recorded).
    """
    return all(clause.field == "integration.name" and clause.texts() == ["API"] for clause in clauses)


def document(call: Call, reads: Reads, metric: Metric) -> Document:
    """Return the resource of ``metric`` with the fields that the call asks for."""
    fields, related = call.query.fields("metric", reads), call.query.none_of_includes()
    return documents.metric(metric, call.account.metrics.integration_id, call.base, fields, related)


def _included(call: Call) -> list[Document] | None:
    """Return the flows that metrics trigger, of which there are none here; None if they were not asked for."""
    return [] if call.query.names("include") else None
