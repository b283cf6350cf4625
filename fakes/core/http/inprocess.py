"""A fake without a socket: an httpx transport that answers from the application on the caller's stack."""

from collections.abc import Callable, Iterable

import httpx

from fakes.core.faults import ConnectionFault


class InProcess(httpx.WSGITransport):
    """Answers requests from ``app``; faults below HTTP become the httpx errors a real client would see."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        """Serve the WSGI application ``app``; its exceptions pass to the caller."""
        super().__init__(app=app, raise_app_exceptions=True)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the application's answer, or raise ``httpx.ReadTimeout``, ``ReadError`` or ``RemoteProtocolError``."""
        try:
            return super().handle_request(request)
        except ConnectionFault as fault:
            raise _as_httpx(fault, request) from None


def _as_httpx(fault: ConnectionFault, request: httpx.Request) -> httpx.TransportError:
    silent = fault.fault.kind in {"timeout", "lost"}
    if silent and _gives_up(request, fault.fault.seconds):
        return httpx.ReadTimeout("timed out, as armed", request=request)
    if silent or fault.fault.kind == "truncate":
        return httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body, as armed", request=request
        )
    return httpx.ReadError("connection reset, as armed", request=request)


def _gives_up(request: httpx.Request, silence: float) -> bool:
    """Say whether the client would have given up before the silent connection was closed."""
    patience = request.extensions.get("timeout", {}).get("read")
    return patience is not None and patience < silence
