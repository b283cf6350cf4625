"""Segments: their definitions, who is in them, and how they are kept."""

from typing import Any

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import (
    CLOSED,
    EMAIL,
    HOST,
    STARTED,
    Caller,
    Json,
    new_key,
    only_error,
    profile_part,
)

FLAG = "In Gladly Conversation"
BO, CY = "bo@klaviyo-demo.com", "cy@klaviyo-demo.com"


def _property(name: str, **filter_: Any) -> Json:
    return {"type": "profile-property", "property": name, "filter": filter_}


def _metric(metric_id: str, operator: str = "greater-than", value: int = 0, **more: Any) -> Json:
    numeric = {"type": "numeric", "operator": operator, "value": value}
    said = {"type": "profile-metric", "metric_id": metric_id, "measurement": "count"}
    timeframe = {"type": "date", "operator": "alltime"}
    return said | {"measurement_filter": numeric, "timeframe_filter": timeframe} | more


def _body(*groups: list[Json], name: str = "Segment", **more: Any) -> Json:
    definition = {"condition_groups": [{"conditions": group} for group in groups]}
    return {"data": {"type": "segment", "attributes": {"name": name, "definition": definition} | more}}


def _create(caller: Caller, account: Account, *groups: list[Json], **more: Any) -> str:
    account.clock.advance(1)
    response = caller.post(_body(*groups, **more), "/api/segments")
    assert response.status_code == 201, response.text
    segment_id: str = response.json()["data"]["id"]
    return segment_id


def _members(caller: Caller, segment_id: str) -> set[str]:
    return {row["attributes"]["email"][:2] for row in caller.rows(f"/api/segments/{segment_id}/profiles")}


@pytest.fixture(name="people")
def _people(caller: Caller, account: Account) -> Account:
    """Ann is in a conversation, Bo was in one yesterday, Cy never."""
    for email, flag in ((EMAIL, True), (BO, False)):
        person = profile_part(email=email, properties={FLAG: flag}, first_name=email[:2].title())
        caller.track(STARTED, time="2026-11-22T09:00:00Z", profile=person, value=10)
    caller.track(CLOSED, profile=profile_part(email=BO, properties={FLAG: False}))
    caller.post({"data": {"type": "profile", "attributes": {"email": CY}}}, "/api/profiles")
    return account


TRUE = {"type": "boolean", "operator": "equals", "value": True}
CUSTOM = f"properties['{FLAG}']"


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ([[_property(CUSTOM, **TRUE)]], {"an"}),
        ([[_property(CUSTOM, type="existence", operator="not-set")]], {"cy"}),
        (
            [
                [
                    _property(CUSTOM, **TRUE | {"value": False}),
                    _property(CUSTOM, type="existence", operator="not-set"),
                ]
            ],
            {"bo", "cy"},
        ),
        ([[_property("email", type="string", operator="contains", value="bo@")]], {"bo"}),
        ([[_property("email", type="string", operator="not-equals", value=BO)]], {"an", "cy"}),
        ([[_property("email", type="string", operator="in", value=[BO, CY])]], {"bo", "cy"}),
        ([[_metric("{started}")]], {"an", "bo"}),
        ([[_metric("{started}")], [_metric("{closed}", "equals", 0)]], {"an"}),
        ([[_metric("{started}", "equals", 0)]], {"cy"}),
        ([[_metric("{started}", "greater-than", 9, measurement="sum")]], {"an", "bo"}),
        (
            [
                [
                    _metric(
                        "{started}",
                        timeframe_filter={
                            "type": "date",
                            "operator": "in-the-last",
                            "unit": "hour",
                            "quantity": 3,
                        },
                    )
                ]
            ],
            set(),
        ),
        (
            [
                [
                    _metric(
                        "{started}",
                        timeframe_filter={
                            "type": "date",
                            "operator": "before",
                            "date": "2026-11-23T00:00:00Z",
                        },
                    )
                ]
            ],
            {"an", "bo"},
        ),
        (
            [
                [
                    _metric(
                        "{started}",
                        metric_filters=[
                            {"property": "nope", "filter": {"type": "existence", "operator": "is-set"}}
                        ],
                    )
                ]
            ],
            set(),
        ),
    ],
)
def test_definitions(caller: Caller, people: Account, groups: list[list[Json]], found: set[str]) -> None:
    """Groups must all hold, of a group one condition; values that are missing meet only negations."""
    started, closed = people.metrics.named(STARTED), people.metrics.named(CLOSED)
    assert started is not None
    assert closed is not None
    ids = {"{started}": started.id, "{closed}": closed.id}
    real = [
        [each | ({"metric_id": ids[each["metric_id"]]} if "metric_id" in each else {}) for each in group]
        for group in groups
    ]

    assert _members(caller, _create(caller, people, *real)) == found


