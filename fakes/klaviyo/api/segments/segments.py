"""``/api/segments``: make, read, change and delete them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import falcon

from fakes.klaviyo.api.jsonapi import bodies, documents, paging
from fakes.klaviyo.api.jsonapi.bodies import Part
from fakes.klaviyo.api.jsonapi.documents import Document
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import InvalidInput, NotFound, Unsupported
from fakes.klaviyo.api.jsonapi.fields import FLOW_FIELDS, SEGMENT_FIELDS, TAG_FIELDS
from fakes.klaviyo.api.jsonapi.filters import Bare, Clause
from fakes.klaviyo.api.jsonapi.query import PageSize, Reads
from fakes.klaviyo.rules.errors import InvalidSegment, UnsupportedCondition
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.rules.profiles import Profile
from fakes.klaviyo.rules.segments.segments import Segment

KIND, COUNT = "segment", "profile_count"
_FIELDS = {KIND: SEGMENT_FIELDS, "flow": FLOW_FIELDS, "tag": TAG_FIELDS}
_INCLUDES = {"flow-triggers": "flows:read", "tags": "tags:read"}
SIZE = PageSize(default=10, most=10)
ONE = Reads(
    KIND,
    includes=_INCLUDES,
    fields=_FIELDS | {KIND: SEGMENT_FIELDS | {COUNT}},
    additional_fields={KIND: frozenset({COUNT})},
    additional_tiers={COUNT: Tier.XS},
)
MANY = Reads(
    KIND,
    filters={
        "name": ("any", "equals"),
        "id": ("any", "equals"),
        "created": ("greater-than",),
        "updated": ("greater-than",),
        "is_active": ("any", "equals"),
        "is_starred": ("equals",),
    },
    sorts=("created", "id", "name", "updated"),
    includes=_INCLUDES,
    fields=_FIELDS,
    page=SIZE,
    paged=True,
)
WRITES = Reads(KIND, fields={KIND: SEGMENT_FIELDS})


class CreateAttributes(Part):
    """A new segment."""

    resource = KIND
    name: str
    definition: dict[str, Any]
    is_starred: bool = False


class CreateData(Part):
    """A new segment's resource object."""

    resource = KIND
    type: Literal["segment"]
    attributes: CreateAttributes


class CreateBody(Part):
    """The body of create-segment."""

    data: CreateData


class UpdateAttributes(Part):
    """What of a segment can change; null leaves it."""

    resource = KIND
    name: str | None = None
    definition: dict[str, Any] | None = None
    is_starred: bool | None = None
    is_active: bool | None = None


class UpdateData(Part):
    """A segment's resource object."""

    resource = KIND
    type: Literal["segment"]
    id: str
    attributes: UpdateAttributes


class UpdateBody(Part):
    """The body of update-segment."""

    data: UpdateData


class SegmentList(Resource):
    """``/api/segments``."""

    @endpoint("get_segments", "segments:read", tier=Tier.L, reads=MANY)
    def on_get(self, call: Call, response: falcon.Response) -> None:
        """Send a page of segments."""
        with call.account.lock:
            tests = [_test(clause) for clause in call.clauses(MANY)]
            rows = [row for row in call.account.segments.all() if all(test(row) for test in tests)]
            by, downwards = call.query.sort(MANY, "id")
            rows.sort(key=lambda row: (getattr(row, by), row.id), reverse=downwards)
            page = paging.id_page(rows, call.query.size(SIZE), call.query.cursor(), by, lambda row: row.id)
            data = [document(call, MANY, row) for row in page.rows]
            included: list[Document] | None = [] if call.query.names("include") else None
            documents.send(response, call.collection(data, page, included))

    @endpoint("create_segment", "segments:write", tier=Tier.XS, reads=WRITES)
    def on_post(self, call: Call, response: falcon.Response) -> None:
        """Make a segment: 201 (Klaviyo OpenAPI); the limit of 100 a day is not kept."""
        said = bodies.read(call.request, CreateBody).data.attributes
        with call.account.lock, _refusals():
            now = call.account.clock.now()
            settled = call.account.shows_at(now)
            row = call.account.segments.create(said.name, said.definition, said.is_starred, now, settled)
            response.status = falcon.HTTP_201
            documents.send(response, call.single(document(call, WRITES, row)))


