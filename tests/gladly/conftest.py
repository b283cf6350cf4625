"""A Gladly fake in one process: its API, its control plane, and a receiver that its webhooks reach."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.tenants import Runtime
from fakes.gladly.app import application
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.users.users import Role, User
from fakes.gladly.service.fake import GladlyFake

START = datetime(2026, 3, 2, 17, 22, 40, 105_000, tzinfo=UTC)
HOOK = "https://hooks.example/gladly"


@dataclass
class Receiver:
    """Stands at the other end of every webhook: keeps what came, answers ``status``, or does ``then``."""

    status: int = 200
    requests: list[httpx.Request] = field(default_factory=list)
    then: Callable[[dict[str, Any]], None] | None = None
    fails_with: Exception | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Take a request and answer it."""
        self.requests.append(request)
        if self.fails_with is not None:
            raise self.fails_with
        if self.then is not None:
            self.then(json.loads(request.content))
        headers = {"Location": f"{HOOK}/moved"} if 300 <= self.status < 400 else {}
        return httpx.Response(self.status, headers=headers)

    @property
    def events(self) -> list[dict[str, Any]]:
        """All that came, in order."""
        return [json.loads(request.content) for request in self.requests]

    @property
    def types(self) -> list[str]:
        """The event types that came, in order."""
        return [event["type"] for event in self.events]

    def forget(self) -> None:
        """Begin a fresh list."""
        self.requests.clear()


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    """Time that stands still and work on the caller's stack."""
    runtime = Runtime.in_process(START)
    yield runtime
    runtime.close()


@pytest.fixture
def receiver() -> Receiver:
    """The other end of every webhook."""
    return Receiver()


@pytest.fixture
def fake(runtime: Runtime, receiver: Receiver) -> Iterator[GladlyFake]:
    """A strict fake whose webhooks go to the receiver."""
    fake = GladlyFake(runtime, strict=True, transport=httpx.MockTransport(receiver))
    yield fake
    fake.close()


@pytest.fixture
def provisioned(fake: GladlyFake) -> ProvisionedOrganization:
    """A new organization with its API user's token."""
    return fake.create_organization("Shop Example")


@pytest.fixture
def organization(provisioned: ProvisionedOrganization) -> Organization:
    """The organization, its rate limit off: time stands still here, so a second never ends."""
    provisioned.organization.switches.rate_limits = False
    return provisioned.organization


def client(fake: GladlyFake, organization: Organization, user: User, token: str) -> httpx.Client:
    """Return a client of the organization's API as ``user``."""
    return httpx.Client(
        transport=InProcess(application(fake)), base_url=organization.home, auth=(user.email, token)
    )


@pytest.fixture
def one_administrator(organization: Organization) -> None:
    """Only one Administrator, who is nothing else: the API user is one too in a new organization."""
    for user in organization.users:
        if user.has(Role.API_USER):
            user.roles -= {Role.ADMINISTRATOR}


@pytest.fixture
def api(
    fake: GladlyFake, organization: Organization, provisioned: ProvisionedOrganization
) -> Iterator[httpx.Client]:
    """The REST API as the organization's API user."""
    with client(fake, organization, provisioned.api_user, provisioned.token) as opened:
        yield opened


@pytest.fixture
def compliance_api(fake: GladlyFake, organization: Organization) -> Iterator[httpx.Client]:
    """The REST API as a user who may delete customers."""
    roles = frozenset({Role.API_USER, Role.COMPLIANCE_ADMINISTRATOR})
    user = organization.add_user("Coe", f"compliance@{organization.login_domain}", "pw-compliance", roles)
    with client(fake, organization, user, fake.issue_token(organization, user)) as opened:
        yield opened


@pytest.fixture
def control(fake: GladlyFake) -> Iterator[httpx.Client]:
    """The control plane."""
    headers = {CONTROL_HEADER: fake.control_token}
    with httpx.Client(
        transport=InProcess(application(fake)), base_url="http://gladly.test", headers=headers
    ) as opened:
        yield opened


@pytest.fixture
def here(organization: Organization) -> str:
    """The organization's path in the control plane."""
    return f"/_fake/organizations/{organization.id}"


@pytest.fixture
def customer_id(api: httpx.Client) -> str:
    """A customer with one e-mail address."""
    made = api.post("/api/v1/customer-profiles", json={"emails": [{"original": "Dana.Brook@shop.example"}]})
    return made.headers["Location"].rpartition("/")[2]


Begin = Callable[..., Conversation]


@pytest.fixture
def begin(fake: GladlyFake, organization: Organization, customer_id: str) -> Begin:
    """Begins a conversation of the customer and sends its events; ``by_agent`` lets the agent begin it."""

    def begin(*, by_agent: bool = False) -> Conversation:
        with fake.acting(organization):
            if by_agent:
                agent = organization.users.with_role(Role.AGENT)[0]
                return organization.begin_as_agent(customer_id, agent.id)
            return organization.begin_as_customer(customer_id)

    return begin


@pytest.fixture
def app_on(control: httpx.Client, here: str, receiver: Receiver, customer_id: str) -> None:
    """The Klaviyo App, on, its connector pointed at the receiver, which has forgotten the PING.

    The customer is there before, so that their creation is no event of the app's.
    """
    assert customer_id
    ask = {
        "name": "Klaviyo",
        "webhook_url": HOOK,
        "username": "hook-user",
        "password": "hook-pass-5150",
        "enabled": True,
    }
    assert control.put(f"{here}/app", json=ask).status_code == 200
    receiver.forget()


def error(response: httpx.Response) -> dict[str, Any]:
    """Return the only error of the response's body."""
    (only,) = response.json()["errors"]
    return dict(only)
