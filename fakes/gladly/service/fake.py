"""The Gladly fake: its organizations, whose request is whose, and the sending of what they raise."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

import falcon
import httpx

from fakes.core.faults import REQUEST_KINDS, WEBHOOK_KINDS
from fakes.core.paths import is_journal
from fakes.core.service import Fake
from fakes.core.tenants import Runtime
from fakes.gladly.rules.events.types import RAISED, RAISED_OF_EXPORTS
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import (
    ProvisionedOrganization,
    invented_name,
    provision,
    slug,
)
from fakes.gladly.rules.users.tokens import ApiToken, credentials_digest
from fakes.gladly.rules.users.users import User, require_tokens_page, require_webhooks_page
from fakes.gladly.rules.webhooks.webhooks import Settings, Webhook, needs_ping, ping_refused
from fakes.gladly.service.deliveries import Deliveries
from fakes.gladly.service.requests import credentials_of, subdomain_of

_ONLY_READ: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_EXPORTS: Final = "/api/v1/export/"


class GladlyFake(Fake[Organization]):
    """A fake of Gladly.

    Use ``create_organization`` for a tenant, ``acting`` around whatever changes one, and ``close`` at the end.
    """

    name: ClassVar[str] = "Gladly"
    fault_kinds: ClassVar[frozenset[str]] = REQUEST_KINDS | WEBHOOK_KINDS
    fault_subjects: ClassVar[tuple[str, ...]] = RAISED + RAISED_OF_EXPORTS
    hosts: ClassVar[tuple[str, ...]] = ("*.gladly.com", "*.gladly.qa")

    def __init__(
        self,
        runtime: Runtime,
        *,
        control_token: str | None = None,
        strict: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Start without organizations. ``transport`` replaces the network that webhooks go out by."""
        self._by_subdomain: dict[str, Organization] = {}
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()
        self._by_credentials: dict[str, Organization] = {}
        self.deliveries = Deliveries(runtime, strict=strict, transport=transport)
        super().__init__(runtime, control_token=control_token, strict=strict)

    def close(self) -> None:
        """Close the client that webhooks go out by."""
        self.deliveries.close()

    def create_organization(self, name: str | None = None) -> ProvisionedOrganization:
        """Found an organization with users, inboxes, topics and the API user's token, which is shown only here."""
        name = name or invented_name(self.ids)
        with self._lock:  # two at once must not get one subdomain
            subdomain = self._free_subdomain(name)
            provisioned = provision(self.ids, self.runtime.clock, name, subdomain)
            organization = provisioned.organization
            self._by_subdomain[subdomain] = organization
        self._by_credentials |= dict.fromkeys(organization.tokens.digests(), organization)
        self.tenants.add(organization)
        return provisioned

    def issue_token(self, organization: Organization, user: User, name: str = "") -> str:
        """Give ``user`` one more API token and return it, this once."""
        with organization.lock:
            return self._issue(organization, user, name)[1]

    def create_token(self, organization: Organization, by: User) -> tuple[ApiToken, str]:
        """Do what Create Token does for ``by`` and return the token and, this once, its value.

        Raises ``RoleError``.
        """
        require_tokens_page(by)
        with organization.lock:
            return self._issue(organization, by)

    def _issue(self, organization: Organization, user: User, name: str = "") -> tuple[ApiToken, str]:
        token, secret = organization.tokens.create(user, self.runtime.clock.now(), name)
        organization.secrets.add(secret)
        self._by_credentials[token.digest] = organization
        return token, secret

    def revoke_token(self, organization: Organization, token_id: str) -> ApiToken:
        """Take an API token away, or raise ``NotExistError``."""
        with organization.lock:
            token = organization.tokens.revoke(token_id)
            self._by_credentials.pop(token.digest, None)
        return token

    def delete_token(self, organization: Organization, token_id: str, by: User) -> ApiToken:
        """Take a token of ``by`` away. Raises ``RoleError``, or ``NotExistError`` for another's."""
        with organization.lock:
            organization.tokens.require_own(token_id, by)
            return self.revoke_token(organization, token_id)

    def set_up_webhook(
        self, organization: Organization, settings: Settings, webhook_id: str | None = None, *, by: User
    ) -> Webhook:
        """Create a webhook, or change the one with this id, once its address has answered PING if it must.

        Raises ``RoleError``, ``NotExistError``, or ``InvalidError``, and changes nothing then.
        """
        require_webhooks_page(by)
        organization.secrets.add(*settings.secrets())
        before = organization.webhooks.get(webhook_id).settings if webhook_id is not None else None
        organization.webhooks.check(settings, webhook_id)
        # No lock here: the address that is asked to answer may call back.
        if needs_ping(before, settings) and not self.deliveries.ping(organization, settings).accepted:
            raise ping_refused()
        with self.acting(organization):
            if webhook_id is None:
                return organization.webhooks.add(organization.ids.slugid(), settings)
            webhook = organization.webhooks.get(webhook_id)
            organization.webhooks.update(webhook, settings)
            return webhook

    @contextmanager
    def acting(self, organization: Organization) -> Iterator[Organization]:
        """Hold the organization's lock while something is done, then send the events that it raised."""
        with organization.lock:
            yield organization
        self.deliveries.publish(organization)

    def identify(self, request: falcon.Request) -> Organization | None:
        """Return the organization whose host is asked, else whose credentials are sent, or None.

        Without credentials it is the one in which the browser is signed in.
        """
        if (subdomain := subdomain_of(request)) is not None:
            return self._by_subdomain.get(subdomain)
        if not request.auth:
            return self.signed_in(request)
        email, token = credentials_of(request)
        return self._by_credentials.get(credentials_digest(email, token))

    def may_wait(self, method: str, path: str) -> bool:
        """Say yes to a journal and an export, which may be long, and to all that may change something: it may post a PING."""
        return method not in _ONLY_READ or is_journal(path) or path.startswith(_EXPORTS)

    def forget(self, tenant: Organization) -> None:
        """Drop the ways to ``tenant`` and let what is still on its way to its listeners be lost."""
        tenant.gone = True
        self._by_subdomain.pop(tenant.subdomain, None)
        for digest in tenant.tokens.digests():
            self._by_credentials.pop(digest, None)

    def _free_subdomain(self, name: str) -> str:
        """Return the name's slug, with a number when it is taken; the search goes on where the last one ended."""
        base = slug(name)
        if not self._by_subdomain:
            self._numbers.clear()
        if base not in self._by_subdomain:
            return base
        number = self._numbers.get(base, 2)
        while f"{base}-{number}" in self._by_subdomain:
            number += 1
        self._numbers[base] = number + 1
        return f"{base}-{number}"
