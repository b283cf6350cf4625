"""Script in any name, address or property stays text."""

from urllib.parse import quote

import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.scopes import AccessLevel
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import read
from tests.klaviyo.support import Caller, profile_part

SCRIPT = """<script>alert(1)</script>"'&{{ 7 * 7 }}"""
ADDRESS = "'&=`{{7*7}}@klaviyo-demo.com"  # brackets and quotation marks are refused in addresses
ECHOED = quote(SCRIPT)
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;{{ 7 * 7 }}"
PAGES = {
    "/metric/{metric}?tab=chart": 3,
    "/metric/{metric}?tab=activity-feed": 6,
    "/metric/{metric}?tab=cohorts": 3,
    "/metric/{metric}?tab=best-people": 4,
    "/metric/{metric}?tab=activity-map": 5,
    f"/metric/{{metric}}?tab=activity-feed&property={ECHOED}&value={ECHOED}": 8,
    f"/metric/{{metric}}?tab=activity-feed&before={ECHOED}&value={ECHOED}": 4,
    f"/metric/{{metric}}?tab={ECHOED}&days={ECHOED}&interval={ECHOED}": 3,
    "/analytics/metrics": 2,
    f"/analytics/metrics?search={ECHOED}&integration={ECHOED}": 2,
    "/profiles": 2,
    f"/profiles?search={ECHOED}": 2,
    "/profile/{profile}": 9,
    "/segments": 2,
    "/segments/{segment}": 4,
    "/settings/account": 2,
    "/settings/account/api-keys": 3,
    f"/create-private-api-key?scopes={ECHOED}": 1,
    f"/login?next={ECHOED}": 1,
    "/": 1,
    f"/metric/{ECHOED}": 0,
}
"""Pages, and how often at least something of that name stands on each."""


@pytest.fixture(name="ids")
def _ids(fake: KlaviyoFake, account: Account, caller: Caller) -> dict[str, str]:
    """Name everything that can be named so, and return the ids of what was made."""
    account.name = SCRIPT
    fake.demo_tenants.append(account.id)
    properties = {SCRIPT: SCRIPT, "nested": {SCRIPT: [SCRIPT]}}
    names = {"external_id": SCRIPT, "first_name": SCRIPT, "last_name": SCRIPT}
    location = {"country": SCRIPT, "region": SCRIPT, "latitude": "1", "longitude": "2"}
    person = profile_part(email=ADDRESS, location=location, properties=properties, **names)
    caller.track(SCRIPT, profile=person, properties=properties, unique_id=SCRIPT)
    account.keys.create(None, SCRIPT, AccessLevel.FULL)
    [metric], [profile] = account.metrics.all(), account.profiles.all()
    filter_ = {"type": "string", "operator": "equals", "value": SCRIPT}
    condition = {"type": "profile-property", "property": "first_name", "filter": filter_}
    definition = {"condition_groups": [{"conditions": [condition]}]}
    now = account.clock.now()
    segment = account.segments.create(SCRIPT, definition, False, now, now)
    return {"metric": metric.id, "profile": profile.id, "segment": segment.id}


@pytest.mark.parametrize("path", PAGES)
def test_script_stays_text(browser: Browser, ids: dict[str, str], path: str) -> None:
    """A script in a name is shown as it was typed: it is no tag, and no template either."""
    response = browser.client.get(path.format(**ids), follow_redirects=True)
    page = read(response.text)

    assert response.text.count(SHOWN) >= PAGES[path]
    assert "alert(1)</script>" not in response.text
    assert [script.attributes["src"].split("?")[0] for script in page.all("script")] == ["/static/pages.js"]
    assert [node for node in page if any(name.startswith("on") for name in node.attributes)] == []


def test_an_address_stays_text(browser: Browser, ids: dict[str, str]) -> None:
    """An address may hold quotation marks and more; it leads to its profile all the same."""
    browser.open("/profiles")
    browser.follow(ADDRESS)
    assert browser.path == f"/profile/{ids['profile']}"
    assert ["Email", ADDRESS] in browser.page.rows("About")


def test_a_name_from_the_form(browser: Browser, account: Account) -> None:
    """A key's name that holds a script is shown as text after its creation, in the list and in what the page says."""
    form = browser.open("/create-private-api-key").one("form", action="/create-private-api-key")
    page = browser.send(form, {"name": SCRIPT})
    assert SCRIPT in page.text
    [key] = account.keys.all(None)

    page = browser.open("/settings/account/api-keys")
    page = browser.send(page.one("form", action=f"/settings/account/api-keys/{key.id}/delete"))
    assert SCRIPT in page.one("p", role="status").text
    assert len(page.all("script")) == 1
