"""Conversation items: reading, replying, redacting, and activities outside of conversations."""

from typing import Any

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from tests.gladly.conftest import Begin, Receiver, error
from tests.gladly.test_conversations import FORCE, at

ITEMS = "/api/v1/conversation-items"
ACTIVITY: dict[str, Any] = {
    "type": "CUSTOMER_ACTIVITY",
    "activityType": "SURVEY",
    "title": "Five stars",
    "body": "They liked it.",
    "sourceName": "Survey tool",
    "link": {"url": "https://survey.example/1", "text": "View"},
}


def message_of(conversation: Conversation) -> str:
    """Return the id of the customer's first message."""
    return next(
        item.id for item in conversation.items if item.initiator.type == "CUSTOMER" and item.type == "EMAIL"
    )


def reply(api: httpx.Client, item_id: str, **content: Any) -> httpx.Response:
    """Reply to an item by e-mail unless told otherwise."""
    return api.post(f"{ITEMS}/{item_id}/reply", json={"content": {"type": "EMAIL", "body": "Hi!"} | content})


def test_message_reads_by_its_id(api: httpx.Client, begin: Begin, receiver: Receiver, app_on: None) -> None:
    """The id that CONTACT/MESSAGE_RECEIVED carries reads as the message, with its conversation."""
    assert app_on is None
    conversation = begin()
    (message_id,) = [
        e["content"]["messageId"] for e in receiver.events if e["type"] == "CONTACT/MESSAGE_RECEIVED"
    ]
    read = api.get(f"{ITEMS}/{message_id}").json()

    assert list(read) == ["id", "customerId", "conversationId", "timestamp", "initiator", "content"]
    assert (read["conversationId"], read["content"]["type"]) == (conversation.id, "EMAIL")
    assert read["initiator"] == {"type": "CUSTOMER", "id": conversation.customer_id}


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ("CHAT", "CHAT_MESSAGE"),
        ("EMAIL", "EMAIL"),
        ("FB_MESSENGER", "FACEBOOK_MESSAGE"),
        ("INSTAGRAM_DIRECT", "INSTAGRAM_DIRECT"),
        ("WHATSAPP", "WHATSAPP"),
    ],
)
def test_every_channel_can_be_replied_to(
    *,
    api: httpx.Client,
    control: httpx.Client,
    here: str,
    begin: Begin,
    channel: str,
    kind: str,
) -> None:
    """A message on any channel becomes an item of the channel's type, and a reply to it one of the same type."""
    conversation = begin()
    path = f"{here}/conversations/{conversation.id}/messages"
    item_id = control.post(path, json={"channel": channel, "text": "Where is it?"}).json()["item_id"]
    answer = reply(api, item_id, type=kind)
    said = api.get(answer.headers["Location"]).json()

    assert (answer.status_code, answer.content) == (201, b"")
    assert api.get(f"{ITEMS}/{item_id}").json()["content"]["content"] == "Where is it?"
    assert (said["content"]["type"], said["content"]["content"]) == (kind, "Hi!")
    assert said["initiator"]["type"] == "API"


def test_reply_takes_the_conversation_and_lets_it_wait(
    api: httpx.Client, begin: Begin, provisioned: ProvisionedOrganization
) -> None:
    """A reply gives an unassigned conversation to the API user and makes it WAITING."""
    conversation = begin()
    reply(api, message_of(conversation))
    read = api.get(at(conversation)).json()

    assert (read["status"], read["agentId"]) == ("WAITING", provisioned.api_user.id)


def test_reply_leaves_an_assigned_conversation_alone(
    api: httpx.Client, begin: Begin, organization: Organization
) -> None:
    """A reply does not take a conversation from the agent who has it."""
    conversation = begin(by_agent=True)
    organization.receive_message(conversation.customer_id)
    before = api.get(at(conversation)).json()["agentId"]
    reply(api, message_of(conversation))

    assert api.get(at(conversation)).json()["agentId"] == before


def test_reply_to_a_closed_conversation(api: httpx.Client, begin: Begin) -> None:
    """A reply into a closed conversation is refused in Gladly's words."""
    conversation = begin()
    api.patch(at(conversation), json=FORCE)
    refused = reply(api, message_of(conversation))

    assert refused.status_code == 400
    assert error(refused) == {
        "code": "invalid",
        "detail": "you cannot reply to items in closed conversations",
    }


