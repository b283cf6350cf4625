"""Gladly's webhook: takes it, keeps it, answers at once. No call goes out while Gladly waits."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import falcon
from sqlalchemy.exc import SQLAlchemyError

from integration.log import logger
from integration.outbox import Outbox, Webhook
from integration.settings import Settings

PATH = "/webhooks/gladly"
PING = "PING"
CREATED = "CONVERSATION/CREATED"
CLOSED = "CONVERSATION/CLOSED"
LONGEST_BODY = 2_000_000
LONGEST_READ = (
    4 * LONGEST_BODY
)  # what is too long is read on for a while, or the sender would not hear the answer
LONGEST_ID = 200
_AT_ONCE = 65_536

log = logger(__name__)


class WebhookEndpoint:
    """``POST /webhooks/gladly``: 401 for a stranger, 400 for what is no Gladly event, 503 when it cannot be kept, else 200."""

    def __init__(
        self,
        settings: Settings,
        outbox: Outbox,
        heard: Callable[[float | None], None],
        is_at_work: Callable[[], bool],
    ) -> None:
        """Keep events in ``outbox`` while somebody ``is_at_work``; tell ``heard`` of each, of a PING with its time."""
        credentials = f"{settings.webhook_username}:{settings.webhook_password}".encode()
        self._expected = base64.b64encode(credentials)
        self._outbox = outbox
        self._heard = heard
        self._is_at_work = is_at_work

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer one webhook. The body is read before anything else, so that a stranger learns nothing by its length."""
        body = _read(req)
        scheme, _, given = (req.get_header("Authorization") or "").partition(" ")
        known = given.strip().encode() if scheme.lower() == "basic" else b""
        if not hmac.compare_digest(known, self._expected):
            resp.status = falcon.HTTP_401
            resp.set_header("WWW-Authenticate", "Basic")
            return
        try:
            webhook = read(body)
        except ValueError as error:
            raise falcon.HTTPBadRequest(description=str(error)) from None
        if not self._is_at_work():
            log.error("a webhook is turned away: nobody is at work")
            resp.status = falcon.HTTP_503
        else:
            resp.status = self._taken_in(webhook, body)

    def _taken_in(self, webhook: Webhook | None, body: bytes) -> str:
        """Store ``webhook``, or hear a PING, and return the answer; Gladly repeats what gets no 2xx."""
        try:
            if webhook is not None:
                self._outbox.accept(webhook)
            pinged = pinged_at(body) if webhook is None else None
            if webhook is not None or pinged is not None:
                self._heard(pinged)
        except SQLAlchemyError as error:
            what = webhook.id if webhook else PING
            log.error("a webhook cannot be kept", gladly_event=what, why=type(error).__name__)  # noqa: TRY400 - a traceback tells nothing more
            return falcon.HTTP_503
        return falcon.HTTP_200


def read(body: bytes) -> Webhook | None:
    """Return what ``body`` tells us to pass on, None for a Gladly event of no use; ``ValueError`` for anything else."""
    event = _event(body)
    if event["type"] not in (CREATED, CLOSED):
        return None
    try:
        content = event["content"]
        ids = [event["id"], content["customerId"]]
        at = _unix_seconds(event["timestamp"])
    except (KeyError, TypeError):
        raise ValueError("not a Gladly event: id, timestamp or content.customerId is missing") from None
    if not all(_is_id(each) for each in ids):
        raise ValueError("not a Gladly event: id or content.customerId is none")
    conversation_id = content.get("conversationId")
    return Webhook(
        ids[0],
        event["type"] == CREATED,
        ids[1],
        at,
        conversation_id=conversation_id if _is_id(conversation_id) else "",
    )


def pinged_at(body: bytes) -> float | None:
    """Return when a PING was sent, 0 if it does not say; None for anything but a PING."""
    try:
        event = _event(body)
    except ValueError:
        return None
    try:
        return _unix_seconds(event["timestamp"]) if event["type"] == PING else None
    except (KeyError, TypeError, ValueError):
        return 0.0


def _event(body: bytes) -> dict[str, Any]:
    """Return the event that ``body`` is, of whatever type, or raise ``ValueError``."""
    try:
        event = json.loads(body, object_pairs_hook=_unambiguous)
    except RecursionError:
        raise ValueError("not a Gladly event: nested too deeply") from None
    kind = event.get("type") if isinstance(event, dict) else None
    if not isinstance(kind, str) or not (kind == PING or "/" in kind):
        raise ValueError("not a Gladly event: a JSON object with an event type is expected")
    return dict(event)


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("not a Gladly event: a name stands there twice")
    return found


def _is_id(value: object) -> bool:
    """Say whether a value can be an id: some text that every database and log line can hold."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable()


def _unix_seconds(timestamp: str) -> float:
    """Return ISO 8601 as Unix seconds; a time without an offset is UTC. ``ValueError`` for anything else."""
    moment = datetime.fromisoformat(timestamp)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).timestamp()
    except OverflowError:
        raise ValueError("not a Gladly event: timestamp is out of range") from None


def _read(req: falcon.Request) -> bytes:
    """Return the body; of one that is too long only so much that it can be no event."""
    body, length = b"", 0
    while length < LONGEST_READ and (part := req.stream.read(_AT_ONCE)):
        length += len(part)
        body = body + part if length <= LONGEST_BODY else b""
    return body
