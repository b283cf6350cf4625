"""Profiles written directly: create, update, import, conflicts, patches."""

import json
from typing import Any

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo import samples
from tests.klaviyo.support import EMAIL, HOST, Caller, Json, new_key, only_error

BO, PHONE = "bo@klaviyo-demo.com", "+12345678901"


def _body(profile_id: str | None = None, meta: Json | None = None, **attributes: Any) -> Json:
    data: Json = {"type": "profile", "attributes": attributes}
    return {"data": data | ({"id": profile_id} if profile_id else {}) | ({"meta": meta} if meta else {})}


def _create(caller: Caller, **attributes: Any) -> Json:
    response = caller.post(_body(**attributes), "/api/profiles")
    assert response.status_code == 201, response.text
    data: Json = response.json()["data"]
    return data


def _patch(http: httpx.Client, caller: Caller, profile_id: str, body: Json) -> httpx.Response:
    return http.patch(f"/api/profiles/{profile_id}", json=body, headers=caller.headers)


@pytest.mark.parametrize("path", ["/api/profiles", "/api/profile-import"])
def test_written_profile(caller: Caller, path: str) -> None:
    """A new profile is 201 and shown with microseconds, all location keys and the singular conversation."""
    response = caller.post(
        _body(email=EMAIL, first_name="Ann", properties={"In Gladly Conversation": True}), path
    )

    data = response.json()["data"]
    expected = samples.profile(HOST, "conversation")
    attributes = expected["attributes"]
    attributes |= {
        "created": "2026-11-23T10:00:03.131026+00:00",
        "updated": "2026-11-23T10:00:03.131026+00:00",
    }
    attributes |= {"last_event_date": None}
    shown = json.loads(response.text.replace(data["id"], samples.PROFILE_ID))["data"]
    assert response.status_code == 201
    assert shown["attributes"].pop("whatsapp_bsuid", "absent") is None
    assert json.dumps(shown) == json.dumps(expected)
    assert response.json()["links"] == {"self": f"{HOST}{path}"}


def test_written_profile_shows_at_once(caller: Caller, account: Account) -> None:
    """A written profile can be read at once, to the second, whatever the visibility delay of events is."""
    account.switches.visibility_delay = 60
    made = _create(caller, email=EMAIL)

    assert (
        caller.get(f"/api/profiles/{made['id']}")
        .json()["data"]["attributes"]["created"]
        .endswith(":03+00:00")
    )


@pytest.mark.parametrize(
    "attributes", [{"email": EMAIL.upper()}, {"phone_number": PHONE}, {"email": BO, "external_id": "x"}]
)
def test_duplicate(caller: Caller, attributes: Json) -> None:
    """Creating a profile with an identifier that is taken is 409 and names the other profile."""
    made = _create(caller, email=EMAIL, phone_number=PHONE, external_id="x")

    response = caller.post(_body(**attributes), "/api/profiles")

    assert response.status_code == 409
    assert list(response.json()["errors"][0]) == [
        "id",
        "status",
        "code",
        "title",
        "detail",
        "source",
        "links",
        "meta",
    ]
    assert only_error(response) == {
        "status": 409,
        "code": "duplicate_profile",
        "title": "Conflict.",
        "detail": "A profile already exists with one of these identifiers.",
        "source": {"pointer": "/data/attributes"},
        "links": {},
        "meta": {"duplicate_profile_id": made["id"]},
    }


def test_update(http: httpx.Client, caller: Caller, account: Account) -> None:
    """Absent fields stay, null clears, custom properties and the location are merged key by key."""
    made = _create(
        caller,
        email=EMAIL,
        first_name="Ann",
        title="Dr",
        location={"city": "Boston", "zip": "02110"},
        properties={"a": 1, "b": 2},
    )
    account.clock.advance(5)

    body = _body(made["id"], title=None, location={"zip": None, "region": "MA"}, properties={"b": 3})
    response = _patch(http, caller, made["id"], body)

    shown = response.json()["data"]["attributes"]
    assert response.status_code == 200
    assert (shown["email"], shown["first_name"], shown["title"]) == (EMAIL, "Ann", None)
    assert {k: v for k, v in shown["location"].items() if v} == {"city": "Boston", "region": "MA"}
    assert shown["properties"] == {"a": 1, "b": 3}
    assert shown["updated"] == "2026-11-23T10:00:08.131026+00:00"
    assert response.json()["links"]["self"] == f"{HOST}/api/profiles/{made['id']}"


