"""Probes by the REST calls of the retired generations v1 and v2."""

from typing import Any

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import PrivateKey
from tests.klaviyo.support import STARTED, Caller, new_key


@pytest.fixture(name="key")
def _key(account: Account) -> PrivateKey:
    """A private key that nothing has used."""
    return new_key(account)


def _ways(path: str, secret: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, path and options of every way a key was named."""
    return [
        ("GET", f"{path}?api_key={secret}", {}),
        ("GET", path, {"headers": {"api-key": secret}}),
        ("POST", path, {"json": {"api_key": secret}}),
    ]


def test_metrics(http: httpx.Client, caller: Caller, account: Account, key: PrivateKey) -> None:
    """The list of metrics has the envelope of that time, and shows when the key was last used."""
    caller.track()
    metric = account.metrics.named(STARTED)
    assert metric is not None

    body = http.get("/api/v1/metrics", params={"api_key": key.secret, "count": 10, "page": 0}).json()

    integration = {
        "category": "API",
        "object": "integration",
        "id": account.metrics.integration_id,
        "name": "API",
    }
    times = dict.fromkeys(("created", "updated"), "2026-11-23 10:00:03")
    assert body["data"] == [
        {"object": "metric", "id": metric.id, "name": STARTED, "integration": integration} | times
    ]
    assert {name: value for name, value in body.items() if name != "data"} == {
        "object": "$list",
        "start": 0,
        "end": 0,
        "total": 1,
        "page": 0,
        "page_size": 10,
    }
    assert key.last_used == account.clock.now()


def test_pages(http: httpx.Client, caller: Caller, key: PrivateKey) -> None:
    """Pages count from zero; what is no number is the first page of fifty."""
    for number in range(3):
        caller.track(f"metric {number}")

    def read(**params: str) -> tuple[int, int]:
        body = http.get("/api/v1/metrics", params={"api_key": key.secret} | params).json()
        return len(body["data"]), body["page_size"]

    assert read(count="2", page="1") == (1, 2)
    assert read(count="x", page="-1") == (3, 50)
    assert read(count="1000") == (3, 100)


def test_lists(http: httpx.Client, key: PrivateKey) -> None:
    """The probe of lists finds none, as no account has any."""
    assert http.get("/api/v2/lists", headers={"api-key": key.secret}).json() == []


@pytest.mark.parametrize("path", ["/api/v1/metrics", "/api/v2/lists", "/api/v2/people/search"])
def test_bad_keys(http: httpx.Client, account: Account, key: PrivateKey, path: str) -> None:
    """No key, one nobody has and one that was deleted are 403 in the words of that time."""
    account.keys.delete(None, key.id)
    for method, url, options in [*_ways(path, "pk_nobody"), *_ways(path, key.secret)]:
        reply = http.request(method, url, **options)
        assert (reply.status_code, reply.json()["message"]) == (403, "The API key specified is invalid.")

    missing = http.get(path)
    assert missing.json() == {"status": 403, "message": "You must specify an API key to make requests."}


@pytest.mark.parametrize(
    "path", ["/api/v1/metrics", "/api/v2/list/AbC123/subscribe", "/api/v2/people/search/"]
)
def test_retired(http: httpx.Client, account: Account, key: PrivateKey, path: str) -> None:
    """Once retired, every path is gone, however the key is named."""
    account.switches.legacy_api = "retired"

    for method, url, options in _ways(path, key.secret):
        reply = http.request(method, url, **options)
        assert reply.status_code == 410
        assert reply.json()["message"].startswith("This API has been retired")


@pytest.mark.parametrize("request_line", ["POST /api/v2/list/AbC123/subscribe", "GET /api/v1/campaigns"])
def test_not_served(http: httpx.Client, key: PrivateKey, request_line: str) -> None:
    """Live, everything else of these generations is 501, by name."""
    method, path = request_line.split()

    reply = http.request(method, path, params={"api_key": key.secret})

    assert reply.status_code == 501
    assert "v1 and v2" in reply.json()["error"]


def test_throttle(http: httpx.Client, control: httpx.Client, account: Account, key: PrivateKey) -> None:
    """A throttle armed for such a path has the bare body of that time."""
    ask = {"route": "GET /api/v1/metrics", "kind": "throttle", "seconds": 56}
    control.post(f"/_fake/accounts/{account.id}/faults", json=ask)

    reply = http.get("/api/v1/metrics", params={"api_key": key.secret})

    assert reply.status_code == 429
    assert reply.json() == {"detail": "Request was throttled. Expected available in 56.0 seconds."}


def test_key_stays_out_of_the_journal(control: httpx.Client, account: Account, key: PrivateKey) -> None:
    """A key in a query or body is a fingerprint in the journal of its account."""
    for method, url, options in _ways("/api/v1/metrics", key.secret):
        control.request(method, url, **options)

    journal = control.get(f"/_fake/accounts/{account.id}/journal").text
    assert "/api/v1/metrics" in journal
    assert key.secret not in journal
