"""A conversation on the workspace: its timeline, replying, topics, notes, and closing by the rules."""

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.conversations.timeline import Message
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.rules.workspace import Workspace
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import Begin, Receiver
from tests.gladly.pages.conftest import actions, user_of
from tests.gladly.pages.test_apps import errors
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node


def shown(browser: Browser, conversation: Conversation) -> Node:
    """Open the conversation's page."""
    return browser.open(f"/conversations/{conversation.id}")


def lines(page: Node) -> list[str]:
    """Return the timeline's lines without their times."""
    found = []
    for line in page.one("ol", aria_label="Timeline").all("li"):
        time = line.one("time")
        found.append(line.text.replace(time.text, "@", 1))
    return found


def status(page: Node) -> str:
    """Return the status that is shown."""
    return page.one("output", aria_label="Status").text


def sent(browser: Browser, page: Node, action: str, status: int = 200, **fields: str | list[str]) -> Node:
    """Send one of the workspace's forms by the end of its address."""
    (found,) = [one for one in page.all("form") if one.attributes.get("action", "").endswith(f"/{action}")]
    return browser.send(found, fields, status=status)


@pytest.fixture
def new(begin: Begin) -> Conversation:
    """A conversation that a customer has begun and nobody has."""
    return begin()


def test_conversation_as_shown(agent: Browser, new: Conversation) -> None:
    """A new conversation shows its inbox, its status, and what the customer did, the oldest first."""
    page = shown(agent, new)

    assert status(page) == "New"
    assert "Assigned to General" in page.text
    assert lines(page) == [
        "The customer opened this conversation @",
        "The customer sent an email @ A question Hello, I have a question about my order.",
    ]
    assert (
        page.one("ol", aria_label="Timeline").all("time")[0].attributes["datetime"]
        == "2026-03-02T17:22:40.105Z"
    )


def test_reply(agent: Browser, organization: Organization, new: Conversation) -> None:
    """A reply makes the conversation the agent's, who waits for the customer then; its subject answers the customer's."""
    page = shown(agent, new)
    label = page.one("label", "Reply with an email")
    page = sent(agent, page, "reply", reply="We look into it.")
    name = user_of(organization, Role.AGENT).name

    assert label.attributes["for"] == "reply"
    assert status(page) == "Waiting"
    assert f"Assigned to {name} (You) in General" in page.text
    assert lines(page)[-1] == f"{name} sent an email @ Re: A question We look into it."
    page = sent(agent, page, "reply", reply="Done.")
    assert lines(page)[-1] == f"{name} sent an email @ Re: A question Done."
    assert actions(organization)[-1] == "replied to a customer"


def test_reply_must_be_written(agent: Browser, new: Conversation) -> None:
    """A blank reply is refused beside its field."""
    page = sent(agent, shown(agent, new), "reply", 422, reply=" ")
    assert errors(page) == {"reply": "Write something first."}


def test_reply_on_no_channel(agent: Browser, organization: Organization, new: Conversation) -> None:
    """A reply on a channel that Gladly has not, which no form of its sends, is refused and changes nothing."""
    before = list(new.items), dict(new.contacts)
    page = sent(agent, shown(agent, new), "reply", 422, reply="Hello", channel="PIGEON")

    assert errors(page) == {"reply": "There is no such channel."}
    assert (new.items, new.contacts) == before
    assert "replied to a customer" not in actions(organization)


def test_reply_goes_out_where_the_customer_wrote(
    agent: Browser, organization: Organization, customer_id: str
) -> None:
    """Who chats is answered by chat."""
    chat = organization.begin_as_customer(customer_id, Message("CHAT", "Hi"))
    page = shown(agent, chat)
    sent(agent, page, "reply", reply="Hello")

    assert page.one("label", "Reply with a chat").tag == "label"
    assert chat.items[-1].type == "CHAT_MESSAGE"


def test_reply_that_comes_too_late(
    agent: Browser, organization: Organization, fake: GladlyFake, new: Conversation
) -> None:
    """A reply to what was closed meanwhile is refused in an alert."""
    page = shown(agent, new)
    with fake.acting(organization):
        organization.close_by_rule(new.id)
    page = sent(agent, page, "reply", 422, reply="Too late")

    assert page.one("p", role="alert").text == "You cannot reply to items in closed conversations."


