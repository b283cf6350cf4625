"""``/api/profiles``: read them. Profiles are written by way of events; the vendor's own writes are not here yet."""

from collections.abc import Callable

import falcon

from fakes.klaviyo.api import documents, paging
from fakes.klaviyo.api.documents import Document
from fakes.klaviyo.api.errors import NotFound, Unsupported
from fakes.klaviyo.api.filters import COMPARISONS, Clause
from fakes.klaviyo.api.passage import CONVERSATIONS_SINCE, Call, Resource, endpoint
from fakes.klaviyo.api.query import PageSize, Reads
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.rules.profiles import LOCATION, NAMES, Profile

PROFILE_FIELDS = frozenset(
    {"created", "email", "external_id", "id", "last_event_date", "location", "phone_number", "properties"}
    | {"updated", *NAMES}
    | {f"location.{part}" for part in LOCATION}
)
_SUPPRESSION = "subscriptions.email.marketing.suppression."
_LIST_SUPPRESSION = "subscriptions.email.marketing.list_suppressions."
_TEXT_FIELDS = ("id", "email", "phone_number", "external_id")
_FIELDS = {
    "profile": PROFILE_FIELDS,
    "conversation": frozenset({"channel", "id"}),
}
ADDITIONAL_PROFILE = frozenset({"additional-fields[profile]"})
_ADDITIONAL = ADDITIONAL_PROFILE | {"fields[push-token]"}
_INCLUDES = {"conversations": "conversations:read", "push-tokens": "push-tokens:read"}
ONE = Reads(
    "profile",
    includes=_INCLUDES | {"lists": "lists:read", "segments": "segments:read"},
    include_tiers={"lists": Tier.XS, "segments": Tier.XS},
    fields=_FIELDS,
    additional=_ADDITIONAL | {"fields[list]", "fields[segment]"},
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
    additional=_ADDITIONAL,
)
"""What reading profiles understands (Klaviyo OpenAPI). Suppressions are known and not supported by this fake."""

DEFAULT_SORT = "id"  # recorded cursors of the default order name the id

Test = Callable[[Profile], bool]


class ProfileList(Resource):
    """``/api/profiles``."""

    @endpoint("get_profiles", "profiles:read", tier=Tier.L, reads=MANY)
    def on_get(self, call: Call, response: falcon.Response) -> None:
        """Send a page of profiles."""
        with call.account.lock:
            tests = [_test(clause) for clause in call.query.clauses(MANY)]
            rows = [row for row in call.account.profiles.all() if all(test(row) for test in tests)]
            by, downwards = call.query.sort(MANY, DEFAULT_SORT)
            rows.sort(key=_order(by), reverse=downwards)
            size = call.query.size(MANY.page or PageSize(20, 100))
            page = paging.id_page(rows, size, call.query.cursor(), by, lambda row: row.id)
            data = [_document(call, MANY, row) for row in page.rows]
            documents.send(response, call.collection(data, page, _included(call)))


class ProfileItem(Resource):
    """``/api/profiles/{profile_id}``."""

    @endpoint("get_profile", "profiles:read", tier=Tier.L, reads=ONE)
    def on_get(self, call: Call, response: falcon.Response, profile_id: str) -> None:
        """Send one profile, or 404 (recorded response)."""
        with call.account.lock:
            row = existing(call, profile_id)
            documents.send(response, call.single(_document(call, ONE, row), _included(call)))


def existing(call: Call, profile_id: str) -> Profile:
    """Return the account's profile, or raise ``NotFound`` (recorded text). The caller holds the lock."""
    row = call.account.profiles.get(profile_id)
    if row is None:
        raise NotFound(f"A profile with id {profile_id} does not exist.")
    return row


def _document(call: Call, reads: Reads, row: Profile) -> Document:
    spelling = "conversations" if call.revision >= CONVERSATIONS_SINCE else "conversation"
    fields, included = call.query.fields("profile", reads), call.query.names("include")
    return documents.profile(row, call.base, fields, spelling, included)


def _included(call: Call) -> list[Document] | None:
    """Return the lists, segments and so on of profiles, of which there are none here; None if not asked for."""
    return [] if call.query.names("include") else None


def _test(clause: Clause) -> Test:
    field = clause.field
    if field.startswith("subscriptions."):
        raise Unsupported(f"filtering profiles by {field}")
    if field == "_kx":
        return lambda _: False  # no exchange id was ever given out here
    if field in _TEXT_FIELDS:
        lower = field == "email"
        wanted = {text.lower() if lower else text for text in clause.texts()}
        return lambda row: getattr(row, field) in wanted
    moment = clause.moment()
    if clause.operator == "greater-than":
        return lambda row: getattr(row, field) > moment
    return lambda row: getattr(row, field) < moment


def _order(by: str) -> Callable[[Profile], tuple[object, str]]:
    """Return a sort key; profiles without the value come first, equal ones by id (inferred)."""
    if by.startswith("subscriptions."):
        raise Unsupported(f"sorting profiles by {by}")
    return lambda row: (getattr(row, by) or "", row.id)
