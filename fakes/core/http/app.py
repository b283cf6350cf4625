"""A vendor's application: its routes, compiled once a process, which every fake of that vendor is served by."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar
from wsgiref.types import StartResponse

import falcon

from fakes.core.errors import UnsupportedRequest
from fakes.core.faults import ConnectionFault, Fault
from fakes.core.http.edge import HEADER_NAMES
from fakes.core.http.headers import HeaderNames
from fakes.core.http.middleware import Failure, Middleware
from fakes.core.http.unsupported import answer_unsupported, nearest_to
from fakes.core.paths import is_control_page
from fakes.core.request import Request
from fakes.core.service import FAKE, Fake
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

Refuse = Callable[[Fake[Any], falcon.Response, Fault], None]
"""Fills a response with the vendor's own look of a ``status`` or ``throttle`` fault."""

ShowUnsupported = Callable[[falcon.Request, falcon.Response, str], None]
"""What a browser is shown instead of the JSON of a 501."""

ReceivesControl = Callable[[falcon.Request, falcon.Response], bool]
"""Says whether a request is for the control room; if its sender may not come in, it is answered at once."""


class Served(NamedTuple):
    """A route as a path template, with the methods that the vendor's resource answers."""

    path: str
    methods: tuple[str, ...]


class App(falcon.App[falcon.Request, falcon.Response]):
    """The routes of one vendor. Whatever a route needs of a fake it finds by the request.

    ``unsupported_page`` is what a browser is shown instead of the JSON of a 501, ``receives_control`` what lets people
    into the control room; both are set by whoever adds pages.
    """

    def __init__(self, refuse: Refuse, request_type: type[falcon.Request] = Request) -> None:
        """Start with no route but the answer to unknown ones."""
        self.served: list[Served] = []
        self.unsupported_page: ShowUnsupported | None = None
        self.receives_control: ReceivesControl | None = None
        super().__init__(request_type=request_type, middleware=[Middleware(self, refuse)])
        self.req_options.strip_url_path_trailing_slash = False
        self.add_error_handler(Exception, Failure())
        self.add_error_handler(ConnectionFault, _pass_on)
        self.add_error_handler(UnsupportedRequest, _pass_on)
        self.add_sink(self._unknown, "/")
        # A known path with an unknown method; a vendor whose 405 is documented replaces this handler.
        self.add_error_handler(
            falcon.HTTPMethodNotAllowed, lambda req, resp, _error, _params: self._unknown(req, resp)
        )

    def add_route(self, uri_template: str, resource: object, **kwargs: Any) -> None:
        """Add a route as the framework does, and remember it for ``known_routes``."""
        super().add_route(uri_template, resource, **kwargs)
        ending = f"_{suffix}" if (suffix := kwargs.get("suffix")) else ""
        methods = tuple(one for one in METHODS if hasattr(resource, f"on_{one.lower()}{ending}"))
        self.served.append(Served(uri_template, methods))

    def known_routes(self) -> list[str]:
        """Return every route as method and path template, such as ``GET /api/events/{event_id}``, without the control room's."""
        return [
            f"{method} {route.path}"
            for route in self.served
            if not is_control_page(route.path)
            for method in route.methods
        ]

    def nearest(self, asked: str) -> str:
        """Return which known route looks most like ``asked``, or ``""`` when there is none."""
        return nearest_to(asked, self.known_routes())

    def _unknown(self, req: falcon.Request, resp: falcon.Response, **_: Any) -> None:
        nearest = self.nearest(f"{req.method} {req.path}")
        remark = f"nearest known route: {nearest}" if nearest else "no route is known"
        answer_unsupported(req, resp, remark, self.unsupported_page)


class Application:
    """One fake as a WSGI application: its vendor's routes over its own state, header names as the vendor spells them."""

    def __init__(self, app: App, fake: Fake[T]) -> None:
        """Serve ``fake`` by the routes of ``app``, which other fakes may share."""
        self.app = app
        self.fake: Fake[Any] = fake
        self._named = HeaderNames(app, (*HEADER_NAMES, *fake.header_names))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        environ[FAKE] = self.fake
        return self._named(environ, start_response)


def _pass_on(_req: falcon.Request, _resp: falcon.Response, error: Exception, _params: object) -> None:
    raise error
