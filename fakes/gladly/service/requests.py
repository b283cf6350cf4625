"""What a request to Gladly says of itself: which organization's host it is for, and by whose credentials."""

import base64
import re
from typing import ClassVar

import falcon

from fakes.core.request import Request, RequestState
from fakes.gladly.rules.users.users import User

_HOST = re.compile(r"(?P<organization>[^.]+)(\.[^.]+)?\.gladly\.(com|qa)")
_REGION = re.compile(r"us-(\d+|uat|master|staging)|sandbox")


class GladlyState(RequestState):
    """What is known of a request to Gladly: ``user`` is whose API token it came with, once that is known."""

    def __init__(self) -> None:
        """Know nothing yet."""
        super().__init__()
        self.user: User | None = None


class GladlyRequest(Request):
    """A request to Gladly."""

    context_type: ClassVar[type] = GladlyState


def subdomain_of(request: falcon.Request) -> str | None:
    """Return the organization's part of a Gladly host name, or None for other hosts.

    That is ``shop`` of ``shop.gladly.com``, of ``shop.gladly.qa`` (sandboxes: Gladly OpenAPI) and of
    ``shop.us-uat.gladly.qa`` (recorded response); a region's host alone, ``us-1.gladly.com``, names nobody.
    """
    host = request.netloc.lower().partition(":")[0]  # a port that is no number is no reason to fail
    match = _HOST.fullmatch(host)
    if match is None or _REGION.fullmatch(match["organization"]):
        return None
    return match["organization"]


def credentials_of(request: falcon.Request) -> tuple[str, str]:
    """Return e-mail and token of the request; empty texts when there are none or they cannot be read."""
    scheme, _, value = (request.auth or "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        email, _, token = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:  # no base64, no ASCII at all, or no UTF-8 inside
        return "", ""
    return email, token
