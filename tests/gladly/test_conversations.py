"""Conversations through the API: reading, closing, reopening, assigning, topics, timeline."""

from typing import Any

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import Begin, error

CLOSE: dict[str, Any] = {"status": {"value": "CLOSED"}}
FORCE: dict[str, Any] = {"status": {"value": "CLOSED", "force": True}}
OPEN: dict[str, Any] = {"status": {"value": "OPEN"}}


def at(conversation: Conversation) -> str:
    """Return the conversation's path."""
    return f"/api/v1/conversations/{conversation.id}"


def test_conversation_as_read(api: httpx.Client, organization: Organization, begin: Begin) -> None:
    """Agent, topics and closing time are absent, not null, when there are none."""
    conversation = begin()

    assert api.get(at(conversation)).json() == {
        "id": conversation.id,
        "customerId": conversation.customer_id,
        "createdAt": "2026-03-02T17:22:40.105Z",
        "inboxId": organization.directory.inboxes()[0].id,
        "status": "OPEN",
    }


def test_agent_who_begins_owns_it(api: httpx.Client, organization: Organization, begin: Begin) -> None:
    """A conversation begun by an agent is theirs."""
    agent = organization.users.with_role(Role.AGENT)[0]

    assert api.get(at(begin(by_agent=True))).json()["agentId"] == agent.id


def test_unknown_conversation_404(api: httpx.Client) -> None:
    """An unknown id is answered with Gladly's text, on reading and on changing."""
    expected = {"errors": [{"code": "not_exist", "detail": "conversation does not exist"}]}
    answers = [api.get("/api/v1/conversations/x"), api.patch("/api/v1/conversations/x", json=CLOSE)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, expected)] * 2


def test_no_public_call_creates_one(fake: GladlyFake, api: httpx.Client) -> None:
    """Creating a conversation is no public call: the fake says so with 501, not with a vendor-looking error."""
    fake.strict = False

    assert api.post("/api/v1/conversations", json={}).status_code == 501


def test_closing_shows_the_time_and_reopening_takes_it_away(
    api: httpx.Client, runtime: Runtime, begin: Begin
) -> None:
    """The closing time is there only while the conversation is closed."""
    conversation = begin(by_agent=True)
    runtime.clock.advance(5)
    closed = api.patch(at(conversation), json=CLOSE)
    read = api.get(at(conversation)).json()
    api.patch(at(conversation), json=OPEN)
    again = api.get(at(conversation)).json()

    assert (closed.status_code, closed.content) == (204, b"")
    assert (read["status"], read["closedAt"]) == ("CLOSED", "2026-03-02T17:22:45.105Z")
    assert (again["status"], "closedAt" in again) == ("OPEN", False)


def test_waiting_customer_needs_force(api: httpx.Client, begin: Begin) -> None:
    """Closing while the customer waits for an answer is refused in Gladly's words until forced."""
    conversation = begin()
    refused = api.patch(at(conversation), json=CLOSE)

    assert refused.status_code == 400
    assert error(refused) == {
        "code": "invalid_state",
        "detail": (
            "cannot close conversation, customer waiting for response, set 'status.force' to true to override"
        ),
    }
    assert api.patch(at(conversation), json=FORCE).status_code == 204


def test_answered_customer_needs_no_force(
    api: httpx.Client, organization: Organization, fake: GladlyFake, begin: Begin
) -> None:
    """An answered conversation is WAITING and closes without force."""
    conversation = begin()
    with fake.acting(organization):
        organization.answer_as_agent(conversation.id, organization.users.with_role(Role.AGENT)[0].id)
    status = api.get(at(conversation)).json()["status"]

    assert (status, api.patch(at(conversation), json=CLOSE).status_code) == ("WAITING", 204)


def test_required_topic_cannot_be_forced(api: httpx.Client, organization: Organization, begin: Begin) -> None:
    """With the topic option on, closing needs a topic whatever ``force`` says."""
    organization.switches.topic_required_to_close = True
    conversation = begin()
    refused = api.patch(at(conversation), json=FORCE)
    topic = organization.directory.topics.all()[0]
    api.post(f"{at(conversation)}/topics", json={"topicIds": [topic.id]})

    assert refused.status_code == 400
    assert error(refused) == {
        "code": "invalid_state",
        "detail": "topics are required before closing of conversation",
    }
    assert api.patch(at(conversation), json=FORCE).status_code == 204


def test_all_that_is_wrong_is_said_at_once(
    api: httpx.Client, organization: Organization, begin: Begin
) -> None:
    """Missing topic, waiting customer and foreign agent are three errors of one answer, and nothing changes."""
    organization.switches.topic_required_to_close = True
    conversation = begin()
    assignee = {"inboxId": organization.directory.inboxes()[1].id, "agentId": "stranger"}
    refused = api.patch(at(conversation), json={**CLOSE, "assignee": assignee})

    assert [each["detail"].partition(",")[0] for each in refused.json()["errors"]] == [
        "agent does not belong to inbox",
        "topics are required before closing of conversation",
        "cannot close conversation",
    ]
    assert api.get(at(conversation)).json()["inboxId"] == organization.directory.inboxes()[0].id