def test_customer_who_cannot_be_reached(
    agent: Browser, organization: Organization, api: httpx.Client
) -> None:
    """There is no reply bar for a customer whose only contact was a voicemail from nowhere."""
    api.post("/api/v1/customer-profiles", json={"id": "c1"})
    page = shown(agent, organization.begin_as_customer("c1", Message("VOICEMAIL", "Call me back")))

    assert "has no address and no number to reply to" in page.text
    assert lines(page)[-1] == "The customer left a voicemail @ Call me back"


def test_topics(agent: Browser, organization: Organization, new: Conversation) -> None:
    """The picker has the topics that can be applied by their full names; ticking applies, unticking takes off."""
    page = shown(agent, new)
    labels = [box.text for box in page.one("form", action=f"/conversations/{new.id}/topics").all("label")]
    ids = {topic.name: topic.id for topic in organization.directory.topics.all()}
    counts = [_topics(page)]
    page = sent(agent, page, "topics", topic=[ids["Where is my order"], ids["Returns"]])
    counts.append(_topics(page))
    page = sent(agent, page, "topics", topic=[ids["Returns"]], had=[ids["Where is my order"], ids["Returns"]])
    counts.append(_topics(page))
    full = "Orders \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} Where is my order"

    assert labels == ["Orders", full, "Returns"]
    assert counts == ["Topics 0 TOPICS SELECTED", "Topics 2 TOPICS SELECTED", "Topics 1 TOPIC SELECTED"]
    assert lines(page)[-3:] == [f"Topic {full} added @", "Topic Returns added @", f"Topic {full} removed @"]
    assert "Returns" in page.one("section", aria_labelledby="conversations-heading").text


def _topics(page: Node) -> str:
    return next(one.text for one in page.all("summary") if one.text.startswith("Topics"))


def test_topics_applied_meanwhile_stay(agent: Browser, organization: Organization, new: Conversation) -> None:
    """A topic that somebody applied after the page was opened is not taken off by it."""
    ids = {topic.name: topic.id for topic in organization.directory.topics.all()}
    page = shown(agent, new)
    workspace = Workspace(organization, user_of(organization, Role.TEAM_MANAGER))
    workspace.add_topics(new.id, [ids["Orders"]])
    sent(agent, page, "topics", topic=[ids["Returns"]])

    assert set(new.topic_ids) == {ids["Orders"], ids["Returns"]}


def test_topic_disabled_meanwhile(agent: Browser, organization: Organization, new: Conversation) -> None:
    """A disabled topic is not offered; one that is on stays on, and one that is sent all the same is refused."""
    topics = organization.directory.topics
    ids = {topic.name: topic.id for topic in topics.all()}
    page = sent(agent, shown(agent, new), "topics", topic=[ids["Returns"]])
    topics.update(ids["Returns"], "Returns", disabled=True, parent_id=None)
    page = shown(agent, new)
    sent(agent, page, "topics", topic=[ids["Returns"], ids["Orders"]])
    refused = sent(agent, shown(agent, new), "topics", 422, topic=[ids["Spring Sale"]])

    assert new.topic_ids == [ids["Returns"], ids["Orders"]]
    assert errors(refused) == {"topics": "Topic does not exist or is disabled."}


def test_note(agent: Browser, organization: Organization, new: Conversation) -> None:
    """A note stands on the timeline; a blank one is refused beside its field, which stays open."""
    page = sent(agent, shown(agent, new), "notes", 422, note=" ")
    wrong = errors(page)
    (box,) = [one for one in page.all("details") if one.all("summary", "Add a note")]
    page = sent(agent, page, "notes", note="Angry, be kind.")

    assert (wrong, "open" in box.attributes) == ({"note": "Write something first."}, True)
    assert lines(page)[-1] == f"{user_of(organization, Role.AGENT).name} added a note @ Angry, be kind."


