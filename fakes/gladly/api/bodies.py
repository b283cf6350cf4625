"""Reading what a client sent: JSON into a model, or every error with it at once."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, TypeVar

import falcon
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from fakes.core.http.unread import read_as
from fakes.core.request import body_of
from fakes.gladly.rules.errors import ErrorDetail, InvalidError

_CODES = {"missing": "blank", "string_too_long": "too_long"}


class Body(BaseModel):
    """The body of an API call: fields in camel case; what the fake does not know is passed over, and noted.

    That a customer as read can be sent back whole is a recorded response's word; what Gladly says to other fields is
    unknown. ``known_to_be_ignored`` names fields that a body may have without effect; each says by what evidence.
    """

    known_to_be_ignored: ClassVar[frozenset[str]] = frozenset()

    model_config = ConfigDict(
        extra="ignore", strict=True, alias_generator=to_camel, hide_input_in_errors=True
    )


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such moment in UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with any offset (Gladly OpenAPI), kept in UTC."""

B = TypeVar("B", bound=Body)


def read(request: falcon.Request, model: type[B]) -> B:
    """Return the request's JSON body as ``model``, or raise ``InvalidError`` (codes Gladly OpenAPI, texts inferred)."""
    try:
        found = model.model_validate_json(body_of(request))
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False, include_context=False)
    else:
        read_as(request, from_json(body_of(request)), model)
        return found
    raise InvalidError(*(_error_detail(each["type"], each["loc"]) for each in details))


def _error_detail(kind: str, where: tuple[int | str, ...]) -> ErrorDetail:
    attr = ".".join(str(part) for part in where)
    if not attr:
        return ErrorDetail("invalid", "request body is not valid JSON")
    code = _CODES.get(kind, "invalid")
    return ErrorDetail(code, f"{attr} cannot be blank" if code == "blank" else f"{attr} is invalid", attr)
