"""Request bodies: what shape they must have, and the vendor's words for what does not fit.

Unknown fields are refused and types are strict. In create-event null means absent (official SDK: it sends null for
every field that is not set).
"""

import json
from typing import Annotated, Any, ClassVar, NoReturn, TypeVar, get_args

import falcon
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from fakes.core.http.unread import read_as
from fakes.klaviyo.api.jsonapi.compression import content
from fakes.klaviyo.api.jsonapi.documents import MEDIA_TYPE
from fakes.klaviyo.api.jsonapi.errors import InvalidInput, ParseFailed, UnsupportedMediaType
from fakes.klaviyo.rules.profiles import PropertyPatch

MEDIA_TYPES = (MEDIA_TYPE, "application/json")
INVALID_PAYLOAD = "The payload provided in the request is invalid."
ONE_OF = "One of `attributes`, `relationships` or `id` must be included in the request payload."
INVALID = "Invalid input"

Number = int | Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """One object of a body. ``resource`` is what the vendor's error texts call it.

    ``not_read`` names fields that the vendor has and this fake does nothing with, which is noted.
    """

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
    resource: ClassVar[str] = "request-data"
    not_read: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: item for name, item in value.items() if item is not None}
        return value


P = TypeVar("P", bound=Part)


class LocationPart(Part):
    """Where a person is."""

    resource = "ProfileLocation"
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    country: str | None = None
    latitude: str | Number | None = None
    longitude: str | Number | None = None
    region: str | None = None
    zip: str | None = None
    timezone: str | None = None
    ip: str | None = None


class AddressPatch(Part):
    """Secondary e-mail addresses, the only identifier that can be patched (Klaviyo OpenAPI)."""

    resource = "PatchIdentifiers"
    email: str | list[str] = []


class IdentifiersPatch(Part):
    """Identifiers to add and to remove."""

    resource = "PatchIdentifiers"
    append: AddressPatch = Field(default_factory=AddressPatch)
    unappend: AddressPatch = Field(default_factory=AddressPatch)


class PropertiesPatch(Part):
    """Changes to custom properties."""

    resource = "ProfileMetaPatchProperties"
    append: dict[str, Any] = {}
    unappend: dict[str, Any] = {}
    unset: str | list[str] = []


class ProfileMeta(Part):
    """Patches of custom properties and of identifiers."""

    resource = "OnsiteProfileMeta"
    patch_properties: PropertiesPatch = Field(default_factory=PropertiesPatch)
    patch_identifiers: IdentifiersPatch = Field(default_factory=IdentifiersPatch)


class NamesPart(Part):
    """Identifiers and names of a person."""

    resource = "profile"
    email: str | None = None
    phone_number: str | None = None
    external_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    organization: str | None = None
    locale: str | None = None
    title: str | None = None
    image: str | None = None


def listed(value: str | list[str]) -> list[str]:
    """Return one text or several as a list."""
    return [value] if isinstance(value, str) else value


def patches(meta: ProfileMeta) -> dict[str, Any]:
    """Return what ``meta`` asks for, as fields of a ``ProfileChange``."""
    properties, identifiers = meta.patch_properties, meta.patch_identifiers
    return {
        "patch": PropertyPatch(properties.append, properties.unappend, listed(properties.unset)),
        "more_emails": listed(identifiers.append.email),
        "fewer_emails": listed(identifiers.unappend.email),
    }


def read(request: falcon.Request, model: type[P]) -> P:
    """Return the request's body as ``model``.

    Raises ``UnsupportedMediaType``, ``PayloadTooLarge``, ``ParseFailed`` or ``InvalidInput``.
    """
    payload = _parsed(request)
    try:
        found = model.model_validate(payload)
    except ValidationError as error:
        _refuse(error.errors(include_url=False, include_input=False, include_context=False), model)
    read_as(request, payload, model)
    return found


def no_field(name: str, resource: str) -> str:
    """Return the text for a field that ``resource`` has not (recorded)."""
    return f"'{name}' is not a valid field for the resource '{resource}'."


def refuse_field(*place: str) -> NoReturn:
    """Raise the terse error that stands for every rule whose text is not known (text recorded, use inferred)."""
    raise InvalidInput(INVALID, pointer=_pointer(place))


def _parsed(request: falcon.Request) -> Any:
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise UnsupportedMediaType(request.content_type or "")
    try:
        return json.loads(content(request).decode(), parse_constant=_no_constant)
    except RecursionError:
        raise ParseFailed("nested too deep") from None
    except ValueError as error:
        raise ParseFailed(str(error)) from None


def _no_constant(name: str) -> NoReturn:
    """Refuse ``NaN`` and ``Infinity``, as the framework behind the vendor does (inferred)."""
    raise ValueError(f"Out of range float values are not JSON compliant: {name}")


def _refuse(errors: list[ErrorDetails], model: type[Part]) -> NoReturn:
    """Raise the vendor's error for the first of ``errors``; a body of another shape altogether comes first."""
    if any(error["type"] == "model_type" or _lacks_data(error) for error in errors):
        raise InvalidInput(INVALID_PAYLOAD)
    if any(error["type"] == "missing" and error["loc"][-1] == "attributes" for error in errors):
        raise InvalidInput(ONE_OF)
    error = errors[0]
    place = tuple(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        text = no_field(place[-1], _resource(model, place))
    elif error["type"] == "missing":
        resource = Part.resource if place[-1] == "type" else _resource(model, place)
        text = f"'{place[-1]}' is a required field for the resource '{resource}'."
    else:
        text = INVALID
    raise InvalidInput(text, pointer=_pointer(_within_body(model, place)))


def _lacks_data(error: ErrorDetails) -> bool:
    return error["type"] == "missing" and error["loc"][-1] == "data"


def _pointer(place: tuple[str, ...]) -> str:
    return "/" + "/".join(place)


def _part_at(model: type[Part], name: str) -> type[Part] | None:
    """Return the part that stands in ``model`` under ``name``, or None if a plain value does."""
    found = next((f for key, f in model.model_fields.items() if name in (key, f.alias)), None)
    kinds = (found.annotation, *get_args(found.annotation)) if found is not None else ()
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Part)), None)


def _resource(model: type[Part], place: tuple[str, ...]) -> str:
    """Return what the vendor calls the object that holds the last name of ``place``."""
    for name in place[:-1]:
        model = _part_at(model, name) or model
    return model.resource


def _within_body(model: type[Part], place: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``place`` without what pydantic adds to tell the members of a union apart."""
    for depth, name in enumerate(place, start=1):
        if name.isdigit():  # an item of a list, whose part the list's name has led to
            continue
        inner = _part_at(model, name)
        if inner is None:
            return place[:depth]
        model = inner
    return place