@pytest.mark.usefixtures("app_on")
def test_closing_asks_while_the_customer_waits(
    agent: Browser, organization: Organization, new: Conversation, receiver: Receiver
) -> None:
    """Close asks while no reply was given; Close anyway closes, and the event goes out with the agent as who did it."""
    receiver.forget()
    page = sent(agent, shown(agent, new), "close", 409, then="stay")
    question = page.one("dialog", open="")
    before = (new.is_closed, receiver.types)
    page = agent.send(question.one("form"))
    closing = receiver.events[0]

    assert before == (False, [])
    assert [button.text for button in question.all("button")] == ["Close anyway"]
    assert question.link("Cancel") == f"/conversations/{new.id}"
    assert (agent.path, status(page)) == (f"/conversations/{new.id}", "Closed")
    assert (closing["type"], closing["initiator"]["id"]) == (
        "CONVERSATION/CLOSED",
        user_of(organization, Role.AGENT).id,
    )
    assert lines(page)[-1].startswith("Conversation closed by ")
    assert actions(organization)[-1] == "closed a conversation"


def test_closing_after_a_reply_asks_nothing(agent: Browser, new: Conversation) -> None:
    """Once the customer has an answer, Close closes at once."""
    page = sent(agent, shown(agent, new), "reply", reply="Here you are.")
    page = sent(agent, page, "close", then="stay")

    assert status(page) == "Closed"


def test_closed_conversation_has_plus_and_next_only(agent: Browser, new: Conversation) -> None:
    """After closing there is neither reply bar nor topics nor Close; the plus and Next are left."""
    page = sent(agent, shown(agent, new), "reply", reply="Here you are.")
    before = [one.attributes.get("aria-label", one.text) for one in page.one("main").all("summary")]
    page = sent(agent, page, "close", then="stay")
    main = page.one("main")

    assert before[1:] == ["Add a note", "Start a contact", "Topics 0 TOPICS SELECTED", "More ways to close"]
    assert [one.attributes["aria-label"] for one in main.all("summary")] == ["Start a contact"]
    assert [button.text for button in main.all("button")] == ["Next"]


def test_buttons_that_close(agent: Browser, new: Conversation) -> None:
    """Close & Next stands beside an arrow that opens Next and Close."""
    page = shown(agent, new)
    closing = page.one("form", action=f"/conversations/{new.id}/close")

    assert [button.text for button in closing.all("button")] == ["Close & Next", "Next", "Close"]
    assert [one.attributes.get("value") for one in closing.all("button")] == ["next", None, "stay"]


def test_required_topic_greys_the_buttons(
    agent: Browser, organization: Organization, new: Conversation
) -> None:
    """While a topic is required and none is on, closing is greyed with the reason beside it, and refused if sent."""
    organization.switches.topic_required_to_close = True
    page = shown(agent, new)
    grey = [button.text for button in page.all("button", disabled="")]
    refused = sent(agent, page, "close", 422, then="stay", confirmed="true")
    returns = next(topic.id for topic in organization.directory.topics.all() if topic.name == "Returns")
    page = sent(agent, refused, "topics", topic=[returns])

    assert grey == ["Close & Next", "Close"]
    assert page.all("button", disabled="") == []
    assert "A topic is required before this conversation can be closed." in refused.text
    assert refused.one("p", role="alert").text.startswith("Topics are required before closing")
    assert not new.is_closed


def test_close_and_next_leads_on(
    agent: Browser, organization: Organization, api: httpx.Client, new: Conversation
) -> None:
    """Close & Next leads to the next open conversation, past one that waits, and to My Customers when there is none."""
    api.post("/api/v1/customer-profiles", json={"id": "c1"})
    api.post("/api/v1/customer-profiles", json={"id": "c2"})
    me = user_of(organization, Role.AGENT).id
    waits = organization.begin_as_agent("c1", me)
    organization.answer_as_agent(waits.id, me)
    following = organization.begin_as_customer("c2")
    page = sent(agent, shown(agent, new), "reply", reply="Here you are.")
    sent(agent, page, "close", then="next")
    first = agent.path
    page = sent(agent, agent.page, "reply", reply="And you.")
    sent(agent, page, "close", then="next")

    assert (first, agent.path) == (f"/conversations/{following.id}", "/customers")


