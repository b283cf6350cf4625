"""What every request goes through: rate limit, faults, unknown calls, the journal's silence about secrets."""

import json

import httpx
import pytest

from fakes.core.clock import Clock
from fakes.core.errors import UnsupportedRequest
from fakes.core.faults import Fault
from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.gladly.app import application
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK, Begin, Receiver, error
from tests.gladly.test_apps import INSTALL, KEY
from tests.gladly.test_conversations import FORCE, at

ME = "/api/v1/organization"


def test_every_answer_tells_what_is_left(api: httpx.Client, organization: Organization) -> None:
    """The limit and what remains of this second are told with every answer, errors among them."""
    organization.switches.rate_limits = True
    answers = [api.get(ME), api.get("/api/v1/agents/x")]

    assert [each.headers["Ratelimit-Limit-Second"] for each in answers] == ["10", "10"]
    assert [each.headers["Ratelimit-Remaining-Second"] for each in answers] == ["9", "8"]


def test_eleventh_request_of_a_second_429(
    api: httpx.Client, organization: Organization, runtime: Runtime
) -> None:
    """The 11th request within a second is refused, whatever its method; the next second begins anew."""
    clock: Clock = runtime.clock
    organization.switches.rate_limits = True
    for _ in range(5):
        assert api.get(ME).status_code == 200
        assert api.post("/api/v1/customer-profiles", json={}).status_code == 201
    refused = api.get(ME)
    clock.advance(1)

    assert (refused.status_code, error(refused)["code"]) == (429, "rate_limit")
    assert refused.headers["Ratelimit-Remaining-Second"] == "0"
    assert "Retry-After" not in refused.headers
    assert api.get(ME).status_code == 200


def test_each_method_may_have_its_own_limit(
    api: httpx.Client, control: httpx.Client, here: str, organization: Organization
) -> None:
    """With the switch on, ten calls of one method leave all ten of another."""
    organization.switches.rate_limits = True
    control.patch(here, json={"rate_limit_per_method": True})
    codes = [api.get(ME).status_code for _ in range(11)]
    posted = api.post("/api/v1/customer-profiles", json={})

    assert codes == [200] * 10 + [429]
    assert (posted.status_code, posted.headers["Ratelimit-Remaining-Second"]) == (201, "9")


def test_organizations_have_limits_of_their_own(
    fake: GladlyFake, provisioned: ProvisionedOrganization
) -> None:
    """One organization's requests do not count for another."""
    other = fake.create_organization("Other Shop")
    rows = []
    for each in (provisioned, other):
        auth = (each.api_user.email, each.token)
        with httpx.Client(
            transport=InProcess(application(fake)), base_url="http://gladly.test", auth=auth
        ) as api:
            rows.append([api.get(ME).status_code for _ in range(11)])

    assert rows == [[200] * 10 + [429]] * 2


def test_armed_status_looks_like_gladly(api: httpx.Client, organization: Organization) -> None:
    """An armed status is answered with an errors array, once."""
    organization.faults.arm(Fault("GET /api/v1/*", "status", status=503))
    answers = [api.get(ME), api.get(ME)]

    assert [each.status_code for each in answers] == [503, 200]
    assert error(answers[0])["code"] == "temporary_failure"


@pytest.mark.parametrize("status", [403, 524])
def test_armed_edge_is_not_gladly(api: httpx.Client, organization: Organization, status: int) -> None:
    """What the edge answers itself has no errors array and no limits, is not counted, and nothing is made."""
    organization.switches.rate_limits = True
    organization.faults.arm(Fault("* /api/v1/*", "edge", status=status, times=20))
    answers = [api.post("/api/v1/customer-profiles", json={}) for _ in range(20)]

    assert {each.status_code for each in answers} == {status}
    assert {each.headers["Content-Type"] for each in answers} == {"text/html; charset=UTF-8"}
    assert not [name for each in answers for name in each.headers if name.lower().startswith("ratelimit")]
    assert organization.customers.all() == []
    assert api.get(ME).headers["Ratelimit-Remaining-Second"] == "9"


def test_armed_throttle_looks_like_gladly(api: httpx.Client, organization: Organization) -> None:
    """An armed throttle is a 429 with nothing left and no Retry-After."""
    organization.faults.arm(Fault("GET /api/v1/*", "throttle"))
    answer = api.get(ME)

    assert (answer.status_code, error(answer)["code"]) == (429, "rate_limit")
    assert answer.headers["Ratelimit-Remaining-Second"] == "0"
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("PUT", "/api/v1/topics", "T /api/v1/topics"),
        ("PUT", "/api/v1/organization", "GET /api/v1/organization"),
        ("GET", "/api/v1/agentz", "GET /api/v1/agents"),
    ],
)
def test_unknown_call_is_said_to_be_ours(
    fake: GladlyFake, api: httpx.Client, method: str, path: str, nearest: str
) -> None:
    """What the fake does not know, an unknown method among it, is 501 and names the nearest route it knows."""
    fake.strict = False
    answer = api.request(method, path)

    assert answer.status_code == 501
    assert answer.json()["error"].startswith(f"unsupported by the fake: {method} {path}")
    assert nearest in answer.json()["error"]


def test_unknown_call_surfaces_in_the_callers_stack(api: httpx.Client) -> None:
    """In one process an unknown call is raised where it was made."""
    with pytest.raises(UnsupportedRequest, match="POST /api/v1/answers"):
        api.post("/api/v1/answers", json={})


def test_journal_never_tells_a_secret(
    *,
    api: httpx.Client,
    control: httpx.Client,
    here: str,
    organization: Organization,
    provisioned: ProvisionedOrganization,
    receiver: Receiver,
    begin: Begin,
) -> None:
    """After all that touches secrets, the journal and the logs hold no token, password, header value or key."""
    password, header = 'pass"word-5150', "sesame-77"
    basic = {"username": "u", "password": password}
    hook = {"url": HOOK, "events": ["CONVERSATION/CREATED"], "enabled": True, "credentials": basic}
    api.post("/api/v1/webhooks", json=hook | {"headers": {"X-Key": header}})
    api.post("/api/v1/webhooks", json=hook | {"url": 5, "credentials": basic | {"password": "unread-6160"}})
    api.post("/api/v1/customer-profiles", json={"name": provisioned.token})
    control.put(f"{here}/app", json=INSTALL)
    control.patch(f"{here}/app", json={"name": "Klaviyo", "private_key": KEY})
    api.patch(at(begin()), json=FORCE)
    control.put(f"{here}/app", json=INSTALL | {"name": KEY})
    told = json.dumps([entry.as_json() for entry in organization.journal.entries()])
    told += control.get(f"{here}/app/deliveries").text
    told += str([row.as_json() for webhook in organization.webhooks for row in webhook.log])
    passwords = [user.password for user in organization.users]

    assert len(receiver.requests) > 3
    for secret in (
        provisioned.token,
        "word-5150",
        "unread-6160",
        header,
        KEY,
        INSTALL["password"],
        *passwords,
    ):
        assert secret not in told
