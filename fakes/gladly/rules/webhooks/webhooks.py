"""Webhooks: who hears which events where, by what rules they are set up, and the log of what was sent."""

import ipaddress
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from fakes.core.clock import Clock
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, NotExistError, raise_invalid
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.times import stamp
from fakes.gladly.rules.users.users import User, require_webhooks_page

LONGEST_LABEL = 63
MOST_WEBHOOKS = 20
LONGEST_NAME = 200
LOG_LENGTH = 100
LOG_AGE = timedelta(days=30)
"""How long the log shows a request: the past month (Gladly OpenAPI), read as 30 days (inferred)."""


LogStatus = Literal["Success", "Error", "Debug"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a delivery authenticates itself with (Basic)."""

    username: str
    password: str = field(repr=False)
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client decides about a webhook. ``headers`` go along with every delivery and may be secret."""

    url: str
    events: tuple[str, ...]
    name: str = ""
    credentials: Credentials | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    enabled: bool = False

    def secrets(self) -> list[str]:
        """Return what of this must never be written down, as it is and as it stands in JSON."""
        plain = [*([self.credentials.password] if self.credentials else []), *self.headers.values()]
        return [*plain, *(json.dumps(value)[1:-1] for value in plain)]


@dataclass(frozen=True, slots=True)
class LogRow:
    """One request that was sent.

    ``status``: ``Success``, ``Debug`` (failed) or ``Error`` (failed and switched the webhook off) (vendor help).
    ``request`` is ``{"url", "headers", "body"}`` without credentials; ``response`` is ``{"status", "body"}`` or None
    when there was none, then ``error`` says why.
    """

    status: LogStatus
    event_id: str
    event_type: str
    attempt: int
    occurred_at: datetime
    request: Mapping[str, Any]
    response: Mapping[str, Any] | None
    error: str

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain JSON values."""
        return asdict(self) | {"occurred_at": stamp(self.occurred_at)}


@dataclass(slots=True, eq=False)
class Webhook:
    """A webhook. ``disabled_at_limit`` is when the last retry failed and it was switched off, or None."""

    id: str
    settings: Settings
    created_at: datetime
    updated_at: datetime
    disabled_at_limit: datetime | None = None
    log: deque[LogRow] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH), repr=False)

    @property
    def enabled(self) -> bool:
        """Say whether events are delivered."""
        return self.settings.enabled

    def hears(self, event_type: str) -> bool:
        """Say whether an event of this type is delivered now; without an address there is nobody to hear it."""
        return self.enabled and bool(self.settings.url) and event_type in self.settings.events

    def rows(self, now: datetime) -> list[LogRow]:
        """Return what the log shows: the last 100 requests of the past month, the oldest first (vendor help)."""
        return [row for row in self.log if now - row.occurred_at <= LOG_AGE]

    def row(self) -> dict[str, Any]:
        """Return the webhook as its page lists it; ``deactivated`` is the warning after the last failed retry."""
        return {
            "id": self.id,
            "name": self.settings.name,
            "url": self.settings.url,
            "enabled": self.enabled,
            "deactivated": self.disabled_at_limit is not None,
        }

    def change(self, settings: Settings, at: datetime) -> None:
        """Take over ``settings``; being switched on clears the mark of the retry limit (inferred)."""
        if settings.enabled and not self.enabled:
            self.disabled_at_limit = None
        self.settings, self.updated_at = settings, at

    def as_json(self) -> dict[str, Any]:
        """Return the webhook as read: credentials and header values are never shown (Gladly OpenAPI)."""
        head: dict[str, Any] = {
            "id": self.id,
            "name": self.settings.name,
            "url": self.settings.url,
            "enabled": self.enabled,
            "events": list(self.settings.events),
            "hasCredentials": self.settings.credentials is not None,
            "headerKeys": list(self.settings.headers),
            "createdAt": stamp(self.created_at),
            "updatedAt": stamp(self.updated_at),
        }
        if self.disabled_at_limit is not None:
            head["disabledAtDueToRetryLimit"] = stamp(self.disabled_at_limit)
        return head


def needs_ping(before: Settings | None, after: Settings) -> bool:
    """Say whether the address must answer a PING first: created enabled, enabled, or URL changed (Gladly OpenAPI)."""
    if before is None:
        return after.enabled
    return (after.enabled and not before.enabled) or after.url != before.url


def ping_refused() -> InvalidError:
    """Return the error for an address that did not answer PING with 200 (400: Gladly OpenAPI; wording inferred)."""
    return InvalidError(
        ErrorDetail("invalid", "url did not respond to the ping event with status 200", "url")
    )


def is_loopback(host: str) -> bool:
    """Say whether ``host`` is this machine: the fake lets plain http go there, Gladly nowhere (a difference)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_name(host: str) -> bool:
    """Say whether ``host`` has labels that a resolver takes: none empty, none over 63 characters (RFC 1035)."""
    return all(1 <= len(label) <= LONGEST_LABEL for label in host.removesuffix(".").split("."))


def url_problem(url: str, *, plain_http: bool = False) -> ErrorDetail | None:
    """Return what is wrong with a webhook's URL, or None. ``plain_http`` allows http to any host."""
    if not url.strip():
        return ErrorDetail("blank", "url cannot be blank", "url")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return ErrorDetail("invalid", "url is invalid", "url")
    if parts.scheme not in {"http", "https"} or not _is_name(host) or not url.isprintable():
        return ErrorDetail("invalid", "url is invalid", "url")
    if parts.scheme == "http" and not (plain_http or is_loopback(host)):
        return ErrorDetail("invalid", "url must use https", "url")
    return None


class Webhooks:
    """The webhooks of one organization that its API users manage. ``by`` is the user at the page, or None."""

    def __init__(self, clock: Clock) -> None:
        """Start with none."""
        self._clock = clock
        self._by_id: dict[str, Webhook] = {}

    def __iter__(self) -> Iterator[Webhook]:
        """Iterate over a snapshot, in the order they were made."""
        return iter(list(self._by_id.values()))

    def rows(self, by: User | None = None) -> list[Webhook]:
        """Return all, in the order they were made, or raise ``RoleError``."""
        _require(by)
        return list(self)

    def get(self, webhook_id: str, by: User | None = None) -> Webhook:
        """Return the webhook, or raise ``RoleError`` or ``NotExistError``."""
        _require(by)
        if (webhook := self._by_id.get(webhook_id)) is None:
            raise NotExistError(ErrorDetail("not_exist", "webhook does not exist"))
        return webhook

    def check(self, settings: Settings, webhook_id: str | None = None) -> None:
        """Raise ``InvalidError`` unless ``settings`` will do for a new webhook, or for ``webhook_id``.

        The rules are the Gladly OpenAPI's (20 at most, https, URL unique, name up to 200 characters, known events);
        their wording is inferred.
        """
        errors = [*self._limit_errors(webhook_id), *_settings_errors(settings)]
        if any(other.settings.url == settings.url and other.id != webhook_id for other in self):
            errors.append(ErrorDetail("taken", "another webhook already has this url", "url"))
        raise_invalid(errors)

    def add(self, webhook_id: str, settings: Settings) -> Webhook:
        """Add a webhook whose settings were checked, and whose address answered PING if it had to."""
        self.check(settings)
        now = self._clock.now()
        webhook = self._by_id[webhook_id] = Webhook(webhook_id, settings, now, now)
        return webhook

    def update(self, webhook: Webhook, settings: Settings) -> None:
        """Change a webhook to settings that were checked, and pinged if they had to be."""
        self.check(settings, webhook.id)
        webhook.change(settings, self._clock.now())

    def remove(self, webhook_id: str, by: User | None = None) -> None:
        """Forget a webhook. Raises as ``get`` does, or ``InvalidError`` while it is enabled (Gladly OpenAPI)."""
        if self.get(webhook_id, by).enabled:
            raise InvalidError(ErrorDetail("invalid_state", "webhook must be disabled to be deleted"))
        del self._by_id[webhook_id]

    def _limit_errors(self, webhook_id: str | None) -> list[ErrorDetail]:
        if webhook_id is None and len(self._by_id) >= MOST_WEBHOOKS:
            return [ErrorDetail("invalid_state", f"cannot have more than {MOST_WEBHOOKS} webhooks")]
        return []


def _require(by: User | None) -> None:
    if by is not None:
        require_webhooks_page(by)


def _settings_errors(settings: Settings) -> list[ErrorDetail]:
    errors = []
    if len(settings.name) > LONGEST_NAME:
        errors.append(ErrorDetail("too_long", f"name must be at most {LONGEST_NAME} characters", "name"))
    if (bad_url := url_problem(settings.url)) is not None:
        errors.append(bad_url)
    if not settings.events:
        errors.append(ErrorDetail("blank", "events cannot be blank", "events"))
    if unknown := sorted(set(settings.events) - event_types.ALL):
        errors.append(ErrorDetail("invalid", f"unknown event [{unknown[0]}]", "events"))
    for name, value in settings.headers.items():
        if not (name.isascii() and name and name.isprintable() and value.isascii() and value.isprintable()):
            errors.append(ErrorDetail("invalid", "header is invalid", f"headers.{name}"))
    return errors
