"""Works through the outbox: looks addresses up in Gladly, sends events to Klaviyo, tries again, parks."""

import logging
from collections.abc import Callable

from integration.answers import Refused, Rejected, RetryLater
from integration.gladly import Gladly
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox, Webhook

FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0
MOST_DOUBLINGS = 10  # more than lead to the longest wait; without an end the power would overflow

log = logging.getLogger(__name__)


class Dispatcher:
    """Does what is due when told to; ``now`` tells Unix seconds."""

    def __init__(self, outbox: Outbox, gladly: Gladly, klaviyo: Klaviyo, now: Callable[[], float]) -> None:
        """Start with nothing parked: new settings get a new chance."""
        self._outbox = outbox
        self._gladly = gladly
        self._klaviyo = klaviyo
        self._now = now
        self._parked = False

    def work(self) -> float | None:
        """Do all that is due. Return when to come again, or None when nothing waits or what waits is parked.

        Addresses are looked up even while events are parked, so that they are those of the moment.
        """
        for webhook in self._outbox.webhooks_due(self._now()):
            self._look_up(webhook)
        for event in self._outbox.events_due(self._now()):
            if self._parked:
                break
            self._send(event)
        return self._outbox.next_due(sending=not self._parked)

    def _look_up(self, webhook: Webhook) -> None:
        try:
            self._outbox.address(webhook, self._gladly.addresses(webhook.customer_id))
        except RetryLater as later:
            self._postpone(webhook, later)

    def _send(self, event: Event) -> None:
        try:
            self._klaviyo.send(event, in_conversation=self._outbox.in_conversation(event.email))
        except RetryLater as later:
            self._postpone(event, later)
        except Refused as refused:
            self._parked = True
            log.error(  # noqa: TRY400 - the traceback of an expected answer tells nothing
                "Klaviyo refuses these settings (%s): events are parked until they change", refused
            )
        except Rejected as rejected:
            self._outbox.close_event(event, "rejected")
            log.error(  # noqa: TRY400 - as above
                "Klaviyo will not take an event (%s): it is kept in the outbox as rejected", rejected
            )
        else:
            self._outbox.close_event(event, "sent")

    def _postpone(self, item: Webhook | Event, later: RetryLater) -> None:
        wait = max(later.seconds, min(FIRST_WAIT * 2 ** min(item.attempts, MOST_DOUBLINGS), LONGEST_WAIT))
        self._outbox.postpone(item, self._now() + wait)
        log.warning("attempt %d failed (%s): next in %.1f s", item.attempts + 1, later, wait)
