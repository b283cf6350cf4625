"""``/api/events``: create one, read them."""

import math
import re
from collections.abc import Sequence
from datetime import date

import falcon

from fakes.klaviyo.api.events.bodies import EventBody
from fakes.klaviyo.api.events.drafts import change, draft, refusals
from fakes.klaviyo.api.jsonapi import bodies, documents, paging
from fakes.klaviyo.api.jsonapi.compression import content
from fakes.klaviyo.api.jsonapi.documents import Document
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import InvalidInput, NotFound
from fakes.klaviyo.api.jsonapi.filters import COMPARISONS, Clause
from fakes.klaviyo.api.jsonapi.query import SIZE, PageSize, Reads
from fakes.klaviyo.api.metrics.metrics import METRIC_FIELDS
from fakes.klaviyo.api.profiles.extras import PLAIN_FIELDS
from fakes.klaviyo.rules.events import cursors
from fakes.klaviyo.rules.events.events import BEHIND, FIRST, Event, Position
from fakes.klaviyo.rules.limits import Tier

FIELDS = {
    "event": frozenset({"datetime", "event_properties", "id", "timestamp", "uuid"}),
    "metric": METRIC_FIELDS,
    "profile": PLAIN_FIELDS,
    "attribution": frozenset({"id"}),
}
INCLUDES = {"attributions": "events:read", "metric": "metrics:read", "profile": "profiles:read"}
ONE = Reads("event", includes=INCLUDES, fields=FIELDS)
MANY = Reads(
    "event",
    filters={
        "metric_id": ("equals",),
        "profile_id": ("equals",),
        "profile": ("has",),
        "metric": ("has",),
        "datetime": COMPARISONS,
        "timestamp": COMPARISONS,
    },
    sorts=("datetime", "timestamp"),
    includes=INCLUDES,
    fields=FIELDS,
    page=PageSize(default=200, most=1000),
    paged=True,
    lists=frozenset({"metric_id"}),
    since={
        SIZE: date(2026, 1, 15),
        "filter=metric": date(2026, 4, 15),
        "lists=metric_id": date(2026, 4, 15),
    },
)
"""What reading events understands, and since when (Klaviyo OpenAPI). There are no attributions to include here."""

DEFAULT_SORT = "-datetime"  # inferred: the vendor documents no default
_ID = re.compile(r"[0-9A-Za-z]{11}")


class EventList(Resource):
    """``/api/events``."""

    @endpoint("create_event", "events:write", tier=Tier.XL)
    def on_post(self, call: Call, response: falcon.Response) -> None:
        """Accept an event: 202 with nothing in it, whatever becomes of it later (recorded response)."""
        said = bodies.read(call.request, EventBody).data.attributes
        with refusals():
            person = change(said.profile.data, len(content(call.request)))
            call.account.submit(person, draft(said, call.revision))
        response.status = falcon.HTTP_202

    @endpoint("get_events", "events:read", tier=Tier.XL, reads=MANY)
    def on_get(self, call: Call, response: falcon.Response) -> None:
        """Send a page of events."""
        with call.account.lock:
            page = _page(call)
            data = [_document(call, MANY, event) for event in page.rows]
            included = _included(call, MANY, page.rows)
            documents.send(response, call.collection(data, page, included))


class EventItem(Resource):
    """``/api/events/{event_id}``."""

    @endpoint("get_event", "events:read", tier=Tier.M, reads=ONE)
    def on_get(self, call: Call, response: falcon.Response, event_id: str) -> None:
        """Send one event."""
        with call.account.lock:
            event = existing(call, event_id)
            included = _included(call, ONE, [event])
            documents.send(response, call.single(_document(call, ONE, event), included))


