"""Settings > Webhooks: the list, the form, the log of deliveries."""

from collections.abc import Sequence

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.webhooks.webhooks import Webhook
from tests.gladly.conftest import HOOK, Receiver
from tests.gladly.pages.conftest import actions
from tests.gladly.pages.test_apps import errors, form
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node

HOOKS = "/admin/webhooks"
EVENTS = ["CUSTOMER_PROFILE/CREATED", "CONVERSATION/CLOSED"]
FILLED: dict[str, str | Sequence[str]] = {
    "name": "Hook",
    "url": HOOK,
    "event": EVENTS,
    "enabled": "true",
    "username": "hook-user",
    "password": "hook-pass-5150",
    "header_name": ["X-Key", "", ""],
    "header_value": ["header-value-77", "", ""],
}


def create(browser: Browser, status: int = 200, **fields: str | Sequence[str]) -> Node:
    """Create a webhook by the pages."""
    browser.open(HOOKS)
    browser.follow("Create Webhook")
    return browser.send(form(browser.page), FILLED | fields, status=status)


def only(organization: Organization) -> Webhook:
    """Return the only webhook."""
    (webhook,) = organization.webhooks
    return webhook


def toggle(page: Node) -> Node:
    """Return the form of the only toggle."""
    (found,) = [one for one in page.all("form") if one.all("button", role="switch")]
    return found


def test_empty_list_and_empty_form(api_user: Browser) -> None:
    """Without webhooks the page says so; the form has Gladly's helps and every event, by what it is about."""
    assert "No webhook has been created yet." in api_user.open(HOOKS).text
    api_user.follow("Create Webhook")
    page = api_user.page

    assert page.one("h1").text == "Create Webhook"
    assert page.error_of("Name") == "This is the name that will be displayed throughout Gladly"
    assert page.error_of("Webhook URL") == "The URL where you'd like to send events"
    assert "CONVERSATION/CREATED" in [label.text for label in page.all("label")]
    assert [one.text for one in page.all("legend")][:3] == ["Events", "AGENT_AVAILABILITY", "AGENT_STATUS"]
    assert page.all("section", aria_labelledby="logs-heading") == []


def test_creating_an_enabled_webhook(
    api_user: Browser, organization: Organization, receiver: Receiver
) -> None:
    """Saving sends a PING with the credentials and headers, and the list shows the webhook on."""
    page = create(api_user)
    settings = only(organization).settings

    assert receiver.types == ["PING"]
    assert receiver.requests[0].headers["X-Key"] == "header-value-77"
    assert receiver.requests[0].headers["Authorization"].startswith("Basic ")
    assert (settings.events, settings.name, settings.enabled) == (tuple(EVENTS), "Hook", True)
    assert page.one("button", role="switch").attributes["aria-checked"] == "true"
    assert actions(organization)[-1] == "saved the webhook Hook"


def test_address_that_does_not_answer(
    api_user: Browser, organization: Organization, receiver: Receiver
) -> None:
    """An enabled webhook whose address does not answer PING with 200 is not saved, and the URL's field says so."""
    receiver.status = 503
    page = create(api_user, 422)

    assert errors(page) == {"url": "Url did not respond to the ping event with status 200."}
    assert page.field("Name").attributes["value"] == "Hook"
    assert [one for one in EVENTS if "checked" in page.field(one).attributes] == EVENTS
    assert list(organization.webhooks) == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"url": " "}, {"url": "Url cannot be blank."}),
        ({"url": "ftp://hooks.example"}, {"url": "Url is invalid."}),
        ({"url": "http://hooks.example"}, {"url": "Url must use https."}),
        ({"event": []}, {"events": "Events cannot be blank."}),
        ({"name": "x" * 201}, {"name": "Name must be at most 200 characters."}),
        ({"password": ""}, {"password": "Password cannot be blank."}),
        ({"username": ""}, {"username": "Username cannot be blank."}),
        ({"header_name": ["Schlüssel", "", ""]}, {"headers": "Header is invalid."}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    api_user: Browser, change: dict[str, str], wrong: dict[str, str]
) -> None:
    """Each rule's refusal stands beside the field that it is about."""
    assert errors(create(api_user, 422, **change)) == wrong


def test_secrets_are_never_shown(api_user: Browser, organization: Organization, receiver: Receiver) -> None:
    """Neither credentials nor header values come back in any page, refused or saved, nor stand in the journal."""
    receiver.status = 500
    create(api_user, 422)
    receiver.status = 200
    create(api_user)
    page = api_user.open(f"{HOOKS}/{only(organization).id}")
    written = "".join(api_user.seen) + str(organization.journal.entries())

    assert "hook-pass-5150" not in written
    assert "header-value-77" not in written
    assert "Credentials are saved." in page.text
    assert page.one("input", aria_label="Header 1 name").attributes["value"] == "X-Key"


