"""One scenario's account and organization, and everything that is built on them alike in every world with fakes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from harness.actors.api.faults import Faults
from harness.actors.api.gladly import ApiAgent, ApiCustomerChannel, ApiGladlyAdmin, ApiGladlyView
from harness.actors.api.klaviyo import ApiKeyHolder, ApiKlaviyoAdmin, ApiKlaviyoView, ApiMetricsList
from harness.actors.api.setup import Setup
from harness.actors.api.tenant import Tenant
from harness.actors.api.traffic import Traffic
from harness.ports import (
    Agent,
    AppUnderTest,
    GladlyAdmin,
    GladlyView,
    KlaviyoAdmin,
    KlaviyoView,
    MetricsAtHand,
    PagesAtHand,
    Waiting,
)
from harness.values import Credentials
from harness.worlds.app import AppEnvironment
from harness.worlds.expect import Expect
from harness.worlds.observer import NO_TOLERANCE, Observer
from harness.worlds.restarts import RestartingAdmin
from harness.worlds.world import WebhookCaller, World

WEBHOOK = Credentials("gladly-webhooks", "canary-webhook-password-4f1b9c")
UNEXPECTED = "?kind=unsupported&kind=ignored&kind=error"


@dataclass(frozen=True)
class Routes:
    """By which way people act and look: what differs between worlds that stand on the same systems."""

    kim: KlaviyoAdmin
    klaviyo: KlaviyoView
    metrics: MetricsAtHand
    dana: GladlyAdmin
    sam: Agent
    gladly: GladlyView
    pages: PagesAtHand | None = None


def by_api(tenants: "Tenants", _expect: Expect | None = None) -> Routes:
    """Return the routes through the vendors' APIs and, where there are none, the fakes' control plane."""
    klaviyo = ApiKlaviyoView(tenants.klaviyo)
    return Routes(
        kim=ApiKlaviyoAdmin(tenants.klaviyo),
        klaviyo=klaviyo,
        metrics=ApiMetricsList(klaviyo),
        dana=ApiGladlyAdmin(tenants.gladly),
        sam=ApiAgent(tenants.gladly),
        gladly=ApiGladlyView(tenants.gladly),
    )


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

    def unexpected(self) -> list[str]:
        """Return what the fakes did not know, did not read or failed at, in this scenario."""
        return [
            f"{tenant.path}: {entry['what']}"
            for tenant in (self.klaviyo, self.gladly)
            for entry in tenant.call("GET", f"/journal{UNEXPECTED}")
        ]

    def world(
        self,
        app: AppUnderTest,
        wait: Callable[[Traffic], Waiting],
        *,
        advance: Callable[[float], None],
        unexpected: Callable[[], list[str]],
        client: httpx.Client,
        tolerance: timedelta = NO_TOLERANCE,
        routes: Callable[["Tenants", Expect], Routes] = by_api,
    ) -> World:
        """Return the world made of these tenants and the parts that differ."""
        traffic = Traffic(self.klaviyo, self.gladly, lambda: app.key)
        expect = Expect(wait(traffic), traffic.lines)
        route, cheapest = routes(self, expect), by_api(self)
        dana = RestartingAdmin(cheapest.dana, app, traffic, expect)
        by_the_way = (cheapest.kim, dana, cheapest.sam)
        setup = Setup((self.klaviyo, self.gladly), by_the_way, app, WEBHOOK, traffic.foreign)
        faults = Faults(self.klaviyo, self.gladly)
        return World(
            setup=setup,
            faults=faults,
            kim=route.kim,
            metrics=route.metrics,
            dana=RestartingAdmin(route.dana, app, traffic, expect),
            sam=route.sam,
            customer=ApiCustomerChannel(self.gladly),
            key_holder=ApiKeyHolder(self.klaviyo, traffic.foreign),
            observer=Observer(
                route.klaviyo,
                route.gladly,
                traffic,
                app.leaks,
                cheapest.klaviyo,
                tolerance,
                metrics=route.metrics,
                web_pages=route.pages,
                _expect=expect,
                _setup=setup,
            ),
            traffic=traffic,
            expect=expect,
            app=app,
            webhook_caller=WebhookCaller(app, WEBHOOK, client),
            advance=advance,
            unexpected=unexpected,
            unfulfilled=faults.never_struck,
            secrets=self.secrets,
            web_pages=route.pages,
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
