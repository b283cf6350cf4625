"""The metric and the profile of an event, in full and as bare identifiers."""

from collections.abc import Callable

import falcon

from fakes.klaviyo.api.events import events
from fakes.klaviyo.api.jsonapi import documents
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.query import Reads
from fakes.klaviyo.api.metrics import metrics
from fakes.klaviyo.api.metrics.metrics import METRIC_FIELDS
from fakes.klaviyo.api.profiles import profiles
from fakes.klaviyo.api.profiles.extras import ADDITIONAL, PROFILE_FIELDS, extras
from fakes.klaviyo.rules.events.events import Event
from fakes.klaviyo.rules.limits import Tier

METRIC_SCOPES = ("events:read", "metrics:read")
PROFILE_SCOPES = ("events:read", "profiles:read")
METRIC = Reads("metric", fields={"metric": METRIC_FIELDS})
PROFILE = Reads("profile", fields={"profile": PROFILE_FIELDS}, additional_fields=ADDITIONAL)
IDS = Reads("event")
"""Bare identifiers take no parameters (Klaviyo OpenAPI)."""


class EventMetric(Resource):
    """``/api/events/{event_id}/metric``."""

    @endpoint("get_metric_for_event", *METRIC_SCOPES, tier=Tier.XL, reads=METRIC)
    def on_get(self, call: Call, response: falcon.Response, event_id: str) -> None:
        """Send the event's metric (Klaviyo OpenAPI)."""
        with call.account.lock:
            row = metrics.existing(call, events.existing(call, event_id).metric_id)
            documents.send(response, call.single(metrics.document(call, METRIC, row)))


class EventProfile(Resource):
    """``/api/events/{event_id}/profile``."""

    @endpoint("get_profile_for_event", *PROFILE_SCOPES, tier=Tier.XL, reads=PROFILE)
    def on_get(self, call: Call, response: falcon.Response, event_id: str) -> None:
        """Send the event's profile, with the singular relationship that embedded profiles have (recorded response)."""
        with call.account.lock:
            row = profiles.existing(call, events.existing(call, event_id).profile_id)
            fields = call.query.fields("profile", PROFILE)
            extra = extras(call.query.additional("profile", PROFILE), fields)
            data = documents.profile(row, call.base, fields, "conversation", extra=extra)
            documents.send(response, call.single(data))


def _identifier(name: str, scopes: tuple[str, ...], kind: str, id_of: Callable[[Event], str]) -> Resource:
    """Return the resource of a bare identifier: type and id of what an event is related to (recorded response)."""

    class EventRelation(Resource):
        @endpoint(name, *scopes, tier=Tier.XL, reads=IDS)
        def on_get(self, call: Call, response: falcon.Response, event_id: str) -> None:
            with call.account.lock:
                event = events.existing(call, event_id)
            documents.send(response, call.single(documents.identifier(kind, id_of(event))))

    return EventRelation()


METRIC_ID = _identifier("get_metric_id_for_event", METRIC_SCOPES, "metric", lambda event: event.metric_id)
PROFILE_ID = _identifier(
    "get_profile_id_for_event", PROFILE_SCOPES, "profile", lambda event: event.profile_id
)
