"""The Events API: which events, in which lines, and what cannot be asked."""

import json
from typing import Any

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.customers.customers import Profile
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.organization.organization import Organization
from tests.gladly.conftest import START, Begin, error
from tests.gladly.test_conversations import FORCE, at

EVENTS = "/api/v1/events"
EVERYTHING = ["CONTACT", "CONVERSATION", "CUSTOMER", "CUSTOMER_PROFILE", "TASK", "AGENT_STATUS"]
BEFORE = "2026-03-02T17:00:00Z"


def lines(api: httpx.Client, *entities: str, **more: str) -> list[dict[str, Any]]:
    """Return the events of these entities, every line of the answer parsed."""
    answer = api.get(EVENTS, params={"startAt": BEFORE, "entities": list(entities), **more})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.split("\n")] if answer.text else []


def test_stream_has_strict_lines_in_order(api: httpx.Client, begin: Begin, runtime: Runtime) -> None:
    """Every line has exactly the five keys, times ascend, and status events are left out."""
    conversation = begin()
    runtime.clock.advance(1)
    api.patch(at(conversation), json=FORCE)
    found = lines(api, *EVERYTHING)

    assert {tuple(each) for each in found} == {("id", "type", "timestamp", "initiator", "content")}
    assert [each["timestamp"] for each in found] == sorted(each["timestamp"] for each in found)
    assert [each["type"] for each in found] == [
        "CUSTOMER_PROFILE/CREATED",
        "CONVERSATION/CREATED",
        "CONTACT/STARTED",
        "CONTACT/MESSAGE_RECEIVED",
        "CONVERSATION/CLOSED",
        "CONTACT/ENDED",
    ]


def test_media_type(api: httpx.Client) -> None:
    """The answer is JSON lines by its media type, and empty without events."""
    answer = api.get(EVENTS, params={"startAt": BEFORE, "entities": "TASK"})

    assert (answer.headers["Content-Type"], answer.content) == ("application/x-jsonlines", b"")


def test_entities_choose(api: httpx.Client, organization: Organization, begin: Begin) -> None:
    """CONVERSATION brings the assignee's events along; what is not asked for is not there."""
    conversation = begin()
    inbox = organization.directory.inboxes()[1]
    api.patch(at(conversation), json={"assignee": {"inboxId": inbox.id}})

    assert [each["type"] for each in lines(api, "CONVERSATION")] == [
        "CONVERSATION/CREATED",
        "CONVERSATION_ASSIGNEE/UPDATED",
    ]
    assert [each["type"] for each in lines(api, "CUSTOMER_PROFILE", "TASK")] == ["CUSTOMER_PROFILE/CREATED"]


def test_windows_follow_each_other(api: httpx.Client, runtime: Runtime, begin: Begin) -> None:
    """An event stands in exactly one of two windows of which one begins where the other ends."""
    begin()
    runtime.clock.advance(1)
    moment = START.isoformat()
    first, second = lines(api, "CONVERSATION", endAt=moment), lines(api, "CONVERSATION", startAt=moment)

    assert (len(first), len(second)) == (0, 1)


@pytest.mark.parametrize("offset", ["+00:00", " 00:00", "%2B00:00"])
def test_plus_of_an_offset_may_come_as_a_blank(api: httpx.Client, begin: Begin, offset: str) -> None:
    """An offset is read although its plus was sent unencoded."""
    begin()
    answer = api.get(f"{EVENTS}?startAt=2026-03-02T17:00:00{offset}&entities=CONVERSATION")

    assert answer.status_code == 200
    assert len(answer.text.split("\n")) == 1


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {"attr": "startAt", "code": "blank", "detail": "startAt cannot be blank"}),
        ({"startAt": "now"}, {"attr": "startAt", "code": "invalid", "detail": "startAt is invalid"}),
        (
            {"startAt": "2026-03-02T17:00:00"},
            {"attr": "startAt", "code": "invalid", "detail": "startAt is invalid"},
        ),
        (
            {"startAt": BEFORE, "endAt": BEFORE},
            {"attr": "startAt", "code": "invalid", "detail": "endAt must occur after startAt"},
        ),
        (
            {"startAt": "2026-03-03T17:00:00Z"},
            {"attr": "startAt", "code": "invalid", "detail": "endAt must occur after startAt"},
        ),
        (
            {"startAt": "2026-03-01T17:22:40.104Z"},
            {"attr": "startAt", "code": "invalid", "detail": "startAt must be within the last 24 hours"},
        ),
        (
            {"startAt": "0001-01-01T00:00:00+14:00"},
            {"attr": "startAt", "code": "invalid", "detail": "startAt is invalid"},
        ),
        (
            {"startAt": BEFORE, "entities": ["TASK", "TASKS"]},
            {"attr": "entities", "code": "invalid", "detail": "unknown entity [TASKS]"},
        ),
        (
            {"startAt": BEFORE, "entities": "TASK,CONTACT"},
            {"attr": "entities", "code": "invalid", "detail": "unknown entity [TASK,CONTACT]"},
        ),
        (
            {"startAt": BEFORE, "entities": ""},
            {"attr": "entities", "code": "blank", "detail": "entities cannot be blank"},
        ),
    ],
)
def test_what_cannot_be_asked(api: httpx.Client, params: dict[str, Any], expected: dict[str, str]) -> None:
    """A missing, unreadable or too early start, an end before it, and unknown entities are refused."""
    refused = api.get(EVENTS, params={"entities": "TASK", **params})

    assert (refused.status_code, error(refused)) == (400, expected)


def test_stream_is_bounded(api: httpx.Client, organization: Organization) -> None:
    """Only the last ten thousand events are remembered."""
    organization.customers.create(_nobody(), _system(), "first")
    for _ in range(10_000):
        organization.customers.update("first", _nobody(), _system())

    assert len(lines(api, "CUSTOMER_PROFILE")) == 10_000
    assert {each["type"] for each in lines(api, "CUSTOMER_PROFILE")} == {"CUSTOMER_PROFILE/UPDATED"}


def _nobody() -> Profile:
    return Profile()


def _system() -> Initiator:
    return Initiator("SYSTEM", "s")
