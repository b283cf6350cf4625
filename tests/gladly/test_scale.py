"""Many organizations on one fake: none of them is slower for it."""

import statistics
import time

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.gladly.app import application
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import START

CROWD = 2_000


def cost(fake: GladlyFake, calls: int = 100) -> float:
    """Return the median seconds of a search by phone number in a new organization, without a host name."""
    made = fake.create_organization("Shop Example")
    made.organization.switches.rate_limits = False
    auth, seconds = (made.api_user.email, made.token), []
    with httpx.Client(transport=InProcess(application(fake)), base_url="http://127.0.0.1", auth=auth) as api:
        for number in range(20):
            api.post("/api/v1/customer-profiles", json={"phones": [{"original": f"+165055501{number:02}"}]})
        for _ in range(calls):
            begun = time.perf_counter()
            found = api.get("/api/v1/customer-profiles", params={"phoneNumber": "+16505550107"}).json()
            seconds.append(time.perf_counter() - begun)
            assert len(found) == 1
    return statistics.median(seconds)


@pytest.mark.parametrize("name", [None, "Shop Example"])
def test_request_costs_the_same_in_a_crowd(runtime: Runtime, name: str | None) -> None:
    """A request among two thousand organizations costs no more than thrice what it costs alone, whatever their names."""
    assert runtime.clock.now() == START
    fake = GladlyFake(runtime)
    alone = cost(fake)
    for _ in range(CROWD):
        fake.create_organization(name)

    assert cost(fake) < 3 * alone
    assert len({one.subdomain for one in fake.tenants}) == CROWD + 2
    fake.close()
