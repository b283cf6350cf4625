"""Who calls: HTTP Basic with a user's e-mail and API token (Gladly OpenAPI), and which organization's host."""

import base64
import re
from typing import Any

import falcon

from fakes.core.http.app import tenant_of
from fakes.gladly.api.errors import ApiError
from fakes.gladly.api.limits import LIMIT_HEADER, PER_SECOND, REMAINING_HEADER, Limits
from fakes.gladly.rules.errors import ErrorDetail
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import User

API_PREFIX = "/api/v1/"
_HOST = re.compile(r"(?P<organization>[^.]+)(\.[^.]+)?\.gladly\.(com|qa)")
_REGION = re.compile(r"us-(\d+|uat|master|staging)|sandbox")


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


def user_of(request: falcon.Request) -> User:
    """Return the user whose token the request came with."""
    user: User = request.context.user
    return user


class Gate:
    """Falcon middleware in front of the API: credentials, role, rate limit.

    404 for a host no organization has (third-party client), 401 for missing or wrong credentials, another
    organization's among them, 403 for a user without the API User role (Gladly OpenAPI). All bodies are inferred.
    """

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._limits = Limits()

    def process_resource(
        self, request: falcon.Request, response: falcon.Response, _resource: object, _params: dict[str, Any]
    ) -> None:
        """Let the request pass to its route, or raise ``ApiError``."""
        if not request.path.startswith(API_PREFIX):
            return
        organization: Organization | None = tenant_of(request)
        if organization is None:
            raise _nobody_here(request)
        self._count(organization, request.method, response)
        user = organization.tokens.owner(*credentials_of(request))
        if user is None:
            raise _unauthorized()
        if not user.may_use_api():
            error = ErrorDetail("forbidden", "the user of this API token lacks the role API User")
            raise ApiError(falcon.HTTP_403, error)
        request.context.user = user

    def _count(self, organization: Organization, method: str, response: falcon.Response) -> None:
        left = self._limits.take(organization, method)
        response.set_header(LIMIT_HEADER, str(PER_SECOND))
        response.set_header(REMAINING_HEADER, str(max(left, 0)))
        if left < 0:
            error = ErrorDetail("rate_limit", f"rate limit of {PER_SECOND} requests per second exceeded")
            raise ApiError(falcon.HTTP_429, error)


def _nobody_here(request: falcon.Request) -> ApiError:
    if subdomain_of(request) is None:
        return _unauthorized()
    return ApiError(falcon.HTTP_404, ErrorDetail("not_exist", "organization does not exist"))


def _unauthorized() -> ApiError:
    error = ErrorDetail("unauthorized", "authentication is missing or invalid")
    return ApiError(falcon.HTTP_401, error, {"WWW-Authenticate": 'Basic realm="Gladly"'})
