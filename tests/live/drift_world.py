"""Both fakes in this process, furnished so that every call of the script has something to find, behind the live clients."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.demo import CLOSED, furnish
from fakes.gladly import app as gladly_app
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.scopes import AccessLevel
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.live.caller import Caller
from harness.live.facts.asker import Asker
from harness.live.gladly import GladlyApi
from harness.live.klaviyo import REVISION, KlaviyoApi
from harness.live.pace import Pace
from harness.live.settings import Allowed, LiveSettings, settings
from harness.live.systems import Systems

START = datetime(2026, 11, 23, 10, 0, 3, 131026, tzinfo=UTC)
KLAVIYO_URL = "https://a.klaviyo.com"
GLADLY_URL = "http://localhost"
"""A host that is not Gladly's: as in a rehearsal, whose a call without credentials is cannot be known by it."""

Transport = httpx.BaseTransport
Wrap = Callable[[Transport], Transport]


class _NoPace(dict[str, Pace]):
    """Lets every call pass at once: the fakes' clock stands still."""

    def __missing__(self, name: str) -> Pace:
        return self.setdefault(name, Pace())


@dataclass(frozen=True)
class World:
    """The fakes' transports and what the environment would say of them."""

    klaviyo: Transport
    gladly: Transport
    settings: LiveSettings
    now: datetime

    def asker(self, klaviyo: Wrap = lambda one: one, gladly: Wrap = lambda one: one) -> Asker:
        """Return an asker whose clients reach the fakes, past what ``klaviyo`` and ``gladly`` do to their answers."""
        said = self.settings
        basic = httpx.BasicAuth(said.api_user.username, said.api_user.password)
        to_klaviyo = httpx.Client(base_url=said.klaviyo_api, transport=klaviyo(self.klaviyo))
        to_gladly = httpx.Client(base_url=said.gladly, transport=gladly(self.gladly), auth=basic)
        stranger = httpx.Client(base_url=said.gladly, transport=gladly(self.gladly))
        callers = [
            Caller(name, client, tuple(said.secrets()), patience=0.0)
            for name, client in (("Klaviyo", to_klaviyo), ("Gladly", to_gladly), ("Gladly", stranger))
        ]
        systems = Systems(KlaviyoApi(callers[0], said.klaviyo_key), GladlyApi(callers[1]))
        return Asker(systems, callers[2], said, lambda: self.now, _NoPace())


def world(allow: Allowed = "verify") -> World:
    """Return the world, made once, with what may be changed in it: its answers depend on nothing but the code."""
    made = _world()
    return replace(made, settings=replace(made.settings, allow=allow))


@cache
def _world() -> World:
    runtime = Runtime.in_process(START)
    klaviyo, gladly = KlaviyoFake(runtime), GladlyFake(runtime)
    account, provisioned = klaviyo.create_account(), gladly.create_organization()
    furnish(klaviyo, account, gladly, provisioned)
    reading = account.keys.create(None, "Harness", AccessLevel.READ_ONLY).secret
    writing = account.keys.create(None, "Gladly App", AccessLevel.FULL).secret
    at_klaviyo, at_gladly = (
        InProcess(klaviyo_app.application(klaviyo)),
        InProcess(gladly_app.application(gladly)),
    )
    _live_on_in_klaviyo(at_klaviyo, klaviyo, account, writing)
    _live_on_in_gladly(at_gladly, gladly, provisioned, runtime.clock.advance)
    said = settings(
        {
            "LIVE_KLAVIYO_ACCOUNT_ID": account.public_key,
            "LIVE_KLAVIYO_KEY": reading,
            "LIVE_GLADLY_APP_KEY": writing,
            "LIVE_KLAVIYO_API_URL": KLAVIYO_URL,
            "LIVE_GLADLY_URL": GLADLY_URL,
            "LIVE_GLADLY_ORGANIZATION_ID": provisioned.organization.id,
            "LIVE_GLADLY_API_USER": provisioned.api_user.email,
            "LIVE_GLADLY_API_TOKEN": provisioned.token,
            "LIVE_ALLOW": "verify",
            "LIVE_OPERATOR": "tests",
        }
    )
    return World(at_klaviyo, at_gladly, said, runtime.clock.now())


def _control(transport: Transport, token: str, base: str) -> Callable[..., Any]:
    client = httpx.Client(transport=transport, headers={"X-Fake-Control": token})

    def call(method: str, path: str, body: Any = None) -> Any:
        url = f"http://localhost/_fake/{base}{path}"
        answer = client.request(method, url, json=body).raise_for_status()
        return answer.json() if answer.content else None

    return call


