"""What agents and Rules do in the workspace, through the control plane, and the exact content of every event."""

from typing import Any

import httpx
import pytest

from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from tests.gladly.conftest import Begin, Receiver
from tests.gladly.test_annotations import attributes_of
from tests.gladly.test_conversations import FORCE, OPEN, at
from tests.gladly.test_items import ITEMS, reply

pytestmark = pytest.mark.usefixtures("app_on")

IDS = {"customerId", "conversationId"}
ABOUT = IDS | {"context"}
CONTACT = ABOUT | {"channel", "contactId"}
TASK = {"customerId", "taskId", "context"}
MERGED = {"sourceCustomerId", "destinationCustomerId"}
CONTENT: dict[str, set[str]] = {
    "CONVERSATION/CREATED": ABOUT,
    "CONVERSATION/CLOSED": ABOUT,
    "CONVERSATION/REOPENED": ABOUT,
    "CONVERSATION/TOPIC_ADDED": ABOUT | {"topicId"},
    "CONVERSATION/TOPIC_REMOVED": ABOUT | {"topicId"},
    "CONVERSATION/NOTE_CREATED": IDS | {"noteId"},
    "CONVERSATION/CUSTOM_ATTRIBUTE_ADDED": IDS
    | {"customAttributeId", "customAttributeKey", "customAttributeValue"},
    "CONVERSATION/CUSTOM_ATTRIBUTE_REMOVED": IDS
    | {"customAttributeId", "customAttributeKey", "customAttributeValue"},
    "CONVERSATION_STATUS/UPDATED": IDS,
    "CONVERSATION_ASSIGNEE/UPDATED": ABOUT | {"reason", "assignee"},
    "CONTACT/STARTED": CONTACT,
    "CONTACT/MESSAGE_RECEIVED": CONTACT | {"messageId"},
    "CONTACT/MESSAGE_SENT": CONTACT | {"messageId"},
    "CONTACT/FULFILLED": CONTACT | {"fulfilledType"},
    "CONTACT/ENDED": CONTACT | {"status", "reason"},
    "CUSTOMER_PROFILE/CREATED": {"customerId"},
    "CUSTOMER_PROFILE/UPDATED": {"customerId"},
    "CUSTOMER_PROFILE/DELETED": {"customerId"},
    "CUSTOMER_PROFILE/MERGED": MERGED,
    "CUSTOMER/MERGED": MERGED | {"sourceConversationId", "destinationConversationId"},
    "TASK/CREATED": TASK,
    "TASK/CLOSED": TASK,
    "TASK/REOPENED": TASK,
    "TASK/ASSIGNEE_UPDATED": TASK | {"assignee"},
    "TASK/CONTENT_UPDATED": TASK | {"dueAt"},
    "TASK/DUE_DATE_UPDATED": TASK | {"dueAt"},
    "TASK/COMMENT_ADDED": TASK | {"commentId"},
}


def agent_of(organization: Organization) -> str:
    """Return the id of the agent at work."""
    return organization.users.with_role(Role.AGENT)[0].id


def test_rule_closes_whatever_people_must_see_to(
    *,
    api: httpx.Client,
    control: httpx.Client,
    here: str,
    begin: Begin,
    receiver: Receiver,
    organization: Organization,
) -> None:
    """A Rule closes although the customer waits and no topic is on; its CLOSED is by AUTOMATION; once is enough."""
    organization.switches.topic_required_to_close = True
    conversation = begin()
    receiver.forget()
    path = f"{here}/conversations/{conversation.id}/close"
    codes = [control.post(path, json=body).status_code for body in ({"by": "rule"}, {})]

    assert codes == [204, 204]
    assert api.get(at(conversation)).json()["status"] == "CLOSED"
    assert receiver.types == ["CONVERSATION/CLOSED", "CONVERSATION_STATUS/UPDATED", "CONTACT/ENDED"]
    assert receiver.events[0]["initiator"]["type"] == "AUTOMATION"
    assert receiver.events[2]["content"]["status"] == "UNANSWERED"


