"""Gladly's part of the control room, and its pages as far as they go."""

from collections.abc import Iterator

import httpx
import pytest

from fakes.gladly.app import application
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.fake import GladlyFake
from tests.core.pages.conftest import Browser
from tests.gladly.conftest import HOOK
from tests.gladly.test_apps import INSTALL


@pytest.fixture
def insider(fake: GladlyFake) -> Iterator[Browser]:
    """A browser in the control room."""
    with Browser(application(fake)) as browser:
        browser.enter_the_room(fake.control_token)
        yield browser


@pytest.mark.parametrize("path", ["/_fake", "/_fake/", "/_fake/room/clock", "/_fake/room/clock/"])
def test_both_spellings(insider: Browser, path: str) -> None:
    """Pages answer with and without a slash at the end, and are closed in both spellings without the cookie."""
    inside = insider.get(path).status_code
    insider.cookies.clear()
    assert (inside, insider.get(path).status_code) == (200, 403)


def test_provisioning_an_organization(fake: GladlyFake, insider: Browser) -> None:
    """The new organization's API tokens are shown once, and work."""
    path = insider.submit("/_fake/room/tenants", name="Shop").headers["location"]
    [organization] = fake.tenants
    once = [
        line.strip().removeprefix("<dd><code>").removesuffix("</code></dd>")
        for line in insider.get(path).text.splitlines()
        if "<dd><code>" in line
    ]
    users = [organization.tokens.owner(user.email, token) for user in organization.users for token in once]
    assert len([user for user in users if user is not None]) == 2
    assert "Shown this once" not in insider.get(path).text


def test_a_name_that_is_too_long(fake: GladlyFake, insider: Browser) -> None:
    """The control plane's rule for a name is the page's."""
    refused = insider.submit("/_fake/room/tenants", name="x" * 101)
    assert (refused.status_code, len(fake.tenants)) == (422, 0)
    assert 'id="name-error"' in refused.text


def test_switches(insider: Browser, organization: Organization) -> None:
    """All switches are set at once, or none when one is refused as the control plane refuses it."""
    path, switches = f"/_fake/room/tenants/{organization.id}/switches", organization.switches
    numbers = {"report_row_limit": "5", "report_seconds": "0.5", "retry_offsets": "1, 2.5"}
    insider.submit(path, reopen_window_hours="0", topic_required_to_close="on", **numbers)
    assert (switches.reopen_window_hours, switches.topic_required_to_close) == (0, True)
    assert (switches.rate_limits, switches.retry_offsets) == (False, (1.0, 2.5))
    assert (switches.report_row_limit, switches.report_seconds) == (5, 0.5)
    refused = insider.submit(path, reopen_window_hours="5", **numbers | {"retry_offsets": "1, -2"})
    assert refused.status_code == 422
    assert 'id="retry_offsets-error"' in refused.text
    assert (switches.reopen_window_hours, switches.retry_offsets) == (0, (1.0, 2.5))


def test_deliveries(
    insider: Browser, control: httpx.Client, here: str, organization: Organization, api: httpx.Client
) -> None:
    """What went out to the app is listed with its outcome and what was sent, and without the app's password."""
    control.put(f"{here}/app", json=INSTALL)
    api.post("/api/v1/customer-profiles", json={"name": "Ann"})
    text = insider.get(f"/_fake/room/tenants/{organization.id}/deliveries").text
    assert [one in text for one in ("CUSTOMER_PROFILE/CREATED", HOOK, "Success, try 1: 200")] == [True] * 3
    assert INSTALL["password"] not in text


def test_signing_in(fake: GladlyFake, insider: Browser, organization: Organization) -> None:
    """A user signs in with address and password, or with a click on the start page, which then says who it is."""
    fake.demo_tenants.append(organization.id)
    one, other = list(organization.users)[:2]
    insider.see("/login")
    insider.submit("/login", email=one.email, password=one.password)
    first = insider.see("/").text
    insider.submit("/", tenant=organization.id, email=other.email)
    second = insider.get("/").text
    assert f"as {one.email}." in first
    assert f"as {other.email}." in second
    assert organization.journal.entries("request")[0].what == "GET /"
