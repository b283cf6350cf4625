"""The beta API of private keys."""

from typing import Any

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import PrivateKey
from tests.klaviyo.support import HOST, Caller, new_key, only_error

BETA = "2026-07-15.pre"


@pytest.fixture(name="beta")
def _beta(caller: Caller) -> Caller:
    caller.headers["revision"] = BETA
    return caller


@pytest.fixture(name="key")
def _key(account: Account) -> PrivateKey:
    return new_key(account, "events:read", "events:write")


def _patch(http: httpx.Client, caller: Caller, key_id: str, **attributes: Any) -> httpx.Response:
    body = {"data": {"type": "api-key", "id": key_id, "attributes": attributes}}
    return http.patch(f"/api/api-keys/{key_id}", json=body, headers=caller.headers)


def test_list(beta: Caller, account: Account, key: PrivateKey) -> None:
    """Keys are listed without values; deleted ones are not."""
    gone = new_key(account)
    account.keys.delete(None, gone.id)

    response = beta.get("/api/api-keys")

    assert [row["id"] for row in response.json()["data"]][1:] == [key.id]
    assert response.json()["data"][1]["attributes"] == {
        "name": "Gladly App",
        "status": "active",
        "scopes": ["events:read", "events:write"],
        "created": "2026-11-23T10:00:03+00:00",
    }
    assert key.secret not in response.text
    assert response.headers["ratelimit-limit"] == "1, 1;w=1, 15;w=60"


def test_one(beta: Caller, key: PrivateKey, account: Account) -> None:
    """One key, masked on request; 404 for none."""
    path = f"/api/api-keys/{key.id}"

    response = beta.get(path, **{"additional-fields__api-key": "redacted_key"}).json()

    assert response["data"]["attributes"]["redacted_key"] == f"pk_****{key.secret[-4:]}"
    assert response["data"]["links"] == {"self": f"{HOST}{path}/"}
    account.clock.advance(1)
    assert beta.get("/api/api-keys/none").status_code == 404


def test_disable_and_rename(http: httpx.Client, beta: Caller, account: Account, key: PrivateKey) -> None:
    """A disabled key authenticates no more until it is active again; a new name shows."""
    user = Caller(http, key.secret)
    assert user.get("/api/events").status_code == 200

    response = _patch(http, beta, key.id, status="disabled", name="Old app")

    assert response.status_code == 200
    assert response.json()["data"]["attributes"]["status"] == "disabled"
    assert response.json()["data"]["attributes"]["name"] == "Old app"
    assert only_error(user.get("/api/events"))["code"] == "authentication_failed"
    account.clock.advance(1)
    assert _patch(http, beta, key.id, status="active").json()["data"]["attributes"]["name"] == "Old app"
    assert user.get("/api/events").status_code == 200


def test_scopes_stay(http: httpx.Client, beta: Caller, account: Account, key: PrivateKey) -> None:
    """Scopes are no field of an update, and other statuses and ids do not exist."""
    error = only_error(_patch(http, beta, key.id, scopes=["profiles:read"]))
    assert error["detail"] == "'scopes' is not a valid field for the resource 'api-key'."
    for key_id, attributes, status in (
        (key.id, {"status": "gone"}, 400),
        (key.id, {"name": "x"}, 400),
        ("none", {"name": "Name"}, 404),
    ):
        account.clock.advance(1)
        assert _patch(http, beta, key_id, **attributes).status_code == status
    assert (sorted(key.scopes), key.name) == (["events:read", "events:write"], "Gladly App")


def test_scopes_needed(http: httpx.Client, beta: Caller, account: Account, key: PrivateKey) -> None:
    """Reading keys needs one scope, changing them another."""
    beta.headers["Authorization"] = f"Klaviyo-API-Key {new_key(account, 'credentials:read').secret}"

    assert beta.get("/api/api-keys").status_code == 200
    assert _patch(http, beta, key.id, name="Name").status_code == 403


@pytest.mark.parametrize(
    ("revision", "status", "detail"),
    [
        ("2026-07-15", 404, "No valid revisions found for method"),
        ("2026-10-15", 404, "No valid revisions found for method"),
        ("2025-10-15", 404, "No valid revisions found for method"),
        ("2026-04-15.pre", 400, "before the earliest available"),
        (None, 400, "required"),
    ],
)
def test_beta_only(caller: Caller, account: Account, revision: str | None, status: int, detail: str) -> None:
    """Under a stable revision of whatever date the endpoint does not exist; an earlier beta is too early."""
    account.switches.rate_limits = False
    if revision is None:
        del caller.headers["revision"]
    else:
        caller.headers["revision"] = revision

    reply = caller.get("/api/api-keys")

    assert reply.status_code == status
    assert detail in only_error(reply)["detail"]
