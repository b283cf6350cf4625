"""Deliveries: events on their way to webhooks and connectors, their retries, and the faults armed for them."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from fakes.core.faults import WEBHOOK_KINDS
from fakes.core.tenants import Runtime
from fakes.gladly.rules.events.events import Event
from fakes.gladly.rules.events.types import entity_of
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.webhooks.webhooks import LogRow, LogStatus, Settings, Webhook
from fakes.gladly.service.sender import Sent, new_client, post

_KINDS: Final = WEBHOOK_KINDS | {"delay"}
"""The faults of a delivery; ``delay`` lets it go out so many seconds later, its retries counted from then."""

LONGEST_HOLD_SECONDS: Final = 30.0
"""How long a delivery that is to be overtaken waits for the next one before it goes out all the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """An event on its way to one listener."""

    organization: Organization
    webhook: Webhook
    event: Event


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try of a delivery: its number from 1, and when the first one was made."""

    number: int
    first: datetime


class Deliveries:
    """Sends what the organizations of one fake raise. Nothing is promised about order or repetition by Gladly.

    Deliveries to one webhook leave one after the other in the order of the events, first tries and retries alike;
    webhooks do not wait for each other. ``strict`` passes an error of our own on to whoever caused it.
    """

    def __init__(
        self, runtime: Runtime, *, strict: bool, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Start with one HTTP client for all, closed by ``close``; ``transport`` replaces the network."""
        self._runtime = runtime
        self.strict = strict
        self._client = new_client(transport)
        self._held: list[Delivery] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the HTTP client."""
        self._client.close()

    def publish(self, organization: Organization) -> None:
        """Send what ``organization`` has raised. Call it without the organization's lock, when all state is in place.

        Whoever comes first sends for all who come meanwhile, or what was raised first could leave last. No lock is held
        while something is sent: a receiver may call back, on whatever thread.
        """
        with organization.lock:
            organization.outgoing += [
                (webhook, event)
                for event in organization.events.take()
                for webhook in organization.listeners(event.type)
            ]
            if organization.is_publishing:
                return
            organization.is_publishing = True
        try:
            while (upcoming := _next(organization)) is not None:
                self._dispatch(Delivery(organization, *upcoming))
        except BaseException:
            organization.is_publishing = False  # what is left goes out with the next that is published
            raise

    def ping(self, organization: Organization, settings: Settings) -> Sent:
        """Post a PING at once, on the caller's stack, and return what came of it."""
        event = organization.events.ping()
        sent = post(self._client, settings, event)
        organization.journal.write(
            "delivery", f"{event.type}: {sent.outcome}", **_told(event, sent), url=settings.url
        )
        return sent

    def _dispatch(self, delivery: Delivery) -> None:
        fault = delivery.organization.faults.take(delivery.event.type, _KINDS)
        kind = ""
        if fault is not None:
            kind = fault.kind
            what = f"{kind}: {delivery.event.type}"
            event = delivery.event
            delivery.organization.journal.write(
                "fault", what, fault=kind, event_id=event.id, event_type=event.type
            )
        if kind == "drop":
            return
        if kind == "reorder":
            self._hold(delivery)
            return
        if fault is not None and kind == "delay":
            due = self._runtime.clock.now() + timedelta(seconds=fault.seconds)
            self._runtime.clock.call_at(due, lambda: self._send(delivery))
            return
        for _ in range(2 if kind == "duplicate" else 1):
            self._send(delivery)
        for overtaken in self._take_overtaken(delivery):
            self._send(overtaken)

    def _hold(self, delivery: Delivery) -> None:
        """Keep ``delivery`` until an event about the same kind of thing, raised later, has gone to the same listener."""
        with self._lock:
            self._held.append(delivery)
        due = self._runtime.clock.now() + timedelta(seconds=LONGEST_HOLD_SECONDS)
        self._runtime.clock.call_at(due, lambda: self._release(delivery))

    def _take_overtaken(self, delivery: Delivery) -> list[Delivery]:
        def overtaken(held: Delivery) -> bool:
            return held.webhook is delivery.webhook and entity_of(held.event.type) == entity

        entity = entity_of(delivery.event.type)
        with self._lock:
            found = [held for held in self._held if overtaken(held)]
            self._held = [held for held in self._held if held not in found]
        return found

    def _release(self, delivery: Delivery) -> None:
        with self._lock:
            still_held = delivery in self._held
            self._held = [held for held in self._held if held is not delivery]
        if still_held:
            self._send(delivery)

    def _send(self, delivery: Delivery, attempt: Attempt | None = None) -> None:
        self._runtime.tasks.submit(delivery.webhook.id, lambda: self._seen_to(delivery, attempt))

    def _seen_to(self, delivery: Delivery, attempt: Attempt | None) -> None:
        try:
            self._try(delivery, attempt or Attempt(1, self._runtime.clock.now()))
        except Exception as error:
            what = f"delivery of {delivery.event.type}: {type(error).__name__}: {error}"
            delivery.organization.journal.write("error", what)
            if self.strict:
                raise

    def _try(self, delivery: Delivery, attempt: Attempt) -> None:
        organization, webhook = delivery.organization, delivery.webhook
        if organization.gone or not webhook.enabled:
            what = f"{delivery.event.type}: lost, the listener is off"
            event = delivery.event
            organization.journal.write(
                "delivery", what, event_id=event.id, event_type=event.type, outcome="lost", status=None
            )
            return
        sent = post(self._client, webhook.settings, delivery.event)
        with organization.lock:
            self._settle(delivery, attempt, sent)

    def _settle(self, delivery: Delivery, attempt: Attempt, sent: Sent) -> None:
        organization, webhook = delivery.organization, delivery.webhook
        retries = organization.switches.retry_offsets
        status: LogStatus = "Success"
        if not sent.accepted:
            status = "Debug" if attempt.number <= len(retries) else "Error"
        webhook.log.append(log_row(organization, delivery.event, attempt.number, status, sent))
        organization.journal.write(
            "delivery",
            f"{delivery.event.type}: {sent.outcome}",
            **_told(delivery.event, sent),
            url=webhook.settings.url,
            attempt=attempt.number,
        )
        if status == "Debug":
            self._retry(delivery, attempt, retries[attempt.number - 1])
        elif status == "Error" and webhook.enabled:
            organization.deactivate(webhook)

    def _retry(self, delivery: Delivery, attempt: Attempt, offset: float) -> None:
        due = attempt.first + timedelta(seconds=offset)
        following = Attempt(attempt.number + 1, attempt.first)

        self._runtime.clock.call_at(due, lambda: self._send(delivery, following))


def _next(organization: Organization) -> tuple[Webhook, Event] | None:
    """Return whom to tell next of what; with nothing left, nobody is publishing any more."""
    with organization.lock:
        if organization.outgoing:
            return organization.outgoing.popleft()
        organization.is_publishing = False
        return None


def _told(event: Event, sent: Sent) -> dict[str, Any]:
    """Return what a journal keeps of a delivery that was tried: ``accepted``, ``refused`` or ``unanswered``, status, error."""
    status = sent.response["status"] if sent.response is not None else None
    outcome = "accepted" if sent.accepted else "unanswered" if status is None else "refused"
    about = {"event_id": event.id, "event_type": event.type}
    return {**about, "outcome": outcome, "status": status, "error": sent.error}


def log_row(organization: Organization, event: Event, number: int, status: LogStatus, sent: Sent) -> LogRow:
    """Return the line of a webhook's log for ``sent``, with every secret that the organization knows taken out."""
    redact = organization.secrets.redact
    response = sent.response and {**sent.response, "body": redact(sent.response["body"])}
    return LogRow(
        status, event.id, event.type, number, organization.clock.now(), sent.request, response, sent.error
    )