@pytest.mark.parametrize(
    ("operator", "item", "found"),
    [
        ("contains", "vip", {"an"}),
        ("contains", "new", set()),
        ("not-contains", "vip", {"bo"}),
        ("not-contains", "new", {"an", "bo"}),
    ],
)
def test_lists(caller: Caller, account: Account, operator: str, item: str, found: set[str]) -> None:
    """A list contains an item or does not; what is no list contains nothing."""
    for email, tags in ((EMAIL, ["vip", "old"]), (BO, "vip")):
        caller.track(profile=profile_part(email=email, properties={"tags": tags}))
    wanted = _property("properties['tags']", type="list", operator=operator, value=item)

    assert _members(caller, _create(caller, account, [wanted])) == found


@pytest.mark.parametrize(
    ("far", "near", "found"),
    [(26, 24, {"an", "bo"}), (30, 26, set()), (24, 20, set()), (20, 30, {"an", "bo"})],
)
def test_a_span_of_hours(*, caller: Caller, people: Account, far: int, near: int, found: set[str]) -> None:
    """Between so many hours ago and so many, whichever is named first: what was 25 hours ago is in it or not."""
    started = people.metrics.named(STARTED)
    assert started is not None
    span = {"type": "date", "operator": "between", "unit": "hour", "start": far, "end": near}

    assert _members(caller, _create(caller, people, [_metric(started.id, timeframe_filter=span)])) == found


def test_members_are_live(caller: Caller, people: Account) -> None:
    """Membership follows the profiles without any delay."""
    segment_id = _create(caller, people, [_property(CUSTOM, **TRUE)])

    caller.track(CLOSED, profile=profile_part(email=EMAIL, properties={FLAG: False}))
    caller.track(STARTED, profile=profile_part(email=CY, properties={FLAG: True}))

    assert _members(caller, segment_id) == {"cy"}
    people.clock.advance(1)
    shown = caller.get(f"/api/segments/{segment_id}", **{"additional-fields__segment": "profile_count"})
    assert shown.json()["data"]["attributes"]["profile_count"] == 1


def test_new_definition_settles_later(http: httpx.Client, caller: Caller, people: Account) -> None:
    """With a visibility delay a new or changed definition is processed first, and holds nobody until then."""
    people.switches.visibility_delay = 540
    segment_id = _create(caller, people, [_property(CUSTOM, **TRUE)])
    path = f"/api/segments/{segment_id}"

    def seen() -> tuple[bool, set[str]]:
        processing: bool = caller.get(path).json()["data"]["attributes"]["is_processing"]
        return processing, _members(caller, segment_id)

    assert seen() == (True, set())
    people.clock.advance(540)
    assert seen() == (False, {"an"})
    changed = _body([_property("first_name", type="string", operator="equals", value="Bo")])["data"]
    changed["attributes"].pop("name")
    body = {"data": changed | {"id": segment_id}}
    assert http.patch(path, json=body, headers=caller.headers).status_code == 200
    assert seen() == (True, set())
    people.clock.advance(540)
    assert seen() == (False, {"bo"})


def test_segment(caller: Caller, people: Account) -> None:
    """A segment shows its definition as it came, in the order of keys of the vendor."""
    group = [_property(CUSTOM, **TRUE)]
    segment_id = _create(caller, people, group, name="In Gladly conversation")

    response = caller.get(f"/api/segments/{segment_id}").json()

    url = f"{HOST}/api/segments/{segment_id}/"
    assert list(response["data"]["attributes"].items()) == [
        ("name", "In Gladly conversation"),
        ("definition", {"condition_groups": [{"conditions": group}]}),
        ("created", "2026-11-23T10:00:04+00:00"),
        ("updated", "2026-11-23T10:00:04+00:00"),
        ("is_active", True),
        ("is_processing", False),
        ("is_starred", False),
    ]
    assert list(response["data"]["relationships"]) == ["profiles", "tags", "flow-triggers"]
    assert response["data"]["links"] == {"self": url}
    assert response["links"] == {"self": url.removesuffix("/")}


