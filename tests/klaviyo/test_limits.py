"""Rate limits, by the clock."""

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import Caller, event_body, new_key


def _limited(response: httpx.Response) -> int | None:
    """Return the seconds to wait, or None for a call that was taken."""
    return int(response.headers["retry-after"]) if response.status_code == 429 else None


def test_burst(caller: Caller, account: Account) -> None:
    """One call a second and the next waits a second; refused calls do not count."""
    waits = [_limited(caller.get("/api/accounts")) for _ in range(3)]
    account.clock.advance(1)
    waits.append(_limited(caller.get("/api/accounts")))

    assert waits == [None, 1, 1, None]


def test_steady(caller: Caller, account: Account) -> None:
    """Fifteen calls a minute and the next waits until the minute is over."""
    for _ in range(15):
        assert caller.get("/api/accounts").status_code == 200
        account.clock.advance(1)

    # 10:00:03.131026 and 15 seconds: 41.9 seconds are left of the minute.
    assert _limited(caller.get("/api/accounts")) == 42
    account.clock.advance(42)
    assert caller.get("/api/accounts").status_code == 200


def test_body_of_429(caller: Caller) -> None:
    """A throttled call has the gateway's body in its own order of keys, and no rate-limit headers."""
    caller.get("/api/accounts")

    response = caller.get("/api/accounts")

    error = response.json()["errors"][0]
    assert list(error) == ["status", "detail", "meta", "source", "code", "id", "links", "title"]
    assert error["detail"] == "Request was throttled. Expected available in 1 second."
    assert (error["status"], error["code"], error["source"]) == (429, "throttled", {"pointer": "/data"})
    assert not [name for name in response.headers if name.startswith("ratelimit")]


def test_detail_in_plural(caller: Caller, account: Account) -> None:
    """More than one second is said in the plural."""
    for _ in range(15):
        caller.get("/api/accounts")
        account.clock.advance(1)

    detail = caller.get("/api/accounts").json()["errors"][0]["detail"]

    assert detail == "Request was throttled. Expected available in 42 seconds."


@pytest.mark.parametrize(
    ("request_line", "status", "limit"),
    [
        ("POST /api/events", 415, "350, 350;w=1, 3500;w=60"),
        ("GET /api/events?include=x", 400, "350, 350;w=1, 3500;w=60"),
        ("GET /api/events/7rT2mWq9ZkB", 404, "10, 10;w=1, 150;w=60"),
        ("GET /api/metrics", 200, "10, 10;w=1, 150;w=60"),
        ("GET /api/profiles", 200, "75, 75;w=1, 750;w=60"),
        ("GET /api/accounts", 200, "1, 1;w=1, 15;w=60"),
    ],
)
def test_headers(http: httpx.Client, caller: Caller, request_line: str, status: int, limit: str) -> None:
    """Every other reply, an error too, reports the limits of its endpoint and what is left of the burst."""
    response = http.request(*request_line.split(), headers=caller.headers)

    assert response.status_code == status
    assert response.headers["ratelimit-limit"] == limit
    assert int(response.headers["ratelimit-remaining"]) == int(limit.partition(",")[0]) - 1
    assert response.headers["ratelimit-reset"] == "0"


def test_headers_of_403(http: httpx.Client, account: Account) -> None:
    """A call without permission is counted and reported."""
    response = Caller(http, new_key(account, "tags:read").secret).get("/api/metrics")

    assert (response.status_code, response.headers["ratelimit-remaining"]) == (403, "9")


def test_keys_share_the_limits_of_their_account(http: httpx.Client, caller: Caller, account: Account) -> None:
    """Two keys of one account share a window; endpoints do not."""
    other = Caller(http, new_key(account).secret)
    caller.get("/api/accounts")

    assert other.get("/api/accounts").status_code == 429
    assert other.get("/api/metrics").status_code == 200


def test_tighter_includes(caller: Caller, account: Account) -> None:
    """A profile with its lists may be read once a second, without them far more often."""
    caller.track()
    path = f"/api/profiles/{account.profiles.all()[0].id}"

    assert [caller.get(path, include="lists").status_code for _ in range(2)] == [200, 429]
    assert caller.get(path).status_code == 200


def test_refused_call_counts_nowhere(caller: Caller) -> None:
    """A call that one of its windows refuses takes nothing from the others."""
    predictions = {"additional-fields__profile": "predictive_analytics"}
    path = "/api/profiles/NOPE01"
    statuses = [caller.get(path, include="lists", **predictions).status_code for _ in range(12)]
    assert statuses == [404, *[429] * 11]

    assert [caller.get(path, **predictions).status_code for _ in range(10)] == [*[404] * 9, 429]


def test_switched_off(caller: Caller, account: Account) -> None:
    """With the switch off nothing is throttled."""
    account.switches.rate_limits = False

    assert {caller.post(event_body()).status_code for _ in range(400)} == {202}