def test_agent_closes_by_the_rules_of_people(
    *, control: httpx.Client, here: str, begin: Begin, receiver: Receiver, organization: Organization
) -> None:
    """An agent must say that no answer is owed; their CLOSED is by AGENT."""
    path = f"{here}/conversations/{begin().id}/close"
    codes = [control.post(path, json={"by": "agent", "force": force}).status_code for force in (False, True)]
    closed = next(each for each in receiver.events if each["type"] == "CONVERSATION/CLOSED")

    assert codes == [400, 204]
    assert closed["initiator"] == {"id": agent_of(organization), "type": "AGENT"}


def test_agent_reopens_long_after_the_window(
    *,
    api: httpx.Client,
    control: httpx.Client,
    here: str,
    begin: Begin,
    receiver: Receiver,
    organization: Organization,
) -> None:
    """An agent may choose Reopen at any time; the conversation is theirs, and no CREATED is raised."""
    conversation = begin()
    api.patch(at(conversation), json=FORCE)
    control.post("/_fake/clock/advance", json={"seconds": 90 * 86_400})
    receiver.forget()
    ask = {"customer_id": conversation.customer_id, "opened_by": "agent", "choice": "reopen"}
    answer = control.post(f"{here}/conversations", json=ask)

    assert (answer.status_code, answer.json()) == (201, {"id": conversation.id})
    assert receiver.types == [
        "CONVERSATION/REOPENED",
        "CONVERSATION_STATUS/UPDATED",
        "CONVERSATION_ASSIGNEE/UPDATED",
        "CONTACT/STARTED",
        "CONTACT/MESSAGE_SENT",
    ]
    assert receiver.events[0]["initiator"]["type"] == "AGENT"
    assert receiver.events[2]["content"]["reason"] == "MESSAGE_OUTBOUND"
    assert api.get(at(conversation)).json()["agentId"] == agent_of(organization)


def test_agent_creates_new_and_gives_up(
    *, api: httpx.Client, control: httpx.Client, here: str, begin: Begin, receiver: Receiver
) -> None:
    """Create New raises CREATED although nothing is sent, and the conversation stays open."""
    conversation = begin()
    api.patch(at(conversation), json=FORCE)
    receiver.forget()
    ask = {"customer_id": conversation.customer_id, "opened_by": "agent", "message": False}
    made = control.post(f"{here}/conversations", json=ask).json()["id"]

    assert made != conversation.id
    assert receiver.types == ["CONVERSATION/CREATED"]
    assert api.get(f"/api/v1/conversations/{made}").json()["status"] == "OPEN"


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        ({"opened_by": "agent", "choice": "reopen"}, 400),
        ({"opened_by": "customer", "choice": "reopen"}, 400),
        ({"opened_by": "customer", "message": False}, 400),
        ({"opened_by": "customer", "channel": "SMS"}, 400),
        ({"opened_by": "customer", "channel": "FAX"}, 400),
    ],
)
def test_openings_that_cannot_be(
    *, api: httpx.Client, control: httpx.Client, here: str, customer_id: str, ask: dict[str, Any], status: int
) -> None:
    """Nothing is reopened that was not closed, customers choose nothing, and a channel must reach them."""
    answer = control.post(f"{here}/conversations", json={"customer_id": customer_id, **ask})

    assert answer.status_code == status
    assert api.get(f"/api/v1/customers/{customer_id}/conversations").json() == []


def test_routing(
    *, control: httpx.Client, here: str, begin: Begin, receiver: Receiver, organization: Organization
) -> None:
    """Gladly assigns by itself with its own reason, to whom belongs to the inbox, and nothing that is closed."""
    conversation, agent = begin(), agent_of(organization)
    path = f"{here}/conversations/{conversation.id}/route"
    receiver.forget()
    codes = [control.post(path, json={"agent_id": each}).status_code for each in (agent, "stranger")]
    control.post(f"{here}/conversations/{conversation.id}/close")
    codes.append(control.post(path, json={}).status_code)
    routed = receiver.events[0]

    assert codes == [204, 400, 400]
    assert (routed["type"], routed["initiator"]["type"]) == ("CONVERSATION_ASSIGNEE/UPDATED", "AUTOMATION")
    assert (routed["content"]["reason"], routed["content"]["assignee"]["agentId"]) == (
        "AUTOMATED_ASSIGNMENT",
        agent,
    )


