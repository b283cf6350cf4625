"""One scenario's account and organization, and everything that is built on them alike in every world with fakes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from harness.actors.api.control import Tenant
from harness.actors.api.gladly import ApiAgent, ApiGladlyAdmin, ApiWriter
from harness.actors.api.klaviyo import ApiKlaviyoAdmin
from harness.actors.api.setup import SetupApi
from harness.worlds.app import AppEnvironment, AppUnderTest, Credentials
from harness.worlds.waiting import Waiting
from harness.worlds.world import NO_TOLERANCE, World, WorldName

WEBHOOK = Credentials("gladly-webhooks", "canary-webhook-password-4f1b9c")
COMPLAINTS = "?kind=unsupported&kind=ignored&kind=error"


@dataclass
class Tenants:
    """The account and the organization of one scenario."""

    klaviyo: Tenant
    gladly: Tenant

    @classmethod
    def create(cls, klaviyo: httpx.Client, gladly: httpx.Client, token: str) -> "Tenants":
        """Make both; rate limits are off: the suite's own reading must not run into them."""
        both = cls(
            Tenant.create(klaviyo, token, "accounts", "account_id"),
            Tenant.create(gladly, token, "organizations", "organization_id"),
        )
        for tenant in (both.klaviyo, both.gladly):
            tenant.call("PATCH", "", {"rate_limits": False})
        return both

    def app_environment(self, klaviyo_url: str, gladly_url: str, state_dir: Path) -> AppEnvironment:
        """Return what the app is told of them."""
        api_user = self.gladly.about["api_user"]
        return AppEnvironment(
            gladly_url=gladly_url,
            gladly=Credentials(api_user["email"], api_user["token"]),
            klaviyo_url=klaviyo_url,
            public_key=self.klaviyo.about["public_key"],
            webhook=WEBHOOK,
            state_dir=state_dir,
        )

    def complaints(self) -> list[str]:
        """Return what the fakes did not know, did not read or failed at, in this scenario."""
        return [
            f"{tenant.path}: {entry['what']}"
            for tenant in (self.klaviyo, self.gladly)
            for entry in tenant.call("GET", f"/journal{COMPLAINTS}")
        ]

    def activity(self) -> tuple[Any, ...]:
        """Return something that changes whenever either fake sees or does something."""
        both = (self.klaviyo, self.gladly)
        journals = [tenant.call("GET", "/journal") for tenant in both] + [
            tenant.unclaimed() for tenant in both
        ]
        return tuple(journal[-1]["number"] if journal else 0 for journal in journals)

    def world(
        self,
        name: WorldName,
        capabilities: frozenset[str],
        app: AppUnderTest,
        wait: Waiting,
        *,
        advance: Callable[[float], None],
        complaints: Callable[[], list[str]],
        caller: httpx.Client,
        time_tolerance: timedelta = NO_TOLERANCE,
    ) -> World:
        """Return the world made of these tenants and the parts that differ."""
        return World(
            name=name,
            capabilities=capabilities,
            app=app,
            webhook=WEBHOOK,
            stage=SetupApi(self.klaviyo, self.gladly, app, WEBHOOK),
            kim=(kim := ApiKlaviyoAdmin(self.klaviyo)),
            reader=kim,
            dana=ApiGladlyAdmin(self.gladly),
            agent=(sam := ApiAgent(self.gladly)),
            staff=sam,
            writer=ApiWriter(self.gladly),
            wait=wait,
            advance=advance,
            complaints=complaints,
            caller=caller,
            time_tolerance=time_tolerance,
            secrets=self.secrets,
        )

    def secrets(self) -> list[str]:
        """Return every token and password of the two tenants; keys are known by their look."""
        users = [*self.klaviyo.about["users"], *self.gladly.about["users"]]
        tokens = [self.gladly.about[one]["token"] for one in ("api_user", "compliance_user")]
        return [WEBHOOK.password, *tokens, *(user["password"] for user in users)]

    def remove(self) -> None:
        """Take both away."""
        self.klaviyo.remove()
        self.gladly.remove()
