"""``/api/accounts``: which account a private key belongs to."""

from datetime import date

import falcon

from fakes.klaviyo.api.jsonapi import documents
from fakes.klaviyo.api.jsonapi.documents import Document
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import NotFound
from fakes.klaviyo.api.jsonapi.paging import Page
from fakes.klaviyo.api.jsonapi.query import Reads
from fakes.klaviyo.rules.limits import Tier

SINCE = date(2023, 6, 15)
_CONTACT = "contact_information"
_ADDRESS = f"{_CONTACT}.street_address"
FIELDS = frozenset(
    {"id", "industry", "locale", "preferred_currency", "public_api_key", "test_account", "timezone"}
    | {_CONTACT, _ADDRESS}
    | {f"{_CONTACT}.{name}" for name in ("default_sender_email", "default_sender_name")}
    | {f"{_CONTACT}.{name}" for name in ("organization_name", "website_url")}
    | {f"{_ADDRESS}.{name}" for name in ("address1", "address2", "city", "country", "region", "zip")}
)
READS = Reads("account", fields={"account": FIELDS})


class AccountList(Resource):
    """``/api/accounts``."""

    @endpoint("get_accounts", "accounts:read", tier=Tier.XS, reads=READS, since=SINCE)
    def on_get(self, call: Call, response: falcon.Response) -> None:
        """Send the one account of the key (Klaviyo OpenAPI)."""
        page = Page([call.account], None, None)
        documents.send(response, call.collection([_document(call)], page))


class AccountItem(Resource):
    """``/api/accounts/{account_id}``."""

    @endpoint("get_account", "accounts:read", tier=Tier.XS, reads=READS, since=SINCE)
    def on_get(self, call: Call, response: falcon.Response, account_id: str) -> None:
        """Send the key's own account; any other does not exist for it (Klaviyo OpenAPI; the text is inferred)."""
        if account_id != call.account.id:
            raise NotFound(f"Account with id {account_id} does not exist.")
        documents.send(response, call.single(_document(call)))


def _document(call: Call) -> Document:
    return documents.account(call.account, call.base, call.query.fields("account", READS))
