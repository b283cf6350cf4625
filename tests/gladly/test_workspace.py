"""The agent workspace: finding customers, Reopen or Create New, answering, labelling, closing with its rules."""

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.conversations.conversation import Status
from fakes.gladly.rules.conversations.timeline import Message
from fakes.gladly.rules.errors import InvalidError, NotExistError, RoleError, TakenError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.settings.users import UserSettings
from fakes.gladly.rules.users.users import Role
from fakes.gladly.rules.workspace import Closing, Workspace
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import Begin, Receiver
from tests.gladly.test_apps import as_role

TOPIC_NEEDED = "topics are required before closing of conversation"


@pytest.fixture
def workspace(organization: Organization) -> Workspace:
    """The workspace of the agent."""
    return Workspace(organization, organization.users.with_role(Role.AGENT)[0])


@pytest.mark.parametrize(
    "role", [Role.COMPLIANCE_ADMINISTRATOR, Role.ANALYST, Role.TASK_USER, Role.DEVELOPER]
)
def test_only_who_answers_customers_has_a_workspace(organization: Organization, role: Role) -> None:
    """Roles that do not answer customers have no workspace."""
    user = organization.add_user("No Agent", "no@shop.example", "pw", frozenset({role}))
    with pytest.raises(RoleError):
        Workspace(organization, user)


def test_customers_are_found_by_name_and_address(workspace: Workspace, runtime: Runtime) -> None:
    """Customers are listed by latest change, and found by part of a name or an address in any case."""
    dana = workspace.add_customer("Dana Brook", "Dana@shop.example")
    runtime.clock.advance(1)
    jo = workspace.add_customer("Jo", "jo.brook@else.example", "650 555 0142")

    assert [each.id for each in workspace.customers()] == [jo.id, dana.id]
    assert [each.id for each in workspace.customers(" BROOK ")] == [jo.id, dana.id]
    assert [each.id for each in workspace.customers("dana@SHOP")] == [dana.id]
    assert workspace.customers("nobody") == []


def test_no_more_than_fifty_are_listed(workspace: Workspace) -> None:
    """The list ends after 50 customers."""
    for number in range(51):
        workspace.add_customer(f"Customer {number}")

    assert len(workspace.customers("customer")) == 50


def test_address_of_a_customer_is_unique_here_too(workspace: Workspace, customer_id: str) -> None:
    """Add New Customer refuses another's address, and what is none."""
    assert customer_id
    with pytest.raises(TakenError):
        workspace.add_customer("Dana", "dana.brook@shop.example")
    with pytest.raises(InvalidError):
        workspace.add_customer("Dana", "no address")


def test_new_customer_is_written_to_without_a_choice(workspace: Workspace, customer_id: str) -> None:
    """Before the first conversation there is no modal: it begins with the message and is the agent's."""
    assert workspace.choice(customer_id) is None
    conversation = workspace.open(customer_id, what=Message("EMAIL", "Hello Dana"))

    assert (conversation.assignee.agent_id, conversation.items[-1].content["content"]) == (
        workspace.agent_id,
        "Hello Dana",
    )
    assert workspace.current(customer_id) is conversation
    with pytest.raises(InvalidError, match="already has an open conversation"):
        workspace.open(customer_id)


@pytest.mark.parametrize(
    ("choice", "event", "count"),
    [("reopen", "CONVERSATION/REOPENED", 1), ("create_new", "CONVERSATION/CREATED", 2)],
)
@pytest.mark.usefixtures("app_on")
def test_recently_closed_conversation_asks_for_a_choice(
    *,
    fake: GladlyFake,
    organization: Organization,
    workspace: Workspace,
    customer_id: str,
    receiver: Receiver,
    choice: str,
    event: str,
    count: int,
) -> None:
    """After a recent closing the agent must choose; what the button says happens before any message is sent."""
    with fake.acting(organization):
        first = workspace.open(customer_id)
        workspace.close(first.id)
        with pytest.raises(InvalidError, match="choose Reopen or Create New"):
            workspace.open(customer_id)
    offered = workspace.choice(customer_id)
    receiver.forget()
    with fake.acting(organization):
        workspace.open(customer_id, "reopen" if choice == "reopen" else "create_new", silently=True)

    assert offered is first
    assert receiver.types[0] == event
    assert "CONTACT/MESSAGE_SENT" not in receiver.types
    assert len(workspace.conversations(customer_id)) == count
    assert workspace.choice(customer_id) is None


def test_what_was_closed_long_ago_asks_nothing(
    workspace: Workspace, customer_id: str, runtime: Runtime
) -> None:
    """After the reopen window there is no modal, although the agent may still reopen."""
    first = workspace.open(customer_id)
    workspace.close(first.id)
    runtime.clock.advance(24 * 3600)

    assert workspace.choice(customer_id) is None
    assert workspace.open(customer_id, "reopen") is first


def test_nothing_to_reopen(workspace: Workspace, customer_id: str) -> None:
    """Reopen without a closed conversation is refused, and nobody unknown is written to."""
    with pytest.raises(InvalidError):
        workspace.open(customer_id, "reopen")
    with pytest.raises(NotExistError):
        workspace.open("nope")
    with pytest.raises(NotExistError):
        workspace.conversations("nope")


def test_newest_conversation_comes_first(workspace: Workspace, customer_id: str) -> None:
    """A customer's conversations are listed the newest first."""
    first = workspace.open(customer_id)
    workspace.close(first.id)
    second = workspace.open(customer_id, "create_new")

    assert workspace.conversations(customer_id) == [second, first]