def test_two_channels_are_two_contacts(
    *, control: httpx.Client, here: str, begin: Begin, receiver: Receiver
) -> None:
    """A message on another channel starts a contact of its own in the same conversation; an answer ends both."""
    path = f"{here}/conversations/{begin().id}/messages"
    receiver.forget()
    control.post(path, json={"channel": "CHAT"})
    control.post(path, json={"from": "agent"})
    ended = [each["content"]["channel"] for each in receiver.events if each["type"] == "CONTACT/ENDED"]

    assert receiver.types[:2] == ["CONTACT/STARTED", "CONTACT/MESSAGE_RECEIVED"]
    assert receiver.events[0]["content"]["channel"] == "CHAT"
    assert ended == ["EMAIL", "CHAT"]


def test_every_event_has_exactly_its_documented_content(
    *,
    compliance_api: httpx.Client,
    control: httpx.Client,
    here: str,
    begin: Begin,
    receiver: Receiver,
    organization: Organization,
) -> None:
    """A story in which every type is raised shows each with exactly its documented fields."""
    api, conversation = compliance_api, begin()
    customer_id, agent = conversation.customer_id, agent_of(organization)
    first, second = organization.directory.inboxes()
    topic = organization.directory.topics.all()[0].id
    pair = [{"key": "ORDER_ID", "value": "A1"}]
    api.post(f"{at(conversation)}/topics", json={"topicIds": [topic]})
    api.delete(f"{at(conversation)}/topics/{topic}")
    api.post(f"{at(conversation)}/notes", json={"body": "x"})
    api.post(attributes_of(conversation), json={"add": pair, "remove": pair})
    reply(api, conversation.items[1].id)
    api.patch(at(conversation), json={"assignee": {"inboxId": second.id}})
    for change in (FORCE, OPEN, FORCE):
        api.patch(at(conversation), json=change)
    due = "2026-03-03T09:00:00Z"
    new = {"id": "t1", "assignee": {"inboxId": first.id}, "body": "x", "dueAt": due}
    api.post(f"/api/v1/customers/{customer_id}/tasks", json=new)
    api.post("/api/v1/tasks/t1/comments", json={"agentId": agent, "comment": "x"})
    later = {"assignee": {"inboxId": second.id}, "body": "y", "dueAt": "2026-03-04T09:00:00Z"}
    api.patch("/api/v1/tasks/t1", json={**later, "status": "CLOSED"})
    api.patch("/api/v1/tasks/t1", json={"status": "OPEN"})
    for one in ("a", "b"):
        api.post("/api/v1/customer-profiles", json={"id": one})
        api.patch(f"/api/v1/customer-profiles/{one}", json={"name": one})
    control.post(f"{here}/customers/a/merge", json={"into": "b"})
    api.delete("/api/v1/customer-profiles/b")
    optional = {"CONTACT/ENDED": {"reason"}}  # said only when the contact did not end by an answer

    assert set(CONTENT) == set(event_types.RAISED) == set(receiver.types)
    for each in receiver.events:
        missing = CONTENT[each["type"]] - set(each["content"])
        assert missing <= optional.get(each["type"], set()), each
        assert set(each["content"]) <= CONTENT[each["type"]], each
    assert {each["type"] for each in receiver.events if "initiator" not in each} == {
        "CONVERSATION_STATUS/UPDATED",
        "CUSTOMER_PROFILE/MERGED",
    }
    assert api.get(f"{ITEMS}/{conversation.items[1].id}").status_code == 200
