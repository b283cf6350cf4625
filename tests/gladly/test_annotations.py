"""Notes and custom attributes on conversations."""

from typing import Any

import httpx
import pytest

from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.organization.organization import Organization
from tests.gladly.conftest import Begin, Receiver, error
from tests.gladly.test_conversations import FORCE, at


def attributes_of(conversation: Conversation) -> str:
    """Return the path that changes the conversation's custom attributes."""
    return f"/api/v1/customer-history/{conversation.customer_id}/conversations/{conversation.id}/custom-attributes"


@pytest.mark.parametrize("body", [{"content": {"body": "Call back"}}, {"body": "Call back"}])
def test_note_is_written_and_read(
    *, api: httpx.Client, begin: Begin, receiver: Receiver, app_on: None, body: dict[str, Any]
) -> None:
    """A note answers 201 with its place, raises its event without assignment, and reads as an item."""
    assert app_on is None
    conversation = begin()
    receiver.forget()
    answer = api.post(f"{at(conversation)}/notes", json=body)
    read = api.get(answer.headers["Location"]).json()
    (event,) = receiver.events

    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"] == f"{at(conversation)}/notes/{read['id']}"
    assert read["content"] == {"type": "CONVERSATION_NOTE", "body": "Call back"}
    assert (event["type"], event["initiator"]["type"]) == ("CONVERSATION/NOTE_CREATED", "APPLICATION")
    assert event["content"] == {
        "customerId": conversation.customer_id,
        "conversationId": conversation.id,
        "noteId": read["id"],
    }


@pytest.mark.parametrize("body", [{}, {"content": {}}, {"content": {"body": " "}}])
def test_blank_note_400(api: httpx.Client, begin: Begin, body: dict[str, Any]) -> None:
    """A note without text is refused by its field."""
    refused = api.post(f"{at(begin())}/notes", json=body)

    assert (refused.status_code, error(refused)["code"]) == (400, "blank")


def test_unknown_notes_404(api: httpx.Client, begin: Begin) -> None:
    """An unknown note, a line that is no note, and a note of no conversation are 404."""
    conversation = begin()
    asked = [
        api.get(f"{at(conversation)}/notes/nope"),
        api.get(f"{at(conversation)}/notes/{conversation.items[0].id}"),
        api.post("/api/v1/conversations/nope/notes", json={"body": "x"}),
    ]

    assert [answer.status_code for answer in asked] == [404] * 3


def test_attribute_definition(api: httpx.Client, organization: Organization) -> None:
    """A definition reads with exactly Gladly's fields, an unknown one is 404 in Gladly's words."""
    attribute = organization.attributes.all()[0]
    read = api.get(f"/api/v1/custom-attributes/{attribute.id}").json()
    refused = api.get("/api/v1/custom-attributes/nope")

    assert list(read) == ["id", "key", "label", "deactivated", "createdAt", "createdBy"]
    assert (read["key"], read["deactivated"]) == ("ORDER_ID", False)
    assert refused.status_code == 404
    assert error(refused) == {"code": "not_exist", "detail": "custom attribute nope does not exist"}


def test_attributes_put_on_and_taken_off(
    *, api: httpx.Client, begin: Begin, organization: Organization, receiver: Receiver, app_on: None
) -> None:
    """Pairs go on and off with one event each; a pair that is on, or is not, is passed over; a key may repeat."""
    assert app_on is None
    conversation, attribute = begin(), organization.attributes.all()[0]
    pairs = [{"key": "ORDER_ID", "value": value} for value in ("A1", "A2")]
    receiver.forget()
    for _ in range(2):
        assert api.post(attributes_of(conversation), json={"add": pairs}).status_code == 204
    on = api.get(at(conversation)).json()["customAttributes"]
    api.post(attributes_of(conversation), json={"remove": [*pairs, pairs[0]]})

    assert on == [{"id": attribute.id, "value": value} for value in ("A1", "A2")]
    assert "customAttributes" not in api.get(at(conversation)).json()
    assert [
        (each["type"].rpartition("_")[2], each["content"]["customAttributeValue"]) for each in receiver.events
    ] == [
        ("ADDED", "A1"),
        ("ADDED", "A2"),
        ("REMOVED", "A1"),
        ("REMOVED", "A2"),
    ]
    assert receiver.events[0]["content"] == {
        "customerId": conversation.customer_id,
        "conversationId": conversation.id,
        "customAttributeId": attribute.id,
        "customAttributeKey": "ORDER_ID",
        "customAttributeValue": "A1",
    }


@pytest.mark.parametrize(("key", "code"), [("NOPE", "not_exist"), ("OLD_ORDER_ID", "invalid_state")])
def test_attributes_that_cannot_be_put_on(api: httpx.Client, begin: Begin, key: str, code: str) -> None:
    """An unknown key and a deactivated one are refused, and nothing else of the call is done."""
    conversation = begin()
    add = [{"key": "ORDER_ID", "value": "A1"}, {"key": key, "value": "A1"}]
    refused = api.post(attributes_of(conversation), json={"add": add})

    assert (refused.status_code, error(refused)["code"]) == (400, code)
    assert "customAttributes" not in api.get(at(conversation)).json()


def test_attributes_of_a_closed_conversation(api: httpx.Client, begin: Begin) -> None:
    """A closed conversation's custom attributes stay as they are."""
    conversation = begin()
    api.patch(at(conversation), json=FORCE)
    refused = api.post(attributes_of(conversation), json={"add": [{"key": "ORDER_ID", "value": "A1"}]})

    assert (refused.status_code, error(refused)["code"]) == (400, "invalid_state")


def test_attributes_of_another_customers_conversation_404(api: httpx.Client, begin: Begin) -> None:
    """The path must name the conversation's own customer."""
    path = attributes_of(begin()).replace("customer-history/", "customer-history/x")

    assert api.post(path, json={}).status_code == 404
