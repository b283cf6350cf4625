"""The control plane that both fakes share: reset, clock, faults, journal. Everything stands under ``/_fake/``.

A body that does not fit gets 400 and ``{"error": …}`` naming the field; an unknown tenant gets 404.
"""

from dataclasses import asdict
from typing import Any, TypeVar

import falcon
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from fakes.core.clock import Clock
from fakes.core.errors import ClockError, ControlError, FaultError, UnknownTenant
from fakes.core.faults import REQUEST_KINDS, WEBHOOK_KINDS, Fault, can_trigger
from fakes.core.http.app import App
from fakes.core.http.unsupported import nearest_to
from fakes.core.journal import KINDS, Journal, Kind
from fakes.core.paths import CONTROL_PREFIX, is_control
from fakes.core.request import body_of
from fakes.core.service import Fake, fake_of
from fakes.core.tenants import Tenant

USER_HEADER = "X-Fake-User"
_LONGEST_NUMBER = 12
ALL_KINDS = REQUEST_KINDS | WEBHOOK_KINDS


class Ask(BaseModel):
    """The body of a control call: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


A = TypeVar("A", bound=Ask)
T = TypeVar("T", bound=Tenant)


def asked(request: falcon.Request, model: type[A]) -> A:
    """Return the request's JSON body as ``model``, or raise ``ControlError``. No body counts as ``{}``."""
    try:
        values = from_json(body_of(request) or b"{}")
    except ValueError as error:
        raise ControlError(f"the body is not JSON: {error}") from None
    return checked(values, model)


def checked(values: Any, model: type[A]) -> A:
    """Return ``values``, from a JSON body or a form, as ``model``, or raise ``ControlError`` for the first wrong one."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        path = [str(part) for part in first["loc"]]
        text = f"{'.'.join(path) or 'the body'}: {first['msg']}"
        raise ControlError(text, field=next(iter(path), "")) from None


def _control_error(_req: falcon.Request, resp: falcon.Response, error: Any, _params: object) -> None:
    resp.status, resp.media = error.status, {"error": str(error)}


def _forbidden(_req: falcon.Request, resp: falcon.Response, error: Any, _params: object) -> None:
    resp.status, resp.media = falcon.HTTP_403, {"error": error.description}


def _unknown_tenant(_req: falcon.Request, resp: falcon.Response, error: Any, _params: object) -> None:
    resp.status, resp.media = falcon.HTTP_404, {"error": f"there is no tenant {error.args[0]!r} here"}


class _Reset:
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        fake_of(req).reset()
        resp.status = falcon.HTTP_204


class AdvanceAsk(Ask):
    """How far to move the clock, in seconds."""

    seconds: float = Field(ge=0, le=10 * 365 * 86_400)


def advance(clock: Clock, ask: AdvanceAsk) -> None:
    """Move ``clock``, or raise ``ControlError`` for where it cannot go."""
    try:
        clock.advance(ask.seconds)
    except ClockError as error:
        raise ControlError(str(error), field="seconds") from None


class _ClockFace:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"now": fake_of(req).runtime.clock.now().isoformat()}

    def on_post_advance(self, req: falcon.Request, resp: falcon.Response) -> None:
        advance(fake_of(req).runtime.clock, asked(req, AdvanceAsk))
        self.on_get(req, resp)


class FaultAsk(Ask):
    """A fault to arm; see ``fakes.core.faults``."""

    route: str = Field(min_length=1)
    kind: str
    times: int = 1
    status: int | None = Field(None, ge=0)
    seconds: float = 1.0
    after: int = 0
    retry_after: str = "seconds"
    location: str = ""


def arm(app: App, fake: Fake[T], tenant: T, ask: FaultAsk) -> Fault:
    """Arm what is asked for on the routes of ``app`` and return it, or raise ``ControlError`` for what cannot be or could never trigger."""
    if ask.kind in ALL_KINDS - fake.fault_kinds:
        text = f"{fake.name} has no faults of the kind {ask.kind!r}: it sends no webhooks"
        raise ControlError(text, field="kind")
    try:
        fault = Fault(**ask.model_dump(exclude_none=True))
    except FaultError as error:
        raise ControlError(str(error), field=error.field) from None
    known = fault_routes(app, fake)
    if not any(can_trigger(ask.route, one) for one in known):
        text = f"nothing here matches the route {ask.route!r}; nearest: {nearest_to(ask.route, known)}"
        raise ControlError(text, field="route")
    return tenant.faults.arm(fault)


def fault_routes(app: App, fake: Fake[Any]) -> list[str]:
    """Return what a fault can be armed for: every route but the control plane's own, and the types of events sent."""
    calls = [one for one in app.known_routes() if not is_control(one.partition(" ")[2])]
    return [*calls, *fake.fault_subjects]


