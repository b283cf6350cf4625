"""What the API's resources share."""

from typing import TYPE_CHECKING

import falcon

from fakes.gladly.api.auth import user_of
from fakes.gladly.rules.events.events import Initiator

if TYPE_CHECKING:  # the fake builds these resources, so importing it here for real would go round in a circle
    from fakes.gladly.service.fake import GladlyFake

LIMITED_HEADER = "Gladly-Limited-Data"


class Resource:
    """A resource of the API, which changes organizations through the fake so that their events are sent."""

    def __init__(self, fake: "GladlyFake") -> None:
        """Serve ``fake``."""
        self.fake = fake


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
