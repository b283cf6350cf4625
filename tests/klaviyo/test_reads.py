"""Filters, sorting, includes, sparse fields and pages of reads."""

import base64
import json

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import CLOSED, EMAIL, STARTED, Caller, Json, only_error, profile_part

BO = "bo@klaviyo-demo.com"


@pytest.fixture(name="busy")
def _busy(caller: Caller, account: Account) -> Account:
    """Five events, an hour apart, of two metrics and two people."""
    for hour, (metric, email) in enumerate(
        [(STARTED, EMAIL), (STARTED, BO), (CLOSED, EMAIL), (CLOSED, BO), (STARTED, EMAIL)]
    ):
        caller.track(metric, email, unique_id=f"e{hour}", time=f"2026-11-23T0{hour}:00:00Z")
        account.clock.advance(1)
    return account


def _found(rows: list[Json]) -> str:
    return " ".join(row["attributes"]["event_properties"]["$event_id"] for row in rows)


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        ('equals(metric_id,"{started}")', "e0 e1 e4"),
        ("equals(metric_id,'{started}')", "e0 e1 e4"),
        ('equals(metric_id,["{started}","{closed}"])', "e0 e1 e2 e3 e4"),
        ('equals(profile_id,"{ann}")', "e0 e2 e4"),
        ('equals(profile_id,"{ann}"),equals(metric_id,"{closed}")', "e2"),
        ('and(equals(profile_id,"{ann}"),equals(metric_id,"{closed}"))', "e2"),
        ("has(profile)", "e0 e1 e2 e3 e4"),
        ("has(metric),has(profile)", "e0 e1 e2 e3 e4"),
        ("greater-than(datetime,2026-11-23T02:00:00Z)", "e3 e4"),
        ("greater-or-equal(datetime,2026-11-23T02:00:00+00:00)", "e2 e3 e4"),
        ("less-than(datetime,2026-11-23T02:00:00.000Z)", "e0 e1"),
        ('less-or-equal(datetime,"2026-11-23T02:00:00Z")', "e0 e1 e2"),
        ("greater-or-equal(datetime,2026-11-23),less-than(datetime,2026-11-23T01:30:00Z)", "e0 e1"),
        ("greater-than(timestamp,1795399200)", "e3 e4"),
        ("less-or-equal(timestamp, 1795399200)", "e0 e1 e2"),
    ],
)
def test_event_filters(caller: Caller, busy: Account, clauses: str, found: str) -> None:
    """Each filter of events finds what it says; several must all hold."""
    started, closed = busy.metrics.named(STARTED), busy.metrics.named(CLOSED)
    ann = busy.profiles.by_email(EMAIL)
    assert started is not None
    assert closed is not None
    assert ann is not None
    text = clauses.format(started=started.id, closed=closed.id, ann=ann.id)

    assert _found(caller.rows("/api/events", filter=text, sort="datetime")) == found