class _FaultList:
    """The faults of a tenant: what was armed, how often each has struck, and what is left of it."""

    def __init__(self, app: App) -> None:
        self._app = app

    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        resp.media = [asdict(fault) for fault in fake_of(req).tenants.get(tenant_id).faults.all()]

    def on_post(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, FaultAsk)
        fake = fake_of(req)
        fault = arm(self._app, fake, fake.tenants.get(tenant_id), ask)
        resp.status, resp.media = falcon.HTTP_201, asdict(fault)

    def on_delete(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        but = req.get_param_as_int("but", min_value=1)
        fake_of(req).tenants.get(tenant_id).faults.clear(but)
        resp.status = falcon.HTTP_204


def kinds_named(req: falcon.Request) -> list[Kind]:
    """Return the kinds of journal entries that ``?kind=`` names, or raise ``ControlError`` for one that none has."""
    named = set(req.get_param_as_list("kind") or [])
    if unknown := named.difference(KINDS):
        raise ControlError(f"unknown kind {', '.join(sorted(unknown))}; known kinds: {', '.join(KINDS)}")
    return [kind for kind in KINDS if kind in named]


def entries_after(req: falcon.Request) -> int:
    """Return the number behind which entries are asked for with ``?after=``, 0 without; raises ``ControlError``."""
    text = req.get_param("after") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise ControlError(f"after: a number of an entry is expected, not {text[:40]!r}")
    return int(text)


class _JournalPage:
    """The journal: all of it, with ``?kind=`` only entries of these kinds, with ``?after=`` only later ones."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        self._answer(req, resp, fake_of(req).tenants.get(tenant_id).journal)

    def on_get_unclaimed(self, req: falcon.Request, resp: falcon.Response) -> None:
        self._answer(req, resp, fake_of(req).journal)

    def _answer(self, req: falcon.Request, resp: falcon.Response, journal: Journal) -> None:
        resp.media = [
            entry.as_json() for entry in journal.entries(*kinds_named(req), after=entries_after(req))
        ]


class _SecretList:
    """The keys, tokens, passwords and codes of a tenant, also of what was deleted: for a search for leaks."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        resp.media = fake_of(req).tenants.get(tenant_id).secrets.values()


def add_control_plane(app: App, collection: str) -> None:
    """Add the shared control routes; ``collection`` is the vendor's word for its tenants, such as ``accounts``."""
    one = f"{CONTROL_PREFIX}{collection}/{{tenant_id}}"
    app.add_error_handler(ControlError, _control_error)
    app.add_error_handler(falcon.HTTPForbidden, _forbidden)
    app.add_error_handler(UnknownTenant, _unknown_tenant)
    app.add_route(f"{CONTROL_PREFIX}reset", _Reset())
    app.add_route(f"{CONTROL_PREFIX}clock", _ClockFace())
    app.add_route(f"{CONTROL_PREFIX}clock/advance", _ClockFace(), suffix="advance")
    app.add_route(f"{CONTROL_PREFIX}journal", _JournalPage(), suffix="unclaimed")
    app.add_route(f"{one}/faults", _FaultList(app))
    app.add_route(f"{one}/journal", _JournalPage())
    app.add_route(f"{one}/secrets", _SecretList())
