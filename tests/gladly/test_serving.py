"""The fake behind a socket, with threads and real time: the same rules, and nothing waits for a receiver."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.http.server import Server
from fakes.core.tenants import Runtime
from fakes.gladly.app import application
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK

PATIENCE = 10


class Gate:
    """A receiver that answers events only once it is let to."""

    def __init__(self) -> None:
        """Start shut."""
        self.may_answer = threading.Event()
        self.came = threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a PING at once, an event when let to."""
        if b'"PING"' not in request.content:
            self.came.set()
            assert self.may_answer.wait(PATIENCE)
        return httpx.Response(200)


@pytest.fixture
def gate() -> Gate:
    """The receiver."""
    return Gate()


@pytest.fixture
def fake(gate: Gate) -> Iterator[GladlyFake]:
    """A serving fake."""
    runtime = Runtime.serving()
    fake = GladlyFake(runtime, transport=httpx.MockTransport(gate))
    yield fake
    gate.may_answer.set()
    runtime.close()
    fake.close()


def test_answer_does_not_wait_for_the_receiver(fake: GladlyFake, gate: Gate) -> None:
    """A call that raises an event is answered while the receiver still holds the delivery."""
    provisioned: ProvisionedOrganization = fake.create_organization()
    auth = (provisioned.api_user.email, provisioned.token)
    with (
        Server.of(application(fake)) as server,
        httpx.Client(base_url=server.url, auth=auth, trust_env=False) as api,
    ):
        hook = {"url": HOOK, "events": ["CUSTOMER_PROFILE/CREATED"], "enabled": True}
        assert api.post("/api/v1/webhooks", json=hook).status_code == 201
        made = api.post("/api/v1/customer-profiles", json={"name": "Dana"})

        assert made.status_code == 201
        assert gate.came.wait(PATIENCE)
        assert api.get(made.headers["Location"]).json()["name"] == "Dana"
        gate.may_answer.set()


class CallingBack:
    """A receiver that asks the fake something before it answers a PING, on threads that must not be the server's own."""

    def __init__(self) -> None:
        """Know nothing of the fake yet."""
        self.url = ""
        self.auth = ("", "")
        self.statuses: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Ask for the organization, and answer."""
        if b'"PING"' in request.content:
            answer = httpx.get(
                f"{self.url}/api/v1/organization", auth=self.auth, timeout=PATIENCE, trust_env=False
            )
            self.statuses.append(answer.status_code)
        return httpx.Response(200)


def test_receiver_of_a_ping_may_call_back() -> None:
    """While a PING waits for its answer, in the API and in the control plane, the fake answers whom it was sent to."""
    runtime, receiver = Runtime.serving(), CallingBack()
    fake = GladlyFake(runtime, transport=httpx.MockTransport(receiver))
    provisioned = fake.create_organization()
    receiver.auth = (provisioned.api_user.email, provisioned.token)
    control = f"/_fake/organizations/{provisioned.organization.id}"
    token = {CONTROL_HEADER: fake.control_token}
    hook = {"url": HOOK, "events": ["CUSTOMER_PROFILE/CREATED"], "enabled": True}
    app = {"name": "Klaviyo", "webhook_url": f"{HOOK}/app", "username": "u", "password": "p", "enabled": True}
    with (
        Server.of(application(fake)) as server,
        httpx.Client(base_url=server.url, auth=receiver.auth, timeout=2 * PATIENCE, trust_env=False) as api,
    ):
        receiver.url = server.url
        made = api.post("/api/v1/webhooks", json=hook)
        moved = api.patch(made.headers["Location"], json={"url": f"{HOOK}/moved"})
        installed = api.put(f"{control}/app", json=app, headers=token)
    runtime.close()
    fake.close()
    assert (made.status_code, moved.status_code, installed.status_code) == (201, 204, 200)
    assert receiver.statuses == [200, 200, 200]


@pytest.mark.parametrize(
    "route",
    [
        "POST /api/v1/webhooks",
        "PATCH /api/v1/webhooks/abc",
        "POST /admin/webhooks/new",
        "POST /admin/webhooks/abc",
        "POST /admin/webhooks/abc/active",
        "PUT /_fake/organizations/abc/app",
        "PUT /_fake/organizations/abc/apps/abc/connector",
    ],
)
def test_calls_that_ping_may_wait(fake: GladlyFake, route: str) -> None:
    """Every call that posts a PING is made known as one that may wait, so that it holds nobody up."""
    assert fake.may_wait(*route.split(" "))


def test_reading_does_not_wait(fake: GladlyFake) -> None:
    """What only reads asks nobody, and is answered at once."""
    for route in ("GET /api/v1/webhooks", "GET /_fake/clock", "HEAD /api/v1/organization"):
        assert not fake.may_wait(*route.split(" "))
