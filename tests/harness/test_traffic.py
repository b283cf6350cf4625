"""What the journals of both systems tell about the app, and what they tell about others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.gladly import app as gladly_app
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.actors.api.gladly import ApiAgent, ApiGladlyAdmin
from harness.actors.api.klaviyo import ApiKlaviyoAdmin
from harness.actors.api.setup import Setup
from harness.actors.api.tenant import Tenant
from harness.actors.api.traffic import Traffic
from harness.values import Credentials

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
TOKEN = "control-token"
HOOK = "https://app.example/webhooks/gladly"
WEBHOOK = Credentials("webhooks", "password")


class App:
    """An app that is started and does nothing."""

    url = HOOK

    def start(self, private_key: str | None) -> None:
        """Do nothing."""


@dataclass
class Systems:
    """Both systems with one tenant each, and what is known of the app between them."""

    klaviyo: Tenant
    gladly: Tenant
    traffic: Traffic
    setup: Setup
    asked: list[str]


@pytest.fixture
def systems() -> Iterator[Systems]:
    """Both fakes in process; whatever Gladly delivers is accepted; ``asked`` are the paths of the harness's own calls."""
    runtime = Runtime.in_process(START)
    accepting = httpx.MockTransport(lambda _: httpx.Response(200))
    klaviyo = KlaviyoFake(runtime, control_token=TOKEN)
    gladly = GladlyFake(runtime, control_token=TOKEN, transport=accepting)
    asked: list[str] = []
    hooks = {"request": [lambda request: asked.append(str(request.url))]}
    with (
        httpx.Client(
            transport=InProcess(klaviyo_app.application(klaviyo)), base_url="http://k.test", event_hooks=hooks
        ) as to_klaviyo,
        httpx.Client(
            transport=InProcess(gladly_app.application(gladly)), base_url="http://g.test", event_hooks=hooks
        ) as to_gladly,
    ):
        account = Tenant.create(to_klaviyo, TOKEN, "accounts", "account_id")
        organization = Tenant.create(to_gladly, TOKEN, "organizations", "organization_id")
        traffic = Traffic(account, organization)
        people = (ApiKlaviyoAdmin(account), ApiGladlyAdmin(organization), ApiAgent(organization))
        setup = Setup((account, organization), people, App(), WEBHOOK, traffic.foreign_keys)  # type: ignore[arg-type]  # no more of it is used
        yield Systems(account, organization, traffic, setup, asked)
    gladly.close()
    runtime.close()


def open_conversation(systems: Systems) -> None:
    """Let an agent open a conversation with a new customer."""
    customer = systems.setup.sam.add_customer(name="Ann", emails=["ann@shop.example"])
    systems.setup.sam.open_conversation(customer)


def test_nobody_is_waited_for_who_does_not_listen(systems: Systems) -> None:
    """What Gladly raises while the app is switched off is not owed to it: nothing is undelivered."""
    systems.setup.install_app("Klaviyo", private_key=None, upgraded=False)
    systems.setup.dana.switch_app(on=False)
    open_conversation(systems)
    assert systems.traffic.undelivered() == []


def test_what_is_not_accepted_yet_is_undelivered(systems: Systems) -> None:
    """What Gladly raises while the app listens and cannot be reached is undelivered."""
    systems.setup.install_app("Klaviyo", private_key=None, upgraded=False)
    systems.gladly.call("POST", "/faults", {"route": "CONVERSATION/CREATED", "kind": "delay", "seconds": 60})
    open_conversation(systems)
    assert systems.traffic.undelivered() == ["CONVERSATION/CREATED"]


def test_another_systems_event_is_no_call_of_the_app(systems: Systems) -> None:
    """After the app was refused, an event that another system sends leaves the app refused, and is none of its calls."""
    refused = systems.klaviyo.client.post(
        "/api/events", json={}, headers={"Authorization": "Klaviyo-API-Key pk_nobody"}
    )
    assert refused.status_code == 401
    systems.setup.send_foreign_event("Placed Order", {}, "ann@shop.example")
    assert systems.traffic.is_refused()
    assert [call.status for call in systems.traffic.calls()] == [401]


def test_activity_reads_only_what_came_since(systems: Systems) -> None:
    """Asking again whether anything happened reads no entry that was read before, and tells that there was something."""
    open_conversation(systems)
    before = systems.traffic.activity()
    systems.asked.clear()
    assert systems.traffic.activity() == before
    assert [path.partition("?")[2] for path in systems.asked] == [f"after={number}" for number in before]
    ben = systems.setup.sam.add_customer(name="Ben", emails=[])
    systems.setup.sam.open_conversation(ben)
    assert systems.traffic.activity() != before
