"""Who is in a segment, and in which segments somebody is."""

from collections.abc import Callable
from datetime import datetime

import falcon

from fakes.klaviyo.api.jsonapi import documents, paging
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.fields import SEGMENT_FIELDS
from fakes.klaviyo.api.jsonapi.filters import COMPARISONS, Clause
from fakes.klaviyo.api.jsonapi.paging import Page
from fakes.klaviyo.api.jsonapi.query import PageSize, Reads
from fakes.klaviyo.api.profiles import profiles
from fakes.klaviyo.api.profiles.extras import ADDITIONAL, PROFILE_FIELDS, extras
from fakes.klaviyo.api.segments import segments
from fakes.klaviyo.rules import times
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.rules.profiles import Profile
from fakes.klaviyo.rules.segments.segments import Segment

JOINED = "joined_group_at"
SCOPES = ("profiles:read", "segments:read")
_FILTERS = {
    **dict.fromkeys(("profile_id", "email", "phone_number", "push_token"), ("any", "equals")),
    "_kx": ("equals",),
    JOINED: COMPARISONS,
}
_SIZE = PageSize(default=20, most=100)
IDS = Reads("profile", filters=_FILTERS, sorts=(JOINED,), page=_SIZE, paged=True)
PROFILES = Reads(
    "profile",
    filters=_FILTERS,
    sorts=(JOINED,),
    fields={"profile": PROFILE_FIELDS | {JOINED}},
    additional_fields=ADDITIONAL,
    page=_SIZE,
    paged=True,
)
SEGMENTS = Reads("segment", fields={"segment": SEGMENT_FIELDS})


class ProfilesOfSegment(Resource):
    """``/api/segments/{segment_id}/profiles``."""

    @endpoint("get_profiles_for_segment", *SCOPES, tier=Tier.L, reads=PROFILES)
    def on_get(self, call: Call, response: falcon.Response, segment_id: str) -> None:
        """Send a page of the people who are in the segment now."""
        with call.account.lock:
            row = segments.existing(call, segment_id)
            page = _page(call, row, PROFILES)
            fields = call.query.fields("profile", PROFILES)
            extra = extras(call.query.additional("profile", PROFILES), fields)
            data = []
            for member in page.rows:
                joined = {JOINED: times.shown(_joined(row, member))}
                more = extra | (joined if fields is None or JOINED in fields else {})
                data.append(documents.profile(member, call.base, fields, "conversation", extra=more))
            documents.send(response, call.collection(data, page))


class ProfileIdsOfSegment(Resource):
    """``/api/segments/{segment_id}/relationships/profiles``."""

    @endpoint("get_profile_ids_for_segment", *SCOPES, tier=Tier.L, reads=IDS)
    def on_get(self, call: Call, response: falcon.Response, segment_id: str) -> None:
        """Send types and ids of a page of the people who are in the segment now."""
        with call.account.lock:
            page = _page(call, segments.existing(call, segment_id), IDS)
        data = [documents.identifier("profile", row.id) for row in page.rows]
        documents.send(response, call.collection(data, page))


class SegmentsOfProfile(Resource):
    """``/api/profiles/{profile_id}/segments``."""

    @endpoint("get_segments_for_profile", *SCOPES, tier=Tier.S, reads=SEGMENTS)
    def on_get(self, call: Call, response: falcon.Response, profile_id: str) -> None:
        """Send the segments that somebody is in now."""
        with call.account.lock:
            rows = segments.having(call, profiles.existing(call, profile_id))
            data = [segments.document(call, SEGMENTS, row) for row in rows]
            documents.send(response, call.collection(data, Page(rows, None, None)))


class SegmentIdsOfProfile(Resource):
    """``/api/profiles/{profile_id}/relationships/segments``."""

    @endpoint("get_segment_ids_for_profile", *SCOPES, tier=Tier.S, reads=Reads("segment"))
    def on_get(self, call: Call, response: falcon.Response, profile_id: str) -> None:
        """Send types and ids of the segments that somebody is in now."""
        with call.account.lock:
            rows = segments.having(call, profiles.existing(call, profile_id))
        data = [documents.identifier("segment", row.id) for row in rows]
        documents.send(response, call.collection(data, Page(rows, None, None)))


def _joined(segment: Segment, member: Profile) -> datetime:
    """Return since when somebody is in a segment: when the later of both was made (inferred, as nothing is kept)."""
    return max(segment.created, member.created)


def _page(call: Call, segment: Segment, reads: Reads) -> Page[Profile]:
    tests = [_test(clause, segment) for clause in call.clauses(reads)]
    rows = [row for row in segments.members(call, segment) if all(test(row) for test in tests)]
    by, downwards = call.query.sort(reads, f"-{JOINED}")
    rows.sort(key=lambda row: (_joined(segment, row), row.id), reverse=downwards)
    return paging.id_page(rows, call.query.size(_SIZE), call.query.cursor(), by, lambda row: row.id)


def _test(clause: Clause, segment: Segment) -> Callable[[Profile], bool]:
    field = {"profile_id": "id"}.get(clause.field, clause.field)
    if field in ("_kx", "push_token"):
        return lambda _: False  # nobody has one here
    if field != JOINED:
        texts = {text.lower() if field == "email" else text for text in clause.texts()}
        return lambda row: getattr(row, field) in texts
    moment, operator = clause.moment(), clause.operator
    return lambda row: {
        "greater-than": _joined(segment, row) > moment,
        "greater-or-equal": _joined(segment, row) >= moment,
        "less-than": _joined(segment, row) < moment,
        "less-or-equal": _joined(segment, row) <= moment,
    }[operator]
