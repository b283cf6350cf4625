"""The web kit: what every request to a fake goes through, whoever the vendor is.

Order: control token → tenant → armed fault → the route → journal → a fault that spoils the answer. A route nobody
knows is answered 501 with the nearest known one named, or raised when the fake is strict.
"""

import difflib
import traceback
from collections.abc import Iterable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary
from wsgiref.types import StartResponse

import falcon
import falcon.inspect

from fakes.core.faults import ConnectionFault, Fault
from fakes.core.http.headers import HeaderNames
from fakes.core.http.holding import hold_back
from fakes.core.secrets import same
from fakes.core.service import Fake
from fakes.core.tenants import Tenant

CONTROL_PREFIX = "/_fake/"
CONTROL_HEADER = "X-Fake-Control"
ROOM = f"{CONTROL_PREFIX}room"
_REFUSING = frozenset({"status", "throttle", "reset"})
_SPOILING = frozenset({"delay", "timeout", "truncate", "garbage"})
_PIECE = 64 * 1024
_LONGEST_BODY_IN_JOURNAL = 4_000
_NO_PAGES = ("/api/", "/client/", CONTROL_PREFIX)
_LONGEST_COMPARED = 300

App = falcon.App[falcon.Request, falcon.Response]
T = TypeVar("T", bound=Tenant)


