"""The webhook management API: what may be set up, PING, what is shown, what may be deleted."""

from typing import Any

import httpx
import pytest

from tests.gladly.conftest import HOOK, Receiver, error

WEBHOOKS = "/api/v1/webhooks"
GOOD: dict[str, Any] = {"url": HOOK, "events": ["CONVERSATION/CLOSED"]}


def test_new_webhook_is_off_and_not_pinged(api: httpx.Client, receiver: Receiver) -> None:
    """A webhook is created disabled by default, with an empty 201, a relative Location and no PING."""
    made = api.post(WEBHOOKS, json=GOOD)
    read = api.get(made.headers["Location"]).json()

    assert (made.status_code, made.content, receiver.requests) == (201, b"", [])
    assert made.headers["Location"] == f"/api/v1/webhooks/{read['id']}"
    assert read["enabled"] is False


def test_webhook_as_read_shows_no_secret(api: httpx.Client) -> None:
    """Credentials and header values are never shown: only that there are some, and the headers' names."""
    basic = {"username": "hook-user", "password": "hook-pass-5150"}
    body = GOOD | {"name": "CSAT", "credentials": basic, "headers": {"X-Key": "sesame-77"}}
    read = api.get(api.post(WEBHOOKS, json=body).headers["Location"]).json()
    del read["id"]

    assert read == {
        "name": "CSAT",
        "url": HOOK,
        "enabled": False,
        "events": ["CONVERSATION/CLOSED"],
        "hasCredentials": True,
        "headerKeys": ["X-Key"],
        "createdAt": "2026-03-02T17:22:40.105Z",
        "updatedAt": "2026-03-02T17:22:40.105Z",
    }


def test_enabled_webhook_is_pinged_first(api: httpx.Client, receiver: Receiver) -> None:
    """A webhook created enabled gets a PING with id, type and timestamp, and its credentials."""
    basic = {"username": "hook-user", "password": "hook-pass-5150"}
    api.post(WEBHOOKS, json=GOOD | {"enabled": True, "credentials": basic})
    (ping,) = receiver.events

    assert sorted(ping) == ["id", "timestamp", "type"]
    assert ping["type"] == "PING"
    assert receiver.requests[0].headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", [201, 204, 400, 500])
def test_ping_must_be_answered_exactly_200(api: httpx.Client, receiver: Receiver, status: int) -> None:
    """Any other answer to PING, 2xx among them, refuses the webhook."""
    receiver.status = status
    refused = api.post(WEBHOOKS, json=GOOD | {"enabled": True})

    assert (refused.status_code, error(refused)["attr"]) == (400, "url")
    assert api.get(WEBHOOKS).json() == []


def test_ping_without_an_answer_refuses(api: httpx.Client, receiver: Receiver) -> None:
    """An address that cannot be reached cannot be enabled."""
    receiver.fails_with = httpx.ConnectError("refused")

    assert api.post(WEBHOOKS, json=GOOD | {"enabled": True}).status_code == 400


@pytest.mark.parametrize(
    ("change", "pings"),
    [
        ({"enabled": True}, 1),
        ({"url": HOOK + "/2"}, 1),
        ({"name": "x"}, 0),
        ({"events": ["TASK/CREATED"]}, 0),
    ],
)
def test_enabling_and_a_new_url_ping(
    api: httpx.Client, receiver: Receiver, change: dict[str, Any], pings: int
) -> None:
    """PING is sent when a webhook is enabled and when its URL changes, and not otherwise."""
    path = api.post(WEBHOOKS, json=GOOD).headers["Location"]
    answer = api.patch(path, json=change)

    assert (answer.status_code, answer.content) == (204, b"")
    assert receiver.types == ["PING"] * pings


def test_refused_change_changes_nothing(api: httpx.Client, receiver: Receiver) -> None:
    """When the new URL does not answer PING, the webhook stays as it was."""
    path = api.post(WEBHOOKS, json=GOOD).headers["Location"]
    before = api.get(path).json()
    receiver.status = 404

    assert api.patch(path, json={"url": HOOK + "/2", "enabled": True, "name": "new"}).status_code == 400
    assert api.get(path).json() == before


@pytest.mark.parametrize(
    ("change", "attr", "code"),
    [
        ({"url": "http://hooks.example/gladly"}, "url", "invalid"),
        ({"url": "ftp://hooks.example"}, "url", "invalid"),
        ({"url": "https://hooks.example:port"}, "url", "invalid"),
        ({"url": "https://hooks.example/\x00"}, "url", "invalid"),
        ({"url": f"https://{'h' * 64}.example/"}, "url", "invalid"),
        ({"url": "https://a..b/"}, "url", "invalid"),
        ({"url": ""}, "url", "blank"),
        ({"events": []}, "events", "blank"),
        ({"events": ["PING"]}, "events", "invalid"),
        ({"events": ["CONVERSATION_CREATED"]}, "events", "invalid"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"credentials": {"username": "u"}}, "credentials.password", "blank"),
        ({"headers": {"X-Key": "a\nb"}}, "headers.X-Key", "invalid"),
    ],
)
def test_what_does_not_fit_400(api: httpx.Client, change: dict[str, Any], attr: str, code: str) -> None:
    """A webhook that breaks a rule is refused with the field and the code."""
    refused = api.post(WEBHOOKS, json=GOOD | change)

    assert (refused.status_code, error(refused)["attr"], error(refused)["code"]) == (400, attr, code)


