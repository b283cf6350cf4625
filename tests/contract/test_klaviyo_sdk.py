"""Klaviyo's official Python SDK, which nobody here wrote, against ``python -m fakes``."""

from collections.abc import Iterator
from typing import Any

import openapi_client
import pytest

from tests.contract.sdk import client
from tests.serving import Served, served

METRIC = "started conversation in Gladly"
OWN_METRIC = "closed conversation in Gladly"  # sent by one test only: they share an account, in any order
EMAIL = "ann.lee@mail.sandbox.gladly.qa"


@pytest.fixture(scope="module")
def fakes() -> Iterator[Served]:
    """Serve the fakes without demo data."""
    with served("--empty") as running:
        yield running


def event(email: str = EMAIL, unique_id: str = "c1:started", metric: str = METRIC) -> dict[str, Any]:
    """Return the body of a create-event call as an integration would send it."""
    profile = {
        "type": "profile",
        "attributes": {"email": email, "properties": {"In Gladly Conversation": True}},
    }
    attributes = {
        "properties": {"channel": "EMAIL"},
        "time": "2026-11-20T10:00:00+00:00",
        "unique_id": unique_id,
        "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
        "profile": {"data": profile},
    }
    return {"data": {"type": "event", "attributes": attributes}}


def test_an_event_is_created_and_read_back(fakes: Served) -> None:
    """What create_event sends, get_events returns as typed models, with its metric and its profile."""
    api = client(fakes, fakes.new_key("events:read", "events:write", "metrics:read", "profiles:read"))
    api.Events.create_event(event(metric=OWN_METRIC))
    [metric] = [one for one in api.Metrics.get_metrics().data if one.attributes.name == OWN_METRIC]
    found = api.Events.get_events(filter=f'equals(metric_id,"{metric.id}")', include=["profile", "metric"])
    [row] = found.data
    assert row.attributes.datetime_.isoformat() == "2026-11-20T10:00:00+00:00"
    assert row.attributes.event_properties["channel"] == "EMAIL"
    assert row.attributes.event_properties["$event_id"] == "c1:started"
    assert row.relationships.metric.data.id == metric.id
    assert api.Events.get_event(row.id).data.id == row.id
    assert api.Metrics.get_metric(metric.id).data.attributes.name == OWN_METRIC


def test_the_profile_carries_the_mark(fakes: Served) -> None:
    """get_profiles finds the profile by its address, with the custom property that the event set."""
    api = client(fakes, fakes.new_key("events:write", "profiles:read"))
    api.Events.create_event(event("ben@mail.sandbox.gladly.qa", "c2:started"))
    [profile] = api.Profiles.get_profiles(filter='equals(email,"ben@mail.sandbox.gladly.qa")').data
    assert profile.attributes.email == "ben@mail.sandbox.gladly.qa"
    assert profile.attributes.properties == {"In Gladly Conversation": True}


def test_the_account_is_told(fakes: Served) -> None:
    """get_accounts returns the account that the key belongs to."""
    [account] = client(fakes, fakes.new_key("accounts:read")).Accounts.get_accounts().data
    assert account.id == fakes.about["klaviyo"]["account_id"]
    assert account.attributes.public_api_key == fakes.about["klaviyo"]["public_key"]


def test_a_wrong_key_is_unauthorized(fakes: Served) -> None:
    """A key that no account has raises the SDK's exception for 401."""
    api = client(fakes, "pk_" + "0" * 34)
    with pytest.raises(openapi_client.exceptions.UnauthorizedException, match="authentication_failed"):
        api.Events.create_event(event())


def test_a_missing_scope_is_forbidden(fakes: Served) -> None:
    """A key without events:write raises the SDK's exception for 403, and nothing is created."""
    api = client(fakes, fakes.new_key("events:read", "metrics:read"))
    with pytest.raises(openapi_client.exceptions.ForbiddenException, match="permission_denied"):
        api.Events.create_event(event("nobody@mail.sandbox.gladly.qa", "c3:started"))
    reader = client(fakes, fakes.new_key("profiles:read"))
    assert reader.Profiles.get_profiles(filter='equals(email,"nobody@mail.sandbox.gladly.qa")').data == []


def test_a_bad_request_says_what_is_wrong(fakes: Served) -> None:
    """A filter on a field that cannot be filtered raises the SDK's exception for 400."""
    api = client(fakes, fakes.new_key("events:read"))
    with pytest.raises(openapi_client.exceptions.BadRequestException, match="is not a filterable field"):
        api.Events.get_events(filter='equals(colour,"red")')
