"""``/api/profiles``: read them."""

from collections.abc import Callable

import falcon

from fakes.klaviyo.api.jsonapi import documents, paging
from fakes.klaviyo.api.jsonapi.documents import Document, Related, identifier
from fakes.klaviyo.api.jsonapi.endpoint import CONVERSATIONS_SINCE, Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import NotFound
from fakes.klaviyo.api.jsonapi.fields import CONVERSATION_FIELDS, LIST_FIELDS, SEGMENT_FIELDS, TOKEN_FIELDS
from fakes.klaviyo.api.jsonapi.filters import COMPARISONS, Clause
from fakes.klaviyo.api.jsonapi.query import PageSize, Reads
from fakes.klaviyo.api.profiles import writes
from fakes.klaviyo.api.profiles.extras import ADDITIONAL, PROFILE_FIELDS, extras
from fakes.klaviyo.api.segments import segments
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.rules.profiles import Profile

_SUPPRESSION = "subscriptions.email.marketing.suppression."
_LIST_SUPPRESSION = "subscriptions.email.marketing.list_suppressions."
_TEXT_FIELDS = ("id", "email", "phone_number", "external_id")
_FIELDS = {
    "profile": PROFILE_FIELDS,
    "conversation": CONVERSATION_FIELDS,
    "push-token": TOKEN_FIELDS,
}
_INCLUDES = {
    **dict.fromkeys(("conversation", "conversations"), "conversations:read"),
    "push-tokens": "push-tokens:read",
}
_SINCE, _UNTIL = {"include=conversations": CONVERSATIONS_SINCE}, {"include=conversation": CONVERSATIONS_SINCE}
_TIERS = {"predictive_analytics": Tier.M}
ONE = Reads(
    "profile",
    includes=_INCLUDES | {"lists": "lists:read", "segments": "segments:read"},
    include_tiers={"lists": Tier.XS, "segments": Tier.XS},
    fields=_FIELDS | {"list": LIST_FIELDS, "segment": SEGMENT_FIELDS},
    additional_fields=ADDITIONAL,
    additional_tiers=_TIERS,
    since=_SINCE,
    until=_UNTIL,
)
MANY = Reads(
    "profile",
    filters={
        **dict.fromkeys(_TEXT_FIELDS, ("any", "equals")),
        "_kx": ("equals",),
        "created": ("greater-than", "less-than"),
        "updated": ("greater-than", "less-than"),
        f"{_LIST_SUPPRESSION}reason": ("equals",),
        f"{_LIST_SUPPRESSION}timestamp": COMPARISONS,
        f"{_LIST_SUPPRESSION}list_id": ("equals",),
        f"{_SUPPRESSION}reason": ("equals",),
        f"{_SUPPRESSION}timestamp": COMPARISONS,
    },
    sorts=("created", "email", "id", "updated", f"{_LIST_SUPPRESSION}timestamp", f"{_SUPPRESSION}timestamp"),
    includes=_INCLUDES,
    fields=_FIELDS,
    page=PageSize(default=20, most=100),
    paged=True,
    additional_fields=ADDITIONAL,
    additional_tiers=_TIERS,
    since=_SINCE,
    until=_UNTIL,
)
"""What reading profiles understands, and since when (Klaviyo OpenAPI). Nobody here is suppressed."""

DEFAULT_SORT = "id"  # recorded cursors of the default order name the id

Test = Callable[[Profile], bool]


class ProfileList(Resource):
    """``/api/profiles``."""

    on_post = writes.create

    @endpoint("get_profiles", "profiles:read", tier=Tier.L, reads=MANY)
    def on_get(self, call: Call, response: falcon.Response) -> None:
        """Send a page of profiles."""
        with call.account.lock:
            clauses = call.clauses(MANY)
            tests = [_test(clause) for clause in clauses]
            rows = [row for row in _candidates(call, clauses) if all(test(row) for test in tests)]
            by, downwards = call.query.sort(MANY, DEFAULT_SORT)
            rows.sort(key=_order(by), reverse=downwards)
            size = call.query.size(MANY.page or PageSize(20, 100))
            page = paging.id_page(rows, size, call.query.cursor(), by, lambda row: row.id)
            data = [_document(call, MANY, row, call.query.none_of_includes()) for row in page.rows]
            included: list[Document] | None = [] if call.query.names("include") else None
            documents.send(response, call.collection(data, page, included))


class ProfileItem(Resource):
    """``/api/profiles/{profile_id}``."""

    on_patch = writes.update

    @endpoint("get_profile", "profiles:read", tier=Tier.L, reads=ONE)
    def on_get(self, call: Call, response: falcon.Response, profile_id: str) -> None:
        """Send one profile, or 404 (recorded response)."""
        with call.account.lock:
            row = existing(call, profile_id)
            related, included = _includes(call, row)
            documents.send(response, call.single(_document(call, ONE, row, related), included))


def existing(call: Call, profile_id: str) -> Profile:
    """Return the account's profile, or raise ``NotFound`` (recorded text). The caller holds the lock."""
    row = call.account.profiles.get(profile_id)
    if row is None:
        raise NotFound(f"A profile with id {profile_id} does not exist.")
    return row


def _document(call: Call, reads: Reads, row: Profile, related: Related) -> Document:
    spelling = "conversations" if call.revision >= CONVERSATIONS_SINCE else "conversation"
    fields = call.query.fields("profile", reads)
    extra = extras(call.query.additional("profile", reads), fields)
    return documents.profile(row, call.base, fields, spelling, related=related, extra=extra)


def _includes(call: Call, row: Profile) -> tuple[Related, list[Document] | None]:
    """Return what somebody's relationships hold and the included resources, None if nothing was to be included.

    Segments are all there can be: nobody here has lists, push tokens or conversations.
    """
    related = call.query.none_of_includes()
    if not related:
        return related, None
    found = segments.having(call, row) if "segments" in related else []
    included = [segments.resource(call, ONE, segment) for segment in found]
    if found:
        related["segments"] = [identifier(segments.KIND, segment.id) for segment in found]
    return related, included


def _candidates(call: Call, clauses: list[Clause]) -> list[Profile]:
    """Return all profiles, or those that an index finds for one of ``clauses``; they may be too many."""
    clause = next((clause for clause in clauses if clause.field in _TEXT_FIELDS), None)
    if clause is None:
        return call.account.profiles.all()
    return call.account.profiles.having(clause.field, _texts(clause))


def _texts(clause: Clause) -> set[str]:
    return {text.lower() if clause.field == "email" else text for text in clause.texts()}


def _test(clause: Clause) -> Test:
    field = clause.field
    if field == "_kx" or field.startswith("subscriptions."):
        return lambda _: False  # no exchange id was ever given out here, and nobody is suppressed
    if field in _TEXT_FIELDS:
        wanted = _texts(clause)
        return lambda row: getattr(row, field) in wanted
    moment = clause.moment()
    if clause.operator == "greater-than":
        return lambda row: getattr(row, field) > moment
    return lambda row: getattr(row, field) < moment


def _order(by: str) -> Callable[[Profile], tuple[object, str]]:
    """Return a sort key; profiles without the value come first, equal ones by id (inferred)."""
    if by.startswith("subscriptions."):
        return lambda row: ("", row.id)
    return lambda row: (getattr(row, by) or "", row.id)
