"""From the body of an event to what the rules take, and from their refusals to places in that body."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from fakes.klaviyo.api.events.bodies import EventContent, ProfileAttributes, ProfileData
from fakes.klaviyo.api.jsonapi import bodies
from fakes.klaviyo.api.jsonapi.bodies import ProfileMeta
from fakes.klaviyo.api.jsonapi.errors import InvalidInput
from fakes.klaviyo.rules import times
from fakes.klaviyo.rules.errors import InvalidEvent
from fakes.klaviyo.rules.events.events import EventDraft
from fakes.klaviyo.rules.payload import LARGEST_PAYLOAD, LARGEST_PROFILE_OF_EVENT
from fakes.klaviyo.rules.profiles import NAMES, ProfileChange

BACKFILL_SINCE = date(2026, 4, 15)
NINETIES_SINCE = date(2026, 7, 15)
_EARLIEST_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
_PLACES = {
    "metric": "metric/data/attributes/name",
    "profile": "profile/data/attributes",
    "profile.email": "profile/data/attributes/email",
    "profile.phone_number": "profile/data/attributes/phone_number",
}


@contextmanager
def refusals(place: str = "/data/attributes", places: dict[str, str] = _PLACES) -> Iterator[None]:
    """Make a refusal of the rules a 400 that points below ``place``."""
    try:
        yield
    except InvalidEvent as error:
        raise InvalidInput(error.text, pointer=f"{place}/{places.get(error.field, error.field)}") from None


def draft(said: EventContent, revision: date) -> EventDraft:
    """Return what happened; raise ``InvalidEvent`` for a time that is none and what ``revision`` has not yet.

    ``backfill`` came with 2026-04-15; times before 2000 came with 2026-07-15 (Klaviyo OpenAPI of these revisions).
    """
    if "backfill" in said.model_fields_set and revision < BACKFILL_SINCE:
        raise InvalidEvent(bodies.no_field("backfill", said.resource), "backfill")
    try:
        time = None if said.time is None else times.parse(said.time)
    except ValueError:
        raise InvalidEvent(bodies.INVALID, "time") from None
    if time is not None and time < _EARLIEST_BEFORE and revision < NINETIES_SINCE:
        raise InvalidEvent(bodies.INVALID, "time")
    return EventDraft(
        metric=said.metric.data.attributes.name,
        properties=said.properties,
        time=time,
        value=said.value,
        value_currency=said.value_currency,
        unique_id=said.unique_id,
    )


def change(data: ProfileData, size: int) -> ProfileChange:
    """Return what is said about a person in a body of ``size`` bytes.

    Raises ``InvalidInput`` if that is nothing at all (recorded text) and ``InvalidEvent`` if it is over 95 KB (vendor
    docs; status and text inferred).
    """
    if data.attributes is None and data.id is None:
        raise InvalidInput(bodies.ONE_OF)
    if size > LARGEST_PROFILE_OF_EVENT and _size(data) > LARGEST_PROFILE_OF_EVENT:
        raise InvalidEvent(bodies.INVALID, "profile")
    said = data.attributes or ProfileAttributes.model_construct()
    return ProfileChange(
        id=data.id,
        email=said.email,
        phone_number=said.phone_number,
        external_id=said.external_id,
        anonymous_id=said.anonymous_id,
        kx=said.kx,
        names={name: value for name in NAMES if (value := getattr(said, name)) is not None},
        location=said.location.model_dump(exclude_none=True),
        properties=said.properties,
        **bodies.patches(data.meta or said.meta or ProfileMeta()),
    )


def _size(data: ProfileData) -> int:
    """Return how many bytes of JSON ``data`` is; what is nested too deep to be written is too large anyway."""
    try:
        said = data.model_dump(by_alias=True, exclude_unset=True)
        return len(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    except (RecursionError, ValueError):
        return LARGEST_PAYLOAD
