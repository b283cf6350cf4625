"""Gladly's webhook: takes it, keeps it, answers at once. No call goes out while Gladly waits."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime

import falcon

from integration.outbox import Outbox, Webhook
from integration.settings import Settings

PATH = "/webhooks/gladly"
PING = "PING"
CREATED = "CONVERSATION/CREATED"
CLOSED = "CONVERSATION/CLOSED"


class WebhookEndpoint:
    """``POST /webhooks/gladly``: 401 for a stranger, 400 for what is no Gladly event, else 200."""

    def __init__(self, settings: Settings, outbox: Outbox, accepted: Callable[[], None]) -> None:
        """Keep events in ``outbox`` and call ``accepted`` after each."""
        credentials = f"{settings.webhook_username}:{settings.webhook_password}".encode()
        self._expected = b"Basic " + base64.b64encode(credentials)
        self._outbox = outbox
        self._accepted = accepted

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer one webhook."""
        given = (req.get_header("Authorization") or "").encode()
        if not hmac.compare_digest(given, self._expected):
            raise falcon.HTTPUnauthorized(challenges=["Basic"])
        try:
            webhook = read(req.bounded_stream.read())
        except ValueError as error:
            raise falcon.HTTPBadRequest(description=str(error)) from None
        if webhook is not None:
            self._outbox.accept(webhook)
            self._accepted()
        resp.status = falcon.HTTP_200


def read(body: bytes) -> Webhook | None:
    """Return what ``body`` tells us to pass on, None for a Gladly event of no use; ``ValueError`` for anything else."""
    event = json.loads(body)
    kind = event.get("type") if isinstance(event, dict) else None
    if not isinstance(kind, str) or not (kind == PING or "/" in kind):
        raise ValueError("not a Gladly event: a JSON object with an event type is expected")
    if kind not in (CREATED, CLOSED):
        return None
    try:
        texts = [event["id"], event["content"]["customerId"]]
        at = _unix_seconds(event["timestamp"])
    except (KeyError, TypeError):
        raise ValueError("not a Gladly event: id, timestamp or content.customerId is missing") from None
    if not all(isinstance(text, str) and text for text in texts):
        raise ValueError("not a Gladly event: id or content.customerId is empty")
    return Webhook(texts[0], kind == CREATED, texts[1], at)


def _unix_seconds(timestamp: str) -> float:
    """Return ISO 8601 as Unix seconds; a time without an offset is UTC. ``ValueError`` for anything else."""
    moment = datetime.fromisoformat(timestamp)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except OverflowError:
        raise ValueError("not a Gladly event: timestamp is out of range") from None
