"""Documents, compared with the vendor's as text: values, keys and their order."""

import json

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo import samples
from tests.klaviyo.support import EMAIL, HOST, Caller, profile_part

UNDOCUMENTED = "anonymous_id"


@pytest.fixture(name="sample")
def _sample(caller: Caller, account: Account) -> dict[str, str]:
    """Make the sample's event; returns our ids by the sample's."""
    caller.track(
        time="2026-11-23T10:00:00+00:00",
        unique_id="6537a1b2c3:started",
        profile=profile_part(email=EMAIL, first_name="Ann", properties={"In Gladly Conversation": True}),
    )
    event = caller.rows("/api/events")[0]
    return {
        event["id"]: samples.EVENT_ID,
        event["attributes"]["uuid"]: samples.UUID,
        event["relationships"]["metric"]["data"]["id"]: samples.METRIC_ID,
        event["relationships"]["profile"]["data"]["id"]: samples.PROFILE_ID,
        account.metrics.integration_id: samples.INTEGRATION_ID,
        account.domain: f"{samples.ACCOUNT_ID.lower()}.klaviyo-demo.com",
        account.id: samples.ACCOUNT_ID,
    }


def _same(response: httpx.Response, expected: object, ids: dict[str, str]) -> None:
    text = response.text
    for ours, theirs in ids.items():
        text = text.replace(ours, theirs)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/vnd.api+json"
    assert json.dumps(json.loads(text), indent=1) == json.dumps(expected, indent=1)


def test_events(caller: Caller, sample: dict[str, str]) -> None:
    """A page of events, with metrics and profiles included and links that repeat the request."""
    filter_ = f'equals(metric_id,"{next(k for k, v in sample.items() if v == samples.METRIC_ID)}")'

    response = caller.get(
        "/api/events", filter=filter_, include="metric,profile", sort="-datetime", page__size=1
    )

    expected = {
        "data": [samples.event(HOST)],
        "included": [samples.metric(HOST), samples.profile(HOST, "conversation")],
        "links": {
            "self": f"{HOST}/api/events?filter=equals%28metric_id%2C%22UxK4tB%22%29&include=metric%2Cprofile"
            "&sort=-datetime&page%5Bsize%5D=1",
            "next": None,
            "prev": None,
        },
    }
    _same(response, expected, sample)


def test_event(caller: Caller, sample: dict[str, str]) -> None:
    """One event; the document's own link has no slash at the end, the resource's has."""
    expected = {
        "data": samples.event(HOST),
        "links": {"self": f"{HOST}/api/events/{samples.EVENT_ID}"},
    }
    _same(caller.get(f"/api/events/{next(iter(sample))}"), expected, sample)


def test_metrics(caller: Caller, sample: dict[str, str]) -> None:
    """A page of metrics."""
    expected = {
        "data": [samples.metric(HOST)],
        "links": {"self": f"{HOST}/api/metrics", "next": None, "prev": None},
    }
    _same(caller.get("/api/metrics"), expected, sample)


def test_metric(caller: Caller, sample: dict[str, str], account: Account) -> None:
    """One metric."""
    expected = {
        "data": samples.metric(HOST),
        "links": {"self": f"{HOST}/api/metrics/{samples.METRIC_ID}"},
    }
    _same(caller.get(f"/api/metrics/{account.metrics.all()[0].id}"), expected, sample)


def test_profiles(caller: Caller, sample: dict[str, str]) -> None:
    """A page of profiles, with the plural relationship."""
    expected = {
        "data": [samples.profile(HOST, "conversations")],
        "links": {
            "self": f"{HOST}/api/profiles?filter=equals%28email%2C%22ann.lee%40klaviyo-demo.com%22%29",
            "next": None,
            "prev": None,
        },
    }
    _same(caller.get("/api/profiles", filter=f'equals(email,"{EMAIL}")'), expected, sample)


def test_profile(caller: Caller, sample: dict[str, str], account: Account) -> None:
    """One profile."""
    expected = {
        "data": samples.profile(HOST, "conversations"),
        "links": {"self": f"{HOST}/api/profiles/{samples.PROFILE_ID}"},
    }
    _same(caller.get(f"/api/profiles/{account.profiles.all()[0].id}"), expected, sample)


def test_accounts(caller: Caller, sample: dict[str, str]) -> None:
    """The one account of a key."""
    expected = {
        "data": [samples.account(HOST)],
        "links": {"self": f"{HOST}/api/accounts", "next": None, "prev": None},
    }
    _same(caller.get("/api/accounts"), expected, sample)


def test_account(caller: Caller, sample: dict[str, str], account: Account) -> None:
    """One account; any other does not exist for the key."""
    expected = {
        "data": samples.account(HOST),
        "links": {"self": f"{HOST}/api/accounts/{samples.ACCOUNT_ID}"},
    }
    _same(caller.get(f"/api/accounts/{account.id}"), expected, sample)
    account.clock.advance(1)
    assert caller.get("/api/accounts/AbC124").status_code == 404


@pytest.mark.parametrize("kind", ["event", "metric", "profile", "account"])
@pytest.mark.usefixtures("sample")
def test_each_attribute_can_be_asked_for_alone(caller: Caller, account: Account, kind: str) -> None:
    """Whatever a document shows is a field that ``fields[...]`` knows, but for one that the vendor's OpenAPI lacks."""
    account.switches.rate_limits = False
    whole = caller.rows(f"/api/{kind}s")[0]["attributes"]
    for name, value in whole.items():
        if name == UNDOCUMENTED:
            continue
        alone = caller.rows(f"/api/{kind}s?fields[{kind}]={name}")[0]["attributes"]
        assert alone == {name: value}


def test_trailing_slash_is_repeated(caller: Caller) -> None:
    """The document's own link repeats the path as it was sent."""
    assert caller.get("/api/metrics/").json()["links"]["self"] == f"{HOST}/api/metrics/"


def test_links_follow_the_host(http: httpx.Client, caller: Caller, account: Account) -> None:
    """Links name the host that the request was made to."""
    caller.track()

    response = http.get("http://127.0.0.1:4010/api/events", headers=caller.headers).json()

    assert response["links"]["self"] == "http://127.0.0.1:4010/api/events"
    assert response["data"][0]["links"]["self"].startswith("http://127.0.0.1:4010/api/events/")
    assert len(account.events) == 1
