"""Tasks and their comments."""

from typing import Any

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.tasks.tasks import Change
from tests.gladly.conftest import Receiver, error

TASKS = "/api/v1/tasks"
DUE = "2026-03-03T09:00:00.000Z"


@pytest.fixture
def task(organization: Organization) -> dict[str, Any]:
    """A task as it may be sent for a known customer."""
    return {
        "id": "t1",
        "assignee": {"inboxId": organization.directory.inboxes()[0].id},
        "body": "Call back",
        "dueAt": "2026-03-03T00:00:00-09:00",
    }


@pytest.fixture
def made(api: httpx.Client, customer_id: str, task: dict[str, Any]) -> str:
    """The path of a task of the customer."""
    location: str = api.post(f"/api/v1/customers/{customer_id}/tasks", json=task).headers["Location"]
    return location


def test_task_as_read(api: httpx.Client, made: str, customer_id: str, task: dict[str, Any]) -> None:
    """A task reads with exactly Gladly's fields, its status a plain string, its time in UTC."""
    read = api.get(made).json()

    assert made == f"{TASKS}/t1"
    assert read.pop("createdBy")["type"] == "API"
    assert read == task | {
        "customerId": customer_id,
        "timestamp": "2026-03-02T17:22:40.105Z",
        "dueAt": DUE,
        "status": "OPEN",
    }


def test_task_creates_who_is_unknown(api: httpx.Client, task: dict[str, Any]) -> None:
    """A task for an unknown mobile number creates the customer."""
    answer = api.post(TASKS, json=task | {"customer": {"mobilePhone": "+16505550142"}})
    found = api.get("/api/v1/customer-profiles", params={"phoneNumber": "+16505550142"}).json()

    assert (answer.status_code, answer.content) == (201, b"")
    assert [each["id"] for each in found] == [api.get(f"{TASKS}/t1").json()["customerId"]]


def test_refused_task_creates_nobody(api: httpx.Client, task: dict[str, Any]) -> None:
    """A task that does not fit creates no customer."""
    whom = {"emailAddress": "new@shop.example"}
    refused = api.post(TASKS, json=task | {"customer": whom, "dueAt": "2026-03-02T17:22:40.105Z"})

    assert (refused.status_code, error(refused)["attr"]) == (400, "dueAt")
    assert api.get("/api/v1/customer-profiles", params={"email": "new@shop.example"}).json() == []


@pytest.mark.parametrize(
    ("change", "attr", "code"),
    [
        ({"body": None}, "body", "invalid"),
        ({"body": ""}, "body", "blank"),
        ({"body": "x" * 10_001}, "body", "too_long"),
        ({"dueAt": "soon"}, "dueAt", "invalid"),
        ({"assignee": {}}, "assignee.inboxId", "blank"),
        ({"assignee": {"inboxId": "nope"}}, "assignee.inboxId", "invalid"),
        ({"id": "a b"}, "id", "invalid"),
    ],
)
def test_bad_tasks_400(
    *, api: httpx.Client, customer_id: str, task: dict[str, Any], change: dict[str, Any], attr: str, code: str
) -> None:
    """A task that breaks a rule is refused by its field."""
    refused = api.post(f"/api/v1/customers/{customer_id}/tasks", json=task | change)

    assert (refused.status_code, error(refused)["attr"], error(refused)["code"]) == (400, attr, code)


def test_taken_task_id_409(*, api: httpx.Client, made: str, customer_id: str, task: dict[str, Any]) -> None:
    """An id that a task has is refused in Gladly's words."""
    assert made
    refused = api.post(f"/api/v1/customers/{customer_id}/tasks", json=task)

    assert refused.status_code == 409
    assert error(refused) == {
        "attr": "newConversationItems",
        "code": "taken",
        "detail": "task already exists",
    }


def test_task_is_no_item_that_the_api_shows(api: httpx.Client, made: str) -> None:
    """A task asked for as a conversation item is refused in Gladly's words."""
    assert made
    refused = api.get("/api/v1/conversation-items/t1")

    assert refused.status_code == 400
    assert error(refused) == {
        "code": "invalid",
        "detail": "Conversation item with id [t1] exists but is not supported by the API.",
    }


def test_customers_tasks_latest_first_by_status(
    *, api: httpx.Client, customer_id: str, task: dict[str, Any], runtime: Runtime
) -> None:
    """A customer's tasks are listed the latest first, of one status if asked, with the header about the limit."""
    path = f"/api/v1/customers/{customer_id}/tasks"
    for one in ("t1", "t2", "t3"):
        api.post(path, json=task | {"id": one})
        runtime.clock.advance(1)
    api.patch(f"{TASKS}/t2", json={"status": "CLOSED"})
    listed = api.get(path)

    assert [each["id"] for each in listed.json()] == ["t3", "t2", "t1"]
    assert listed.headers["Gladly-Limited-Data"] == "false"
    assert [each["id"] for each in api.get(path, params={"status": "CLOSED"}).json()] == ["t2"]
    assert [each["id"] for each in api.get(path, params={"status": "OPEN"}).json()] == ["t3", "t1"]
    assert api.get(path, params={"status": "DONE"}).status_code == 400
    assert api.get("/api/v1/customers/nobody/tasks").status_code == 404


