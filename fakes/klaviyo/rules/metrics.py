"""Metrics: what kinds of events an account knows. A metric is born with its first event."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fakes.core.ids import Ids

INTEGRATION, INTEGRATION_KEY = "API", "api"
"""Name and key of the one integration that all metrics here are of (recorded response)."""

MOST_PROPERTIES_KNOWN = 1_000
MOST_SAMPLES = 10
_ID_LENGTH = 32

Sample = str | int | float | bool


@dataclass(slots=True)
class MetricProperty:
    """A name that events of a metric used, with its first few values, each once.

    The id is 32 hex digits (example in Klaviyo OpenAPI); what it is made of, the words for types other than
    ``List`` and how many samples there are is inferred.
    """

    id: str
    metric_id: str
    name: str
    inferred_type: str
    samples: list[Sample] = field(default_factory=list)

    def see(self, value: Any) -> None:
        """Keep ``value``, or what a list holds, as samples."""
        for item in value if isinstance(value, list) else [value]:
            if len(self.samples) >= MOST_SAMPLES:
                return
            if isinstance(item, Sample) and item not in self.samples:
                self.samples.append(item)


def _type_of(value: Any) -> str:
    kinds = ((bool, "Boolean"), (int | float, "Number"), (list, "List"), (dict, "Object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "Text")


@dataclass(slots=True)
class Metric:
    """One kind of event. ``updated`` stays at ``created`` however many events arrive (recorded response).

    ``had_value`` remembers whether any event of it ever carried a value; ``properties`` are known by name.
    """

    id: str
    name: str
    created: datetime
    updated: datetime
    had_value: bool = False
    properties: dict[str, MetricProperty] = field(default_factory=dict)


class Metrics:
    """The metrics of one account, all of the one integration that stands for its API."""

    def __init__(self, ids: Ids) -> None:
        """Start without metrics; the API integration gets its id at once (one per account: recorded response)."""
        self._ids = ids
        self._by_id: dict[str, Metric] = {}
        self._by_name: dict[str, Metric] = {}
        self._properties: dict[str, MetricProperty] = {}
        self.integration_id = ids.text(6)

    def find_or_create(self, name: str, now: datetime) -> Metric:
        """Return the metric of exactly this name (case counts: inferred), made now if there is none."""
        metric = self._by_name.get(name)
        if metric is None:
            metric = Metric(self._ids.text(6), name, now, now)
            self._by_id[metric.id] = self._by_name[name] = metric
        return metric

    def get(self, metric_id: str) -> Metric | None:
        """Return the metric, or None."""
        return self._by_id.get(metric_id)

    def named(self, name: str) -> Metric | None:
        """Return the metric of exactly this name, or None."""
        return self._by_name.get(name)

    def observe(self, metric: Metric, properties: Mapping[str, Any]) -> None:
        """Remember which properties an event of ``metric`` had, up to a bound."""
        for name, value in properties.items():
            known = metric.properties.get(name)
            if known is None:
                if len(metric.properties) >= MOST_PROPERTIES_KNOWN:
                    continue
                known = MetricProperty(_property_id(metric.id, name), metric.id, name, _type_of(value))
                metric.properties[name] = self._properties[known.id] = known
            if len(known.samples) < MOST_SAMPLES:
                known.see(value)

    def search(self, text: str) -> list[Metric]:
        """Return the metrics with ``text`` in their names, whatever its case, by name (search and order inferred)."""
        wanted = text.strip().casefold()
        found = (metric for metric in self._by_id.values() if wanted in metric.name.casefold())
        return sorted(found, key=lambda metric: (metric.name.casefold(), metric.id))

    def property(self, property_id: str) -> MetricProperty | None:
        """Return the metric property, or None."""
        return self._properties.get(property_id)

    def all(self) -> list[Metric]:
        """Return all metrics, ascending by id (recorded response)."""
        return sorted(self._by_id.values(), key=lambda metric: metric.id)


def _property_id(metric_id: str, name: str) -> str:
    return hashlib.sha256(f"{metric_id} {name}".encode("utf-8", "replace")).hexdigest()[:_ID_LENGTH]
