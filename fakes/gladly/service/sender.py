"""One delivery: an event posted to an address, and what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Event
from fakes.gladly.rules.webhooks.webhooks import Settings

TIMEOUT_SECONDS: Final = 15.0
_LONGEST_ANSWER_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was made: what went out without credentials, what came back or why nothing did."""

    accepted: bool
    request: Mapping[str, Any]
    response: Mapping[str, Any] | None
    error: str = ""

    @property
    def outcome(self) -> str:
        """The status of the answer, or the name of the error."""
        return str(self.response["status"]) if self.response is not None else self.error


def new_client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return the client that deliveries go out by: 15 s, no redirects, nothing taken from the environment.

    15 s for an answer is the Gladly OpenAPI's; the client counts them for connecting and for each read on their own,
    by real time whatever the fake's clock says. Not following redirects is inferred.
    """
    return httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False, transport=transport)


def post(client: httpx.Client, settings: Settings, event: Event) -> Sent:
    """Post ``event`` as one JSON object with Basic credentials and custom headers (Gladly OpenAPI).

    Any 2xx accepts an event, exactly 200 a PING. Only ``httpx.HTTPError`` counts as no answer; what else is raised
    on the way, by an integration on the same stack above all, passes to the caller.
    """
    body = json.dumps(event.as_json())
    headers = {"Content-Type": "application/json"}
    shown = {"url": settings.url, "headers": headers | dict.fromkeys(settings.headers, "…"), "body": body}
    if not _can_be_called(settings.url):
        return Sent(False, shown, None, httpx.InvalidURL.__name__)
    try:
        answer = client.post(
            settings.url, content=body, headers={**settings.headers, **headers}, auth=_auth(settings)
        )
    except httpx.HTTPError as error:
        return Sent(False, shown, None, type(error).__name__)
    accepted = answer.status_code == httpx.codes.OK if event.type == event_types.PING else answer.is_success
    kept = {"status": answer.status_code, "body": answer.text[:_LONGEST_ANSWER_KEPT]}
    return Sent(accepted, shown, kept)


def _can_be_called(url: str) -> bool:
    try:
        return bool(httpx.URL(url).host)
    except (httpx.InvalidURL, ValueError):  # the latter for a host name that only looks international
        return False


def _auth(settings: Settings) -> httpx.Auth:
    if settings.credentials is None:
        return httpx.Auth()  # adds nothing
    return httpx.BasicAuth(settings.credentials.username, settings.credentials.password)
