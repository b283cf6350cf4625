"""What the vendor's replies carry beside their bodies: headers that were seen on all of them, and no type without a body.

The edge in front of the vendor adds more, which nobody answers for here.
"""

from typing import Final

import falcon

from fakes.core.http.app import App, tenant_of
from fakes.klaviyo.api.jsonapi.endpoint import Resource

_ALWAYS = {
    "Content-Language": "en-us",
    "Vary": "Accept, Accept-Language, Cookie",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}

HEADER_NAMES: Final = (
    *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
    *("CID", "X-Klaviyo-API-Revision"),
    *("CF-Ray", "CF-Cache-Status", "cf-mitigated", "accept-ch", "critical-ch"),
)
"""Names in the vendor's own spelling: documentation, and answers logged in public reports (the edge's own among them)."""


class _Headers:
    """Falcon middleware: the headers of public reports of 2023 and 2025, on every reply of an API endpoint.

    ``CID`` is the account of the key, ``X-Klaviyo-API-Revision`` the revision that served, once it is known.
    """

    def process_response(
        self, request: falcon.Request, response: falcon.Response, resource: object, _succeeded: bool
    ) -> None:
        if not isinstance(resource, Resource) or response.status == falcon.HTTP_501:
            return
        response.set_headers(_ALWAYS)
        response.set_header("Allow", resource.allow)
        if (account := tenant_of(request)) is not None:
            response.set_header("CID", account.id)
        if (revision := getattr(request.context, "revision", None)) is not None:
            response.set_header("X-Klaviyo-API-Revision", str(revision))


class _JsonUnlessSaid:
    """Falcon middleware: names the media type of answers that are not the vendor's own."""

    def process_response(
        self, _request: falcon.Request, response: falcon.Response, _resource: object, _succeeded: bool
    ) -> None:
        if response.media is not None and not response.content_type:
            response.content_type = falcon.MEDIA_JSON


def dress_replies(app: App) -> None:
    """Add the vendor's headers, and no content type to answers without a body (recorded: 202 has none)."""
    app.resp_options.default_media_type = None  # type: ignore[assignment]  # the framework itself does so for 204
    app.add_middleware(_JsonUnlessSaid())
    app.add_middleware(_Headers())
