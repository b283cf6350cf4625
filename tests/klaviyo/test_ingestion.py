"""From accepted to visible: duplicates, dropped addresses, delay, and what an event does to its profile."""

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import CLOSED, EMAIL, STARTED, Caller, Json, new_key, profile_part


def _ids(caller: Caller) -> list[str]:
    return sorted(row["attributes"]["event_properties"]["$event_id"] for row in caller.rows("/api/events"))


def test_same_unique_id(caller: Caller) -> None:
    """Of events with one unique id under one metric and profile only the first is kept, all are accepted."""
    for number in range(3):
        caller.track(unique_id="u", properties={"number": number})

    rows = caller.rows("/api/events")
    assert [row["attributes"]["event_properties"] for row in rows] == [{"number": 0, "$event_id": "u"}]


def test_same_unique_id_elsewhere(caller: Caller) -> None:
    """The same unique id under another metric or profile is another event."""
    caller.track(STARTED, unique_id="u")
    caller.track(CLOSED, unique_id="u")
    caller.track(STARTED, "bo@klaviyo-demo.com", unique_id="u")

    assert _ids(caller) == ["u", "u", "u"]


def test_default_unique_id(caller: Caller, account: Account) -> None:
    """Without a unique id the whole second of the event is one."""
    caller.track()
    account.clock.advance(0.5)
    caller.track()
    account.clock.advance(0.5)
    caller.track()

    assert _ids(caller) == ["1795428003", "1795428004"]


@pytest.mark.parametrize("address", ["a@example.com", "a@TEST.com", "a@mail.example.com"])
def test_test_domains(caller: Caller, account: Account, address: str) -> None:
    """Events for test domains are accepted and leave no trace."""
    caller.track(email=address)

    assert caller.rows("/api/events") == caller.rows("/api/metrics") == caller.rows("/api/profiles") == []
    assert "test domain" in account.journal.entries("event")[0].what


def test_test_domains_can_be_kept(caller: Caller, account: Account) -> None:
    """The switch lets events for test domains through; domains that only look alike always pass."""
    caller.track(email="a@notexample.com")
    account.switches.drop_test_domains = False
    caller.track(email="a@example.com")

    assert len(caller.rows("/api/events")) == 2


def test_visibility_delay(caller: Caller, account: Account) -> None:
    """Until the delay is over neither event nor metric nor profile shows; then all do, born at that moment."""
    account.switches.visibility_delay = 30
    caller.track(time="2026-11-23T09:00:00Z")

    account.clock.advance(29)
    assert caller.rows("/api/events") == caller.rows("/api/metrics") == caller.rows("/api/profiles") == []

    account.clock.advance(31)
    assert caller.rows("/api/events")[0]["attributes"]["datetime"] == "2026-11-23T09:00:00+00:00"
    assert caller.rows("/api/metrics")[0]["attributes"]["created"] == "2026-11-23T10:00:33+00:00"
    assert caller.rows("/api/profiles")[0]["attributes"]["updated"] == "2026-11-23T10:00:33+00:00"


def test_time_defaults_to_receipt(caller: Caller, account: Account) -> None:
    """An event without a time happened when it was received, not when it became visible."""
    account.switches.visibility_delay = 30
    caller.track()
    account.clock.advance(60)

    assert caller.rows("/api/events")[0]["attributes"]["datetime"] == "2026-11-23T10:00:03+00:00"


def test_first_processed_wins(caller: Caller, account: Account) -> None:
    """Of two with one unique id the one that is processed first is kept, not the one sent first."""
    account.switches.visibility_delay = 60
    caller.track(unique_id="u", properties={"sent": "first"})
    account.switches.visibility_delay = 0
    caller.track(unique_id="u", properties={"sent": "second"})
    account.clock.advance(60)

    assert [row["attributes"]["event_properties"]["sent"] for row in caller.rows("/api/events")] == ["second"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-11-23T12:30:00.987+02:30", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23 10:00:00", "2026-11-23T10:00:00+00:00"),
        ("2021-09-15", "2021-09-15T00:00:00+00:00"),
        ("2021-09-15T07", "2021-09-15T07:00:00+00:00"),
        ("2021-09-15T07:30-0100", "2021-09-15T08:30:00+00:00"),
    ],
)
def test_times(caller: Caller, given: str, shown: str) -> None:
    """Times are UTC unless they say otherwise, missing parts are zero, fractions are cut off."""
    caller.track(time=given)

    assert caller.rows("/api/events")[0]["attributes"]["datetime"] == shown


def test_uuid(caller: Caller) -> None:
    """An event's uuid is of version 1, tells the event's second, and has clock sequence 1."""
    caller.track(time="2026-11-23T10:00:00Z")

    attributes = caller.rows("/api/events")[0]["attributes"]
    value = uuid.UUID(attributes["uuid"])
    assert (value.version, value.clock_seq) == (1, 1)
    assert attributes["uuid"].startswith("a51a5000-e724-11f1-8001-")