def test_blank_fields_are_refused_together(api: httpx.Client, begin: Begin) -> None:
    """An assignee without inbox and a status without value are refused together in Gladly's words."""
    refused = api.patch(at(begin()), json={"assignee": {"agentId": "a"}, "status": {"force": True}})

    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        {
            "attr": "assignee.inboxId",
            "code": "blank",
            "detail": "'inboxId' cannot be blank when updating assignee",
        },
        {
            "attr": "status.value",
            "code": "blank",
            "detail": "'value' cannot be blank when updating status",
        },
    ]


@pytest.mark.parametrize("value", ["WAITING", "NEW", "closed"])
def test_other_statuses_cannot_be_set(api: httpx.Client, begin: Begin, value: str) -> None:
    """Only CLOSED and OPEN can be asked for."""
    refused = api.patch(at(begin()), json={"status": {"value": value}})

    assert (refused.status_code, error(refused)["attr"]) == (400, "status.value")


def test_agent_must_belong_to_the_inbox(api: httpx.Client, organization: Organization, begin: Begin) -> None:
    """An agent outside the inbox is refused in Gladly's words."""
    inbox = organization.directory.add_inbox("VIP")
    agent = organization.directory.agents()[0]
    refused = api.patch(at(begin()), json={"assignee": {"inboxId": inbox.id, "agentId": agent.id}})

    assert refused.status_code == 400
    assert error(refused) == {
        "attr": "assignee.agentId",
        "code": "invalid_state",
        "detail": "agent does not belong to inbox",
    }


@pytest.mark.parametrize("nobody", [{}, {"agentId": None}, {"agentId": ""}])
def test_no_agent_may_be_said_three_ways(
    api: httpx.Client, organization: Organization, begin: Begin, nobody: dict[str, Any]
) -> None:
    """An absent, null or empty agent unassigns."""
    conversation = begin(by_agent=True)
    inbox = organization.directory.inboxes()[1]
    api.patch(at(conversation), json={"assignee": {"inboxId": inbox.id, **nobody}})
    read = api.get(at(conversation)).json()

    assert (read["inboxId"], "agentId" in read) == (inbox.id, False)


@pytest.mark.parametrize("more", [{}, CLOSE])
def test_closed_one_cannot_be_reassigned(
    api: httpx.Client, organization: Organization, begin: Begin, more: dict[str, Any]
) -> None:
    """A closed conversation cannot be reassigned, not even by closing it once more."""
    conversation = begin(by_agent=True)
    api.patch(at(conversation), json=CLOSE)
    assignee = {"inboxId": organization.directory.inboxes()[1].id}
    refused = api.patch(at(conversation), json={"assignee": assignee, **more})

    assert refused.status_code == 400
    assert error(refused) == {"code": "invalid_state", "detail": "closed conversation cannot be reassigned"}


@pytest.mark.parametrize(("first", "then"), [(OPEN, "CLOSED"), (CLOSE, "OPEN")])
def test_status_and_assignee_change_together(
    api: httpx.Client, organization: Organization, begin: Begin, first: dict[str, Any], then: str
) -> None:
    """One call may reopen and reassign, or reassign and close."""
    conversation = begin(by_agent=True)
    if then == "CLOSED":
        api.patch(at(conversation), json=CLOSE)
    inbox = organization.directory.inboxes()[1]
    answer = api.patch(at(conversation), json={**first, "assignee": {"inboxId": inbox.id}})
    read = api.get(at(conversation)).json()

    assert answer.status_code == 204
    assert (read["status"], read["inboxId"]) == (first["status"]["value"], inbox.id)


def test_closing_and_opening_twice_is_harmless(
    api: httpx.Client, runtime: Runtime, organization: Organization, begin: Begin
) -> None:
    """What is closed can be closed, what is open opened: 204, no event, no new time."""
    conversation = begin(by_agent=True)
    api.patch(at(conversation), json=CLOSE)
    once = api.get(at(conversation)).json()
    raised = len(organization.journal.entries("event"))
    runtime.clock.advance(60)
    answers = [api.patch(at(conversation), json=CLOSE)]

    assert api.get(at(conversation)).json() == once
    assert len(organization.journal.entries("event")) == raised
    api.patch(at(conversation), json=OPEN)
    raised = len(organization.journal.entries("event"))
    answers.append(api.patch(at(conversation), json=OPEN))
    assert [answer.status_code for answer in answers] == [204, 204]
    assert len(organization.journal.entries("event")) == raised


def test_old_one_cannot_reopen_beside_a_new_one(api: httpx.Client, begin: Begin) -> None:
    """A customer has at most one conversation that is not closed, so an older one stays closed."""
    old = begin(by_agent=True)
    api.patch(at(old), json=CLOSE)
    begin(by_agent=True)
    refused = api.patch(at(old), json=OPEN)

    assert (refused.status_code, error(refused)["code"]) == (400, "invalid_state")


