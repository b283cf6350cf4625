"""Bodies that write profiles. Here null clears a field and absence leaves it (Klaviyo OpenAPI)."""

from typing import Any, Literal

from pydantic import Field, model_validator

from fakes.klaviyo.api.jsonapi import bodies
from fakes.klaviyo.api.jsonapi.bodies import LocationPart, NamesPart, Part, ProfileMeta
from fakes.klaviyo.rules.profiles import NAMES, ProfileChange

IDENTIFIERS = ("email", "phone_number", "external_id")


class LocationWrite(LocationPart):
    """Where a person is; null clears."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        return value


class WriteAttributes(NamesPart):
    """What a write says about a person."""

    location: LocationWrite | None = None
    properties: dict[str, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        return value


class ImportAttributes(WriteAttributes):
    """What an import says about a person."""

    kx: str | None = Field(None, alias="_kx")


class WriteData(Part):
    """A profile's resource object in a write."""

    resource = "profile"
    type: Literal["profile"]
    attributes: WriteAttributes


class CreateBody(Part):
    """The body of create-profile."""

    data: WriteData


class UpdateData(WriteData):
    """A profile's resource object in an update; the id stands in the body too."""

    id: str
    meta: ProfileMeta = Field(default_factory=ProfileMeta)


class UpdateBody(Part):
    """The body of update-profile."""

    data: UpdateData


class ImportData(Part):
    """A profile's resource object in an import."""

    resource = "profile"
    type: Literal["profile"]
    id: str | None = None
    attributes: ImportAttributes
    meta: ProfileMeta = Field(default_factory=ProfileMeta)


class ImportBody(Part):
    """The body of create-or-update-profile."""

    data: ImportData


def change(
    said: WriteAttributes, profile_id: str | None = None, meta: ProfileMeta | None = None
) -> ProfileChange:
    """Return what a write asks for."""
    location = said.location.model_dump(exclude_unset=True) if said.location else {}
    return ProfileChange(
        id=profile_id,
        **{name: getattr(said, name) for name in IDENTIFIERS},
        kx=said.kx if isinstance(said, ImportAttributes) else None,
        names={name: value for name in NAMES if (value := getattr(said, name)) is not None},
        location=location,
        properties=said.properties or {},
        cleared=frozenset(
            name for name in said.model_fields_set if name != "kx" and getattr(said, name) is None
        ),
        **bodies.patches(meta or ProfileMeta()),
    )
