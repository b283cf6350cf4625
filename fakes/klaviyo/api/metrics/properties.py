"""The properties that events of a metric carried: which ones, of what type, with which values."""

import falcon

from fakes.klaviyo.api.jsonapi import documents
from fakes.klaviyo.api.jsonapi.documents import Document
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import NotFound
from fakes.klaviyo.api.jsonapi.paging import Page
from fakes.klaviyo.api.jsonapi.query import Reads
from fakes.klaviyo.api.metrics import metrics
from fakes.klaviyo.api.metrics.metrics import METRIC_FIELDS
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.rules.metrics import MetricProperty

KIND, SAMPLES = "metric-property", "sample_values"
FIELDS = frozenset({"id", "inferred_type", "label", "property", SAMPLES})
_ADDITIONAL = {KIND: frozenset({SAMPLES})}
ONE = Reads(
    KIND,
    includes={"metric": "metrics:read"},
    fields={KIND: FIELDS, "metric": METRIC_FIELDS},
    additional_fields=_ADDITIONAL,
)
MANY = Reads(KIND, fields={KIND: FIELDS}, additional_fields=_ADDITIONAL)
METRIC = Reads("metric", fields={"metric": METRIC_FIELDS})
IDS = Reads(KIND)
SCOPE = "metrics:read"


class PropertiesOfMetric(Resource):
    """``/api/metrics/{metric_id}/metric-properties``."""

    @endpoint("get_properties_for_metric", SCOPE, tier=Tier.XS, reads=MANY)
    def on_get(self, call: Call, response: falcon.Response, metric_id: str) -> None:
        """Send all properties in the order they were first seen, on one page (order inferred)."""
        with call.account.lock:
            rows = list(metrics.existing(call, metric_id).properties.values())
            data = [_document(call, MANY, row) for row in rows]
            documents.send(response, call.collection(data, Page(rows, None, None)))


class PropertyIdsOfMetric(Resource):
    """``/api/metrics/{metric_id}/relationships/metric-properties``."""

    @endpoint("get_property_ids_for_metric", SCOPE, tier=Tier.XS, reads=IDS)
    def on_get(self, call: Call, response: falcon.Response, metric_id: str) -> None:
        """Send types and ids of all properties."""
        with call.account.lock:
            rows = list(metrics.existing(call, metric_id).properties.values())
        data = [documents.identifier(KIND, row.id) for row in rows]
        documents.send(response, call.collection(data, Page(rows, None, None)))


class PropertyItem(Resource):
    """``/api/metric-properties/{property_id}``."""

    @endpoint("get_metric_property", SCOPE, tier=Tier.XS, reads=ONE)
    def on_get(self, call: Call, response: falcon.Response, property_id: str) -> None:
        """Send one property, with its metric if that is to be included."""
        with call.account.lock:
            row = _existing(call, property_id)
            included = None
            if call.query.names("include"):
                included = [_metric(call, ONE, row)]
            documents.send(response, call.single(_document(call, ONE, row), included))


class MetricOfProperty(Resource):
    """``/api/metric-properties/{property_id}/metric``."""

    @endpoint("get_metric_for_metric_property", SCOPE, tier=Tier.XS, reads=METRIC)
    def on_get(self, call: Call, response: falcon.Response, property_id: str) -> None:
        """Send the property's metric."""
        with call.account.lock:
            documents.send(response, call.single(_metric(call, METRIC, _existing(call, property_id))))


class MetricOfPropertyId(Resource):
    """``/api/metric-properties/{property_id}/relationships/metric``."""

    @endpoint("get_metric_id_for_metric_property", SCOPE, tier=Tier.XS, reads=IDS)
    def on_get(self, call: Call, response: falcon.Response, property_id: str) -> None:
        """Send type and id of the property's metric."""
        with call.account.lock:
            row = _existing(call, property_id)
        documents.send(response, call.single(documents.identifier("metric", row.metric_id)))


def _existing(call: Call, property_id: str) -> MetricProperty:
    """Return the property, or raise ``NotFound`` (the text is inferred)."""
    row = call.account.metrics.property(property_id)
    if row is None:
        raise NotFound(f"Metric property with id {property_id} does not exist.")
    return row


def _metric(call: Call, reads: Reads, row: MetricProperty) -> Document:
    fields = call.query.fields("metric", reads)
    metric = metrics.existing(call, row.metric_id)
    return documents.metric(metric, call.account.metrics.integration_id, call.base, fields)


def _document(call: Call, reads: Reads, row: MetricProperty) -> Document:
    samples = SAMPLES in call.query.names(f"additional-fields[{KIND}]")
    return documents.metric_property(row, call.base, call.query.fields(KIND, reads), samples=samples)
