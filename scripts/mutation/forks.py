"""Work in a fork: what it changes ends with it."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any


class TookTooLong(Exception):
    """The work was not done in its time."""


class Died(Exception):
    """The fork ended without an answer: it is broken itself, or what it ran has ended it."""


IDLE = 120.0
"""Seconds of somebody else's work or of waiting, beyond the seconds of its own work that a fork may take."""


def in_a_fork(work: Callable[[], Any], seconds: float) -> Any:
    """Return what ``work`` returns, which must fit into JSON. Raises ``TookTooLong`` or ``Died``.

    ``seconds`` are those that the processor works for it, however busy the machine is.
    """
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        _work(work, seconds, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as answers:  # noqa: PTH123 - a file descriptor
        answer = answers.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code in {-signal.SIGALRM, -signal.SIGPROF}:
        raise TookTooLong
    if not answer:
        raise Died(code)
    return json.loads(answer)


def _work(work: Callable[[], Any], seconds: float, writing: int) -> None:
    try:
        nothing = os.open(Path(os.devnull), os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nothing, stream)
        os.set_inheritable(writing, False)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds + IDLE)
        answer = json.dumps(work())
        with open(writing, "w", encoding="utf-8") as answers:
            answers.write(answer)
        os._exit(0)
    finally:
        os._exit(1)
