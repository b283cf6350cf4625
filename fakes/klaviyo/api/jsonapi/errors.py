"""Klaviyo's error bodies, in the three renderings met on the wire, and the tree of what raises them.

::

    ApiError                 family A, the defaults of the Django REST framework
    ├── NotAuthenticated     401 no credentials, or another scheme
    ├── AuthenticationFailed 401 a key that is unknown, deleted or public
    ├── PermissionDenied     403 the key lacks a scope
    ├── NotFound             404
    ├── MethodNotAllowed     405
    ├── NotAcceptable        406
    ├── Gone                 410
    ├── PayloadTooLarge      413
    ├── UnsupportedMediaType 415
    ├── ParseFailed          400 the body is no JSON
    ├── BadCursor            400
    ├── InvalidInput         400 family B, names the place in the body or the query
    │   └── Conflict         409 an identifier belongs to another profile
    └── Throttled            429 family C, from the gateway in front

``status`` in a body is a number and ids are version-4 UUIDs (recorded response).
"""

from typing import Any

RATE_LIMIT_PAGE = "https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling#rate-limits"

Source = dict[str, str]


class Unsupported(Exception):
    """The vendor has what was asked for and this fake has not: never answered with a vendor-looking error."""


class ApiError(Exception):
    """An error in family A: no links and no meta, pointer ``/data/`` with a slash at the end (recorded response)."""

    status = 500
    code = "error"
    title = "A server error occurred."

    def __init__(self, detail: str | None = None, *, headers: dict[str, str] | None = None) -> None:
        """Say ``detail``, or the title again."""
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.headers = headers or {}

    def body(self, error_id: str) -> dict[str, Any]:
        """Return the document to send."""
        return {"errors": [self._head(error_id) | {"source": {"pointer": "/data/"}}]}

    def _head(self, error_id: str) -> dict[str, Any]:
        return {
            "id": error_id,
            "status": self.status,
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
        }


class NotAuthenticated(ApiError):
    """No credentials or another scheme word (recorded for the latter; for the former inferred)."""

    status, code = 401, "not_authenticated"
    title = "Authentication credentials were not provided."

    def __init__(self) -> None:
        """Say which scheme is wanted."""
        super().__init__("Missing or invalid authorization scheme. Please use Klaviyo-API-Key.")


class AuthenticationFailed(ApiError):
    """A key or token nobody has (recorded response); deleted, disabled and public keys the same (inferred)."""

    status, code, title = 401, "authentication_failed", "Incorrect authentication credentials."


class PermissionDenied(ApiError):
    """A good key without the scope; the text names none (recorded response)."""

    status, code = 403, "permission_denied"
    title = "You do not have permission to perform this action."


class NotFound(ApiError):
    """Nothing has this id (recorded response)."""

    status, code, title = 404, "not_found", "Not found."


class MethodNotAllowed(ApiError):
    """The vendor has no such method on this path (405 vendor docs; the body inferred)."""

    status, code = 405, "method_not_allowed"

    def __init__(self, method: str, allowed: str) -> None:
        """Name the method and, in ``Allow``, the methods there are."""
        self.title = f'Method "{method}" not allowed.'
        super().__init__(headers={"Allow": allowed})


class NotAcceptable(ApiError):
    """``Accept`` allows no JSON (inferred)."""

    status, code, title = 406, "not_acceptable", "Could not satisfy the request Accept header."


class Gone(ApiError):
    """A retired revision, asked for with the opt-out (410 vendor docs; code and texts inferred)."""

    status, code, title = 410, "gone", "Gone."


class PayloadTooLarge(ApiError):
    """More than 5 MB (413 vendor docs; code and texts inferred)."""

    status, code, title = 413, "payload_too_large", "Payload too large."


class UnsupportedMediaType(ApiError):
    """The body is not announced as JSON (415 vendor docs; the body inferred)."""

    status, code = 415, "unsupported_media_type"

    def __init__(self, media_type: str) -> None:
        """Name the media type."""
        self.title = f'Unsupported media type "{media_type}" in request.'
        super().__init__()


class ParseFailed(ApiError):
    """The body is no JSON (inferred)."""

    status, code, title = 400, "parse_error", "Malformed request."

    def __init__(self, why: str) -> None:
        """Say what the JSON parser said."""
        super().__init__(f"JSON parse error - {why}")


class BadCursor(ApiError):
    """A page cursor that never was one (recorded response)."""

    status, code, title = 400, "invalid", "Invalid input."

    def __init__(self) -> None:
        """Say the vendor's words."""
        super().__init__("Invalid cursor provided.")


class InvalidInput(ApiError):
    """Family B: ``links`` and ``meta`` are there, empty but for a conflict; the pointer has no slash at its end (recorded)."""

    status, code, title = 400, "invalid", "Invalid input."

    def __init__(self, detail: str, *, pointer: str | None = None, parameter: str | None = None) -> None:
        """Say what was wrong with the place ``pointer`` of the body, or with the query parameter ``parameter``."""
        super().__init__(detail)
        self.meta: dict[str, str] = {}
        self.source: Source = {"parameter": parameter} if parameter else {"pointer": pointer or "/data"}

    def body(self, error_id: str) -> dict[str, Any]:
        """Return the document to send."""
        return {"errors": [self._head(error_id) | {"source": self.source, "links": {}, "meta": self.meta}]}


class Conflict(InvalidInput):
    """An identifier belongs to another profile, which ``meta`` names (recorded response)."""

    status, code, title = 409, "duplicate_profile", "Conflict."

    def __init__(self, detail: str, profile_id: str) -> None:
        """Say ``detail`` and whose identifier it is."""
        super().__init__(detail, pointer="/data/attributes")
        self.meta = {"duplicate_profile_id": profile_id}


class Throttled(ApiError):
    """Family C: another order of keys, a link, and ``Retry-After`` in whole seconds (recorded response)."""

    status, code, title = 429, "throttled", "Request was throttled."

    def __init__(self, seconds: int) -> None:
        """Say how many seconds to wait."""
        unit = "second" if seconds == 1 else "seconds"
        super().__init__(
            f"{self.title} Expected available in {seconds} {unit}.", headers={"Retry-After": str(seconds)}
        )

    def body(self, error_id: str) -> dict[str, Any]:
        """Return the document to send."""
        error = {
            "status": self.status,
            "detail": self.detail,
            "meta": {},
            "source": {"pointer": "/data"},
            "code": self.code,
            "id": error_id,
            "links": {"type": RATE_LIMIT_PAGE},
            "title": self.title,
        }
        return {"errors": [error]}


def of_status(status: int, phrase: str) -> ApiError:
    """Return an error in family A for any ``status``, for faults; ``phrase`` is HTTP's own name for it.

    Statuses with a class here look like it; others are named after the phrase (inferred).
    """
    known = {
        cls.status: cls
        for cls in (ApiError, AuthenticationFailed, PermissionDenied, NotFound, NotAcceptable, Gone)
    }
    if (cls := known.get(status)) is not None:
        return cls()
    error = ApiError(f"{phrase}.")
    error.status, error.code, error.title = status, phrase.lower().replace(" ", "_"), f"{phrase}."
    return error
