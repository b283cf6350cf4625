"""The control plane: organizations, switches, conversations, messages."""

from typing import Any

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.gladly.app import application
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import START, Begin
from tests.gladly.test_conversations import CLOSE, at


def test_new_organization_comes_with_users_and_a_token(control: httpx.Client, fake: GladlyFake) -> None:
    """A new organization tells its URL, its API user's token and a user of each main role."""
    answer = control.post("/_fake/organizations", json={"name": "Shop Example"})
    made = answer.json()
    auth = (made["api_user"]["email"], made["api_user"]["token"])
    with httpx.Client(transport=InProcess(application(fake)), base_url=made["url"], auth=auth) as api:
        read = api.get("/api/v1/organization").json()

    assert (answer.status_code, made["url"]) == (201, "http://gladly.test")
    assert [user["role"] for user in made["users"]] == [
        "Administrator",
        "Team Manager",
        "Agent",
        "API User",
        "Compliance Administrator",
    ]
    assert all(
        user["password"] and user["email"].endswith("@shop-example.gladly-demo.com") for user in made["users"]
    )
    assert read == {
        "id": made["organization_id"],
        "loginDomain": "shop-example.gladly-demo.com",
        "name": "Shop Example",
        "timezone": "America/Los_Angeles",
        "gladlyUrl": "https://shop-example.gladly.com",
    }


def test_name_may_be_left_to_the_fake(control: httpx.Client) -> None:
    """Without a body the fake makes up a name, and no two organizations share a host."""
    made = [control.post("/_fake/organizations").json() for _ in range(30)]

    assert len({each["api_user"]["email"] for each in made}) == 30


def test_same_seed_gives_the_same_organization() -> None:
    """Two fakes of one seed found the same organization."""
    rows = []
    for _ in range(2):
        fake = GladlyFake(Runtime.in_process(START))
        rows.append(fake.create_organization().as_json("http://x"))
        fake.close()

    assert rows[0] == rows[1]


def test_passwords_log_in(organization: Organization) -> None:
    """A user's password is theirs and nobody else's."""
    admin, agent = (organization.users.with_role(role)[0] for role in (Role.ADMINISTRATOR, Role.AGENT))

    assert organization.users.log_in(admin.email.upper(), admin.password) is admin
    assert organization.users.log_in(admin.email, agent.password) is None


def test_deleted_organization_is_gone(control: httpx.Client, here: str, api: httpx.Client) -> None:
    """A deleted organization's host is unknown, its tokens open nothing, and its path is 404."""
    assert control.delete(here).status_code == 204
    assert api.get("/api/v1/organization").status_code == 404
    assert api.get("http://127.0.0.1/api/v1/organization").status_code == 401
    assert control.delete(here).status_code == 404


def test_reset_forgets_hosts_and_tokens(control: httpx.Client, api: httpx.Client, fake: GladlyFake) -> None:
    """After a reset no host and no token is known, and names are free again."""
    control.post("/_fake/reset")

    assert api.get("/api/v1/organization").status_code == 404
    assert fake.create_organization("Shop Example").organization.subdomain == "shop-example"


def test_switches_turn_one_by_one(control: httpx.Client, here: str, organization: Organization) -> None:
    """PATCH turns what is given, leaves the rest, and answers all switches."""
    organization.switches.rate_limits = True
    control.patch(here, json={"topic_required_to_close": True})
    answer = control.patch(here, json={"reopen_window_hours": 1.5})

    assert answer.status_code == 200
    assert answer.json() == {
        "reopen_window_hours": 1.5,
        "topic_required_to_close": True,
        "rate_limits": True,
        "rate_limit_per_method": False,
        "merge_custom_attributes": True,
        "report_row_limit": 100_000,
        "report_header_when_empty": False,
        "report_seconds": 0,
        "retry_offsets": [30, 300, 1800, 3600],
    }


@pytest.mark.parametrize("body", [{"nonsense": 1}, {"reopen_window_hours": -1}, {"retry_offsets": [-1]}])
def test_bad_switches_400_name_the_field(control: httpx.Client, here: str, body: dict[str, Any]) -> None:
    """A switch that does not exist, or a value that cannot be, is refused by name."""
    answer = control.patch(here, json=body)

    assert answer.status_code == 400
    assert next(iter(body)) in answer.json()["error"]