@pytest.mark.parametrize(
    ("path", "clauses", "detail"),
    [
        (
            "/api/events",
            "equals(datetime,2026-11-23)",
            (
                "'equals' is not an allowed filter operator for datetime.  "
                "Allowed operators are greater-or-equal, greater-than, less-or-equal, less-than"
            ),
        ),
        (
            "/api/events",
            'contains(metric_id,"x")',
            "'contains' is not an allowed filter operator for metric_id.  Allowed operators are equals",
        ),
        (
            "/api/events",
            'equals(metric,"x")',
            "'equals' is not an allowed filter operator for metric.  Allowed operators are has",
        ),
        (
            "/api/metrics",
            'equals(name,"x")',
            (
                "'name' is not a filterable field for this resource. "
                "The filterable fields on this resource are: integration.category, integration.name"
            ),
        ),
        ("/api/events", 'equals(metric_id,"nope")', "Metric IDs ['nope'] do not exist."),
        ("/api/events", 'equals(metric_id,["y","x"])', "Metric IDs ['x', 'y'] do not exist."),
        ("/api/events", 'equals(profile_id,["x"])', "Invalid filter provided."),
        ("/api/profiles", 'any(email,"x")', "Invalid filter provided."),
        ("/api/profiles", 'equals(email,["x"])', "Invalid filter provided."),
        ("/api/events", "equals(metric_id", "Invalid filter provided."),
        ("/api/events", "equals(metric_id)", "Invalid filter provided."),
        ("/api/events", "equals(metric_id,x)", "Invalid filter provided."),
        ("/api/events", 'equals(metric_id,"x', "Invalid filter provided."),
        ("/api/events", 'equals(metric_id,"x") equals(profile_id,"y")', "Invalid filter provided."),
        ("/api/events", 'equals(metric_id,["x" "y"])', "Invalid filter provided."),
        ("/api/events", "greater-than(datetime,yesterday)", "Invalid filter provided."),
        ("/api/events", 'greater-than(timestamp,"5")', "Invalid filter provided."),
        ("/api/events", "(", "Invalid filter provided."),
        ("/api/events", "and(" * 3_000, "Invalid filter provided."),
    ],
)
def test_refused_filters(caller: Caller, path: str, clauses: str, detail: str) -> None:
    """A filter that cannot be is 400 and names the query parameter."""
    error = only_error(caller.get(path, filter=clauses))

    assert (error["status"], error["detail"], error["source"]) == (400, detail, {"parameter": "filter"})
    assert (error["links"], error["meta"]) == ({}, {})


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("datetime", "e0 e1 e2 e3 e4"),
        ("-datetime", "e4 e3 e2 e1 e0"),
        ("timestamp", "e0 e1 e2 e3 e4"),
        ("-timestamp", "e4 e3 e2 e1 e0"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 5, 6])
