"""Facts about how Gladly shows an organization, customers, conversations and what happens to them."""

import json

from harness.errors import Disagrees, Undecided
from harness.live.facts import gladly_calls as calls
from harness.live.facts.answer import (
    Answer,
    expect,
    expect_fields,
    expect_look,
    expect_order,
    field_of,
    some,
)
from harness.live.facts.fact import fact

SLUG = r"[A-Za-z0-9_-]{8}[Q-T][A-Za-z0-9_-][CGKOSWaeimquy26-][A-Za-z0-9_-]{10}[AQgw]"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
KEYS = ("id", "type", "timestamp", "initiator", "content")
LIMITED = "sends `Gladly-Limited-Data` as `true` or `false`"
MOVED_TO = "answers a merged customer's 301 with a `Location` on the host that was asked"
ABOUT_A_CONVERSATION = ("CONVERSATION/CREATED", "CONVERSATION/CLOSED", "CONVERSATION/REOPENED")


@fact("Gladly OpenAPI", calls.ORGANIZATION)
def organization_tells_its_address(answer: Answer) -> None:
    """An organization has id, loginDomain, name, timezone and gladlyUrl."""
    answer.succeeds()
    expect_fields(answer.json, ("id", "loginDomain", "name", "timezone", "gladlyUrl"))


@fact("recorded response", calls.ORGANIZATION)
def ids_are_slugs(answer: Answer) -> None:
    """An id is a UUID in 22 characters of URL-safe base64."""
    answer.succeeds()
    expect_look("id", answer.json["id"], SLUG)


@fact("Gladly OpenAPI", calls.AGENTS)
def agents_are_a_bare_list(answer: Answer) -> None:
    """Agents are a list without an envelope, each of id, name and emailAddress."""
    answer.succeeds()
    expect_fields(some(answer.json, "agents"), ("id", "name", "emailAddress"), exactly=True)


@fact("Gladly OpenAPI", calls.INBOXES)
def inboxes_tell_whether_they_are_off(answer: Answer) -> None:
    """An inbox is id, name and disabled."""
    answer.succeeds()
    expect_fields(some(answer.json, "inboxes"), ("id", "name", "disabled"), exactly=True)


@fact("Gladly OpenAPI", calls.TOPICS)
def topics_have_a_parent_or_none(answer: Answer) -> None:
    """A topic is id, name, disabled, and parentId where it is below another one: absent else, not null."""
    answer.succeeds()
    some(answer.json, "topics")
    for one in answer.json:
        expect_fields(one, ("id", "name", "disabled"))
        if one.get("parentId", "") is None:
            raise Disagrees("`parentId` is null")


@fact("Gladly OpenAPI", calls.TEAMS)
def teams_name_their_agents(answer: Answer) -> None:
    """A team has agentIds."""
    answer.succeeds()
    expect_fields(some(answer.json, "teams"), ("id", "name", "agentIds"))


@fact("Gladly OpenAPI", calls.WEBHOOKS, row="shows neither credentials nor header values of a webhook")
def webhooks_show_no_secret(answer: Answer) -> None:
    """A webhook shows whether it has credentials and which headers, and neither credentials nor values."""
    answer.succeeds()
    expect_fields(some(answer.json, "webhooks"), ("hasCredentials", "headerKeys", "enabled", "events", "url"))
    shown = {name for one in answer.json for name in ("credentials", "headers") if name in one}
    expect("what is shown of secrets", sorted(shown), [])


@fact("recorded response", calls.CUSTOMER)
def customer_has_two_forms_of_an_address(answer: Answer) -> None:
    """A customer's address has `original` and, in lower case, `normalized`."""
    answer.succeeds()
    one = some(answer.json.get("emails"), "addresses of the customer")
    expect_fields(one, ("original", "normalized"))
    expect("whether the normalized form is in lower case", one["normalized"].islower(), True)


@fact("recorded response", calls.CUSTOMER)
def address_that_is_not_primary_does_not_say_so(answer: Answer) -> None:
    """`primary` is true or absent, never false."""
    answer.succeeds()
    some(answer.json.get("emails"), "addresses of the customer")
    expect("values", sorted({str(one.get("primary", True)) for one in answer.json["emails"]}), ["True"])