def test_values(caller: Caller) -> None:
    """A value shows as $value with its currency; once a metric has had one, an event without shows 0."""

    def shown(**attributes: Any) -> Json:
        caller.track(properties={}, **attributes)
        found = caller.rows("/api/events", filter="greater-than(timestamp,0)")
        by_id = {row["attributes"]["event_properties"]["$event_id"]: row["attributes"] for row in found}
        properties: Json = by_id[str(attributes["unique_id"])]["event_properties"]
        return properties

    assert shown(unique_id="a") == {"$event_id": "a"}
    assert shown(unique_id="b", value=9.99, value_currency="USD") == {
        "$event_id": "b",
        "$value": 9.99,
        "$value_currency": "USD",
    }
    assert shown(unique_id="c") == {"$event_id": "c", "$value": 0}


def test_profile_is_merged(caller: Caller) -> None:
    """Custom properties merge key by key, attributes that are not given stay, addresses match in any case."""
    caller.track(
        profile=profile_part(
            email=EMAIL, first_name="Ann", properties={"a": 1, "In Gladly Conversation": True}
        )
    )
    caller.track(
        CLOSED, profile=profile_part(email=EMAIL.upper(), properties={"In Gladly Conversation": False})
    )

    rows = caller.rows("/api/profiles")
    assert [row["attributes"]["properties"] for row in rows] == [{"a": 1, "In Gladly Conversation": False}]
    assert rows[0]["attributes"]["first_name"] == "Ann"


def test_patches(caller: Caller) -> None:
    """Patches append to arrays, take from arrays, and remove keys."""

    def patch(**operations: object) -> Json:
        meta = {"patch_properties": operations}
        caller.track(unique_id=str(operations), profile=profile_part(email=EMAIL, meta=meta))
        properties: Json = caller.rows("/api/profiles")[0]["attributes"]["properties"]
        return properties

    assert patch(append={"skus": "1", "tags": ["x"]}) == {"skus": ["1"], "tags": ["x"]}
    assert patch(append={"skus": ["2", "3"]}) == {"skus": ["1", "2", "3"], "tags": ["x"]}
    assert patch(unappend={"skus": "2"}, unset="tags") == {"skus": ["1", "3"]}
    assert patch(unset=["skus", "absent"]) == {}


def test_unknown_profile_id(caller: Caller, account: Account) -> None:
    """An event for a profile id nobody has is accepted and lost."""
    caller.track(profile={"data": {"type": "profile", "id": "01KB5Q2Z8V3N6T9W0XYAHJ4D7E", "attributes": {}}})

    assert (caller.rows("/api/events"), caller.rows("/api/profiles")) == ([], [])
    assert "identifier" in account.journal.entries("event")[0].what


def test_identifier_of_somebody_else(caller: Caller, account: Account) -> None:
    """An identifier that belongs to somebody else stays with them."""
    caller.track(profile=profile_part(email=EMAIL))
    caller.track(CLOSED, profile=profile_part(external_id="7"))

    caller.track("third", profile=profile_part(email=EMAIL, external_id="7"))

    assert [(row.email, row.external_id) for row in account.profiles.all()] == [(EMAIL, None), (None, "7")]


def test_last_event_date(caller: Caller, account: Account) -> None:
    """The last event date is the latest time of any event, however late an older one arrives."""
    caller.track(time="2026-11-23T09:00:00Z")
    caller.track(time="2026-11-22T09:00:00Z")

    assert account.profiles.all()[0].last_event_date == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_metric_keeps_its_update_time(caller: Caller, account: Account) -> None:
    """A metric is one by exact name, and its update time does not move with its events."""
    caller.track(unique_id="1")
    account.clock.advance(3600)
    caller.track(unique_id="2")
    caller.track(STARTED.upper(), unique_id="3")

    names = {row["attributes"]["name"]: row["attributes"]["updated"] for row in caller.rows("/api/metrics")}
    assert names == {
        STARTED: "2026-11-23T10:00:03+00:00",
        STARTED.upper(): "2026-11-23T11:00:03+00:00",
    }


def test_accounts_are_apart(fake: KlaviyoFake, http: httpx.Client, caller: Caller) -> None:
    """What one account has, another has not."""
    caller.track()

    other = Caller(http, new_key(fake.create_account()).secret)

    assert other.rows("/api/events") == other.rows("/api/metrics") == other.rows("/api/profiles") == []


@pytest.mark.parametrize("path", ["/api/events", "/api/metrics", "/api/profiles"])
def test_what_is_due_shows_wherever_one_looks_first(caller: Caller, account: Account, path: str) -> None:
    """Once the delay is over an event shows, with its metric and its profile, whichever is asked for first."""
    account.switches.visibility_delay = 5
    caller.track()
    before = caller.rows(path)
    account.clock.advance(5)

    assert (before, len(caller.rows(path))) == ([], 1)
