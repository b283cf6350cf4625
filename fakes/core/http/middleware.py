"""What every request to a fake goes through, whoever the vendor is.

Order: control token → tenant → armed fault → the route → journal → a fault that spoils the answer. A route nobody
knows is answered 501 with the nearest known one named, or raised when the fake is strict.
"""

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from math import ceil
from typing import Any, Protocol

import falcon

from fakes.core.errors import UnreadInput
from fakes.core.faults import ConnectionFault, Fault
from fakes.core.http.edge import answer_at_the_edge
from fakes.core.http.holding import hold_back
from fakes.core.http.unread import unread
from fakes.core.http.unsupported import answer_unsupported
from fakes.core.journal import LONGEST_WHAT
from fakes.core.paths import CONTROL_PREFIX, is_control
from fakes.core.request import state_of, tenant_of
from fakes.core.secrets import same
from fakes.core.service import Fake, fake_of

CONTROL_HEADER = "X-Fake-Control"
_REFUSING = frozenset({"status", "edge", "throttle", "redirect", "reset", "lost"})
_SPOILING = frozenset({"delay", "timeout", "truncate", "garbage"})
_LONGEST_BODY_IN_JOURNAL = 4_000
_LONGEST_NAME_OF_A_CLIENT = 200
_FIRST_ERROR = 400


class Pages(Protocol):
    """What the middleware has to know of an application's pages."""

    @property
    def unsupported_page(self) -> Callable[[falcon.Request, falcon.Response, str], None] | None:
        """What a browser is shown instead of the JSON of a 501."""
        ...

    @property
    def receives_control(self) -> Callable[[falcon.Request, falcon.Response], bool] | None:
        """What lets people into the control room."""
        ...


class Middleware:
    """Falcon middleware: control token, tenant, faults, journal."""

    def __init__(self, pages: Pages, refuse: Callable[[Fake[Any], falcon.Response, Fault], None]) -> None:
        """Stand before the routes of an application; ``refuse`` fills in the vendor's look of a refusing fault."""
        self._pages = pages
        self._refuse = refuse

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """Let the request pass, or answer it."""
        if request.path.startswith("//"):
            # The framework routes //x as /x, but what guards a path by its beginning would not know it again.
            remark = "a path begins with one slash"
            answer_unsupported(request, response, remark, self._pages.unsupported_page)
            response.complete = True
            return
        if is_control(request.path):
            receives = self._pages.receives_control
            if receives is None or not receives(request, response):
                _check_control_token(request)
            return
        fake, state = fake_of(request), state_of(request)
        state.tenant = tenant = fake.identify(request)
        if tenant is None:
            return
        fault = tenant.faults.take(f"{request.method} {request.path}", _REFUSING | _SPOILING)
        if fault is None:
            return
        state.triggered = fault.kind
        tenant.journal.write(
            "fault",
            f"{fault.kind}: {request.method} {request.path}",
            fault=fault.kind,
            method=request.method,
            path=tenant.journal.redact(request.path)[:LONGEST_WHAT],
        )
        if fault.kind in {"reset", "lost"}:
            raise ConnectionFault(fault, headers=[])
        if fault.kind in _REFUSING:
            self._answer_refusing(fake, request, response, fault)
            response.complete = True
        else:
            state.fault = fault

    def _answer_refusing(
        self, fake: Fake[Any], request: falcon.Request, response: falcon.Response, fault: Fault
    ) -> None:
        if fault.kind == "edge":
            answer_at_the_edge(response, fault.status, fake.ids)
        elif fault.kind == "redirect":
            response.status = falcon.HTTP_302
            response.set_header("Location", fault.location + request.relative_uri)
        else:
            self._refuse(fake, response, fault)
            if fault.kind == "throttle":
                _tell_the_wait(response, fault, fake.runtime.clock.now())

    def process_response(
        self, request: falcon.Request, response: falcon.Response, resource: object, _succeeded: bool
    ) -> None:
        """Write the journal's entry and what was not read, then spoil the answer if a fault says so."""
        if is_control(request.path):
            return
        state = state_of(request)
        ignored = [] if resource is None else unread(request, response)
        if state.recorded:
            _write(request, response, ignored)
        if ignored:
            _tell_unread(request, ignored)
        if state.fault is not None:
            _spoil(request, state.fault, response)