def test_list(caller: Caller, people: Account) -> None:
    """Segments are filtered by name, sorted, and ten to a page at most."""
    for name in ("b", "a"):
        _create(caller, people, [_property(CUSTOM, **TRUE)], name=name)

    def names(**params: str) -> list[str]:
        return [row["attributes"]["name"] for row in caller.rows("/api/segments", **params)]

    assert names(sort="name") == ["a", "b"]
    assert names(filter='any(name,["a","x"])') == ["a"]
    assert names(filter="equals(is_active,false)") == []
    assert names(filter="equals(is_starred,true)", sort="-name") == ["b", "a"]
    assert names(filter="greater-than(created,2026-11-23T10:00:05Z)") == ["a"]
    assert caller.get("/api/segments", page__size=11).status_code == 400
    first = caller.get("/api/segments", page__size=1, sort="name").json()
    assert caller.get(first["links"]["next"]).json()["data"][0]["attributes"]["name"] == "b"


def test_relationships(caller: Caller, people: Account) -> None:
    """Members as identifiers, pages of them, filters on them, and the way back from a profile."""
    segment_id = _create(caller, people, [_metric("none", "equals", 0)])
    path = f"/api/segments/{segment_id}/relationships/profiles"
    ann = people.profiles.by_email(EMAIL)
    assert ann is not None

    assert len(caller.rows(path)) == 3
    assert caller.rows(path, filter=f'equals(email,"{EMAIL.upper()}")') == [{"type": "profile", "id": ann.id}]
    first = caller.get(path, page__size=2).json()
    assert len(caller.get(first["links"]["next"]).json()["data"]) == 1
    assert [row["id"] for row in caller.rows(f"/api/profiles/{ann.id}/segments")] == [segment_id]
    back = caller.rows(f"/api/profiles/{ann.id}/relationships/segments")
    assert back == [{"type": "segment", "id": segment_id}]
    member = caller.rows(f"/api/segments/{segment_id}/profiles", sort="joined_group_at")[0]
    assert member["attributes"]["joined_group_at"] == "2026-11-23T10:00:04+00:00"


def test_update_and_delete(http: httpx.Client, caller: Caller, people: Account) -> None:
    """A segment can be renamed and redefined; deactivation goes alone and empties it; deletion is 204."""
    segment_id = _create(caller, people, [_property(CUSTOM, **TRUE)])

    def patch(**attributes: Any) -> httpx.Response:
        people.clock.advance(1)
        data = {"type": "segment", "id": segment_id, "attributes": attributes}
        return http.patch(f"/api/segments/{segment_id}", json={"data": data}, headers=caller.headers)

    definition = _body([_property(CUSTOM, type="existence", operator="not-set")])["data"]["attributes"][
        "definition"
    ]
    changed = patch(name="New", definition=definition, is_starred=True).json()["data"]["attributes"]
    assert (changed["name"], changed["is_starred"], changed["updated"]) == (
        "New",
        True,
        "2026-11-23T10:00:05+00:00",
    )
    assert _members(caller, segment_id) == {"cy"}
    assert patch(is_active=False, name="x").status_code == 400
    assert patch(is_active=False).status_code == 200
    assert _members(caller, segment_id) == set()
    response = http.delete(f"/api/segments/{segment_id}", headers=caller.headers)
    assert (response.status_code, response.content) == (204, b"")
    assert caller.get(f"/api/segments/{segment_id}").status_code == 404


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({}, 400),
        (_property("bogus", **TRUE), 400),
        (_property(CUSTOM, type="boolean", operator="equals", value="yes"), 400),
        (_metric("x", measurement="average"), 400),
        (_metric("x", timeframe_filter={"type": "date", "operator": "before", "date": "soon"}), 400),
        (_property("email", type="string", operator="regex", value="x"), 501),
        ({"type": "profile-random-sample"}, 501),
    ],
)
def test_refused_definitions(caller: Caller, condition: Json, status: int) -> None:
    """What cannot be is 400; what the vendor has and this fake has not is 501."""
    response = caller.post(_body([condition]), "/api/segments")

    assert response.status_code == status
    assert caller.rows("/api/segments") == []


def test_scopes(http: httpx.Client, caller: Caller, people: Account) -> None:
    """Members need the scopes of both sides, writes their own."""
    segment_id = _create(caller, people, [_property(CUSTOM, **TRUE)])
    people.clock.advance(1)
    caller.headers["Authorization"] = f"Klaviyo-API-Key {new_key(people, 'segments:read').secret}"

    assert caller.get(f"/api/segments/{segment_id}").status_code == 200
    assert caller.get(f"/api/segments/{segment_id}/profiles").status_code == 403
    assert only_error(caller.post(_body([]), "/api/segments"))["code"] == "permission_denied"
    assert http.delete(f"/api/segments/{segment_id}", headers=caller.headers).status_code == 403
