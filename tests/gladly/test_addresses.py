"""How addresses and numbers are spelled, and what becomes of each spelling."""

import httpx
import pytest

from fakes.gladly.rules.customers.addresses import normal_phone
from tests.gladly.conftest import error

PROFILES = "/api/v1/customer-profiles"


@pytest.mark.parametrize(
    ("entered", "region", "normalized"),
    [
        ("650 555 0142", "US", "+16505550142"),
        ("1 (650) 555-0142", "US", "+16505550142"),
        ("+1 650.555.0142", "GB", "+16505550142"),
        ("tel:+16505550142", "US", "+16505550142"),
        ("650 555 0142 x12", "US", "+16505550142"),
        ("+16505550142;ext=12", "US", "+16505550142"),
        ("030 123456", "DE", "+4930123456"),
        ("0049 30 123456", "DE", "+4930123456"),
        ("011 49 30 123456", "US", "+4930123456"),
    ],
)
def test_spellings_of_numbers(entered: str, region: str, normalized: str) -> None:
    """A number is read as a national one of its region unless it says that it is international."""
    assert normal_phone(entered, region) == normalized


@pytest.mark.parametrize(
    ("entered", "region"),
    [
        ("", "US"),
        ("call me", "US"),
        ("+1650CALLNOW", "US"),
        ("650 5550", "US"),
        ("+1650555014", "US"),
        ("+0123456789", "US"),
        ("+" + "9" * 16, "US"),
        ("030 123456", "ZZ"),
        ("+1650555\u0660\u0661\u0662\u0663", "US"),
    ],
)
def test_what_is_no_number(entered: str, region: str) -> None:
    """Letters, other scripts' digits, a wrong length and a region not known are no number."""
    assert normal_phone(entered, region) is None


def test_extension_is_split_off(api: httpx.Client) -> None:
    """An extension written behind a number is read on its own; one given apart wins."""
    phones = [{"original": "650 555 0142 ext. 12"}, {"original": "650 555 0143 x12", "extension": "7"}]
    made = api.post(PROFILES, json={"phones": phones})
    read = api.get(made.headers["Location"]).json()["phones"]

    assert [(each["normalized"], each["extension"]) for each in read] == [
        ("+16505550142", "12"),
        ("+16505550143", "7"),
    ]


@pytest.mark.parametrize("query", ["phoneNumber=+16505550142", "phoneNumber=6505550142", "phoneNumber=%2Bx"])
def test_search_by_what_is_not_e164_400(api: httpx.Client, query: str) -> None:
    """A search needs E.164: a national number, or a plus that was not encoded and so is a blank, is refused."""
    answer = api.get(f"{PROFILES}?{query}")

    assert (answer.status_code, error(answer)["attr"]) == (400, "phoneNumber")


def test_search_by_an_address_with_a_name(api: httpx.Client) -> None:
    """Of an address with a name in front only the address counts, on creation and in a search; its case is kept."""
    made = api.post(PROFILES, json={"emails": [{"original": "Dana <Dana.B@shop.example>"}]})
    found = api.get(PROFILES, params={"email": " dana.b@SHOP.example "}).json()

    assert found[0]["emails"] == [{"original": "Dana.B@shop.example", "normalized": "dana.b@shop.example"}]
    assert made.headers["Location"].endswith(found[0]["id"])
