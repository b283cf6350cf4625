"""Which events each step raises, in which order, and what they look like on the wire."""

import re

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import Begin, Receiver
from tests.gladly.test_conversations import CLOSE, FORCE, OPEN, at

HOUR = 3600
SLUGID = re.compile(r"[A-Za-z0-9_-]{8}[Q-T][A-Za-z0-9_-][CGKOSWaeimquy26-][A-Za-z0-9_-]{10}[AQgw]")

pytestmark = pytest.mark.usefixtures("app_on")


def test_envelope_has_these_fields_and_no_more(
    begin: Begin, receiver: Receiver, organization: Organization, customer_id: str
) -> None:
    """CREATED carries id, type, timestamp, initiator and ids in its content, nothing else."""
    conversation = begin()
    created = next(each for each in receiver.events if each["type"] == "CONVERSATION/CREATED")

    assert SLUGID.fullmatch(created.pop("id"))
    assert created == {
        "type": "CONVERSATION/CREATED",
        "timestamp": "2026-03-02T17:22:40.105Z",
        "initiator": {"id": customer_id, "type": "CUSTOMER"},
        "content": {
            "customerId": customer_id,
            "conversationId": conversation.id,
            "context": {"assignee": {"inboxId": organization.directory.inboxes()[0].id}},
        },
    }


def test_customer_begins(begin: Begin, receiver: Receiver) -> None:
    """A customer's first message raises CREATED, then the contact's two events, and no status event."""
    begin()

    assert receiver.types == ["CONVERSATION/CREATED", "CONTACT/STARTED", "CONTACT/MESSAGE_RECEIVED"]


def test_agent_begins(begin: Begin, receiver: Receiver, organization: Organization) -> None:
    """An agent's first message raises CREATED with the agent as initiator and assignee."""
    agent = organization.users.with_role(Role.AGENT)[0]
    begin(by_agent=True)
    created = receiver.events[0]

    assert receiver.types == ["CONVERSATION/CREATED", "CONTACT/STARTED", "CONTACT/MESSAGE_SENT"]
    assert created["initiator"] == {"id": agent.id, "type": "AGENT"}
    assert created["content"]["context"]["assignee"]["agentId"] == agent.id


def test_close_by_api(
    begin: Begin, receiver: Receiver, api: httpx.Client, provisioned: ProvisionedOrganization
) -> None:
    """Closing raises CLOSED, then the status event, then the contact's end; REST counts as APPLICATION."""
    conversation = begin()
    receiver.forget()
    api.patch(at(conversation), json=FORCE)
    closed, status, ended = receiver.events

    assert receiver.types == ["CONVERSATION/CLOSED", "CONVERSATION_STATUS/UPDATED", "CONTACT/ENDED"]
    assert closed["initiator"] == {"id": provisioned.api_user.id, "type": "APPLICATION"}
    assert "initiator" not in status
    assert status["content"] == {"conversationId": conversation.id, "customerId": conversation.customer_id}
    assert (ended["content"]["reason"], ended["content"]["status"]) == ("CONVERSATION_CLOSED", "UNANSWERED")


def test_who_wrote_last_decides_whether_a_contact_was_answered(
    begin: Begin, receiver: Receiver, api: httpx.Client
) -> None:
    """A contact that closing ends is ANSWERED if the agent wrote last."""
    conversation = begin(by_agent=True)
    api.patch(at(conversation), json=CLOSE)
    ended = receiver.events[-1]

    assert (ended["type"], ended["content"]["status"]) == ("CONTACT/ENDED", "ANSWERED")


def test_api_reopens(begin: Begin, receiver: Receiver, api: httpx.Client) -> None:
    """Reopening raises REOPENED and the status event, never CREATED."""
    conversation = begin(by_agent=True)
    api.patch(at(conversation), json=CLOSE)
    receiver.forget()
    api.patch(at(conversation), json=OPEN)

    assert receiver.types == ["CONVERSATION/REOPENED", "CONVERSATION_STATUS/UPDATED"]


def test_reopened_conversation_closes_with_another_closed(
    begin: Begin, receiver: Receiver, api: httpx.Client
) -> None:
    """Closing a reopened conversation raises CLOSED again."""
    conversation = begin(by_agent=True)
    for change in (CLOSE, OPEN, CLOSE):
        api.patch(at(conversation), json=change)

    assert receiver.types.count("CONVERSATION/CLOSED") == 2


def test_message_within_the_window_reopens(
    *,
    fake: GladlyFake,
    begin: Begin,
    receiver: Receiver,
    api: httpx.Client,
    runtime: Runtime,
    organization: Organization,
) -> None:
    """A customer who writes a moment before 24 h have passed reopens the conversation, with no CREATED."""
    conversation = begin(by_agent=True)
    api.patch(at(conversation), json=CLOSE)
    runtime.clock.advance(24 * HOUR - 1)
    receiver.forget()
    with fake.acting(organization):
        found, reopened = organization.receive_message(conversation.customer_id)

    assert (found.id, reopened) == (conversation.id, True)
    assert receiver.types == [
        "CONVERSATION/REOPENED",
        "CONVERSATION_STATUS/UPDATED",
        "CONTACT/STARTED",
        "CONTACT/MESSAGE_RECEIVED",
    ]
    assert receiver.events[0]["initiator"]["type"] == "CUSTOMER"