@fact("recorded response", calls.CUSTOMER)
def customer_times_have_milliseconds(answer: Answer) -> None:
    """A customer's `createdAt` and `updatedAt` are in milliseconds with `Z`."""
    answer.succeeds()
    for name in ("createdAt", "updatedAt"):
        expect_look(name, field_of(answer.json, name), MOMENT)


@fact("Gladly OpenAPI", calls.CUSTOMER_MERGED)
def merged_customer_is_301(answer: Answer) -> None:
    """A merged customer is 301 `moved`, and `attr` is `customerId`."""
    answer.refuses(301, "moved", "customer id has changed", attr="customerId")


@fact("Gladly OpenAPI", calls.CUSTOMER_MERGED, row="says in `meta` where a merged customer is now")
def merge_names_both_ids(answer: Answer) -> None:
    """The error of a merged customer has the old and the new id in `meta`."""
    answer.succeeds()
    expect_fields(field_of(answer.errors[0], "meta"), ("old", "new"))


@fact("public reports", calls.CUSTOMER_MERGED, row=MOVED_TO)
def merge_has_a_location(answer: Answer) -> None:
    """The 301 of a merged customer has a `Location`."""
    answer.succeeds()
    expect_look("Location", answer.header("Location"), r".*/api/v1/customer-profiles/[\w-]+")


@fact("Gladly OpenAPI", calls.CONVERSATION)
def conversation_has_five_fields_always(answer: Answer) -> None:
    """A conversation has id, customerId, createdAt, inboxId and status always."""
    answer.succeeds()
    expect_fields(answer.json, ("id", "customerId", "createdAt", "inboxId", "status"))


@fact("Gladly OpenAPI", calls.CONVERSATIONS)
def status_is_one_of_three(answer: Answer) -> None:
    """A conversation's status is OPEN, WAITING or CLOSED."""
    answer.succeeds()
    expect("others", sorted({one["status"] for one in answer.json} - {"OPEN", "WAITING", "CLOSED"}), [])


@fact("Gladly OpenAPI", calls.CONVERSATIONS)
def open_conversation_has_no_closing_time(answer: Answer) -> None:
    """`closedAt` is there while a conversation is closed, and absent else."""
    answer.succeeds()
    some(answer.json, "conversations of the customer")
    for one in answer.json:
        expect("whether closedAt is there", "closedAt" in one, one["status"] == "CLOSED")


@fact("Gladly OpenAPI", calls.CONVERSATIONS)
def what_a_conversation_has_not_is_absent(answer: Answer) -> None:
    """What a conversation has not, such as an agent, is absent and not null."""
    answer.succeeds()
    nulls = sorted({name for one in answer.json for name, value in one.items() if value is None})
    expect("nulls", nulls, [])


@fact("Gladly OpenAPI", calls.CONVERSATIONS)
def conversations_are_listed_oldest_first(answer: Answer) -> None:
    """A customer's conversations come the oldest first."""
    answer.succeeds()
    expect_order("conversations", [one["createdAt"] for one in answer.json])


@fact("Gladly OpenAPI", calls.CONVERSATIONS, row=LIMITED)
def lists_tell_whether_they_are_cut(answer: Answer) -> None:
    """`Gladly-Limited-Data`, written so, is `true` or `false`."""
    answer.succeeds()
    expect_look("Gladly-Limited-Data", answer.header("Gladly-Limited-Data"), "true|false")


@fact("Gladly OpenAPI", calls.ITEMS)
def items_are_listed_oldest_first(answer: Answer) -> None:
    """A conversation's items come the oldest first."""
    answer.succeeds()
    expect_order("items", [one["timestamp"] for one in answer.json])


@fact("Gladly OpenAPI", calls.ITEM)
def item_tells_who_and_what(answer: Answer) -> None:
    """An item has id, customerId, timestamp, initiator and content with a type."""
    answer.succeeds()
    expect_fields(answer.json, ("id", "customerId", "timestamp", "initiator", "content"))
    expect_look("type", field_of(answer.json, "content", "type"), r"[A-Z_]+")


