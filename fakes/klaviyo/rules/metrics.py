"""Metrics: what kinds of events an account knows. A metric is born with its first event."""

from dataclasses import dataclass
from datetime import datetime

from fakes.core.ids import Ids


@dataclass(slots=True)
class Metric:
    """One kind of event. ``updated`` stays at ``created`` however many events arrive (recorded response).

    ``had_value`` remembers whether any event of it ever carried a value.
    """

    id: str
    name: str
    created: datetime
    updated: datetime
    had_value: bool = False


class Metrics:
    """The metrics of one account, all of the one integration that stands for its API."""

    def __init__(self, ids: Ids) -> None:
        """Start without metrics; the API integration gets its id at once (one per account: recorded response)."""
        self._ids = ids
        self._by_id: dict[str, Metric] = {}
        self._by_name: dict[str, Metric] = {}
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

    def all(self) -> list[Metric]:
        """Return all metrics, ascending by id (recorded response)."""
        return sorted(self._by_id.values(), key=lambda metric: metric.id)
