"""What a client says of an event and of whom it happened to, single, in bulk and by the client API."""

from typing import Any, Literal

from pydantic import Field

from fakes.klaviyo.api.jsonapi.bodies import LocationPart, NamesPart, Number, Part, ProfileMeta


class MetricAttributes(Part):
    """The metric of an event. ``service`` changes nothing that can be seen (recorded: one observation)."""

    resource = "metric"
    name: str
    service: str | None = None


class MetricData(Part):
    """A metric's resource object."""

    resource = "metric"
    type: Literal["metric"]
    attributes: MetricAttributes


class MetricPart(Part):
    """What stands under ``metric``."""

    data: MetricData


class ProfileAttributes(NamesPart):
    """What an event says about a person."""

    anonymous_id: str | None = None
    kx: str | None = Field(None, alias="_kx")
    location: LocationPart = Field(default_factory=LocationPart)
    properties: dict[str, Any] = Field(default_factory=dict)
    meta: ProfileMeta | None = None


class ProfileData(Part):
    """A profile's resource object: ``attributes`` or ``id`` is enough (recorded error text).

    ``meta`` stands here in bulk and among the attributes in single events (Klaviyo OpenAPI); both are taken in both.
    """

    resource = "profile"
    type: Literal["profile"]
    id: str | None = None
    attributes: ProfileAttributes | None = None
    meta: ProfileMeta | None = None


class ProfilePart(Part):
    """What stands under ``profile``."""

    data: ProfileData


class EventContent(Part):
    """What happened, whoever it happened to: all of it that a bulk body says, where the profile stands above."""

    resource = "event"
    properties: dict[str, Any]
    time: str | None = None
    value: Number | None = None
    value_currency: str | None = None
    unique_id: str | None = None
    backfill: bool = False
    metric: MetricPart


class EventAttributes(EventContent):
    """What happened to whom."""

    profile: ProfilePart


class EventData(Part):
    """An event's resource object."""

    resource = "event"
    type: Literal["event"]
    attributes: EventAttributes


class EventBody(Part):
    """The whole body of create-event and of create-client-event."""

    data: EventData
