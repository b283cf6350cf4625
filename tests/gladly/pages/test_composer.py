"""Writing to a customer: a new conversation, the one that is open, or the choice between Reopen and Create New."""

import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.conversations.timeline import Message
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.workspace import Workspace
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import Begin, Receiver
from tests.gladly.pages.conftest import actions
from tests.gladly.pages.test_apps import errors, form
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node


def compose(browser: Browser, customer_id: str, channel: str = "Email") -> Node:
    """Open the composer by the plus on the customer's profile."""
    browser.open(f"/customers/{customer_id}")
    browser.follow(channel)
    return form(browser.page)


def write(browser: Browser, customer_id: str, text: str = "Hello", status: int = 200) -> Node:
    """Write an e-mail to the customer and press Send Email."""
    return browser.send(compose(browser, customer_id), {"message": text}, status=status)


def closed(organization: Organization, begin: Begin) -> Conversation:
    """Return a conversation that was just closed."""
    conversation = begin()
    organization.conversations.close(conversation, Initiator.customer("x"), force=True)
    return conversation


def only(organization: Organization, customer_id: str) -> Conversation:
    """Return the customer's only conversation."""
    (conversation,) = organization.conversations.of_customer(customer_id)
    return conversation


def test_composer_as_shown(agent: Browser, customer_id: str) -> None:
    """The composer for e-mail has the address, a subject, a message, and a button that names the channel."""
    page = compose(agent, customer_id)

    assert "To Dana.Brook@shop.example" in page.text
    assert page.field("Subject").tag == "input"
    assert page.field("Message").tag == "textarea"
    assert page.one("button", "Send Email").attributes["type"] == "submit"


@pytest.mark.usefixtures("app_on")
def test_first_message_begins_a_conversation(
    agent: Browser, organization: Organization, customer_id: str, receiver: Receiver
) -> None:
    """The first message begins a conversation without asking, which is the agent's; its events go out at once."""
    page = agent.send(
        compose(agent, customer_id), {"subject": "Your order", "message": "It is on its way.\r\nBye"}
    )
    conversation = only(organization, customer_id)

    assert agent.path == f"/conversations/{conversation.id}"
    assert receiver.types == ["CONVERSATION/CREATED", "CONTACT/STARTED", "CONTACT/MESSAGE_SENT"]
    assert receiver.events[0]["initiator"]["type"] == "AGENT"
    assert conversation.items[-1].content["subject"] == "Your order"
    assert "(You) in General" in page.text
    assert "Your order It is on its way. Bye" in page.one("ol", aria_label="Timeline").text
    assert actions(organization)[-1] == "wrote to a customer"


def test_message_must_be_written(agent: Browser, organization: Organization, customer_id: str) -> None:
    """A blank message, and one that is endless, is refused beside its field; what was written stays."""
    blank = errors(write(agent, customer_id, " \r\n ", 422))
    page = write(agent, customer_id, "x" * 25_001, 422)

    assert blank == {"message": "Write something first."}
    assert errors(page) == {"message": "At most 25,000 characters can be sent."}
    assert len(page.field("Message").text) == 25_001
    assert organization.conversations.of_customer(customer_id) == []


def test_message_joins_the_open_conversation(
    agent: Browser, organization: Organization, customer_id: str, begin: Begin
) -> None:
    """While a conversation is not closed, a message goes into it without asking, as an answer."""
    conversation = begin()
    page = write(agent, customer_id)

    assert agent.path == f"/conversations/{conversation.id}"
    assert only(organization, customer_id) is conversation
    assert page.one("output", aria_label="Status").text == "Waiting"


def test_choice_is_asked_while_the_last_one_was_recently_closed(
    agent: Browser, organization: Organization, customer_id: str, begin: Begin, receiver: Receiver
) -> None:
    """Sending after a recent closing opens a dialog with Reopen and Create New; nothing is sent before one is pressed."""
    conversation = closed(organization, begin)
    receiver.forget()
    page = write(agent, customer_id, status=409)
    dialog = page.one("dialog", open="")

    assert [button.text for button in dialog.all("button")] == ["Reopen", "Create New"]
    assert dialog.fields()["message"] == "Hello"
    assert (only(organization, customer_id), conversation.is_closed, receiver.types) == (
        conversation,
        True,
        [],
    )


