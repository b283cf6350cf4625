"""Ports for integrations to listen at: free, and reserved for one scenario though nobody listens yet."""

import itertools
import socket

from harness.errors import NotReady

# Below the ephemeral range, so that no outgoing connection can take a port that is about to be listened on.
PORTS = range(21_000, 32_000)
_candidates = itertools.cycle(PORTS)


def is_listened_at(number: int) -> bool:
    """Say whether somebody listens at this port of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", number)) == 0


class Port:
    """A TCP port on loopback that nobody listens on, reserved until its ``token`` is closed.

    The integration binds the TCP port itself, after a restart again; so what is held meanwhile is the UDP port of the
    same number, which no other session of the harness on this machine can then take.
    """

    def __init__(self) -> None:
        """Take the next port that is free, or raise ``NotReady``."""
        for number in itertools.islice(_candidates, len(PORTS)):
            token = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            if _binds(token, number) and _is_listenable(number):
                self.number, self.token = number, token
                return
            token.close()
        raise NotReady(f"no port from {PORTS.start} to {PORTS.stop - 1} is free on this machine")


def _is_listenable(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _binds(probe, number)


def _binds(sock: socket.socket, number: int) -> bool:
    try:
        sock.bind(("127.0.0.1", number))
    except OSError:
        return False
    return True
