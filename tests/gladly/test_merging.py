"""Merging customers: what stays, what vanishes, and what is told."""

from typing import Any

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.conversations.conversation import Status
from fakes.gladly.rules.organization.organization import Organization
from tests.gladly.conftest import Receiver, error

PROFILES = "/api/v1/customer-profiles"


@pytest.fixture
def two(api: httpx.Client) -> tuple[str, str]:
    """Two customers, the one to vanish first."""
    api.post(
        PROFILES,
        json={
            "id": "old",
            "name": "D. Brook",
            "emails": [{"original": "dana@home.example", "primary": True}],
        },
    )
    api.post(PROFILES, json={"id": "new", "emails": [{"original": "dana@shop.example", "primary": True}]})
    return "old", "new"


def open_for(control: httpx.Client, here: str, customer_id: str) -> str:
    """Begin a conversation of the customer and return its id."""
    made = control.post(f"{here}/conversations", json={"customer_id": customer_id})
    return str(made.json()["id"])


def merge(control: httpx.Client, here: str, source: str = "old", into: str = "new") -> httpx.Response:
    """Merge two customers."""
    return control.post(f"{here}/customers/{source}/merge", json={"into": into})


def test_merged_customer_301(
    api: httpx.Client, control: httpx.Client, here: str, two: tuple[str, str]
) -> None:
    """Reading a merged customer is 301 with Gladly's body and the place of the new one; changing one is 404."""
    assert two
    merge(control, here)
    read = api.get(f"{PROFILES}/old")

    assert read.status_code == 301
    assert read.headers["Location"] == f"https://shop-example.gladly.com{PROFILES}/new"
    assert error(read) == {
        "attr": "customerId",
        "code": "moved",
        "detail": "customer id has changed",
        "meta": {"old": "old", "new": "new"},
    }
    assert api.patch(f"{PROFILES}/old", json={"name": "x"}).status_code == 404
    assert api.get(f"{PROFILES}/old", follow_redirects=True).json()["id"] == "new"


def test_item_for_a_merged_customer_301(
    api: httpx.Client, control: httpx.Client, here: str, two: tuple[str, str]
) -> None:
    """Putting an item on a merged customer's timeline is 301, in that call's own words."""
    assert two
    merge(control, here)
    answer = api.post("/api/v1/customers/old/conversation-items", json={})

    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/api/v1/customers/new/conversation-items")
    assert error(answer) == {
        "attr": "customer id",
        "code": "moved",
        "detail": "the customer id has changed from [old] to [new]",
        "meta": {"old": "old", "new": "new"},
    }


def test_merge_of_merges_leads_to_the_last(
    api: httpx.Client, control: httpx.Client, here: str, two: tuple[str, str]
) -> None:
    """A customer merged twice over is said to be the last one; its id stays taken."""
    assert two
    api.post(PROFILES, json={"id": "newest"})
    merge(control, here)
    merge(control, here, "new", "newest")

    assert error(api.get(f"{PROFILES}/old"))["meta"] == {"old": "old", "new": "newest"}
    assert api.post(PROFILES, json={"id": "old"}).status_code == 409


def test_addresses_go_over(api: httpx.Client, control: httpx.Client, here: str, two: tuple[str, str]) -> None:
    """The one who stays has both addresses, one of them primary, and the name it lacked."""
    assert two
    merge(control, here)
    (found,) = api.get(PROFILES, params={"email": "dana@home.example"}).json()

    assert (found["id"], found["name"]) == ("new", "D. Brook")
    assert [(each["normalized"], each.get("primary")) for each in found["emails"]] == [
        ("dana@shop.example", True),
        ("dana@home.example", None),
    ]


