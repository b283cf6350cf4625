"""Telling whoever watches what goes on, and asking whoever sits there: a line each, on standard error."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from rich.console import Console
from rich.markup import escape

from harness.live.progress import in_lines, said


class Teller:
    """Writes lines with the time of day; ``uncaptured`` opens the way to the terminal where something else holds it."""

    def __init__(
        self, uncaptured: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
    ) -> None:
        """Write to standard error."""
        self._uncaptured = uncaptured

    def line(self, text: str) -> None:
        """Write one line."""
        with self._uncaptured():
            now = f"{datetime.now().astimezone():%H:%M:%S}"
            Console(stderr=True, emoji=False, highlight=False, soft_wrap=True).print(
                f"{now} {text}", style="dim", markup=False
            )

    @contextlib.contextmanager
    def waiting(self, what: str, longest: float) -> Iterator[Callable[[float], None]]:
        """Show a wait: in one line that changes where somebody watches, else in a line now and then."""
        console = Console(stderr=True, emoji=False, highlight=False)
        if not console.is_terminal or os.environ.get("CI"):
            with in_lines(self.line)(what, longest) as tell:
                yield tell
            return
        with self._uncaptured(), console.status(escape(said(what, 0.0, longest))) as status:
            yield lambda waited: status.update(escape(said(what, waited, longest)))

    def ask(self, question: str) -> bool:
        """Ask for something to be done, and say whether it was; False at once where nobody can answer."""
        with self._uncaptured():
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                return False
            console = Console(stderr=True, emoji=False)
            console.print(f"\n{question}", style="bold", markup=False)
            console.print("Press Enter when that is done; type n and Enter to go on without.", markup=False)
            return sys.stdin.readline().strip().lower() not in {"n", "no"}
