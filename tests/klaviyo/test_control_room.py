"""Klaviyo's part of the control room."""

from collections.abc import Iterator

import pytest

from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.core.pages.conftest import Browser


@pytest.fixture(name="insider")
def _insider(fake: KlaviyoFake) -> Iterator[Browser]:
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


def test_making_an_account(fake: KlaviyoFake, insider: Browser) -> None:
    """An account is opened with a name, or with the usual one; all its users can sign in, and nothing is delivered."""
    for name in ("Shop", ""):
        insider.submit("/_fake/room/tenants", name=name)
    first, second = fake.tenants
    assert (first.name, second.name) == ("Shop", "Gladly Demo")
    page = insider.get(f"/_fake/room/tenants/{first.id}").text
    assert [user.email for user in first.users if user.password not in page] == []
    assert "Deliveries" not in page


def test_switches(insider: Browser, account: Account) -> None:
    """All switches are set at once, or none when one is refused as the control plane refuses it."""
    path, switches = f"/_fake/room/tenants/{account.id}/switches", account.switches
    insider.submit(path, legacy_api="retired", visibility_delay="2.5", future_filters="empty")
    assert (switches.legacy_api, switches.visibility_delay, switches.future_filters) == (
        "retired",
        2.5,
        "empty",
    )
    off = (switches.rate_limits, switches.drop_test_domains, switches.managers_may_manage_keys)
    assert off == (False, False, False)
    refused = insider.submit(path, legacy_api="live", visibility_delay="86401")
    assert refused.status_code == 422
    assert 'id="visibility_delay-error"' in refused.text
    assert switches.legacy_api == "retired"