def _tell_the_wait(response: falcon.Response, fault: Fault, now: datetime) -> None:
    """Have ``Retry-After`` say its wait as ``fault`` wants it; in seconds it says it as the vendor does."""
    if fault.retry_after == "absent":
        response.delete_header("Retry-After")
    elif fault.retry_after == "date":
        until = now + timedelta(seconds=ceil(fault.seconds))
        response.set_header("Retry-After", format_datetime(until, usegmt=True))


def _check_control_token(request: falcon.Request) -> None:
    token = request.get_header(CONTROL_HEADER) or ""
    if not same(token, fake_of(request).control_token):
        raise falcon.HTTPForbidden(
            description=f"{CONTROL_PREFIX} needs the header {CONTROL_HEADER} with this fake's control token"
        )


def _write(request: falcon.Request, response: falcon.Response, ignored: list[str]) -> None:
    state = state_of(request)
    journal = fake_of(request).journal_of(state.tenant)
    body = (state.body or b"").decode("utf-8", "replace")
    journal.write(
        "request",
        f"{request.method} {request.relative_uri}",
        method=request.method,
        path=journal.redact(request.path)[:LONGEST_WHAT],
        host=request.netloc[:LONGEST_WHAT],
        authorized=request.get_header("Authorization") is not None,
        user_agent=journal.redact(request.get_header("User-Agent") or "")[:_LONGEST_NAME_OF_A_CLIENT],
        status=falcon.http_status_to_code(response.status),
        body=journal.redact(body)[:_LONGEST_BODY_IN_JOURNAL],
        answer=journal.redact(_error_in(response))[:_LONGEST_BODY_IN_JOURNAL],
        fault=state.triggered,
        **state.journal_details(),
        ignored=ignored,
    )


def _error_in(response: falcon.Response) -> str:
    """Return the body of an answer that turns the caller down; of others, and of pages, nothing."""
    status = falcon.http_status_to_code(response.status)
    if status < _FIRST_ERROR or "json" not in (response.content_type or ""):
        return ""
    return (response.render_body() or b"").decode("utf-8", "replace")


def _tell_unread(request: falcon.Request, ignored: list[str]) -> None:
    """Write down what a call passed over; raise ``UnreadInput`` where the fake is strict."""
    fake = fake_of(request)
    journal = fake.journal_of(state_of(request).tenant)
    path = journal.redact(request.path)[:LONGEST_WHAT]
    message = f"not read by the fake: {', '.join(ignored)} of {request.method} {path}"
    journal.write("ignored", message, method=request.method, path=path, ignored=ignored)
    if fake.strict:
        raise UnreadInput(f"{fake.name}: {journal.redact(message)}")


def _spoil(request: falcon.Request, fault: Fault, response: falcon.Response) -> None:
    if fault.kind == "delay":
        hold_back(request.env, fake_of(request).runtime.clock, fault.seconds)
    elif fault.kind == "garbage":
        response.status, response.content_type = falcon.HTTP_200, "text/html"
        response.data, response.text = b"<html><body>no JSON here", None
    else:
        body = response.render_body() or b""
        headers = list(response.headers.items())
        raise ConnectionFault(fault, status=str(response.status), headers=headers, body=body)


class Failure:
    """Journals an error inside the fake, then raises it (strict) or answers 500 with its name."""

    def __call__(
        self, request: falcon.Request, response: falcon.Response, error: Exception, _params: object
    ) -> None:
        """Handle what no other handler did."""
        fake = fake_of(request)
        journal = fake.journal_of(tenant_of(request))
        journal.write(
            "error",
            f"{request.method} {request.path}: {type(error).__name__}: {error}",
            traceback="".join(traceback.format_exception(error)),
        )
        if fake.strict:
            raise error
        response.status = falcon.HTTP_500
        said = journal.redact(f"{type(error).__name__}: {error}")
        response.media = {"error": f"the fake itself failed: {said}"}