def test_answer_takes_the_conversation_and_lets_it_wait(workspace: Workspace, begin: Begin) -> None:
    """The agent's answer makes an unassigned conversation theirs; it waits for the customer."""
    conversation = begin()
    item = workspace.answer(conversation.id, Message(text="On its way"))

    assert (conversation.status, conversation.assignee.agent_id) == (Status.WAITING, workspace.agent_id)
    assert (item.content["content"], item.initiator.type) == ("On its way", "AGENT")


def test_topics_have_their_full_names(workspace: Workspace, organization: Organization) -> None:
    """The picker has every topic that is not disabled, with the names above it, by name."""
    names = [name for _, name in workspace.topics()]

    assert names == ["Orders", "Orders > Where is my order", "Returns"]
    assert len(organization.directory.topics.all()) == 4


def test_topics_under_each_other_end(organization: Organization) -> None:
    """Two topics that stand under each other have a name all the same."""
    topics = organization.directory.topics
    one = topics.create("One")
    two = topics.create("Two", parent_id=one.id)
    topics.update(one.id, "One", disabled=None, parent_id=two.id)

    assert topics.full_name(one.id) == "Two > One"


def test_topics_and_notes_of_an_agent(workspace: Workspace, begin: Begin) -> None:
    """Topics go on and off and notes are written in the agent's name."""
    conversation = begin()
    topic = workspace.topics()[0][0]
    workspace.add_topics(conversation.id, [topic])
    on = list(conversation.topic_ids)
    workspace.remove_topic(conversation.id, topic)
    workspace.note(conversation.id, "Called back.")
    lines = conversation.items[-3:]

    assert (on, conversation.topic_ids) == ([topic], [])
    assert [line.type for line in lines] == ["TOPIC_CHANGE", "TOPIC_CHANGE", "CONVERSATION_NOTE"]
    assert {(line.initiator.type, line.initiator.id) for line in lines} == {("AGENT", workspace.agent_id)}
    with pytest.raises(InvalidError):
        workspace.note(conversation.id, " ")


def test_agent_assigns(workspace: Workspace, begin: Begin, organization: Organization) -> None:
    """The agent may give a conversation to another inbox, and to nobody outside of it."""
    conversation = begin()
    inbox = organization.directory.inboxes()[1]
    workspace.assign(conversation.id, inbox.id)
    with pytest.raises(InvalidError, match="agent does not belong to inbox"):
        workspace.assign(conversation.id, inbox.id, "nobody")

    assert (conversation.assignee.inbox_id, conversation.assignee.agent_id) == (inbox.id, None)


def test_closing_while_the_customer_waits_asks(workspace: Workspace, begin: Begin) -> None:
    """While the customer waits for a reply closing has to be confirmed; an answered one closes unasked."""
    conversation = begin()
    asked = workspace.closing(conversation.id)
    with pytest.raises(InvalidError, match="waiting for a reply"):
        workspace.close(conversation.id)
    still = conversation.status
    workspace.close(conversation.id, confirmed=True)

    assert (asked, still) == (Closing("", awaits_reply=True), Status.OPEN)
    assert conversation.is_closed
    workspace.close(conversation.id)


def test_answered_conversation_closes_unasked(workspace: Workspace, begin: Begin) -> None:
    """After an answer there is nothing to confirm."""
    conversation = begin()
    workspace.answer(conversation.id)

    assert workspace.closing(conversation.id) == Closing("", awaits_reply=False)
    workspace.close(conversation.id)
    assert conversation.is_closed


def test_required_topic_keeps_the_buttons_grey(
    workspace: Workspace, begin: Begin, organization: Organization
) -> None:
    """With the topic option on, nothing closes without a topic, whatever is confirmed."""
    organization.switches.topic_required_to_close = True
    conversation = begin()
    blocked = workspace.closing(conversation.id)
    for confirmed in (False, True):  # the topic comes first: nobody is asked about what cannot be
        with pytest.raises(InvalidError, match=TOPIC_NEEDED):
            workspace.close(conversation.id, confirmed=confirmed)
    workspace.add_topics(conversation.id, [workspace.topics()[0][0]])

    assert (blocked, conversation.is_closed) == (Closing(TOPIC_NEEDED, awaits_reply=True), False)
    assert workspace.closing(conversation.id).blocked == ""
    workspace.close(conversation.id, confirmed=True)
    assert conversation.is_closed


def test_control_plane_acts_as_the_agent_it_names(
    control: httpx.Client, here: str, organization: Organization, customer_id: str
) -> None:
    """With a user in the header a conversation is that agent's; a user who answers no customers is refused."""
    manager = organization.users.with_role(Role.TEAM_MANAGER)[0]
    analyst = organization.add_user("An", "an@shop.example", "pw", frozenset({Role.ANALYST}))
    ask = {"customer_id": customer_id, "opened_by": "agent"}
    refused = control.post(f"{here}/conversations", json=ask, headers={"X-Fake-User": analyst.email})
    made = control.post(f"{here}/conversations", json=ask, headers=as_role(organization, Role.TEAM_MANAGER))

    assert refused.status_code == 403
    assert organization.conversations.get(made.json()["id"]).assignee.agent_id == manager.id


def test_without_agents_nobody_opens(
    control: httpx.Client, here: str, organization: Organization, customer_id: str
) -> None:
    """When every agent is deactivated, the control plane says that nobody is at work."""
    for agent in organization.users.with_role(Role.AGENT):
        UserSettings(organization).deactivate(agent.id)
    answer = control.post(f"{here}/conversations", json={"customer_id": customer_id, "opened_by": "agent"})

    assert (answer.status_code, "no active user" in answer.json()["error"]) == (409, True)
