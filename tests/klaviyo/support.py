"""What the tests of the Klaviyo fake share: bodies, a caller with credentials, and short ways to make things."""

from typing import Any

import httpx

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import PrivateKey
from fakes.klaviyo.rules.keys.scopes import AccessLevel

HOST = "https://a.klaviyo.com"
REVISION = "2026-07-15"
STARTED = "started conversation in Gladly"
CLOSED = "closed conversation in Gladly"
EMAIL = "ann.lee@klaviyo-demo.com"

Json = dict[str, Any]


def new_key(account: Account, *scopes: str) -> PrivateKey:
    """Return a custom key with ``scopes``, or a full-access one without."""
    level = AccessLevel.CUSTOM if scopes else AccessLevel.FULL
    return account.keys.create(None, "Gladly App", level, scopes)


def event_body(name: str = STARTED, email: str = EMAIL, **attributes: Any) -> Json:
    """Return a create-event body; ``attributes`` replace or add to those of the event."""
    event = {
        "properties": {"conversationId": "6537a1b2c3"},
        "metric": {"data": {"type": "metric", "attributes": {"name": name}}},
        "profile": {"data": {"type": "profile", "attributes": {"email": email}}},
    }
    return {"data": {"type": "event", "attributes": event | attributes}}


def profile_part(**attributes: Any) -> Json:
    """Return the ``profile`` of an event body."""
    return {"data": {"type": "profile", "attributes": attributes}}


class Caller:
    """A client with a private key and a revision."""

    def __init__(self, http: httpx.Client, secret: str, revision: str = REVISION) -> None:
        """Speak by ``http`` with ``secret``."""
        self._http = http
        self.headers = {"Authorization": f"Klaviyo-API-Key {secret}", "revision": revision}

    def get(self, path: str, **params: str | int) -> httpx.Response:
        """GET; a double underscore in a parameter's name stands for brackets: ``page__size``."""
        query = {_bracketed(name): value for name, value in params.items()}
        return self._http.get(path, params=query or None, headers=self.headers)

    def post(self, body: Any, path: str = "/api/events") -> httpx.Response:
        """POST a JSON body."""
        return self._http.post(path, json=body, headers=self.headers)

    def track(self, name: str = STARTED, email: str = EMAIL, **attributes: Any) -> None:
        """Create an event and see that it was accepted."""
        assert self.post(event_body(name, email, **attributes)).status_code == 202

    def rows(self, path: str, **params: str | int) -> list[Json]:
        """Return the ``data`` of a read."""
        rows: list[Json] = self.get(path, **params).json()["data"]
        return rows


def _bracketed(name: str) -> str:
    first, bracket, second = name.partition("__")
    return f"{first}[{second}]" if bracket else first


def only_error(response: httpx.Response) -> Json:
    """Return the one error of a reply, without its id."""
    errors: list[Json] = response.json()["errors"]
    assert len(errors) == 1
    return {name: value for name, value in errors[0].items() if name != "id"}
