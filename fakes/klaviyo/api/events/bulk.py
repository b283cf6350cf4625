"""``/api/event-bulk-create-jobs``: many events of many people in one request."""

from dataclasses import replace
from datetime import date
from typing import Literal

import falcon
from pydantic import Field

from fakes.klaviyo.api.events.bodies import EventContent, ProfilePart
from fakes.klaviyo.api.events.drafts import change, draft, refusals
from fakes.klaviyo.api.jsonapi import bodies
from fakes.klaviyo.api.jsonapi.bodies import Part
from fakes.klaviyo.api.jsonapi.compression import content
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.rules.events.events import EventDraft
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.rules.profiles import ProfileChange, PropertyPatch

SINCE = date(2024, 5, 15)
MOST_EVENTS = 1_000
_LIST = "/data/attributes/events-bulk-create/data"
_PROFILE_PLACES = {"profile": "profile", "profile.email": "email", "profile.phone_number": "phone_number"}
"""Places below an entry's attributes; that of the address is recorded, the others follow it (inferred)."""


class BulkEvent(Part):
    """One event of a person."""

    resource = "event"
    type: Literal["event"]
    attributes: EventContent


class BulkEvents(Part):
    """The events of a person."""

    data: list[BulkEvent]


class EntryAttributes(Part):
    """A person and their events."""

    resource = "event-bulk-create"
    backfill: bool = False
    profile: ProfilePart
    events: BulkEvents


class Entry(Part):
    """A person's resource object."""

    resource = "event-bulk-create"
    type: Literal["event-bulk-create"]
    attributes: EntryAttributes


class Entries(Part):
    """All persons."""

    data: list[Entry]


class JobAttributes(Part):
    """What a job has."""

    resource = "event-bulk-create-job"
    entries: Entries = Field(alias="events-bulk-create")


class Job(Part):
    """A job's resource object."""

    resource = "event-bulk-create-job"
    type: Literal["event-bulk-create-job"]
    attributes: JobAttributes


class BulkBody(Part):
    """The body of bulk-create-events."""

    data: Job


class BulkJobs(Resource):
    """``/api/event-bulk-create-jobs``."""

    @endpoint("bulk_create_events", "events:write", tier=Tier.M, since=SINCE)
    def on_post(self, call: Call, response: falcon.Response) -> None:
        """Accept all events or none: 202 with nothing in it (recorded response).

        At most 1,000 events (Klaviyo OpenAPI; the refusal is inferred). A repeated unique id fails the request by the
        OpenAPI and is discarded in silence by the vendor docs; here it is discarded, as for single events.
        """
        entries = bodies.read(call.request, BulkBody).data.attributes.entries.data
        if sum(len(entry.attributes.events.data) for entry in entries) > MOST_EVENTS:
            bodies.refuse_field("data", "attributes", "events-bulk-create")
        account = call.account
        with account.lock:
            now = account.clock.now()
            numbered = enumerate(entries)
            checked = [row for number, entry in numbered for row in _rows(call, entry, number)]
            for place, _, happening in checked:
                with refusals(place):
                    happening.checked(now)
            for _, person, happening in checked:
                account.submit(person, happening)
        response.status = falcon.HTTP_202


def _rows(call: Call, entry: Entry, number: int) -> list[tuple[str, ProfileChange, EventDraft]]:
    """Return place, person and event for every event of ``entry``; the person is checked.

    What is added to and taken from a person goes with the first event only, so that it happens once.
    """
    said, place = entry.attributes, f"{_LIST}/{number}/attributes"
    with refusals(place, _PROFILE_PLACES):
        person = change(said.profile.data, len(content(call.request))).checked()
    rows = []
    for index, event in enumerate(said.events.data):
        where = f"{place}/events/data/{index}/attributes"
        with refusals(where):
            rows.append((where, person, draft(event.attributes, call.revision)))
        person = replace(person, patch=PropertyPatch(), more_emails=(), fewer_emails=())
    return rows