def test_customers_conversations_ascend(
    api: httpx.Client, runtime: Runtime, begin: Begin, customer_id: str
) -> None:
    """A customer's conversations come oldest first, with a word on whether any were left off."""
    made = []
    for _ in range(2):
        made.append(begin(by_agent=True))
        api.patch(at(made[-1]), json=CLOSE)
        runtime.clock.advance(1)
    answer = api.get(f"/api/v1/customers/{customer_id}/conversations")

    assert [each["id"] for each in answer.json()] == [each.id for each in made]
    assert answer.headers["Gladly-Limited-Data"] == "false"


def test_more_than_a_hundred_conversations_are_cut(api: httpx.Client, begin: Begin, customer_id: str) -> None:
    """No more than 100 conversations are listed, and the header says so."""
    told = []
    for _ in range(101):
        api.patch(at(begin(by_agent=True)), json=CLOSE)
        answer = api.get(f"/api/v1/customers/{customer_id}/conversations")
        told.append((len(answer.json()), answer.headers["Gladly-Limited-Data"]))

    assert told[-2:] == [(100, "false"), (100, "true")]


def test_conversations_of_nobody_404(api: httpx.Client) -> None:
    """The conversations of an unknown customer are 404."""
    assert api.get("/api/v1/customers/nobody/conversations").status_code == 404


def test_topics_are_added_once_and_removed(
    api: httpx.Client, organization: Organization, begin: Begin
) -> None:
    """A topic that is on is passed over; one that is not on cannot be taken off."""
    conversation = begin()
    ids = [topic.id for topic in organization.directory.topics.all()[:2]]
    first = api.post(f"{at(conversation)}/topics", json={"topicIds": ids[:1]})
    api.post(f"{at(conversation)}/topics", json={"topicIds": ids})
    both = api.get(at(conversation)).json()["topicIds"]
    gone = api.delete(f"{at(conversation)}/topics/{ids[0]}")

    assert (first.status_code, gone.status_code) == (204, 204)
    assert (both, api.get(at(conversation)).json()["topicIds"]) == (ids, ids[1:])
    assert api.delete(f"{at(conversation)}/topics/{ids[0]}").status_code == 404


@pytest.mark.parametrize("which", ["unknown", "disabled", "missing", "closed"])
def test_topics_that_cannot_be_added_400(
    api: httpx.Client, organization: Organization, begin: Begin, which: str
) -> None:
    """An unknown or disabled topic, none at all, and any on a closed conversation are refused."""
    conversation = begin(by_agent=True)
    topics = organization.directory.topics.all()
    disabled = next(topic.id for topic in topics if topic.disabled)
    chosen = {"unknown": ["x"], "disabled": [disabled], "missing": None, "closed": [topics[0].id]}[which]
    if which == "closed":
        api.patch(at(conversation), json=CLOSE)
    body = {} if chosen is None else {"topicIds": chosen}

    assert api.post(f"{at(conversation)}/topics", json=body).status_code == 400


def test_topics_of_a_closed_conversation_stay(
    api: httpx.Client, organization: Organization, begin: Begin
) -> None:
    """A topic cannot be taken off a closed conversation, and can once it is open again."""
    conversation = begin(by_agent=True)
    topic = organization.directory.topics.all()[0].id
    path = f"{at(conversation)}/topics"
    api.post(path, json={"topicIds": [topic]})
    api.patch(at(conversation), json=CLOSE)
    refused = api.delete(f"{path}/{topic}")
    api.patch(at(conversation), json=OPEN)

    assert (refused.status_code, error(refused)["code"]) == (400, "invalid_state")
    assert api.delete(f"{path}/{topic}").status_code == 204


def test_timeline_tells_what_happened(
    api: httpx.Client, organization: Organization, begin: Begin, customer_id: str
) -> None:
    """Opening, message, topic and closing are lines of the timeline; what the API did is by ``API``."""
    conversation = begin()
    topic = organization.directory.topics.all()[0]
    api.post(f"{at(conversation)}/topics", json={"topicIds": [topic.id]})
    api.patch(at(conversation), json=FORCE)
    answer = api.get(f"{at(conversation)}/items")
    rows = answer.json()

    assert [(each["content"]["type"], each["initiator"]["type"]) for each in rows] == [
        ("CONVERSATION_STATUS_CHANGE", "CUSTOMER"),
        ("EMAIL", "CUSTOMER"),
        ("TOPIC_CHANGE", "API"),
        ("CONVERSATION_STATUS_CHANGE", "API"),
    ]
    assert [each["content"].get("status") for each in rows] == ["OPEN", None, None, "CLOSED"]
    assert rows[1]["content"]["from"] == "Dana.Brook@shop.example"
    assert {each["customerId"] for each in rows} == {customer_id}
    assert answer.headers["Gladly-Limited-Data"] == "false"
    assert api.get("/api/v1/conversations/x/items").status_code == 404
