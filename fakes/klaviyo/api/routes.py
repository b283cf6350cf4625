"""The routes of the API, and what becomes of errors on their way out."""

from typing import Any

import falcon

from fakes.core.http.app import App
from fakes.core.http.unsupported import answer_unsupported
from fakes.core.service import fake_of
from fakes.klaviyo.api.accounts import AccountItem, AccountList
from fakes.klaviyo.api.doors import DOOR_ROUTES
from fakes.klaviyo.api.empty_collections import METRIC_ROUTES, PROFILE_ROUTES, SEGMENT_ROUTES
from fakes.klaviyo.api.events.bulk import BulkJobs
from fakes.klaviyo.api.events.client import ClientEvents
from fakes.klaviyo.api.events.events import EventItem, EventList
from fakes.klaviyo.api.events.relations import METRIC_ID, PROFILE_ID, EventMetric, EventProfile
from fakes.klaviyo.api.jsonapi.documents import fill
from fakes.klaviyo.api.jsonapi.endpoint import Resource, authenticate
from fakes.klaviyo.api.jsonapi.errors import ApiError, MethodNotAllowed, Unsupported
from fakes.klaviyo.api.jsonapi.headers import add_headers
from fakes.klaviyo.api.keys import KeyItem, KeyList
from fakes.klaviyo.api.metrics.aggregates import MetricAggregates
from fakes.klaviyo.api.metrics.metrics import MetricItem, MetricList
from fakes.klaviyo.api.metrics.properties import (
    MetricOfProperty,
    MetricOfPropertyId,
    PropertiesOfMetric,
    PropertyIdsOfMetric,
    PropertyItem,
)
from fakes.klaviyo.api.profiles.profiles import ProfileItem, ProfileList
from fakes.klaviyo.api.profiles.writes import ProfileImport
from fakes.klaviyo.api.segment_members import (
    ProfileIdsOfSegment,
    ProfilesOfSegment,
    SegmentIdsOfProfile,
    SegmentsOfProfile,
)
from fakes.klaviyo.api.segments.segments import SegmentItem, SegmentList

ROUTES: dict[str, Resource] = {
    "/api/events": EventList(),
    "/api/events/{event_id}": EventItem(),
    "/api/events/{event_id}/metric": EventMetric(),
    "/api/events/{event_id}/relationships/metric": METRIC_ID,
    "/api/events/{event_id}/profile": EventProfile(),
    "/api/events/{event_id}/relationships/profile": PROFILE_ID,
    "/api/event-bulk-create-jobs": BulkJobs(),
    "/client/events": ClientEvents(),
    "/api/metrics": MetricList(),
    "/api/metrics/{metric_id}": MetricItem(),
    "/api/metrics/{metric_id}/metric-properties": PropertiesOfMetric(),
    "/api/metrics/{metric_id}/relationships/metric-properties": PropertyIdsOfMetric(),
    **METRIC_ROUTES,
    "/api/metric-aggregates": MetricAggregates(),
    "/api/metric-properties/{property_id}": PropertyItem(),
    "/api/metric-properties/{property_id}/metric": MetricOfProperty(),
    "/api/metric-properties/{property_id}/relationships/metric": MetricOfPropertyId(),
    "/api/profiles": ProfileList(),
    "/api/profiles/{profile_id}": ProfileItem(),
    **PROFILE_ROUTES,
    "/api/profile-import": ProfileImport(),
    "/api/profiles/{profile_id}/segments": SegmentsOfProfile(),
    "/api/profiles/{profile_id}/relationships/segments": SegmentIdsOfProfile(),
    "/api/segments": SegmentList(),
    "/api/segments/{segment_id}": SegmentItem(),
    **SEGMENT_ROUTES,
    "/api/segments/{segment_id}/profiles": ProfilesOfSegment(),
    "/api/segments/{segment_id}/relationships/profiles": ProfileIdsOfSegment(),
    "/api/api-keys": KeyList(),
    "/api/api-keys/{key_id}": KeyItem(),
    "/api/accounts": AccountList(),
    "/api/accounts/{account_id}": AccountItem(),
    **DOOR_ROUTES,
}
"""The paths served; the resources keep no state, so all fakes share them."""


def add_api(app: App) -> None:
    """Add the API's routes and error handlers to ``app``."""
    for path, resource in ROUTES.items():
        app.add_route(path, resource)
    # Both spellings of every path are one route (recorded: the vendor serves both).
    app.req_options.strip_url_path_trailing_slash = True
    add_headers(app)
    handler = _Errors(app)
    app.add_error_handler(ApiError, handler.send)
    app.add_error_handler(Unsupported, handler.unsupported)
    app.add_error_handler(falcon.HTTPMethodNotAllowed, handler.method)


class _Errors:
    """What becomes of everything that is raised."""

    def __init__(self, app: App) -> None:
        self._app = app

    def send(self, req: falcon.Request, resp: falcon.Response, error: Any, _params: object) -> None:
        fill(resp, error, fake_of(req).ids.uuid4())

    def unsupported(self, req: falcon.Request, resp: falcon.Response, error: Any, _params: object) -> None:
        answer_unsupported(req, resp, str(error), self._app.unsupported_page)

    def method(
        self, request: falcon.Request, response: falcon.Response, _error: Any, _params: object
    ) -> None:
        """Answer a method without a responder: 401 first, then 405, unless it is only this fake that lacks it."""
        path = request.uri_template or ""
        if path not in ROUTES:
            answer_unsupported(request, response, "no such method here", self._app.unsupported_page)
            return
        try:
            if path.startswith("/api/"):
                authenticate(request)
            raise MethodNotAllowed(request.method, ROUTES[path].allow)
        except ApiError as refusal:
            self.send(request, response, refusal, {})
