"""The fake behind a socket, with threads and real time: the same rules, and nothing waits for a receiver."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from fakes.core.http.server import Server
from fakes.core.tenants import Runtime
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
    with Server.of(fake) as server, httpx.Client(base_url=server.url, auth=auth, trust_env=False) as api:
        hook = {"url": HOOK, "events": ["CUSTOMER_PROFILE/CREATED"], "enabled": True}
        assert api.post("/api/v1/webhooks", json=hook).status_code == 201
        made = api.post("/api/v1/customer-profiles", json={"name": "Dana"})

        assert made.status_code == 201
        assert gate.came.wait(PATIENCE)
        assert api.get(made.headers["Location"]).json()["name"] == "Dana"
        gate.may_answer.set()
