"""Errors in Gladly's shape: ``{"errors": [{"attr"?, "code", "detail", "meta"?}]}`` (Gladly OpenAPI)."""

from collections.abc import Iterable
from typing import Any, Final

import falcon

from fakes.core.faults import Fault
from fakes.core.http.app import App
from fakes.core.service import Fake
from fakes.gladly.rules.errors import (
    ErrorDetail,
    InvalidError,
    LimitError,
    MovedError,
    NotExistError,
    RoleError,
    RuleError,
    TakenError,
)
from fakes.gladly.rules.limits import PER_SECOND

LIMIT_HEADER: Final = "Ratelimit-Limit-Second"
REMAINING_HEADER: Final = "Ratelimit-Remaining-Second"
_STATUS: Final[dict[type[RuleError], str]] = {
    MovedError: falcon.HTTP_301,
    InvalidError: falcon.HTTP_400,
    RoleError: falcon.HTTP_403,
    NotExistError: falcon.HTTP_404,
    TakenError: falcon.HTTP_409,
    LimitError: falcon.HTTP_429,
}
_FAULT_CODES: Final = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not_exist",
    409: "taken",
    429: "rate_limit",
}


class ApiError(Exception):
    """An answer that is no rule's: who is not let in, or comes too often. ``headers`` go with it."""

    def __init__(self, status: str, error: ErrorDetail, headers: dict[str, str] | None = None) -> None:
        """Answer ``status`` with ``error``."""
        super().__init__(error.detail)
        self.status = status
        self.error = error
        self.headers = headers or {}


def errors_body(errors: Iterable[ErrorDetail]) -> dict[str, Any]:
    """Return the body that says ``errors``; always an array, although some published examples print an object."""
    return {"errors": [_error(error) for error in errors]}


def _error(error: ErrorDetail) -> dict[str, Any]:
    """Return the error; a few of Gladly's have no detail, most no ``attr``, and only conflicts have ``meta``."""
    meta = error.meta and dict(error.meta)
    optional = {"detail": error.detail, "attr": error.attr, "meta": meta}
    return {"code": error.code} | {name: value for name, value in optional.items() if value}


def refuse(_fake: Fake[Any], response: falcon.Response, fault: Fault) -> None:
    """Answer a ``status`` or ``throttle`` fault. Gladly names no ``Retry-After``; bodies of these are inferred."""
    status = 429 if fault.kind == "throttle" else fault.status
    code = _FAULT_CODES.get(status, "temporary_failure")
    response.status = falcon.code_to_http_status(status)
    response.media = errors_body([ErrorDetail(code, "refused as armed")])
    if status == falcon.http_status_to_code(falcon.HTTP_429):
        response.set_header(LIMIT_HEADER, str(PER_SECOND))
        response.set_header(REMAINING_HEADER, "0")


def add_error_handlers(app: App) -> None:
    """Turn the rules' refusals and the API's own into answers."""
    app.add_error_handler(RuleError, _on_rule_error)
    app.add_error_handler(ApiError, _on_api_error)


def _on_rule_error(req: falcon.Request, resp: falcon.Response, error: Any, _params: object) -> None:
    resp.status = _STATUS[type(error)]
    resp.media = errors_body(error.errors)
    if isinstance(error, MovedError):
        resp.set_header("Location", _moved_to(req, error))


def _moved_to(request: falcon.Request, error: MovedError) -> str:
    """Return the absolute URL (Gladly OpenAPI) of the same thing by its new id, on the host that was asked.

    That reading a customer answers with it too is inferred from a third-party client.
    """
    meta = error.errors[0].meta or {}
    return request.prefix + request.path.replace(f"/{meta['old']}", f"/{meta['new']}", 1)


def _on_api_error(_req: falcon.Request, resp: falcon.Response, error: Any, _params: object) -> None:
    resp.status = error.status
    resp.media = errors_body([error.error])
    resp.set_headers(error.headers)
