"""Profiles and segments on their pages."""

from typing import Any

import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node
from tests.klaviyo.support import CLOSED, EMAIL, STARTED, Caller, Json, profile_part

FLAG = "In Gladly Conversation"


def _profile(browser: Browser, account: Account, email: str = EMAIL) -> Node:
    person = account.profiles.by_email(email)
    assert person is not None
    return browser.open(f"/profile/{person.id}")


def _segment(account: Account, *groups: list[Json], name: str = "In conversation") -> str:
    definition = {"condition_groups": [{"conditions": group} for group in groups]}
    return account.segments.create(name, definition, False, account.clock.now()).id


def _flag(value: bool) -> Json:
    filter_ = {"type": "boolean", "operator": "equals", "value": value}
    return {"type": "profile-property", "property": f"properties['{FLAG}']", "filter": filter_}


def _people(page: Node, label: str) -> list[str]:
    return [row[0] for row in page.rows(label)]


def test_search(caller: Caller, browser: Browser) -> None:
    """Profiles are found by a part of their address, whatever its case, the newest first."""
    for name in ("ann", "bo", "joann"):
        caller.track(email=f"{name}@klaviyo-demo.com")
    page = browser.open("/profiles")
    assert _people(page, "Profiles") == [f"{name}@klaviyo-demo.com" for name in ("joann", "bo", "ann")]

    page = browser.send(page.one("form", role="search"), {"search": "ANN@"})
    assert _people(page, "Profiles") == ["joann@klaviyo-demo.com", "ann@klaviyo-demo.com"]
    assert "No profiles match." in browser.open("/profiles?search=zz").text
    browser.open("/profiles")
    browser.follow("bo@klaviyo-demo.com")
    assert browser.page.one("h1").text == "bo@klaviyo-demo.com"


def test_nobody_yet(browser: Browser) -> None:
    """An account without events has no profiles and no segments, and says so."""
    assert "No profile yet." in browser.open("/profiles").text
    assert "No segment yet." in browser.open("/segments").text


def test_profile(caller: Caller, account: Account, browser: Browser) -> None:
    """A profile's page has its identifiers, names and location; what is not known is left out."""
    person = profile_part(
        email=EMAIL,
        first_name="Ann",
        last_name="Lee",
        external_id="c-1",
        location={"city": "Boston", "latitude": 42.4},
    )
    caller.track(profile=person)
    page = _profile(browser, account)

    assert page.one("h1").text == "Ann Lee"
    assert page.rows("About") == [
        ["Email", EMAIL],
        ["External ID", "c-1"],
        ["First name", "Ann"],
        ["Last name", "Lee"],
    ]
    assert page.rows("Location") == [["City", "Boston"], ["Latitude", "42.4"]]
    assert "No custom properties." in page.text


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        (True, "True", "boolean"),
        (False, "False", "boolean"),
        ("True", "True", "string"),
        (1, "1", "number"),
        (1.5, "1.5", "number"),
        ([True, "a"], '[true, "a"]', "array"),
        ({"a": 1}, '{"a": 1}', "object"),
    ],
)
def test_custom_properties(
    caller: Caller, account: Account, browser: Browser, *, value: Any, text: str, kind: str
) -> None:
    """A custom property stands with its value and its type; booleans are True and False."""
    caller.track(profile=profile_part(email=EMAIL, properties={FLAG: value}))
    page = _profile(browser, account)

    assert page.rows("Custom properties") == [[FLAG, text]]
    assert page.one("table", aria_label="Custom properties").one("td").attributes["data-type"] == kind


def test_timeline(caller: Caller, account: Account, browser: Browser) -> None:
    """The timeline has somebody's events of all metrics, the newest first, by pages, each with a link to its metric."""
    for number in range(15):
        for name in (STARTED, CLOSED):
            caller.track(name, time=f"2026-11-23T09:{number:02}:{len(name) % 60:02}Z")
    caller.track(email="bo@klaviyo-demo.com")
    rows = _profile(browser, account).one("ol", aria_label="Timeline").all("li")

    assert len(rows) == 25
    times = [row.one("time").attributes["datetime"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert {row.one("summary").all("span")[0].text for row in rows} == {STARTED, CLOSED}
    browser.follow("Older >")
    assert len(browser.page.one("ol", aria_label="Timeline").all("li")) == 5
    browser.open(rows[0].link("All events of this metric"))
    assert browser.page.one("h1").text in (STARTED, CLOSED)


def test_no_such_profile(browser: Browser) -> None:
    """An id that nobody has is 404."""
    assert "There is no such profile" in browser.open("/profile/01ABC", 404).text


def test_segments(caller: Caller, account: Account, browser: Browser) -> None:
    """Segments stand with their definition in words and how many people are in them."""
    for name, flag in (("ann", True), ("bo", True), ("cy", False)):
        caller.track(profile=profile_part(email=f"{name}@klaviyo-demo.com", properties={FLAG: flag}))
    segment_id = _segment(account, [_flag(True)])
    account.segments.create(
        "Off", {"condition_groups": [{"conditions": [_flag(True)]}]}, False, account.clock.now()
    ).is_active = False
    page = browser.open("/segments")
    assert page.rows("Segments") == [
        ["In conversation", f"“{FLAG}” equals true", "2"],
        ["Off Inactive", f"“{FLAG}” equals true", "0"],
    ]

    page = browser.follow("In conversation")
    assert browser.path == f"/segments/{segment_id}"
    assert _people(page, "Members") == ["ann@klaviyo-demo.com", "bo@klaviyo-demo.com"]
    assert f"Everybody for whom “{FLAG}” equals true." in page.text


def test_members_by_pages(caller: Caller, account: Account, browser: Browser) -> None:
    """Members come by pages."""
    for number in range(12):
        caller.track(profile=profile_part(email=f"person{number}@klaviyo-demo.com", properties={FLAG: True}))
    browser.open(f"/segments/{_segment(account, [_flag(True)])}?rows=10")
    assert len(_people(browser.page, "Members")) == 10
    assert len(_people(browser.follow("Next >"), "Members")) == 2


def test_segments_of_a_profile(caller: Caller, account: Account, browser: Browser) -> None:
    """A profile's page has the segments that somebody is in, and only those."""
    caller.track(profile=profile_part(email=EMAIL, properties={FLAG: True}))
    _segment(account, [_flag(True)])
    _segment(account, [_flag(False)], name="Not in conversation")
    page = _profile(browser, account)

    assert [link.text for link in page.one("section", aria_labelledby="segments-heading").all("a")] == [
        "In conversation"
    ]
    assert "Members (1)" in browser.follow("In conversation").text


def test_empty_segment(account: Account, browser: Browser) -> None:
    """A segment that nobody is in says so, one that does not exist is 404."""
    assert (
        "Nobody is in this segment now." in browser.open(f"/segments/{_segment(account, [_flag(True)])}").text
    )
    browser.open("/segments/AbCdEf", 404)
