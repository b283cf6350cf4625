"""Customer profiles: creating, finding, changing, deleting."""

from typing import Any

import httpx
import pytest

from fakes.core.clock import Clock
from fakes.core.tenants import Runtime
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import Begin, error

PROFILES = "/api/v1/customer-profiles"


def make(api: httpx.Client, **profile: Any) -> str:
    """Create a customer and return the id."""
    answer = api.post(PROFILES, json=profile)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def test_creation_answers_201_empty_with_a_relative_location(api: httpx.Client) -> None:
    """A customer is created with an empty body and a relative path in Location."""
    answer = api.post(PROFILES, json={"id": "id1", "name": "Dana Brook"})

    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"] == "/api/v1/customer-profiles/id1"


def test_profile_as_read(api: httpx.Client) -> None:
    """A profile shows original and normalized addresses, type even when empty, primary only when true, times in ms."""
    made = make(
        api,
        name="Dana Brook",
        emails=[
            {"original": "Dana <Dana.Brook@Shop.example>", "primary": True},
            {"original": "d@home.example"},
        ],
        phones=[{"original": "650 555 0142"}],
        customAttributes={"tier": "gold"},
    )

    assert api.get(f"{PROFILES}/{made}").json() == {
        "id": made,
        "name": "Dana Brook",
        "emails": [
            {"original": "Dana.Brook@Shop.example", "normalized": "dana.brook@shop.example", "primary": True},
            {"original": "d@home.example", "normalized": "d@home.example"},
        ],
        "phones": [
            {"original": "650 555 0142", "normalized": "+16505550142", "regionCode": "US", "type": ""}
        ],
        "customAttributes": {"tier": "gold"},
        "createdAt": "2026-03-02T17:22:40.105Z",
        "updatedAt": "2026-03-02T17:22:40.105Z",
    }


def test_unknown_customer_404_names_the_id(api: httpx.Client) -> None:
    """An unknown id is answered with Gladly's text, in an array."""
    answer = api.get(f"{PROFILES}/nobody")

    assert answer.status_code == 404
    assert answer.json() == {
        "errors": [{"code": "not_exist", "detail": "customer profile [nobody] does not exist"}]
    }


def test_duplicate_id_409(api: httpx.Client) -> None:
    """The id is unique, and the refusal is Gladly's own."""
    make(api, id="id1")
    answer = api.post(PROFILES, json={"id": "id1"})

    assert answer.status_code == 409
    assert error(answer) == {"attr": "id", "code": "taken", "detail": "customer ID exists"}


def test_email_is_unique_whatever_its_case(api: httpx.Client) -> None:
    """An e-mail address belongs to one customer, compared in its normalized form."""
    make(api, emails=[{"original": "dana@shop.example"}])
    answer = api.post(PROFILES, json={"emails": [{"original": " DANA@shop.example "}]})

    assert (answer.status_code, error(answer)["attr"], error(answer)["code"]) == (409, "emails", "taken")


def test_plus_addresses_are_distinct(api: httpx.Client) -> None:
    """An address with a plus tag is another address."""
    make(api, emails=[{"original": "dana@shop.example"}])

    assert api.post(PROFILES, json={"emails": [{"original": "dana+1@shop.example"}]}).status_code == 201


@pytest.mark.parametrize(("kind", "status"), [("MOBILE", 409), ("HOME", 201), ("", 201)])
def test_only_mobile_numbers_are_unique(api: httpx.Client, kind: str, status: int) -> None:
    """A MOBILE number belongs to one customer; other numbers may repeat."""
    make(api, phones=[{"original": "+16505550142", "type": kind}])
    again = api.post(PROFILES, json={"phones": [{"original": "(650) 555-0142", "type": kind}]})

    assert again.status_code == status


