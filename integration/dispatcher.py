"""Works through the outbox: looks addresses up in Gladly, sends events to Klaviyo, tries again, parks.

The two have a method each, for a worker each, so that a side that hangs holds up nothing at the other.
"""

from collections.abc import Callable

from tenacity import RetryCallState, Retrying, wait_exponential

from integration.answers import Refused, Rejected, RetryLater, Throttled
from integration.catch_up import CatchUp
from integration.gladly import Gladly
from integration.klaviyo import Klaviyo
from integration.log import logger
from integration.outbox import Event, Outbox, Side, Webhook, whole_milliseconds

FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0
SHORTEST_PAUSE = 1.0

log = logger(__name__)


class Dispatcher:
    """Does what is due when told to; ``now`` tells Unix seconds, ``owes`` is called when there is something to send."""

    def __init__(self, outbox: Outbox, gladly: Gladly, klaviyo: Klaviyo, now: Callable[[], float]) -> None:
        """Put the parts together."""
        self._outbox = outbox
        self._gladly = gladly
        self._klaviyo = klaviyo
        self._now = now
        self._stopping = False
        self._catch_up_attempts = 0
        self.catch_up = CatchUp(outbox, gladly, now)
        self.owes: Callable[[], None] = lambda: None
        self.last_success: float | None = None

    def work(self) -> float | None:
        """Do all that is due at both sides. Return when to come again, or None when nothing waits."""
        return _soonest(self.look_up(), self.send())

    def look_up(self) -> float | None:
        """Do all that is due at Gladly, what was missed included. Return as ``work`` does.

        Addresses are looked up even while events are parked, so that they are those of the moment.
        """
        self._outbox.prune()
        self._look_up_all()
        if self._may_catch_up():
            self._catch_up()
            self._look_up_all()
        side, again = self._gladly.side, self.catch_up.due
        if again is not None:
            again = max(again, self._outbox.closed_until(side))
        return _soonest(self._outbox.next_due(side), again)

    def send(self) -> float | None:
        """Do all that is due at Klaviyo. Return as ``work`` does."""
        while not self._stopping and (event := self._outbox.take_event(self._klaviyo.side)):
            self._send(event)
        return self._outbox.next_due(self._klaviyo.side)

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True

    def _look_up_all(self) -> None:
        while not self._stopping and (webhook := self._outbox.take_webhook(self._gladly.side)):
            self._look_up(webhook)

    def _look_up(self, webhook: Webhook) -> None:
        try:
            emails = self._gladly.addresses(webhook.customer_id)
        except RetryLater as later:
            self._postpone(webhook, later)
        except Refused as refused:
            self._park(self._gladly.side, refused, webhook)
        else:
            self._outbox.address(webhook, emails)
            self._unpark(self._gladly.side)
            self.owes()

    def _may_catch_up(self) -> bool:
        due = self.catch_up.due
        ready = due is not None and due <= self._now() and not self._stopping
        return ready and self._outbox.may_ask(self._gladly.side)

    def _catch_up(self) -> None:
        self.catch_up.due = None  # before it is asked, so that a PING that comes meanwhile counts
        try:
            self.catch_up.look()
        except RetryLater as later:
            wait = _wait(self._catch_up_attempts, later)
            self._catch_up_attempts += 1
            due = whole_milliseconds(self._now() + wait)
            if self.catch_up.due is None:
                self.catch_up.due = due
            if isinstance(later, Throttled):
                self._outbox.write_down(self._gladly.side.paused, due)
            log.warning("Gladly cannot say what was missed", why=str(later), next_in=wait)
        except Refused as refused:
            self.catch_up.due = 0.0  # as soon as a probe is
            self._park(self._gladly.side, refused)
        else:
            self._catch_up_attempts = 0
            self._unpark(self._gladly.side)

    def _send(self, event: Event) -> None:
        try:
            self._klaviyo.send(event, in_conversation=self._outbox.in_conversation(event.email))
        except RetryLater as later:
            self._postpone(event, later)
        except Refused as refused:
            self._park(self._klaviyo.side, refused, event)
        except Rejected as rejected:
            self._outbox.close_event(event, "rejected")
            self._unpark(self._klaviyo.side)
            log.error(  # noqa: TRY400 - the traceback of an expected answer tells nothing
                "Klaviyo will not take an event: it is kept in the outbox as rejected",
                why=str(rejected),
                gladly_event=event.webhook_id,
            )
        else:
            self._outbox.close_event(event, "sent")
            self._unpark(self._klaviyo.side)
            self.last_success = self._now()

    def _postpone(self, item: Webhook | Event, later: RetryLater) -> None:
        wait = _wait(item.attempts, later)
        side = self._klaviyo.side if isinstance(item, Event) else self._gladly.side
        self._outbox.postpone(item, self._now() + wait, pause=side if isinstance(later, Throttled) else None)
        log.warning(
            "an attempt failed",
            at=side.name,
            why=str(later),
            gladly_event=item.webhook_id if isinstance(item, Event) else item.id,
            attempt=item.attempts + 1,
            next_in=wait,
        )

    def _park(self, side: Side, refused: Refused, item: Webhook | Event | None = None) -> None:
        say = log.error if self._outbox.park(side, item) else log.info
        say(
            "credentials are refused: what is owed is parked, but for one attempt a minute",
            at=side.name,
            why=str(refused),
        )

    def _unpark(self, side: Side) -> None:
        if self._outbox.unpark(side):
            log.warning("credentials are taken again: what was parked goes on", at=side.name)


def _soonest(*dues: float | None) -> float | None:
    return min((due for due in dues if due is not None), default=None)


def _wait(attempts: int, later: RetryLater) -> float:
    """Return how long to wait after so many failures before this one: as asked, else longer each time up to a minute."""
    if later.seconds >= SHORTEST_PAUSE:
        return later.seconds
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = attempts + 1
    wait = wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)(state)
    return max(wait, SHORTEST_PAUSE) if isinstance(later, Throttled) else wait