@pytest.mark.usefixtures("app_on")
def test_reopen(
    agent: Browser, organization: Organization, customer_id: str, begin: Begin, receiver: Receiver
) -> None:
    """Reopen opens the last conversation again and sends into it: REOPENED goes out, no CREATED."""
    conversation = closed(organization, begin)
    page = write(agent, customer_id, status=409)
    receiver.forget()
    agent.send(page.one("dialog").one("form"), {"choice": "reopen"})

    assert agent.path == f"/conversations/{conversation.id}"
    assert "CONVERSATION/REOPENED" in receiver.types
    assert "CONVERSATION/CREATED" not in receiver.types
    assert conversation.items[-1].content["content"] == "Hello"


@pytest.mark.usefixtures("app_on")
def test_create_new(
    agent: Browser, organization: Organization, customer_id: str, begin: Begin, receiver: Receiver
) -> None:
    """Create New begins another conversation: CREATED goes out, and the last one stays closed."""
    conversation = closed(organization, begin)
    page = write(agent, customer_id, status=409)
    receiver.forget()
    agent.send(page.one("dialog").one("form"), {"choice": "create_new"})
    latest = organization.conversations.of_customer(customer_id)[-1]

    assert (agent.path, conversation.is_closed) == (f"/conversations/{latest.id}", True)
    assert latest is not conversation
    assert "CONVERSATION/CREATED" in receiver.types


def test_nothing_is_asked_after_the_window(
    agent: Browser, organization: Organization, customer_id: str, begin: Begin, runtime: Runtime
) -> None:
    """When the last conversation was closed longer ago than the window, a new one begins without a question."""
    conversation = closed(organization, begin)
    runtime.clock.advance(24 * 3600)
    write(agent, customer_id)

    assert len(organization.conversations.of_customer(customer_id)) == 2
    assert conversation.is_closed


def test_choice_that_has_gone_is_refused(
    agent: Browser, organization: Organization, customer_id: str, begin: Begin, fake: GladlyFake
) -> None:
    """A choice that comes after the customer has written again joins what is open by then; nothing is opened twice."""
    conversation = closed(organization, begin)
    page = write(agent, customer_id, status=409)
    with fake.acting(organization):
        organization.receive_message(customer_id)
    agent.send(page.one("dialog").one("form"), {"choice": "create_new"})

    assert only(organization, customer_id) is conversation
    assert agent.path == f"/conversations/{conversation.id}"


def test_sms(agent: Browser, organization: Organization, customer_id: str) -> None:
    """A text message has no subject and goes to the customer's number."""
    with organization.lock:
        workspace = Workspace(organization, next(user for user in organization.users if user.is_agent()))
        sms_only = workspace.add_customer("Zed", phone="650 555 0142")
    page = compose(agent, sms_only.id, "SMS")
    agent.send(page, {"message": "Hi"})

    assert "To 650 555 0142" in page.text
    assert page.all("label", "Subject") == []
    assert page.one("button", "Send SMS").tag == "button"
    assert only(organization, sms_only.id).items[-1].content["to"] == "+16505550142"
    assert organization.conversations.of_customer(customer_id) == []


@pytest.mark.parametrize("channel", ["SMS", "CHAT", "VOICEMAIL", "PIGEON", ""])
def test_channel_that_does_not_reach_the_customer(agent: Browser, customer_id: str, channel: str) -> None:
    """The composer of a channel that the customer has not is not to be had."""
    page = agent.open(f"/customers/{customer_id}/compose?channel={channel}", status=409)
    assert "cannot be reached on this channel" in page.text


def test_channel_that_does_not_reach_the_customer_sends_nothing(
    agent: Browser, organization: Organization, customer_id: str
) -> None:
    """A form that names a channel that the customer has not sends nothing."""
    sent = compose(agent, customer_id)
    agent.send(sent, {"message": "Hi", "channel": "SMS"}, status=409)

    assert organization.conversations.of_customer(customer_id) == []


def test_chat_while_the_customer_chats(agent: Browser, organization: Organization, customer_id: str) -> None:
    """Chat is offered while the customer has chatted in the open conversation."""
    organization.begin_as_customer(customer_id, Message("CHAT", "Anybody there?"))
    agent.send(compose(agent, customer_id, "Chat"), {"message": "Yes"})

    assert only(organization, customer_id).items[-1].type == "CHAT_MESSAGE"
