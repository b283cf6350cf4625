"""A fake of no vendor at all: just enough of one to see what every fake gets from the core."""

import threading
from functools import cache
from typing import Any, ClassVar

import falcon

from fakes.core.control.plane import add_control_plane
from fakes.core.faults import Fault
from fakes.core.http.app import App, Application
from fakes.core.request import body_of
from fakes.core.service import FAKE, Fake
from fakes.core.tenants import Runtime, Tenant

CONTROL_TOKEN = "control-token-of-the-toy"
NAME_HEADER = "X-Shop"
SHOP = "shop-one"
THING = {"thing": "a thing long enough to be cut in half"}
DEADLINE = 10.0


class ToyFake(Fake[Tenant]):
    """Has one shop, known by a header, and a few routes; ``meeting`` is where two requests wait for each other."""

    name: ClassVar[str] = "Toy"

    def __init__(self, runtime: Runtime, *, strict: bool = False) -> None:
        """Open the shop."""
        self.meeting = threading.Barrier(2)
        super().__init__(runtime, control_token=CONTROL_TOKEN, strict=strict)
        self.shop = self.tenants.add(Tenant(SHOP, runtime.clock))

    def identify(self, request: falcon.Request) -> Tenant | None:
        """Return the shop that the header names."""
        return self.shop if request.get_header(NAME_HEADER) == self.shop.id else None


class _Things:
    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = THING

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.status, resp.media = 201, {"taken": len(body_of(req))}

    def on_get_nothing(self, _req: falcon.Request, resp: falcon.Response) -> None:
        resp.status = 204

    def on_get_meeting(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"seat": toy_of(req).meeting.wait(DEADLINE)}

    def on_get_broken(self, _req: falcon.Request, _resp: falcon.Response) -> None:
        raise ZeroDivisionError("one by nothing")


def toy_of(request: falcon.Request) -> ToyFake:
    """Return the toy that the request was sent to."""
    toy: ToyFake = request.env[FAKE]
    return toy


def application(toy: ToyFake) -> Application:
    """Return ``toy`` as a WSGI application."""
    return Application(routes(), toy)


@cache
def routes() -> App:
    """Return the routes that all toys share."""
    app = App(_refuse)
    things = _Things()
    app.add_route("/things", things)
    app.add_route("/things/nothing", things, suffix="nothing")
    app.add_route("/meeting", things, suffix="meeting")
    app.add_route("/broken", things, suffix="broken")
    add_control_plane(app, "shops")
    return app


def _refuse(_fake: Fake[Any], response: falcon.Response, fault: Fault) -> None:
    """Answer in a look of this fake's own."""
    response.status = 429 if fault.kind == "throttle" else fault.status
    response.media = {"refused": fault.kind, "seconds": fault.seconds}