def existing(call: Call, event_id: str) -> Event:
    """Return the account's event. The caller holds the lock.

    Raises ``InvalidInput`` for a malformed id (recorded response) and ``NotFound`` for an unknown one (the text is
    inferred).
    """
    if not _ID.fullmatch(event_id):
        raise InvalidInput(f"Invalid Event ID: '{event_id}'", pointer="/data/id")
    event = call.account.events.get(event_id)
    if event is None:
        raise NotFound(f"Event with id {event_id} does not exist.")
    return event


def _document(call: Call, reads: Reads, event: Event) -> Document:
    return documents.event(event, call.base, call.query.fields("event", reads))


def _included(call: Call, reads: Reads, events: Sequence[Event]) -> list[Document] | None:
    """Return the metrics, then the profiles of ``events``, each once; None if nothing was to be included."""
    asked, account = call.query.names("include"), call.account
    if not asked:
        return None
    found: list[Document] = []
    if "metric" in asked:
        metrics = dict.fromkeys(event.metric_id for event in events)
        fields = call.query.fields("metric", reads)
        integration = account.metrics.integration_id
        found += [
            documents.metric(metric, integration, call.base, fields)
            for metric_id in metrics
            if (metric := account.metrics.get(metric_id)) is not None
        ]
    if "profile" in asked:
        profiles = dict.fromkeys(event.profile_id for event in events)
        fields = call.query.fields("profile", reads)
        found += [
            documents.profile(profile, call.base, fields, "conversation")
            for profile_id in profiles
            if (profile := account.profiles.get(profile_id)) is not None
        ]
    return found


def _page(call: Call) -> paging.Page[Event]:
    clauses = call.clauses(MANY)
    metrics = _wanted(clauses, "metric_id")
    _refuse_unknown(call, metrics or set())
    _, newest_first = call.query.sort(MANY, DEFAULT_SORT)
    cursor = call.query.cursor()
    place, forward = paging.position_of(cursor) if cursor else (None, True)
    backwards_in_time = newest_first if forward else not newest_first
    low, high = _span(clauses)
    if place is not None:
        low, high = (low, min(high, place)) if backwards_in_time else (max(low, _just_after(place)), high)
    rows = call.account.events.between(
        low,
        high,
        newest_first=backwards_in_time,
        metrics=metrics,
        profiles=_wanted(clauses, "profile_id"),
    )
    return paging.lazy_page(
        rows,
        call.query.size(MANY.page or PageSize(200, 1000)),
        lambda event, onward: cursors.cursor_of(event.place, forward=onward),
        forward=forward,
        first=place is None,
    )


def _refuse_unknown(call: Call, metrics: set[str]) -> None:
    """Refuse a filter on metrics that do not exist (a reply of 2023, in a public report)."""
    unknown = sorted(each for each in metrics if call.account.metrics.get(each) is None)
    if unknown:
        raise InvalidInput(f"Metric IDs {unknown} do not exist.", parameter="filter")


def _just_after(place: Position) -> Position:
    return (place[0], f"{place[1]}\0")


def _wanted(clauses: list[Clause], field: str) -> set[str] | None:
    """Return the ids that every clause on ``field`` allows, or None without one."""
    sets = [set(clause.texts()) for clause in clauses if clause.field == field]
    return set.intersection(*sets) if sets else None


def _span(clauses: list[Clause]) -> tuple[Position, Position]:
    """Return the first place that the clauses about time allow and the first behind the last."""
    low, high = -math.inf, math.inf
    for clause in clauses:
        if clause.operator not in COMPARISONS:
            continue
        at = clause.moment().timestamp() if clause.field == "datetime" else clause.number()
        # Events stand on whole seconds: "after" and "up to" a moment both end at the next one.
        edge = math.floor(at) + 1 if clause.operator in ("greater-than", "less-or-equal") else math.ceil(at)
        low, high = (max(low, edge), high) if clause.operator[0] == "g" else (low, min(high, edge))
    return (_whole(low, FIRST), ""), (_whole(high, BEHIND), "")


def _whole(edge: float, unbounded: Position) -> int:
    return unbounded[0] if math.isinf(edge) else int(edge)