def test_one_address_twice_on_one_customer_is_no_conflict(api: httpx.Client) -> None:
    """A customer may hold one address in two spellings."""
    made = make(api, emails=[{"original": "dana@shop.example"}, {"original": "DANA@shop.example"}])

    assert len(api.get(f"{PROFILES}/{made}").json()["emails"]) == 2


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({"id": "a b"}, "id", "invalid"),
        ({"id": "x" * 50}, "id", "too_long"),
        ({"emails": [{"original": "no address"}]}, "emails", "invalid"),
        ({"emails": [{}]}, "emails", "blank"),
        ({"phones": [{"original": "12"}]}, "phones", "invalid"),
        ({"phones": [{"original": "+16505550142", "type": "FAX"}]}, "phones.type", "invalid"),
        ({"emails": [{"original": e, "primary": True} for e in ("a@b.c", "d@e.f")]}, "emails", "invalid"),
        ({"name": 5}, "name", "invalid"),
    ],
)
def test_what_does_not_fit_400(api: httpx.Client, body: dict[str, Any], attr: str, code: str) -> None:
    """A body that breaks a rule is refused with the field and the code."""
    answer = api.post(PROFILES, json=body)

    assert (answer.status_code, error(answer)["attr"], error(answer)["code"]) == (400, attr, code)


@pytest.mark.parametrize("value", [b"NaN", b"-Infinity", b"[1e999]"])
def test_attribute_that_is_no_number_400(api: httpx.Client, value: bytes) -> None:
    """What JSON cannot say again is refused, so that no customer reads as something that is no JSON."""
    answer = api.post(PROFILES, content=b'{"customAttributes": {"rank": ' + value + b"}}")

    assert (answer.status_code, error(answer)["attr"]) == (400, "customAttributes")


def test_body_that_is_no_json_400(api: httpx.Client) -> None:
    """What is no JSON is refused in an errors array."""
    answer = api.post(PROFILES, content=b"{")

    assert (answer.status_code, error(answer)["code"]) == (400, "invalid")


def test_find_by_email_compares_the_normalized_form(api: httpx.Client) -> None:
    """A customer is found by address whatever its case; nobody is an empty array."""
    made = make(api, emails=[{"original": "Dana+1@shop.example"}])
    found = api.get(PROFILES, params={"email": "dana+1@SHOP.example"})

    assert [each["id"] for each in found.json()] == [made]
    assert api.get(PROFILES, params={"email": "else@shop.example"}).json() == []


def test_find_by_phone_puts_the_latest_change_first(api: httpx.Client, runtime: Runtime) -> None:
    """Customers who share a number come back by latest change; blanks in the number do not matter."""
    clock: Clock = runtime.clock
    first = make(api, phones=[{"original": "+916505550142"}])
    clock.advance(1)
    second = make(api, phones=[{"original": "+916505550142"}])
    clock.advance(1)
    api.patch(f"{PROFILES}/{first}", json={"name": "Changed"})
    found = api.get(PROFILES, params={"phoneNumber": "+91 6505550142"})

    assert [each["id"] for each in found.json()] == [first, second]


def test_find_gives_fifty_at_most(api: httpx.Client) -> None:
    """A search returns up to 50 customers."""
    for _ in range(51):
        make(api, phones=[{"original": "+16505550142"}])

    assert len(api.get(PROFILES, params={"phoneNumber": "+16505550142"}).json()) == 50


def test_find_refuses_a_malformed_email(api: httpx.Client) -> None:
    """A search for what is no address is refused with Gladly's text."""
    answer = api.get(PROFILES, params={"email": "dana"})

    assert answer.status_code == 400
    assert error(answer) == {"attr": "email", "code": "invalid", "detail": "invalid email address"}


@pytest.mark.parametrize(
    ("query", "code"),
    [("", "blank"), ("?email=", "blank"), ("?email=a@b.c&phoneNumber=%2B16505550142", "invalid")],
)
def test_find_wants_exactly_one_parameter(api: httpx.Client, query: str, code: str) -> None:
    """A search by nothing, or by two things, is refused."""
    answer = api.get(PROFILES + query)

    assert (answer.status_code, error(answer)["code"]) == (400, code)


def test_patch_replaces_arrays_and_frees_what_left(api: httpx.Client) -> None:
    """PATCH replaces e-mails as a whole; an address that left can go to somebody else."""
    made = make(api, emails=[{"original": "a@shop.example"}, {"original": "b@shop.example"}], name="Dana")
    answer = api.patch(f"{PROFILES}/{made}", json={"emails": [{"original": "c@shop.example"}]})
    read = api.get(f"{PROFILES}/{made}").json()

    assert (answer.status_code, answer.content) == (204, b"")
    assert [each["original"] for each in read["emails"]] == ["c@shop.example"]
    assert read["name"] == "Dana"
    assert api.post(PROFILES, json={"emails": [{"original": "a@shop.example"}]}).status_code == 201


