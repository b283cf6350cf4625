"""The Activity feed of a metric: rows, filters, pages."""

import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.events import feed
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node
from tests.klaviyo.support import CLOSED, EMAIL, STARTED, Caller, profile_part


def _open(browser: Browser, account: Account) -> Node:
    metric = account.metrics.named(STARTED)
    assert metric is not None
    return browser.open(f"/metric/{metric.id}?tab=activity-feed")


def _rows(page: Node) -> list[Node]:
    lists = page.all("ol", aria_label="Activity feed")
    return lists[0].all("li") if lists else []


def _numbers(page: Node) -> list[str]:
    """Return the property ``number`` of every row."""
    cells = [row.one("tbody").all("td") for row in _rows(page)]
    return [row[0].text for row in cells]


def _filter(browser: Browser, status: int = 200, **fields: str) -> Node:
    [form] = [form for form in browser.page.all("form") if form.all("label", "On or before")]
    return browser.send(form, fields, status=status)


@pytest.fixture(name="many")
def _many(caller: Caller, account: Account, browser: Browser) -> Browser:
    """A browser on the feed of 60 events, a minute apart, every other one by e-mail."""
    for number in range(60):
        channel = "EMAIL" if number % 2 else "CHAT"
        caller.track(time=f"2026-11-23T09:{number:02}:00Z", properties={"number": number, "channel": channel})
    _open(browser, account)
    return browser


def test_row(caller: Caller, account: Account, browser: Browser) -> None:
    """A row has who, what, and when in words and as ISO 8601; it opens its properties."""
    properties = {
        "conversationId": "6537",
        "n": 1.5,
        "ok": True,
        "none": None,
        "list": [1, "é"],
        "map": {"a": "b"},
    }
    caller.track(
        time="2026-11-23T04:00:00Z",
        properties=properties,
        unique_id="one",
        profile=profile_part(email=EMAIL, first_name="Ann"),
    )
    caller.track(CLOSED)
    [row] = _rows(_open(browser, account))

    assert row.one("a", EMAIL).attributes["href"].startswith("/profile/")
    assert row.one("summary").text == f"{STARTED} about 6 hours ago at 11:00 p.m."
    assert row.one("time").attributes["datetime"] == "2026-11-23T04:00:00+00:00"
    cells = [
        (tr.one("th").text, tr.one("td").text, tr.one("td").attributes["data-type"])
        for tr in row.one("tbody").all("tr")
    ]
    assert cells == [
        ("conversationId", "6537", "string"),
        ("n", "1.5", "number"),
        ("ok", "true", "boolean"),
        ("none", "null", "null"),
        ("list", '[1, "é"]', "array"),
        ("map", '{"a": "b"}', "object"),
        ("$event_id", "one", "string"),
    ]


def test_an_event_yet_to_come(caller: Caller, account: Account, browser: Browser) -> None:
    """An event of the future stands first, and in words."""
    caller.track(time="2026-11-23T12:00:03Z")
    assert _rows(_open(browser, account))[0].one("time").text == "in about 2 hours at 7:00 a.m."


def test_pages(many: Browser) -> None:
    """The newest come first; Older and Newer lead through all, each event once, and back again."""
    seen, first = _numbers(many.page), many.page.text
    for size in (25, 10):
        page = many.follow("Older >")
        assert len(_numbers(page)) == size
        seen += _numbers(page)

    assert seen == [str(number) for number in range(59, -1, -1)]
    assert many.page.all("a", "Older >") == []
    assert _numbers(many.follow("< Newer")) == [str(number) for number in range(34, 9, -1)]
    assert many.follow("< Newer").text.replace("Newer", "") == first.replace("Newer", "")


def test_pages_keep_their_place(many: Browser, caller: Caller) -> None:
    """What happens meanwhile moves no event from one page to another."""
    link = many.page.link("Older >")
    caller.track(time="2026-11-23T09:59:30Z", properties={"number": 99})
    many.page.link("Older >")
    assert _numbers(many.open(str(many.response.request.url.join(link))))[0] == "34"


def test_filter_by_property(many: Browser) -> None:
    """Only events whose property has the value remain, on every page; Clear shows all again."""
    assert _numbers(_filter(many, property="channel", value="EMAIL")) == [
        str(one) for one in range(59, 10, -2)
    ]
    assert _numbers(many.follow("Older >")) == [str(one) for one in range(9, 0, -2)]
    assert many.page.field("Filter by").one("option", "channel").attributes["selected"] == ""
    assert many.page.one("input", aria_label="Select a value").attributes["value"] == "EMAIL"

    many.follow("Clear")
    assert len(_numbers(many.page)) == 25


