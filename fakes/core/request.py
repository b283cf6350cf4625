"""The state of a request in flight: what one part finds out about it and others need."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, cast

import falcon

from fakes.core.faults import Fault
from fakes.core.tenants import Tenant

WsgiApplication = Callable[..., Iterable[bytes]]
"""What any WSGI server can serve."""

_PIECE = 64 * 1024


class RequestState:
    """What is known of a request. A vendor adds what only its own requests have, in a subclass.

    ``tenant`` is whose request it is, None for nobody's; ``body`` what was read of it, None before that; ``fault`` an
    armed fault that spoils the answer once there is one, ``triggered`` the kind of any that triggered, ``""`` without.
    ``recorded`` says whether the journal gets an entry. ``parameters_read`` names the query parameters that the call has
    looked at, ``fields_unread`` the fields of the body that it does not know, None as long as it has not read the body.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.tenant: Tenant | None = None
        self.body: bytes | None = None
        self.fault: Fault | None = None
        self.triggered = ""
        self.recorded = True
        self.parameters_read: set[str] = set()
        self.fields_unread: list[str] | None = None

    def journal_details(self) -> dict[str, Any]:
        """Return what the journal's entry of the request says beside what every entry says."""
        return {}


class Request(falcon.Request):
    """A request with a typed state where the framework has a bag of attributes."""

    context_type: ClassVar[type] = RequestState

    def get_param(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Return a query parameter as the framework does, and remember that it was looked at."""
        self.context.parameters_read.add(name)
        return super().get_param(name, *args, **kwargs)

    def get_param_as_list(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Return a query parameter as the framework does, and remember that it was looked at."""
        self.context.parameters_read.add(name)
        return super().get_param_as_list(name, *args, **kwargs)


def state_of(request: falcon.Request) -> RequestState:
    """Return what is known of the request."""
    return cast(RequestState, request.context)


def tenant_of(request: falcon.Request) -> Any:
    """Return the tenant that the request was found to belong to, or None."""
    return state_of(request).tenant


def body_of(request: falcon.Request) -> bytes:
    """Return the request's body; it is read once and kept for the journal."""
    state = state_of(request)
    if state.body is None:
        # Piece by piece: a body may be said to be longer than any memory, and ends where it ends.
        state.body = b"".join(iter(lambda: request.bounded_stream.read(_PIECE), b""))
    return state.body
