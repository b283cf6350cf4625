"""Saying how far it has come: a line that renews itself at a terminal, a plain line now and then elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console

from harness.live.reconcile.moments import duration

EVERY_AT_A_TERMINAL, EVERY = 0.2, 10.0
"""How many seconds lie between two words, at the least."""


@dataclass(frozen=True)
class Step:
    """What is being done, how many of how many are done, and how many seconds the rest will take; None: not known."""

    what: str
    done: int
    of: int | None = None
    left: float | None = None
    doing: str = ""
    """Where it is now; ``what`` alone says whether two steps are of one kind."""

    def __str__(self) -> str:
        """Return it as a line."""
        count = f"{self.done:,}" if self.of is None else f"{self.done:,} of {self.of:,}"
        rest = "" if self.left is None else f", about {duration(self.left)} left"
        where = f" {self.doing}" if self.doing else ""
        return f"{self.what}{where}: {count}{rest}" if self.of != 0 else f"{self.what}{where}"


Told = Callable[[Step], None]


def nobody(_step: Step) -> None:
    """Hear of a step and say nothing."""


@contextmanager
def telling(console: Console, now: Callable[[], float] = time.monotonic) -> Iterator[Told]:
    """Yield what says steps on ``console``. The first of each kind is always said."""
    status = console.status("beginning") if console.is_terminal else None
    last: dict[str, float] = {}

    def told(step: Step) -> None:
        every = EVERY if status is None else EVERY_AT_A_TERMINAL
        if step.what in last and step.done != step.of and now() - last[step.what] < every:
            return
        last[step.what] = now()
        if status is None:
            console.print(str(step), markup=False, highlight=False)
        else:
            status.update(str(step))

    if status is None:
        yield told
        return
    with status:
        yield told
