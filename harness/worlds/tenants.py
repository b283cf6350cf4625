"""One scenario's account and organization, and everything that is built on them alike in every world with fakes."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx

from harness.actors.api.control import Control
from harness.actors.api.faults import Faults
from harness.actors.api.gladly import ApiAgent, ApiCustomerChannel, ApiGladlyAdmin, ApiGladlyView
from harness.actors.api.klaviyo import ApiKeyHolder, ApiKlaviyoAdmin, ApiKlaviyoView, ApiMetricsList
from harness.actors.api.setup import Setup
from harness.actors.api.tenant import Tenant
from harness.actors.api.timeline import Timeline
from harness.actors.api.traffic import Traffic
from harness.app_ports import AppUnderTest, Reach
from harness.errors import SystemFailed
from harness.ports import (
    Agent,
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
from harness.worlds.clues import Clues
from harness.worlds.crashes import Crashes
from harness.worlds.expect import Expect
from harness.worlds.ledger import Ledger
from harness.worlds.observer import NO_TOLERANCE, Observer
from harness.worlds.restarts import RestartingAdmin
from harness.worlds.throng import Rhythm, Throng
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


@dataclass(frozen=True)
class Medium:
    """How time goes by and calls travel in a world, for whoever waits.

    ``tolerance`` is how far two times of one moment may lie apart, ``under_way`` for how many seconds a call may be on
    its way, ``at_once`` how many may be at a time. ``another_host`` is a way to Gladly's fake that is not the app's,
    ``agent`` makes whoever acts go by the world's time.
    """

    wait: Callable[[Traffic], Waiting]
    advance: Callable[[float], None]
    rhythm: Callable[[], Rhythm]
    another_host: str
    tolerance: timedelta = NO_TOLERANCE
    under_way: float = 0.0
    at_once: int = 1
    agent: Callable[[Agent], Agent] = lambda sam: sam


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
    others: list[Tenant] = field(default_factory=list)
    """Accounts that were made beside them."""
    _secrets: set[str] = field(default_factory=set, repr=False)

    @classmethod
    def create(cls, klaviyo: httpx.Client, gladly: httpx.Client, token: str) -> "Tenants":
        """Make both; rate limits are off: the suite's own reading must not run into them."""
        both = cls(
            Tenant.create(klaviyo, token, "accounts", "account_id"),
            Tenant.create(gladly, token, "organizations", "organization_id"),
        )
        for tenant in (both.klaviyo, both.gladly):
            tenant.call("PATCH", "", {"rate_limits": False})
        both.secrets()
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
        medium: Medium,
        *,
        unexpected: Callable[[], list[str]],
        client: httpx.Client,
        reach: Reach,
        routes: Callable[["Tenants", Expect], Routes] = by_api,
    ) -> World:
        """Return the world made of these tenants and the parts that differ."""
        traffic = Traffic(self.klaviyo, self.gladly, lambda: app.key, medium.another_host)
        ledger, wait = Ledger(self.klaviyo, self.gladly), medium.wait(traffic)
        expect = Expect(wait, traffic.lines, Clues(traffic, ledger, ApiKlaviyoView(self.klaviyo)))
        route, cheapest = (
            replace(one, sam=medium.agent(one.sam)) for one in (routes(self, expect), by_api(self))
        )
        faults = Faults(self.klaviyo, self.gladly, wait, medium.another_host)
        caller = WebhookCaller(app, WEBHOOK, client, medium.at_once, ledger.said)
        setup, control = self._behind_the_scenes(app, traffic, expect, cheapest)
        observer = self._observer(medium, route, (traffic, ledger, expect), app, (setup, control))
        return World(
            setup=setup,
            control=control,
            faults=faults,
            kim=route.kim,
            metrics=route.metrics,
            dana=RestartingAdmin(route.dana, app, traffic, expect),
            sam=route.sam,
            customer=ApiCustomerChannel(self.gladly),
            key_holder=ApiKeyHolder(self.klaviyo, traffic.foreign),
            observer=observer,
            expect=expect,
            app=app,
            webhook_caller=caller,
            reach=reach,
            crashes=Crashes(app, ledger, wait, medium.advance),
            throng=Throng(
                by_api(self).sam, medium.rhythm(), lambda: caller.post_at_once(ledger.first_said())
            ),
            advance=medium.advance,
            unexpected=unexpected,
            unfulfilled=faults.never_struck,
            secrets=self.secrets,
            web_pages=route.pages,
            timeline=Timeline(self.klaviyo, self.gladly, traffic.foreign, ledger.addresses, caller.made),
        )

    def _observer(
        self,
        medium: Medium,
        route: Routes,
        seen: tuple[Traffic, Ledger, Expect],
        app: AppUnderTest,
        behind: tuple[Setup, Control],
    ) -> Observer:
        traffic, ledger, expect = seen
        setup, control = behind
        return Observer(
            route.klaviyo,
            route.gladly,
            traffic,
            by_api(self).klaviyo,
            medium.tolerance,
            ledger=ledger,
            under_way=medium.under_way,
            app=app,
            is_known_elsewhere=control.knows_elsewhere,
            metrics=route.metrics,
            web_pages=route.pages,
            _expect=expect,
            _setup=setup,
        )

    def _behind_the_scenes(
        self, app: AppUnderTest, traffic: Traffic, expect: Expect, cheapest: Routes
    ) -> tuple[Setup, Control]:
        control = Control(self.klaviyo, self.gladly, WEBHOOK)
        self.others = control.others
        dana = RestartingAdmin(cheapest.dana, app, traffic, expect)
        by_the_way = (cheapest.kim, dana, cheapest.sam)
        return Setup((self.klaviyo, self.gladly), by_the_way, app, WEBHOOK, traffic.foreign), control

    def secrets(self) -> list[str]:
        """Return every key, token, password and code that there was in this scenario, also of what was deleted since.

        Of all tenants, those made beside the two as well; with the control token and the webhook's password. Each
        scenario so has its canaries: a key by which the harness reads, two tokens and a password which go over the
        wire in every one. Once the systems are gone, what was known last is returned.
        """
        tenants = (self.klaviyo, self.gladly, *self.others)
        with contextlib.suppress(SystemFailed, httpx.HTTPError, RuntimeError):  # a client that is closed
            self._secrets.update(*(tenant.call("GET", "/secrets") for tenant in tenants))
        return sorted({WEBHOOK.password, *(tenant.token for tenant in tenants), *self._secrets})

    def remove(self) -> None:
        """Take all away."""
        for tenant in (self.klaviyo, self.gladly, *self.others):
            tenant.remove()