class SegmentItem(Resource):
    """``/api/segments/{segment_id}``."""

    @endpoint("get_segment", "segments:read", tier=Tier.L, reads=ONE)
    def on_get(self, call: Call, response: falcon.Response, segment_id: str) -> None:
        """Send one segment, with how many people are in it if that was asked for."""
        with call.account.lock:
            row = existing(call, segment_id)
            asked = (*call.query.additional(KIND, ONE), *(call.query.fields(KIND, ONE) or ()))
            extra = {COUNT: len(members(call, row))} if COUNT in asked else None
            included: list[Document] | None = [] if call.query.names("include") else None
            documents.send(response, call.single(document(call, ONE, row, extra), included))

    @endpoint("update_segment", "segments:write", tier=Tier.XS, reads=WRITES)
    def on_patch(self, call: Call, response: falcon.Response, segment_id: str) -> None:
        """Change a segment; deactivation goes alone (Klaviyo OpenAPI; the refusal's text is inferred)."""
        data = bodies.read(call.request, UpdateBody).data
        if data.id != segment_id:
            bodies.refuse_field("data", "id")
        said = data.attributes.model_dump(exclude_none=True)
        if said.get("is_active") is False and len(said) > 1:
            bodies.refuse_field("data", "attributes", "is_active")
        with call.account.lock, _refusals():
            row, now = existing(call, segment_id), call.account.clock.now()
            if (definition := said.pop("definition", None)) is not None:
                row.redefine(definition, call.account.shows_at(now))
            for name, value in said.items():
                setattr(row, name, value)
            row.updated = now
            documents.send(response, call.single(document(call, WRITES, row)))

    @endpoint("delete_segment", "segments:write", tier=Tier.S, reads=Reads(KIND))
    def on_delete(self, call: Call, response: falcon.Response, segment_id: str) -> None:
        """Delete a segment: 204 (Klaviyo OpenAPI)."""
        with call.account.lock:
            call.account.segments.delete(existing(call, segment_id).id)
        response.status = falcon.HTTP_204


def existing(call: Call, segment_id: str) -> Segment:
    """Return the account's segment, or raise ``NotFound`` (the text is inferred)."""
    row = call.account.segments.get(segment_id)
    if row is None:
        raise NotFound(f"A segment with id {segment_id} does not exist.")
    return row


def members(call: Call, row: Segment) -> list[Profile]:
    """Return the profiles that are in the segment now, oldest first. The caller holds the lock."""
    account = call.account
    return row.members(account.profiles, account.events, account.clock.now())


def document(call: Call, reads: Reads, row: Segment, extra: Document | None = None) -> Document:
    """Return the resource of ``row`` with the fields that the call asks for."""
    fields, related = call.query.fields(KIND, reads), call.query.none_of_includes()
    now = call.account.clock.now()
    return documents.segment(row, call.base, fields, now, related=related, extra=extra)


def resource(call: Call, reads: Reads, row: Segment) -> Document:
    """Return the resource of ``row`` where it is included with something else."""
    return documents.segment(row, call.base, call.query.fields(KIND, reads), call.account.clock.now())


def having(call: Call, member: Profile) -> list[Segment]:
    """Return the segments that somebody is in now, oldest first. The caller holds the lock."""
    account = call.account
    return account.segments.holding(member, account.events, account.clock.now())


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the rules refused: 400 (text and place inferred), 501 for what only this fake lacks."""
    try:
        yield
    except InvalidSegment as error:
        raise InvalidInput(error.text, pointer=f"/data/attributes/definition/{error.field}") from None
    except UnsupportedCondition as error:
        raise Unsupported(error.text) from None


def _test(clause: Clause) -> Callable[[Segment], bool]:
    field = clause.field
    if field == "is_starred":
        return lambda _: True  # accepted and ignored (recorded in live notes)
    if field in ("created", "updated"):
        moment = clause.moment()
        return lambda row: bool(getattr(row, field) > moment)
    if field == "is_active":
        values = clause.value if isinstance(clause.value, list) else [clause.value]
        states = {str(value).lower() == "true" for value in values if isinstance(value, Bare)}
        return lambda row: row.is_active in states
    texts = set(clause.texts())
    return lambda row: getattr(row, field) in texts
