"""Work in a fork: what it changes ends with it."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any


def in_a_fork(work: Callable[[], Any], seconds: float) -> Any:
    """Return what ``work`` returns, which must fit into JSON; ``None`` if it takes longer or does not come to an end."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        _work(work, seconds, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as answers:  # noqa: PTH123 - a file descriptor
        answer = answers.read()
    os.waitpid(child, 0)
    return json.loads(answer) if answer else None


def _work(work: Callable[[], Any], seconds: float, writing: int) -> None:
    try:
        nothing = os.open(Path(os.devnull), os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nothing, stream)
        os.set_inheritable(writing, False)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = json.dumps(work())
        with open(writing, "w", encoding="utf-8") as answers:
            answers.write(answer)
    finally:
        os._exit(0)