def test_every_change_raises_its_event(
    *, api: httpx.Client, organization: Organization, made: str, receiver: Receiver, app_on: None
) -> None:
    """One PATCH of everything raises one event each, with the task as it was before each; none when it is so."""
    assert app_on is None
    first, second = organization.directory.inboxes()
    change = {
        "assignee": {"inboxId": second.id},
        "body": "Write",
        "dueAt": "2026-03-04T09:00:00.000Z",
        "status": "CLOSED",
    }
    receiver.forget()
    for _ in range(2):
        assert api.patch(made, json=change).status_code == 204
    api.patch(made, json={"status": "OPEN"})
    contexts = [each["content"]["context"] for each in receiver.events]

    assert receiver.types == [
        f"TASK/{what}"
        for what in ("ASSIGNEE_UPDATED", "CONTENT_UPDATED", "DUE_DATE_UPDATED", "CLOSED", "REOPENED")
    ]
    assert [each["assignee"]["inboxId"] for each in contexts] == [first.id, *[second.id] * 4]
    assert [each["dueAt"] for each in contexts] == [DUE] * 3 + ["2026-03-04T09:00:00.000Z"] * 2
    assert receiver.events[0]["content"]["assignee"] == {"inboxId": second.id}
    assert receiver.events[2]["content"]["dueAt"] == "2026-03-04T09:00:00.000Z"


def test_change_that_does_not_fit_changes_nothing(api: httpx.Client, made: str) -> None:
    """A PATCH that breaks a rule is refused by its field, and nothing of it is done."""
    before = api.get(made).json()
    refused = api.patch(made, json={"body": "Write", "assignee": {"inboxId": "nope"}})

    assert (refused.status_code, error(refused)["attr"], error(refused)["code"]) == (
        400,
        "assignee.inboxId",
        "invalid",
    )
    assert api.get(made).json() == before


def test_comments(
    *, api: httpx.Client, organization: Organization, made: str, receiver: Receiver, app_on: None
) -> None:
    """A comment answers 201 with its place, reads by itself and in the list, and raises its event."""
    assert app_on is None
    agent = organization.directory.agents()[0].id
    receiver.forget()
    answer = api.post(f"{made}/comments", json={"id": "c1", "agentId": agent, "comment": "Done"})
    api.post(f"{made}/comments", json={"agentId": agent, "message": "Twice"})
    listed = api.get(f"{made}/comments")

    assert (answer.status_code, answer.headers["Location"]) == (201, f"{made}/comments/c1")
    assert [each["comment"] for each in listed.json()] == ["Done", "Twice"]
    assert listed.headers["Gladly-Limited-Data"] == "false"
    assert api.get(answer.headers["Location"]).json() == listed.json()[0]
    assert list(listed.json()[0]) == ["id", "agentId", "comment", "taskId", "createdAt"]
    assert receiver.types == ["TASK/COMMENT_ADDED"] * 2
    assert receiver.events[0]["content"]["commentId"] == "c1"


def test_comments_that_do_not_fit(api: httpx.Client, organization: Organization, made: str) -> None:
    """A comment of a stranger, without text, with a taken id, or on a closed task is refused."""
    agent = organization.directory.agents()[0].id
    fine = {"id": "c1", "agentId": agent, "comment": "Done"}
    codes = [
        api.post(f"{made}/comments", json=body).status_code
        for body in (fine, fine, fine | {"id": "c2", "agentId": "x"}, fine | {"id": "c2", "comment": ""})
    ]
    api.patch(made, json={"status": "CLOSED"})

    assert codes == [201, 409, 400, 400]
    assert error(api.post(f"{made}/comments", json=fine | {"id": "c2"}))["code"] == "invalid_state"
    assert api.get(f"{made}/comments/c2").status_code == 404


def test_unknown_task_404(api: httpx.Client) -> None:
    """A task nobody knows is 404 for every call."""
    asked = [("GET", ""), ("PATCH", ""), ("GET", "/comments"), ("POST", "/comments"), ("GET", "/comments/x")]

    assert {api.request(method, f"{TASKS}/nope{tail}").status_code for method, tail in asked} == {404}


def test_tasks_go_with_the_customer(compliance_api: httpx.Client, made: str, customer_id: str) -> None:
    """Deleting a customer deletes their tasks."""
    compliance_api.delete(f"/api/v1/customer-profiles/{customer_id}")

    assert compliance_api.get(made).status_code == 404


def test_long_lists_say_that_they_are_cut(
    *, api: httpx.Client, organization: Organization, customer_id: str, made: str
) -> None:
    """Of 1,001 comments and 2,001 tasks the header says that not all are there."""
    by, task = Initiator.api("x"), organization.tasks.get("t1")
    agent = organization.directory.agents()[0].id
    for _ in range(1_001):
        organization.tasks.comment("t1", agent, "x", by)
    for _ in range(2_000):
        organization.tasks.create(customer_id, Change("x", task.due_at, task.assignee), by)
    answers = [api.get(f"{made}/comments"), api.get(f"/api/v1/customers/{customer_id}/tasks")]

    assert [len(each.json()) for each in answers] == [1_000, 2_000]
    assert [each.headers["Gladly-Limited-Data"] for each in answers] == ["true", "true"]
