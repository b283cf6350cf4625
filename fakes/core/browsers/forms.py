"""What a browser sends when a form is submitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import falcon

LARGEST_FORM = 256 * 1024
MOST_FIELDS = 1_000
TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form by name; a name that stands there more than once has several values."""

    values: Mapping[str, list[str]] = field(repr=False)

    def text(self, name: str) -> str:
        """Return the first value of a field, ``""`` when it was not sent."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return list(self.values.get(name, ()))

    def ticked(self, name: str) -> bool:
        """Say whether a box was ticked: only then is its field sent."""
        return name in self.values


def read_form(request: falcon.Request) -> Form:
    """Return the form in the request's body. What is no form, or is too large, has no fields.

    The body is read past the journal: a form may hold a password or a key.
    """
    if (request.content_type or "").partition(";")[0].strip() != falcon.MEDIA_URLENCODED:
        return Form({})
    text = request.bounded_stream.read(LARGEST_FORM + 1)
    if len(text) > LARGEST_FORM:
        return Form({})
    values: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(
            text.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        ):
            values.setdefault(name, []).append(value)
    except ValueError:  # too many fields
        return Form({})
    return Form(values)
