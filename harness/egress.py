"""No byte leaves the machine, in any world but ``live``.

In the harness's own process, connecting to anything but loopback raises. For an integration in a process of its
own, the proxy variables lead every call for outside into a trap, which refuses it and remembers where it wanted to go.
"""

import contextlib
import ipaddress
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

from harness.errors import EgressRefused

LONGEST_REQUEST_LINE = 8_192


def is_loopback(address: Any) -> bool:
    """Say whether a socket address stays on this machine: loopback, or no internet address at all."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def loopback_only() -> Iterator[None]:
    """Let this process connect, send and look up names on loopback only; ``EgressRefused`` names any other address."""
    with contextlib.ExitStack() as stack:
        for name in ("connect", "connect_ex", "sendto"):
            _guard(stack, socket.socket, name, lambda args: args[-1])
        _guard(stack, socket, "getaddrinfo", lambda args: (args[0] or "localhost",))
        yield


def _guard(stack: contextlib.ExitStack, owner: Any, name: str, address_of: Callable[[Any], Any]) -> None:
    """Put a check of the address before ``owner.name`` until ``stack`` is left."""
    real = getattr(owner, name)

    def guarded(*args: Any, **options: Any) -> Any:
        if not is_loopback(address := address_of(args)):
            raise EgressRefused(
                f"{name} to {address!r} was refused: no byte leaves the machine in this world"
            )
        return real(*args, **options)

    setattr(owner, name, guarded)
    stack.callback(setattr, owner, name, real)


class EgressTrap:
    """A proxy on loopback that lets nobody through; ``attempts`` lists where they wanted to go."""

    def __init__(self) -> None:
        """Listen from now on."""
        self.attempts: list[str] = []
        trap = self

        class Refusal(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                line = self.rfile.readline(LONGEST_REQUEST_LINE).decode("latin-1").split()
                trap.attempts.append(" ".join(line[:2]).split("?")[0])
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusal)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="egress-trap", daemon=True).start()

    def environment(self) -> dict[str, str]:
        """Return the proxy variables, in both spellings, that lead into the trap."""
        proxy = f"http://127.0.0.1:{self._server.server_address[1]}"
        names = {
            "HTTP_PROXY": proxy,
            "HTTPS_PROXY": proxy,
            "ALL_PROXY": proxy,
            "NO_PROXY": "127.0.0.1,localhost",
        }
        return names | {name.lower(): value for name, value in names.items()}

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
