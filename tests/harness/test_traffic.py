"""What the journals of both systems tell about the app, and what they tell about others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.secrets import fingerprint as journals_fingerprint
from fakes.core.tenants import Runtime
from fakes.gladly import app as gladly_app
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.actors.api.gladly import ApiAgent, ApiGladlyAdmin
from harness.actors.api.klaviyo import ApiKeyHolder, ApiKlaviyoAdmin
from harness.actors.api.setup import Setup
from harness.actors.api.tenant import Tenant
from harness.actors.api.traffic import Traffic, fingerprint
from harness.values import Credentials

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
TOKEN = "control-token"
HOOK = "https://app.example/webhooks/gladly"
WEBHOOK = Credentials("webhooks", "password")


class App:
    """An app that is started and does nothing."""

    url = HOOK

    def __init__(self, public_key: str) -> None:
        """Have the account's public key only."""
        self.key = public_key

    def start(self, private_key: str | None) -> None:
        """Remember the key."""
        self.key = private_key or self.key


@dataclass
class Systems:
    """Both systems with one tenant each, and what is known of the app between them."""

    klaviyo: Tenant
    gladly: Tenant
    traffic: Traffic
    setup: Setup
    app: App
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
        app = App(str(account.about["public_key"]))
        traffic = Traffic(account, organization, lambda: app.key)
        people = (ApiKlaviyoAdmin(account), ApiGladlyAdmin(organization), ApiAgent(organization))
        setup = Setup((account, organization), people, app, WEBHOOK, traffic.foreign)  # type: ignore[arg-type]  # no more of it is used
        yield Systems(account, organization, traffic, setup, app, asked)
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


def post_an_event(systems: Systems, key: str) -> int:
    """Post what is no event with ``key`` and return the status."""
    headers = {"Authorization": f"Klaviyo-API-Key {key}"}
    return systems.klaviyo.client.post("/api/events", json={}, headers=headers).status_code


def test_only_the_key_that_the_app_was_given_last_is_refused(systems: Systems) -> None:
    """What Klaviyo refuses to another system, by a key nobody has, or by the app's key of before, is no refusal of its key."""
    old = systems.setup.make_key("Old", scopes={"Events": "Read Access"})
    reader = systems.setup.make_key("Reader", scopes={"Events": "Read Access"})
    new = systems.setup.make_key("New", scopes={"Profiles": "Full Access"})
    systems.setup.install_app("Klaviyo", private_key=old, upgraded=True)
    assert post_an_event(systems, old) == 403
    assert [call.credential for call in systems.traffic.refusals()] == [fingerprint(old)]

    systems.app.start(new)
    assert [post_an_event(systems, one) for one in (reader, "pk_nobody", "pk_this-was-cut-off")] == [
        403,
        401,
        401,
    ]
    assert systems.traffic.refusals() == []

    assert post_an_event(systems, new) == 403
    assert [call.credential for call in systems.traffic.refusals()] == [fingerprint(new)]


@pytest.mark.parametrize("key", ["pk_this-was-cut-off", "pk_" + "0f" * 17, "nonsense"])
def test_a_refused_key_that_nobody_has_is_told_by_its_fingerprint(systems: Systems, key: str) -> None:
    """A malformed or unknown key that the app was given is known again, and stands in no journal."""
    systems.app.start(key)
    assert post_an_event(systems, key) == 401
    assert len(systems.traffic.refusals()) == 1
    assert key not in str(systems.klaviyo.unclaimed())


def test_the_legacy_api_is_refused_to_a_public_key(systems: Systems) -> None:
    """Once the legacy API is gone, a call by the account's public key is refused; by another account's it is not the app's."""
    systems.klaviyo.call("PATCH", "", {"legacy_api": "retired"})
    other = Tenant.create(systems.klaviyo.client, TOKEN, "accounts", "account_id")
    for key in (other.about["public_key"], systems.app.key):
        assert systems.traffic.refusals() == []
        data = {"token": key, "event": "x", "customer_properties": {"$email": "ann@shop.example"}}
        systems.klaviyo.client.post("/api/track", json=data)
    assert [call.path for call in systems.traffic.refusals()] == ["/api/track"]


def test_trying_a_key_is_no_call_of_the_app(systems: Systems) -> None:
    """Whoever tries a key at all its scopes leaves no trace among the app's calls."""
    key = systems.setup.make_key("Probe", scopes={"Events": "Full Access", "Tags": "Read Access"})
    allowed = ApiKeyHolder(systems.klaviyo, systems.traffic.foreign).try_key("Probe", key)
    assert {scope: verbs for scope, verbs in allowed.items() if verbs} == {
        "Events": {"read", "write"},
        "Tags": {"read"},
    }
    assert systems.traffic.calls() == []


def test_journals_and_harness_name_a_key_alike() -> None:
    """The harness finds a key again by the name that the journal gives it."""
    assert fingerprint("pk_x") == journals_fingerprint("pk_x")


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