def test_next_goes_round(agent: Browser, organization: Organization, api: httpx.Client) -> None:
    """Next goes through the agent's open conversations and the new ones, and begins again after the last."""
    for one in ("c1", "c2", "c3"):
        api.post("/api/v1/customer-profiles", json={"id": one})
    me = user_of(organization, Role.AGENT).id
    new, mine, also_mine = (
        organization.begin_as_customer("c1"),
        organization.begin_as_agent("c2", me),
        organization.begin_as_agent("c3", me),
    )
    way = [mine]
    for _ in range(3):
        agent.open(f"/conversations/{way[-1].id}/next")
        way.append(organization.conversations.get(agent.path.rpartition("/")[2]))

    assert way == [mine, also_mine, new, mine]


def test_what_the_api_did_carries_a_badge(
    agent: Browser, api: httpx.Client, organization: Organization, new: Conversation
) -> None:
    """Lines of what was done through the API carry the badge APP, others do not."""
    returns = next(topic.id for topic in organization.directory.topics.all() if topic.name == "Returns")
    api.post(f"/api/v1/conversations/{new.id}/topics", json={"topicIds": [returns]})
    api.patch(f"/api/v1/conversations/{new.id}", json={"status": {"value": "CLOSED", "force": True}})
    name = user_of(organization, Role.API_USER).name
    found = lines(shown(agent, new))

    assert found[-2:] == ["Topic Returns added APP @", f"Conversation closed by {name} APP @"]
    assert not any("APP" in line for line in found[:-2])


@pytest.mark.parametrize(("hours", "within"), [(24, "a day"), (2, "2 hours")])
def test_reopenings_are_told_apart(
    *,
    agent: Browser,
    organization: Organization,
    new: Conversation,
    runtime: Runtime,
    hours: float,
    within: str,
) -> None:
    """A customer's reopening, an agent's and a Rule's closing each have their own line."""
    organization.switches.reopen_window_hours = hours
    organization.close_by_rule(new.id)
    runtime.clock.advance(3600)
    organization.receive_message(new.customer_id, Message(text="Still there?"))
    organization.close_by_rule(new.id)
    organization.reopen_as_agent(new.customer_id, user_of(organization, Role.AGENT).id, silently=True)
    name = user_of(organization, Role.AGENT).name

    assert lines(shown(agent, new))[2:] == [
        "Conversation closed by A rule @",
        f"The customer opened this conversation by responding within {within} @",
        "The customer sent an email @ A question Still there?",
        "Conversation closed by A rule @",
        f"{name} reopened this conversation @",
    ]


@pytest.mark.usefixtures("app_on")
def test_assigning(agent: Browser, organization: Organization, new: Conversation, receiver: Receiver) -> None:
    """The conversation can be given to any inbox and any agent of it; the event goes out."""
    manager = user_of(organization, Role.TEAM_MANAGER)
    receiver.forget()
    options = {
        one.text: one.attributes["value"] for one in shown(agent, new).field("Assign to").all("option")
    }
    page = sent(agent, agent.page, "assignee", assignee=options[f"{manager.name} in Escalations"])

    assert next(iter(options)) == "General"
    assert len(options) == 10
    assert f"Assigned to {manager.name} in Escalations" in page.text
    assert receiver.types == ["CONVERSATION_ASSIGNEE/UPDATED"]
    assert page.field("Assign to").one("option", selected="").text == f"{manager.name} in Escalations"


def test_assigning_to_nobody_there(
    agent: Browser, organization: Organization, new: Conversation, fake: GladlyFake
) -> None:
    """An inbox or agent that is not there is refused beside the field; a closed conversation in an alert."""
    page = shown(agent, new)
    inbox = organization.unassigned().inbox_id
    unknown = errors(sent(agent, page, "assignee", 422, assignee="nowhere/"))
    stranger = errors(sent(agent, page, "assignee", 422, assignee=f"{inbox}/nobody"))
    with fake.acting(organization):
        organization.close_by_rule(new.id)
    late = sent(agent, page, "assignee", 422, assignee=f"{inbox}/")

    assert unknown == {"assignee": "Inbox does not exist or is disabled."}
    assert stranger == {"assignee": "Agent does not belong to inbox."}
    assert late.one("p", role="alert").text == "Closed conversation cannot be reassigned."
    assert late.all("select") == []


def test_conversation_that_is_gone(agent: Browser) -> None:
    """A conversation that does not exist is not found."""
    assert "Conversation does not exist." in agent.open("/conversations/nothing", status=404).text
