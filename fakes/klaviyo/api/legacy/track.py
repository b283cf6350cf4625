"""The track and identify calls of the retired generation: public key inside, ``1`` or ``0`` as the answer.

``1`` says only that the payload could be read: a token nobody has gets it too (vendor docs). Whether these calls are
retired today is not known, so each account has a switch.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import falcon

from fakes.core.http.app import App
from fakes.core.http.unread import read_keys
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.errors import InvalidEvent, Unreadable
from fakes.klaviyo.rules.events.events import EventDraft
from fakes.klaviyo.rules.profiles import ProfileChange
from fakes.klaviyo.service.requests import (
    LEGACY_GENERATIONS,
    LEGACY_PATHS,
    Payload,
    account_of,
    beside_data,
    payload_of,
)

RETIRED = {
    "message": "This API has been retired and is no longer in service. Please review our migration resources for "
    "help migrating to our new APIs. https://developers.klaviyo.com/en/docs/migration_resources"
}
"""What retired paths answer with 410 (recorded response of another path of that generation)."""

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent GIF of one dot."""

IDENTIFIERS = {"$email": "email", "$phone_number": "phone_number", "$id": "external_id"}
NAMES = {f"${name}": name for name in ("first_name", "last_name", "organization", "title", "image")}
LOCATION = {f"${name}": name for name in ("city", "region", "country", "zip")}


def profile_change(properties: Mapping[str, Any]) -> ProfileChange:
    """Return what legacy properties say about a person: ``$``-names are known fields, all others custom ones."""
    known = IDENTIFIERS | NAMES | LOCATION
    texts = {
        known[name]: str(value) for name, value in properties.items() if name in known and value is not None
    }
    return ProfileChange(
        email=texts.get("email"),
        phone_number=texts.get("phone_number"),
        external_id=texts.get("external_id"),
        names={name: texts[name] for name in NAMES.values() if name in texts},
        location={name: texts[name] for name in LOCATION.values() if name in texts},
        properties={name: value for name, value in properties.items() if name not in known},
    )


def event_draft(payload: Payload) -> EventDraft:
    """Return the event of a track call, or raise ``Unreadable``."""
    name, properties = payload.get("event"), dict(_object(payload, "properties"))
    if not isinstance(name, str):
        raise Unreadable
    unique_id, value = properties.pop("$event_id", None), properties.pop("$value", None)
    return EventDraft(
        metric=name,
        properties=properties,
        time=_time(payload.get("time")),
        value=value if isinstance(value, int | float) and not isinstance(value, bool) else None,
        unique_id=None if unique_id is None else str(unique_id),
    )


def _object(payload: Payload, name: str) -> Payload:
    found = payload.get(name) or {}
    if not isinstance(found, dict):
        raise Unreadable
    return found


def _time(seconds: Any) -> datetime | None:
    """Return unix seconds as a moment; only numbers are times here (vendor docs)."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise Unreadable
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise Unreadable from None


def is_meant(route: str) -> bool:
    """Say whether a fault's route names a path of that time."""
    return any(path in route for path in LEGACY_PATHS + LEGACY_GENERATIONS)


def refuse(response: falcon.Response, status: int, detail: str, wait: int | None = None) -> None:
    """Fill ``response`` with that generation's bare error (recorded for a throttle; for others inferred)."""
    response.status, response.media = status, {"detail": detail}
    if wait is not None:
        response.set_header("Retry-After", str(wait))


def _track(account: Account | None, payload: Payload) -> None:
    change, draft = profile_change(_object(payload, "customer_properties")), event_draft(payload)
    _submit(account, change, draft)


def _identify(account: Account | None, payload: Payload) -> None:
    _submit(account, profile_change(_object(payload, "properties")), None)


def _submit(account: Account | None, change: ProfileChange, draft: EventDraft | None) -> None:
    """Hand over to the account; for a token nobody has only see that somebody is named."""
    change.checked()
    if account is not None:
        account.submit(change, draft)


class _Legacy:
    """One of the two paths."""

    def __init__(self, act: Callable[[Account | None, Payload], None], *known: str) -> None:
        self._act, self._known = act, known

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        account = account_of(request)
        if account is not None and account.switches.legacy_api == "retired":
            response.status, response.media = falcon.HTTP_410, RETIRED
            return
        response.content_type = falcon.MEDIA_HTML
        read_keys(request, ())  # what cannot be read is answered so, and not passed over
        try:
            payload = payload_of(request)
            read_keys(request, (*payload, *beside_data(request)), *self._known)
            self._act(account, payload)
            response.text = "1"
        except (Unreadable, InvalidEvent):
            response.text = "0"
        if (
            request.get_param("i") == "1"
        ):  # a picture instead, whatever became of it (vendor docs; a GIF: inferred)
            response.content_type, response.text, response.data = falcon.MEDIA_GIF, None, PIXEL

    on_post = on_get


def add_legacy(app: App) -> None:
    """Add both paths to ``app``."""
    app.add_route(
        LEGACY_PATHS[0], _Legacy(_track, "token", "event", "customer_properties", "properties", "time")
    )
    app.add_route(LEGACY_PATHS[1], _Legacy(_identify, "token", "properties"))
