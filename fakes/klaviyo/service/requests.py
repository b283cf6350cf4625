"""What a request to Klaviyo says of itself: the credentials it came with, in every generation of the API."""

import base64
import json
from datetime import date
from typing import Any, ClassVar, cast
from urllib.parse import parse_qs

import falcon

from fakes.core.request import Request, RequestState, body_of
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.errors import Unreadable
from fakes.klaviyo.rules.keys.keys import PrivateKey

SCHEME = "klaviyo-api-key"
OAUTH_SCHEME = "bearer"
LEGACY_PATHS = ("/api/track", "/api/identify")
LEGACY_GENERATIONS = ("/api/v1/", "/api/v2/")
"""Where the REST calls of the retired generations were."""

_KEY_HEADER, _KEY_NAME = "api-key", "api_key"

Payload = dict[str, Any]


class KlaviyoState(RequestState):
    """What is known of a request to Klaviyo.

    ``key`` is the private key it came with, good or not; ``credential`` a fingerprint of whatever key it names, also of one
    that nobody has or that is public, ``""`` without any; ``revision`` the date of the revision that serves, in ISO
    8601, once that is settled; ``content`` the body as it was meant, unpacked.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        super().__init__()
        self.key: PrivateKey | None = None
        self.credential = ""
        self.revision: date | None = None
        self.content: bytes | None = None

    def journal_details(self) -> dict[str, Any]:
        """Say by which private key the request came, by its id, empty for none; and what it named as its key."""
        return {"key_id": self.key.id if self.key is not None else "", "credential": self.credential}


class KlaviyoRequest(Request):
    """A request to Klaviyo."""

    context_type: ClassVar[type] = KlaviyoState


def state_of(request: falcon.Request) -> KlaviyoState:
    """Return what is known of the request."""
    return cast(KlaviyoState, request.context)


def account_of(request: falcon.Request) -> Account | None:
    """Return the account whose request it is, or None."""
    return cast(Account | None, state_of(request).tenant)


def credentials(request: falcon.Request) -> tuple[str, str]:
    """Return the scheme in lower case and the value of ``Authorization``, empty where there is none."""
    scheme, _, value = (request.get_header("Authorization") or "").partition(" ")
    return scheme.lower(), value.strip()


def payload_of(request: falcon.Request) -> Payload:
    """Return the JSON object of a track or identify call, or raise ``Unreadable``.

    It comes as the form field ``data``, as a JSON body, or base64-encoded in the query (vendor docs).
    """
    try:
        found = json.loads(_text_of(request))
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(found, dict):
        raise Unreadable
    return found


def _text_of(request: falcon.Request) -> str:
    if request.method == "GET":
        return base64.b64decode((request.get_param("data") or "").replace(" ", "+"), validate=True).decode()
    body = body_of(request).decode()
    return parse_qs(body).get("data", [""])[-1] if _is_form(request) else body


def beside_data(request: falcon.Request) -> list[str]:
    """Return the fields that the form of a track or identify call has beside ``data``."""
    names = parse_qs(body_of(request).decode(), keep_blank_values=True) if _is_form(request) else ()
    return [name for name in names if name != "data"]


def _is_form(request: falcon.Request) -> bool:
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    return request.method != "GET" and media_type == "application/x-www-form-urlencoded"


def token_of(request: falcon.Request) -> str | None:
    """Return the public key that a track or identify call names, or None."""
    try:
        token = payload_of(request).get("token")
    except Unreadable:
        return None
    return token if isinstance(token, str) else None


def key_of(request: falcon.Request) -> str | None:
    """Return the private key of a v1 or v2 call: from the query, the header ``api-key`` or a JSON body (public code)."""
    key = request.get_param(_KEY_NAME) or request.get_header(_KEY_HEADER)
    if key is None and request.method != "GET":
        try:
            found = json.loads(body_of(request))
        except (ValueError, RecursionError):
            return None
        key = found.get(_KEY_NAME) if isinstance(found, dict) else None
    return key if isinstance(key, str) else None
