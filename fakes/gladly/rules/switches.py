"""The settings of an organization, and what the published facts leave open."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True)
class Switches:
    """What can be turned for one organization.

    ``reopen_window_hours``: how long a customer's message reopens a closed conversation (vendor help recommends 24;
    0 never reopens). ``topic_required_to_close``: the organization's own option (vendor help). ``rate_limits``:
    whether the 11th request of a second is refused, and the
    11th report of a minute or the third at once. ``rate_limit_per_method``: whether each method has ten of its
    own. ``retry_offsets``: seconds from the first try of a delivery to
    each retry; the published times of 30 s, 5 min, 30 min and 1 h are read as offsets (inferred).
    ``merge_custom_attributes``: whether changing a customer leaves the attributes that are not named (open).
    ``report_row_limit``: after how many rows a report is cut off without a word (third-party reader: 100,000).
    ``report_header_when_empty``: whether a report without rows has its header (third-party reader: it is empty).
    ``report_seconds``: how long a report takes, by the fake's clock.
    """

    reopen_window_hours: float = 24
    topic_required_to_close: bool = False
    rate_limits: bool = True
    rate_limit_per_method: bool = False
    merge_custom_attributes: bool = True
    report_row_limit: int = 100_000
    report_header_when_empty: bool = False
    report_seconds: float = 0
    retry_offsets: tuple[float, ...] = (30, 300, 1800, 3600)

    def as_json(self) -> dict[str, Any]:
        """Return all switches."""
        return asdict(self) | {"retry_offsets": list(self.retry_offsets)}
