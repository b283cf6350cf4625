"""Events from pages, by public key."""

import httpx

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import EMAIL, REVISION, Caller, Json, event_body, only_error, profile_part


def _post(
    http: httpx.Client, body: Json, company: str | None, revision: str | None = REVISION
) -> httpx.Response:
    headers = {"revision": revision} if revision else {}
    params = {"company_id": company} if company else {}
    return http.post("/client/events", params=params, json=body, headers=headers)


def test_client_event(http: httpx.Client, account: Account) -> None:
    """The public key is enough: 202, empty, and the event shows."""
    response = _post(http, event_body(), account.public_key)

    assert (response.status_code, response.content) == (202, b"")
    assert response.headers["ratelimit-limit"] == "350, 350;w=1, 3500;w=60"
    assert len(account.events) == 1


def test_company_counts_not_key(http: httpx.Client, caller: Caller, fake: KlaviyoFake) -> None:
    """The event goes to the company that is named, whatever private key comes along."""
    other = fake.create_account()

    http.post(f"/client/events?company_id={other.id}", json=event_body(), headers=caller.headers)

    assert len(other.events) == 1


def test_unknown_company(http: httpx.Client, account: Account) -> None:
    """A company nobody has is told the same and nothing shows; none at all is 400."""
    assert _post(http, event_body(), "NOPE01").status_code == 202
    assert _post(http, event_body(properties=None), "NOPE01").status_code == 400
    missing = _post(http, event_body(), None)
    assert (missing.status_code, only_error(missing)["source"]) == (400, {"parameter": "company_id"})
    assert len(account.events) == 0


def test_identifiers_cannot_change(http: httpx.Client, caller: Caller, account: Account) -> None:
    """A change of an identifier is accepted and ignored; one that is missing is filled in."""
    caller.track(profile=profile_part(email=EMAIL, external_id="old"))
    change = profile_part(email=EMAIL, external_id="new", phone_number="+12345678901", first_name="Ann")

    assert _post(http, event_body(profile=change), account.public_key).status_code == 202

    [row] = account.profiles.all()
    assert (row.external_id, row.phone_number, row.first_name) == ("old", "+12345678901", "Ann")


def test_revision_and_method(http: httpx.Client, account: Account) -> None:
    """The revision is needed here too, whoever the company is, and there is nothing but POST."""
    assert _post(http, event_body(), account.public_key, None).status_code == 400
    assert _post(http, event_body(), "NOPE01", None).status_code == 400
    assert http.get(f"/client/events?company_id={account.id}").status_code == 405