def test_message_after_the_window_begins_a_new_one(
    *,
    fake: GladlyFake,
    begin: Begin,
    receiver: Receiver,
    api: httpx.Client,
    runtime: Runtime,
    organization: Organization,
) -> None:
    """A customer who writes when 24 h have passed begins a new conversation, with CREATED."""
    conversation = begin(by_agent=True)
    api.patch(at(conversation), json=CLOSE)
    runtime.clock.advance(24 * HOUR)
    receiver.forget()
    with fake.acting(organization):
        found, reopened = organization.receive_message(conversation.customer_id)

    assert (found.id == conversation.id, reopened) == (False, False)
    assert receiver.types[0] == "CONVERSATION/CREATED"


def test_message_while_open_joins(
    fake: GladlyFake, begin: Begin, receiver: Receiver, organization: Organization
) -> None:
    """A message to an open conversation raises the contact's event only."""
    conversation = begin()
    receiver.forget()
    with fake.acting(organization):
        found, reopened = organization.receive_message(conversation.customer_id)

    assert (found.id, reopened) == (conversation.id, False)
    assert receiver.types == ["CONTACT/MESSAGE_RECEIVED"]


def test_answer_and_next_message_move_between_waiting_and_open(
    fake: GladlyFake, begin: Begin, receiver: Receiver, organization: Organization
) -> None:
    """OPEN to WAITING and back raises status events, none of CREATED, CLOSED or REOPENED; who answers gets it."""
    conversation = begin()
    receiver.forget()
    agent = organization.users.with_role(Role.AGENT)[0]
    with fake.acting(organization):
        organization.answer_as_agent(conversation.id, agent.id)
    with fake.acting(organization):
        organization.receive_message(conversation.customer_id)

    assert receiver.types == [
        "CONVERSATION_ASSIGNEE/UPDATED",
        "CONTACT/MESSAGE_SENT",
        "CONTACT/FULFILLED",
        "CONTACT/ENDED",
        "CONVERSATION_STATUS/UPDATED",
        "CONVERSATION_STATUS/UPDATED",
        "CONTACT/STARTED",
        "CONTACT/MESSAGE_RECEIVED",
    ]


def test_reassignment_names_old_and_new(
    begin: Begin, receiver: Receiver, api: httpx.Client, organization: Organization
) -> None:
    """A new assignee raises one event with both; the same assignee raises none."""
    conversation = begin()
    first, second = organization.directory.inboxes()
    receiver.forget()
    for _ in range(2):
        api.patch(at(conversation), json={"assignee": {"inboxId": second.id}})
    (event,) = receiver.events

    assert event["type"] == "CONVERSATION_ASSIGNEE/UPDATED"
    assert event["content"] == {
        "customerId": conversation.customer_id,
        "conversationId": conversation.id,
        "reason": "MANUAL",
        "assignee": {"inboxId": second.id},
        "context": {"assignee": {"inboxId": first.id}},
    }


def test_each_topic_raises_its_own_event(
    begin: Begin, receiver: Receiver, api: httpx.Client, organization: Organization
) -> None:
    """Two topics added and one removed are three events; a topic that was on raises none."""
    conversation = begin()
    ids = [topic.id for topic in organization.directory.topics.all()[:2]]
    receiver.forget()
    for _ in range(2):
        api.post(f"{at(conversation)}/topics", json={"topicIds": ids})
    api.delete(f"{at(conversation)}/topics/{ids[1]}")

    assert [(each["type"], each["content"]["topicId"]) for each in receiver.events] == [
        ("CONVERSATION/TOPIC_ADDED", ids[0]),
        ("CONVERSATION/TOPIC_ADDED", ids[1]),
        ("CONVERSATION/TOPIC_REMOVED", ids[1]),
    ]


def test_profile_events(compliance_api: httpx.Client, receiver: Receiver) -> None:
    """Creating, changing and deleting a customer raise their events, by the API user, with the id only."""
    path = "/api/v1/customer-profiles"
    compliance_api.post(path, json={"id": "id1"})
    compliance_api.patch(f"{path}/id1", json={"name": "Dana"})
    compliance_api.delete(f"{path}/id1")

    assert receiver.types == [f"CUSTOMER_PROFILE/{what}" for what in ("CREATED", "UPDATED", "DELETED")]
    assert {str(each["content"]) for each in receiver.events} == {"{'customerId': 'id1'}"}
    assert {each["initiator"]["type"] for each in receiver.events} == {"APPLICATION"}


def test_refused_step_raises_nothing(begin: Begin, receiver: Receiver, api: httpx.Client) -> None:
    """A refused closing raises no event, neither now nor with the next step."""
    conversation = begin()
    receiver.forget()
    api.patch(at(conversation), json=CLOSE)

    assert receiver.types == []


def test_events_name_nobody(begin: Begin, receiver: Receiver, api: httpx.Client) -> None:
    """No event carries a name, an address or a text of the conversation."""
    api.patch(at(begin()), json=FORCE)
    sent = b"".join(request.content for request in receiver.requests).lower()

    assert b"@" not in sent
    assert b"hello" not in sent


def test_raised_types_are_gladlys() -> None:
    """All types the fake raises can be subscribed to, and PING cannot."""
    assert set(event_types.RAISED) <= event_types.ALL
    assert event_types.PING not in event_types.ALL
    assert len(event_types.ALL) == 52