def test_patch_takes_back_a_profile_as_it_was_read(api: httpx.Client) -> None:
    """A profile can be sent back whole: read-only fields and an empty phone type are passed over."""
    made = make(api, emails=[{"original": "a@shop.example"}], phones=[{"original": "650 555 0142"}])
    read = api.get(f"{PROFILES}/{made}").json()
    answer = api.patch(f"{PROFILES}/{made}", json=read | {"id": "other", "createdAt": "2001-01-01T00:00:00Z"})

    assert answer.status_code == 204
    assert api.get(f"{PROFILES}/{made}").json() == read


@pytest.mark.parametrize(("merging", "kept"), [(True, {"tier": "gold", "size": "M"}), (False, {"size": "M"})])
def test_patch_of_custom_attributes(
    api: httpx.Client, organization: Organization, kept: dict[str, str], *, merging: bool
) -> None:
    """PATCH leaves attributes that are not named, or with the switch off drops them; without any all stay."""
    organization.switches.merge_custom_attributes = merging
    made = make(api, customAttributes={"tier": "gold", "size": "S"})
    api.patch(f"{PROFILES}/{made}", json={"customAttributes": {"size": "M"}})
    api.patch(f"{PROFILES}/{made}", json={"name": "Dana"})

    assert api.get(f"{PROFILES}/{made}").json()["customAttributes"] == kept


def test_patch_moves_updated_at_only(api: httpx.Client, runtime: Runtime) -> None:
    """A change moves updatedAt and leaves createdAt."""
    made = make(api)
    runtime.clock.advance(60)
    api.patch(f"{PROFILES}/{made}", json={"name": "Dana"})
    read = api.get(f"{PROFILES}/{made}").json()

    assert (read["createdAt"], read["updatedAt"]) == ("2026-03-02T17:22:40.105Z", "2026-03-02T17:23:40.105Z")


def test_patch_conflict_409_changes_nothing(api: httpx.Client) -> None:
    """PATCH to another's address is refused and leaves the profile alone."""
    make(api, emails=[{"original": "a@shop.example"}])
    made = make(api, emails=[{"original": "b@shop.example"}])
    answer = api.patch(f"{PROFILES}/{made}", json={"emails": [{"original": "a@shop.example"}]})

    assert answer.status_code == 409
    assert api.get(f"{PROFILES}/{made}").json()["emails"][0]["original"] == "b@shop.example"


def test_patch_unknown_404(api: httpx.Client) -> None:
    """PATCH of nobody is 404 before the body is looked at."""
    assert api.patch(f"{PROFILES}/nobody", content=b"{").status_code == 404


def test_delete_needs_compliance_administrator_too(api: httpx.Client, customer_id: str) -> None:
    """An API User alone may not delete customers."""
    assert api.delete(f"{PROFILES}/{customer_id}").status_code == 403
    assert api.get(f"{PROFILES}/{customer_id}").status_code == 200


def test_delete_waits_for_conversations_to_close(
    compliance_api: httpx.Client, customer_id: str, begin: Begin
) -> None:
    """A customer with an open conversation cannot be deleted; with closed ones all goes."""
    conversation = begin(by_agent=True)
    refused = compliance_api.delete(f"{PROFILES}/{customer_id}")
    path = f"/api/v1/conversations/{conversation.id}"
    compliance_api.patch(path, json={"status": {"value": "CLOSED"}})
    done = compliance_api.delete(f"{PROFILES}/{customer_id}")

    assert refused.status_code == 400
    assert error(refused) == {
        "attr": "conversation",
        "code": "invalid_state",
        "detail": "Unable to delete the profile. Please close any open or waiting conversations.",
    }
    assert done.status_code == 204
    assert compliance_api.get(path).status_code == 404
    assert compliance_api.get(f"{PROFILES}/{customer_id}").status_code == 404


def test_organizations_do_not_share_customers(fake: GladlyFake, api: httpx.Client, customer_id: str) -> None:
    """A customer of one organization is unknown to another, and so is the address."""
    other = fake.create_organization("Other Shop").organization

    assert api.get(f"{PROFILES}/{customer_id}").status_code == 200
    assert other.customers.all() == []
