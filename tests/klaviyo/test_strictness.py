"""What the fake does not know, faults, and what its journal says."""

import httpx
import pytest

from fakes.core.errors import UnsupportedRequest
from fakes.core.http.inprocess import InProcess
from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import HOST, Caller, event_body, new_key, only_error


@pytest.mark.parametrize(
    ("request_line", "nearest"),
    [
        ("POST /api/templates", "/api/"),
        ("GET /api/templates", "/api/"),
    ],
)
def test_unknown_route(
    http: httpx.Client, caller: Caller, account: Account, request_line: str, nearest: str
) -> None:
    """A path without a route is 501, named with the nearest known one, and never a vendor's error."""
    response = http.request(*request_line.split(), headers=caller.headers)

    assert response.status_code == 501
    assert response.json()["error"].startswith(f"unsupported by the fake: {request_line} (")
    assert nearest in response.json()["error"]
    assert len(account.journal.entries("unsupported")) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("OPTIONS", "/api/events"),
        ("PUT", "/api/track"),
    ],
)
def test_part_of_a_known_route(http: httpx.Client, caller: Caller, method: str, path: str) -> None:
    """What the vendor has on a path and this fake has not is 501 too."""
    assert http.request(method, path, headers=caller.headers).status_code == 501


@pytest.mark.parametrize("path", ["/api/templates", "/api/segment-values-reports"])
def test_strict(fake: KlaviyoFake, path: str) -> None:
    """A strict fake raises what it does not know into the caller's stack."""
    strict = KlaviyoFake(fake.runtime, strict=True)
    secret = new_key(strict.create_account()).secret

    with (
        httpx.Client(transport=InProcess(application(strict)), base_url=HOST) as http,
        pytest.raises(UnsupportedRequest, match="Klaviyo: unsupported by the fake: GET /api"),
    ):
        Caller(http, secret).get(path)


def test_method_the_vendor_has_not(http: httpx.Client, caller: Caller) -> None:
    """A method that the vendor has not is 405 with Allow; 401 comes first."""
    response = http.delete("/api/events", headers=caller.headers)

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST, HEAD, OPTIONS"
    assert only_error(response)["detail"] == 'Method "DELETE" not allowed.'
    assert http.delete("/api/events").status_code == 401


def test_accept(http: httpx.Client, caller: Caller) -> None:
    """Accept must allow JSON."""
    assert http.get("/api/metrics", headers=caller.headers | {"Accept": "text/html"}).status_code == 406
    for accepted in ("*/*", "application/json", "application/vnd.api+json"):
        assert http.get("/api/metrics", headers=caller.headers | {"Accept": accepted}).status_code == 200


@pytest.mark.parametrize(
    ("status", "code"), [(500, "error"), (503, "service_unavailable"), (401, "authentication_failed")]
)
def test_status_fault(
    caller: Caller, control: httpx.Client, account: Account, status: int, code: str
) -> None:
    """An armed status is answered in the vendor's look, as often as asked, and nothing is accepted."""
    ask = {"route": "POST /api/events", "kind": "status", "status": status}
    assert control.post(f"/_fake/accounts/{account.id}/faults", json=ask).status_code == 201

    error = only_error(caller.post(event_body()))

    assert (error["status"], error["code"], error["source"]) == (status, code, {"pointer": "/data/"})
    assert len(account.events) == 0
    assert caller.post(event_body()).status_code == 202


def test_throttle_fault(caller: Caller, control: httpx.Client, account: Account) -> None:
    """An armed throttle is the gateway's 429 with the wait that was asked for."""
    ask = {"route": "POST /api/events", "kind": "throttle", "seconds": 7}
    control.post(f"/_fake/accounts/{account.id}/faults", json=ask)

    response = caller.post(event_body())

    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert only_error(response)["detail"].endswith("in 7 seconds.")
    assert "ratelimit-limit" not in response.headers


@pytest.mark.parametrize("status", [403, 520])
def test_edge_fault(caller: Caller, control: httpx.Client, account: Account, status: int) -> None:
    """What the edge answers itself has nothing of Klaviyo's, is not counted by any limit, and nothing is accepted."""
    left = caller.get("/api/metrics").headers["RateLimit-Remaining"]
    ask = {"route": "*", "kind": "edge", "status": status, "times": 2}
    assert control.post(f"/_fake/accounts/{account.id}/faults", json=ask).status_code == 201
    used = [key.last_used for key in account.keys.all(None)]
    account.clock.advance(2)

    replies = [caller.post(event_body()), caller.get("/api/metrics")]

    for reply in replies:
        assert (reply.status_code, reply.headers["Content-Type"]) == (status, "text/html; charset=UTF-8")
        names = {name.lower() for name in reply.headers}
        assert not {name for name in names if name.startswith(("ratelimit", "x-klaviyo", "allow", "cid"))}
    assert (len(account.events), [key.last_used for key in account.keys.all(None)]) == (0, used)
    assert caller.get("/api/metrics").headers["RateLimit-Remaining"] == left
    assert caller.post(event_body()).status_code == 202


def test_journal_holds_no_secret(
    http: httpx.Client, control: httpx.Client, caller: Caller, account: Account
) -> None:
    """Whatever way a key or password comes in, the journal shows a fingerprint at most."""
    key, password = new_key(account), next(iter(account.users)).password
    caller.track(properties={"key": key.secret, "password": password})
    caller.get("/api/metrics", filter=f'equals(integration.name,"{key.secret}")')
    http.get("/api/metrics", params={"api_key": key.secret})
    account.keys.delete(None, key.id)
    Caller(http, key.secret).post(event_body(properties={"again": key.secret}))

    journal = control.get(f"/_fake/accounts/{account.id}/journal").text
    unclaimed = control.get("/_fake/journal").text

    assert "POST /api/events" in journal
    assert "secret:" in journal
    for secret in (key.secret, password, caller.headers["Authorization"].split()[1]):
        assert secret not in journal
        assert secret not in unclaimed


def test_requests_of_a_deleted_key_stand_in_its_account(http: httpx.Client, account: Account) -> None:
    """A refusal of a deleted key is in the journal of the account it was of."""
    key = new_key(account)
    account.keys.delete(None, key.id)

    Caller(http, key.secret).get("/api/metrics")

    assert [entry.details["status"] for entry in account.journal.entries("request")] == [401]


def test_no_secret_in_reprs(account: Account) -> None:
    """Neither a key nor a user shows its secret when printed."""
    key, user = new_key(account), next(iter(account.users))

    assert key.secret not in repr(key)
    assert user.password not in repr(user)


def test_ids_of_errors(caller: Caller) -> None:
    """Every error has an id of its own."""
    ids = {caller.get("/api/profiles/NOPE01").json()["errors"][0]["id"] for _ in range(3)}

    assert len(ids) == 3
