"""Whether anything can still come of a wait, so that a broken integration does not cost its deadline in each scenario."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.actors.api.heard import Heard

MANY = 3
"""After so many waits in vain the run is red whatever comes, and is not waited for as long any more."""
QUIET_SHARE, QUIET_SHARE_LATER, DEADLINE_SHARE_LATER = 1 / 3, 1 / 15, 1 / 3
SHORTEST_QUIET = 2.0
LOOKS_EVERY = 0.25


@dataclass
class Patience:
    """How long a whole session waits: ``vain`` counts the waits that came to nothing."""

    vain: int = 0

    @property
    def is_lost(self) -> bool:
        """Whether so much has come to nothing that the details are not worth the time."""
        return self.vain >= MANY

    def longest(self, deadline: float) -> float:
        """Return how many seconds to wait at most, where ``deadline`` is what was asked for."""
        return deadline * (DEADLINE_SHARE_LATER if self.is_lost else 1)

    def quiet(self, deadline: float) -> float:
        """Return after how many seconds without a sign an app that has nothing to wait for will not act any more."""
        share = QUIET_SHARE_LATER if self.is_lost else QUIET_SHARE
        return min(deadline, max(SHORTEST_QUIET, deadline * share))


def nobody_ended() -> str:
    """Tell of an app that runs."""
    return ""


def never_hears() -> Heard:
    """Tell of an app of which nothing can be said."""
    return Heard(heard=0, failures=0, is_told_to_wait=True, is_unanswered=False)


class Outlook:
    """Tells of one wait after the other whether it has become useless. Times are seconds."""

    def __init__(
        self,
        deadline: float,
        *,
        hear: Callable[[], Heard] = never_hears,
        ended: Callable[[], str] = nobody_ended,
        patience: Patience | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wait up to ``deadline`` where nothing shows that less will do.

        ``hear`` tells what was heard of the app, ``ended`` how it ended by itself or ``""``; ``patience`` is the session's.
        """
        self._deadline = deadline
        self._hear, self._ended, self._now = hear, ended, now
        self._patience = patience or Patience()
        self.begin()

    def begin(self) -> None:
        """Begin with a new wait."""
        self._began = self._since = self._looked = self._now()
        self._longest = self._patience.longest(self._deadline)
        self._heard: int | None = None

    def why_in_vain(self) -> str:
        """Return why nobody should wait any longer; ``""`` while something may still come."""
        now = self._now()
        if now >= self._began + self._longest:
            return f"after waiting for {self._longest:.0f} s"
        if now < self._looked + LOOKS_EVERY:
            return ""
        self._looked = now
        return self._ended() or self._silence(now)

    def came_to_nothing(self) -> None:
        """Count a wait in vain."""
        self._patience.vain += 1

    def _silence(self, now: float) -> str:
        heard = self._hear()
        if self._heard is not None and heard.heard != self._heard:
            self._since = now
        self._heard = heard.heard
        enough = heard.quiet_for(self._patience.quiet(self._deadline))
        is_over = enough is not None and now >= self._since + enough
        return "and nothing more was heard of the app" if is_over else ""
