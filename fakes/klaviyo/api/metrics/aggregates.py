"""``/api/metric-aggregates``: counts of a metric's events over time, computed from the events at the moment of asking."""

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import available_timezones

import falcon
from pydantic import Field

from fakes.klaviyo.api.jsonapi import bodies, documents
from fakes.klaviyo.api.jsonapi.bodies import Part
from fakes.klaviyo.api.jsonapi.compression import content
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import BadCursor, InvalidInput
from fakes.klaviyo.api.jsonapi.filters import Clause, parse
from fakes.klaviyo.api.jsonapi.paging import Page
from fakes.klaviyo.api.jsonapi.query import Reads
from fakes.klaviyo.api.metrics import metrics
from fakes.klaviyo.rules import times
from fakes.klaviyo.rules.analytics import aggregates
from fakes.klaviyo.rules.analytics.aggregates import Interval, Row
from fakes.klaviyo.rules.events.events import Event
from fakes.klaviyo.rules.limits import Tier

KIND = "metric-aggregate"
READS = Reads(KIND, fields={KIND: frozenset({"data", "dates", "id"})})
SMALLEST_PAGE = 500
DIMENSIONS = frozenset(
    {"$attributed_channel", "$attributed_flow", "$attributed_message", "$attributed_variation"}
    | {"$campaign_channel", "$flow", "$flow_channel", "$message", "$message_send_cohort", "$usage_amount"}
    | {"$value_currency", "$variation", "$variation_send_cohort", "Bot Click", "Bounce Type"}
    | {"Campaign Name", "Client Canonical", "Client Name", "Client Type", "Email Domain", "Failure Source"}
    | {"Failure Type", "From Number", "From Phone Region", "Inbox Provider", "List", "Message Format"}
    | {"Message Name", "Message Type", "Method", "Segment Count", "Subject", "To Number"}
    | {"To Phone Region", "URL", "form_id"}
)
"""What can be counted by (Klaviyo OpenAPI)."""

REFUSED_TIMEZONES = frozenset({"Factory", "Europe/Kyiv", "Pacific/Kanton"})
"""IANA names that the vendor does not take (Klaviyo OpenAPI)."""

_FILTERS = {"datetime": ("greater-or-equal", "less-than"), **dict.fromkeys(DIMENSIONS, ("equals",))}
_PLACE = ("data", "attributes")


class AggregateAttributes(Part):
    """What to count, when, and how to cut it; there is more to cut it by than this fake does."""

    resource = KIND
    not_read = frozenset({"return_fields"})
    metric_id: str
    measurements: list[Literal["count", "sum_value", "unique"]]
    filter: list[str]
    interval: Interval = "day"
    by: list[str] = Field(default_factory=list)
    page_size: int = SMALLEST_PAGE
    page_cursor: str | None = None
    return_fields: list[str] = Field(default_factory=list)
    timezone: str = "UTC"
    sort: str | None = None


class AggregateData(Part):
    """The resource object."""

    resource = KIND
    type: Literal["metric-aggregate"]
    attributes: AggregateAttributes


class AggregateBody(Part):
    """The whole body."""

    data: AggregateData


class MetricAggregates(Resource):
    """``/api/metric-aggregates``."""

    @endpoint("query_metric_aggregates", "metrics:read", tier=Tier.S, reads=READS)
    def on_post(self, call: Call, response: falcon.Response) -> None:
        """Send the figures, all on one page; ``return_fields`` changes nothing here (inferred)."""
        said = bodies.read(call.request, AggregateBody).data.attributes
        _check(said)
        clauses = [clause for text in said.filter for clause in parse(text, _FILTERS)]
        first, end = _range(clauses)
        dates = aggregates.starts(first, end, said.interval, said.timezone)
        with call.account.lock:
            metric = metrics.existing(call, said.metric_id)
            low, high = (_second(first), ""), (_second(end), "")
            events = call.account.events.between(low, high, metrics=[metric.id])
            rows = aggregates.aggregate((event for event in events if _fits(event, clauses)), dates, said.by)
        documents.send(response, call.collection(_document(call, said, dates, rows), Page([], None, None)))


def _check(said: AggregateAttributes) -> None:
    """Raise what the vendor raises, the leaked Python error of ``sort`` included (recorded in live notes).

    Together with ``by`` the vendor fails with 500; a fake that nobody armed never does, so it is 400 here too.
    """
    if said.sort is not None:
        raise InvalidInput("unsupported operand type(s) for +")
    if said.page_cursor:
        raise BadCursor
    checks = {
        "measurements": bool(said.measurements),
        "by": DIMENSIONS.issuperset(said.by),
        "page_size": said.page_size >= SMALLEST_PAGE,
        "timezone": said.timezone in _timezones(),
    }
    for name, fits in checks.items():
        if not fits:
            bodies.refuse_field(*_PLACE, name)


@lru_cache(maxsize=1)
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones()) - REFUSED_TIMEZONES


def _range(clauses: list[Clause]) -> tuple[datetime, datetime]:
    """Return both ends of the time that is asked about; 400 unless there are two in order (text inferred)."""
    ends = {clause.operator: clause.moment() for clause in clauses if clause.field == "datetime"}
    first, end = ends.get("greater-or-equal"), ends.get("less-than")
    if first is None or end is None or not aggregates.countable(first, end):
        bodies.refuse_field(*_PLACE, "filter")
    return first, end


def _second(moment: datetime) -> int:
    """Return the first whole second that is not before ``moment``."""
    return -int(-moment.timestamp() // 1)


def _fits(event: Event, clauses: list[Clause]) -> bool:
    wanted = [clause for clause in clauses if clause.field != "datetime"]
    return all(event.properties.get(clause.field) in clause.texts() for clause in wanted)


def _document(
    call: Call, said: AggregateAttributes, dates: list[datetime], rows: list[Row]
) -> dict[str, Any]:
    attributes = {
        "dates": [times.shown(date) for date in dates],
        "data": [
            {
                "dimensions": list(row.dimensions),
                "measurements": {name: getattr(row, name) for name in dict.fromkeys(said.measurements)},
            }
            for row in rows
        ],
    }
    number = int.from_bytes(hashlib.blake2b(content(call.request), digest_size=7).digest())
    return {
        "type": KIND,
        "id": str(10**17 + number),  # a decimal text (recorded response); what it counts is inferred
        "attributes": documents.pick(attributes, call.query.fields(KIND, READS)),
        "links": {"self": f"{call.base}/api/metric-aggregates/"},
    }
