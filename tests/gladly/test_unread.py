"""What is sent and not read: noted, raised by a strict fake, and never a value of it shown."""

from typing import Any

import httpx
import pytest

from fakes.core.errors import UnreadInput
from fakes.core.http.unread import LONGEST_NAME, MOST_NAMES, WHOLE_BODY
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK, Begin
from tests.gladly.test_items import message_of

PROFILES = "/api/v1/customer-profiles"
WEBHOOKS = "/api/v1/webhooks"
WEBHOOK = {"url": HOOK, "events": ["CONVERSATION/CLOSED"]}


def _ignored(organization: Organization) -> list[str]:
    """Return what the last call was noted to have passed over."""
    found: list[str] = organization.journal.entries("request")[-1].details["ignored"]
    return found


@pytest.fixture(name="lenient")
def _lenient(fake: GladlyFake) -> GladlyFake:
    fake.strict = False
    return fake


def test_credentials_at_the_top_of_a_webhook(
    api: httpx.Client, organization: Organization, lenient: GladlyFake
) -> None:
    """A webhook whose credentials stand in the wrong place is made without, and the journal says so by two names."""
    made = api.post(WEBHOOKS, json=WEBHOOK | {"username": "hook-user", "password": "hook-pass-5150"})

    assert made.status_code == 201
    assert lenient.strict is False
    assert _ignored(organization) == ["username", "password"]
    [entry] = organization.journal.entries("ignored")
    assert entry.what == "not read by the fake: username, password of POST /api/v1/webhooks"
    assert dict(entry.details) == {
        "method": "POST",
        "path": WEBHOOKS,
        "ignored": ["username", "password"],
    }
    assert "hook-pass-5150" not in str(entry)


def test_strict_fake_raises(api: httpx.Client, organization: Organization) -> None:
    """A strict fake raises the field and the call into the caller's stack, and has them in the journal too."""
    with pytest.raises(UnreadInput, match="Gladly: not read by the fake: username of POST /api/v1/webhooks"):
        api.post(WEBHOOKS, json=WEBHOOK | {"username": "x"})
    assert len(organization.journal.entries("ignored")) == 1


@pytest.mark.parametrize(
    ("body", "ignored"),
    [
        ({"status": "CLOSED"}, ["status"]),
        ({"externalCustomerId": "7"}, ["externalCustomerId"]),
        ({"emails": [{"original": "a@b.example", "label": "home"}]}, ["emails.0.label"]),
        ({"phones": [{"original": "650 555 0142"}, {"original": "x", "kind": 1}]}, ["phones.1.kind"]),
        ({"customAttributes": {"anything": {"at": "all"}}}, []),
        ({"Name": "Dana", "name": None}, ["Name"]),
    ],
)
@pytest.mark.usefixtures("lenient")
def test_fields_of_a_customer(
    api: httpx.Client, organization: Organization, body: dict[str, Any], ignored: list[str]
) -> None:
    """Unknown fields are named with the path to them, in lists with the place; free objects have none."""
    path = api.post(PROFILES, json={"name": "Bo"}).headers["Location"]
    answer = api.patch(path, json=body)
    assert (answer.status_code, _ignored(organization) if answer.is_success else ignored) == (
        204 if "phones" not in body else 400,
        ignored,
    )


def test_what_was_read_may_be_sent_back(api: httpx.Client, organization: Organization) -> None:
    """A customer and a webhook as read are sent back whole, read-only fields and all, without a word."""
    customer = {
        "name": "Bo",
        "emails": [{"original": "bo@b.example"}],
        "phones": [{"original": "650 555 0142"}],
    }
    for made in (api.post(PROFILES, json=customer), api.post(WEBHOOKS, json=WEBHOOK)):
        path = made.headers["Location"]
        assert api.patch(path, json=api.get(path).json()).status_code == 204
    assert organization.journal.entries("ignored") == []


@pytest.mark.usefixtures("lenient")
def test_query_and_body_together(api: httpx.Client, organization: Organization) -> None:
    """Parameters come first, with a question mark, in the order they were sent; those that are read do not come."""
    api.post(f"{PROFILES}?_=17&trace=on", json={"nickname": "B"})
    assert _ignored(organization) == ["?_", "?trace", "nickname"]
    api.get(f"{PROFILES}?email=a@b.example&limit=5")
    assert _ignored(organization) == ["?limit"]


@pytest.mark.parametrize(
    ("sent", "ignored"),
    [
        ({"json": {"reason": "asked for"}}, ["reason"]),
        ({"json": {}}, []),
        ({"json": ["a"]}, [WHOLE_BODY]),
        ({"content": b"not JSON"}, [WHOLE_BODY]),
        ({}, []),
    ],
)
@pytest.mark.usefixtures("lenient")
def test_body_where_none_is_read(
    api: httpx.Client,
    organization: Organization,
    begin: Begin,
    sent: dict[str, Any],
    ignored: list[str],
) -> None:
    """Of a call that reads no body all fields are named, and what is no object as a whole."""
    item_id = message_of(begin())
    assert api.post(f"/api/v1/conversation-items/{item_id}/redact", **sent).status_code == 201
    assert _ignored(organization) == ignored


@pytest.mark.usefixtures("lenient")
def test_refused_calls_note_nothing(api: httpx.Client, organization: Organization) -> None:
    """A call that was refused may not have come to reading, so nothing is said of it."""
    for answer in (
        api.get(f"{PROFILES}?limit=5"),
        api.patch(f"{PROFILES}/nobody?x=1", json={"a": 1}),
        api.post(WEBHOOKS, json={"username": "x"}),
    ):
        assert answer.status_code >= 400
    assert organization.journal.entries("ignored") == []


@pytest.mark.usefixtures("lenient")
def test_many_and_long_names(api: httpx.Client, organization: Organization) -> None:
    """However many names there are, and however long, the entry stays small, and a secret in one is a fingerprint."""
    password = next(iter(organization.users)).password
    api.post(PROFILES, json={password: 1} | {f"{number}{'x' * 400}": 1 for number in range(200)})
    names = _ignored(organization)
    assert len(names) == MOST_NAMES
    assert max(map(len, names)) <= LONGEST_NAME
    assert password not in str(organization.journal.entries())


@pytest.mark.usefixtures("lenient")
def test_a_secret_at_the_edge_of_a_long_name(api: httpx.Client, organization: Organization) -> None:
    """A name is cut after secrets were taken out of it, not before: no piece of one is left at its end."""
    password = next(iter(organization.users)).password
    api.post(PROFILES, json={"x" * (LONGEST_NAME - len(password) + 2) + password: 1})
    assert password[:8] not in str(organization.journal.entries())
