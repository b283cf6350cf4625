"""Tells Klaviyo: through the new API with a private key, through the legacy one before the upgrade."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from integration.answers import Refused, Rejected, RetryLater, later_if_busy, later_if_not_from_the_api
from integration.calls import Calls
from integration.outbox import Event, Side
from integration.settings import Settings

REVISION = "2026-07-15"
STARTED = "started conversation in Gladly"
CLOSED = "closed conversation in Gladly"
PROPERTY = "In Gladly Conversation"
_NEVER_ACCEPTED = {
    httpx.codes.BAD_REQUEST,
    httpx.codes.CONFLICT,
    httpx.codes.REQUEST_ENTITY_TOO_LARGE,
    httpx.codes.UNPROCESSABLE_ENTITY,
}
_CREDENTIALS_REFUSED = {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.GONE}


class Klaviyo:
    """The one thing asked of Klaviyo, by whichever API the settings allow."""

    def __init__(self, settings: Settings, calls: Calls, now: Callable[[], float]) -> None:
        """Take the settings; the key decides which API is spoken."""
        self._base = settings.klaviyo_base_url
        self._private_key = settings.klaviyo_private_key
        self._public_key = settings.klaviyo_public_key
        self._calls = calls
        self._now = now
        self.side = Side("klaviyo", settings.klaviyo_credentials())

    def send(self, event: Event, *, in_conversation: bool) -> None:
        """Send ``event`` once, or raise ``RetryLater``, ``Refused`` or ``Rejected``."""
        if self._private_key and not (self._private_key.isascii() and self._private_key.isprintable()):
            raise Refused("the private key has characters that no key has")
        if self._private_key:
            self._create_event(event, in_conversation, self._private_key)
        elif self._public_key:
            self._track(event, in_conversation, self._public_key)
        else:
            raise Refused("no Klaviyo key is set")

    def _create_event(self, event: Event, in_conversation: bool, private_key: str) -> None:
        attributes = {
            "properties": {},
            "time": datetime.fromtimestamp(event.at, UTC).isoformat(),
            "unique_id": event.id,
            "metric": {"data": {"type": "metric", "attributes": {"name": _metric(event)}}},
            "profile": {
                "data": {
                    "type": "profile",
                    "attributes": {"email": event.email, "properties": {PROPERTY: in_conversation}},
                }
            },
        }
        response = self._post(
            "/api/events",
            content=json.dumps({"data": {"type": "event", "attributes": attributes}}),
            headers={
                "Authorization": f"Klaviyo-API-Key {private_key}",
                "revision": REVISION,
                "Content-Type": "application/vnd.api+json",
                "Accept": "application/vnd.api+json",
            },
        )
        if response.status_code != httpx.codes.ACCEPTED:
            raise RetryLater(f"status {response.status_code} where 202 was due")

    def _track(self, event: Event, in_conversation: bool, public_key: str) -> None:
        payload = {
            "token": public_key,
            "event": _metric(event),
            "customer_properties": {"$email": event.email, PROPERTY: in_conversation},
            "properties": {"$event_id": event.id},
            "time": int(event.at),
        }
        response = self._post("/api/track", data={"data": json.dumps(payload)})
        said = response.text.strip() if response.status_code == httpx.codes.OK else ""
        if said == "0":
            raise Rejected("the legacy API could not use the event")
        if said != "1":
            raise RetryLater("no legacy answer")

    def _post(self, path: str, **request: Any) -> httpx.Response:
        response = self._calls.ask("POST", self._base + path, **request)
        later_if_busy(response, self._now())
        later_if_not_from_the_api(response)
        if response.status_code in _CREDENTIALS_REFUSED:
            raise Refused(f"status {response.status_code}")
        if response.status_code in _NEVER_ACCEPTED:
            raise Rejected(f"status {response.status_code}")
        return response


def _metric(event: Event) -> str:
    return STARTED if event.started else CLOSED
