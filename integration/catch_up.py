"""Asks Gladly what it raised while nobody was told: after a PING and at the start.

Only what happened since this integration is in service is reported, for an installation must not tell Klaviyo of
conversations from before. It is in service since the first PING, if that says when it was sent; an answer from before any
such PING is only remembered. All others go through the same door as webhooks, which knows what it has had. Gladly's clock
may not be ours, so times are taken from what Gladly says wherever it says them.
"""

import math
from collections.abc import Callable

from integration import webhook
from integration.answers import RetryLater
from integration.gladly import BadWindow, Gladly
from integration.log import logger
from integration.outbox import Outbox, Webhook

FARTHEST_BACK = 86_400.0 - 60.0  # Gladly answers for 24 h; a minute for the way
FARTHEST_AHEAD = 31 * 86_400.0  # no clock is so wrong: what is beyond is no time
OVERLAP = 120.0  # the Events API may be 15 s behind
LATER = (0.0, 600.0, 5_400.0, 21_600.0, 43_200.0, 79_200.0)
"""How much later than meant to begin, one after the other, when Gladly finds the beginning too long ago: its clock is ahead."""
IN_SERVICE, CAUGHT_UP = "in service since", "caught up to"

log = logger(__name__)


class CatchUp:
    """Looks once when told to."""

    def __init__(self, outbox: Outbox, gladly: Gladly, now: Callable[[], float]) -> None:
        """Look at the start, too."""
        self._outbox = outbox
        self._gladly = gladly
        self._now = now
        self._heard = 0.0
        self._until = math.inf
        self.due: float | None = 0.0

    def soon(self, gladlys_time: float) -> None:
        """Look as soon as there is time for it; a PING has come, at ``gladlys_time`` if it says so.

        What happens after a PING comes by webhook, or the app has been switched off since and it is not to be reported.
        """
        self._until = math.inf
        if -FARTHEST_BACK < gladlys_time - self._now() < FARTHEST_AHEAD:
            self._until, self._heard = gladlys_time, max(self._heard, gladlys_time)
            if self._outbox.moment(IN_SERVICE) is None:
                self._outbox.write_down(IN_SERVICE, gladlys_time)
        self.due = 0.0

    def look(self) -> None:
        """Ask once and take in what is new, or raise ``RetryLater`` or ``Refused``."""
        caught_up = self._outbox.moment(CAUGHT_UP) or self._outbox.moment(IN_SERVICE)
        present = max(self._now(), self._heard, caught_up or 0.0)
        lines, told_at = self._ask(max((caught_up or present) - OVERLAP, present - FARTHEST_BACK))
        found = _readable(lines)
        since = self._outbox.moment(IN_SERVICE)  # after the question: a PING may have come meanwhile
        if since is None:
            self._outbox.pass_over(found)
            since = max(told_at, self._heard)
            self._outbox.write_down(IN_SERVICE, since)
        else:
            found = [each for each in found if since <= each.at <= self._until]
            self._outbox.accept_missed(found)
        self._outbox.write_down(CAUGHT_UP, max([since, *(each.at for each in found)]))

    def _ask(self, start: float) -> tuple[list[str], float]:
        for later in LATER:
            try:
                return self._gladly.events_since(start + later)
            except BadWindow as bad:
                last = bad
        self._heard = 0.0  # in case it was a PING that was wrong about the time
        raise last


def _readable(lines: list[str]) -> list[Webhook]:
    found, unreadable = [], 0
    for line in lines:
        try:
            found.append(webhook.read(line.encode()))
        except ValueError:
            unreadable += 1
    if unreadable and unreadable == len(lines):
        raise RetryLater("nothing readable in the answer")
    if unreadable:
        log.warning("lines of the Events API that nobody can read", count=unreadable)
    return [each for each in found if each is not None]
