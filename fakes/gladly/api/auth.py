"""Who calls: HTTP Basic with a user's e-mail and API token (Gladly OpenAPI), and which organization's host."""

from typing import Any

import falcon

from fakes.gladly.api.errors import LIMIT_HEADER, REMAINING_HEADER, ApiError
from fakes.gladly.rules.errors import ErrorDetail
from fakes.gladly.rules.limits import PER_SECOND
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.context import organization_of, state_of
from fakes.gladly.service.requests import credentials_of, subdomain_of

API_PREFIX = "/api/v1/"


class Authentication:
    """Falcon middleware in front of the API: credentials, role, rate limit.

    404 for a host no organization has (third-party client), 401 for missing or wrong credentials, another
    organization's among them, 403 for a user without the API User role (Gladly OpenAPI). All bodies are inferred.
    """

    def process_resource(
        self, request: falcon.Request, response: falcon.Response, _resource: object, _params: dict[str, Any]
    ) -> None:
        """Let the request pass to its route, or raise ``ApiError``."""
        if not request.path.startswith(API_PREFIX):
            return
        if state_of(request).tenant is None:
            raise _nobody_here(request)
        organization = organization_of(request)
        _count(organization, request.method, response)
        user = organization.tokens.owner(*credentials_of(request))
        if user is None:
            raise _unauthorized()
        if not user.may_use_api():
            error = ErrorDetail("forbidden", "the user of this API token lacks the role API User")
            raise ApiError(falcon.HTTP_403, error)
        state_of(request).user = user


def _count(organization: Organization, method: str, response: falcon.Response) -> None:
    left = organization.limits.take(method)
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
