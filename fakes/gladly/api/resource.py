"""What the API's resources share."""

import re
from datetime import UTC, datetime

import falcon

from fakes.gladly.rules.errors import ErrorDetail
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.service.context import user_of

LIMITED_HEADER = "Gladly-Limited-Data"
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")


def caller(request: falcon.Request) -> Initiator:
    """Return who brings about what this request does: the token's user, through the API."""
    return Initiator.api(user_of(request).id)


def limited(response: falcon.Response, rows: list[object], most: int) -> None:
    """Answer ``rows``, at most ``most``, and say whether some were left off (values ``true``/``false`` inferred)."""
    response.set_header(LIMITED_HEADER, "true" if len(rows) > most else "false")
    response.media = rows[:most]


def created(response: falcon.Response, path: str) -> None:
    """Answer 201, empty, with the relative ``Location`` of what is at ``path`` below ``/api/v1`` (Gladly OpenAPI)."""
    response.status = falcon.HTTP_201
    response.set_header("Location", f"/api/v1/{path}")


def moment_in(request: falcon.Request, name: str) -> tuple[datetime | None, list[ErrorDetail]]:
    """Return the time in a parameter; an offset's ``+`` may have come as the blank it means in a query (inferred)."""
    given = request.get_param(name)
    if not given:
        return None, []
    error = ErrorDetail("invalid", f"{name} is invalid", name)
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", given))
        return (moment.astimezone(UTC), []) if moment.tzinfo is not None else (None, [error])
    except (ValueError, OverflowError):
        return None, [error]