def _live_on_in_klaviyo(transport: Transport, fake: KlaviyoFake, account: Account, key: str) -> None:
    """Turn the limits off, and send an event with everything that an event may have, of somebody of whom all is known."""
    _control(transport, fake.control_token, f"accounts/{account.id}")("PATCH", "", {"rate_limits": False})
    place = {
        "address1": "1 Main St",
        "city": "Boston",
        "region": "MA",
        "zip": "02110",
        "country": "United States",
    }
    person = {
        "email": "eve@mail.sandbox.gladly.qa",
        "phone_number": "+16505550123",
        "external_id": "E-1",
        "first_name": "Eve",
        "last_name": "Ng",
        "organization": "Shop",
        "locale": "en-US",
        "title": "Dr",
        "image": "https://shop.invalid/eve.png",
        "location": place | {"latitude": 42.35, "longitude": -71.05, "timezone": "America/New_York"},
        "properties": {"In Gladly Conversation": False},
    }
    attributes = {
        "properties": {"conversationId": "6537a1b2c3"},
        "time": "2026-11-23T09:30:00Z",
        "value": 9.99,
        "value_currency": "USD",
        "unique_id": "6537a1b2c3:closed",
        "metric": {"data": {"type": "metric", "attributes": {"name": CLOSED}}},
        "profile": {"data": {"type": "profile", "attributes": person}},
    }
    client = httpx.Client(transport=transport, base_url=KLAVIYO_URL)
    headers = {"Authorization": f"Klaviyo-API-Key {key}", "revision": REVISION}
    client.post(
        "/api/events", json={"data": {"type": "event", "attributes": attributes}}, headers=headers
    ).raise_for_status()


def _live_on_in_gladly(
    transport: Transport,
    fake: GladlyFake,
    provisioned: ProvisionedOrganization,
    wait: Callable[[float], None],
) -> None:
    """Let somebody of whom all is known have conversations of every state, a task and a namesake who is merged into them."""
    control = _control(transport, fake.control_token, f"organizations/{provisioned.organization.id}")
    control("PATCH", "", {"rate_limits": False})
    basic = httpx.BasicAuth(provisioned.api_user.email, provisioned.token)
    api = httpx.Client(transport=transport, base_url=f"{GLADLY_URL}/api/v1", auth=basic)

    def made(path: str, body: Any) -> str:
        return str(api.post(path, json=body).raise_for_status().headers["Location"]).rpartition("/")[2]

    agent, inbox = api.get("/agents").json()[0]["id"], api.get("/inboxes").json()[0]["id"]
    topic = api.get("/topics").json()[0]["id"]
    person = {
        "name": "Dana Brook",
        "address": "12 Quay St, Oakland, CA",
        "emails": [
            {"original": "Dana.Brook@home.sandbox.gladly.qa", "primary": True},
            {"original": "dana@mail.sandbox.gladly.qa"},
        ],
        "phones": [
            {"original": "650 555 0142", "regionCode": "US", "type": "MOBILE"},
            {"original": "650 555 0143"},
        ],
        "customAttributes": {"tier": "gold"},
    }
    dana = made("/customer-profiles", person)
    double = made(
        "/customer-profiles", {"name": "Dana B.", "emails": [{"original": "db@mail.sandbox.gladly.qa"}]}
    )
    control("POST", f"/customers/{double}/merge", {"into": dana})
    _converse(api, control, (dana, agent, topic), wait)
    due = (START + timedelta(days=2)).isoformat()
    made(
        f"/customers/{dana}/tasks",
        {"assignee": {"inboxId": inbox, "agentId": agent}, "body": "Call", "dueAt": due},
    )
    control("POST", "/export-jobs", {})
    hook = {"url": "https://hooks.example/gladly", "events": ["CONVERSATION/CREATED"], "name": "Hook"}
    made("/webhooks", hook | {"credentials": {"username": "u", "password": "p"}, "headers": {"X-Key": "k"}})


def _converse(
    api: httpx.Client, control: Callable[..., Any], who: tuple[str, str, str], wait: Callable[[float], None]
) -> None:
    """Begin two conversations, a while between whatever happens: the first is closed, reopened, closed; the second is open."""
    customer, agent, topic = who
    close = {"status": {"value": "CLOSED", "force": True}}

    def begin() -> str:
        said = {"customer_id": customer, "opened_by": "customer", "channel": "EMAIL"}
        return str(control("POST", "/conversations", said)["id"])

    def change(conversation: str, method: str, path: str, body: Any) -> None:
        wait(60)
        api.request(method, f"/conversations/{conversation}{path}", json=body).raise_for_status()

    wait(60)
    first = begin()
    wait(60)
    control("POST", f"/conversations/{first}/route", {"agent_id": agent})
    control("POST", f"/conversations/{first}/messages", {"from": "agent", "channel": "EMAIL"})
    change(first, "POST", "/topics", {"topicIds": [topic]})
    change(first, "POST", "/notes", {"content": {"body": "Called."}})
    change(first, "PATCH", "", close)
    change(first, "PATCH", "", {"status": {"value": "OPEN"}})
    change(first, "PATCH", "", close)
    control("PATCH", "", {"reopen_window_hours": 0})
    wait(60)
    begin()