def test_null_clears_wholes_and_identifiers(http: httpx.Client, caller: Caller) -> None:
    """Null clears an identifier, which is then free, the whole location and all custom properties."""
    made = _create(caller, email=EMAIL, phone_number=PHONE, location={"city": "x"}, properties={"a": 1})

    body = _body(made["id"], phone_number=None, location=None, properties=None)
    shown = _patch(http, caller, made["id"], body).json()["data"]["attributes"]

    assert (shown["phone_number"], shown["properties"], set(shown["location"].values())) == (None, {}, {None})
    assert _create(caller, phone_number=PHONE)["id"] != made["id"]


def test_update_refusals(http: httpx.Client, caller: Caller) -> None:
    """No such profile is 404; another id in the body or none, and an identifier of somebody else, are refused."""
    ann, bo = _create(caller, email=EMAIL), _create(caller, email=BO)

    unknown = _patch(http, caller, "NOPE01", _body("NOPE01", title="x"))
    assert (unknown.status_code, only_error(unknown)["detail"]) == (
        404,
        "A profile with id NOPE01 does not exist.",
    )
    assert _patch(http, caller, ann["id"], _body(bo["id"], title="x")).status_code == 400
    missing = only_error(_patch(http, caller, ann["id"], _body(title="x")))
    assert missing["detail"] == "'id' is a required field for the resource 'profile'."
    taken = only_error(_patch(http, caller, ann["id"], _body(ann["id"], email=BO)))
    assert taken["meta"] == {"duplicate_profile_id": bo["id"]}


def test_import(caller: Caller, account: Account) -> None:
    """An import creates with 201 and changes with 200; what it finds by is any identifier."""
    first = caller.post(_body(email=EMAIL, properties={"a": 1}), "/api/profile-import")
    second = caller.post(_body(email=EMAIL, phone_number=PHONE, properties={"b": 1}), "/api/profile-import")
    third = caller.post(_body(phone_number=PHONE, first_name="Ann"), "/api/profile-import")
    by_id = caller.post(_body(first.json()["data"]["id"], last_name="Lee"), "/api/profile-import")

    assert [r.status_code for r in (first, second, third, by_id)] == [201, 200, 200, 200]
    assert {r.json()["data"]["id"] for r in (first, second, third, by_id)} == {account.profiles.all()[0].id}
    assert by_id.json()["data"]["attributes"]["properties"] == {"a": 1, "b": 1}


def test_import_between_two(caller: Caller) -> None:
    """Identifiers of two profiles are 409; an id with the address of somebody else is 404 instead."""
    ann, bo = _create(caller, email=EMAIL), _create(caller, email=BO, phone_number=PHONE)

    both = caller.post(_body(email=EMAIL, phone_number=PHONE), "/api/profile-import")
    foreign = caller.post(_body(ann["id"], email=BO), "/api/profile-import")

    assert only_error(both)["meta"] == {"duplicate_profile_id": bo["id"]}
    assert foreign.status_code == 404
    assert only_error(foreign)["detail"] == f"A profile with id {ann['id']} does not exist."
    assert caller.post(_body("NOPE01", email="c@klaviyo-demo.com"), "/api/profile-import").status_code == 404
    assert caller.post(_body(_kx="x"), "/api/profile-import").status_code == 400


def test_patch_properties(caller: Caller) -> None:
    """Patches add to arrays, take from arrays and remove keys."""
    _create(caller, email=EMAIL, properties={"skus": ["a"], "tags": ["x", "y"], "old": 1, "older": 1})
    patch = {"append": {"skus": "b"}, "unappend": {"tags": "x"}, "unset": ["old", "older"]}

    response = caller.post(_body(meta={"patch_properties": patch}, email=EMAIL), "/api/profile-import")

    assert response.json()["data"]["attributes"]["properties"] == {"skus": ["a", "b"], "tags": ["y"]}


def test_patch_identifiers(http: httpx.Client, caller: Caller) -> None:
    """A secondary address leads to the profile until it is taken away; another kind of identifier is refused."""
    ann = _create(caller, email=EMAIL)["id"]
    more = _body(ann, meta={"patch_identifiers": {"append": {"email": [BO]}}})
    fewer = _body(ann, meta={"patch_identifiers": {"unappend": {"email": [BO, EMAIL]}}})

    assert _patch(http, caller, ann, more).status_code == 200
    assert caller.post(_body(email=BO), "/api/profiles").status_code == 409
    assert _patch(http, caller, ann, fewer).status_code == 200
    assert caller.post(_body(email=BO), "/api/profiles").status_code == 201
    assert caller.post(_body(email=EMAIL), "/api/profiles").status_code == 409
    assert _patch(http, caller, ann, more).status_code == 409
    phone = _body(ann, meta={"patch_identifiers": {"append": {"phone_number": [PHONE]}}})
    assert _patch(http, caller, ann, phone).status_code == 400