class _App(falcon.App[falcon.Request, falcon.Response]):
    """The framework's application, made fit to be a weak key (it has slots); header names in the vendor's letter case."""

    def __init__(self, fake: Fake[T]) -> None:
        super().__init__(middleware=[_Passage(fake)])
        self._named = HeaderNames(super().__call__, fake.header_names)

    def __call__(self, env: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        return self._named(env, start_response)


class UnsupportedRequest(Exception):
    """A request that the fake does not know; the text names it and the nearest known route."""


def is_control(path: str) -> bool:
    """Say whether ``path`` belongs to the control plane, in either spelling of its root."""
    return f"{path}/" == CONTROL_PREFIX or path.startswith(CONTROL_PREFIX)


def is_room(path: str) -> bool:
    """Say whether ``path`` belongs to the control room, the pages of the control plane."""
    return f"{path.rstrip('/')}/" == CONTROL_PREFIX or f"{path}/".startswith(f"{ROOM}/")


def body_of(request: falcon.Request) -> bytes:
    """Return the request's body; it is read once and kept for the journal."""
    if not hasattr(request.context, "body"):
        # Piece by piece: a body may be said to be longer than any memory, and ends where it ends.
        request.context.body = b"".join(iter(lambda: request.bounded_stream.read(_PIECE), b""))
    body: bytes = request.context.body
    return body


def tenant_of(request: falcon.Request) -> Any:
    """Return the tenant that the request was found to belong to, or None."""
    return getattr(request.context, "tenant", None)


def create_app(fake: Fake[T]) -> App:
    """Return an application with the passage every request takes; the vendor adds its routes and error handlers."""
    app = _App(fake)
    app.req_options.strip_url_path_trailing_slash = False
    app.add_error_handler(Exception, _Failure(fake))
    app.add_error_handler(ConnectionFault, _pass_on)
    app.add_error_handler(UnsupportedRequest, _pass_on)
    unsupported = _Unsupported(fake, app)
    app.add_sink(unsupported, "/")
    # A known path with an unknown method; a vendor whose 405 is documented replaces this handler.
    app.add_error_handler(
        falcon.HTTPMethodNotAllowed, lambda req, resp, _error, _params: unsupported(req, resp)
    )
    return app


def _pass_on(_req: falcon.Request, _resp: falcon.Response, error: Exception, _params: object) -> None:
    raise error


class _Passage:
    """Falcon middleware: control token, tenant, faults, journal."""

    def __init__(self, fake: Fake[T]) -> None:
        self._fake = fake

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        if request.path.startswith("//"):
            # The framework routes //x as /x, but what guards a path by its beginning would not know it again.
            answer_unsupported(self._fake, request, response, "a path begins with one slash")
            response.complete = True
            return
        if is_control(request.path):
            gate = self._fake.gate
            if gate is None or not gate.receives(request, response):
                self._check_control_token(request)
            return
        tenant = request.context.tenant = self._fake.identify(request)
        if tenant is None:
            return
        fault = tenant.faults.take(f"{request.method} {request.path}", _REFUSING | _SPOILING)
        if fault is None:
            return
        request.context.struck = fault.kind
        tenant.journal.write("fault", f"{fault.kind}: {request.method} {request.path}")
        if fault.kind == "reset":
            raise ConnectionFault(fault, headers=[])
        if fault.kind in _REFUSING:
            self._fake.refuse(response, fault)
            response.complete = True
        else:
            request.context.fault = fault

    def process_response(
        self, request: falcon.Request, response: falcon.Response, _resource: object, _succeeded: bool
    ) -> None:
        if is_control(request.path):
            return
        if not getattr(request.context, "unrecorded", False):
            self._write(request, response)
        if (fault := getattr(request.context, "fault", None)) is not None:
            self._spoil(fault, request, response)

    def _check_control_token(self, request: falcon.Request) -> None:
        token = request.get_header(CONTROL_HEADER) or ""
        if not same(token, self._fake.control_token):
            raise falcon.HTTPForbidden(
                description=f"{CONTROL_PREFIX} needs the header {CONTROL_HEADER} with this fake's control token"
            )

    def _write(self, request: falcon.Request, response: falcon.Response) -> None:
        journal = self._fake.journal_of(tenant_of(request))
        body = getattr(request.context, "body", b"").decode("utf-8", "replace")
        journal.write(
            "request",
            f"{request.method} {request.relative_uri}",
            status=falcon.http_status_to_code(response.status),
            body=journal.redact(body)[:_LONGEST_BODY_IN_JOURNAL],
            fault=getattr(request.context, "struck", ""),
        )

    def _spoil(self, fault: Fault, request: falcon.Request, response: falcon.Response) -> None:
        if fault.kind == "delay":
            hold_back(request.env, self._fake.runtime.clock, fault.seconds)
        elif fault.kind == "garbage":
            response.status, response.content_type = falcon.HTTP_200, "text/html"
            response.data, response.text = b"<html><body>no JSON here", None
        else:
            body = response.render_body() or b""
            headers = list(response.headers.items())
            raise ConnectionFault(fault, status=str(response.status), headers=headers, body=body)


class _Failure:
    """Journals an error inside the fake, then raises it (strict) or answers 500 with its name."""

    def __init__(self, fake: Fake[T]) -> None:
        self._fake = fake

    def __call__(
        self, request: falcon.Request, response: falcon.Response, error: Exception, _params: object
    ) -> None:
        journal = self._fake.journal_of(tenant_of(request))
        journal.write(
            "error",
            f"{request.method} {request.path}: {type(error).__name__}: {error}",
            traceback="".join(traceback.format_exception(error)),
        )
        if self._fake.strict:
            raise error
        response.status = falcon.HTTP_500
        said = journal.redact(f"{type(error).__name__}: {error}")
        response.media = {"error": f"the fake itself failed: {said}"}


def answer_unsupported(fake: Fake[T], req: falcon.Request, resp: falcon.Response, remark: str) -> None:
    """Answer that the fake does not know this request, or a part of it that ``remark`` names: 501, or 404 for a control call.

    Raises ``UnsupportedRequest`` instead when the fake is strict.
    """
    message = f"unsupported by the fake: {req.method} {req.path} ({remark})"
    if is_room(req.path) and fake.unsupported_page is not None:
        fake.unsupported_page(req, resp, message)
        return
    if is_control(req.path):
        resp.status, resp.media = falcon.HTTP_404, {"error": message}
        return
    fake.journal_of(tenant_of(req)).write("unsupported", message)
    if fake.strict:
        raise UnsupportedRequest(f"{fake.name}: {message}")
    if fake.unsupported_page is not None and _asks_for_a_page(req):
        fake.unsupported_page(req, resp, message)
        return
    resp.status, resp.media = falcon.HTTP_501, {"error": message}


def _asks_for_a_page(req: falcon.Request) -> bool:
    return "text/html" in req.accept and not req.path.startswith(_NO_PAGES)


_ROUTES: WeakKeyDictionary[App, list[str]] = WeakKeyDictionary()
"""What was found out about each application; looking takes a fifth of a second."""


def known_routes(app: App) -> list[str]:
    """Return every route as method and path template, such as ``GET /api/events/{event_id}``, but for the room's pages.

    Ask when all routes have been added: the answer is kept.
    """
    if app not in _ROUTES:
        _ROUTES[app] = _inspected(app)
    return _ROUTES[app]


def _inspected(app: App) -> list[str]:
    return [
        f"{method.method} {route.path}"
        for route in falcon.inspect.inspect_routes(app)
        for method in route.methods
        if not (method.internal or is_room(route.path))
    ]


def nearest_to(asked: str, known: list[str]) -> str:
    """Return which of ``known`` looks most like ``asked``, or ``""`` when there is none."""
    return next(iter(difflib.get_close_matches(asked[:_LONGEST_COMPARED], known, n=1, cutoff=0)), "")


class _Unsupported:
    """The sink for every path without a route."""

    def __init__(self, fake: Fake[T], app: App) -> None:
        self._fake = fake
        self._app = app

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_: Any) -> None:
        answer_unsupported(self._fake, req, resp, self._nearest(f"{req.method} {req.path}"))

    def _nearest(self, asked: str) -> str:
        nearest = nearest_to(asked, known_routes(self._app))
        return f"nearest known route: {nearest}" if nearest else "no route is known"