@pytest.mark.parametrize("host", ["xn--", "1.2.3.456", "xn--\u2603"])
def test_url_that_cannot_be_called(api: httpx.Client, receiver: Receiver, host: str) -> None:
    """An address that no client can call has not answered PING; nothing is sent, and the fake does not fail."""
    refused = api.post(WEBHOOKS, json=GOOD | {"url": f"https://{host}/", "enabled": True})

    assert (refused.status_code, receiver.requests) == (400, [])
    assert error(refused)["detail"] == "url did not respond to the ping event with status 200"


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost", "[::1]:9"])
def test_plain_http_may_stay_on_this_machine(api: httpx.Client, host: str) -> None:
    """The fake lets http go to loopback hosts, where Gladly wants https everywhere: a known difference."""
    assert api.post(WEBHOOKS, json=GOOD | {"url": f"http://{host}/gladly"}).status_code == 201


def test_url_is_unique(api: httpx.Client) -> None:
    """No two webhooks share a URL, whether created or changed."""
    api.post(WEBHOOKS, json=GOOD)
    other = api.post(WEBHOOKS, json=GOOD | {"url": HOOK + "/2"}).headers["Location"]
    refused = [api.post(WEBHOOKS, json=GOOD), api.patch(other, json={"url": HOOK})]

    assert [(each.status_code, error(each)["code"]) for each in refused] == [(400, "taken")] * 2


def test_twenty_at_most(api: httpx.Client) -> None:
    """The 21st webhook is refused; changing one of the twenty is not."""
    made = [api.post(WEBHOOKS, json=GOOD | {"url": f"{HOOK}/{number}"}) for number in range(21)]

    assert [each.status_code for each in made] == [201] * 20 + [400]
    assert api.patch(made[0].headers["Location"], json={"name": "x"}).status_code == 204


def test_only_a_disabled_webhook_can_be_deleted(api: httpx.Client) -> None:
    """Deleting needs the webhook off; then it is gone."""
    path = api.post(WEBHOOKS, json=GOOD | {"enabled": True}).headers["Location"]
    refused = api.delete(path)
    api.patch(path, json={"enabled": False})
    done = api.delete(path)

    assert (refused.status_code, error(refused)["code"]) == (400, "invalid_state")
    assert (done.status_code, api.get(path).status_code) == (204, 404)


def test_unknown_webhook_404(api: httpx.Client) -> None:
    """An unknown id is 404 on every call."""
    path = f"{WEBHOOKS}/x"
    answers = [api.get(path), api.patch(path, json={}), api.delete(path)]

    assert [each.status_code for each in answers] == [404] * 3


def test_deprecated_name_is_the_plain_type(api: httpx.Client) -> None:
    """The list's ``CUSTOMER_PROFILE/MERGED (deprecated)`` is accepted and stands for the type on the wire."""
    made = api.post(WEBHOOKS, json=GOOD | {"events": ["CUSTOMER_PROFILE/MERGED (deprecated)"]})

    assert api.get(made.headers["Location"]).json()["events"] == ["CUSTOMER_PROFILE/MERGED"]


def test_turning_on_again_clears_the_retry_mark(
    api: httpx.Client, control: httpx.Client, here: str, receiver: Receiver
) -> None:
    """A webhook switched off by its retries can be switched on by hand, and the mark goes."""
    control.patch(here, json={"retry_offsets": []})
    path = api.post(WEBHOOKS, json=GOOD | {"enabled": True, "events": ["CUSTOMER_PROFILE/CREATED"]}).headers[
        "Location"
    ]
    receiver.status = 500
    api.post("/api/v1/customer-profiles", json={})
    marked = api.get(path).json()
    receiver.status = 200
    api.patch(path, json={"enabled": True})
    read = api.get(path).json()

    assert "disabledAtDueToRetryLimit" in marked
    assert (read["enabled"], "disabledAtDueToRetryLimit" in read) == (True, False)


@pytest.mark.usefixtures("app_on")
def test_apps_connector_is_no_public_webhook(api: httpx.Client) -> None:
    """The Klaviyo App's connector is not listed, and its URL is not taken."""
    assert api.get(WEBHOOKS).json() == []
    assert api.post(WEBHOOKS, json=GOOD).status_code == 201
