"""``/api/api-keys``: the private keys of an account as Klaviyo's beta API lists them, never in clear."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Literal

import falcon

from fakes.klaviyo.api.jsonapi import bodies, documents
from fakes.klaviyo.api.jsonapi.bodies import Part
from fakes.klaviyo.api.jsonapi.documents import Document
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import InvalidInput, NotFound
from fakes.klaviyo.api.jsonapi.paging import Page
from fakes.klaviyo.api.jsonapi.query import Reads
from fakes.klaviyo.rules.errors import InvalidKey, UnknownKey
from fakes.klaviyo.rules.keys.keys import PrivateKey
from fakes.klaviyo.rules.limits import Tier

BETA_SINCE = date(2026, 7, 15)
REDACTED = "redacted_key"
READS = Reads(
    "api-key",
    fields={"api-key": frozenset({"created", "id", "name", "scopes", "status"})},
    additional_fields={"api-key": frozenset({REDACTED})},
)


class KeyAttributes(Part):
    """What of a key can change."""

    resource = "api-key"
    name: str | None = None
    status: Literal["active", "disabled"] | None = None


class KeyData(Part):
    """A key's resource object."""

    resource = "api-key"
    type: Literal["api-key"]
    id: str
    attributes: KeyAttributes


class KeyBody(Part):
    """The body of update-api-key."""

    data: KeyData


class KeyList(Resource):
    """``/api/api-keys``."""

    @endpoint("get_api_keys", "credentials:read", tier=Tier.XS, reads=READS, since=BETA_SINCE, beta=True)
    def on_get(self, call: Call, response: falcon.Response) -> None:
        """Send all keys that are not deleted (Klaviyo beta OpenAPI)."""
        keys = call.account.keys.all(None)
        documents.send(
            response, call.collection([_document(call, key) for key in keys], Page(keys, None, None))
        )


class KeyItem(Resource):
    """``/api/api-keys/{key_id}``."""

    @endpoint("get_api_key", "credentials:read", tier=Tier.XS, reads=READS, since=BETA_SINCE, beta=True)
    def on_get(self, call: Call, response: falcon.Response, key_id: str) -> None:
        """Send one key (Klaviyo beta OpenAPI)."""
        with call.account.lock, _refusals():
            key = call.account.keys.get(None, key_id)
        documents.send(response, call.single(_document(call, key)))

    @endpoint("update_api_key", "credentials:write", tier=Tier.XS, reads=READS, since=BETA_SINCE, beta=True)
    def on_patch(self, call: Call, response: falcon.Response, key_id: str) -> None:
        """Rename, disable or enable a key (Klaviyo beta OpenAPI); scopes are no field of this body."""
        said = bodies.read(call.request, KeyBody).data
        if said.id != key_id:
            bodies.refuse_field("data", "id")
        disabled = None if said.attributes.status is None else said.attributes.status == "disabled"
        with call.account.lock, _refusals():
            key = call.account.keys.update(None, key_id, said.attributes.name, disabled)
        documents.send(response, call.single(_document(call, key)))


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the rules refused: 404 for an unknown key (text inferred), 400 for a name (text inferred)."""
    try:
        yield
    except UnknownKey as error:
        raise NotFound(error.text) from None
    except InvalidKey as error:
        raise InvalidInput(error.text, pointer=f"/data/attributes/{error.field}") from None


def _document(call: Call, key: PrivateKey) -> Document:
    extra = REDACTED in call.query.additional("api-key", READS)
    return documents.api_key(key, call.base, call.query.fields("api-key", READS), redacted=extra)