def test_two_open_conversations_become_one(
    *,
    api: httpx.Client,
    control: httpx.Client,
    here: str,
    two: tuple[str, str],
    receiver: Receiver,
    app_on: None,
    runtime: Runtime,
) -> None:
    """The source's conversation vanishes with its lines into the other; no CLOSED is raised; events are exact."""
    assert app_on is None
    source, into = (open_for(control, here, each) for each in two)
    runtime.clock.advance(1)
    receiver.forget()
    answer = merge(control, here)
    ended, merged, profile = receiver.events
    items = api.get(f"/api/v1/conversations/{into}/items").json()

    assert answer.json() == {
        "source_customer_id": "old",
        "destination_customer_id": "new",
        "source_conversation_id": source,
        "destination_conversation_id": into,
    }
    assert api.get(f"/api/v1/conversations/{source}").status_code == 404
    assert [len(items), {each["conversationId"] for each in items}] == [4, {into}]
    how = {name: ended["content"][name] for name in ("conversationId", "reason", "status")}
    assert ended["type"] == "CONTACT/ENDED"
    assert how == {"conversationId": source, "reason": "MERGED", "status": "UNKNOWN"}
    assert (merged["type"], merged["initiator"]["type"]) == ("CUSTOMER/MERGED", "AGENT")
    assert merged["content"] == {
        "destinationCustomerId": "new",
        "destinationConversationId": into,
        "sourceCustomerId": "old",
        "sourceConversationId": source,
    }
    assert (profile["type"], "initiator" in profile) == ("CUSTOMER_PROFILE/MERGED", False)
    assert profile["content"] == {"sourceCustomerId": "old", "destinationCustomerId": "new"}


@pytest.mark.parametrize("whose", [0, 1])
def test_only_open_conversation_stays(
    *, api: httpx.Client, control: httpx.Client, here: str, two: tuple[str, str], whose: int
) -> None:
    """A conversation that is the only open one stays and is the new customer's."""
    conversation = open_for(control, here, two[whose])
    answer = merge(control, here).json()

    assert (answer["source_conversation_id"], answer["destination_conversation_id"]) == ("", conversation)
    assert api.get(f"/api/v1/conversations/{conversation}").json()["customerId"] == "new"
    assert [each["id"] for each in api.get("/api/v1/customers/new/conversations").json()] == [conversation]


def test_tasks_and_activities_go_over(
    *, api: httpx.Client, control: httpx.Client, here: str, two: tuple[str, str], organization: Organization
) -> None:
    """Tasks and activities of the one who vanishes are the other's."""
    task: dict[str, Any] = {
        "id": "t1",
        "assignee": {"inboxId": organization.directory.inboxes()[0].id},
        "body": "Call back",
        "dueAt": "2026-03-03T09:00:00.000Z",
    }
    activity = {"type": "CUSTOMER_ACTIVITY", "activityType": "SMS"}
    api.post(f"/api/v1/customers/{two[0]}/tasks", json=task)
    api.post(f"/api/v1/customers/{two[0]}/conversation-items", json={"id": "a1", "content": activity})
    merge(control, here)

    assert [each["customerId"] for each in api.get("/api/v1/customers/new/tasks").json()] == ["new"]
    assert api.get("/api/v1/conversation-items/a1").json()["customerId"] == "new"
    assert api.delete("/api/v1/customers/new/conversation-items/a1").status_code == 204


@pytest.mark.parametrize(
    ("source", "into", "status"), [("old", "old", 400), ("x", "new", 404), ("old", "x", 404)]
)
def test_merges_that_cannot_be(
    *, control: httpx.Client, here: str, two: tuple[str, str], source: str, into: str, status: int
) -> None:
    """Nobody is merged into themselves, nor with somebody who is not there."""
    assert two
    assert merge(control, here, source, into).status_code == status


def test_an_open_conversation_opens_the_one_it_goes_into(
    api: httpx.Client, control: httpx.Client, here: str, two: tuple[str, str], organization: Organization
) -> None:
    """Of two conversations of which one is open, one is left, and it is open."""
    source, into = (open_for(control, here, each) for each in two)
    organization.conversations.get(into).status = Status.WAITING
    assert organization.conversations.get(source).status is Status.OPEN
    merge(control, here)

    assert api.get(f"/api/v1/conversations/{into}").json()["status"] == "OPEN"