def test_properties_to_select(many: Browser) -> None:
    """The properties that events had can be selected, and values that were seen of the one that is."""
    options = [option.text for option in many.page.field("Filter by").all("option")]
    assert options == ["Select a property", "channel", "number", "$event_id"]

    _filter(many, property="channel")
    assert [one.attributes["value"] for one in many.page.one("datalist").all("option")] == ["CHAT", "EMAIL"]
    assert len(_numbers(many.page)) == 25


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("text", "12", ["a"]),
        ("number", "12", ["b"]),
        ("number", "1.50", []),
        ("flag", "true", ["c"]),
        ("flag", "True", []),
        ("list", "x", ["d"]),
        ("text", 'a "quoted" é\\', ["e"]),
        ("text", "1", []),
        ("nothing", "null", ["f"]),
        ("text", "12 ", []),
    ],
)
def test_values(
    caller: Caller, account: Account, browser: Browser, *, name: str, value: str, found: list[str]
) -> None:
    """A value is found as it is shown: whole, in its own case, as JSON writes it unless it is a text; in a list by item."""
    kept = {
        "a": {"text": "12"},
        "b": {"number": 12},
        "c": {"flag": True},
        "d": {"list": ["x", "y"]},
        "e": {"text": 'a "quoted" é\\'},
        "f": {"nothing": None},
    }
    for unique_id, properties in kept.items():
        caller.track(properties=properties, unique_id=unique_id)
    _open(browser, account)
    page = _filter(browser, property=name, value=value)

    assert [row.one("tbody").all("td")[-1].text for row in _rows(page)] == found
    assert ("No events match." in page.text) == (found == [])


@pytest.mark.parametrize(
    ("before", "newest"),
    [("2026-11-23T04:30:00", "30"), ("2026-11-23T04:29:59", "29"), ("2026-11-23T04:30", "30")],
)
def test_on_or_before(many: Browser, before: str, newest: str) -> None:
    """On or before is a moment of the account's time zone, to the second, itself included."""
    assert _numbers(_filter(many, before=before))[0] == newest
    assert many.page.field("On or before").attributes["value"] == before
    assert _numbers(many.follow("Older >"))[0] == str(int(newest) - 25)


def test_hour_that_comes_twice(caller: Caller, account: Account, browser: Browser) -> None:
    """In the hour that comes twice when summer time ends, the later one counts."""
    for time in ("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"):
        caller.track(time=time)
    _open(browser, account)
    assert len(_rows(_filter(browser, before="2026-11-01T01:30:00"))) == 2


@pytest.mark.parametrize(
    "before", ["yesterday", "2026-13-01T00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59"]
)
def test_bad_time(many: Browser, before: str) -> None:
    """What is no moment is refused beside its field; one at the edge of the calendar is none, or finds what it should."""
    page = many.open(f"{many.path}&before={before}", 422 if before[0] in "y2" else 200)
    assert bool(page.error_of("On or before")) == (before[0] in "y2")


def test_value_without_property(many: Browser) -> None:
    """A value alone is refused beside the field that is missing."""
    page = _filter(many, status=422, value="EMAIL")
    assert page.error_of("Filter by") == "Select the property that has this value."
    assert _rows(page) == []
    assert page.one("input", aria_label="Select a value").attributes["value"] == "EMAIL"


@pytest.mark.parametrize("at", ["nonsense", "WzEsMl0=", "é"])
def test_bad_place(many: Browser, at: str) -> None:
    """A place that no link leads to is 404."""
    many.open(f"{many.path}&at={at}", 404)


def test_a_long_search_goes_on(many: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that has looked at enough events stops, says so, and Older goes on from there, until all are found."""
    monkeypatch.setattr(feed, "MOST_LOOKED_AT", 20)
    page = _filter(many, property="number", value="3")
    assert "No events match so far." in page.text
    many.follow("Older >")
    assert _numbers(many.follow("Older >")) == ["3"]
    assert many.page.all("a", "Older >") == []


def test_half_a_pair(caller: Caller, account: Account, browser: Browser) -> None:
    """Half a surrogate pair, which JSON can carry and UTF-8 cannot, is shown as a question mark."""
    body = '{"data":{"type":"event","attributes":{"properties":{"odd":"a\\ud800b"},"metric":{"data":{"type":"metric","attributes":{"name":"%s"}}},"profile":{"data":{"type":"profile","attributes":{"email":"%s"}}}}}}'
    headers = caller.headers | {"Content-Type": "application/json"}
    browser.client.post("/api/events", content=body % (STARTED, EMAIL), headers=headers).raise_for_status()

    assert _rows(_open(browser, account))[0].one("tbody").all("td")[0].text == "a?b"