def test_blank_secrets_are_kept_and_unnamed_headers_go(api_user: Browser, organization: Organization) -> None:
    """Saving the form as it is shown keeps credentials and headers; a header whose name is cleared is taken away."""
    create(api_user)
    before = only(organization).settings
    page = api_user.open(f"{HOOKS}/{only(organization).id}")
    kept: dict[str, str | Sequence[str]] = {
        "event": EVENTS,
        "header_name": ["X-Key", "", "", ""],
        "header_value": [""] * 4,
    }
    api_user.send(form(page), kept)
    same = only(organization).settings
    page = api_user.open(f"{HOOKS}/{only(organization).id}")
    api_user.send(form(page), kept | {"header_name": [""] * 4})

    assert (same.credentials, same.headers) == (before.credentials, {"X-Key": "header-value-77"})
    assert only(organization).settings.headers == {}


def test_toggle_pings_when_switched_on(
    api_user: Browser, organization: Organization, receiver: Receiver
) -> None:
    """Switching off asks nobody; switching on sends PING, and without its answer the webhook stays off and the page says why."""
    page = api_user.send(toggle(create(api_user)))
    off = only(organization).enabled
    receiver.status = 500
    page = api_user.send(toggle(page), status=422)
    alert, still_off = page.one("p", role="alert").text, only(organization).enabled
    receiver.status = 200
    api_user.send(toggle(page))

    assert (off, still_off, only(organization).enabled) == (False, False, True)
    assert alert == "“Hook” was not changed. Url did not respond to the ping event with status 200."
    assert receiver.types == ["PING", "PING", "PING"]


def test_deleting_needs_it_off_and_asks_first(api_user: Browser, organization: Organization) -> None:
    """Only a webhook that is off has Delete, which asks before it deletes."""
    page = create(api_user)
    before = page.all("button", "Delete")
    page = api_user.send(toggle(page))
    page = api_user.send(
        page.one("ul", aria_label="Webhooks").one("form", action=f"{HOOKS}/{only(organization).id}/delete")
    )
    still = len(list(organization.webhooks))
    api_user.send(page.one("dialog", open="").one("form"))

    assert (before, still, list(organization.webhooks)) == ([], 1, [])
    assert actions(organization)[-1] == "deleted the webhook Hook"


def test_deletion_of_one_that_is_on_is_refused(api_user: Browser, organization: Organization) -> None:
    """A deletion that is sent for a webhook that is on changes nothing and says why."""
    create(api_user)
    data = {"form_token": api_user.form_token(), "confirmed": "true"}
    answer = api_user.client.post(f"{HOOKS}/{only(organization).id}/delete", data=data)

    assert (answer.status_code, len(list(organization.webhooks))) == (422, 1)
    assert "Webhook must be disabled to be deleted." in answer.text


def test_deactivated_webhook_and_its_log(
    *,
    api_user: Browser,
    api: httpx.Client,
    organization: Organization,
    receiver: Receiver,
    runtime: Runtime,
) -> None:
    """After the last retry the list carries a warning, and the log has Success, Debug and Error with request and response."""
    create(api_user)
    api.post("/api/v1/customer-profiles", json={})
    receiver.status = 500
    api.post("/api/v1/customer-profiles", json={})
    runtime.clock.advance(3600)
    row = api_user.open(HOOKS).one("ul", aria_label="Webhooks").text
    log = api_user.open(f"{HOOKS}/{only(organization).id}").one("section", aria_labelledby="logs-heading")
    statuses = [one.all("span")[0].text for one in log.all("summary")]
    shown = log.all("pre")

    assert "Deactivated: it did not accept an event and all its retries" in row
    assert statuses == ["Error", *["Debug"] * 4, "Success"]
    assert log.all("summary")[0].text.startswith("Error CUSTOMER_PROFILE/CREATED Mar 2, 2026, 10:22 AM")
    assert f"POST {HOOK}" in shown[0].text
    assert "CUSTOMER_PROFILE/CREATED" in shown[0].text
    assert shown[1].text == "500"


def test_log_without_an_answer_and_without_a_request(
    api_user: Browser, api: httpx.Client, organization: Organization, receiver: Receiver
) -> None:
    """A webhook that has sent nothing says so; a request that got no answer says why."""
    create(api_user)
    path = f"{HOOKS}/{only(organization).id}"
    empty = api_user.open(path).text
    receiver.fails_with = httpx.ConnectError("refused")
    api.post("/api/v1/customer-profiles", json={})

    assert "Nothing has been sent to this webhook yet." in empty
    assert "No answer: ConnectError" in api_user.open(path).text


def test_webhook_that_is_gone(api_user: Browser) -> None:
    """The form of a webhook that does not exist is not found."""
    assert "Webhook does not exist." in api_user.open(f"{HOOKS}/nobody", status=404).text
