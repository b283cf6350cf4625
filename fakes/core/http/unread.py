"""What a call was sent and did not read: fields of its body and parameters of its query, by name and never by value.

A fake that drops them in silence makes a sender believe that they did something. Calls that are refused or sent
elsewhere are left out, for they may not have come to reading; so are pages, whose forms are the fakes' own.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, get_args

import falcon
from pydantic import BaseModel
from pydantic_core import from_json

from fakes.core.paths import is_call
from fakes.core.request import body_of, state_of
from fakes.core.service import fake_of

MOST_NAMES = 50
LONGEST_NAME = 200
WHOLE_BODY = "(the body)"
_BEHIND_SUCCESS = 300
_DEEPEST = 20

Shape = dict[str, "type[BaseModel] | None"]
"""The names that a model reads, each with the model of what stands there, or None for a plain value."""


def unread(request: falcon.Request, response: falcon.Response) -> list[str]:
    """Return what the call did not read, in the order it was sent: parameters as ``?name``, fields as dotted paths."""
    if not is_call(request.path) or falcon.http_status_to_code(response.status) >= _BEHIND_SUCCESS:
        return []
    state = state_of(request)
    found = [f"?{name}" for name in request.params if name not in state.parameters_read]
    found += _whole_body(request) if state.fields_unread is None else state.fields_unread
    journal = fake_of(request).journal_of(state.tenant)
    return [journal.redact(name)[:LONGEST_NAME] for name in found[:MOST_NAMES]]


def read_as(request: falcon.Request, value: Any, model: type[BaseModel]) -> None:
    """Remember which fields of the body ``value`` are none that ``model`` reads."""
    state_of(request).fields_unread = list(_fields(value, model, "", _DEEPEST))


def read_keys(request: falcon.Request, names: Iterable[str], *known: str) -> None:
    """Remember which of the body's ``names`` are not ``known``, where no model reads it."""
    state_of(request).fields_unread = [name for name in names if name not in known]


def _whole_body(request: falcon.Request) -> list[str]:
    """Return all there is in a body that nobody read."""
    body = body_of(request)
    if not body.strip():
        return []
    try:
        value = from_json(body)
    except ValueError:
        return [WHOLE_BODY]
    return list(value) if isinstance(value, dict) else [WHOLE_BODY]


def _fields(value: Any, model: type[BaseModel], at: str, depth: int) -> Iterator[str]:
    if isinstance(value, list) and depth:
        for number, each in enumerate(value):
            yield from _fields(each, model, f"{at}{number}.", depth - 1)
    elif isinstance(value, dict) and depth:
        shape = _shape(model)
        for name, inner in value.items():
            if name not in shape:
                yield f"{at}{name}"
            elif (part := shape[name]) is not None:
                yield from _fields(inner, part, f"{at}{name}.", depth - 1)


@cache
def _shape(model: type[BaseModel]) -> Shape:
    """Return what ``model`` reads: its fields but those in ``not_read``, and what is ``known_to_be_ignored``."""
    shape: Shape = dict.fromkeys(getattr(model, "known_to_be_ignored", ()))
    not_read: frozenset[str] = getattr(model, "not_read", frozenset())
    shape |= {
        field.alias or name: _part(field.annotation)
        for name, field in model.model_fields.items()
        if name not in not_read
    }
    return shape


def _part(annotation: Any) -> type[BaseModel] | None:
    """Return the model in an annotation such as ``list[Part] | None``, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    parts = (_part(each) for each in get_args(annotation))
    return next((part for part in parts if part is not None), None)