def test_new_organizations_compliance_user_may_delete(control: httpx.Client, fake: GladlyFake) -> None:
    """A new organization comes with a token that may delete customers, which the API user's may not."""
    made = control.post("/_fake/organizations").json()
    path, codes = "/api/v1/customer-profiles", []
    for user in (made["api_user"], made["compliance_user"]):
        auth = (user["email"], user["token"])
        with httpx.Client(transport=InProcess(application(fake)), base_url=made["url"], auth=auth) as api:
            codes += [api.post(path, json={"id": "c1"}).status_code, api.delete(f"{path}/c1").status_code]

    assert codes == [201, 403, 409, 204]


@pytest.mark.parametrize("opener", ["customer", "agent"])
def test_conversation_begins(
    control: httpx.Client, here: str, api: httpx.Client, customer_id: str, opener: str
) -> None:
    """A conversation can be begun for either side; only the agent's has an agent."""
    answer = control.post(f"{here}/conversations", json={"customer_id": customer_id, "opened_by": opener})
    read = api.get(f"/api/v1/conversations/{answer.json()['id']}").json()

    assert (answer.status_code, read["status"], "agentId" in read) == (201, "OPEN", opener == "agent")


def test_conversation_begins_anew_within_the_window(
    control: httpx.Client, here: str, api: httpx.Client, begin: Begin, customer_id: str
) -> None:
    """A closed conversation is not reopened by beginning one: there are two."""
    api.patch(at(begin(by_agent=True)), json=CLOSE)
    control.post(f"{here}/conversations", json={"customer_id": customer_id, "opened_by": "customer"})

    assert len(api.get(f"/api/v1/customers/{customer_id}/conversations").json()) == 2


def test_second_open_conversation_409(
    control: httpx.Client, here: str, begin: Begin, customer_id: str
) -> None:
    """A customer with a conversation that is not closed cannot begin another."""
    begin()
    answer = control.post(f"{here}/conversations", json={"customer_id": customer_id, "opened_by": "agent"})

    assert (answer.status_code, list(answer.json())) == (409, ["error"])


def test_conversation_of_nobody_404(control: httpx.Client, here: str) -> None:
    """An unknown customer begins nothing."""
    answer = control.post(f"{here}/conversations", json={"customer_id": "x", "opened_by": "customer"})

    assert (answer.status_code, list(answer.json())) == (404, ["error"])


def test_message_joins_reopens_or_begins(
    control: httpx.Client, here: str, api: httpx.Client, begin: Begin, runtime: Runtime
) -> None:
    """A message joins what is open, reopens within the window, and begins a new one after it."""
    conversation = begin(by_agent=True)
    path = f"{here}/conversations/{conversation.id}/messages"
    control.patch(here, json={"reopen_window_hours": 1})

    joined = control.post(path, json={"from": "customer"})
    api.patch(at(conversation), json={"status": {"value": "CLOSED", "force": True}})
    reopened = control.post(path, json={"from": "customer"})
    api.patch(at(conversation), json={"status": {"value": "CLOSED", "force": True}})
    runtime.clock.advance(3600)
    begun = control.post(path, json={"from": "customer"})

    assert joined.status_code == 201
    said = [
        item["id"]
        for item in api.get(f"{at(conversation)}/items").json()
        if item["content"]["type"] == "EMAIL"
    ]
    assert joined.json() == {"conversation_id": conversation.id, "reopened": False, "item_id": said[1]}
    assert reopened.json() == {"conversation_id": conversation.id, "reopened": True, "item_id": said[2]}
    assert begun.json()["reopened"] is False
    assert begun.json()["conversation_id"] != conversation.id


def test_message_to_no_conversation_404(control: httpx.Client, here: str) -> None:
    """An unknown conversation takes no message."""
    assert control.post(f"{here}/conversations/x/messages", json={"from": "customer"}).status_code == 404


def test_agents_message_lets_it_wait(
    control: httpx.Client, here: str, api: httpx.Client, begin: Begin
) -> None:
    """An agent's answer moves the conversation to WAITING; to a closed one it is refused."""
    conversation = begin()
    path = f"{here}/conversations/{conversation.id}/messages"
    control.post(path, json={"from": "agent"})
    status = api.get(at(conversation)).json()["status"]
    api.patch(at(conversation), json=CLOSE)

    assert (status, control.post(path, json={"from": "agent"}).status_code) == ("WAITING", 400)


def test_control_plane_needs_its_token(fake: GladlyFake) -> None:
    """Without the control token nothing of ours answers."""
    with httpx.Client(transport=InProcess(application(fake)), base_url="http://gladly.test") as anyone:
        assert anyone.post("/_fake/organizations").status_code == 403


def test_bottomless_control_body_400(control: httpx.Client) -> None:
    """A control body nested beyond all reason is refused, not a failure of the fake."""
    assert control.post("/_fake/organizations", content=b"[" * 5_000).status_code == 400
