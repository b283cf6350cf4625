"""The track and identify calls before the upgrade."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import EMAIL, STARTED, Caller, Json

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _track(account: Account, **changes: Any) -> Json:
    payload = {
        "token": account.public_key,
        "event": STARTED,
        "customer_properties": {"$email": EMAIL, "$first_name": "Ann", "In Gladly Conversation": True},
        "properties": {"conversationId": "c1", "$event_id": "u1", "$value": 5},
        "time": 1795428000,
    }
    return payload | changes


def _sent(http: httpx.Client, payload: Any, way: str, path: str = "/api/track") -> str:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    if way == "form":
        response = http.post(path, content=urlencode({"data": text}), headers=FORM)
    elif way == "json":
        response = http.post(path, content=text, headers={"Content-Type": "application/json"})
    else:
        response = http.get(path, params={"data": base64.b64encode(text.encode()).decode()})
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("path", ["/api/track", "/api/track/"])
@pytest.mark.parametrize("way", ["form", "json", "query"])
def test_track(http: httpx.Client, caller: Caller, account: Account, way: str, path: str) -> None:
    """An event arrives by form, JSON body or base64 query, and reads like one of the new API."""
    assert _sent(http, _track(account), way, path) == "1"

    event = caller.rows("/api/events")[0]["attributes"]
    assert event["event_properties"] == {"conversationId": "c1", "$event_id": "u1", "$value": 5}
    assert event["datetime"] == "2026-11-23T10:00:00+00:00"
    person = caller.rows("/api/profiles")[0]["attributes"]
    assert (person["email"], person["first_name"]) == (EMAIL, "Ann")
    assert person["properties"] == {"In Gladly Conversation": True}
    assert caller.rows("/api/metrics")[0]["attributes"]["name"] == STARTED


def test_time_defaults_to_now(http: httpx.Client, caller: Caller, account: Account) -> None:
    """Without a time the event happened now."""
    _sent(http, _track(account, time=None), "form")

    assert caller.rows("/api/events")[0]["attributes"]["datetime"] == "2026-11-23T10:00:03+00:00"


def test_identify(http: httpx.Client, caller: Caller, account: Account) -> None:
    """Identify changes a profile and makes no event."""
    properties = {
        "$email": EMAIL,
        "$id": "7",
        "$city": "Boston",
        "$phone_number": "+15005550006",
        "vip": True,
    }

    assert (
        _sent(http, {"token": account.public_key, "properties": properties}, "form", "/api/identify") == "1"
    )

    person = caller.rows("/api/profiles")[0]["attributes"]
    assert (person["external_id"], person["phone_number"]) == ("7", "+15005550006")
    assert (person["location"]["city"], person["properties"]) == ("Boston", {"vip": True})
    assert caller.rows("/api/events") == []


def test_wrong_token(http: httpx.Client, account: Account) -> None:
    """A token nobody has gets 1 as well, and nothing shows up."""
    assert _sent(http, _track(account, token="AbC124"), "form") == "1"

    assert len(account.events) == 0


@pytest.mark.parametrize("way", ["form", "json", "query"])
@pytest.mark.parametrize(
    "change",
    [
        {"event": None},
        {"customer_properties": {}},
        {"customer_properties": {"Email": EMAIL}},
        {"customer_properties": {"$email": "ann"}},
        {"customer_properties": "ann"},
        {"time": "2026-11-23T10:00:00Z"},
        {"time": 1e300},
        {"properties": [1]},
        {"properties": {"$value": float("inf")}},
    ],
)
def test_does_not_validate(http: httpx.Client, account: Account, change: Json, way: str) -> None:
    """A payload that lacks what it must have gets 0, and nothing shows up."""
    assert _sent(http, _track(account, **change), way) == "0"

    assert (len(account.events), account.profiles.all()) == (0, [])


@pytest.mark.parametrize("way", ["form", "json", "query"])
@pytest.mark.parametrize("text", ["", "{", "[]", "1"])
def test_does_not_decode(http: httpx.Client, text: str, way: str) -> None:
    """What is no JSON object gets 0."""
    assert _sent(http, text, way) == "0"


def test_bad_base64(http: httpx.Client) -> None:
    """What is no base64 gets 0."""
    assert http.get("/api/track", params={"data": "%%%"}).text == "0"


@pytest.mark.parametrize("path", ["/api/track", "/api/identify"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_retired(http: httpx.Client, account: Account, method: str, path: str) -> None:
    """Once retired, both calls are gone and take no data; other accounts are not affected."""
    account.switches.legacy_api = "retired"
    data = json.dumps(_track(account))
    response = (
        http.post(path, content=urlencode({"data": data}), headers=FORM)
        if method == "POST"
        else http.get(path, params={"data": base64.b64encode(data.encode()).decode()})
    )

    assert response.status_code == 410
    assert response.json() == {
        "message": "This API has been retired and is no longer in service. Please review our migration resources "
        "for help migrating to our new APIs. https://developers.klaviyo.com/en/docs/migration_resources"
    }
    assert len(account.events) == 0


def test_same_event_by_both_generations(http: httpx.Client, caller: Caller, account: Account) -> None:
    """An event sent by the old call and again by the new one is one event."""
    _sent(http, _track(account), "form")
    caller.track(unique_id="u1")

    assert len(account.events) == 1