@fact("Gladly OpenAPI", calls.EVENTS)
def events_are_json_lines(answer: Answer) -> None:
    """Events are `application/x-jsonlines`, one on each line and no blank line."""
    answer.succeeds()
    expect("media type", answer.media_type, "application/x-jsonlines")
    some(answer.text, "events of the last day")
    for line in answer.text.removesuffix("\n").split("\n"):
        if not line.strip():
            raise Disagrees("there is a blank line")
        json.loads(line)


@fact("public reports", calls.EVENTS_NONE)
def no_events_are_an_empty_body(answer: Answer) -> None:
    """Where there are no events, the body is empty."""
    answer.succeeds()
    if answer.text.strip():
        raise Undecided("there were events in that second")


@fact("public reports", calls.EVENTS)
def event_has_exactly_five_keys(answer: Answer) -> None:
    """An event about a conversation is id, type, timestamp, initiator and content, and nothing else."""
    for one in _about_conversations(answer):
        expect_fields(one, KEYS, exactly=True)
        expect_fields(one["initiator"], ("id", "type"), exactly=True)


@fact("Gladly OpenAPI", calls.EVENTS)
def event_names_customer_and_conversation_only(answer: Answer) -> None:
    """An event about a conversation has ids and the assignee before it, no address and no text."""
    for one in _about_conversations(answer):
        expect_fields(one["content"], ("customerId", "conversationId", "context"), exactly=True)
        expect_fields(field_of(one["content"], "context", "assignee"), ("inboxId",))


@fact("public reports", calls.EVENTS)
def event_times_have_milliseconds(answer: Answer) -> None:
    """An event's `timestamp` is in milliseconds with `Z`."""
    answer.succeeds()
    expect_look("timestamp", field_of(some(answer.lines, "events of the last day"), "timestamp"), MOMENT)


@fact("vendor sample code", calls.EVENTS)
def events_come_in_the_order_of_time(answer: Answer) -> None:
    """Events come the oldest first, as readers rely on."""
    answer.succeeds()
    expect_order("events", [one["timestamp"] for one in answer.lines])


@fact("Gladly OpenAPI", calls.EVENTS)
def stream_has_no_status_events(answer: Answer) -> None:
    """The stream has no `CONVERSATION_STATUS/UPDATED`, which webhooks get."""
    answer.succeeds()
    some(answer.lines, "events of the last day")
    shown = {"CONVERSATION_STATUS/UPDATED", "PING"} & {one["type"] for one in answer.lines}
    expect("what is shown", sorted(shown), [])


@fact(
    "Gladly OpenAPI",
    calls.EVENTS,
    row="delivers `CUSTOMER/MERGED` on a merge, and no CLOSED for the conversation that vanishes",
)
def merge_event_names_all_four_ids(answer: Answer) -> None:
    """A merge is `CUSTOMER/MERGED` with customers and conversations, source and destination."""
    answer.succeeds()
    merges = [one for one in answer.lines if one["type"] == "CUSTOMER/MERGED"]
    expect_fields(
        some(merges, "merges of the last day")["content"], ("sourceCustomerId", "destinationCustomerId")
    )


@fact("Gladly OpenAPI", calls.EVENTS, row="names an `initiator` in events about customer profiles")
def profile_events_name_who_did_it(answer: Answer) -> None:
    """Events about customer profiles have an `initiator`."""
    answer.succeeds()
    found = [one for one in answer.lines if one["type"].startswith("CUSTOMER_PROFILE/")]
    expect_fields(some(found, "events about profiles"), ("initiator",))


@fact("Gladly OpenAPI", calls.TASKS)
def task_status_is_a_text(answer: Answer) -> None:
    """A task has a text as status, createdBy and dueAt."""
    answer.succeeds()
    expect_fields(
        some(answer.json, "tasks of the customer"), ("id", "customerId", "createdBy", "assignee", "dueAt")
    )
    expect_look("status", answer.json[0]["status"], "OPEN|CLOSED")


def _about_conversations(answer: Answer) -> list[dict[str, dict[str, object]]]:
    answer.succeeds()
    found = [one for one in answer.lines if one.get("type") in ABOUT_A_CONVERSATION]
    some(found, "events about conversations in the last day")
    return found
