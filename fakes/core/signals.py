"""Ending by a signal: Ctrl-C and SIGTERM end a server from the outside, at any moment and in order."""

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Final

ENDS: Final = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def ended_by_signals() -> Iterator[Callable[[], None]]:
    """Yield what waits for SIGINT or SIGTERM; one that comes before is not lost. Use it in the main thread.

    Handlers do nothing, so none can strike at a bad moment; the interpreter writes each signal into a socket instead.
    Nothing is blocked, so that processes started inside hear their signals.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    handlers = {one: signal.signal(one, _ignored) for one in ENDS}
    descriptor = signal.set_wakeup_fd(writer.fileno())
    try:
        yield lambda: _wait(reader)
    finally:
        signal.set_wakeup_fd(descriptor)
        for one, handler in handlers.items():
            signal.signal(one, handler)
        reader.close()
        writer.close()


def _wait(reader: socket.socket) -> None:
    while reader.recv(1)[0] not in ENDS:
        pass


def _ignored(_number: int, _frame: object) -> None:
    """Leave it to whoever waits."""