def test_event_pages(caller: Caller, busy: Account, sort: str, found: str, size: int) -> None:
    """Following next reaches every event once, in order; following prev from the end leads back the same way."""
    pages = [caller.get("/api/events", sort=sort, page__size=size).json()]
    while pages[-1]["links"]["next"]:
        pages.append(caller.get(pages[-1]["links"]["next"]).json())
    back = [pages[-1]]
    while back[-1]["links"]["prev"]:
        back.append(caller.get(back[-1]["links"]["prev"]).json())

    assert " ".join(_found(page["data"]) for page in pages) == found
    assert " ".join(_found(page["data"]) for page in reversed(back)) == found
    assert len(pages) == -(-5 // size)
    assert len(busy.events) == 5


def test_new_events_do_not_shift_pages(caller: Caller, busy: Account) -> None:
    """An event that arrives between two pages neither repeats nor hides another."""
    first = caller.get("/api/events", sort="-datetime", page__size=2).json()
    caller.track(unique_id="late", time="2026-11-23T09:00:00Z")

    second = caller.get(first["links"]["next"]).json()

    assert (_found(first["data"]), _found(second["data"])) == ("e4 e3", "e2 e1")
    assert len(busy.events) == 6


def test_cursor_forms(caller: Caller, busy: Account) -> None:
    """Cursors decode to what the vendor's decode to, and a whole URL serves as one."""
    page = caller.get("/api/events", sort="datetime", page__size=2).json()
    url = page["links"]["next"]
    cursor = url.rpartition("=")[2].replace("%3D", "=")

    assert json.loads(base64.b64decode(cursor)) == [1795395600, page["data"][1]["id"], True]
    by_url = caller.rows("/api/events", sort="datetime", page__size=2, page__cursor=url)
    assert _found(by_url) == "e2 e3"
    profiles = caller.get("/api/profiles", page__size=1).json()
    cursor = profiles["links"]["next"].rpartition("=")[2].replace("%3D", "=")
    assert base64.b64decode(cursor).decode() == f"next::id::{profiles['data'][0]['id']}"
    assert len(busy.events) == 5


@pytest.mark.parametrize("path", ["/api/events", "/api/profiles", "/api/metrics"])
@pytest.mark.parametrize(
    "cursor", ["nonsense", "bmV4dDo6aWQ6Om5vcGU=", "WzEsIDJd", "https://a.klaviyo.com/", "é", "W1tb" * 5_000]
)
def test_bad_cursor(caller: Caller, path: str, cursor: str) -> None:
    """A cursor that never was one is 400."""
    response = caller.get(path, page__cursor=cursor)

    assert response.status_code == 400
    assert only_error(response) == {
        "status": 400,
        "code": "invalid",
        "title": "Invalid input.",
        "detail": "Invalid cursor provided.",
        "source": {"pointer": "/data/"},
    }


@pytest.mark.parametrize("size", ["0", "1001", "-1", "x", "1.5", ""])
def test_bad_page_size(caller: Caller, size: str) -> None:
    """A page size out of its range is 400."""
    assert caller.get("/api/events", page__size=size).status_code == 400


def test_plus_must_be_encoded(http: httpx.Client, caller: Caller) -> None:
    """An offset's plus sign that is not percent-encoded in a query is a blank, which no filter can have there."""
    clauses = "less-than(datetime,2026-11-23T10:00:00{}00:00)"
    for plus, status in (("%2B", 200), ("+", 400)):
        url = f"/api/events?filter={clauses.format(plus)}"
        assert http.get(url, headers=caller.headers).status_code == status


def test_page_size_where_there_is_none(caller: Caller) -> None:
    """Metrics have no page size, and say so in the words for an unknown field."""
    error = only_error(caller.get("/api/metrics", page__size=5))

    assert error["detail"] == "'page_size' is not a valid field for the resource 'metric'."
    assert error["source"] == {"pointer": "/data/attributes/page_size"}


def test_includes(caller: Caller, busy: Account) -> None:
    """Each metric and profile is included once; without include there is no such key."""
    document = caller.get("/api/events", include="profile,metric").json()

    assert list(document) == ["data", "included", "links"]
    assert [row["type"] for row in document["included"]] == ["metric", "metric", "profile", "profile"]
    assert "included" not in caller.get("/api/events").json()
    assert caller.get("/api/events", include="attributions").json()["included"] == []
    assert len(busy.events) == 5


def test_unknown_include(caller: Caller) -> None:
    """An include that the endpoint does not have is 400 and names the parameter."""
    error = only_error(caller.get("/api/events", include="profiless"))

    assert error["detail"] == "'profiless' is not an allowed include parameter for this resource."
    assert error["source"] == {"parameter": "include"}


def test_empty_relationships(caller: Caller, busy: Account) -> None:
    """What an account has none of shows as empty data once it is included."""
    metric = caller.get("/api/metrics", include="flow-triggers").json()
    profile = caller.get(f"/api/profiles/{busy.profiles.all()[0].id}", include="lists").json()

    assert metric["data"][0]["relationships"]["flow-triggers"]["data"] == []
    assert metric["included"] == []
    assert profile["data"]["relationships"]["lists"]["data"] == []
    assert "data" not in profile["data"]["relationships"]["segments"]


def test_sparse_fields(caller: Caller, busy: Account) -> None:
    """Sparse fields drop attributes only, reach into objects, and apply to what is included too."""
    event = caller.rows("/api/events", fields__event="datetime", page__size=1)[0]
    profile = caller.rows("/api/profiles", fields__profile="email,location.city")[0]
    included = caller.get("/api/events", include="metric", fields__metric="name").json()["included"]

    assert list(event["attributes"]) == ["datetime"]
    assert list(event["relationships"]) == ["profile", "metric"]
    assert profile["attributes"] == {"email": EMAIL, "location": {"city": None}}
    assert [list(row["attributes"]) for row in included] == [["name"], ["name"]]
    assert caller.rows("/api/metrics", fields__metric="id")[0]["attributes"] == {}
    assert caller.get("/api/events", fields__event="colour").status_code == 400
    assert len(busy.events) == 5


def test_metric_filters(caller: Caller, busy: Account) -> None:
    """The API integration is found by its name, and nothing by the category that it shows."""
    assert len(caller.rows("/api/metrics", filter='equals(integration.name,"API")')) == 2
    assert caller.rows("/api/metrics", filter='equals(integration.name,"Shopify")') == []
    assert caller.rows("/api/metrics", filter='equals(integration.category,"API")') == []
    ids = [row["id"] for row in caller.rows("/api/metrics")]
    assert ids == sorted(metric.id for metric in busy.metrics.all())


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        ('equals(email,"BO@klaviyo-demo.com")', [BO]),
        (f'any(email,["{BO}","{EMAIL}","x@y.zz"])', [EMAIL, BO]),
        ('equals(external_id,"7")', ["cy@klaviyo-demo.com"]),
        ('equals(phone_number,"+15005550006")', ["cy@klaviyo-demo.com"]),
        ('any(phone_number,["+1"])', []),
        ('equals(_kx,"x")', []),
        ("greater-than(created,2026-11-23T10:00:04Z)", [BO, "cy@klaviyo-demo.com"]),
        ("less-than(created,2026-11-23T10:00:04Z)", [EMAIL]),
        ("greater-than(updated,2026-11-23T10:00:07Z)", [EMAIL, "cy@klaviyo-demo.com"]),
    ],
)
def test_profile_filters(caller: Caller, busy: Account, clauses: str, found: list[str]) -> None:
    """Each filter of profiles finds what it says."""
    cy = profile_part(email="cy@klaviyo-demo.com", external_id="7", phone_number="+15005550006")
    caller.track(profile=cy)

    assert [row["attributes"]["email"] for row in caller.rows("/api/profiles", filter=clauses)] == found
    assert len(busy.profiles.all()) == 3