def test_reply_to_what_no_customer_said(api: httpx.Client, begin: Begin) -> None:
    """A reply to an agent's message is refused in Gladly's words."""
    conversation = begin(by_agent=True)
    refused = reply(api, conversation.items[-1].id)

    assert refused.status_code == 400
    assert error(refused) == {"code": "invalid", "detail": "you can only reply to customer messages"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"type": ""}, {"code": "blank", "attr": "content.type"}),
        ({"type": "VOICEMAIL"}, {"code": "invalid", "detail": "type [VOICEMAIL] is not supported"}),
        (
            {"body": "x" * 2049},
            {
                "attr": "content.body",
                "code": "too_long",
                "detail": "content.body cannot be larger than 2048 characters",
            },
        ),
        ({"body": " "}, {"attr": "content.body", "code": "blank", "detail": "content.body cannot be blank"}),
        ({"type": "SMS"}, {"attr": "content.type", "code": "invalid", "detail": "type must be [EMAIL]"}),
    ],
)
def test_bad_replies(
    api: httpx.Client, begin: Begin, content: dict[str, Any], expected: dict[str, str]
) -> None:
    """A reply without type, of a wrong type, without text or too long is refused, and nothing is said."""
    conversation = begin()
    refused = reply(api, message_of(conversation), **content)

    assert (refused.status_code, error(refused)) == (400, expected)
    assert api.get(at(conversation)).json()["status"] == "OPEN"


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 201), (10, 201), (11, 400)])
def test_quick_replies(
    *, api: httpx.Client, control: httpx.Client, here: str, begin: Begin, count: int, status: int
) -> None:
    """A quick reply request offers one to ten options, which its item shows."""
    path = f"{here}/conversations/{begin().id}/messages"
    item_id = control.post(path, json={"channel": "CHAT"}).json()["item_id"]
    options = [{"id": f"o-{number}", "label": f"Option {number}"} for number in range(count)]
    answer = reply(
        api, item_id, type="CHAT_MESSAGE", messageType="QUICK_REPLY_REQUEST", messageData={"options": options}
    )

    assert answer.status_code == status
    if status == 201:
        content = api.get(answer.headers["Location"]).json()["content"]
        assert (content["messageType"], content["messageData"]) == (
            "QUICK_REPLY_REQUEST",
            {"options": options},
        )


def test_redacted_item_stays_without_its_text(api: httpx.Client, begin: Begin) -> None:
    """Redacting answers 201 with the item's place, empties the text for good, and leaves the item."""
    conversation = begin()
    item_id = message_of(conversation)
    answer = api.post(f"{ITEMS}/{item_id}/redact")
    contents = [
        item["content"] for item in api.get(f"{at(conversation)}/items").json() if item["id"] == item_id
    ]

    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"] == f"{ITEMS}/{item_id}"
    assert [(each["content"], each["subject"], each["type"]) for each in contents] == [("", "", "EMAIL")]


def test_status_changes_cannot_be_redacted(api: httpx.Client, begin: Begin) -> None:
    """A line without a text of anybody's cannot be redacted."""
    assert api.post(f"{ITEMS}/{begin().items[0].id}/redact").status_code == 400


@pytest.mark.parametrize(
    ("method", "tail"), [("GET", ""), ("DELETE", ""), ("POST", "/redact"), ("POST", "/reply")]
)
def test_unknown_item_404(api: httpx.Client, method: str, tail: str) -> None:
    """An item nobody knows is 404 for every call."""
    refused = api.request(method, f"{ITEMS}/nope{tail}")

    assert (refused.status_code, error(refused)["code"]) == (404, "not_exist")


def test_activity_for_a_known_address(api: httpx.Client, customer_id: str) -> None:
    """An activity for a known address answers 200 with the item, outside of any conversation."""
    whom = {"emailAddress": "dana.brook@SHOP.example"}
    answer = api.post(ITEMS, json={"id": "a1", "customer": whom, "content": ACTIVITY})
    item = answer.json()

    assert (answer.status_code, item["id"], item["customerId"]) == (200, "a1", customer_id)
    assert "conversationId" not in item
    assert item["content"] == ACTIVITY | {"receivedAt": "2026-03-02T17:22:40.105Z"}
    assert api.get(f"{ITEMS}/a1").json() == item
    assert api.get(f"/api/v1/customers/{customer_id}/conversations").json() == []


@pytest.mark.parametrize("whom", [{"emailAddress": "new@shop.example"}, {"mobilePhone": "+16505550142"}])
def test_activity_creates_who_is_unknown(api: httpx.Client, whom: dict[str, str]) -> None:
    """An activity for an unknown address or mobile number creates the customer, once."""
    made = [
        api.post(ITEMS, json={"customer": whom, "content": ACTIVITY}).json()["customerId"] for _ in range(2)
    ]

    assert made[0] == made[1]
    assert api.get(f"/api/v1/customer-profiles/{made[0]}").status_code == 200


