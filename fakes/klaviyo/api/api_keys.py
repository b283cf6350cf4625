"""``/api/api-keys``: the private keys of an account as Klaviyo's beta API lists them, never in clear."""

from datetime import date

import falcon

from fakes.klaviyo.api import documents, revisions
from fakes.klaviyo.api.documents import Document
from fakes.klaviyo.api.errors import NotFound
from fakes.klaviyo.api.paging import Page
from fakes.klaviyo.api.passage import Call, Resource, endpoint
from fakes.klaviyo.api.query import Reads
from fakes.klaviyo.rules.keys import PrivateKey
from fakes.klaviyo.rules.limits import Tier

BETA_SINCE = date(2026, 7, 15)
REDACTED = "redacted_key"
READS = Reads(
    "api-key",
    fields={"api-key": frozenset({"created", "id", "name", "scopes", "status"})},
    additional_fields={"api-key": frozenset({REDACTED})},
)


class KeyList(Resource):
    """``/api/api-keys``."""

    @endpoint("get_api_keys", "credentials:read", tier=Tier.XS, reads=READS, since=BETA_SINCE)
    def on_get(self, call: Call, response: falcon.Response) -> None:
        """Send all keys that are not deleted (Klaviyo beta OpenAPI)."""
        _require_beta(call)
        keys = call.account.keys.all(None)
        documents.send(
            response, call.collection([_document(call, key) for key in keys], Page(keys, None, None))
        )


class KeyItem(Resource):
    """``/api/api-keys/{key_id}``."""

    @endpoint("get_api_key", "credentials:read", tier=Tier.XS, reads=READS, since=BETA_SINCE)
    def on_get(self, call: Call, response: falcon.Response, key_id: str) -> None:
        """Send one key (Klaviyo beta OpenAPI; the text of the 404 is inferred)."""
        _require_beta(call)
        for key in call.account.keys.all(None):
            if key.id == key_id:
                documents.send(response, call.single(_document(call, key)))
                return
        raise NotFound(f"An api-key with id {key_id} does not exist.")


def _require_beta(call: Call) -> None:
    """Raise ``NotFound`` under a stable revision: there the endpoint does not exist (recorded text)."""
    if not revisions.is_beta(call.request.get_header(revisions.HEADER)):
        raise NotFound("No valid revisions found for method")


def _document(call: Call, key: PrivateKey) -> Document:
    extra = REDACTED in (call.query.names("additional-fields[api-key]"))
    return documents.api_key(key, call.base, call.query.fields("api-key", READS), redacted=extra)