@pytest.mark.parametrize(
    ("sort", "found"),
    [("email", [EMAIL, BO]), ("-email", [BO, EMAIL]), ("-created", [BO, EMAIL]), ("updated", [BO, EMAIL])],
)
@pytest.mark.parametrize("size", [1, 20])
def test_profile_pages(caller: Caller, busy: Account, sort: str, found: list[str], size: int) -> None:
    """Profiles sort by each field, and pages lead through all of them in that order."""
    pages = [caller.get("/api/profiles", sort=sort, page__size=size).json()]
    while pages[-1]["links"]["next"]:
        pages.append(caller.get(pages[-1]["links"]["next"]).json())

    assert [row["attributes"]["email"] for page in pages for row in page["data"]] == found
    assert (pages[-1]["links"]["prev"] is None) == (size > 1)
    assert len(busy.profiles.all()) == 2


@pytest.mark.parametrize("path", ["/api/events", "/api/profiles"])
def test_unknown_sort(caller: Caller, path: str) -> None:
    """A field that cannot be sorted by is 400 and names the parameter."""
    assert only_error(caller.get(path, sort="colour"))["source"] == {"parameter": "sort"}


@pytest.mark.parametrize(
    ("path", "status", "detail", "pointer"),
    [
        ("/api/events/NOPE01", 400, "Invalid Event ID: 'NOPE01'", "/data/id"),
        ("/api/events/7rT2mWq9ZkB", 404, "Event with id 7rT2mWq9ZkB does not exist.", "/data/"),
        ("/api/metrics/NOPE01", 404, "Metric with id NOPE01 does not exist.", "/data/"),
        ("/api/profiles/NOPE01", 404, "A profile with id NOPE01 does not exist.", "/data/"),
    ],
)
def test_unknown_ids(caller: Caller, path: str, status: int, detail: str, pointer: str) -> None:
    """An id nobody has is 404; one that cannot be an event's is 400."""
    error = only_error(caller.get(path))

    assert (error["status"], error["detail"], error["source"]) == (status, detail, {"pointer": pointer})


def test_default_order(caller: Caller, busy: Account) -> None:
    """Without a sort the newest event comes first, and profiles come by id."""
    assert _found(caller.rows("/api/events")) == "e4 e3 e2 e1 e0"
    assert [row["id"] for row in caller.rows("/api/profiles")] == sorted(
        profile.id for profile in busy.profiles.all()
    )


def test_links_are_percent_encoded(caller: Caller) -> None:
    """Links encode the whole query, a blank as %20."""
    link = caller.get("/api/metrics", filter='equals(integration.name,"My Shop")').json()["links"]["self"]

    assert link.endswith("?filter=equals%28integration.name%2C%22My%20Shop%22%29")