def test_address_that_was_secondary_once(http: httpx.Client, caller: Caller) -> None:
    """A secondary address that was taken away, then became the first and was given up, belongs to nobody."""
    ann = _create(caller, email=EMAIL)["id"]
    for change in ("append", "unappend"):
        meta = {"patch_identifiers": {change: {"email": [BO]}}}
        assert _patch(http, caller, ann, _body(ann, meta=meta)).status_code == 200
    for email in (BO, EMAIL):
        assert _patch(http, caller, ann, _body(ann, email=email)).status_code == 200

    assert caller.post(_body(email=BO), "/api/profiles").status_code == 201


@pytest.mark.parametrize(
    ("attributes", "detail", "pointer"),
    [
        ({"email": "nonsense"}, "Invalid email address", "/data/attributes/email"),
        (
            {"email": EMAIL, "phone_number": "123"},
            "Invalid phone number format (Example of a valid format: +12345678901)",
            "/data/attributes/phone_number",
        ),
        ({"first_name": "Ann"}, "Invalid input", "/data/attributes"),
        (
            {"email": EMAIL, "bogus": 1},
            "'bogus' is not a valid field for the resource 'profile'.",
            "/data/attributes/bogus",
        ),
        ({"email": EMAIL, "properties": {"a": "x" * 102_500}}, "Invalid input", "/data/attributes"),
        ({"email": 7}, "Invalid input", "/data/attributes/email"),
    ],
)
def test_refused_attributes(
    caller: Caller, account: Account, attributes: Json, detail: str, pointer: str
) -> None:
    """What does not fit is 400 at its place, and nothing is written."""
    error = only_error(caller.post(_body(**attributes), "/api/profiles"))

    assert (error["detail"], error["source"]) == (detail, {"pointer": pointer})
    assert not account.profiles.all()


def test_scope_of_writes(caller: Caller, account: Account) -> None:
    """Writing profiles needs its own scope."""
    caller.headers["Authorization"] = f"Klaviyo-API-Key {new_key(account, 'profiles:read').secret}"

    for path in ("/api/profiles", "/api/profile-import"):
        assert caller.post(_body(email=EMAIL), path).status_code == 403


def test_additional_fields(http: httpx.Client, caller: Caller) -> None:
    """Consent and predictions are shown only when asked for, on reads and writes; others are refused."""
    url = "/api/profiles?additional-fields[profile]=subscriptions&fields[profile]=email"
    written = http.post(url, json=_body(email=EMAIL), headers=caller.headers).json()["data"]
    path = f"/api/profiles/{written['id']}"

    assert list(written["attributes"]) == ["email", "subscriptions"]
    marketing = written["attributes"]["subscriptions"]["email"]["marketing"]
    assert (marketing["can_receive_email_marketing"], marketing["consent"]) == (True, "NEVER_SUBSCRIBED")
    assert "subscriptions" not in caller.get(path).json()["data"]["attributes"]
    predicted = caller.get(path, **{"additional-fields__profile": "predictive_analytics"})
    assert predicted.json()["data"]["attributes"]["predictive_analytics"]["total_clv"] is None
    sparse = caller.get(path, fields__profile="subscriptions.sms.marketing.consent").json()["data"]
    assert sparse["attributes"] == {"subscriptions": {"sms": {"marketing": {"consent": "NEVER_SUBSCRIBED"}}}}
    assert caller.get(path, **{"additional-fields__profile": "bogus"}).status_code == 400


def test_predictions_have_a_tighter_limit(caller: Caller) -> None:
    """Asking for predictions is counted in a window of its own."""
    asked = {"additional-fields__profile": "predictive_analytics"}
    statuses = [caller.get("/api/profiles", **asked).status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]
    assert caller.get("/api/profiles").status_code == 200


def test_nobody_is_suppressed(caller: Caller) -> None:
    """Filters and sorts on suppressions are understood and find nobody."""
    _create(caller, email=EMAIL)
    field = "subscriptions.email.marketing.suppression"

    assert caller.rows("/api/profiles", filter=f'equals({field}.reason,"HARD_BOUNCE")') == []
    assert len(caller.rows("/api/profiles", sort=f"-{field}.timestamp")) == 1
