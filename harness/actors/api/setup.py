"""What a scenario is given, by the cheapest route: the fakes' control plane, the vendors' APIs, and the app's own start."""

from collections.abc import Mapping
from typing import Any

import httpx

from harness.actors.api.tenant import Tenant
from harness.actors.api.traffic import fingerprint
from harness.actors.scopes import ACCESS, granted
from harness.app_ports import AppUnderTest
from harness.errors import SystemFailed
from harness.ports import Agent, GladlyAdmin, KlaviyoAdmin
from harness.values import Credentials, Secret

UPGRADE_KEY = "Key of the upgrade"


class Setup:
    """Puts in place what the scenario begins with. ``kim``, ``dana`` and ``sam`` do here by API what they do elsewhere by page."""

    def __init__(
        self,
        tenants: tuple[Tenant, Tenant],
        people: tuple[KlaviyoAdmin, GladlyAdmin, Agent],
        app: AppUnderTest,
        webhook: Credentials,
        foreign: set[str],
    ) -> None:
        """Work on an account at Klaviyo, an organization at Gladly, and the app between them.

        ``foreign`` is given fingerprints of the keys by which other systems send events.
        """
        self._foreign = foreign
        self._klaviyo, self._gladly = tenants
        self.kim, self.dana, self.sam = people
        self._app = app
        self._webhook = webhook

    def make_key(
        self, name: str, access: str = "Custom Key", scopes: Mapping[str, str] | None = None
    ) -> Secret:
        """Make a private key without asking whether anybody may, and return it."""
        return Secret(self._new_key(name, access, scopes or {})["private_key"])

    def upgrade_app(self, name: str) -> Secret:
        """Start and install the app with a new key that has Full Access to Events, and return the key."""
        key = self.make_key(UPGRADE_KEY, scopes={"Events": "Full Access"})
        self.install_app(name, private_key=key, upgraded=True)
        return key

    def _new_key(self, name: str, access: str, scopes: Mapping[str, str]) -> Any:
        body = {"name": name, "access": ACCESS[access], "scopes": granted(dict(scopes))}
        return self._klaviyo.call("POST", "/keys", body)

    def install_app(self, name: str, *, private_key: str | None, upgraded: bool) -> None:
        """Start the app with ``private_key`` and install it in Gladly, switched on."""
        self._app.start(private_key)
        body: dict[str, Any] = {
            "name": name,
            "webhook_url": self._app.url,
            "enabled": True,
            "upgraded": upgraded,
        }
        body |= {"username": self._webhook.username, "password": self._webhook.password}
        self._gladly.call("PUT", "/app", body)
        if private_key:
            self._gladly.call("PATCH", "/app", {"name": name, "private_key": private_key})

    def send_foreign_event(self, metric: str, properties: Mapping[str, str], email: str) -> None:
        """Send an event as another system would, with a key of its own."""
        key = self._new_key("Another system", "Custom Key", {"Events": "Full Access"})
        self._foreign.add(fingerprint(key["private_key"]))
        attributes = {
            "properties": dict(properties),
            "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
            "profile": {"data": {"type": "profile", "attributes": {"email": email}}},
        }
        response = self._klaviyo.client.post(
            "/api/events",
            json={"data": {"type": "event", "attributes": attributes}},
            headers={"Authorization": f"Klaviyo-API-Key {key['private_key']}", "revision": "2026-07-15"},
        )
        if response.status_code != httpx.codes.ACCEPTED:
            raise SystemFailed(f"Klaviyo answered {response.status_code}: {response.text[:500]}")
