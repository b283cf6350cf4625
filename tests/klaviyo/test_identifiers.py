"""Whom an event is about: identifiers, in what order they are tried, and what may be said beside them."""

import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import CLOSED, EMAIL, Caller, Json, profile_part

PHONE = "+12345678901"
GIVEN = {"email": EMAIL, "phone_number": PHONE, "external_id": "7", "anonymous_id": "anon"}


def _names(account: Account) -> list[str | None]:
    return [row.first_name for row in account.profiles.all()]


@pytest.mark.parametrize("name", GIVEN)
def test_each_identifier_is_enough(caller: Caller, account: Account, name: str) -> None:
    """Any one identifier makes a profile and finds it again."""
    caller.track(profile=profile_part(**{name: GIVEN[name]}))
    caller.track(CLOSED, profile=profile_part(**{name: GIVEN[name], "first_name": "found"}))

    assert _names(account) == ["found"]
    assert caller.rows("/api/profiles")[0]["attributes"][name] == GIVEN[name]


@pytest.mark.parametrize("rank", range(3))
def test_precedence(caller: Caller, account: Account, rank: int) -> None:
    """Of two identifiers that lead to different profiles the first counts: address, phone, external id, anonymous."""
    first, second = list(GIVEN)[rank : rank + 2]
    for number, name in enumerate((second, first)):
        caller.track(unique_id=str(number), profile=profile_part(**{name: GIVEN[name], "first_name": name}))

    both = {first: GIVEN[first], second: GIVEN[second]}
    caller.track(CLOSED, profile=profile_part(**both, last_name="found"))

    [found] = [row for row in account.profiles.all() if row.last_name]
    assert (found.first_name, getattr(found, second)) == (first, None)


def test_id_comes_before_all(caller: Caller, account: Account) -> None:
    """A profile id beats every other identifier; an address that is somebody else's stays theirs."""
    for email in (EMAIL, "bo@klaviyo-demo.com"):
        caller.track(email=email)
    ann, bo = account.profiles.all()
    person = {"type": "profile", "id": ann.id, "attributes": {"email": bo.email, "first_name": "Ann"}}

    caller.track(CLOSED, profile={"data": person})

    assert (ann.first_name, ann.email, bo.first_name) == ("Ann", EMAIL, None)


def test_external_id_makes_duplicates(caller: Caller, account: Account) -> None:
    """Somebody known by address only is another profile to an event that has but an external id."""
    caller.track()
    caller.track(CLOSED, profile=profile_part(external_id="7"))

    assert len(account.profiles.all()) == 2


def test_known_external_id_with_a_new_address(caller: Caller, account: Account) -> None:
    """An external id that is known leads to its profile, whose address becomes the new one."""
    caller.track(profile=profile_part(email="old@klaviyo-demo.com", external_id="7"))
    caller.track(CLOSED, profile=profile_part(email=EMAIL, external_id="7"))

    assert [row.email for row in account.profiles.all()] == [EMAIL]


def test_exchange_id(caller: Caller, account: Account) -> None:
    """An exchange id beside an address changes nothing; alone it leads to nobody, and the event is lost."""
    caller.track(profile=profile_part(email=EMAIL, _kx="abc"))
    caller.track(CLOSED, profile=profile_part(_kx="abc"))

    assert (len(account.profiles.all()), len(account.events)) == (1, 1)


@pytest.mark.parametrize("place", ["beside", "among"])
def test_meta_beside_or_among_the_attributes(caller: Caller, account: Account, place: str) -> None:
    """Patches are taken beside a profile's attributes and among them."""
    meta = {
        "patch_properties": {"append": {"skus": "1"}},
        "patch_identifiers": {"append": {"email": "second@klaviyo-demo.com"}},
    }
    person: Json = {"type": "profile", "attributes": {"email": EMAIL}}
    (person if place == "beside" else person["attributes"])["meta"] = meta

    caller.track(profile={"data": person})

    [row] = account.profiles.all()
    assert row.properties == {"skus": ["1"]}
    assert account.profiles.by_email("second@klaviyo-demo.com") is row


def test_empty_property_values_are_kept(caller: Caller) -> None:
    """Zero, null, false and the empty text stay as they came, on the event and on the profile."""
    empty: Json = {"zero": 0, "null": None, "no": False, "text": "", "list": []}
    caller.track(properties=empty, unique_id="u", profile=profile_part(email=EMAIL, properties=empty))

    assert caller.rows("/api/events")[0]["attributes"]["event_properties"] == empty | {"$event_id": "u"}
    assert caller.rows("/api/profiles")[0]["attributes"]["properties"] == empty


def test_location_of_an_event(caller: Caller) -> None:
    """An event sets parts of a location, numbers or texts, and each can be read alone."""
    place = {"city": "Boston", "latitude": 42.3, "longitude": "-71.1"}
    caller.track(profile=profile_part(email=EMAIL, location=place))

    [row] = caller.rows("/api/profiles", fields__profile="location.latitude,location.longitude,location.zip")
    whole = caller.rows("/api/profiles", fields__profile="location")[0]["attributes"]["location"]
    assert row["attributes"] == {"location": {"latitude": 42.3, "longitude": "-71.1", "zip": None}}
    assert (len(whole), whole["city"]) == (10, "Boston")
