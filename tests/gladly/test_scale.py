"""Many organizations on one fake: none of them is slower for it."""

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.gladly.app import application
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import START
from tests.work import calls_of

CROWD = 2_000


def cost(fake: GladlyFake) -> int:
    """Return how many calls a search by phone number takes in a new organization, without a host name."""
    made = fake.create_organization("Shop Example")
    auth, found = (made.api_user.email, made.token), []
    with httpx.Client(transport=InProcess(application(fake)), base_url="http://127.0.0.1", auth=auth) as api:
        for number in range(20):
            api.post("/api/v1/customer-profiles", json={"phones": [{"original": f"+165055501{number:02}"}]})
        asked = {"phoneNumber": "+16505550107"}
        calls = calls_of(lambda: found.extend(api.get("/api/v1/customer-profiles", params=asked).json()))
    assert len(found) == 1
    return calls


@pytest.mark.parametrize("name", [None, "Shop Example"])
def test_request_costs_the_same_in_a_crowd(runtime: Runtime, name: str | None) -> None:
    """A request among two thousand organizations takes hardly more calls than alone, whatever their names."""
    assert runtime.clock.now() == START
    fake = GladlyFake(runtime)
    cost(fake)  # what is made once
    alone = cost(fake)
    for _ in range(CROWD):
        fake.create_organization(name)

    assert cost(fake) < 1.2 * alone
    assert len({one.subdomain for one in fake.tenants}) == CROWD + 3
    fake.close()