@pytest.mark.parametrize("whom", [{}, {"emailAddress": "a@b.example", "mobilePhone": "+16505550142"}])
def test_activity_needs_exactly_one_name(api: httpx.Client, whom: dict[str, str]) -> None:
    """Neither or both of address and number are refused."""
    refused = api.post(ITEMS, json={"customer": whom, "content": ACTIVITY})

    assert (refused.status_code, error(refused)["attr"]) == (400, "customer")


def test_taken_item_id_409(api: httpx.Client, customer_id: str) -> None:
    """An id that an item has is refused in Gladly's words, and no customer is created on the way."""
    path = f"/api/v1/customers/{customer_id}/conversation-items"
    assert api.post(path, json={"id": "a1", "content": ACTIVITY}).status_code == 200
    body = {"id": "a1", "customer": {"emailAddress": "new@shop.example"}, "content": ACTIVITY}
    for refused in (api.post(path, json={"id": "a1", "content": ACTIVITY}), api.post(ITEMS, json=body)):
        assert refused.status_code == 409
        assert error(refused) == {
            "attr": "newConversationItems",
            "code": "taken",
            "detail": "conversation item already exists",
        }
    assert api.get("/api/v1/customer-profiles", params={"email": "new@shop.example"}).json() == []


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"title": "x" * 101}, "content.title"),
        ({"body": "x" * 25_001}, "content.body"),
        ({"sourceName": "x" * 51}, "content.sourceName"),
        ({"activityType": "FAX"}, "content.activityType"),
        ({"link": {"text": "x" * 51}}, "content.link.text"),
        ({"occurredAt": "yesterday"}, "content.occurredAt"),
        ({"occurredAt": "2025-03-02T17:22:40.104Z"}, "content.occurredAt"),
        ({"occurredAt": "9999-12-31T23:59:59-12:00"}, "content.occurredAt"),
        ({"type": "EMAIL"}, "content.type"),
    ],
)
def test_bad_activities(api: httpx.Client, customer_id: str, change: dict[str, Any], attr: str) -> None:
    """What is too long, unknown or older than a year is refused by its field."""
    path = f"/api/v1/customers/{customer_id}/conversation-items"
    refused = api.post(path, json={"content": ACTIVITY | change})

    assert (refused.status_code, error(refused)["attr"]) == (400, attr)


def test_activity_stands_where_it_occurred(api: httpx.Client, customer_id: str) -> None:
    """The item's time is when the activity occurred, in UTC, whatever offset it was given with."""
    path = f"/api/v1/customers/{customer_id}/conversation-items"
    item = api.post(path, json={"content": ACTIVITY | {"occurredAt": "2026-03-01T10:00:00-09:00"}}).json()

    assert item["timestamp"] == item["content"]["occurredAt"] == "2026-03-01T19:00:00.000Z"


def test_only_activities_can_be_deleted(api: httpx.Client, begin: Begin, customer_id: str) -> None:
    """An activity goes, by either path but not as another customer's; a message stays."""
    path = f"/api/v1/customers/{customer_id}/conversation-items"
    for item_id in ("a1", "a2"):
        api.post(path, json={"id": item_id, "content": ACTIVITY})
    asked = [
        f"{ITEMS}/a1",
        f"{ITEMS}/a1",
        "/api/v1/customers/another/conversation-items/a2",
        f"{path}/a2",
        f"{ITEMS}/{message_of(begin())}",
    ]

    assert [api.delete(each).status_code for each in asked] == [204, 404, 404, 204, 404]


def test_items_go_with_the_customer(compliance_api: httpx.Client, begin: Begin, customer_id: str) -> None:
    """Deleting a customer deletes the items of their conversations and their activities."""
    conversation = begin()
    path = f"/api/v1/customers/{customer_id}/conversation-items"
    compliance_api.post(path, json={"id": "a1", "content": ACTIVITY})
    compliance_api.patch(at(conversation), json=FORCE)
    compliance_api.delete(f"/api/v1/customer-profiles/{customer_id}")

    assert [
        compliance_api.get(f"{ITEMS}/{each}").status_code for each in ("a1", message_of(conversation))
    ] == [404] * 2


def test_voicemail_cannot_be_answered_by_voicemail(
    *, api: httpx.Client, control: httpx.Client, here: str, begin: Begin, runtime: Runtime
) -> None:
    """A reply to a voicemail is refused in Gladly's words, and an agent's answer takes another channel."""
    runtime.clock.advance(1)
    conversation = begin()
    path = f"{here}/conversations/{conversation.id}/messages"
    item_id = control.post(path, json={"channel": "VOICEMAIL"}).json()["item_id"]
    refused = reply(api, item_id, type="EMAIL")
    control.post(path, json={"from": "agent"})

    assert error(refused) == {"code": "invalid", "detail": "type [VOICEMAIL] is not supported"}
    assert conversation.items[-1].type == "EMAIL"
