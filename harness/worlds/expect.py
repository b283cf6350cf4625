"""The one way in which steps assert: what was expected of whom, what was seen, and what the systems did last."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

from harness.errors import NotAsExpected
from harness.ports import Waiting
from harness.wording import in_words

T = TypeVar("T")


class Expect:
    """Raises ``NotAsExpected`` in the feature's language. ``step`` is the sentence of the step at work, for the text."""

    def __init__(
        self, wait: Waiting, lines: Callable[[], list[str]], clues: Callable[[], list[str]] = list
    ) -> None:
        """Wait by ``wait``; ``lines`` tells what the systems did last, ``clues`` what comes near to what was expected."""
        self.step = ""
        self._wait = wait
        self._lines, self._clues = lines, clues

    def that(self, what: str, holds: object, *, seen: object) -> None:
        """Expect now that ``what``, which ``holds`` or not; ``seen`` is what was looked at."""
        __tracebackhide__ = True
        if not holds:
            self._fail(what, in_words(seen))

    def equal(self, what: str, *, seen: T, due: T) -> None:
        """Expect now that ``what``, a sentence without its end, is ``due``."""
        __tracebackhide__ = True
        if seen != due:
            self._fail(f"{what}: {in_words(due)}", in_words(seen))

    def soon(self, what: str, look: Callable[[], T], is_enough: Callable[[T], object] = bool) -> T:
        """Expect ``what`` before the deadline: look until ``is_enough`` of what is seen, and return that."""
        __tracebackhide__ = True
        last = self._wait.until(look, is_enough, what)
        if not last.in_time:
            why = last.why or f"after waiting for {self._wait.longest}"
            self._fail(what, f"{in_words(last.value)} ({why})")
        seen: T = last.value
        return seen

    def quiet(self) -> None:
        """Expect that nothing more happens, and wait until that is sure."""
        __tracebackhide__ = True
        if not self._wait.until_quiet():
            self._fail("the app and both systems come to rest", f"they go on after {self._wait.longest}")

    def circumstances(self) -> list[str]:
        """Return what may help to understand a failure, then what the systems did last, a line each."""
        hints = [f"  {clue}" for clue in self._clues()]
        lines = [f"  {line}" for line in self._lines() or ["nothing"]]
        return [*(["to look at:"] if hints else []), *hints, "the systems, last, by their own clock:", *lines]

    def _fail(self, what: str, seen: str) -> NoReturn:
        __tracebackhide__ = True
        lines = self._lines() or ["nothing"]
        raise NotAsExpected(_summary(self.step, what, seen), lines, self._clues())


def _summary(step: str, what: str, seen: str) -> str:
    parts = [f"{step}"] if step else []
    return "\n".join([*parts, f"  expected: {what}", f"  seen:     {seen}"])
